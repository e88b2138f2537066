#include "responder/ocsp_answer.h"

#include "base/clock.h"
#include "base/log.h"
#include "pki/ocsp.h"
#include "responder/follow.h"
#include "responder_sql.h"

#define ISSUER "issuing"
#define STATUS_OLD_S ((int64_t)1800) /* the signer speaks at least each 900 s */
#define STATUS_EARLY_S ((int64_t)300) /* clocks of two machines */

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

enum err read_newest_crl(struct db *db, struct arena *arena, const char *issuer, struct bytes *ret_der)
{
    return find_der(db, arena, &sql_find_newest_crl, DB_WITH(DB_TEXT("issuer", issuer)), ret_der);
}

/* -- the status of one serial -- */

struct row_question {
    struct arena *arena;
    const char *serial;
    struct status_row row;
};

static enum err read_row(struct db_tx *tx, void *context)
{
    struct row_question *question = context;
    const struct db_rows *rows;
    TRY(db_rows(tx, question->arena, &sql_find_status,
                DB_WITH(DB_TEXT("serial", question->serial), DB_TEXT("issuer", ISSUER)), &rows));
    question->row = (struct status_row){0};
    if (db_count(rows) == 1)
        question->row = (struct status_row){db_text(rows, 0, "status"), db_int64(rows, 0, "reason"),
                                            db_int64(rows, 0, "since_s"), db_int64(rows, 0, "change_number")};
    return ERR_NONE;
}

/* Does the row say what the signer said, or nothing when the signer said nothing? */
static bool agree(const struct responder *responder, const struct row_question *question, struct said_status *ret_said,
                  bool *ret_is_said)
{
    *ret_is_said = status_book_find(responder->book, question->serial, ret_said) == ERR_NONE;
    return *ret_is_said ? status_row_says(&question->row, ret_said) : question->row.status == NULL;
}

static void report(const struct responder *responder, const struct row_question *question, bool is_said)
{
    if (is_said && !status_book_is_first_report(responder->book, question->serial)) return;
    log_error(is_said ? "status_row_edited" : "status_row_made_up",
              err_set(ERR_WRONG, "table certificate_status does not say what the signer said"), "serial",
              question->serial, NULL);
}

/* The row comes first: one that is newer than the book makes the book look again before it counts as edited. */
static enum err find_said(struct responder *responder, struct arena *arena, const char *serial,
                          struct said_status *ret_said, bool *ret_is_said)
{
    struct row_question question = {.arena = arena, .serial = serial};
    TRY(db_read(responder->db, read_row, &question));
    if (agree(responder, &question, ret_said, ret_is_said)) return ERR_NONE;
    (void)!responder_follow(responder); /* what is wrong with the statements the other thread tells */
    TRY(db_read(responder->db, read_row, &question));
    if (!agree(responder, &question, ret_said, ret_is_said)) report(responder, &question, *ret_is_said);
    return ERR_NONE;
}

static enum err answer_one(struct responder *responder, struct arena *arena, const struct ocsp_question *question,
                           const struct certificate *issuer, int64_t now_s, struct ocsp_answer *ret_answer)
{
    struct said_status said;
    bool is_said = false;
    *ret_answer = (struct ocsp_answer){
        .certificate_id = question->certificate_id,
        .status = OCSP_UNKNOWN, /* of another issuer, or never issued */
        .this_update_s = now_s,
        .next_update_s = now_s + OCSP_ANSWER_VALID_S,
    };
    if (!ocsp_question_concerns(question, issuer)) return ERR_NONE;
    TRY(find_said(responder, arena, question->serial, &said, &is_said));
    if (!is_said) return ERR_NONE;
    ret_answer->status = said.status == STATUS_ACTIVE ? OCSP_GOOD : OCSP_REVOKED; /* suspended is revoked, on hold */
    ret_answer->since_s = said.since_s;
    ret_answer->reason = said.reason;
    return ERR_NONE;
}

/*
 * Old statements may be played to a responder that has just started, and new ones kept from one that runs: it wants one
 * made after it was first certified, and one not older than twice the time after which the signer speaks anyhow.
 */
static enum err check_fresh(const struct responder *responder, int64_t now_s)
{
    struct status_newest newest = status_book_newest(responder->book);
    if (newest.number == 0 || newest.made_s <= responder_key_first_certified_s(responder->key))
        return err_set(ERR_UNAVAILABLE, "the signer has not spoken since this responder was certified");
    if (now_s - newest.made_s > STATUS_OLD_S || newest.made_s - now_s > STATUS_EARLY_S)
        return err_set(ERR_UNAVAILABLE, "the signer's newest word is of %lld seconds ago",
                       (long long)(now_s - newest.made_s));
    return ERR_NONE;
}

static enum err build(struct responder *responder, struct arena *arena, const struct ocsp_request *request,
                      struct bytes *ret_response)
{
    struct certificate own, issuer;
    TRY(responder_key_certificate(responder->key, arena, &own));
    struct bytes issuer_der;
    TRY(read_ca_certificate(responder->db, arena, ISSUER, &issuer_der));
    TRY(certificate_parse(arena, issuer_der, &issuer));
    int64_t now_s = clock_now_s();
    TRY(check_fresh(responder, now_s));
    struct ocsp_answer *answers = NEW_ARRAY(arena, struct ocsp_answer, request->questions_count);
    for (size_t i = 0; i < request->questions_count; i++)
        TRY(answer_one(responder, arena, &request->questions[i], &issuer, now_s, &answers[i]));
    struct ocsp_response response = {
        .answers = answers,
        .answers_count = request->questions_count,
        .nonce = request->nonce,
        .produced_s = now_s,
        .responder = &own,
    };
    struct external_signer signer = responder_key_signer(responder->key);
    return ocsp_response_build(arena, &response, &signer, ret_response);
}

struct bytes ocsp_answer(struct responder *responder, struct arena *arena, struct bytes request_der)
{
    struct ocsp_request request;
    if (ocsp_request_parse(arena, request_der, &request) != ERR_NONE) return ocsp_error_response(arena, OCSP_MALFORMED);
    struct bytes response;
    enum err error = build(responder, arena, &request, &response);
    if (error == ERR_NONE) return response;
    log_error("ocsp_not_answered", error, NULL);
    return ocsp_error_response(arena, OCSP_TRY_LATER);
}
