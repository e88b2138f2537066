/* Roots of the Certificate Transparency reference implementation; every proof of every small tree, and what is not one. */
#include "pki/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define LEAVES 33

static struct arena *arena;
static struct bytes leaves[LEAVES];

/* Hashed anew from the leaves: the definition, by hand. */
static struct bytes hash_of(struct arena *into, int64_t start, int64_t size)
{
    if (size == 1) return leaves[start];
    return merkle_parent(into, hash_of(into, start, size / 2), hash_of(into, start + size / 2, size / 2));
}

static enum err node(void *context, struct arena *into, int level, int64_t position, struct bytes *ret_hash)
{
    int64_t size = (int64_t)1 << level, start = position << level;
    assert_true(start + size <= LEAVES);
    *ret_hash = hash_of(into, start, size);
    return ERR_NONE;
}

static const struct merkle_store store = {node, NULL};

static void roots_are_those_of_others(void **state)
{
    static const char *const entries[] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        struct bytes entry;
        OK(hex_decode(arena, entries[i], &entry));
        leaves[i] = merkle_leaf(arena, entry);
    }
    for (size_t size = 0; size < sizeof roots / sizeof *roots; size++) {
        struct bytes root;
        OK(merkle_root(&store, arena, (int64_t)size, &root));
        assert_string_equal(hex_encode(arena, root), roots[size]);
    }
}

static struct bytes root_of(int64_t size)
{
    struct bytes root = {0};
    OK(merkle_root(&store, arena, size, &root));
    return root;
}

/* A proof with one octet changed, cut, or lengthened proves nothing. */
static struct bytes spoilt(struct bytes proof, size_t at)
{
    uint8_t *copy = arena_alloc(arena, proof.size + SHA256_SIZE);
    if (proof.size > 0) memcpy(copy, proof.data, proof.size);
    if (at < proof.size) copy[at] ^= 1;
    return (struct bytes){copy, proof.size + (at < proof.size ? 0 : SHA256_SIZE)};
}

static void inclusion_is_shown_and_nothing_else(void **state)
{
    struct bytes proof;
    for (int64_t size = 1; size <= LEAVES; size++) {
        for (int64_t at = 0; at < size; at++) {
            OK(merkle_inclusion(&store, arena, at, size, &proof));
            OK(merkle_check_inclusion(leaves[at], at, size, proof, root_of(size)));
            assert_int_equal(merkle_check_inclusion(leaves[(at + 1) % LEAVES], at, size, proof, root_of(size)),
                             ERR_WRONG);
            assert_int_equal(merkle_check_inclusion(leaves[at], size, size, proof, root_of(size)), ERR_WRONG);
            if (size > 1)
                assert_int_equal(merkle_check_inclusion(leaves[at], (at + 1) % size, size, proof, root_of(size)),
                                 ERR_WRONG);
            for (size_t octet = 0; octet <= proof.size; octet += 16)
                assert_int_equal(merkle_check_inclusion(leaves[at], at, size, spoilt(proof, octet), root_of(size)),
                                 ERR_WRONG);
        }
    }
    assert_int_equal(merkle_inclusion(&store, arena, 5, 5, &proof), ERR_NOT_FOUND);
}

static void consistency_is_shown_and_nothing_else(void **state)
{
    struct bytes proof;
    for (int64_t second = 1; second <= LEAVES; second++) {
        for (int64_t first = 1; first <= second; first++) {
            OK(merkle_consistency(&store, arena, first, second, &proof));
            OK(merkle_check_consistency(first, root_of(first), second, root_of(second), proof));
            struct bytes other = root_of(first % LEAVES + 1);
            assert_int_equal(merkle_check_consistency(first, other, second, root_of(second), proof), ERR_WRONG);
            assert_int_equal(merkle_check_consistency(first, root_of(first), second, leaves[0], proof),
                             second == 1 ? ERR_NONE : ERR_WRONG);
            for (size_t octet = 0; octet <= proof.size; octet += 16)
                assert_int_equal(
                    merkle_check_consistency(first, root_of(first), second, root_of(second), spoilt(proof, octet)),
                    ERR_WRONG);
        }
    }
    assert_int_equal(merkle_check_consistency(0, root_of(1), 1, root_of(1), (struct bytes){0}), ERR_WRONG);
    assert_int_equal(merkle_check_consistency(2, root_of(2), 1, root_of(1), (struct bytes){0}), ERR_WRONG);
}

static int begin(void **state)
{
    arena = arena_new();
    for (size_t i = 0; i < LEAVES; i++) leaves[i] = merkle_leaf(arena, bytes_of_text(arena_printf(arena, "%zu", i)));
    return 0;
}

static int end(void **state)
{
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(inclusion_is_shown_and_nothing_else),
                                       cmocka_unit_test(consistency_is_shown_and_nothing_else),
                                       cmocka_unit_test(roots_are_those_of_others)};
    return cmocka_run_group_tests_name("pki-merkle", tests, begin, end);
}
