/* Times and dates as text, both ways; the demo's offset. */
#include "base/clock.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void dates_are_read(void **state)
{
    static const struct {
        const char *text;
        bool is_right;
        struct date date;
    } cases[] = {
        {"31.12.2026", true, {2026, 12, 31}},
        {"1.2.1990", true, {1990, 2, 1}},
        {"01/02/1990", true, {1990, 2, 1}},
        {"29.02.2024", true, {2024, 2, 29}},
        {"29.02.2023", false, {0}},
        {"29.02.1900", false, {0}},
        {"29.02.2000", true, {2000, 2, 29}},
        {"31.04.2020", false, {0}},
        {"00.01.2020", false, {0}},
        {"01.13.2020", false, {0}},
        {"01.01.1899", false, {0}},
        {"01.01.20", false, {0}},
        {"", false, {0}},
        {"01.01.2020 ", false, {0}},
        {"1990-02-01", false, {0}},
        {"001.01.2020", false, {0}},
        {"1.1.20200", false, {0}},
        {"١.١.٢٠٢٠", false, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date date = {0};
        assert_int_equal(date_parse(cases[i].text, &date), cases[i].is_right ? ERR_NONE : ERR_INVALID);
        assert_int_equal(date_compare(date, cases[i].date), 0);
    }
}

static void times_are_written_in_istanbul(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int64_t time_s = 0;
    assert_int_equal(time_from_iso("2026-12-31T21:30:00Z", &time_s), ERR_NONE);
    assert_string_equal(time_to_iso(arena, time_s), "2026-12-31T21:30:00Z");
    assert_string_equal(time_to_date_time(arena, time_s), "01.01.2027 00:30");
    assert_string_equal(time_to_date(arena, time_s), "01.01.2027");
    assert_int_equal(time_of_date((struct date){2027, 1, 1}), time_s - 30 * 60);
    static const char *const wrong[] = {"2026-12-31T-1:05:00Z", "2026-12-31T+1:05:00Z",
                                        "2026-12-31T 1:05:00Z", "2026-12-31T21:30:00",
                                        "2026-13-31T21:30:00Z", "2026-12-31 21:30:00Z",
                                        "2026-12-31T24:00:00Z", "+026-12-31T21:30:00Z",
                                        "2026-12-31T21:60:00Z", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(time_from_iso(wrong[i], &time_s), ERR_INVALID);
}

static void years_are_added_by_the_calendar(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int64_t leap_s = 0;
    assert_int_equal(time_from_iso("2024-02-29T10:15:00Z", &leap_s), ERR_NONE);
    assert_string_equal(time_to_iso(arena, time_add_years(leap_s, 3)), "2027-02-28T10:15:00Z");
    assert_string_equal(time_to_iso(arena, time_add_years(leap_s, 4)), "2028-02-29T10:15:00Z");
}

static void the_offset_moves_the_clock(void **state)
{
    char path[] = "/tmp/divit-clock-XXXXXX";
    close(mkstemp(path));
    assert_int_equal(clock_use_offset(path), ERR_BROKEN); /* empty: not an offset */
    assert_int_equal(clock_set_offset(path, 0), ERR_NONE);
    assert_int_equal(clock_use_offset(path), ERR_NONE);
    int64_t before_s = clock_now_s(), before_ms = clock_monotonic_ms();
    assert_int_equal(clock_set_offset(path, 400 * DAY_S), ERR_NONE);
    assert_true(clock_now_s() >= before_s + 400 * DAY_S);
    assert_true(clock_monotonic_ms() - before_ms < DAY_S);
    assert_int_equal(clock_set_offset(path, 0), ERR_NONE);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(times_are_written_in_istanbul),
        cmocka_unit_test(years_are_added_by_the_calendar),
        cmocka_unit_test(the_offset_moves_the_clock),
    };
    return cmocka_run_group_tests_name("base-clock", tests, NULL, NULL);
}
