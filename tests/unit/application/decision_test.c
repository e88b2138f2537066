/* Decisions: the text an officer signs, the signature that comes back, and what follows (spec 04, spec 10). */
#include "statement/decision_statement.h"
#include "story.h"

static struct bytes signature_over(const char *text)
{
    return signature_by(&cards[3], text);
}

static enum err accept(int64_t account_id, const char *uid, struct bytes signature)
{
    return accept_decision_signature(db, keeper, arena, &as_officer, account_id, uid, signature);
}

static enum err run_marks(struct db_tx *tx, void *context)
{
    const int64_t *id = context;
    TRY(mark_in_production(tx, &someone, *id));
    TRY(mark_in_production(tx, &someone, *id)); /* a second attempt at the card */
    TRY(mark_produced(tx, &someone, *id));
    TRY(complete_application(tx, &someone, *id));
    return complete_application(tx, &someone, *id);
}

static enum err run_complete(struct db_tx *tx, void *context)
{
    return complete_application(tx, &someone, *(const int64_t *)context);
}

static void test_decision(void **state)
{
    (void)state;
    int64_t ids[] = {awaited(numbers[0]), awaited(numbers[1])};
    struct decision decision, again;
    struct decision_statement statement;
    int64_t *approved;
    size_t approved_count;

    assert_int_equal(take_in(officer_id, ids[0]), ERR_NONE);
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, ids, 2, &decision),
                     ERR_STATE);
    assert_int_equal(take_in(officer_id, ids[1]), ERR_NONE);
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, ids, 0, &decision),
                     ERR_INVALID);
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, ids, 2, &decision),
                     ERR_NONE);
    assert_int_equal(decision_statement_read(arena, bytes_of_text(decision.statement), &statement), ERR_NONE);
    assert_int_equal(statement.line_count, 2);
    assert_true(statement.is_received && statement.is_approved && !statement.is_seen);
    assert_string_equal(statement.institution_code, "3401");
    assert_null(strstr(decision.statement, "IŞIK"));
    assert_null(strstr(decision.statement, numbers[0]));

    assert_int_equal(find_decision(db, arena, far_officer_id, decision.uid, &again), ERR_NOT_FOUND);
    struct bytes signature = signature_over(decision.statement);
    assert_int_equal(accept(far_officer_id, decision.uid, signature), ERR_NOT_FOUND);
    assert_int_equal(accept(officer_id, decision.uid, bytes_of_text("no signature")), ERR_WRONG);
    assert_int_equal(accept(officer_id, decision.uid, signature_over("another text\n")), ERR_WRONG);
    uint8_t *damaged = arena_alloc(arena, signature.size);
    memcpy(damaged, signature.data, signature.size);
    damaged[signature.size - 1] ^= 1;
    assert_int_equal(accept(officer_id, decision.uid, (struct bytes){damaged, signature.size}), ERR_WRONG);
    assert_int_equal(state_of(ids[0]), STATE_OFFICER_PENDING);
    assert_int_equal(messages("approved"), 0);

    assert_int_equal(accept(officer_id, decision.uid, signature), ERR_NONE);
    assert_int_equal(state_of(ids[0]), STATE_APPROVED);
    assert_int_equal(state_of(ids[1]), STATE_APPROVED);
    assert_int_equal(messages("approved"), 4); /* two people, SMS and e-mail */
    assert_int_equal(accept(officer_id, decision.uid, signature), ERR_STATE);
    const struct decision_proof *proofs;
    size_t proof_count;
    assert_int_equal(list_decision_proofs(db, keeper, arena, ids[1], &proofs, &proof_count), ERR_NONE);
    assert_int_equal(proof_count, 1);
    assert_false(proofs[0].is_passkey);
    assert_string_equal(proofs[0].statement, decision.statement);
    assert_true(bytes_equal(proofs[0].signature, signature));
    struct bytes kept = db_bytes(rows_of(&sql_find_signature, DB_WITH(DB_TEXT("uid", decision.uid))), 0, "signature");
    assert_null(memmem(kept.data, kept.size, numbers[3], 11)); /* the officer's number in the certificate: sealed */

    struct person person;
    assert_int_equal(find_person(db, keeper, arena, numbers[0], &person), ERR_NONE);
    assert_true(password_matches(WORD, person.security_word_hash));
    assert_string_equal(person.contact.mobile, "5321234567");
    person_close(&person);

    assert_int_equal(list_approved(db, arena, 10, &approved, &approved_count), ERR_NONE);
    assert_int_equal(approved_count, 2);
    assert_int_equal(db_run(db, run_complete, &ids[0]), ERR_STATE); /* no certificate without production */
    assert_int_equal(db_run(db, run_marks, &ids[0]), ERR_NONE);
    assert_int_equal(state_of(ids[0]), STATE_COMPLETED);
    assert_int_equal(run_withdraw(ids[0]), ERR_STATE);
    assert_int_equal(run_withdraw(ids[1]), ERR_NONE);
}

static enum err ask_answers_code(const struct application *draft)
{
    struct sent_code sent;
    int64_t wait_s;
    return send_answers_code(db, keeper, arena, &someone, draft, &sent, &wait_s);
}

/* Who was approved once (the first person, by now) need not type it all again, after a code to the account's telephone. */
static void test_earlier_answers(void **state)
{
    (void)state;
    struct sent_code sent;
    int64_t never_id = draft_of(numbers[3]), id = draft_of(numbers[0]), wait_s;
    struct application draft = opened(never_id);
    bool has_earlier = true;
    assert_int_equal(has_earlier_answers(db, &draft, &has_earlier), ERR_NONE);
    assert_false(has_earlier);
    assert_int_equal(ask_answers_code(&draft), ERR_STATE);
    application_close(&draft);
    assert_int_equal(run_withdraw(never_id), ERR_NONE);

    draft = opened(id);
    struct application_form form = draft.form;
    form.mobile = "5321230000"; /* typed by whoever sits there */
    form.term = "1";
    assert_int_equal(save_draft(db, arena, &someone, &draft, &form, NULL), ERR_NONE);
    application_close(&draft);
    draft = opened(id);
    assert_int_equal(has_earlier_answers(db, &draft, &has_earlier), ERR_NONE);
    assert_true(has_earlier);
    assert_int_equal(send_resume_code(db, keeper, arena, &someone, &draft, &sent, &wait_s), ERR_NONE);
    assert_int_equal(take_earlier_answers(db, keeper, arena, &someone, &draft, newest_code()), ERR_WRONG);
    assert_int_equal(ask_answers_code(&draft), ERR_NONE);
    assert_int_equal(ask_answers_code(&draft), ERR_TOO_MANY);
    assert_int_equal(take_earlier_answers(db, keeper, arena, &someone, &draft, newest_code()), ERR_NONE);
    application_close(&draft);

    draft = opened(id);
    assert_string_equal(draft.form.mobile, "5321234567");
    assert_string_equal(draft.form.email, "ayse@posta.example");
    assert_string_equal(draft.form.work_phone, "2165550101");
    assert_string_equal(draft.form.term, "1"); /* asked of each certificate */
    assert_null(draft.security_word_hash);
    assert_int_equal(has_earlier_answers(db, &draft, &has_earlier), ERR_NONE);
    assert_false(has_earlier); /* once is enough */
    application_close(&draft);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static enum err run_refusal(struct db_tx *tx, void *context)
{
    const int64_t *id = context;
    TRY(mark_in_production(tx, &someone, *id));
    return send_back_to_officer(tx, &someone, *id, "signer not in the registry");
}

static enum err send_back(struct db_tx *tx, void *context)
{
    return send_back_to_officer(tx, &someone, *(const int64_t *)context, "attempt");
}

static enum err run_return(int64_t account_id, int64_t id)
{
    struct application application = opened(id);
    enum err error = return_application(db, arena, &as_officer, account_id, &application, "Unvan yanlış.", "title");
    application_close(&application);
    return error;
}

static void approve_with_card(int64_t id)
{
    struct decision decision;
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, &id, 1, &decision),
                     ERR_NONE);
    assert_int_equal(accept(officer_id, decision.uid, signature_over(decision.statement)), ERR_NONE);
    assert_int_equal(state_of(id), STATE_APPROVED);
}

static void assert_refusal(int64_t id, const char *rule)
{
    struct application application = opened(id);
    assert_string_equal(application.refusal, rule);
    application_close(&application);
}

/* The signer refused for good: what was signed counts no more, and officers decide anew, or return it. */
static void test_refused_by_the_signer(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[1]);
    const struct decision_proof *proofs;
    size_t count;
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_int_equal(db_run(db, send_back, &id), ERR_NONE); /* not in production */
    assert_refusal(id, "");
    approve_with_card(id);
    assert_int_equal(db_run(db, run_refusal, &id), ERR_NONE);
    assert_int_equal(state_of(id), STATE_OFFICER_PENDING);
    assert_refusal(id, "signer not in the registry");
    assert_int_equal(list_decision_proofs(db, keeper, arena, id, &proofs, &count), ERR_NONE);
    assert_int_equal(count, 0);

    approve_with_card(id);
    assert_refusal(id, "");
    assert_int_equal(list_decision_proofs(db, keeper, arena, id, &proofs, &count), ERR_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(db_run(db, run_refusal, &id), ERR_NONE);
    assert_int_equal(run_return(far_officer_id, id), ERR_FORBIDDEN);
    assert_int_equal(run_return(officer_id, id), ERR_NONE);
    assert_int_equal(state_of(id), STATE_RETURNED);
    assert_int_equal(messages("returned"), 2); /* SMS and e-mail */
    struct application application = opened(id);
    assert_int_equal(change_application(db, arena, &someone, &application), ERR_NONE);
    application_close(&application);
    assert_refusal(id, "");
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void correct(int64_t id, const char *mobile)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    struct application_form form = application.form;
    form.title = "Uzman";
    if (mobile != NULL) form.mobile = mobile;
    assert_int_equal(save_draft(db, arena, &actor, &application, &form, NULL), ERR_NONE);
    application_close(&application);
    assert_int_equal(confirm(id), ERR_NONE);
}

/* Returned for correction: reason and fields are kept for the applicant alone; another barcode, the code only if need be. */
static void test_returned_for_correction(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[1]);
    struct application before = opened(id), application;
    assert_int_equal(run_return(far_officer_id, id), ERR_FORBIDDEN);
    assert_int_equal(run_return(officer_id, id), ERR_NONE); /* no paper had come yet */
    application = opened(id);
    assert_int_equal(application.state, STATE_RETURNED);
    assert_string_equal(application.return_reason, "Unvan yanlış.");
    assert_string_equal(application.return_fields, "title");
    assert_int_equal(change_application(db, arena, &someone, &application), ERR_NONE);
    application_close(&application);
    correct(id, NULL);
    application = opened(id);
    assert_int_equal(application.state, STATE_METHOD_PENDING); /* the number was confirmed before and is the same */
    assert_string_not_equal(application.barcode, before.barcode);
    assert_false(bytes_equal(application.statement_digest, before.statement_digest));
    assert_string_equal(application.return_reason, "");
    assert_int_equal(change_application(db, arena, &someone, &application), ERR_NONE);
    application_close(&application);
    correct(id, NULL);
    assert_int_equal(state_of(id), STATE_PHONE_PENDING); /* changed by oneself: the code as always */
    assert_int_equal(run_withdraw(id), ERR_NONE);
    application_close(&before);

    id = awaited(numbers[1]);
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_int_equal(run_return(officer_id, id), ERR_NONE);
    application = opened(id);
    assert_int_equal(change_application(db, arena, &someone, &application), ERR_NONE);
    application_close(&application);
    application = opened(id);
    assert_int_equal(application.taken_in_s, 0); /* the paper of before counts no more */
    application_close(&application);
    correct(id, "5321234599");
    assert_int_equal(state_of(id), STATE_PHONE_PENDING);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

/* The form was changed after the officer got the text to sign. */
static void test_decision_of_a_changed_application(void **state)
{
    (void)state;
    int64_t id = awaited(numbers[1]);
    struct decision decision;
    const struct db_rows *row = rows_of(&sql_find_sealed, DB_WITH(DB_INT64("id", id)));

    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, officer_id, DECIDE_APPROVED, &id, 1, &decision),
                     ERR_NONE);
    /* whoever writes the database cannot put another digest beside the sealed statement */
    exec(&sql_update_digest, DB_WITH(DB_BYTES("digest", sha256(arena, bytes_of_text("x"))), DB_INT64("id", id)));
    assert_int_equal(accept(officer_id, decision.uid, signature_over(decision.statement)), ERR_BROKEN);
    exec(&sql_update_digest, DB_WITH(DB_BYTES("digest", db_bytes(row, 0, "statement_digest")), DB_INT64("id", id)));
    assert_int_equal(run_withdraw(id), ERR_NONE);
    assert_int_equal(accept(officer_id, decision.uid, signature_over(decision.statement)), ERR_STATE);
    assert_int_equal(state_of(id), STATE_WITHDRAWN);
}

static void test_trail(void **state)
{
    (void)state;
    static const char *const events[] = {"propose_decision",  "accept_decision_signature", "mark_in_production",
                                         "mark_produced",     "complete_application",      "send_back_to_officer",
                                         "return_application"};
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        const struct db_rows *row = rows_of(&sql_count_records, DB_WITH(DB_TEXT("event", events[i])));
        if (db_int64(row, 0, "records") == 0) fail_msg("no record of %s", events[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decision),
        cmocka_unit_test(test_earlier_answers),
        cmocka_unit_test(test_decision_of_a_changed_application),
        cmocka_unit_test(test_refused_by_the_signer),
        cmocka_unit_test(test_returned_for_correction),
        cmocka_unit_test(test_trail),
    };
    return cmocka_run_group_tests_name("application decisions", tests, set_up, tear_down);
}
