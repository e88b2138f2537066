/* Who must act next and by when; the days on which somebody works (spec 01, 6). Pure. */
#include "application/application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int64_t day(int year, int month, int number)
{
    return time_of_date((struct date){year, month, number});
}

static void test_working_days(void **state)
{
    (void)state;
    static const struct {
        struct date date;
        bool is_working;
    } cases[] = {
        {{2026, 11, 27}, true}, /* a Friday */
        {{2026, 11, 28}, false}, {{2026, 11, 29}, false},
        {{2026, 11, 30}, true},  {{2026, 10, 29}, false}, /* a Thursday, Cumhuriyet Bayramı */
        {{2027, 3, 8}, true},    {{2027, 3, 9}, false},
        {{2027, 3, 11}, false},  {{2027, 3, 12}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(is_working_day(cases[i].date), cases[i].is_working);
    assert_int_equal(add_working_days(day(2026, 11, 27) + 3600, 1), day(2026, 11, 30)); /* over a weekend */
    assert_int_equal(add_working_days(day(2027, 3, 8), 1), day(2027, 3, 12)); /* over a feast */
    /* what took a weekend took one working day: calendar days are not counted as working days */
    assert_int_equal(working_days_between(day(2026, 11, 27) + 3600, day(2026, 11, 30) + 7200), 1);
    assert_int_equal(working_days_between(day(2026, 11, 30), day(2026, 11, 30) + 7200), 0);
    assert_int_equal(working_days_between(day(2026, 11, 27), day(2026, 12, 11)), 10);
    for (const struct date *holiday = public_holidays; holiday[0].year != 0 && holiday[1].year != 0; holiday++)
        assert_true(date_compare(holiday[0], holiday[1]) < 0);
}

static const struct stage_figures figures = {2, 1};
static const struct waiting_limits limits = {30, 14};
static struct milestone milestones[MILESTONES_MAX];

static size_t list(enum application_state state, const struct timeline_step *steps, size_t count, int64_t now_s)
{
    const struct timeline timeline = {.state = state,
                                      .way = WAY_WET,
                                      .note = "",
                                      .refusal = "",
                                      .changed_s = steps[count - 1].at_s,
                                      .steps = (struct timeline_step *)(uintptr_t)steps,
                                      .step_count = count};
    return list_milestones(&timeline, &figures, &limits, now_s, milestones);
}

static void test_milestones(void **state)
{
    (void)state;
    const int64_t friday = day(2026, 11, 27);
    const struct timeline_step steps[] = {
        {STATE_DRAFT, STATE_PHONE_PENDING, friday - 9 * DAY_S},
        {STATE_PHONE_PENDING, STATE_METHOD_PENDING, friday - 9 * DAY_S + 60},
        {STATE_METHOD_PENDING, STATE_FORM_AWAITED, friday - 9 * DAY_S + 120},
        {STATE_FORM_AWAITED, STATE_OFFICER_PENDING, friday},
    };
    /* the paper is awaited: until when; nobody knows the rest */
    assert_int_equal(list(STATE_FORM_AWAITED, steps, 3, friday), MILESTONES_MAX);
    assert_int_equal(milestones[0].done_s, steps[1].at_s);
    assert_true(milestones[1].is_now && milestones[1].who == ACTS_APPLICANT);
    assert_int_equal(milestones[1].due_s, steps[2].at_s + 30 * DAY_S);
    assert_int_equal(milestones[2].due_s, 0);
    /* while the owner is still to confirm there is no form to print */
    const char *print = milestones[1].what;
    (void)list(STATE_CONFIRMATION_PENDING, steps, 3, friday);
    assert_true(milestones[1].is_now && strcmp(milestones[1].what, print) != 0);
    assert_int_equal(milestones[1].due_s, steps[2].at_s + 14 * DAY_S);
    /* with the officer: two working days as of late, then a day for the card, seven for the courier */
    (void)list(STATE_OFFICER_PENDING, steps, 4, friday);
    assert_int_equal(milestones[1].done_s, friday);
    assert_true(milestones[2].is_now && milestones[2].who == ACTS_OFFICER);
    assert_int_equal(milestones[2].due_s, day(2026, 12, 1));
    assert_int_equal(milestones[3].due_s, day(2026, 12, 2));
    assert_int_equal(milestones[4].due_s, day(2026, 12, 11));
    assert_false(milestones[2].is_late);
    /* that day has gone by: it stays what it was, and nobody knows the rest */
    for (int later = 2; later < 9; later++) {
        (void)list(STATE_OFFICER_PENDING, steps, 4, day(2026, 12, later) + 3600);
        assert_int_equal(milestones[2].due_s, day(2026, 12, 1));
        assert_true(milestones[2].is_late);
        assert_int_equal(milestones[3].due_s, 0);
    }
}

/* The card is due from the approval on, however often its making was begun. */
static void test_production_begun_again(void **state)
{
    (void)state;
    const int64_t friday = day(2026, 11, 27);
    const struct timeline_step steps[] = {
        {STATE_FORM_AWAITED, STATE_OFFICER_PENDING, friday - 2 * DAY_S},
        {STATE_OFFICER_PENDING, STATE_APPROVED, friday},
        {STATE_APPROVED, STATE_IN_PRODUCTION, day(2026, 12, 1)},
    };
    (void)list(STATE_IN_PRODUCTION, steps, 3, friday + 3600);
    assert_int_equal(milestones[3].due_s, day(2026, 11, 30));
    assert_int_equal(milestones[4].due_s, day(2026, 12, 9));
    /* refused, and approved anew: from then on */
    const struct timeline_step again[] = {
        steps[0],
        steps[1],
        steps[2],
        {STATE_IN_PRODUCTION, STATE_OFFICER_PENDING, day(2026, 12, 2)},
        {STATE_OFFICER_PENDING, STATE_APPROVED, day(2026, 12, 3)},
    };
    (void)list(STATE_APPROVED, again, 5, day(2026, 12, 3));
    assert_int_equal(milestones[3].due_s, day(2026, 12, 4));
}

static void test_back_and_over(void **state)
{
    (void)state;
    const int64_t friday = day(2026, 11, 27);
    const struct timeline_step steps[] = {
        {STATE_DRAFT, STATE_PHONE_PENDING, friday - 3 * DAY_S},
        {STATE_PHONE_PENDING, STATE_METHOD_PENDING, friday - 3 * DAY_S},
        {STATE_METHOD_PENDING, STATE_FORM_AWAITED, friday - 3 * DAY_S},
        {STATE_FORM_AWAITED, STATE_RETURNED, friday},
    };
    (void)list(STATE_RETURNED, steps, 4, friday); /* from the beginning: the form */
    assert_int_equal(milestones[0].done_s, 0);
    assert_true(milestones[0].is_now);
    assert_int_equal(milestones[0].due_s, friday + 30 * DAY_S);
    assert_int_equal(list(STATE_WITHDRAWN, steps, 4, friday), 0);
    (void)list(STATE_COMPLETED, steps, 4, friday);
    for (size_t i = 0; i < MILESTONES_MAX; i++) assert_false(milestones[i].is_now);
}

/* Messages and pages have the same words for what is waited for. */
static void test_next_step(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct timeline_step steps[] = {{STATE_DRAFT, STATE_PHONE_PENDING, 0}};
    for (int at = 0; at < APPLICATION_STATE_COUNT; at++) {
        const char *text = next_step_text(arena, LANGUAGE_ENGLISH, (enum application_state)at, WAY_WET);
        size_t count = list((enum application_state)at, steps, 1, DAY_S), now = 0;
        while (now < count && !milestones[now].is_now) now++;
        assert_int_equal(text == NULL, now == count);
        if (text == NULL) continue;
        assert_string_equal(
            text, arena_printf(arena, "%s (%s)", milestones[now].what, milestone_actor_title(milestones[now].who)));
    }
    assert_string_equal(next_step_text(arena, LANGUAGE_TURKISH, STATE_OFFICER_PENDING, WAY_WET),
                        "Denetlemek ve onaylamak (kurum yetkilisi)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_working_days), cmocka_unit_test(test_next_step),
                                       cmocka_unit_test(test_milestones), cmocka_unit_test(test_production_begun_again),
                                       cmocka_unit_test(test_back_and_over)};
    return cmocka_run_group_tests_name("application/timeline_rules", tests, NULL, NULL);
}
