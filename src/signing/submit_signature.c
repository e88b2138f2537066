/* The program hands its signature in: checked, kept for the session that asked, a ticket for the way back. */
#include "signing/store.h"

#include "base/clock.h"
#include "statement/application_statement.h"
#include "signing_sql.h"

#define TICKET_SIZE 16
#define SIGNATURE_SIZE_MAX (512 * 1024) /* over a registry of 320 KiB, attached, with its certificate */

struct submission {
    const struct actor *actor;
    const struct signing_code *code;
    struct bytes sealed, sealed_validation, ticket_hash;
    int64_t now_s;
    const char *reason; /* of a refusal */
};

static enum err keep(struct db_tx *tx, void *context)
{
    const struct submission *submission = context;
    int64_t changed = 0;

    TRY(db_exec(tx, &sql_update_signed,
                DB_WITH(DB_BYTES("sealed_signature", submission->sealed),
                        DB_BYTES("sealed_validation", submission->sealed_validation),
                        DB_BYTES("ticket_hash", submission->ticket_hash),
                        DB_TEXT("program_address", submission->actor->address),
                        DB_INT64("expires_s", submission->now_s + SIGNING_CODE_S), DB_INT64("id", submission->code->id),
                        DB_INT64("now_s", submission->now_s)),
                &changed));
    if (changed != 1) return err_set(ERR_NOT_FOUND, "the code was used meanwhile");
    return audit_record(tx, submission->actor, "submit_signature", "signing_code", submission->code->id,
                        signing_purpose_name(submission->code->asked.purpose));
}

static enum err record_refusal(struct db_tx *tx, void *context)
{
    const struct submission *submission = context;

    return audit_record(tx, submission->actor, "refuse_signature", "signing_code", submission->code->id,
                        submission->reason);
}

/* Its signature is kept for twenty years, and with it what proves it then (spec 02). */
static bool is_application(const struct signing_code *code)
{
    return code->asked.purpose == SIGNING_APPLICATION;
}

/* Not of the signer's to see: who may lift a suspension, or a lock, by a card of any authority does so by a valid one. */
static bool needs_validation(enum signing_purpose purpose)
{
    return purpose == SIGNING_APPLICATION || purpose == SIGNING_ACTIVATION || purpose == SIGNING_UNLOCK;
}

/* spec 01, 5: who reports a card as lost or faulty does not sign that with it; NULL: none is reported. */
static const char *given_up_in(struct arena *arena, const struct signing_code *code)
{
    struct application_statement application;
    if (!is_application(code) || application_statement_read(arena, code->asked.text, &application) != ERR_NONE)
        return NULL;
    return reason_gives_up(application_reason_of(application.reason)) ? application.certificate : NULL;
}

static enum err check(struct db *db, struct keeper *keeper, struct arena *arena, const struct signing_code *code,
                      struct bytes signature, struct cades *ret_cades, enum signature_refusal *ret_refusal)
{
    const struct signature_wanted wanted = {
        .text = code->asked.text,
        .identity_number = code->asked.identity_number,
        .given_up = given_up_in(arena, code),
        .from_s = code->created_s,
        .until_s = clock_now_s(),
        /* staff's keys count by the registry, whoever certified them: the signer looks (docs/trust.md) */
        .is_qualified = code->asked.purpose != SIGNING_APPROVAL && code->asked.purpose != SIGNING_REGISTRY,
    };

    if (signature.size > SIGNATURE_SIZE_MAX) return err_set(ERR_TOO_LARGE, "a signature of more than 512 KiB");
    return check_person_signature(db, keeper, arena, &wanted, signature, ret_cades, ret_refusal);
}

enum err find_certificate_to_validate(struct db *db, struct keeper *keeper, const uint8_t *key, struct arena *arena,
                                      const char *typed, struct bytes signature, struct bytes *ret_certificate)
{
    struct signing_code code;
    struct cades cades;
    enum signature_refusal refusal;
    *ret_certificate = (struct bytes){0};
    TRY(open_signing_code(db, key, arena, typed, &code));
    if (!needs_validation(code.asked.purpose)) return ERR_NONE;
    enum err error = check(db, keeper, arena, &code, signature, &cades, &refusal);
    if (error == ERR_NONE) *ret_certificate = cades.certificate.der;
    return error == ERR_WRONG ? ERR_NONE : error;
}

/* Kept for the session that asked, under the way back. */
static enum err keep_for_session(struct db *db, const uint8_t *key, struct arena *arena, struct submission *submission,
                                 struct bytes what, const char **ret_ticket)
{
    const char *ticket = random_hex(arena, TICKET_SIZE);
    submission->ticket_hash = ticket_hash(arena, ticket);
    submission->sealed = seal_signature(arena, key, submission->code->uid, what);
    TRY(db_run(db, keep, submission));
    *ret_ticket = ticket;
    return ERR_NONE;
}

enum err submit_signature(struct db *db, struct keeper *keeper, const uint8_t *key, struct arena *arena,
                          const struct actor *actor, const char *typed, struct bytes signature, struct bytes validation,
                          const char **ret_ticket, enum signature_refusal *ret_refusal)
{
    struct signing_code code;
    struct cades cades;
    struct submission submission = {.actor = actor, .code = &code, .now_s = clock_now_s()};

    TRY(open_signing_code(db, key, arena, typed, &code));
    if (code.asked.text.size == 0) return err_set(ERR_NOT_FOUND, "nothing is to be signed with this code");
    enum err error = check(db, keeper, arena, &code, signature, &cades, ret_refusal);
    if (error == ERR_NONE && needs_validation(code.asked.purpose))
        error =
            check_validation(db, arena, &cades.certificate, validation, code.created_s - SIGNING_CLOCK_S, ret_refusal);
    if (error == ERR_WRONG) {
        const char *detail = arena_text(arena, err_detail());
        submission.reason = signature_refusal_name(*ret_refusal);
        TRY(db_run(db, record_refusal, &submission));
        return err_set(ERR_WRONG, "%s", detail);
    }
    if (error != ERR_NONE) return error;
    if (is_application(&code)) submission.sealed_validation = seal_validation(arena, key, code.uid, validation);
    return keep_for_session(db, key, arena, &submission, signature, ret_ticket);
}

enum err submit_outcome(struct db *db, const uint8_t *key, struct arena *arena, const struct actor *actor,
                        const char *typed, struct bytes outcome, const char **ret_ticket)
{
    struct signing_code code;
    struct submission submission = {.actor = actor, .code = &code, .now_s = clock_now_s()};

    TRY(open_signing_code(db, key, arena, typed, &code));
    if (code.asked.text.size > 0) return err_set(ERR_NOT_FOUND, "a signature is asked for with this code");
    return keep_for_session(db, key, arena, &submission, outcome, ret_ticket);
}
