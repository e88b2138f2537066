/* Rows of card attempts. */
#include "production/store.h"
#include "production_sql.h"

#include <string.h>

static const char *const state_names[] = {
    [CARD_REQUESTED] = "requested", [CARD_REFUSED] = "refused", [CARD_ISSUED] = "issued",
    [CARD_WRITTEN] = "written",     [CARD_FAILED] = "failed",
};

static enum card_state state_of(const char *name)
{
    enum card_state state = CARD_REQUESTED;
    while (state < CARD_FAILED && strcmp(state_names[state], name) != 0) state++;
    return state;
}

struct question {
    struct arena *arena;
    const struct db_sql *sql;
    const char *parameter;
    int64_t id;
    const struct db_rows *rows;
};

static enum err read_attempt(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_row(tx, question->arena, question->sql, DB_WITH(DB_INT64(question->parameter, question->id)),
                  &question->rows);
}

static enum err find_attempt(struct db *db, struct question *question, struct card_attempt *ret_attempt)
{
    TRY(db_read(db, read_attempt, question));
    const struct db_rows *rows = question->rows;
    *ret_attempt = (struct card_attempt){
        .id = db_int64(rows, 0, "id"),
        .application_id = db_int64(rows, 0, "application_id"),
        .attempt = db_int64(rows, 0, "attempt"),
        .card_serial = db_text(rows, 0, "card_serial"),
        .request = db_bytes(rows, 0, "request"),
        .state = state_of(db_text(rows, 0, "state")),
        .why = db_text(rows, 0, "why"),
    };
    return ERR_NONE;
}

enum err find_card_attempt(struct db *db, struct arena *arena, int64_t application_id, struct card_attempt *ret_attempt)
{
    struct question question = {arena, &sql_find_newest_attempt, "application_id", application_id, NULL};
    return find_attempt(db, &question, ret_attempt);
}

enum err find_card_attempt_by_id(struct db *db, struct arena *arena, int64_t id, struct card_attempt *ret_attempt)
{
    struct question question = {arena, &sql_find_attempt, "id", id, NULL};
    return find_attempt(db, &question, ret_attempt);
}

enum err move_attempt(struct db_tx *tx, int64_t attempt_id, enum card_state from, enum card_state to, const char *why)
{
    int64_t changed = 0;
    TRY(db_exec(tx, &sql_move_attempt,
                DB_WITH(DB_TEXT("to_state", state_names[to]), DB_TEXT("why", why), DB_INT64("id", attempt_id),
                        DB_TEXT("from_state", state_names[from])),
                &changed));
    return changed == 1 ? ERR_NONE : err_set(ERR_STATE, "card attempt is not %s", state_names[from]);
}

enum err note_card_issued(struct db_tx *tx, const struct card_attempt *attempt)
{
    TRY(mark_unlocked(tx, attempt->application_id));
    return move_attempt(tx, attempt->id, CARD_REQUESTED, CARD_ISSUED, "");
}

enum err note_card_refused(struct db_tx *tx, const struct actor *actor, const struct card_attempt *attempt,
                           const char *why)
{
    TRY(move_attempt(tx, attempt->id, CARD_REQUESTED, CARD_REFUSED, why));
    TRY(send_back_to_officer(tx, actor, attempt->application_id, why));
    return audit_record(tx, actor, "refuse_card", "card_attempt", attempt->id, why);
}

struct begun {
    struct arena *arena;
    int64_t limit;
    const struct db_rows *rows;
};

static enum err read_begun(struct db_tx *tx, void *context)
{
    struct begun *begun = context;
    return db_rows(tx, begun->arena, &sql_list_begun, DB_WITH(DB_INT64("limit", begun->limit)), &begun->rows);
}

enum err list_to_produce(struct db *db, struct arena *arena, int64_t limit, const int64_t **ret_application_ids,
                         size_t *ret_count)
{
    struct begun begun = {.arena = arena, .limit = limit};
    TRY(db_read(db, read_begun, &begun));
    int64_t *approved;
    size_t approved_count, begun_count = db_count(begun.rows);
    TRY(list_approved(db, arena, limit, &approved, &approved_count));
    int64_t *ids = NEW_ARRAY(arena, int64_t, begun_count + approved_count);
    for (size_t i = 0; i < begun_count; i++) ids[i] = db_int64(begun.rows, i, "id");
    for (size_t i = 0; i < approved_count; i++) ids[begun_count + i] = approved[i];
    *ret_application_ids = ids;
    *ret_count = begun_count + approved_count;
    return ERR_NONE;
}
