/* What the signer refused and officers cannot put right goes back to the applicant (spec 01, States; spec 04, Decide). */
#include "application/store.h"

struct returning {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const struct application *application;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct returning *returning = context;
    const struct application *application = returning->application;

    TRY(check_officer(tx, returning->arena, returning->account, application->institution_id, application->person_id));
    TRY(move_application(tx, returning->actor, application->id, STATE_OFFICER_PENDING, STATE_RETURNED,
                         "return_application", application->refusal));
    return message_queue(tx, returning->message);
}

enum err return_application(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct application *application)
{
    struct staff_account account;
    struct returning returning = {arena, actor, &account, application, NULL};

    if (application->refusal[0] == '\0') return err_set(ERR_STATE, "application: not refused by the signer");
    TRY(find_staff_account(db, arena, account_id, &account));
    struct message_to to = application_contact(application, 0);
    const char *key = arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision);
    TRY(message_prepare(arena, &to, MESSAGE_RETURNED, key, NULL, &returning.message, "barcode", application->barcode,
                        "reason",
                        tr(application_language(application), production_refusal(application->refusal).meaning), NULL));
    return db_run(db, update, &returning);
}
