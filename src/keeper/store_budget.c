/*
 * Whose persons were opened in the last hour. Which ones is in memory alone: it is written for each person, and of no use
 * after an hour. So that a restart hands out no fresh budget, what is spent is taken from the file in blocks beforehand:
 * one write for a fiftieth of a budget. A keeper that starts counts the blocks of the one before as spent to the last.
 */
#include "keeper/store_internal.h"

#define HOUR_S 3600
#define BLOCK_S 300 /* as long may a block be spent from, so it counts for an hour and this */
#define BLOCKS 50 /* of each budget */

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

/* -- blocks; their owner is an asker or, by its name, a pool -- */

static enum err count_before_start(struct keeper_store *store, struct bytes owner, int64_t now_s, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store,
                      "SELECT COALESCE(SUM(size), 0) FROM budget_block"
                      " WHERE owner = ? AND id <= ? AND taken_s > ? AND taken_s <= ?",
                      &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, store->last_block_before);
    sqlite3_bind_int64(statement, 3, now_s - HOUR_S - BLOCK_S);
    sqlite3_bind_int64(statement, 4, now_s);
    return count_rows(store, statement, ret_count);
}

enum err budget_begin(struct keeper_store *store)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT COALESCE(MAX(id), 0) FROM budget_block", &statement));
    return count_rows(store, statement, &store->last_block_before);
}

static enum err drop_old_blocks(struct keeper_store *store, int64_t now_s)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "DELETE FROM budget_block WHERE taken_s <= ?", &statement));
    sqlite3_bind_int64(statement, 1, now_s - HOUR_S - BLOCK_S);
    return store_finish(store, statement);
}

/* One more out of the owner's block, if it has one with something left. */
static enum err use_block(struct keeper_store *store, struct bytes owner, int64_t now_s, bool *ret_had_one)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store,
                      "UPDATE temp.open_block SET remaining = remaining - 1"
                      " WHERE owner = ? AND remaining > 0 AND taken_s > ? AND taken_s <= ?",
                      &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, now_s - BLOCK_S);
    sqlite3_bind_int64(statement, 3, now_s);
    TRY(store_finish(store, statement));
    *ret_had_one = sqlite3_changes(store->db) > 0;
    return ERR_NONE;
}

static enum err take_block(struct keeper_store *store, struct bytes owner, int64_t limit, int64_t now_s)
{
    bool had_one;
    sqlite3_stmt *statement;
    TRY(use_block(store, owner, now_s, &had_one));
    if (had_one) return ERR_NONE;
    int64_t size = limit / BLOCKS > 0 ? limit / BLOCKS : 1;
    TRY(drop_old_blocks(store, now_s));
    TRY(store_prepare(store, "INSERT INTO budget_block (owner, size, taken_s) VALUES (?, ?, ?)", &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, size);
    sqlite3_bind_int64(statement, 3, now_s);
    TRY(store_finish(store, statement));
    TRY(store_prepare(store, "INSERT OR REPLACE INTO temp.open_block (owner, remaining, taken_s) VALUES (?, ?, ?)",
                      &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, size - 1);
    sqlite3_bind_int64(statement, 3, now_s);
    return store_finish(store, statement);
}

enum err count_spent(struct keeper_store *store, const char *pool, int64_t now_s, int64_t *ret_count)
{
    int64_t before = 0, since = 0;
    sqlite3_stmt *statement;
    TRY(forget_spent(store, now_s));
    TRY(count_before_start(store, bytes_of_text(pool), now_s, &before));
    TRY(store_prepare(store, "SELECT COUNT(*) FROM temp.spent WHERE pool = ?", &statement));
    bind_text(statement, 1, pool);
    TRY(count_rows(store, statement, &since));
    *ret_count = before + since;
    return ERR_NONE;
}

struct spending_now {
    const struct spending *spending;
    int64_t now_s;
};

static enum err write_spending(struct keeper_store *store, void *context)
{
    const struct spending_now *now = context;
    const struct spending *spending = now->spending;
    const struct bytes pool = bytes_of_text(spending->pool);
    sqlite3_stmt *statement;
    TRY(take_block(store, pool, spending->pool_limit, now->now_s));
    if (!bytes_equal(spending->asker, pool)) TRY(take_block(store, spending->asker, spending->asker_limit, now->now_s));
    TRY(store_prepare(store, "INSERT INTO temp.spent (asker, what, pool, at_s) VALUES (?, ?, ?, ?)", &statement));
    bind_bytes(statement, 1, spending->asker);
    bind_text(statement, 2, spending->what);
    bind_text(statement, 3, spending->pool);
    sqlite3_bind_int64(statement, 4, now->now_s);
    return store_finish(store, statement);
}

enum err spend(struct keeper_store *store, const struct spending *spending, int64_t now_s)
{
    bool is_there;
    int64_t of_asker = 0, of_pool = 0, before = 0;
    TRY(count_spent(store, spending->pool, now_s, &of_pool));
    TRY(is_spent(store, spending, &is_there));
    if (is_there) return ERR_NONE;
    TRY(count_asker(store, spending->asker, &of_asker));
    TRY(count_before_start(store, spending->asker, now_s, &before));
    if (of_asker + before >= spending->asker_limit || of_pool >= spending->pool_limit)
        return err_set(ERR_TOO_MANY, "the budget of this hour is used up: %s", spending->pool);
    struct spending_now now = {spending, now_s};
    return store_run(store, write_spending, &now);
}
