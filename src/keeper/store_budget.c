/*
 * Whose persons were opened in the last hour: in memory alone, since it is written for each person, and of no use after
 * an hour. Who can make the keeper start again can do more than open persons.
 */
#include "keeper/store_internal.h"

#define HOUR_S 3600

static enum err forget_spent(struct keeper_store *store, int64_t now_s)
{
    sqlite3_stmt *statement;
    /* a clock that was put back must not lock anybody out */
    TRY(store_prepare(store, "DELETE FROM temp.spent WHERE at_s <= ? OR at_s > ?", &statement));
    sqlite3_bind_int64(statement, 1, now_s - HOUR_S);
    sqlite3_bind_int64(statement, 2, now_s);
    return store_finish(store, statement);
}

static enum err is_spent(struct keeper_store *store, const struct spending *spending, bool *ret_is_spent)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT 1 FROM temp.spent WHERE asker = ? AND what = ?", &statement));
    bind_bytes(statement, 1, spending->asker);
    bind_text(statement, 2, spending->what);
    int result = sqlite3_step(statement);
    *ret_is_spent = result == SQLITE_ROW;
    sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? ERR_NONE : store_broken(store);
}

static enum err count_rows(struct keeper_store *store, sqlite3_stmt *statement, int64_t *ret_count)
{
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

static enum err count_asker(struct keeper_store *store, struct bytes asker, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT COUNT(*) FROM temp.spent WHERE asker = ?", &statement));
    bind_bytes(statement, 1, asker);
    return count_rows(store, statement, ret_count);
}

enum err count_spent(struct keeper_store *store, const char *pool, int64_t now_s, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(forget_spent(store, now_s));
    TRY(store_prepare(store, "SELECT COUNT(*) FROM temp.spent WHERE pool = ?", &statement));
    bind_text(statement, 1, pool);
    return count_rows(store, statement, ret_count);
}

enum err spend(struct keeper_store *store, const struct spending *spending, int64_t now_s)
{
    bool is_there;
    int64_t of_asker = 0, of_pool = 0;
    sqlite3_stmt *statement;
    TRY(count_spent(store, spending->pool, now_s, &of_pool));
    TRY(is_spent(store, spending, &is_there));
    if (is_there) return ERR_NONE;
    TRY(count_asker(store, spending->asker, &of_asker));
    if (of_asker >= spending->asker_limit || of_pool >= spending->pool_limit)
        return err_set(ERR_TOO_MANY, "the budget of this hour is used up: %s", spending->pool);
    TRY(store_prepare(store, "INSERT INTO temp.spent (asker, what, pool, at_s) VALUES (?, ?, ?, ?)", &statement));
    bind_bytes(statement, 1, spending->asker);
    bind_text(statement, 2, spending->what);
    bind_text(statement, 3, spending->pool);
    sqlite3_bind_int64(statement, 4, now_s);
    return store_finish(store, statement);
}
