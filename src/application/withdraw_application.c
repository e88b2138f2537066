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

enum err prepare_withdrawn(struct arena *arena, const struct application *application,
                           const struct message_ready **ret_message)
{
    /* before the code was typed, the number on the form may be anybody's */
    if (application->state < STATE_METHOD_PENDING) return ERR_NONE;
    struct message_to to = application_contact(application, 0);
    return message_prepare(arena, &to, MESSAGE_WITHDRAWN, application->uid, NULL, ret_message, "barcode",
                           application->barcode, NULL);
}

enum err withdraw_application(struct db *db, struct arena *arena, const struct actor *actor,
                              const struct application *application)
{
    struct withdrawal withdrawal = {actor, application, NULL};

    TRY(prepare_withdrawn(arena, application, &withdrawal.message));
    return db_run(db, move, &withdrawal);
}
