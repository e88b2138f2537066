/* Production and activation move the application on, in their own transactions. */
#include "application/store.h"

#include "application_sql.h"

#include <string.h>

struct listing {
    struct arena *arena;
    int64_t limit;
    int64_t *ids;
    size_t count;
};

static enum err read_approved(struct db_tx *tx, void *context)
{
    struct listing *listing = context;
    const struct db_rows *rows;

    TRY(db_rows(tx, listing->arena, &sql_list_approved, DB_WITH(DB_INT64("limit", listing->limit)), &rows));
    listing->count = db_count(rows);
    listing->ids = NEW_ARRAY(listing->arena, int64_t, listing->count);
    for (size_t i = 0; i < listing->count; i++) listing->ids[i] = db_int64(rows, i, "id");
    return ERR_NONE;
}

enum err list_approved(struct db *db, struct arena *arena, int64_t limit, int64_t **ret_application_ids,
                       size_t *ret_count)
{
    struct listing listing = {.arena = arena, .limit = limit};

    TRY(db_read(db, read_approved, &listing));
    *ret_application_ids = listing.ids;
    *ret_count = listing.count;
    return ERR_NONE;
}

/* To `to`, from wherever the table allows; being there already is fine, for jobs are done at least once. */
static enum err advance(struct db_tx *tx, const struct actor *actor, int64_t application_id, enum application_state to,
                        const char *event)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;
    enum application_state state;

    TRY(db_row(tx, arena, &sql_find_state, DB_WITH(DB_INT64("id", application_id)), &row));
    TRY(application_state_from_name(db_text(row, 0, "state"), &state));
    if (state == to) return ERR_NONE;
    return move_application(tx, actor, application_id, state, to, event, "");
}

enum err mark_in_production(struct db_tx *tx, const struct actor *actor, int64_t application_id)
{
    return advance(tx, actor, application_id, STATE_IN_PRODUCTION, "mark_in_production");
}

enum err send_back_to_officer(struct db_tx *tx, const struct actor *actor, int64_t application_id, const char *rule)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;

    TRY(db_row(tx, arena, &sql_find_state, DB_WITH(DB_INT64("id", application_id)), &row));
    if (strcmp(db_text(row, 0, "state"), application_state_name(STATE_IN_PRODUCTION)) != 0) return ERR_NONE;
    TRY(update_one(tx, &sql_update_refusal, DB_WITH(DB_TEXT("rule", rule), DB_INT64("id", application_id))));
    TRY(db_exec(tx, &sql_spend_decisions, DB_WITH(DB_INT64("id", application_id)), NULL));
    return move_application(tx, actor, application_id, STATE_IN_PRODUCTION, STATE_OFFICER_PENDING,
                            "send_back_to_officer", rule);
}

enum err mark_locked(struct db_tx *tx, const struct actor *actor, int64_t application_id)
{
    int64_t changed;
    TRY(db_exec(tx, &sql_update_locked, DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", application_id)),
                &changed));
    return changed == 0 ? ERR_NONE : audit_record(tx, actor, "wait_for_unlock", "application", application_id, "");
}

enum err mark_unlocked(struct db_tx *tx, int64_t application_id)
{
    return db_exec(tx, &sql_update_unlocked, DB_WITH(DB_INT64("id", application_id)), NULL);
}

enum err mark_produced(struct db_tx *tx, const struct actor *actor, int64_t application_id)
{
    TRY(revoke_former_name_in_time(tx, application_id));
    TRY(revoke_renewal_of_concerned(tx, application_id));
    return advance(tx, actor, application_id, STATE_PRODUCED, "mark_produced");
}

enum err complete_application(struct db_tx *tx, const struct actor *actor, int64_t application_id)
{
    TRY(revoke_former_name_now(tx, application_id));
    return advance(tx, actor, application_id, STATE_COMPLETED, "complete_application");
}
