/* Ink on paper: the application waits for the signed form; the person is told where it goes (spec 02, wet). */
#include "application/store.h"

#include "application_sql.h"

struct choice {
    const struct actor *actor;
    const struct application *application;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct choice *choice = context;
    const struct application *application = choice->application;

    TRY(update_one(tx, &sql_update_way,
                   DB_WITH(DB_TEXT("way", application_way_name(WAY_WET)), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, choice->actor, application->id, STATE_METHOD_PENDING, STATE_FORM_AWAITED, "choose_wet_way",
                         ""));
    return message_queue(tx, choice->message);
}

enum err choose_wet_way(struct db *db, struct arena *arena, const struct actor *actor,
                        const struct application *application)
{
    struct choice choice = {.actor = actor, .application = application};
    struct institution institution;
    struct staff_account officer;

    if (application->state != STATE_METHOD_PENDING) return err_set(ERR_STATE, "application: no way is asked for");
    TRY(find_institution(db, arena, application->institution_id, &institution));
    enum err error = find_officer_of(db, arena, application->institution_id, &officer);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    /* spec 01: codes and the officer's name always go by SMS */
    struct message_to to = application_contact(application, MESSAGE_SMS);
    TRY(message_prepare(arena, &to, MESSAGE_FORM_AWAITED,
                        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision),
                        NULL, &choice.message, "barcode", application->barcode, "officer",
                        error == ERR_NONE ? officer.display_name : institution.name, "unit", institution.unit,
                        "address", institution.address, "phone",
                        phone_text(arena, institution.phone, institution.extension), NULL));
    return db_run(db, update, &choice);
}
