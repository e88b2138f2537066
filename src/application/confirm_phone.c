/* The code was typed: the number on the form reaches its owner (spec 01, 4), and the keeper's word of it is kept. */
#include "application/phone.h"

struct confirmation {
    const struct actor *actor;
    const struct application *application;
    const struct sealed_evidence *act; /* NULL: the keeper knows nothing of this number */
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct confirmation *confirmation = context;
    if (confirmation->act != NULL) TRY(add_evidence(tx, confirmation->actor, confirmation->act));
    return move_application(tx, confirmation->actor, confirmation->application->id, STATE_PHONE_PENDING,
                            STATE_METHOD_PENDING, "confirm_phone", "");
}

enum err confirm_phone(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct application *application, const char *code)
{
    struct confirmation confirmation = {actor, application, NULL};
    struct sealed_evidence sealed;
    struct keeper_owner_act act;

    if (application->state != STATE_PHONE_PENDING) return err_set(ERR_STATE, "application: no code is asked for");
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_APPLICATION, hex_encode(arena, application->statement_digest), "",
                          code, &act));
    if (act.text.size > 0) {
        sealed = seal_evidence(arena, application, EVIDENCE_OWNER, 0, act.text, act.signature);
        confirmation.act = &sealed;
    }
    return db_run(db, move, &confirmation);
}
