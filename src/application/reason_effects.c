/*
 * What an application does to the certificate it concerns, in the transaction of its step (spec 01, Reasons): one that is
 * lost or faulty is suspended when the application is taken in and revoked when it is approved; one of a former name is
 * revoked when the new one is activated, or 30 days after that one was made.
 */
#include "application/store.h"

#include "application_sql.h"

#define FORMER_NAME_S (30 * DAY_S)

static bool is_lost_or_faulty(const struct application *application)
{
    return application->reason == REASON_LOST || application->reason == REASON_FAULTY;
}

enum err suspend_concerned(struct db_tx *tx, const struct application *application)
{
    return is_lost_or_faulty(application) ? ask_suspension(tx, application->form.certificate) : ERR_NONE;
}

enum err revoke_concerned(struct db_tx *tx, struct arena *arena, const struct application *application)
{
    if (!is_lost_or_faulty(application)) return ERR_NONE;
    return ask_revocation(tx, arena, application->form.certificate, reason_revokes_as(application->reason), 0);
}

static enum err revoke_former_name(struct db_tx *tx, int64_t application_id, int64_t due_s)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_concerned, DB_WITH(DB_INT64("id", application_id)), &row));
    if (application_reason_from_name(db_text(row, 0, "reason")) != REASON_NAME_CHANGE) return ERR_NONE;
    return ask_revocation(tx, arena, db_text(row, 0, "certificate"), reason_revokes_as(REASON_NAME_CHANGE), due_s);
}

enum err revoke_former_name_in_time(struct db_tx *tx, int64_t application_id)
{
    return revoke_former_name(tx, application_id, clock_now_s() + FORMER_NAME_S);
}

enum err revoke_former_name_now(struct db_tx *tx, int64_t application_id)
{
    return revoke_former_name(tx, application_id, 0);
}
