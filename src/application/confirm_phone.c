/* The code was typed: the number on the form reaches its owner (spec 01, 4). */
#include "application/phone.h"

struct confirmation {
    const struct actor *actor;
    const struct application *application;
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct confirmation *confirmation = context;
    return move_application(tx, confirmation->actor, confirmation->application->id, STATE_PHONE_PENDING,
                            STATE_METHOD_PENDING, "confirm_phone", "");
}

enum err confirm_phone(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct application *application, const char *code)
{
    struct confirmation confirmation = {actor, application};

    if (application->state != STATE_PHONE_PENDING) return err_set(ERR_STATE, "application: no code is asked for");
    struct keeper_owner_act act;
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_APPLICATION, hex_encode(arena, application->statement_digest), "",
                          code, &act));
    return db_run(db, move, &confirmation);
}
