/*
 * A draft that no SMS code ever confirmed gives way on its person's word: else a closed browser would lock them out until
 * it lapses, and so could whoever knows their data. Never by itself: what was typed would be lost without a word.
 */
#include "application/store.h"

#include "application_sql.h"

struct abandoning {
    struct arena *arena;
    const struct actor *actor;
    const struct application *application;
    bool is_bare;
};

static enum err read_bare(struct db_tx *tx, void *context)
{
    struct abandoning *abandoning = context;
    const struct application *application = abandoning->application;
    const struct db_rows *row;

    TRY(db_row(tx, abandoning->arena, &sql_count_confirmed_phone, DB_WITH(DB_INT64("application_id", application->id)),
               &row));
    abandoning->is_bare = (application->state == STATE_DRAFT || application->state == STATE_PHONE_PENDING) &&
                          db_int64(row, 0, "steps") == 0;
    return ERR_NONE;
}

static enum err withdraw(struct db_tx *tx, void *context)
{
    struct abandoning *abandoning = context;
    const struct application *application = abandoning->application;

    TRY(read_bare(tx, abandoning));
    if (!abandoning->is_bare) return err_set(ERR_STATE, "application: a code confirmed it");
    return move_application(tx, abandoning->actor, application->id, application->state, STATE_WITHDRAWN,
                            "withdraw_application", "its person begins anew");
}

enum err application_is_bare(struct db *db, struct arena *arena, const struct application *application,
                             bool *ret_is_bare)
{
    struct abandoning abandoning = {.arena = arena, .application = application};
    TRY(db_read(db, read_bare, &abandoning));
    *ret_is_bare = abandoning.is_bare;
    return ERR_NONE;
}

enum err abandon_draft(struct db *db, struct arena *arena, const struct actor *actor,
                       const struct application *application)
{
    struct abandoning abandoning = {.arena = arena, .actor = actor, .application = application};
    return db_run(db, withdraw, &abandoning);
}
