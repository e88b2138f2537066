/* Askıdan İndir: the holder's word, by a code to the known number, asks for the change (spec 03). */
#include "certificate/certificate.h"
#include "certificate_sql.h"
#include "db/job.h"
#include "statement/owner_statement.h"

struct activation {
    const struct actor *actor;
    const struct certificate_record *certificate;
    struct keeper_owner_act act;
};

static enum err ask(struct db_tx *tx, void *context)
{
    const struct activation *activation = context;
    const char *serial = activation->certificate->serial;
    if (activation->act.text.size > 0)
        TRY(db_exec(tx, &sql_insert_owner_act,
                    DB_WITH(DB_INT64("certificate_id", activation->certificate->id),
                            DB_BYTES("statement", activation->act.text),
                            DB_BYTES("signature", activation->act.signature), DB_INT64("created_s", clock_now_s())),
                    NULL));
    TRY(job_add(tx, CERTIFICATE_JOB_ACTIVATE, serial, serial, 0));
    return audit_record(tx, activation->actor, "activate_certificate", "certificate", activation->certificate->id, "");
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

struct finding {
    struct arena *arena;
    const char *serial;
    const struct db_rows *row;
};

static enum err find(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    return db_row(tx, finding->arena, &sql_find_owner_act, DB_WITH(DB_TEXT("serial", finding->serial)), &finding->row);
}

enum err find_owner_act(struct db *db, struct arena *arena, const char *serial, struct keeper_owner_act *ret_act)
{
    struct finding finding = {.arena = arena, .serial = serial};
    TRY(db_read(db, find, &finding));
    *ret_act = (struct keeper_owner_act){db_bytes(finding.row, 0, "statement"), db_bytes(finding.row, 0, "signature")};
    return ERR_NONE;
}
