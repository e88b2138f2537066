/* An announcement is written, or changed while it is not withdrawn. */
#include "publication/publication.h"

#include "base/clock.h"
#include "base/secret.h"
#include "publication_sql.h"

struct writing {
    struct arena *arena;
    const struct actor *actor;
    int64_t account_id;
    const struct announcement *announcement;
    const char *new_uid;
};

static enum err write_act(struct db_tx *tx, void *context)
{
    const struct writing *writing = context;
    const struct announcement *announcement = writing->announcement;
    bool is_new = announcement->uid == NULL;
    const struct db_rows *row;

    TRY(db_row(tx, writing->arena, is_new ? &sql_insert_announcement : &sql_update_announcement,
               DB_WITH(DB_TEXT("uid", is_new ? writing->new_uid : announcement->uid),
                       DB_TEXT("title", announcement->title), DB_TEXT("text", announcement->text),
                       DB_TEXT("english_title", announcement->english_title),
                       DB_TEXT("english_text", announcement->english_text), DB_INT64("from_s", announcement->from_s),
                       DB_INT64("until_s", announcement->until_s), DB_INT64("account_id", writing->account_id),
                       DB_INT64("now_s", clock_now_s())),
               &row));
    return audit_record(tx, writing->actor, is_new ? "write_announcement" : "change_announcement", "announcement",
                        db_int64(row, 0, "id"), announcement->title);
}

enum err write_announcement(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct announcement *announcement)
{
    struct writing writing = {arena, actor, account_id, announcement, random_hex(arena, 16)};
    return db_run(db, write_act, &writing);
}
