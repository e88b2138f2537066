#include "keeper/store_internal.h"

#include <stdlib.h>
#include <string.h>

/* Each entry brings the file from version i to i + 1 (PRAGMA user_version); entries are only ever added. */
static const char *const migrations[] = {
    "CREATE TABLE working_key (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;"
    "CREATE TABLE code (id TEXT PRIMARY KEY, owner BLOB NOT NULL, sealed BLOB NOT NULL, created_s INTEGER NOT NULL,"
    " valid_until_s INTEGER NOT NULL, wrong_tries INTEGER NOT NULL, is_used INTEGER NOT NULL) STRICT;"
    "CREATE INDEX code_owner ON code (owner, created_s);"
    "CREATE INDEX code_created ON code (created_s);"
    "CREATE TABLE totp_step (owner BLOB PRIMARY KEY, step INTEGER NOT NULL) STRICT;",
    /* codes know whose they are and which number they go to; those made before live for a day and are let go */
    "DROP TABLE code;"
    "CREATE TABLE code (id TEXT PRIMARY KEY, owner BLOB NOT NULL, person BLOB NOT NULL, number BLOB NOT NULL,"
    " sealed BLOB NOT NULL, created_s INTEGER NOT NULL, valid_until_s INTEGER NOT NULL, wrong_tries INTEGER NOT NULL,"
    " is_used INTEGER NOT NULL) STRICT;"
    "CREATE INDEX code_owner ON code (owner, created_s);"
    "CREATE INDEX code_created ON code (created_s);"
    "CREATE TABLE known_number (person BLOB NOT NULL, number BLOB NOT NULL, source TEXT NOT NULL"
    " CHECK (source IN ('sicil', 'hesap', 'form')), document TEXT NOT NULL, known_since_s INTEGER NOT NULL,"
    " PRIMARY KEY (person, number, source, document)) STRICT;",
    "CREATE TABLE puk (public_key TEXT PRIMARY KEY, person BLOB NOT NULL, card_serial TEXT NOT NULL, sealed BLOB NOT NULL,"
    " created_s INTEGER NOT NULL) STRICT;"
    "CREATE INDEX puk_person ON puk (person);",
    "CREATE INDEX code_number ON code (number);"
    "CREATE TABLE journal (number INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,"
    " body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE INDEX journal_kind ON journal (kind, at_s);"
    "CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;"
    "CREATE TRIGGER journal_keeps BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;",
    ("ALTER TABLE puk ADD COLUMN document TEXT NOT NULL DEFAULT '';"
     "CREATE INDEX journal_subject ON journal (kind, subject, at_s);"),
    ("CREATE TABLE budget_block (id INTEGER PRIMARY KEY AUTOINCREMENT, owner BLOB NOT NULL, size INTEGER NOT NULL,"
     " taken_s INTEGER NOT NULL) STRICT;"
     "CREATE INDEX budget_block_owner ON budget_block (owner, taken_s);"),
    ("CREATE TABLE epoch (number INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('lives', 'ends', 'destroyed')),"
     " made_s INTEGER NOT NULL, destroyed_s INTEGER NOT NULL DEFAULT 0) STRICT;"
     "CREATE TABLE epoch_key (epoch INTEGER NOT NULL, name TEXT NOT NULL, wrapped BLOB NOT NULL,"
     " PRIMARY KEY (epoch, name)) STRICT;"
     "INSERT INTO epoch (number, state, made_s) SELECT 1, 'lives', CAST(strftime('%s', 'now') AS INTEGER)"
     " WHERE EXISTS (SELECT 1 FROM working_key);"
     "INSERT INTO epoch_key (epoch, name, wrapped) SELECT 1, name, wrapped FROM working_key;"
     "DROP TABLE working_key;"
     "ALTER TABLE code ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;"
     "ALTER TABLE puk ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;"
     "CREATE INDEX code_epoch ON code (epoch);"
     "CREATE INDEX code_person ON code (person);"
     "CREATE INDEX puk_epoch ON puk (epoch);"),
    "CREATE TABLE registry (id INTEGER PRIMARY KEY CHECK (id = 1), text BLOB NOT NULL) STRICT;",
    "CREATE TABLE totp_wrong (owner BLOB NOT NULL, at_s INTEGER NOT NULL) STRICT;"
    "CREATE INDEX totp_wrong_owner ON totp_wrong (owner, at_s);",
};
#define VERSION ((int)(sizeof migrations / sizeof *migrations))

enum err store_broken(const struct keeper_store *store)
{
    return err_set(ERR_BROKEN, "keeper.db: %s", sqlite3_errmsg(store->db));
}

enum err store_prepare(struct keeper_store *store, const char *sql, sqlite3_stmt **ret_statement)
{
    if (sqlite3_prepare_v2(store->db, sql, -1, ret_statement, NULL) != SQLITE_OK) return store_broken(store);
    return ERR_NONE;
}

void bind_bytes(sqlite3_stmt *statement, int at, struct bytes bytes)
{
    sqlite3_bind_blob(statement, at, bytes.size == 0 ? "" : (const void *)bytes.data, (int)bytes.size,
                      SQLITE_TRANSIENT);
}

void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

struct bytes column_bytes(sqlite3_stmt *statement, struct arena *arena, int column)
{
    const struct bytes bytes = {sqlite3_column_blob(statement, column),
                                (size_t)sqlite3_column_bytes(statement, column)};
    return bytes_copy(arena, bytes);
}

const char *column_text(sqlite3_stmt *statement, struct arena *arena, int column)
{
    return arena_text(arena, (const char *)sqlite3_column_text(statement, column));
}

enum err store_finish(struct keeper_store *store, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return result == SQLITE_DONE ? ERR_NONE : store_broken(store);
}

static const char opening[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
    "CREATE TEMP TABLE spent (asker BLOB NOT NULL, what TEXT NOT NULL, pool TEXT NOT NULL, at_s INTEGER NOT NULL,"
    " PRIMARY KEY (asker, what)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX temp.spent_pool ON spent (pool); CREATE INDEX temp.spent_at ON spent (at_s);"
    "CREATE TEMP TABLE open_block (owner BLOB PRIMARY KEY, remaining INTEGER NOT NULL, taken_s INTEGER NOT NULL) STRICT;";

static enum err migrate(struct keeper_store *store)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "PRAGMA user_version", &statement));
    int version = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    if (version < 0) return store_broken(store);
    if (version > VERSION) return err_set(ERR_BROKEN, "keeper.db is of a newer Divit");
    for (; version < VERSION; version++) {
        char *sql =
            sqlite3_mprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT", migrations[version], version + 1);
        int result = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
        sqlite3_free(sql);
        if (result != SQLITE_OK) return store_broken(store);
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
        sqlite3_exec(store->db, opening, NULL, NULL, NULL) != SQLITE_OK)
        error = store_broken(store);
    if (error == ERR_NONE) error = migrate(store);
    if (error == ERR_NONE) error = budget_begin(store);
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

static enum err run_sql(struct keeper_store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_NONE : store_broken(store);
}

enum err store_run(struct keeper_store *store, store_act act, void *context)
{
    TRY(run_sql(store, "BEGIN IMMEDIATE"));
    enum err error = act(store, context);
    if (error == ERR_NONE) error = run_sql(store, "COMMIT");
    if (error != ERR_NONE) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL); /* the error before it counts */
    return error;
}
