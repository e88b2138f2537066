/* Contact data that differ from those known before: notices, the owner's word, objections, reminders and lapse. */
#include "story.h"

#include <stdio.h>

#define OTHER_MOBILE "5321230000"

static char clock_path[] = "/tmp/divit-contact-clock-XXXXXX";

static void advance(int64_t days)
{
    assert_int_equal(clock_set_offset(clock_path, clock_offset_s() + days * DAY_S), ERR_NONE);
}

/* From draft to the way of signing, with a telephone that nobody knew. */
static int64_t with_other_mobile(const char *number)
{
    int64_t id = draft_of(number);
    fill(id);
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    struct application_form form = application.form;
    form.mobile = OTHER_MOBILE;
    assert_int_equal(save_draft(db, arena, &actor, &application, &form, NULL), ERR_NONE);
    application_close(&application);
    assert_int_equal(confirm(id), ERR_NONE);
    pass_phone(id);
    return id;
}

static int64_t waiting_for_owner(const char *number)
{
    int64_t id = with_other_mobile(number);
    choose(id);
    assert_int_equal(state_of(id), STATE_CONFIRMATION_PENDING);
    return id;
}

/* The code in the newest notice, as it was sent by SMS. */
static const char *objection_code(int64_t id)
{
    struct application application = opened(id);
    const struct db_rows *row =
        rows_of(&sql_find_newest_message, DB_WITH(DB_TEXT("event", "contact_changed"), DB_TEXT("channel", "sms")));
    struct message message = {.uid = db_text(row, 0, "uid"),
                              .sealed_recipient = db_bytes(row, 0, "sealed_recipient"),
                              .sealed_text = db_bytes(row, 0, "sealed_text")};
    struct message_content content;
    assert_int_equal(message_unseal(arena, &message, application.person.uid, application.person.key, &content),
                     ERR_NONE);
    assert_string_equal(content.recipient, "5321234567"); /* the register's, not the form's */
    assert_non_null(strstr(content.text, "5** *** ** 00"));
    assert_null(strstr(content.text, OTHER_MOBILE));
    assert_non_null(strstr(content.text, PAGE));
    application_close(&application);
    return content.text + strlen(content.text) - strlen("ABCD-EFGH-JKLM-NPQR");
}

static enum err object(const char *code)
{
    return object_to_application(db, keeper, arena, &someone, code);
}

static enum err send_owner(int64_t id, size_t number)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    struct sent_code sent;
    int64_t wait_s;
    enum err error = send_owner_code(db, keeper, arena, &actor, &application, number, &sent, &wait_s);
    application_close(&application);
    return error;
}

static enum err confirm_by(int64_t id, const char *code)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    enum err error = confirm_owner(db, keeper, arena, &actor, &application, code);
    application_close(&application);
    return error;
}

static void test_nothing_changed(void **state)
{
    (void)state;
    size_t before = messages("contact_changed");
    int64_t id = awaited(numbers[0]);
    assert_int_equal(state_of(id), STATE_FORM_AWAITED);
    assert_int_equal(messages("contact_changed"), before);
    assert_int_equal(send_owner(id, 0), ERR_STATE);
    assert_int_equal(confirm_by(id, "123456"), ERR_STATE);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_confirm(void **state)
{
    (void)state;
    size_t before = messages("contact_changed"), officers = messages("form_awaited");
    int64_t id = waiting_for_owner(numbers[0]);
    assert_int_equal(messages("contact_changed"), before + 2); /* SMS and e-mail */
    assert_int_equal(messages("form_awaited"), officers); /* nobody carries paper yet */
    assert_int_equal(take_in(officer_id, id), ERR_STATE);
    assert_int_equal(send_owner(id, 1), ERR_INVALID); /* one number is known, and the form's is none */
    assert_int_equal(send_owner(id, 0), ERR_TOO_MANY); /* that of step 4 was sent a moment ago */
    assert_int_equal(clock_set_offset(clock_path, clock_offset_s() + 61), ERR_NONE);
    assert_int_equal(send_owner(id, 0), ERR_NONE);
    const char *code = newest_code();
    assert_int_equal(confirm_by(id, code[0] == '0' ? "100000" : "000000"), ERR_WRONG);
    assert_int_equal(confirm_by(id, code), ERR_NONE);
    assert_int_equal(state_of(id), STATE_FORM_AWAITED);
    assert_int_equal(messages("form_awaited"), officers + 2);
    assert_int_equal(confirm_by(id, code), ERR_STATE); /* twice */
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_int_equal(object(objection_code(id)), ERR_NONE); /* with the officer already: stopped all the same */
    assert_int_equal(state_of(id), STATE_REJECTED);
}

/* A second code of step 4, left over, goes to the form's own number: right, but no word of the owner. */
static void test_own_number(void **state)
{
    (void)state;
    int64_t id = with_other_mobile(numbers[0]);
    struct application application = opened(id);
    const char *code_id;
    int64_t until_s, wait_s;
    assert_int_equal(clock_set_offset(clock_path, clock_offset_s() + 61), ERR_NONE);
    const struct keeper_code_request request = {
        .purpose = KEEPER_CODE_APPLICATION, .document = application.statement, .number = OTHER_MOBILE};
    assert_int_equal(keeper_code_make(keeper, arena, &request, &code_id, &until_s, &wait_s), ERR_NONE);
    application_close(&application);
    choose(id);
    assert_int_equal(confirm_by(id, fixture_keeper_code(arena, code_id)), ERR_FORBIDDEN);
    assert_int_equal(state_of(id), STATE_CONFIRMATION_PENDING);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_object(void **state)
{
    (void)state;
    int64_t id = waiting_for_owner(numbers[0]);
    struct application application = opened(id);
    struct timeline timeline;
    struct decision decision;
    const char *code = objection_code(id);
    size_t told = messages("objected"), officers = messages("objected_officer");
    assert_int_equal(object("ABCD-EFGH-JKLM-NPQR"), ERR_WRONG);
    assert_int_equal(object(""), ERR_WRONG);
    assert_int_equal(object(arena_printf(arena, "%sA", code)), ERR_WRONG);
    assert_int_equal(state_of(id), STATE_CONFIRMATION_PENDING);
    assert_int_equal(object(arena_printf(arena, " %.4s %.4s%s", code, code + 5, code + 10)), ERR_NONE);
    assert_int_equal(application_timeline(db, keeper, arena, application.barcode, numbers[0], &timeline), ERR_NONE);
    application_close(&application);
    assert_int_equal(timeline.state, STATE_REJECTED);
    assert_true(application_has_note(timeline.note, NOTE_OBJECTED));
    assert_int_equal(messages("objected"),
                     told + 3); /* the form's SMS and e-mail, the register's SMS; no address twice */
    assert_int_equal(messages("objected_officer"), officers + 2);
    assert_int_equal(object(code), ERR_NONE); /* again: done already, nobody is told twice */
    assert_int_equal(messages("objected"), told + 3);
    assert_int_equal(confirm_by(id, "123456"), ERR_STATE);
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, &id, 1, &decision),
                     ERR_STATE);
    static const char *const events[] = {"notify_contacts", "confirm_owner", "object_to_application"};
    for (size_t i = 0; i < 3; i++)
        assert_true(db_int64(rows_of(&sql_count_records, DB_WITH(DB_TEXT("event", events[i]))), 0, "records") > 0);
}

/* A code of before a change of the form still stops the application: who changes the form again does not shake it off. */
static void test_object_after_change(void **state)
{
    (void)state;
    int64_t id = waiting_for_owner(numbers[0]);
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    const char *code = objection_code(id);
    assert_int_equal(change_application(db, arena, &actor, &application), ERR_NONE);
    application_close(&application);
    application = opened(id);
    assert_int_equal(application.contact_changes, 0);
    application_close(&application);
    assert_int_equal(object(code), ERR_NONE);
    assert_int_equal(state_of(id), STATE_REJECTED);
}

/*
 * The limit (docs/trust.md, Changed contact data): whoever is web, or writes the database, makes up a code and stops an
 * application. It gets nothing else.
 */
static void test_made_up_objection(void **state)
{
    (void)state;
    static const char made_up[] = "ABCDEFGHJKLMNPQR";
    int64_t id = waiting_for_owner(numbers[0]);
    struct bytes hash = sha256(arena, bytes_of_text(made_up));
    exec(&sql_insert_notice, DB_WITH(DB_INT64("application_id", id), DB_BYTES("code_hash", hash)));
    assert_int_equal(object(made_up), ERR_NONE);
    assert_int_equal(state_of(id), STATE_REJECTED);
}

static void test_lapse(void **state)
{
    (void)state;
    static const struct waiting_limits limits = {30, 14};
    int64_t id = waiting_for_owner(numbers[0]), draft_id = draft_of(numbers[1]), other_id;
    static const struct {
        int64_t days;
        size_t reminders;
        enum application_state state, draft_state;
    } steps[] = {
        {6, 0, STATE_CONFIRMATION_PENDING, STATE_DRAFT},
        {1, 2, STATE_CONFIRMATION_PENDING, STATE_DRAFT},
        {3, 2, STATE_CONFIRMATION_PENDING, STATE_DRAFT},
        {1, 4, STATE_CONFIRMATION_PENDING, STATE_DRAFT},
        {3, 4, STATE_LAPSED, STATE_DRAFT},
        {1, 6, STATE_LAPSED, STATE_DRAFT},
        {12, 8, STATE_LAPSED, STATE_DRAFT},
        {3, 8, STATE_LAPSED, STATE_LAPSED},
    };
    size_t before = messages("reminder"), lapsed = messages("lapsed");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        advance(steps[i].days);
        for (int again = 0; again < 2; again++) /* whoever looks twice reminds once */
            assert_int_equal(remind_applicants(db, keeper, &limits), ERR_NONE);
        assert_int_equal(messages("reminder"), before + steps[i].reminders); /* by SMS and e-mail */
        assert_int_equal(state_of(id), steps[i].state);
        assert_int_equal(state_of(draft_id), steps[i].draft_state);
    }
    assert_int_equal(messages("lapsed"), lapsed + 4);
    assert_int_equal(confirm_by(id, "123456"), ERR_STATE);
    assert_int_equal(try_draft(numbers[0], &other_id), ERR_NONE); /* free to apply anew */
    assert_int_equal(run_withdraw(other_id), ERR_NONE);
    other_id = awaited(numbers[1]);
    assert_int_equal(take_in(officer_id, other_id), ERR_NONE);
    advance(400); /* waiting for the officer: never */
    assert_int_equal(remind_applicants(db, keeper, &limits), ERR_NONE);
    assert_int_equal(state_of(other_id), STATE_OFFICER_PENDING);
}

/* Who lost the earlier telephone: the new one counts 72 hours after the staff register has named it. */
static void test_register_names_it(void **state)
{
    (void)state;
    struct import_report report;
    int64_t id = waiting_for_owner(numbers[0]);
    const char *at = strstr(staff_csv, "5321234567");
    const char *csv = arena_printf(arena, "%.*s%s%s", (int)(at - staff_csv), staff_csv, OTHER_MOBILE, at + 10);
    assert_int_equal(import_staff(db, fixture_keeper_tool, arena, &someone, "saglik", bytes_of_text(csv), clock_now_s(),
                                  false, &report),
                     ERR_NONE);
    assert_int_equal(report.changed, 1);
    advance(1);
    assert_int_equal(send_owner(id, 0), ERR_NONE);
    assert_int_equal(confirm_by(id, newest_code()), ERR_FORBIDDEN);
    advance(2);
    assert_int_equal(send_owner(id, 0), ERR_NONE);
    assert_int_equal(confirm_by(id, newest_code()), ERR_NONE);
    assert_int_equal(run_withdraw(id), ERR_NONE);

    /* the limit: from then on it is the known one, and nobody else is told */
    size_t before = messages("contact_changed");
    id = with_other_mobile(numbers[0]);
    assert_int_equal(messages("contact_changed"), before);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

/* The limit: the portal's tables say that the owner is to be asked, and whoever writes them can say otherwise. */
static void test_row_edit(void **state)
{
    (void)state;
    int64_t id = with_other_mobile(numbers[2]);
    exec(&sql_forget_contact_changes, DB_WITH(DB_INT64("id", id)));
    choose(id);
    assert_int_equal(state_of(id), STATE_FORM_AWAITED);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static int set_up_clock(void **state)
{
    int fd = mkstemp(clock_path);
    if (fd < 0) return -1;
    close(fd);
    if (clock_set_offset(clock_path, 0) != ERR_NONE || clock_use_offset(clock_path) != ERR_NONE) return -1;
    return set_up(state);
}

static int tear_down_clock(void **state)
{
    unlink(clock_path);
    return tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_changed),
        cmocka_unit_test(test_confirm),
        cmocka_unit_test(test_own_number),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_object_after_change),
        cmocka_unit_test(test_made_up_objection),
        cmocka_unit_test(test_lapse),
        cmocka_unit_test(test_register_names_it),
        cmocka_unit_test(test_row_edit),
    };
    return cmocka_run_group_tests_name("changed contacts", tests, set_up_clock, tear_down_clock);
}
