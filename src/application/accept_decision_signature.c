/*
 * An officer's signature over `decision 1` came back, by card or by passkey: applications of which nothing is missing now
 * are approved, the others wait for the next signature (spec 04, Decide; spec 10).
 */
#include "application/store.h"

#include "application_sql.h"
#include "pki/cades.h"
#include "statement/decision_statement.h"
#include "statement/registry.h"

#include <string.h>

/* One application's part, prepared before the transaction. */
struct approval {
    struct application application; /* closed once its messages and contact are sealed */
    const struct message_ready *message;
    struct bytes sealed_contact;
    struct evidence_given given; /* but for the decisions */
    const struct registry_rule *rules;
    size_t rule_count;
};

struct acceptance {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const struct decision *decision;
    const struct passkey *passkey; /* NULL: by card */
    const struct passkey_assertion *assertion;
    struct bytes sealed_signature;
    struct approval *approvals;
};

static enum err approve(struct db_tx *tx, const struct acceptance *acceptance, const struct approval *approval)
{
    const struct application *application = &approval->application;

    TRY(update_one(tx, &sql_update_approved,
                   DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, acceptance->actor, application->id, STATE_OFFICER_PENDING, STATE_APPROVED,
                         "accept_decision_signature", acceptance->decision->uid));
    /* spec 01: the word becomes the account's when the application is approved */
    TRY(person_set_security_word(tx, application->person_id, application->security_word_hash));
    TRY(person_set_contact(tx, application->person_id, approval->sealed_contact));
    TRY(revoke_concerned(tx, application));
    return message_queue(tx, approval->message);
}

/* The signature just kept is among those read here. */
static enum err take_one(struct db_tx *tx, const struct acceptance *acceptance, const struct approval *approval)
{
    const struct application *application = &approval->application;
    struct evidence_given given = approval->given;
    const struct db_rows *row;

    TRY(check_officer(tx, acceptance->arena, acceptance->account, application->institution_id, application->person_id));
    TRY(db_row(tx, acceptance->arena, &sql_find_application, DB_WITH(DB_INT64("id", application->id)), &row));
    if (strcmp(db_text(row, 0, "state"), application_state_name(STATE_OFFICER_PENDING)) != 0 ||
        db_int64(row, 0, "revision") != application->revision)
        return err_set(ERR_STATE, "decision: the application was changed meanwhile");
    TRY(read_decisions_given(tx, acceptance->arena, application->id, &given));
    if (evidence_is_complete(approval->rules, approval->rule_count, &given)) return approve(tx, acceptance, approval);
    return audit_record(tx, acceptance->actor, "keep_decision_signature", "application", application->id,
                        acceptance->decision->uid);
}

static enum err accept_all(struct db_tx *tx, void *context)
{
    const struct acceptance *acceptance = context;

    TRY(update_one(tx, &sql_update_decision_signed,
                   DB_WITH(DB_BYTES("signature", acceptance->sealed_signature),
                           DB_TEXT("kind", acceptance->passkey == NULL ? "card" : "passkey"),
                           DB_INT64("now_s", clock_now_s()), DB_INT64("id", acceptance->decision->id))));
    if (acceptance->passkey != NULL) TRY(use_passkey(tx, acceptance->passkey, acceptance->assertion));
    for (size_t i = 0; i < acceptance->decision->application_count; i++)
        TRY(take_one(tx, acceptance, &acceptance->approvals[i]));
    return ERR_NONE;
}

/* The signed text names the application as it stands now, not as it stood before a change. */
static enum err check_line(struct arena *arena, const struct decision_statement *statement,
                           const struct application *application)
{
    for (size_t i = 0; i < statement->line_count; i++) {
        const struct decision_statement_line *line = &statement->lines[i];
        if (strcmp(line->application_uid, application->uid) != 0) continue;
        bool is_same = line->revision == application->revision &&
                       strcmp(line->digest, hex_encode(arena, application->statement_digest)) == 0;
        return is_same ? ERR_NONE : err_set(ERR_STATE, "decision: the application was changed meanwhile");
    }
    return err_set(ERR_BROKEN, "decision: an application without a line");
}

static enum err prepare_opened(struct db *db, struct arena *arena, const struct registry *registry,
                               const struct decision_statement *statement, struct approval *approval)
{
    struct application *application = &approval->application;
    const struct application_form *form = &application->form;
    struct contact contact = {form->email, form->mobile, form->channel, application_language(application)};
    struct message_to to = application_contact(application, 0);
    approval->sealed_contact = person_seal_contact(arena, &application->person, &contact);
    TRY(check_line(arena, statement, application));
    TRY(find_evidence_given(db, arena, application, &approval->given));
    TRY(find_application_rules(db, arena, registry, application, &approval->rules, &approval->rule_count));
    return message_prepare(
        arena, &to, MESSAGE_APPROVED,
        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision), NULL,
        &approval->message, "barcode", application->barcode, "next",
        next_step_text(arena, to.language, STATE_APPROVED, application->way), NULL);
}

static enum err prepare(struct db *db, struct keeper *keeper, struct arena *arena, const struct registry *registry,
                        const struct decision_statement *statement, int64_t application_id, struct approval *approval)
{
    TRY(open_application(db, keeper, arena, application_id, &approval->application));
    enum err error = prepare_opened(db, arena, registry, statement, approval);
    application_close(&approval->application);
    return error;
}

struct source { /* one of the two */
    struct bytes signature;
    const struct passkey_assertion *assertion;
    const char *origin;
};

/* The card's certificate names the officer, so the signature is kept under the officer's key. */
static enum err check_and_seal(struct arena *arena, const struct registry *registry, const struct person *officer,
                               const struct source *source, struct acceptance *acceptance)
{
    struct bytes signature = source->signature;
    if (source->assertion == NULL) {
        /* as DER what another program wrote as BER: the signer takes no other; the check says what is wrong */
        if (cades_to_der(arena, source->signature, &signature) != ERR_NONE) signature = source->signature;
        TRY(check_decision_card(arena, registry, officer, acceptance->decision, signature));
    } else {
        TRY(check_decision_passkey(arena, registry, officer, acceptance->decision, source->origin, source->assertion));
        signature = passkey_pack(arena, source->assertion);
    }
    acceptance->sealed_signature = person_seal(arena, officer, SIGNATURE_COLUMN, acceptance->decision->uid, signature);
    return ERR_NONE;
}

static enum err accept(struct db *db, struct keeper *keeper, const char *decision_uid, int64_t account_id,
                       const struct source *source, struct acceptance *acceptance)
{
    struct arena *arena = acceptance->arena;
    struct staff_account *account = NEW(arena, struct staff_account);
    struct decision *decision = NEW(arena, struct decision);
    struct decision_statement statement;
    const struct registry *registry;
    struct person officer;

    acceptance->account = account;
    acceptance->decision = decision;
    TRY(find_staff_account(db, arena, account_id, account));
    TRY(find_decision(db, arena, account_id, decision_uid, decision));
    if (decision->signed_s != 0) return err_set(ERR_STATE, "decision: signed already");
    TRY(decision_statement_read(arena, bytes_of_text(decision->statement), &statement));
    if (clock_now_s() > statement.valid_until_s) return err_set(ERR_EXPIRED, "decision: its time is over");
    TRY(find_registry(db, keeper, arena, &registry));
    TRY(open_person(db, keeper, arena, account->person_id, &officer));
    enum err error = check_and_seal(arena, registry, &officer, source, acceptance);
    person_close(&officer);
    TRY(error);
    acceptance->approvals = NEW_ARRAY(arena, struct approval, decision->application_count);
    for (size_t i = 0; i < decision->application_count; i++)
        TRY(prepare(db, keeper, arena, registry, &statement, decision->application_ids[i], &acceptance->approvals[i]));
    return db_run(db, accept_all, acceptance);
}

enum err accept_decision_signature(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                   int64_t account_id, const char *decision_uid, struct bytes signature)
{
    struct acceptance acceptance = {.arena = arena, .actor = actor};
    struct source source = {.signature = signature};
    return accept(db, keeper, decision_uid, account_id, &source, &acceptance);
}

enum err accept_decision_passkey(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                 int64_t account_id, const char *decision_uid, const char *origin,
                                 const struct passkey_assertion *assertion)
{
    struct passkey passkey;
    struct acceptance acceptance = {.arena = arena, .actor = actor, .passkey = &passkey, .assertion = assertion};
    struct source source = {.assertion = assertion, .origin = origin};
    enum err error = find_passkey(db, arena, assertion->credential_id, &passkey);
    if (error == ERR_NOT_FOUND || (error == ERR_NONE && passkey.account_id != account_id))
        return err_set(ERR_FORBIDDEN, "passkey: not one of this account");
    TRY(error);
    return accept(db, keeper, decision_uid, account_id, &source, &acceptance);
}
