#include "audit/audit.h"

#include "audit_sql.h"
#include "base/clock.h"

const char *actor_kind_name(enum actor_kind kind)
{
    static const char *const names[] = {
        [ACTOR_NOBODY] = "nobody", [ACTOR_PERSON] = "person", [ACTOR_STAFF] = "staff", [ACTOR_SYSTEM] = "system"};
    return names[kind];
}

enum err audit_record(struct db_tx *tx, const struct actor *actor, const char *event, const char *subject_kind,
                      int64_t subject, const char *detail)
{
    return db_exec(tx, &sql_insert_record,
                   DB_WITH(DB_INT64("at", clock_now_s()), DB_TEXT("event", event),
                           DB_TEXT("actor_kind", actor_kind_name(actor->kind)), DB_INT64("actor", actor->id),
                           DB_TEXT("subject_kind", subject_kind), DB_INT64("subject", subject),
                           DB_TEXT("address", actor->address), DB_TEXT("request", actor->request),
                           DB_TEXT("detail", detail)),
                   NULL);
}
