/* The session's code for its page, and an open code for a program. */
#include "signing/store.h"

#include "base/clock.h"
#include "signing_sql.h"

struct question {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *row;
};

static enum err read_row(struct db_tx *tx, void *context)
{
    struct question *question = context;

    return db_row(tx, question->arena, question->sql, question->values, &question->row);
}

enum err find_signing_code(const struct signing_session *session, struct arena *arena, struct signing_code *ret_code)
{
    struct question question = {.arena = arena, .sql = &sql_find_code_of_session};

    question.values = DB_WITH(DB_BYTES("binding", session->binding));
    TRY(db_read(session->db, read_row, &question));
    return read_code(arena, session->key, question.row, ret_code);
}

enum err open_signing_code(struct db *db, const uint8_t *key, struct arena *arena, const char *typed,
                           struct signing_code *ret_code)
{
    struct question question = {.arena = arena, .sql = &sql_find_waiting_code};
    const char *code = signing_code_normalise(arena, typed);

    if (code == NULL) return err_set(ERR_NOT_FOUND, "no such code");
    question.values = DB_WITH(DB_BYTES("code_tag", code_tag(arena, key, code)), DB_INT64("now_s", clock_now_s()));
    TRY(db_read(db, read_row, &question));
    return read_code(arena, key, question.row, ret_code);
}

enum err find_ticket_page(struct db *db, struct arena *arena, const char *ticket, const char **ret_page)
{
    struct question question = {.arena = arena, .sql = &sql_find_ticket};

    question.values = DB_WITH(DB_BYTES("ticket_hash", ticket_hash(arena, ticket)), DB_INT64("now_s", clock_now_s()));
    TRY(db_read(db, read_row, &question));
    *ret_page = db_text(question.row, 0, "page");
    return ERR_NONE;
}
