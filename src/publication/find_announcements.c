#include "publication/publication.h"

#include "base/clock.h"
#include "publication/store.h"
#include "publication_sql.h"

static enum err list(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                     const struct announcement **ret_announcements, size_t *ret_count)
{
    const struct db_rows *rows;
    TRY(publication_rows(db, arena, sql, values, &rows));
    size_t count = db_count(rows);
    struct announcement *announcements = NEW_ARRAY(arena, struct announcement, count + 1);
    for (size_t i = 0; i < count; i++)
        announcements[i] = (struct announcement){
            .uid = db_text(rows, i, "uid"),
            .title = db_text(rows, i, "title"),
            .text = db_text(rows, i, "text"),
            .english_title = db_text(rows, i, "english_title"),
            .english_text = db_text(rows, i, "english_text"),
            .from_s = db_int64(rows, i, "from_s"),
            .until_s = db_int64(rows, i, "until_s"),
            .withdrawn_s = db_int64(rows, i, "withdrawn_s"),
            .account_name = db_text(rows, i, "display_name"),
        };
    *ret_announcements = announcements;
    *ret_count = count;
    return ERR_NONE;
}

enum err list_shown_announcements(struct db *db, struct arena *arena, int64_t limit,
                                  const struct announcement **ret_announcements, size_t *ret_count)
{
    return list(db, arena, &sql_list_shown_announcements,
                DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("limit", limit == 0 ? INT64_MAX : limit)),
                ret_announcements, ret_count);
}

enum err list_announcements(struct db *db, struct arena *arena, const struct announcement **ret_announcements,
                            size_t *ret_count)
{
    return list(db, arena, &sql_list_announcements, DB_NOTHING, ret_announcements, ret_count);
}

enum err find_announcement(struct db *db, struct arena *arena, const char *uid, struct announcement *ret_announcement)
{
    const struct announcement *found;
    size_t count;

    TRY(list(db, arena, &sql_find_announcement, DB_WITH(DB_TEXT("uid", uid)), &found, &count));
    if (count == 0) return err_set(ERR_NOT_FOUND, "announcement: none such");
    *ret_announcement = found[0];
    return ERR_NONE;
}
