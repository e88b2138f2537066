/* What counts as changed contact data, when the owner is asked, and how long an application waits (spec 01). Pure. */
#include "application/application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct application_form form = {.mobile = "5321234567",
                                             .email = "ayse@posta.example",
                                             .address = "Cumhuriyet Cad. No: 5",
                                             .district = "Kadıköy",
                                             .province = "İstanbul",
                                             .postal_code = "34710"};

static void test_changes(void **state)
{
    (void)state;
    static const struct {
        struct known_contact known[2];
        size_t count;
        unsigned changes;
    } cases[] = {
        {{{0}}, 0, 0},
        {{{.contact = {NULL, NULL}}}, 1, 0}, /* silent: nothing is known to differ */
        {{{.contact = {"", ""}, .address = ""}}, 1, 0},
        {{{.contact = {"AYSE@posta.example", "5321234567"},
           .address = "cumhuriyet  cad. no: 5",
           .district = "KADIKÖY"}},
         1,
         0},
        {{{.contact = {NULL, "5321234568"}}}, 1, CONTACT_MOBILE},
        {{{.contact = {"can@posta.example", NULL}}}, 1, CONTACT_EMAIL},
        {{{.contact = {NULL, NULL}, .address = "Cumhuriyet Cad. No: 6"}}, 1, CONTACT_ADDRESS},
        {{{.contact = {NULL, NULL}, .address = "Cumhuriyet Cad. No: 5", .postal_code = "34711"}}, 1, CONTACT_ADDRESS},
        /* known from one of two places is known */
        {{{.contact = {NULL, "5321234568"}}, {.contact = {NULL, "5321234567"}}}, 2, 0},
        {{{.contact = {"x@posta.example", "5321234568"}, .address = "Sokak 1"}},
         1,
         CONTACT_MOBILE | CONTACT_EMAIL | CONTACT_ADDRESS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(contact_changes(&form, cases[i].known, cases[i].count), cases[i].changes);
}

static void test_words(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (unsigned changes = 0; changes < 8; changes++)
        assert_int_equal(contact_changes_from_words(contact_changes_words(arena, changes)), changes);
    /* what people read has the new values masked */
    assert_string_equal(contact_changes_text(arena, LANGUAGE_ENGLISH, &form, CONTACT_MOBILE | CONTACT_EMAIL),
                        "mobile telephone 5** *** ** 67, e-mail a***@posta.example");
    assert_string_equal(contact_changes_text(arena, LANGUAGE_TURKISH, &form, CONTACT_ADDRESS), "posta adresi");
}

static void test_owner(void **state)
{
    (void)state;
    assert_false(needs_owner_confirmation(0, &(const struct evidence_given){0}));
    assert_true(needs_owner_confirmation(CONTACT_EMAIL, &(const struct evidence_given){0}));
    assert_true(needs_owner_confirmation(CONTACT_MOBILE, &(const struct evidence_given){.has_consent = true}));
    assert_false(needs_owner_confirmation(CONTACT_MOBILE, &(const struct evidence_given){.has_owner = true}));
    assert_false(needs_owner_confirmation(CONTACT_MOBILE, &(const struct evidence_given){.has_applicant = true}));
}

static void test_who_waits(void **state)
{
    (void)state;
    static const struct waiting_limits limits = {30, 14};
    for (int i = 0; i < APPLICATION_STATE_COUNT; i++) {
        enum application_state waits = (enum application_state)i;
        int64_t wait_s = application_wait_s(&limits, waits);
        assert_int_equal(wait_s > 0, application_may_follow(waits, STATE_LAPSED));
        if (wait_s > 0) assert_int_equal(wait_s, (waits == STATE_CONFIRMATION_PENDING ? 14 : 30) * DAY_S);
    }
}

static void test_waiting(void **state)
{
    (void)state;
    static const struct {
        int64_t wait_days, now_days, reminders, reminded_days;
        enum waiting_step step;
    } cases[] = {
        {14, 6, 0, 0, WAITING_ON},
        {14, 7, 0, 0, WAITING_REMIND},
        {14, 10, 1, 7, WAITING_ON},
        {14, 11, 1, 7, WAITING_REMIND},
        {14, 13, 2, 11, WAITING_ON},
        {14, 14, 2, 11, WAITING_LAPSE},
        {30, 14, 0, 0, WAITING_ON},
        {30, 15, 0, 0, WAITING_REMIND},
        {30, 27, 1, 15, WAITING_REMIND},
        {30, 30, 2, 27, WAITING_LAPSE},
        /* a clock that jumped, a service that stood still: two reminders all the same, each with its time */
        {14, 90, 0, 0, WAITING_REMIND},
        {14, 90, 1, 90, WAITING_ON},
        {14, 91, 1, 90, WAITING_REMIND},
        {14, 92, 2, 91, WAITING_ON},
        {14, 93, 2, 91, WAITING_LAPSE},
        {0, 900, 0, 0, WAITING_ON}, /* waiting for others: never */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct waiting waiting = {1000, cases[i].reminders, 1000 + cases[i].reminded_days * DAY_S};
        assert_int_equal(next_waiting_step(cases[i].wait_days * DAY_S, &waiting, 1000 + cases[i].now_days * DAY_S),
                         cases[i].step);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),   cmocka_unit_test(test_words),   cmocka_unit_test(test_owner),
        cmocka_unit_test(test_who_waits), cmocka_unit_test(test_waiting),
    };
    return cmocka_run_group_tests_name("contact rules", tests, NULL, NULL);
}
