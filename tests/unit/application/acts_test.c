/* The acts of applicants and officers: one application's way to the officer, and its byways. */
#include "statement/application_statement.h"
#include "story.h"

/* -- tests; each leaves its person without an open application -- */

static void test_draft(void **state)
{
    (void)state;
    int64_t id = draft_of(numbers[0]), other_id;
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    enum application_state running;

    assert_int_equal(application.state, STATE_DRAFT);
    assert_string_equal(application.form.surname, "IŞIK");
    assert_string_equal(application.form.birth_date, "1984-02-29");
    assert_string_equal(application.form.district, "Kadıköy");
    assert_string_equal(application.form.mobile, ""); /* log-in proves nobody: the register's contacts are not shown */
    assert_string_equal(application.form.email, "");
    assert_string_equal(application.form.term, "3");
    assert_string_equal(application.note, "");
    assert_true(application_is_resumed_by(arena, &application, TOKEN));
    assert_false(application_is_resumed_by(arena, &application, "0123456789abcdee"));
    assert_false(application_is_resumed_by(arena, &application, NULL));
    assert_false(application_is_resumed_by(arena, &application, ""));
    assert_int_equal(confirm(id), ERR_INVALID); /* no security word, no work telephone */

    struct application_form form = application.form;
    form.email = "yanlış";
    assert_int_equal(save_draft(db, arena, &actor, &application, &form, NULL), ERR_NONE);
    application_close(&application);
    application = opened(id);
    assert_string_equal(application.form.email, "yanlış"); /* kept, right or wrong */
    assert_null(application.security_word_hash);
    assert_int_equal(find_running_application(db, arena, application.person_id, &other_id, &running), ERR_NONE);
    assert_int_equal(other_id, id);
    application_close(&application);

    /* a bare draft gives way to a new one */
    int64_t newer_id = draft_of(numbers[0]);
    assert_int_equal(state_of(id), STATE_WITHDRAWN);
    assert_int_equal(state_of(newer_id), STATE_DRAFT);
    assert_int_equal(run_withdraw(newer_id), ERR_NONE);
}

static void test_confirm(void **state)
{
    (void)state;
    int64_t id = draft_of(numbers[0]);
    struct application_statement statement;

    fill(id);
    assert_int_equal(confirm(id), ERR_NONE);
    struct application application = opened(id);
    assert_int_equal(application.state, STATE_PHONE_PENDING);
    assert_true(barcode_is_valid(application.barcode));
    assert_int_equal(application_statement_read(arena, application.statement, &statement), ERR_NONE);
    assert_string_equal(statement.barcode, application.barcode);
    assert_string_equal(statement.application_uid, application.uid);
    assert_string_equal(statement.identity_number, numbers[0]);
    assert_string_equal(statement.work_phone, "2165550101");
    assert_string_equal(statement.institution_code, "3401");
    assert_string_equal(statement.server, SERVER);
    assert_true(statement.has_security_word);
    assert_null(strstr(bytes_to_text(arena, application.statement), WORD));
    assert_true(bytes_equal(sha256(arena, application.statement), application.statement_digest));
    application_close(&application);

    /* sealed at rest: the row holds neither number nor name */
    const struct db_rows *row = rows_of(&sql_find_sealed, DB_WITH(DB_INT64("id", id)));
    static const char *const columns[] = {"sealed_form", "sealed_statement"};
    for (size_t i = 0; i < 2; i++) {
        struct bytes sealed = db_bytes(row, 0, columns[i]);
        assert_null(memmem(sealed.data, sealed.size, numbers[0], 11));
        assert_null(memmem(sealed.data, sealed.size, "5321234567", 10));
    }
    assert_int_equal(confirm(id), ERR_STATE);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_change(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[0]), found_id;
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    const char *old_barcode = application.barcode;
    enum barcode_answer answer;
    struct timeline timeline;

    assert_int_equal(change_application(db, arena, &actor, &application), ERR_NONE);
    assert_int_equal(change_application(db, arena, &actor, &application), ERR_EXISTS); /* the barcode is void already */
    application_close(&application);
    assert_int_equal(find_application_by_barcode(db, arena, officer_id, old_barcode, &answer, &found_id), ERR_NONE);
    assert_int_equal(answer, BARCODE_SUPERSEDED);
    assert_int_equal(found_id, 0);

    application = opened(id);
    assert_int_equal(application.state, STATE_DRAFT);
    assert_int_equal(application.revision, 2);
    assert_null(application.barcode);
    assert_int_equal(application.statement.size, 0);
    assert_non_null(application.security_word_hash);
    application_close(&application);

    /* its number was confirmed once: nobody can put a new draft in its place */
    int64_t other_id = 0;
    assert_int_equal(try_draft(numbers[0], &other_id), ERR_EXISTS);
    assert_int_equal(other_id, 0);

    assert_int_equal(confirm(id), ERR_NONE);
    application = opened(id);
    assert_string_not_equal(application.barcode, old_barcode);
    assert_int_equal(application_timeline(db, keeper, arena, old_barcode, numbers[0], &timeline), ERR_NONE);
    assert_string_equal(timeline.barcode, application.barcode);
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_barcode_answers(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[0]), found_id;
    struct application application = opened(id);
    const char *barcode = application.barcode;
    enum barcode_answer answer;
    application_close(&application);

    static const struct {
        const int64_t *officer;
        enum barcode_answer answer;
    } cases[] = {
        {&officer_id, BARCODE_FOUND}, {&upper_officer_id, BARCODE_FOUND}, {&far_officer_id, BARCODE_OTHER_INSTITUTION}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(find_application_by_barcode(db, arena, *cases[i].officer, barcode, &answer, &found_id),
                         ERR_NONE);
        assert_int_equal(answer, cases[i].answer);
        assert_int_equal(found_id, answer == BARCODE_FOUND ? id : 0);
    }
    assert_int_equal(find_application_by_barcode(db, arena, officer_id, "000000000000000", &answer, &found_id),
                     ERR_NONE);
    assert_int_equal(answer, BARCODE_UNKNOWN);
    assert_int_equal(open_application_for_officer(db, keeper, arena, far_officer_id, id, &application), ERR_FORBIDDEN);
    assert_int_equal(take_in(far_officer_id, id), ERR_FORBIDDEN);
    assert_int_equal(state_of(id), STATE_FORM_AWAITED);
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_int_equal(find_application_by_barcode(db, arena, officer_id, barcode, &answer, &found_id), ERR_NONE);
    assert_int_equal(answer, BARCODE_TAKEN_IN);
    assert_int_equal(take_in(officer_id, id), ERR_STATE);
    assert_int_equal(run_withdraw(id), ERR_NONE);
    assert_int_equal(find_application_by_barcode(db, arena, officer_id, barcode, &answer, &found_id), ERR_NONE);
    assert_int_equal(answer, BARCODE_NOT_AWAITED);
}

static void test_refuse(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[0]);
    struct application application = opened(id);
    struct timeline timeline;

    assert_int_equal(refuse_form(db, arena, &as_officer, far_officer_id, &application, REFUSED_UNSIGNED),
                     ERR_FORBIDDEN);
    assert_int_equal(refuse_form(db, arena, &as_officer, officer_id, &application, REFUSED_UNSIGNED), ERR_NONE);
    assert_int_equal(application_timeline(db, keeper, arena, application.barcode, numbers[0], &timeline), ERR_NONE);
    application_close(&application);
    assert_int_equal(timeline.state, STATE_FORM_AWAITED);
    assert_true(application_has_note(timeline.note, form_refusal_name(REFUSED_UNSIGNED)));
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    application = opened(id);
    assert_string_equal(application.note, "");
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_two_persons(void **state)
{
    (void)state;
    int64_t own_id = awaited(numbers[3]); /* the officer's */
    struct decision decision;

    assert_int_equal(take_in(officer_id, own_id), ERR_FORBIDDEN);
    assert_int_equal(take_in(upper_officer_id, own_id), ERR_NONE);
    assert_int_equal(
        propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, &own_id, 1, &decision),
        ERR_FORBIDDEN);
    assert_int_equal(
        propose_decision(db, keeper, arena, &as_officer, far_officer_id, DECIDE_APPROVED, &own_id, 1, &decision),
        ERR_FORBIDDEN);
    assert_int_equal(state_of(own_id), STATE_OFFICER_PENDING);
    assert_int_equal(run_withdraw(own_id), ERR_NONE);
}

static enum err damage(struct db_tx *tx, void *context)
{
    return db_exec(tx, &sql_damage_form, DB_WITH(DB_INT64("id", *(const int64_t *)context)), NULL);
}

static void test_inbox(void **state)
{
    (void)state;
    int64_t first_id = awaited(numbers[1]), own_id = awaited(numbers[3]);
    struct inbox_filter filter = {.limit = 100};
    struct inbox inbox;

    assert_int_equal(list_inbox(db, keeper, arena, officer_id, &filter, &inbox), ERR_NONE);
    assert_int_equal(inbox.row_count, 2);
    assert_int_equal(inbox.rows[0].application_id, first_id);
    assert_string_equal(inbox.rows[0].surname, "ÖZ");
    assert_string_equal(inbox.rows[0].identity_number, numbers[1]);
    assert_false(inbox.rows[0].is_own);
    assert_true(inbox.rows[1].is_own);
    assert_int_equal(inbox.counts[STATE_FORM_AWAITED], 2);
    assert_int_equal(list_inbox(db, keeper, arena, upper_officer_id, &filter, &inbox), ERR_NONE);
    assert_int_equal(inbox.row_count, 2);
    assert_int_equal(list_inbox(db, keeper, arena, far_officer_id, &filter, &inbox), ERR_NONE);
    assert_int_equal(inbox.row_count, 0);
    filter.has_state = true;
    filter.state = STATE_OFFICER_PENDING;
    assert_int_equal(list_inbox(db, keeper, arena, officer_id, &filter, &inbox), ERR_NONE);
    assert_int_equal(inbox.row_count, 0);
    filter.limit = 501;
    assert_int_equal(list_inbox(db, keeper, arena, officer_id, &filter, &inbox), ERR_INVALID);
    assert_int_equal(run_withdraw(first_id), ERR_NONE);
    assert_int_equal(run_withdraw(own_id), ERR_NONE);
    /* one that opens no more does not take the others with it */
    assert_int_equal(db_run(db, damage, &first_id), ERR_NONE);
    filter = (struct inbox_filter){.limit = 100, .has_state = true, .state = STATE_WITHDRAWN};
    assert_int_equal(list_inbox(db, keeper, arena, officer_id, &filter, &inbox), ERR_NONE);
    size_t lost = 0;
    for (size_t i = 0; i < inbox.row_count; i++) lost += inbox.rows[i].identity_number[0] == '\0';
    assert_int_equal(lost, 1);
    assert_true(inbox.row_count > 1);
}

static void add_step_at(int64_t id, enum application_state from, enum application_state to, int64_t at_s)
{
    exec(&sql_add_step_at, DB_WITH(DB_INT64("id", id), DB_TEXT("from_state", application_state_name(from)),
                                   DB_TEXT("to_state", application_state_name(to)), DB_INT64("at_s", at_s)));
}

/* What took how long lately; five are needed to tell anything. */
static void test_stage_figures(void **state)
{
    (void)state;
    int64_t id = draft_of(numbers[0]), now_s = clock_now_s();
    struct stage_figures usual, figures;
    int64_t days = 0; /* on which somebody works */
    assert_int_equal(find_stage_figures(db, arena, &usual), ERR_NONE);
    for (int i = 0; i < 5; i++) {
        add_step_at(id, STATE_FORM_AWAITED, STATE_OFFICER_PENDING, now_s - 9 * DAY_S);
        add_step_at(id, STATE_OFFICER_PENDING, STATE_APPROVED, now_s - (i + 1) * DAY_S);
        days += working_days_between(now_s - 9 * DAY_S, now_s - (i + 1) * DAY_S);
    }
    add_step_at(id, STATE_OFFICER_PENDING, STATE_APPROVED, now_s - 60 * DAY_S); /* long ago */
    assert_int_equal(find_stage_figures(db, arena, &figures), ERR_NONE);
    assert_int_equal(figures.officer_days, (days + 4) / 5);
    assert_int_equal(figures.production_days, usual.production_days);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_timeline(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[0]);
    struct application application = opened(id);
    struct timeline timeline;

    assert_int_equal(application_timeline(db, keeper, arena, application.barcode, numbers[0], &timeline), ERR_NONE);
    assert_int_equal(timeline.step_count, 4);
    assert_int_equal(timeline.steps[3].to, STATE_FORM_AWAITED);
    assert_int_equal(timeline.way, WAY_WET);
    assert_int_equal(application_timeline(db, keeper, arena, application.barcode, numbers[1], &timeline),
                     ERR_NOT_FOUND);
    assert_int_equal(application_timeline(db, keeper, arena, application.barcode, "10000000528", &timeline),
                     ERR_NOT_FOUND);
    assert_int_equal(application_timeline(db, keeper, arena, "000000000000000", numbers[0], &timeline), ERR_NOT_FOUND);
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_resume(void **state)
{
    (void)state;
    struct sent_code sent;
    int64_t id = awaited(numbers[0]), wait_s;
    struct application application = opened(id);
    struct actor actor = as_person(&application);

    assert_int_equal(send_resume_code(db, keeper, arena, &actor, &application, &sent, &wait_s), ERR_NONE);
    const char *code = newest_code();
    assert_int_equal(confirm_phone(db, keeper, arena, &actor, &application, code, PAGE), ERR_STATE);
    assert_int_equal(resume_application(db, keeper, arena, &actor, &application, "abc"), ERR_WRONG);
    assert_int_equal(resume_application(db, keeper, arena, &actor, &application, code), ERR_NONE);
    assert_int_equal(resume_application(db, keeper, arena, &actor, &application, code), ERR_WRONG);
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static size_t found_by(const char *name, int64_t account_id)
{
    const struct inbox_filter filter = {.name = name, .limit = 100};
    struct inbox inbox;
    assert_int_equal(list_inbox(db, keeper, arena, account_id, &filter, &inbox), ERR_NONE);
    for (size_t i = 0; i < inbox.row_count; i++) assert_string_equal(inbox.rows[i].surname, "IŞIK");
    return inbox.row_count;
}

/* Ayşe Işık's applications, in whatever state, by the words of her name and no others; each institution its own. */
static void test_find_by_name(void **state)
{
    (void)state;
    static const char *const right[] = {"Işık", "IŞIK", "isik", "ISIK ayse", "Ayşe  Işık", "işik"};
    static const char *const wrong[] = {"Isi", "Ayşe Öz", "Ayşe Işık Can", "5321234567", "10000000146"};
    int64_t id = awaited(numbers[0]);
    size_t all = found_by("ışık", officer_id);
    assert_true(all >= 2); /* those of earlier tests are withdrawn */
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) assert_int_equal(found_by(right[i], officer_id), all);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_int_equal(found_by(wrong[i], officer_id), 0);
    assert_int_equal(found_by("ışık", far_officer_id), 0);
    const struct inbox_filter filter = {.name = "?!", .limit = 100};
    struct inbox inbox;
    assert_int_equal(list_inbox(db, keeper, arena, officer_id, &filter, &inbox), ERR_INVALID);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static enum err erase(const char *who, struct erasure *ret_erasure)
{
    *ret_erasure = (struct erasure){0};
    return erase_person(db, fixture_keeper_tool, arena, &someone, who, ret_erasure);
}

/* What has to be kept forbids it, for 20 years; a draft does not, and afterwards nothing opens. */
static void test_erase(void **state)
{
    (void)state;
    const int64_t years_20_s = (int64_t)20 * 365 * DAY_S + 5 * DAY_S;
    struct erasure erasure;
    struct person person;
    const struct bytes digest = sha256(arena, bytes_of_text("x"));
    assert_int_equal(erase(numbers[3], &erasure), ERR_STATE);
    assert_int_equal(erasure.accounts, 1);
    int64_t id = awaited(numbers[1]);
    assert_int_equal(erase(numbers[1], &erasure), ERR_STATE);
    assert_int_equal(erasure.open_applications, 1);
    assert_int_equal(run_withdraw(id), ERR_NONE);
    exec(&sql_insert_evidence, DB_WITH(DB_INT64("application_id", id), DB_BYTES("digest", digest)));
    assert_int_equal(erase(numbers[1], &erasure), ERR_STATE);
    assert_int_equal(erasure.applications, 1);
    assert_int_equal(erasure.certificates, 0);
    assert_in_range(erasure.kept_until_s, clock_now_s() + years_20_s - 60, clock_now_s() + years_20_s);
    exec(&sql_age_application, DB_WITH(DB_INT64("id", id), DB_INT64("seconds", years_20_s + 1)));

    int64_t draft_id = draft_of(numbers[1]);
    assert_int_equal(find_person(db, keeper, arena, numbers[1], &person), ERR_NONE);
    person_close(&person);
    assert_int_equal(erase(person.uid, &erasure), ERR_NONE);
    struct application application;
    struct person again;
    assert_int_equal(find_person(db, keeper, arena, numbers[1], &again), ERR_NOT_FOUND);
    assert_int_equal(open_person(db, keeper, arena, person.id, &again), ERR_NOT_FOUND);
    assert_int_equal(open_application(db, keeper, arena, id, &application), ERR_NOT_FOUND);
    assert_int_equal(open_application(db, keeper, arena, draft_id, &application), ERR_NOT_FOUND);
    assert_int_equal(erase(person.uid, &erasure), ERR_NOT_FOUND);
    assert_int_equal(erase(numbers[1], &erasure), ERR_NOT_FOUND);
    assert_int_equal(erase("0", &erasure), ERR_NOT_FOUND);
    const struct db_rows *row = rows_of(&sql_count_records, DB_WITH(DB_TEXT("event", "erase_person")));
    assert_int_equal(db_int64(row, 0, "records"), 1);
}

static void test_trail(void **state)
{
    (void)state;
    static const char *const events[] = {"open_draft",    "save_draft",         "confirm_application", "send_code",
                                         "confirm_phone", "choose_wet_way",     "change_application",  "take_in_form",
                                         "refuse_form",   "resume_application", "withdraw_application"};
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        const struct db_rows *row = rows_of(&sql_count_records, DB_WITH(DB_TEXT("event", events[i])));
        if (db_int64(row, 0, "records") == 0) fail_msg("no record of %s", events[i]);
    }
}

static void test_doors(void **state)
{
    (void)state;
    const struct door *doors;
    size_t count;

    assert_int_equal(list_doors(db, arena, &doors, &count), ERR_NONE);
    assert_int_equal(count, 2);
    assert_string_equal(doors[0].name, "Çevre"); /* Ç before S */
    assert_int_equal(doors[1].terms[2], 3);
    assert_int_equal(doors[1].terms[3], 0);
    assert_int_equal(find_door(db, arena, "yok", &door), ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draft),           cmocka_unit_test(test_confirm),  cmocka_unit_test(test_change),
        cmocka_unit_test(test_barcode_answers), cmocka_unit_test(test_refuse),   cmocka_unit_test(test_two_persons),
        cmocka_unit_test(test_inbox),           cmocka_unit_test(test_timeline), cmocka_unit_test(test_resume),
        cmocka_unit_test(test_stage_figures),   cmocka_unit_test(test_trail),    cmocka_unit_test(test_doors),
        cmocka_unit_test(test_find_by_name),    cmocka_unit_test(test_erase),
    };
    return cmocka_run_group_tests_name("application acts", tests, set_up, tear_down);
}
