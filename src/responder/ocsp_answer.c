#include "responder/ocsp_answer.h"

#include "base/clock.h"
#include "base/log.h"
#include "pki/ocsp.h"
#include "responder_sql.h"

#include <string.h>

#define ISSUER "issuing"

struct look_up {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

static enum err look(struct db_tx *tx, void *context)
{
    struct look_up *look_up = context;
    return db_row(tx, look_up->arena, look_up->sql, look_up->values, &look_up->rows);
}

static enum err find_der(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                         struct bytes *ret_der)
{
    struct look_up look_up = {arena, sql, values, NULL};
    TRY(db_read(db, look, &look_up));
    *ret_der = db_bytes(look_up.rows, 0, "der");
    return ERR_NONE;
}

enum err read_ca_certificate(struct db *db, struct arena *arena, const char *name, struct bytes *ret_der)
{
    return find_der(db, arena, &sql_find_ca_certificate, DB_WITH(DB_TEXT("name", name)), ret_der);
}

enum err read_newest_crl(struct db *db, struct arena *arena, struct bytes *ret_der)
{
    return find_der(db, arena, &sql_find_newest_crl, DB_WITH(DB_TEXT("issuer", ISSUER)), ret_der);
}

struct answering {
    struct arena *arena;
    const struct ocsp_request *request;
    const struct certificate *issuer;
    struct ocsp_answer *answers;
    int64_t now_s;
};

static void set_status(struct ocsp_answer *answer, const struct db_rows *row)
{
    const char *status = db_text(row, 0, "status");
    answer->status = strcmp(status, "active") == 0 ? OCSP_GOOD : OCSP_REVOKED; /* suspended is revoked, on hold */
    answer->since_s = db_int64(row, 0, "since_s");
    answer->reason = db_int64(row, 0, "reason");
}

static enum err answer_one(struct db_tx *tx, struct answering *answering, size_t i)
{
    const struct ocsp_question *question = &answering->request->questions[i];
    struct ocsp_answer answer = {
        .certificate_id = question->certificate_id,
        .status = OCSP_UNKNOWN, /* of another issuer, or never issued */
        .this_update_s = answering->now_s,
        .next_update_s = answering->now_s + OCSP_ANSWER_VALID_S,
    };
    if (ocsp_question_concerns(question, answering->issuer)) {
        const struct db_rows *rows;
        TRY(db_rows(tx, answering->arena, &sql_find_status,
                    DB_WITH(DB_TEXT("serial", question->serial), DB_TEXT("issuer", ISSUER)), &rows));
        if (db_count(rows) == 1) set_status(&answer, rows);
    }
    answering->answers[i] = answer;
    return ERR_NONE;
}

static enum err answer_all(struct db_tx *tx, void *context)
{
    struct answering *answering = context;
    for (size_t i = 0; i < answering->request->questions_count; i++) TRY(answer_one(tx, answering, i));
    return ERR_NONE;
}

static enum err build(const struct responder *responder, struct arena *arena, const struct ocsp_request *request,
                      struct bytes *ret_response)
{
    struct certificate own, issuer;
    TRY(responder_key_certificate(responder->key, arena, &own));
    struct bytes issuer_der;
    TRY(read_ca_certificate(responder->db, arena, ISSUER, &issuer_der));
    TRY(certificate_parse(arena, issuer_der, &issuer));
    struct answering answering = {
        .arena = arena,
        .request = request,
        .issuer = &issuer,
        .answers = NEW_ARRAY(arena, struct ocsp_answer, request->questions_count),
        .now_s = clock_now_s(),
    };
    TRY(db_read(responder->db, answer_all, &answering));
    struct ocsp_response response = {
        .answers = answering.answers,
        .answers_count = request->questions_count,
        .nonce = request->nonce,
        .produced_s = answering.now_s,
        .responder = &own,
    };
    struct external_signer signer = responder_key_signer(responder->key);
    return ocsp_response_build(arena, &response, &signer, ret_response);
}

struct bytes ocsp_answer(const struct responder *responder, struct arena *arena, struct bytes request_der)
{
    struct ocsp_request request;
    if (ocsp_request_parse(arena, request_der, &request) != ERR_NONE) return ocsp_error_response(arena, OCSP_MALFORMED);
    struct bytes response;
    enum err error = build(responder, arena, &request, &response);
    if (error == ERR_NONE) return response;
    log_error("ocsp_not_answered", error, NULL);
    return ocsp_error_response(arena, OCSP_TRY_LATER);
}
