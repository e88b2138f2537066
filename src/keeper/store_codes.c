/* One-time codes and used TOTP steps. */
#include "keeper/store_internal.h"

#define CODE_COLUMNS "id, owner, person, number, sealed, epoch, created_s, valid_until_s, wrong_tries, is_used"

enum err store_code(struct keeper_store *store, const struct kept_code *code)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "INSERT INTO code (" CODE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &statement));
    bind_text(statement, 1, code->id);
    bind_bytes(statement, 2, code->owner);
    bind_bytes(statement, 3, code->person);
    bind_bytes(statement, 4, code->number);
    bind_bytes(statement, 5, code->sealed);
    sqlite3_bind_int64(statement, 6, code->epoch);
    sqlite3_bind_int64(statement, 7, code->created_s);
    sqlite3_bind_int64(statement, 8, code->valid_until_s);
    sqlite3_bind_int64(statement, 9, code->wrong_tries);
    sqlite3_bind_int64(statement, 10, code->is_used);
    return store_finish(store, statement);
}

static struct kept_code read_code(sqlite3_stmt *statement, struct arena *arena)
{
    return (struct kept_code){
        .id = column_text(statement, arena, 0),
        .owner = column_bytes(statement, arena, 1),
        .person = column_bytes(statement, arena, 2),
        .number = column_bytes(statement, arena, 3),
        .sealed = column_bytes(statement, arena, 4),
        .epoch = sqlite3_column_int64(statement, 5),
        .created_s = sqlite3_column_int64(statement, 6),
        .valid_until_s = sqlite3_column_int64(statement, 7),
        .wrong_tries = sqlite3_column_int64(statement, 8),
        .is_used = sqlite3_column_int64(statement, 9) != 0,
    };
}

enum err find_code(struct keeper_store *store, struct arena *arena, const char *id, struct kept_code *ret_code)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT " CODE_COLUMNS " FROM code WHERE id = ?", &statement));
    bind_text(statement, 1, id);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_code = read_code(statement, arena);
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "no such code");
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

/* The rows of a statement, at most `limit`; finishes it. */
static enum err read_codes(struct keeper_store *store, sqlite3_stmt *statement, struct arena *arena, size_t limit,
                           const struct kept_code **ret_codes, size_t *ret_count)
{
    struct kept_code *codes = NEW_ARRAY(arena, struct kept_code, limit);
    size_t count = 0;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && count < limit)
        codes[count++] = read_code(statement, arena);
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) return store_broken(store);
    *ret_codes = codes;
    *ret_count = count;
    return ERR_NONE;
}

enum err list_codes(struct keeper_store *store, struct arena *arena, struct bytes owner,
                    const struct kept_code **ret_codes, size_t *ret_count)
{
    enum { CODES_MAX = 64 }; /* far more than the day's limit lets be made before they are forgotten */
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT " CODE_COLUMNS " FROM code WHERE owner = ? ORDER BY created_s DESC, id LIMIT ?",
                      &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, CODES_MAX);
    return read_codes(store, statement, arena, CODES_MAX, ret_codes, ret_count);
}

enum err list_codes_before(struct keeper_store *store, struct arena *arena, int64_t epoch, int64_t limit,
                           const struct kept_code **ret_codes, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT " CODE_COLUMNS " FROM code WHERE epoch < ? LIMIT ?", &statement));
    sqlite3_bind_int64(statement, 1, epoch);
    sqlite3_bind_int64(statement, 2, limit);
    return read_codes(store, statement, arena, (size_t)limit, ret_codes, ret_count);
}

enum err update_code_seal(struct keeper_store *store, const char *id, int64_t epoch, struct bytes sealed)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "UPDATE code SET sealed = ?, epoch = ? WHERE id = ?", &statement));
    bind_bytes(statement, 1, sealed);
    sqlite3_bind_int64(statement, 2, epoch);
    bind_text(statement, 3, id);
    return store_finish(store, statement);
}

enum err count_codes(struct keeper_store *store, struct bytes number, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT COUNT(*) FROM code WHERE number = ?", &statement));
    bind_bytes(statement, 1, number);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

enum err use_code(struct keeper_store *store, const char *id)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "UPDATE code SET is_used = 1 WHERE id = ?", &statement));
    bind_text(statement, 1, id);
    return store_finish(store, statement);
}

enum err count_wrong_try(struct keeper_store *store, struct bytes owner, int64_t now_s)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(
        store, "UPDATE code SET wrong_tries = wrong_tries + 1 WHERE owner = ? AND is_used = 0 AND valid_until_s > ?",
        &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, now_s);
    return store_finish(store, statement);
}

enum err forget_codes(struct keeper_store *store, int64_t created_before_s)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "DELETE FROM code WHERE created_s < ?", &statement));
    sqlite3_bind_int64(statement, 1, created_before_s);
    return store_finish(store, statement);
}

/* -- TOTP -- */

enum err find_totp_step(struct keeper_store *store, struct bytes owner, int64_t *ret_step)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT step FROM totp_step WHERE owner = ?", &statement));
    bind_bytes(statement, 1, owner);
    int result = sqlite3_step(statement);
    int64_t step = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return store_broken(store);
    *ret_step = step;
    return ERR_NONE;
}

enum err store_totp_step(struct keeper_store *store, struct bytes owner, int64_t step)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(
        store,
        "INSERT INTO totp_step (owner, step) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET step = excluded.step",
        &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, step);
    return store_finish(store, statement);
}

enum err count_totp_wrong(struct keeper_store *store, struct bytes owner, int64_t since_s, int64_t now_s,
                          int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT COUNT(*) FROM totp_wrong WHERE owner = ? AND at_s > ? AND at_s <= ?", &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, since_s);
    sqlite3_bind_int64(statement, 3, now_s);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

enum err add_totp_wrong(struct keeper_store *store, struct bytes owner, int64_t at_s, int64_t forget_until_s)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "DELETE FROM totp_wrong WHERE at_s <= ?", &statement));
    sqlite3_bind_int64(statement, 1, forget_until_s);
    TRY(store_finish(store, statement));
    TRY(store_prepare(store, "INSERT INTO totp_wrong (owner, at_s) VALUES (?, ?)", &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, at_s);
    return store_finish(store, statement);
}
