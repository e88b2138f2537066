/* The person does not want it any more (spec 01, States: before production). */
#include "application/store.h"

struct withdrawal {
    const struct actor *actor;
    const struct application *application;
    const struct message_ready *message; /* NULL: none */
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct withdrawal *withdrawal = context;
    TRY(move_application(tx, withdrawal->actor, withdrawal->application->id, withdrawal->application->state,
                         STATE_WITHDRAWN, "withdraw_application", ""));
    return withdrawal->message != NULL ? message_queue(tx, withdrawal->message) : ERR_NONE;
}

enum err withdraw_application(struct db *db, struct arena *arena, const struct actor *actor,
                              const struct application *application)
{
    struct withdrawal withdrawal = {actor, application, NULL};

    /* before the code was typed, the number on the form may be anybody's */
    if (application->state >= STATE_METHOD_PENDING) {
        struct message_to to = application_contact(application, 0);
        TRY(message_prepare(arena, &to, MESSAGE_WITHDRAWN, application->uid, NULL, &withdrawal.message, "barcode",
                            application->barcode, NULL));
    }
    return db_run(db, move, &withdrawal);
}
