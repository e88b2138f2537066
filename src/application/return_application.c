/*
 * The officer returns an application for correction: why, and which fields (spec 01, States; spec 04, Decide). The person
 * changes it and signs anew; the SMS code is asked for only if the number changed, or what is done to a certificate.
 */
#include "application/store.h"

#include "application_sql.h"

#include <string.h>

struct returning {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const struct application *application;
    struct bytes sealed_return;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct returning *returning = context;
    const struct application *application = returning->application;

    TRY(check_officer(tx, returning->arena, returning->account, application->institution_id, application->person_id));
    TRY(update_one(tx, &sql_update_return,
                   DB_WITH(DB_BYTES("sealed_return", returning->sealed_return), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, returning->actor, application->id, application->state, STATE_RETURNED,
                         "return_application", application->refusal));
    return message_queue(tx, returning->message);
}

const char *confirmed_by_code(struct arena *arena, const struct application_form *form)
{
    return arena_printf(arena, "%s %s %s", form->mobile, form->reason, form->certificate);
}

bool application_may_be_returned(enum application_state state)
{
    return state == STATE_FORM_AWAITED || state == STATE_OFFICER_PENDING;
}

/* A line of field names, a line with what the SMS code was over, then the officer's reason. */
static struct bytes write_return(struct arena *arena, const struct application *application, const char *reason,
                                 const char *fields)
{
    return bytes_of_text(
        arena_printf(arena, "%s\n%s\n%s", fields, confirmed_by_code(arena, &application->form), reason));
}

enum err read_return(struct arena *arena, struct bytes text, struct application *application)
{
    char *fields = (char *)(uintptr_t)bytes_to_text(arena, text); /* in our arena: ours to cut */
    char *coded = fields != NULL ? strchr(fields, '\n') : NULL;
    char *reason = coded != NULL ? strchr(coded + 1, '\n') : NULL;
    if (reason == NULL) return err_set(ERR_BROKEN, "application: what was returned does not read");
    *coded = *reason = '\0';
    application->return_fields = fields;
    application->return_coded = coded + 1;
    application->return_reason = reason + 1;
    return ERR_NONE;
}

enum err return_application(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct application *application, const char *reason, const char *fields)
{
    struct staff_account account;
    struct returning returning = {.arena = arena, .actor = actor, .account = &account, .application = application};

    if (!application_may_be_returned(application->state))
        return err_set(ERR_STATE, "application: not with its officer");
    if (reason[0] == '\0' || strchr(reason, '\n') != NULL) return err_set(ERR_INVALID, "return: one line of reason");
    TRY(find_staff_account(db, arena, account_id, &account));
    returning.sealed_return = person_seal(arena, &application->person, RETURN_COLUMN, application->uid,
                                          write_return(arena, application, reason, fields));
    struct message_to to = application_contact(application, 0);
    const char *key = arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision);
    TRY(message_prepare(arena, &to, MESSAGE_RETURNED, key, NULL, &returning.message, "barcode", application->barcode,
                        "reason", reason, NULL));
    return db_run(db, update, &returning);
}
