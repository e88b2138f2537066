#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sim/servers.h"

/* RFC 6238 appendix B, the last six of its eight digits; the secret is "12345678901234567890". */
static void test_codes(void **state)
{
    static const struct {
        int64_t time_s;
        const char *code;
    } cases[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                 {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    struct arena *arena CLEANUP_ARENA = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(totp_code(arena, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", cases[i].time_s), cases[i].code);
        assert_string_equal(totp_code(arena, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", cases[i].time_s),
                            cases[i].code);
    }
}

static void test_no_secret(void **state)
{
    static const char *const secrets[] = {"", " ", "A", "GEZD1", "GEZDG!"};
    struct arena *arena CLEANUP_ARENA = arena_new();
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (totp_code(arena, secrets[i], 59)) fail_msg("taken for a secret: '%s'", secrets[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes), cmocka_unit_test(test_no_secret)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
