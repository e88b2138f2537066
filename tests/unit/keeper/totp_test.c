/* RFC 6238's own vectors, the window, and that a step works once. */
#include "keeper/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "12345678901234567890"

/* RFC 6238 appendix B, SHA-1; of its eight digits the last six. */
static const struct {
    int64_t time_s;
    const char *digits;
} vectors[] = {
    {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
    {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
};

static void the_standards_vectors_hold(void **state)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char digits[7];
        totp_at(bytes_of_text(SECRET), vectors[i].time_s / TOTP_STEP_S, digits);
        assert_string_equal(digits, vectors[i].digits);
        int64_t step = 0;
        assert_int_equal(totp_match(bytes_of_text(SECRET), vectors[i].digits, vectors[i].time_s, 0, &step), ERR_NONE);
        assert_int_equal(step, vectors[i].time_s / TOTP_STEP_S);
    }
}

static void one_step_either_side_and_each_once(void **state)
{
    const struct bytes secret = bytes_of_text(SECRET);
    const int64_t now_s = 1234567890, now_step = now_s / TOTP_STEP_S;
    for (int64_t offset = -3; offset <= 3; offset++) {
        char digits[7];
        totp_at(secret, now_step + offset, digits);
        int64_t step = -1;
        enum err expected = offset >= -1 && offset <= 1 ? ERR_NONE : ERR_WRONG;
        assert_int_equal(totp_match(secret, digits, now_s, 0, &step), expected);
        assert_int_equal(step, expected == ERR_NONE ? now_step + offset : -1);
        assert_int_equal(totp_match(secret, digits, now_s, now_step + offset, &step), ERR_WRONG);
        assert_int_equal(totp_match(secret, digits, now_s, now_step + offset - 1, &step), expected);
    }
}

static void only_six_digits_are_a_code(void **state)
{
    static const char *const typed[] = {"", "5924", "00592", "0059244", "005924 ", "OO5924", "00592٤", "-05924"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        int64_t step;
        assert_int_equal(totp_match(bytes_of_text(SECRET), typed[i], 1234567890, 0, &step), ERR_WRONG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standards_vectors_hold),
        cmocka_unit_test(one_step_either_side_and_each_once),
        cmocka_unit_test(only_six_digits_are_a_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
