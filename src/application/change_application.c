/* Back to the form: the old print is void, the changed form gets a new barcode and a new statement (spec 02, wet). */
#include "application/store.h"

#include "application_sql.h"

struct change {
    const struct actor *actor;
    const struct application *application;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct change *change = context;
    const struct application *application = change->application;

    if (application->barcode != NULL)
        TRY(db_exec(tx, &sql_insert_superseded,
                    DB_WITH(DB_TEXT("barcode", application->barcode), DB_INT64("application_id", application->id)),
                    NULL));
    TRY(update_one(tx, &sql_update_changed,
                   DB_WITH(DB_INT64("id", application->id), DB_INT64("revision", application->revision))));
    return move_application(tx, change->actor, application->id, application->state, STATE_DRAFT, "change_application",
                            "");
}

enum err change_application(struct db *db, struct arena *arena, const struct actor *actor,
                            const struct application *application)
{
    (void)arena;
    struct change change = {actor, application};
    return db_run(db, update, &change);
}
