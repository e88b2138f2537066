/* Askıdan İndir: the holder's word, by a code to the known number or by a signature, asks for the change (spec 03). */
#include "certificate/certificate.h"
#include "certificate_sql.h"
#include "db/job.h"
#include "statement/activation_statement.h"
#include "statement/owner_statement.h"

#define SIGNATURE_COLUMN "certificate_activation.sealed_signature"

struct activation {
    const struct actor *actor;
    const struct certificate_record *certificate;
    struct keeper_owner_act act; /* or else */
    const char *uid;
    struct bytes sealed_signature;
};

static enum err ask(struct db_tx *tx, void *context)
{
    const struct activation *activation = context;
    const char *serial = activation->certificate->serial;
    int64_t kept;
    TRY(db_exec(tx, &sql_insert_activation,
                DB_WITH(DB_INT64("certificate_id", activation->certificate->id),
                        DB_BYTES("statement", activation->act.text), DB_BYTES("signature", activation->act.signature),
                        DB_TEXT("uid", activation->uid), DB_BYTES("sealed_signature", activation->sealed_signature),
                        DB_INT64("created_s", clock_now_s()), DB_TEXT("serial", serial)),
                &kept));
    if (kept == 0) return err_set(ERR_EXISTS, "an activation is under way");
    TRY(job_add(tx, CERTIFICATE_JOB_ACTIVATE, serial, serial, 0));
    return audit_record(tx, activation->actor, "activate_certificate", "certificate", activation->certificate->id,
                        activation->uid == NULL ? "" : "signature");
}

/* The signer would say no: better said to the person, who waits, than to a job. */
static enum err check_act(struct arena *arena, const struct activation *activation)
{
    struct owner_statement owner;
    if (activation->act.text.size == 0) return err_set(ERR_FORBIDDEN, "nobody knows whose number it is");
    TRY(owner_statement_read(arena, activation->act.text, &owner));
    return owner_statement_counts(&owner, hex_encode(arena, activation->certificate->application_digest));
}

enum err activate_certificate(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct person *person, const char *serial, const char *code)
{
    struct certificate_record certificate;
    TRY(find_certificate(db, arena, person->id, serial, &certificate));
    TRY(certificate_may_be_activated(&certificate));
    struct activation activation = {.actor = actor, .certificate = &certificate};
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_ACTIVATION, serial,
                          hex_encode(arena, certificate.application_digest), code, &activation.act));
    TRY(check_act(arena, &activation));
    return db_run(db, ask, &activation);
}

enum err write_activation(struct arena *arena, const struct person *person,
                          const struct certificate_record *certificate, const char *server, struct bytes *ret_text)
{
    TRY(certificate_may_be_activated(certificate));
    const struct activation_statement wish = {.serial = certificate->serial,
                                              .identity_number = person->details.identity_number,
                                              .wish = activation_wish,
                                              .suspended_s = certificate->since_s,
                                              .server = server,
                                              .made_s = clock_now_s()};
    return activation_statement_write(arena, &wish, ret_text);
}

enum err activate_by_signature(struct db *db, struct arena *arena, const struct actor *actor,
                               const struct person *person, struct bytes text, struct bytes signature)
{
    struct activation_statement wish;
    struct certificate_record certificate;
    TRY(activation_statement_read(arena, text, &wish));
    TRY(find_certificate(db, arena, person->id, wish.serial, &certificate));
    TRY(certificate_may_be_activated(&certificate));
    if (wish.suspended_s != certificate.since_s)
        return err_set(ERR_STATE, "suspended again since the text was written");
    const char *uid = random_hex(arena, 16);
    struct activation activation = {.actor = actor,
                                    .certificate = &certificate,
                                    .uid = uid,
                                    .sealed_signature = person_seal(arena, person, SIGNATURE_COLUMN, uid, signature)};
    return db_run(db, ask, &activation);
}

struct finding {
    struct arena *arena;
    const char *serial;
    const struct db_rows *row;
};

static enum err find(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    return db_row(tx, finding->arena, &sql_find_activation, DB_WITH(DB_TEXT("serial", finding->serial)), &finding->row);
}

enum err find_activation(struct db *db, struct arena *arena, const struct person *person, const char *serial,
                         struct activation_wish *ret_wish)
{
    struct finding finding = {.arena = arena, .serial = serial};
    TRY(db_read(db, find, &finding));
    struct bytes sealed = db_bytes(finding.row, 0, "sealed_signature");
    struct activation_wish wish = {
        .id = db_int64(finding.row, 0, "id"),
        .proof = {PROOF_OWNER, db_bytes(finding.row, 0, "statement"), db_bytes(finding.row, 0, "signature")}};
    if (sealed.size > 0) {
        wish.proof.kind = PROOF_CARD;
        TRY(person_unseal(arena, person, SIGNATURE_COLUMN, db_text(finding.row, 0, "uid"), sealed, &wish.proof.proof));
    }
    *ret_wish = wish;
    return ERR_NONE;
}

enum err refuse_activation(struct db_tx *tx, const struct actor *actor, const struct certificate_record *certificate,
                           const struct activation_wish *wish, const char *why)
{
    TRY(db_exec(tx, &sql_refuse_activation, DB_WITH(DB_TEXT("why", why), DB_INT64("id", wish->id)), NULL));
    return audit_record(tx, actor, "refuse_activation", "certificate", certificate->id, why);
}
