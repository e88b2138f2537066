#include "pki/der.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void writes(void **state)
{
    struct arena *arena = arena_new();
    const uint8_t high[] = {0, 0, 0x80, 1};
    const struct {
        struct bytes got;
        const char *wanted;
    } cases[] = {
        {der_integer(arena, 0), "020100"},
        {der_integer(arena, 127), "02017f"},
        {der_integer(arena, 128), "02020080"},
        {der_unsigned(arena, BYTES(high)), "0203008001"},
        {der_oid(arena, "1.2.840.10045.4.3.3"), "06082a8648ce3d040303"},
        {der_oid(arena, "2.16.792.1.61.0.1.5070.1.1"), "060b608618013d0001a74e0101"},
        {der_oid(arena, "2.999.1.1"), "060488370101"},
        {der_named_bits(arena, 3), "030206c0"},
        {der_named_bits(arena, (1 << 5) | (1 << 6)), "03020106"},
        {der_named_bits(arena, 1 << 8), "0303070080"},
        {der_named_bits(arena, 0), "030100"},
        {der_time(arena, INT64_C(1795000000)), "170d3236313131383131303634305a"},
        {der_time(arena, INT64_C(2524607999)), "170d3439313233313233353935395a"},
        {der_time(arena, INT64_C(2524608000)), "180f32303530303130313030303030305a"},
        {DER(arena, DER_SEQUENCE, DER_NOTHING), "3000"},
        {DER(arena, DER_SEQUENCE, der_true(), der_integer(arena, 5)), "30060101ff020105"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(hex_encode(arena, cases[i].got), cases[i].wanted);
    }
    arena_free(arena);
}

static void long_lengths(void **state)
{
    struct arena *arena = arena_new();
    const size_t sizes[] = {127, 128, 255, 256, 65535, 65536};
    const size_t headers[] = {2, 3, 3, 4, 4, 5};
    for (size_t i = 0; i < 6; i++) {
        uint8_t *data = arena_alloc(arena, sizes[i]);
        struct bytes made = DER(arena, DER_OCTET_STRING, {data, sizes[i]});
        assert_int_equal(made.size, sizes[i] + headers[i]);
        struct der_reader reader = {made};
        struct der_value value;
        assert_int_equal(der_expect(&reader, DER_OCTET_STRING, &value), ERR_NONE);
        assert_int_equal(value.content.size, sizes[i]);
        assert_true(der_at_end(&reader));
    }
    arena_free(arena);
}

static void refuses(void **state)
{
    static const struct {
        const char *what;
        const char *hex;
    } cases[] = {
        {"nothing", ""},
        {"tag alone", "30"},
        {"longer than there is", "300201"},
        {"indefinite", "30800000"},
        {"length not minimal", "30810100"},
        {"length with a zero", "3082000100"},
        {"five octets", "308501000000000000"},
        {"high tag", "1f0100"},
        {"length cut", "3082"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes bytes;
        assert_int_equal(hex_decode(arena, cases[i].hex, &bytes), ERR_NONE);
        struct der_reader reader = {bytes};
        struct der_value value;
        if (der_next(&reader, &value) != ERR_INVALID) fail_msg("not refused: %s", cases[i].what);
    }
    arena_free(arena);
}

static void sorts_sets(void **state)
{
    struct arena *arena = arena_new();
    struct bytes members[] = {der_integer(arena, 300), der_integer(arena, 2), der_integer(arena, 1)};
    assert_string_equal(hex_encode(arena, der_set_of(arena, DER_SET, members, 3)), "310a0201010201020202012c");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes), cmocka_unit_test(long_lengths),
                                       cmocka_unit_test(refuses), cmocka_unit_test(sorts_sets)};
    return cmocka_run_group_tests_name("pki-der", tests, NULL, NULL);
}
