/* An announcement is taken back: shown no more, kept as the record of what was said. */
#include "publication/publication.h"

#include "base/clock.h"
#include "publication_sql.h"

struct withdrawal {
    struct arena *arena;
    const struct actor *actor;
    const char *uid;
};

static enum err withdraw_act(struct db_tx *tx, void *context)
{
    const struct withdrawal *withdrawal = context;
    const struct db_rows *row;

    TRY(db_row(tx, withdrawal->arena, &sql_withdraw_announcement,
               DB_WITH(DB_TEXT("uid", withdrawal->uid), DB_INT64("now_s", clock_now_s())), &row));
    return audit_record(tx, withdrawal->actor, "withdraw_announcement", "announcement", db_int64(row, 0, "id"), "");
}

enum err withdraw_announcement(struct db *db, struct arena *arena, const struct actor *actor, const char *uid)
{
    struct withdrawal withdrawal = {arena, actor, uid};
    return db_run(db, withdraw_act, &withdrawal);
}
