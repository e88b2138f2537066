#include "keeper/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct keeper_store {
    sqlite3 *db;
};

/* Each entry brings the file from version i to i + 1 (PRAGMA user_version); entries are only ever added. */
static const char *const migrations[] = {
    "CREATE TABLE working_key (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;"
    "CREATE TABLE code (id TEXT PRIMARY KEY, owner BLOB NOT NULL, sealed BLOB NOT NULL, created_s INTEGER NOT NULL,"
    " valid_until_s INTEGER NOT NULL, wrong_tries INTEGER NOT NULL, is_used INTEGER NOT NULL) STRICT;"
    "CREATE INDEX code_owner ON code (owner, created_s);"
    "CREATE INDEX code_created ON code (created_s);"
    "CREATE TABLE totp_step (owner BLOB PRIMARY KEY, step INTEGER NOT NULL) STRICT;",
};
#define VERSION ((int)(sizeof migrations / sizeof *migrations))

static enum err broken(const struct keeper_store *store)
{
    return err_set(ERR_BROKEN, "keeper.db: %s", sqlite3_errmsg(store->db));
}

static enum err prepare(struct keeper_store *store, const char *sql, sqlite3_stmt **ret_statement)
{
    if (sqlite3_prepare_v2(store->db, sql, -1, ret_statement, NULL) != SQLITE_OK) return broken(store);
    return ERR_NONE;
}

static void bind_bytes(sqlite3_stmt *statement, int at, struct bytes bytes)
{
    sqlite3_bind_blob(statement, at, bytes.size == 0 ? "" : (const void *)bytes.data, (int)bytes.size,
                      SQLITE_TRANSIENT);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static struct bytes column_bytes(sqlite3_stmt *statement, struct arena *arena, int column)
{
    const struct bytes bytes = {sqlite3_column_blob(statement, column),
                                (size_t)sqlite3_column_bytes(statement, column)};
    return bytes_copy(arena, bytes);
}

/* Runs a statement that gives no rows, and finishes it. */
static enum err finish(struct keeper_store *store, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return result == SQLITE_DONE ? ERR_NONE : broken(store);
}

static enum err migrate(struct keeper_store *store)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "PRAGMA user_version", &statement));
    int version = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    if (version < 0) return broken(store);
    if (version > VERSION) return err_set(ERR_BROKEN, "keeper.db is of a newer Divit");
    for (; version < VERSION; version++) {
        char *sql =
            sqlite3_mprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT", migrations[version], version + 1);
        int result = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
        sqlite3_free(sql);
        if (result != SQLITE_OK) return broken(store);
    }
    return ERR_NONE;
}

enum err keeper_store_open(const char *path, struct keeper_store **ret_store)
{
    struct keeper_store *store = memory_new(sizeof *store);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    enum err error = ERR_NONE;
    if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(store->db, 5000) != SQLITE_OK ||
        sqlite3_exec(store->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON", NULL,
                     NULL, NULL) != SQLITE_OK)
        error = broken(store);
    if (error == ERR_NONE) error = migrate(store);
    if (error == ERR_NONE) *ret_store = store;
    else keeper_store_close(store);
    return error;
}

struct keeper_store *keeper_store_close(struct keeper_store *store)
{
    if (store == NULL) return NULL;
    sqlite3_close(store->db);
    free(store);
    return NULL;
}

/* -- working keys -- */

enum err store_key(struct keeper_store *store, const char *name, struct bytes wrapped)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "INSERT INTO working_key (name, wrapped) VALUES (?, ?)", &statement));
    bind_text(statement, 1, name);
    bind_bytes(statement, 2, wrapped);
    return finish(store, statement);
}

enum err find_key(struct keeper_store *store, struct arena *arena, const char *name, struct bytes *ret_wrapped)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "SELECT wrapped FROM working_key WHERE name = ?", &statement));
    bind_text(statement, 1, name);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_wrapped = column_bytes(statement, arena, 0);
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "keeper.db holds no key %s", name);
    return result == SQLITE_ROW ? ERR_NONE : broken(store);
}

/* -- codes -- */

#define CODE_COLUMNS "id, owner, sealed, created_s, valid_until_s, wrong_tries, is_used"

enum err store_code(struct keeper_store *store, const struct kept_code *code)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "INSERT INTO code (" CODE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)", &statement));
    bind_text(statement, 1, code->id);
    bind_bytes(statement, 2, code->owner);
    bind_bytes(statement, 3, code->sealed);
    sqlite3_bind_int64(statement, 4, code->created_s);
    sqlite3_bind_int64(statement, 5, code->valid_until_s);
    sqlite3_bind_int64(statement, 6, code->wrong_tries);
    sqlite3_bind_int64(statement, 7, code->is_used);
    return finish(store, statement);
}

static struct kept_code read_code(sqlite3_stmt *statement, struct arena *arena)
{
    return (struct kept_code){
        .id = arena_text(arena, (const char *)sqlite3_column_text(statement, 0)),
        .owner = column_bytes(statement, arena, 1),
        .sealed = column_bytes(statement, arena, 2),
        .created_s = sqlite3_column_int64(statement, 3),
        .valid_until_s = sqlite3_column_int64(statement, 4),
        .wrong_tries = sqlite3_column_int64(statement, 5),
        .is_used = sqlite3_column_int64(statement, 6) != 0,
    };
}

enum err find_code(struct keeper_store *store, struct arena *arena, const char *id, struct kept_code *ret_code)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "SELECT " CODE_COLUMNS " FROM code WHERE id = ?", &statement));
    bind_text(statement, 1, id);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_code = read_code(statement, arena);
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "no such code");
    return result == SQLITE_ROW ? ERR_NONE : broken(store);
}

enum err list_codes(struct keeper_store *store, struct arena *arena, struct bytes owner,
                    const struct kept_code **ret_codes, size_t *ret_count)
{
    enum { CODES_MAX = 64 }; /* far more than the day's limit lets be made before they are forgotten */
    sqlite3_stmt *statement;
    TRY(prepare(store, "SELECT " CODE_COLUMNS " FROM code WHERE owner = ? ORDER BY created_s DESC, id LIMIT 64",
                &statement));
    bind_bytes(statement, 1, owner);
    struct kept_code *codes = NEW_ARRAY(arena, struct kept_code, CODES_MAX);
    size_t count = 0;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && count < CODES_MAX)
        codes[count++] = read_code(statement, arena);
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) return broken(store);
    *ret_codes = codes;
    *ret_count = count;
    return ERR_NONE;
}

enum err use_code(struct keeper_store *store, const char *id)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "UPDATE code SET is_used = 1 WHERE id = ?", &statement));
    bind_text(statement, 1, id);
    return finish(store, statement);
}

enum err count_wrong_try(struct keeper_store *store, struct bytes owner, int64_t now_s)
{
    sqlite3_stmt *statement;
    TRY(prepare(store,
                "UPDATE code SET wrong_tries = wrong_tries + 1 WHERE owner = ? AND is_used = 0 AND valid_until_s > ?",
                &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, now_s);
    return finish(store, statement);
}

enum err forget_codes(struct keeper_store *store, int64_t created_before_s)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "DELETE FROM code WHERE created_s < ?", &statement));
    sqlite3_bind_int64(statement, 1, created_before_s);
    return finish(store, statement);
}

/* -- TOTP -- */

enum err find_totp_step(struct keeper_store *store, struct bytes owner, int64_t *ret_step)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "SELECT step FROM totp_step WHERE owner = ?", &statement));
    bind_bytes(statement, 1, owner);
    int result = sqlite3_step(statement);
    int64_t step = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return broken(store);
    *ret_step = step;
    return ERR_NONE;
}

enum err store_totp_step(struct keeper_store *store, struct bytes owner, int64_t step)
{
    sqlite3_stmt *statement;
    TRY(prepare(
        store,
        "INSERT INTO totp_step (owner, step) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET step = excluded.step",
        &statement));
    bind_bytes(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, step);
    return finish(store, statement);
}
