/* What an application does to the certificate it concerns follows from what was confirmed, not from rows (spec 01, Reasons). */
#include "story.h"

static struct card own, others; /* of the first two persons */
static int64_t statuses;

static enum err store(struct db_tx *tx, void *context)
{
    const struct certificate_new *stored = context;
    TRY(store_certificate(tx, &someone, stored));
    return note_written(tx, stored->application_id, stored->attempt);
}

/* A certificate on a card, from an application that was given up later. */
static void give(int64_t id, const struct card *card)
{
    struct application application = opened(id);
    const struct certificate *certificate = &card->certificate;
    exec(&sql_insert_status, DB_WITH(DB_TEXT("serial", certificate->serial), DB_INT64("number", ++statuses)));
    const char *uid = random_hex(arena, 16);
    const struct certificate_new stored = {.uid = uid,
                                           .application_id = id,
                                           .attempt = 1,
                                           .person_id = application.person_id,
                                           .serial = certificate->serial,
                                           .card_serial = certificate->serial,
                                           .not_before_s = certificate->not_before_s,
                                           .not_after_s = certificate->not_after_s,
                                           .application_digest = application.statement_digest,
                                           .sealed_der =
                                               seal_certificate(arena, &application.person, uid, certificate->der)};
    assert_int_equal(db_run(db, store, (void *)(uintptr_t)&stored), ERR_NONE);
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void choose_reason(int64_t id, enum application_reason reason, const char *serial)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    struct application_form form = application.form;
    struct holder holder;
    size_t at = 0;
    assert_int_equal(find_holder(db, arena, &application.person, RENEWAL_DAYS, &holder), ERR_NONE);
    while (at + 1 < holder.count && strcmp(holder.certificates[at].serial, serial) != 0) at++;
    form_set_reason(arena, &door, reason, &holder, at, &form);
    assert_int_equal(save_draft(db, arena, &actor, &application, &form, NULL), ERR_NONE);
    application_close(&application);
}

/* Confirmed by its SMS code, for its way of signing. */
static int64_t applied(enum application_reason reason)
{
    int64_t id = draft_of(numbers[0]);
    fill(id);
    choose_reason(id, reason, own.certificate.serial);
    assert_int_equal(confirm(id), ERR_NONE);
    pass_phone(id);
    choose(id);
    return id;
}

typedef enum err find_function(struct db *from, struct arena *into, const struct application *application,
                               struct concerned *ret_concerned);

/* The serial that the application warrants to be ended so; NULL: none. */
static const char *found(find_function *find, int64_t id)
{
    struct concerned concerned;
    struct application application = opened(id);
    enum err error = find(db, arena, &application, &concerned);
    application_close(&application);
    if (error != ERR_NONE) assert_int_equal(error, ERR_FORBIDDEN);
    return error == ERR_NONE ? concerned.certificate.serial : NULL;
}

static void say_in_row(int64_t id, enum application_state state)
{
    exec(&sql_name_another_certificate, DB_WITH(DB_TEXT("serial", others.certificate.serial), DB_INT64("id", id),
                                                DB_TEXT("state", application_state_name(state))));
}

static void test_lost(void **state)
{
    (void)state;
    int64_t id = applied(REASON_LOST);
    const struct db_rows *jobs = rows_of(&sql_list_jobs, DB_NOTHING);
    assert_int_equal(db_count(jobs), 1);
    assert_string_equal(db_text(jobs, 0, "kind"), CONCERNED_JOB_SUSPEND);
    assert_string_equal(db_text(jobs, 0, "payload"), arena_printf(arena, "%lld", (long long)id));
    /* at once: the code went to a number known from before */
    assert_string_equal(found(find_concerned_to_suspend, id), own.certificate.serial);
    exec(&sql_delete_owner, DB_WITH(DB_INT64("application_id", id)));
    assert_null(found(find_concerned_to_suspend, id));
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_string_equal(found(find_concerned_to_suspend, id), own.certificate.serial);
    assert_null(found(find_concerned_to_revoke, id)); /* not approved */

    say_in_row(id, STATE_APPROVED); /* a column names another person's: the statement counts */
    assert_string_equal(found(find_concerned_to_suspend, id), own.certificate.serial);
    assert_string_equal(found(find_concerned_to_revoke, id), own.certificate.serial);
    struct application application = opened(id);
    exec(&sql_give_certificate,
         DB_WITH(DB_INT64("person_id", application.person_id + 1), DB_TEXT("serial", own.certificate.serial)));
    assert_null(found(find_concerned_to_revoke, id)); /* not this person's by its row */
    exec(&sql_give_certificate,
         DB_WITH(DB_INT64("person_id", application.person_id), DB_TEXT("serial", own.certificate.serial)));
    application_close(&application);
    say_in_row(id, STATE_WITHDRAWN);
    assert_null(found(find_concerned_to_suspend, id));
    assert_null(found(find_concerned_to_revoke, id));
}

static enum err produce(struct db_tx *tx, void *context)
{
    const int64_t *id = context;
    return mark_produced(tx, &someone, *id);
}

static enum err give_way(const struct application *renewal, int64_t *ret_id)
{
    struct staff_member member;
    assert_int_equal(find_staff_member(db, arena, &renewal->person, "saglik", &member), ERR_NONE);
    const struct draft_request draft = {&door, &renewal->person, &member, LANGUAGE_TURKISH,
                                        TOKEN, RENEWAL_DAYS,     renewal};
    return open_draft(db, arena, &someone, &draft, ret_id);
}

/* An open renewal gives way, its answers go over; what is no renewal, or has moved on, stays. */
static void test_renewal_gives_way(void **state)
{
    (void)state;
    struct card ending = make_card_between(numbers[0], clock_now_s() - DAY_S, clock_now_s() + 50 * DAY_S);
    int64_t next_id = 0, id = applied(REASON_ADDITIONAL);
    struct application application = opened(id);
    assert_int_equal(give_way(&application, &next_id), ERR_STATE);
    application_close(&application);
    give(id, &ending);

    id = draft_of(numbers[0]);
    fill(id);
    choose_reason(id, REASON_RENEWAL, ending.certificate.serial);
    assert_int_equal(confirm(id), ERR_NONE);
    pass_phone(id);
    choose(id);
    application = opened(id);
    size_t told = messages("withdrawn");
    assert_int_equal(give_way(&application, &next_id), ERR_NONE);
    assert_int_equal(state_of(id), STATE_WITHDRAWN);
    assert_true(messages("withdrawn") > told);
    assert_int_equal(give_way(&application, &id), ERR_STATE);
    application_close(&application);

    application = opened(next_id);
    assert_int_equal(application.state, STATE_DRAFT);
    assert_string_equal(application.form.reason, "");
    assert_string_equal(application.form.work_phone, "2165550101");
    assert_null(application.security_word_hash);
    application_close(&application);
    choose_reason(next_id, REASON_LOST, ending.certificate.serial);
    assert_int_equal(run_withdraw(next_id), ERR_NONE);
    ending.key = memory_key_free(ending.key);
}

/* A renewal that is made already and still to start is replaced, too, once the new card is made. */
static void test_lost_beside_renewal(void **state)
{
    (void)state;
    int64_t end_s = own.certificate.not_after_s;
    struct card renewal = make_card_between(numbers[0], end_s + 1, end_s + 300 * DAY_S);
    give(applied(REASON_ADDITIONAL), &renewal);
    int64_t id = applied(REASON_LOST);
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_null(found(find_renewal_to_revoke, id));
    say_in_row(id, STATE_APPROVED);
    assert_null(found(find_renewal_to_revoke, id)); /* no new card yet */
    say_in_row(id, STATE_IN_PRODUCTION);
    exec(&sql_name_another_certificate,
         DB_WITH(DB_TEXT("serial", own.certificate.serial), DB_INT64("id", id), DB_TEXT("state", "in_production")));
    size_t jobs = db_count(rows_of(&sql_list_jobs, DB_NOTHING));
    assert_int_equal(db_run(db, produce, &id), ERR_NONE);
    const struct db_rows *rows = rows_of(&sql_list_jobs, DB_NOTHING);
    assert_int_equal(db_count(rows), jobs + 1);
    assert_string_equal(db_text(rows, jobs, "kind"), CONCERNED_JOB_REVOKE_RENEWAL);
    assert_string_equal(found(find_renewal_to_revoke, id), renewal.certificate.serial);
    say_in_row(id, STATE_WITHDRAWN);
    renewal.key = memory_key_free(renewal.key);

    id = applied(REASON_ADDITIONAL); /* its row says 'lost' and more: its statement does not */
    say_in_row(id, STATE_PRODUCED);
    assert_null(found(find_renewal_to_revoke, id));
    say_in_row(id, STATE_WITHDRAWN);
}

static void test_rows_alone(void **state)
{
    (void)state;
    int64_t id = applied(REASON_ADDITIONAL);
    say_in_row(id, STATE_APPROVED); /* says 'lost' now, and another's serial */
    assert_null(found(find_concerned_to_suspend, id));
    assert_null(found(find_concerned_to_revoke, id));
    say_in_row(id, STATE_WITHDRAWN);

    id = draft_of(numbers[0]); /* the other's certificate, made one's own by its row, is none to apply over */
    struct application application = opened(id);
    fill(id);
    choose_reason(id, REASON_LOST, own.certificate.serial);
    exec(&sql_give_certificate,
         DB_WITH(DB_INT64("person_id", application.person_id), DB_TEXT("serial", others.certificate.serial)));
    assert_int_not_equal(confirm(id), ERR_NONE);
    exec(&sql_give_certificate,
         DB_WITH(DB_INT64("person_id", application.person_id + 1), DB_TEXT("serial", others.certificate.serial)));
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

/* The code said yes to an additional certificate, not to the end of the present one. */
static void test_returned_with_another_reason(void **state)
{
    (void)state;
    static const struct {
        enum application_reason reason;
        enum application_state state;
    } cases[] = {{REASON_ADDITIONAL, STATE_METHOD_PENDING}, {REASON_LOST, STATE_PHONE_PENDING}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t id = applied(REASON_ADDITIONAL);
        struct application application = opened(id);
        assert_int_equal(return_application(db, arena, &as_officer, officer_id, &application, "Neden yanlış.", ""),
                         ERR_NONE);
        application_close(&application);
        application = opened(id);
        assert_int_equal(change_application(db, arena, &someone, &application), ERR_NONE);
        application_close(&application);
        choose_reason(id, cases[i].reason, own.certificate.serial);
        assert_int_equal(confirm(id), ERR_NONE);
        assert_int_equal(state_of(id), cases[i].state);
        assert_int_equal(run_withdraw(id), ERR_NONE);
    }
}

/* Row and bytes each are looked up through their owner: neither leans on the other, nor on the seal. */
static void test_read_through_its_owner(void **state)
{
    (void)state;
    int64_t id = draft_of(numbers[0]);
    struct application application = opened(id);
    struct certificate_record record;
    struct bytes der;
    const char *own_serial = own.certificate.serial, *others_serial = others.certificate.serial;
    assert_int_equal(find_certificate(db, arena, application.person_id, own_serial, &record), ERR_NONE);
    assert_int_equal(find_certificate(db, arena, application.person_id, others_serial, &record), ERR_NOT_FOUND);
    assert_int_equal(read_certificate(db, arena, &application.person, own_serial, &der), ERR_NONE);
    assert_true(bytes_equal(der, own.certificate.der));
    assert_int_equal(read_certificate(db, arena, &application.person, others_serial, &der), ERR_NOT_FOUND);
    application_close(&application);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static int set_up_cards(void **state)
{
    set_up(state);
    own = make_card(numbers[0]);
    others = make_card(numbers[1]);
    give(awaited(numbers[0]), &own);
    give(awaited(numbers[1]), &others);
    return 0;
}

static int tear_down_cards(void **state)
{
    own.key = memory_key_free(own.key);
    others.key = memory_key_free(others.key);
    return tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lost),
                                       cmocka_unit_test(test_rows_alone),
                                       cmocka_unit_test(test_returned_with_another_reason),
                                       cmocka_unit_test(test_renewal_gives_way),
                                       cmocka_unit_test(test_lost_beside_renewal),
                                       cmocka_unit_test(test_read_through_its_owner)};
    return cmocka_run_group_tests_name("certificate concerned", tests, set_up_cards, tear_down_cards);
}
