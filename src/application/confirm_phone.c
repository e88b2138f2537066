/*
 * The code was typed: the number on the form reaches whoever typed it (spec 01, 4), and the keeper's word of it is kept.
 * From here on the application is somebody's: contacts known from before are told, where the form's differ.
 */
#include "application/notice.h"

#include "statement/owner_statement.h"

struct confirmation {
    struct arena *arena;
    const struct actor *actor;
    const struct application *application;
    const struct sealed_evidence *act; /* NULL: the keeper knows nothing of this number */
    bool is_known; /* the number is the owner's, by what the keeper knows from before */
    struct contact_notices notices;
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct confirmation *confirmation = context;
    if (confirmation->act != NULL) TRY(add_evidence(tx, confirmation->actor, confirmation->act));
    TRY(keep_contact_notices(tx, confirmation->arena, confirmation->actor, confirmation->application,
                             &confirmation->notices));
    /* spec 01, Reasons: at once, if the code went to a known number */
    if (confirmation->is_known) TRY(suspend_concerned(tx, confirmation->application));
    return move_application(tx, confirmation->actor, confirmation->application->id, STATE_PHONE_PENDING,
                            STATE_METHOD_PENDING, "confirm_phone", "");
}

enum err confirm_phone(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct application *application, const char *code, const char *objection_page)
{
    struct confirmation confirmation = {.arena = arena, .actor = actor, .application = application};
    struct sealed_evidence sealed;
    struct keeper_owner_act act;

    if (application->state != STATE_PHONE_PENDING) return err_set(ERR_STATE, "application: no code is asked for");
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_APPLICATION, hex_encode(arena, application->statement_digest), "",
                          code, &act));
    if (act.text.size > 0) {
        struct owner_statement owner;
        TRY(owner_statement_read(arena, act.text, &owner));
        confirmation.is_known = owner_statement_counts(&owner, NULL) == ERR_NONE;
        sealed = seal_evidence(arena, application, EVIDENCE_OWNER, 0, act.text, act.signature);
        confirmation.act = &sealed;
    }
    TRY(prepare_contact_notices(db, arena, application, objection_page, &confirmation.notices));
    return db_run(db, move, &confirmation);
}
