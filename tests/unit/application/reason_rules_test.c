/* Who may apply why, and from when to when the new certificate is valid (spec 01, Reasons). Pure. */
#include "application/application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW_S (1000 * DAY_S)
#define RENEWAL_S (90 * DAY_S)

enum {
    FIRST = 1 << REASON_FIRST,
    RENEWAL = 1 << REASON_RENEWAL,
    LOST = 1 << REASON_LOST,
    FAULTY = 1 << REASON_FAULTY,
    NAME = 1 << REASON_NAME_CHANGE,
    OTHER = 1 << REASON_ADDITIONAL
};

static struct held_certificate held(int64_t days_left, enum certificate_status status)
{
    return (struct held_certificate){"1a", NOW_S - 100 * DAY_S, NOW_S + days_left * DAY_S, status, 0, false, false};
}

static unsigned offered(const struct held_certificate *certificates, size_t count)
{
    const struct holder holder = {certificates, count, NOW_S, RENEWAL_S};
    unsigned reasons = 0;
    for (int reason = 0; reason < APPLICATION_REASON_COUNT; reason++) {
        if (reason_is_offered((enum application_reason)reason, &holder)) reasons |= 1U << reason;
    }
    return reasons;
}

static void test_offered(void **state)
{
    (void)state;
    struct held_certificate one = held(91, CERTIFICATE_ACTIVE);
    assert_int_equal(offered(NULL, 0), FIRST);
    assert_int_equal(offered(&one, 1), LOST | FAULTY | OTHER);
    one.has_other_name = true;
    assert_int_equal(offered(&one, 1), LOST | FAULTY | NAME | OTHER);
    one = held(89, CERTIFICATE_SUSPENDED);
    assert_int_equal(offered(&one, 1), RENEWAL | LOST | FAULTY | OTHER);
    one = held(-1, CERTIFICATE_EXPIRED);
    assert_int_equal(offered(&one, 1), RENEWAL); /* a former holder */
    one = held(400, CERTIFICATE_REVOKED);
    one.revocation_reason = 5;
    assert_int_equal(offered(&one, 1), RENEWAL);
    one.revocation_reason = reason_revokes_as(REASON_LOST); /* revoked for this reason */
    assert_int_equal(offered(&one, 1), RENEWAL | LOST);
    one.is_replaced = true; /* and a card came of it */
    assert_int_equal(offered(&one, 1), RENEWAL);
}

static void test_one_to_come(void **state)
{
    (void)state;
    struct held_certificate two[] = {held(1000, CERTIFICATE_SUSPENDED), held(30, CERTIFICATE_ACTIVE)};
    two[0].not_before_s = two[1].not_after_s + 1;
    assert_int_equal(offered(two, 2) & RENEWAL, 0); /* one not-yet-started certificate a person */
    two[0].status = CERTIFICATE_REVOKED;
    assert_int_equal(offered(two, 2) & RENEWAL, RENEWAL);
}

static struct reason_span span(enum application_reason reason, const struct held_certificate *certificate)
{
    const struct holder holder = {certificate, 1, NOW_S, RENEWAL_S};
    return reason_span(reason, &holder, 0);
}

static void test_spans(void **state)
{
    (void)state;
    struct held_certificate one = held(30, CERTIFICATE_ACTIVE);
    assert_int_equal(span(REASON_RENEWAL, &one).start_s, one.not_after_s + 1); /* when the present one ends */
    assert_int_equal(span(REASON_RENEWAL, &one).end_s, 0);
    assert_int_equal(span(REASON_LOST, &one).start_s, 0); /* little time left: a full term, now */
    assert_int_equal(span(REASON_LOST, &one).end_s, 0);
    one = held(91, CERTIFICATE_ACTIVE);
    assert_int_equal(span(REASON_LOST, &one).end_s, one.not_after_s); /* the time that was left */
    assert_int_equal(span(REASON_NAME_CHANGE, &one).end_s, one.not_after_s);
    assert_int_equal(span(REASON_LOST, &one).start_s, 0); /* from now */
    one.not_before_s = NOW_S + 30 * DAY_S; /* a renewal that has not started: nor does what takes its place */
    assert_int_equal(span(REASON_LOST, &one).start_s, one.not_before_s);
    assert_int_equal(span(REASON_LOST, &one).end_s, one.not_after_s);
    one = held(-5, CERTIFICATE_EXPIRED);
    assert_int_equal(span(REASON_RENEWAL, &one).start_s, 0); /* at once if it has ended */
}

static void test_form(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct door door = {.terms = {1, 2, 3}};
    struct held_certificate one = held(200, CERTIFICATE_ACTIVE);
    struct holder holder = {&one, 1, NOW_S, RENEWAL_S};
    struct application_form form = {.term = "3", .reason = "", .certificate = "", .start = "", .end = ""};
    assert_false(form_reason_holds(arena, &door, &holder, &form)); /* none was chosen */
    form_set_reason(arena, &door, REASON_LOST, &holder, 0, &form);
    assert_string_equal(form.term, "");
    assert_int_equal(form_time_s(form.end), one.not_after_s);
    assert_true(form_reason_holds(arena, &door, &holder, &form));
    holder.now_s += 150 * DAY_S; /* the draft lay until little was left: it is another offer */
    assert_false(form_reason_holds(arena, &door, &holder, &form));
    form_set_reason(arena, &door, REASON_LOST, &holder, 0, &form);
    assert_string_equal(form.term, "3"); /* asked again */
    assert_true(form_reason_holds(arena, &door, &holder, &form));
    form.certificate = "2b"; /* another's, or none */
    assert_false(form_reason_holds(arena, &door, &holder, &form));
    form_set_reason(arena, &door, REASON_ADDITIONAL, &holder, 0, &form);
    assert_string_equal(form.certificate, "");
    assert_true(form_reason_holds(arena, &door, &holder, &form));
    one.status = CERTIFICATE_REVOKED; /* no holder any more */
    assert_false(form_reason_holds(arena, &door, &holder, &form));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_offered), cmocka_unit_test(test_one_to_come),
                                       cmocka_unit_test(test_spans), cmocka_unit_test(test_form)};
    return cmocka_run_group_tests_name("application/reason_rules", tests, NULL, NULL);
}
