/* What stands behind an application, kept and read: decisions and their signatures, and what else the signer is shown. */
#include "application/store.h"

#include "application_sql.h"
#include "base/secret.h"

#include <string.h>

static const char *const kind_names[EVIDENCE_KIND_COUNT] = {"applicant", "owner", "consent", "production"};

#define TEXT_COLUMN "application_evidence.text"
#define PROOF_COLUMN "application_evidence.proof"
#define VALIDATION_COLUMN "application_evidence.validation"

struct sealed_evidence seal_evidence(struct arena *arena, const struct application *application,
                                     enum evidence_kind kind, int64_t attempt, struct bytes text, struct bytes proof)
{
    const char *uid = random_hex(arena, 16);
    return (struct sealed_evidence){
        .uid = uid,
        .application_id = application->id,
        .kind = kind,
        .digest = application->statement_digest,
        .attempt = attempt,
        .sealed_text = person_seal(arena, &application->person, TEXT_COLUMN, uid, text),
        .sealed_proof = person_seal(arena, &application->person, PROOF_COLUMN, uid, proof),
    };
}

void seal_validation_data(struct arena *arena, const struct application *application, struct bytes validation,
                          struct sealed_evidence *evidence)
{
    evidence->sealed_validation =
        person_seal(arena, &application->person, VALIDATION_COLUMN, evidence->uid, validation);
}

enum err add_evidence(struct db_tx *tx, const struct actor *actor, const struct sealed_evidence *evidence)
{
    const char *kind = kind_names[evidence->kind];
    TRY(db_exec(tx, &sql_insert_evidence,
                DB_WITH(DB_TEXT("uid", evidence->uid), DB_INT64("application_id", evidence->application_id),
                        DB_TEXT("kind", kind), DB_BYTES("digest", evidence->digest),
                        DB_INT64("attempt", evidence->attempt), DB_BYTES("sealed_text", evidence->sealed_text),
                        DB_BYTES("sealed_proof", evidence->sealed_proof),
                        DB_BYTES("sealed_validation", evidence->sealed_validation), DB_INT64("now_s", clock_now_s())),
                NULL));
    return audit_record(tx, actor, "add_evidence", "application", evidence->application_id, kind);
}

struct question {
    struct arena *arena;
    int64_t application_id;
    struct bytes digest;
    const struct db_rows *rows;
};

static enum err read_evidence(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_evidence,
                   DB_WITH(DB_INT64("application_id", question->application_id), DB_BYTES("digest", question->digest)),
                   &question->rows);
}

static enum err open_evidence(struct arena *arena, const struct application *application, const struct db_rows *rows,
                              size_t at, struct evidence *ret_evidence)
{
    const char *uid = db_text(rows, at, "uid"), *kind = db_text(rows, at, "kind");
    struct evidence evidence = {.attempt = db_int64(rows, at, "attempt"), .created_s = db_int64(rows, at, "created_s")};
    while (evidence.kind < EVIDENCE_KIND_COUNT && strcmp(kind_names[evidence.kind], kind) != 0) evidence.kind++;
    if (evidence.kind == EVIDENCE_KIND_COUNT) return err_set(ERR_BROKEN, "evidence of an unknown kind");
    TRY(person_unseal(arena, &application->person, TEXT_COLUMN, uid, db_bytes(rows, at, "sealed_text"),
                      &evidence.text));
    TRY(person_unseal(arena, &application->person, PROOF_COLUMN, uid, db_bytes(rows, at, "sealed_proof"),
                      &evidence.proof));
    struct bytes validation = db_bytes(rows, at, "sealed_validation");
    if (validation.data != NULL)
        TRY(person_unseal(arena, &application->person, VALIDATION_COLUMN, uid, validation, &evidence.validation));
    *ret_evidence = evidence;
    return ERR_NONE;
}

enum err list_evidence(struct db *db, struct arena *arena, const struct application *application,
                       const struct evidence **ret_evidence, size_t *ret_count)
{
    struct question question = {
        .arena = arena, .application_id = application->id, .digest = application->statement_digest};
    TRY(db_read(db, read_evidence, &question));
    struct evidence *evidence = NEW_ARRAY(arena, struct evidence, db_count(question.rows) + 1);
    for (size_t i = 0; i < db_count(question.rows); i++)
        TRY(open_evidence(arena, application, question.rows, i, &evidence[i]));
    *ret_evidence = evidence;
    *ret_count = db_count(question.rows);
    return ERR_NONE;
}

/* -- decisions -- */

static enum err read_decisions(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(
        tx, question->arena, &sql_list_decision_signatures,
        DB_WITH(DB_INT64("application_id", question->application_id), DB_INT64("limit", DECISION_PROOFS_MAX)),
        &question->rows);
}

/* The signature names the officer: it is kept under the officer's key. */
static enum err open_decision(struct db *db, struct keeper *keeper, struct arena *arena, const struct db_rows *rows,
                              size_t at, struct decision_proof *ret_proof)
{
    struct person officer;
    struct decision_proof proof = {.uid = db_text(rows, at, "uid"),
                                   .is_passkey = strcmp(db_text(rows, at, "signature_kind"), "passkey") == 0,
                                   .statement = db_text(rows, at, "statement")};
    TRY(open_person(db, keeper, arena, db_int64(rows, at, "person_id"), &officer));
    enum err error =
        person_unseal(arena, &officer, SIGNATURE_COLUMN, proof.uid, db_bytes(rows, at, "signature"), &proof.signature);
    person_close(&officer);
    TRY(error);
    *ret_proof = proof;
    return ERR_NONE;
}

enum err list_decision_proofs(struct db *db, struct keeper *keeper, struct arena *arena, int64_t application_id,
                              const struct decision_proof **ret_proofs, size_t *ret_count)
{
    struct question question = {.arena = arena, .application_id = application_id};
    TRY(db_read(db, read_decisions, &question));
    struct decision_proof *proofs = NEW_ARRAY(arena, struct decision_proof, db_count(question.rows) + 1);
    for (size_t i = 0; i < db_count(question.rows); i++)
        TRY(open_decision(db, keeper, arena, question.rows, i, &proofs[i]));
    *ret_proofs = proofs;
    *ret_count = db_count(question.rows);
    return ERR_NONE;
}

/* -- by name -- */

struct name_question {
    struct arena *arena;
    const char *name;
    int64_t id;
};

static enum err find_name(struct db_tx *tx, void *context)
{
    struct name_question *question = context;
    const struct db_rows *row;
    TRY(db_row(tx, question->arena, &sql_find_application_by_name, DB_WITH(DB_TEXT("name", question->name)), &row));
    question->id = db_int64(row, 0, "id");
    return ERR_NONE;
}

enum err find_application_by_name(struct db *db, struct arena *arena, const char *name, int64_t *ret_application_id)
{
    struct name_question question = {.arena = arena, .name = name};
    TRY(db_read(db, find_name, &question));
    *ret_application_id = question.id;
    return ERR_NONE;
}
