/*
 * Ink on paper: the application waits for the signed form, and the person is told where it goes (spec 02, wet); where the
 * contact data were changed, first for its owner's word (spec 01, confirmation_pending).
 */
#include "application/store.h"

#include "application_sql.h"

struct choice {
    const struct actor *actor;
    const struct application *application;
    enum application_state to;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct choice *choice = context;
    const struct application *application = choice->application;

    TRY(update_one(tx, &sql_update_way,
                   DB_WITH(DB_TEXT("way", application_way_name(WAY_WET)), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, choice->actor, application->id, STATE_METHOD_PENDING, choice->to, "choose_wet_way", ""));
    return message_queue(tx, choice->message);
}

enum err find_form_desk(struct db *db, struct arena *arena, const struct application *application,
                        struct form_desk *ret_desk)
{
    struct staff_account officer;
    enum err error = find_officer_of(db, arena, application->institution_id, application->person_id, &officer,
                                     &ret_desk->institution);
    ret_desk->officer = error == ERR_NONE ? officer.display_name : NULL;
    if (error == ERR_NOT_FOUND) return find_institution(db, arena, application->institution_id, &ret_desk->institution);
    return error;
}

enum err prepare_form_awaited(struct db *db, struct arena *arena, const struct application *application,
                              const struct message_ready **ret_message)
{
    struct form_desk desk;

    TRY(find_form_desk(db, arena, application, &desk));
    const struct institution *institution = &desk.institution;
    /* spec 01: codes and the officer's name always go by SMS */
    struct message_to to = application_contact(application, MESSAGE_SMS);
    return message_prepare(
        arena, &to, MESSAGE_FORM_AWAITED,
        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision), NULL,
        ret_message, "barcode", application->barcode, "next",
        next_step_text(arena, to.language, STATE_FORM_AWAITED, WAY_WET), "officer",
        desk.officer != NULL ? desk.officer : institution->name, "unit", institution->unit, "address",
        institution->address, "phone", phone_text(arena, institution->phone, institution->extension), NULL);
}

static enum err prepare_confirmation_asked(struct arena *arena, const struct application *application,
                                           const struct message_ready **ret_message)
{
    struct message_to to = application_contact(application, 0);
    return message_prepare(
        arena, &to, MESSAGE_CONFIRMATION_ASKED,
        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision), NULL,
        ret_message, "barcode", application->barcode, "next",
        next_step_text(arena, to.language, STATE_CONFIRMATION_PENDING, WAY_WET), NULL);
}

enum err choose_wet_way(struct db *db, struct arena *arena, const struct actor *actor,
                        const struct application *application)
{
    struct choice choice = {.actor = actor, .application = application, .to = STATE_FORM_AWAITED};
    struct evidence_given given;

    if (application->state != STATE_METHOD_PENDING) return err_set(ERR_STATE, "application: no way is asked for");
    TRY(find_evidence_given(db, arena, application, &given));
    if (needs_owner_confirmation(application->contact_changes, &given)) choice.to = STATE_CONFIRMATION_PENDING;
    if (choice.to == STATE_FORM_AWAITED) TRY(prepare_form_awaited(db, arena, application, &choice.message));
    else TRY(prepare_confirmation_asked(arena, application, &choice.message));
    return db_run(db, update, &choice);
}
