/* The paper is not as it must be: the reason is kept for the person, who brings a good one (spec 04). */
#include "application/store.h"

#include "application_sql.h"

struct refusing {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const struct application *application;
    enum form_refusal refusal;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct refusing *refusing = context;
    const struct application *application = refusing->application;
    const char *reason = form_refusal_name(refusing->refusal);
    const char *note = application_has_note(application->note, NOTE_NAME_DIFFERS)
                           ? arena_printf(refusing->arena, NOTE_NAME_DIFFERS " %s", reason)
                           : reason;

    TRY(check_officer(tx, refusing->arena, refusing->account, application->institution_id, application->person_id));
    TRY(update_one(tx, &sql_update_note,
                   DB_WITH(DB_TEXT("note", note), DB_INT64("now_s", clock_now_s()), DB_INT64("id", application->id),
                           DB_TEXT("state", application_state_name(STATE_FORM_AWAITED)),
                           DB_INT64("revision", application->revision))));
    TRY(add_step(tx, refusing->actor, application->id, STATE_FORM_AWAITED, STATE_FORM_AWAITED));
    TRY(audit_record(tx, refusing->actor, "refuse_form", "application", application->id, reason));
    return message_queue(tx, refusing->message);
}

enum err refuse_form(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                     const struct application *application, enum form_refusal refusal)
{
    struct staff_account account;
    struct refusing refusing = {arena, actor, &account, application, refusal, NULL};

    TRY(find_staff_account(db, arena, account_id, &account));
    struct message_to to = application_contact(application, 0);
    /* each paper is told of, a button pressed twice is not */
    const char *key = arena_printf(arena, "application:%s:%lld:%lld", application->uid,
                                   (long long)application->revision, (long long)clock_now_s());
    TRY(message_prepare(arena, &to, MESSAGE_FORM_REFUSED, key, NULL, &refusing.message, "barcode", application->barcode,
                        "reason", tr(application_language(application), form_refusal_title(refusal)), NULL));
    return db_run(db, update, &refusing);
}
