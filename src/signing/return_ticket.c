/*
 * The ticket comes back (spec 10, Tickets). The act completes only in the session that made the code: whoever talked a
 * person into signing for a stranger's page gets nothing, since the ticket opens in that person's browser.
 */
#include "signing/store.h"

#include "base/clock.h"
#include "signing_sql.h"

struct returning {
    struct arena *arena;
    const struct signing_session *session;
    struct bytes hash;
    const struct db_rows *row;
    bool is_other_session;
};

static enum err take(struct db_tx *tx, void *context)
{
    struct returning *returning = context;
    const struct signing_session *session = returning->session;
    int64_t changed = 0;

    TRY(db_row(tx, returning->arena, &sql_find_ticket,
               DB_WITH(DB_BYTES("ticket_hash", returning->hash), DB_INT64("now_s", clock_now_s())), &returning->row));
    int64_t id = db_int64(returning->row, 0, "id");
    returning->is_other_session = !bytes_equal(db_bytes(returning->row, 0, "binding"), session->binding);
    if (returning->is_other_session)
        return audit_record(tx, &session->actor, "refuse_ticket", "signing_code", id, "another session");
    TRY(db_exec(tx, &sql_update_returned, DB_WITH(DB_INT64("id", id)), &changed));
    return changed == 1 ? ERR_NONE : err_set(ERR_NOT_FOUND, "no such ticket");
}

enum err return_ticket(const struct signing_session *session, struct arena *arena, const char *ticket,
                       struct signing_code *ret_code)
{
    struct returning returning = {.arena = arena, .session = session, .hash = ticket_hash(arena, ticket)};
    struct signing_code code;

    TRY(db_run(session->db, take, &returning));
    if (returning.is_other_session) return err_set(ERR_FORBIDDEN, "a ticket of another session");
    TRY(read_code(arena, session->key, returning.row, &code));
    code.state = SIGNING_RETURNED;
    *ret_code = code;
    return ERR_NONE;
}

struct finishing {
    const struct signing_session *session;
    const struct signing_code *code;
};

static enum err finish(struct db_tx *tx, void *context)
{
    const struct finishing *finishing = context;
    int64_t changed = 0;

    TRY(db_exec(tx, &sql_delete_returned,
                DB_WITH(DB_INT64("id", finishing->code->id), DB_BYTES("binding", finishing->session->binding),
                        DB_INT64("now_s", clock_now_s())),
                &changed));
    if (changed != 1) return err_set(ERR_NOT_FOUND, "the code was used meanwhile");
    return audit_record(tx, &finishing->session->actor, "finish_signing_code", "signing_code", finishing->code->id,
                        signing_purpose_name(finishing->code->asked.purpose));
}

enum err finish_signing_code(const struct signing_session *session, const struct signing_code *code)
{
    struct finishing finishing = {session, code};

    return db_run(session->db, finish, &finishing);
}
