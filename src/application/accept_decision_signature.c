/* The officer's signature over `decision 1` came back: the applications are approved (spec 04, Decide; spec 10). */
#include "application/store.h"

#include "application_sql.h"
#include "pki/cades.h"
#include "statement/decision_statement.h"

#include <string.h>

#define SIGNATURE_SIZE_MAX (512 * 1024)

/* One application's part, prepared before the transaction. */
struct approval {
    struct application application; /* closed once its messages and contact are sealed */
    const struct message_ready *message;
    struct bytes sealed_contact;
};

struct acceptance {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const struct decision *decision;
    struct bytes sealed_signature;
    struct approval *approvals;
};

static enum err approve(struct db_tx *tx, const struct acceptance *acceptance, const struct approval *approval)
{
    const struct application *application = &approval->application;

    TRY(check_officer(tx, acceptance->arena, acceptance->account, application->institution_id, application->person_id));
    TRY(update_one(tx, &sql_update_approved,
                   DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, acceptance->actor, application->id, STATE_OFFICER_PENDING, STATE_APPROVED,
                         "accept_decision_signature", acceptance->decision->uid));
    /* spec 01: the word becomes the account's when the application is approved */
    TRY(person_set_security_word(tx, application->person_id, application->security_word_hash));
    TRY(person_set_contact(tx, application->person_id, approval->sealed_contact));
    return message_queue(tx, approval->message);
}

static enum err accept_all(struct db_tx *tx, void *context)
{
    const struct acceptance *acceptance = context;

    TRY(update_one(tx, &sql_update_decision_signed,
                   DB_WITH(DB_BYTES("signature", acceptance->sealed_signature), DB_INT64("now_s", clock_now_s()),
                           DB_INT64("id", acceptance->decision->id))));
    for (size_t i = 0; i < acceptance->decision->application_count; i++)
        TRY(approve(tx, acceptance, &acceptance->approvals[i]));
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

static enum err prepare(struct db *db, struct keeper *keeper, struct arena *arena,
                        const struct decision_statement *statement, int64_t application_id, struct approval *approval)
{
    struct application *application = &approval->application;

    TRY(open_application(db, keeper, arena, application_id, application));
    const struct application_form *form = &application->form;
    struct contact contact = {form->email, form->mobile, form->channel, application_language(application)};
    struct message_to to = application_contact(application, 0);
    approval->sealed_contact = person_seal_contact(arena, &application->person, &contact);
    enum err error =
        message_prepare(arena, &to, MESSAGE_APPROVED,
                        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision),
                        NULL, &approval->message, "barcode", application->barcode, NULL);
    if (error == ERR_NONE) error = check_line(arena, statement, application);
    application_close(application);
    return error;
}

/* Exactly that text, one signer, signature right. Whose key it is, the signer process checks before it issues. */
static enum err check_signature(struct arena *arena, const struct decision *decision, struct bytes signature,
                                struct decision_statement *ret_statement)
{
    struct cades cades;

    if (signature.size > SIGNATURE_SIZE_MAX) return err_set(ERR_TOO_LARGE, "signature: larger than 512 KiB");
    if (cades_verify(arena, signature, &cades) != ERR_NONE)
        return err_set(ERR_WRONG, "signature: not a right CAdES signature");
    if (!bytes_equal(cades.content, bytes_of_text(decision->statement)))
        return err_set(ERR_WRONG, "signature: over another text");
    TRY(decision_statement_read(arena, cades.content, ret_statement));
    if (clock_now_s() > ret_statement->valid_until_s) return err_set(ERR_EXPIRED, "decision: its time is over");
    return ERR_NONE;
}

/* The signer's certificate names the officer, so the file is kept under the officer's key. */
static enum err seal_signature(struct db *db, struct keeper *keeper, struct arena *arena, int64_t person_id,
                               const char *decision_uid, struct bytes signature, struct bytes *ret_sealed)
{
    struct person officer;

    TRY(open_person(db, keeper, arena, person_id, &officer));
    *ret_sealed = person_seal(arena, &officer, SIGNATURE_COLUMN, decision_uid, signature);
    person_close(&officer);
    return ERR_NONE;
}

enum err accept_decision_signature(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                   int64_t account_id, const char *decision_uid, struct bytes signature)
{
    struct decision decision;
    struct staff_account account;
    struct decision_statement statement;
    struct acceptance acceptance = {.arena = arena, .actor = actor, .account = &account, .decision = &decision};

    TRY(find_staff_account(db, arena, account_id, &account));
    TRY(find_decision(db, arena, account_id, decision_uid, &decision));
    if (decision.signed_s != 0) return err_set(ERR_STATE, "decision: signed already");
    TRY(check_signature(arena, &decision, signature, &statement));
    TRY(seal_signature(db, keeper, arena, account.person_id, decision.uid, signature, &acceptance.sealed_signature));
    acceptance.approvals = NEW_ARRAY(arena, struct approval, decision.application_count);
    for (size_t i = 0; i < decision.application_count; i++)
        TRY(prepare(db, keeper, arena, &statement, decision.application_ids[i], &acceptance.approvals[i]));
    return db_run(db, accept_all, &acceptance);
}
