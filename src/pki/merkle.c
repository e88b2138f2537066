#include "pki/merkle.h"

#include "base/buffer.h"

static struct bytes hash_after(struct arena *arena, uint8_t prefix, struct bytes a, struct bytes b)
{
    CLEANUP_BUFFER struct buffer all = BUFFER_EMPTY;
    buffer_char(&all, (char)prefix);
    buffer_add(&all, a);
    buffer_add(&all, b);
    return sha256(arena, buffer_bytes(&all));
}

struct bytes merkle_leaf(struct arena *arena, struct bytes entry)
{
    return hash_after(arena, 0, entry, (struct bytes){0});
}

struct bytes merkle_parent(struct arena *arena, struct bytes left, struct bytes right)
{
    return hash_after(arena, 1, left, right);
}

/* The largest power of two smaller than `size`, which is at least 2. */
static int64_t split_of(int64_t size)
{
    int64_t half = 1;
    while (half * 2 < size) half *= 2;
    return half;
}

/* MTH over `size` leaves from `start`; the split keeps left parts aligned, so a whole power of two is a stored node. */
static enum err range_hash(const struct merkle_store *store, struct arena *arena, int64_t start, int64_t size,
                           struct bytes *ret_hash)
{
    struct bytes left, right;
    if ((size & (size - 1)) == 0) {
        int level = __builtin_ctzll((unsigned long long)size);
        return store->node(store->context, arena, level, start >> level, ret_hash);
    }
    int64_t half = split_of(size);
    TRY(range_hash(store, arena, start, half, &left));
    TRY(range_hash(store, arena, start + half, size - half, &right));
    *ret_hash = merkle_parent(arena, left, right);
    return ERR_NONE;
}

enum err merkle_root(const struct merkle_store *store, struct arena *arena, int64_t size, struct bytes *ret_root)
{
    if (size < 0) return err_set(ERR_INVALID, "tree size");
    if (size > 0) return range_hash(store, arena, 0, size, ret_root);
    *ret_root = sha256(arena, (struct bytes){0});
    return ERR_NONE;
}

static enum err add_range(const struct merkle_store *store, struct arena *arena, int64_t start, int64_t size,
                          struct buffer *proof)
{
    struct bytes hash;
    TRY(range_hash(store, arena, start, size, &hash));
    buffer_add(proof, hash);
    return ERR_NONE;
}

/* PATH(m, D[n]) of RFC 9162 2.1.3.1. */
static enum err add_path(const struct merkle_store *store, struct arena *arena, int64_t position, int64_t start,
                         int64_t size, struct buffer *proof)
{
    if (size == 1) return ERR_NONE;
    int64_t half = split_of(size);
    if (position < half) {
        TRY(add_path(store, arena, position, start, half, proof));
        return add_range(store, arena, start + half, size - half, proof);
    }
    TRY(add_path(store, arena, position - half, start + half, size - half, proof));
    return add_range(store, arena, start, half, proof);
}

enum err merkle_inclusion(const struct merkle_store *store, struct arena *arena, int64_t position, int64_t size,
                          struct bytes *ret_proof)
{
    CLEANUP_BUFFER struct buffer proof = BUFFER_EMPTY;
    if (position < 0 || position >= size) return err_set(ERR_NOT_FOUND, "no such leaf in a tree of this size");
    TRY(add_path(store, arena, position, 0, size, &proof));
    *ret_proof = bytes_copy(arena, buffer_bytes(&proof));
    return ERR_NONE;
}

/* SUBPROOF(m, D[n], b) of RFC 9162 2.1.4.1. */
static enum err add_subproof(const struct merkle_store *store, struct arena *arena, int64_t first, int64_t start,
                             int64_t size, bool is_known, struct buffer *proof)
{
    if (first == size) return is_known ? ERR_NONE : add_range(store, arena, start, size, proof);
    int64_t half = split_of(size);
    if (first <= half) {
        TRY(add_subproof(store, arena, first, start, half, is_known, proof));
        return add_range(store, arena, start + half, size - half, proof);
    }
    TRY(add_subproof(store, arena, first - half, start + half, size - half, false, proof));
    return add_range(store, arena, start, half, proof);
}

enum err merkle_consistency(const struct merkle_store *store, struct arena *arena, int64_t first, int64_t second,
                            struct bytes *ret_proof)
{
    CLEANUP_BUFFER struct buffer proof = BUFFER_EMPTY;
    if (first < 1 || first > second) return err_set(ERR_INVALID, "sizes of a consistency proof");
    TRY(add_subproof(store, arena, first, 0, second, true, &proof));
    *ret_proof = bytes_copy(arena, buffer_bytes(&proof));
    return ERR_NONE;
}

/* The next node of a proof; false: it is too short. */
static bool take_node(struct bytes *proof, struct bytes *ret_node)
{
    if (proof->size < SHA256_SIZE) return false;
    *ret_node = (struct bytes){proof->data, SHA256_SIZE};
    *proof = (struct bytes){proof->data + SHA256_SIZE, proof->size - SHA256_SIZE};
    return true;
}

enum err merkle_check_inclusion(struct bytes leaf, int64_t position, int64_t size, struct bytes proof,
                                struct bytes root)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    if (position < 0 || position >= size) return err_set(ERR_WRONG, "inclusion: no such leaf");
    int64_t at = position, last = size - 1;
    struct bytes hash = leaf, node;
    while (proof.size > 0) {
        if (last == 0 || !take_node(&proof, &node)) return err_set(ERR_WRONG, "inclusion: the proof is too long");
        if ((at & 1) != 0 || at == last) {
            hash = merkle_parent(arena, node, hash);
            for (; (at & 1) == 0 && at != 0; at >>= 1) last >>= 1;
        } else {
            hash = merkle_parent(arena, hash, node);
        }
        at >>= 1;
        last >>= 1;
    }
    if (last != 0 || !bytes_equal(hash, root)) return err_set(ERR_WRONG, "inclusion: not in the tree");
    return ERR_NONE;
}

static bool is_power_of_two(int64_t number)
{
    return (number & (number - 1)) == 0;
}

enum err merkle_check_consistency(int64_t first, struct bytes first_root, int64_t second, struct bytes second_root,
                                  struct bytes proof)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    if (first < 1 || first > second) return err_set(ERR_WRONG, "consistency: sizes");
    if (first == second)
        return proof.size == 0 && bytes_equal(first_root, second_root)
                   ? ERR_NONE
                   : err_set(ERR_WRONG, "consistency: another tree of the same size");
    struct bytes node = first_root;
    if (!is_power_of_two(first) && !take_node(&proof, &node)) return err_set(ERR_WRONG, "consistency: no proof");
    if (proof.size == 0) return err_set(ERR_WRONG, "consistency: the proof is too short");
    int64_t at = first - 1, last = second - 1;
    for (; (at & 1) != 0; at >>= 1) last >>= 1;
    struct bytes old = node, whole = node;
    while (proof.size > 0) {
        if (last == 0 || !take_node(&proof, &node)) return err_set(ERR_WRONG, "consistency: the proof is too long");
        if ((at & 1) != 0 || at == last) {
            old = merkle_parent(arena, node, old);
            whole = merkle_parent(arena, node, whole);
            for (; (at & 1) == 0 && at != 0; at >>= 1) last >>= 1;
        } else {
            whole = merkle_parent(arena, whole, node);
        }
        at >>= 1;
        last >>= 1;
    }
    if (last != 0 || !bytes_equal(old, first_root) || !bytes_equal(whole, second_root))
        return err_set(ERR_WRONG, "consistency: the tree did not grow out of that one");
    return ERR_NONE;
}
