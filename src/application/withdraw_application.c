/* The person does not want it any more (spec 01, States: before production). */
#include "application/store.h"

struct withdrawal {
    const struct actor *actor;
    const struct application *application;
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct withdrawal *withdrawal = context;
    return move_application(tx, withdrawal->actor, withdrawal->application->id, withdrawal->application->state,
                            STATE_WITHDRAWN, "withdraw_application", "");
}

enum err withdraw_application(struct db *db, struct arena *arena, const struct actor *actor,
                              const struct application *application)
{
    (void)arena;
    struct withdrawal withdrawal = {actor, application};
    return db_run(db, move, &withdrawal);
}
