/* The officer holds the signed original (spec 01: taken in; spec 04). */
#include "application/store.h"

#include "application_sql.h"

struct taking {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const struct application *application;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct taking *taking = context;
    const struct application *application = taking->application;

    TRY(check_officer(tx, taking->arena, taking->account, application->institution_id, application->person_id));
    TRY(update_one(tx, &sql_update_taken_in,
                   DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, taking->actor, application->id, STATE_FORM_AWAITED, STATE_OFFICER_PENDING, "take_in_form",
                         ""));
    TRY(suspend_concerned(tx, application));
    return message_queue(tx, taking->message);
}

enum err take_in_form(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                      const struct application *application)
{
    struct staff_account account;
    struct taking taking = {.arena = arena, .actor = actor, .account = &account, .application = application};

    TRY(find_staff_account(db, arena, account_id, &account));
    if (application->state != STATE_FORM_AWAITED) return err_set(ERR_STATE, "application: no form is awaited");
    struct message_to to = application_contact(application, 0);
    TRY(message_prepare(arena, &to, MESSAGE_TAKEN_IN,
                        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision),
                        NULL, &taking.message, "barcode", application->barcode, "next",
                        next_step_text(arena, to.language, STATE_OFFICER_PENDING, WAY_WET), NULL));
    return db_run(db, update, &taking);
}
