#include "db/sqlite.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MAX_MS 10000

enum err sqlite_error(sqlite3 *handle, const char *what)
{
    int code = sqlite3_extended_errcode(handle);
    enum err error = ERR_BROKEN;
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        error =
            code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID
                ? ERR_EXISTS
                : ERR_INVALID;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: error = ERR_RETRY; break;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: error = ERR_UNAVAILABLE; break;
    default: break;
    }
    return err_set(error, "%s: %s", what, sqlite3_errmsg(handle));
}

enum err sqlite_simple(struct sqlite_connection *connection, const char *statement)
{
    if (sqlite3_exec(connection->handle, statement, NULL, NULL, NULL) == SQLITE_OK) return ERR_NONE;
    return sqlite_error(connection->handle, statement);
}

static enum err prepare_simple(struct sqlite_connection *connection, const char *text, sqlite3_stmt **ret_statement)
{
    if (sqlite3_prepare_v3(connection->handle, text, -1, SQLITE_PREPARE_PERSISTENT, ret_statement, NULL) == SQLITE_OK)
        return ERR_NONE;
    return sqlite_error(connection->handle, text);
}

static enum err step_simple(struct sqlite_connection *connection, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    enum err error = code == SQLITE_DONE ? ERR_NONE : sqlite_error(connection->handle, sqlite3_sql(statement));
    sqlite3_reset(statement);
    return error;
}

static enum err bind_values(sqlite3_stmt *handle, const struct db_value *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct db_value *value = values[i];
        int at = (int)i + 1, code = SQLITE_OK;
        if (value->is_null || value->type == DB_TYPE_NULL) {
            code = sqlite3_bind_null(handle, at);
        } else if (value->type == DB_TYPE_INT64) {
            code = sqlite3_bind_int64(handle, at, value->int64);
        } else if (value->type == DB_TYPE_TEXT) {
            code = sqlite3_bind_text(handle, at, value->text, -1, SQLITE_STATIC); /* NULL binds null */
        } else if (value->bytes.data == NULL) {
            code = sqlite3_bind_null(handle, at);
        } else {
            code = sqlite3_bind_blob64(handle, at, value->bytes.data, value->bytes.size, SQLITE_STATIC);
        }
        if (code != SQLITE_OK) return sqlite_error(sqlite3_db_handle(handle), "bind");
    }
    return ERR_NONE;
}

static enum err add_row(struct arena *arena, sqlite3_stmt *handle, struct db_rows *rows)
{
    struct db_value *cells = rows_add(rows);
    for (int i = 0; i < sqlite3_column_count(handle); i++) {
        int type = sqlite3_column_type(handle, i);
        if (type == SQLITE_NULL) continue;
        struct db_value cell = {.type = DB_TYPE_INT64};
        if (type == SQLITE_INTEGER) {
            cell.int64 = sqlite3_column_int64(handle, i);
        } else if (type == SQLITE_TEXT) {
            cell.type = DB_TYPE_TEXT;
            cell.text = arena_text(arena, (const char *)sqlite3_column_text(handle, i));
        } else if (type == SQLITE_BLOB) {
            static const uint8_t empty[1];
            const void *data = sqlite3_column_blob(handle, i);
            size_t size = (size_t)sqlite3_column_bytes(handle, i);
            cell.type = DB_TYPE_BYTES;
            cell.bytes = size == 0 ? (struct bytes){empty, 0} : bytes_copy(arena, (struct bytes){data, size});
        } else {
            return err_set(ERR_BROKEN, "column %s is a floating-point number", sqlite3_column_name(handle, i));
        }
        cells[i] = cell;
    }
    return ERR_NONE;
}

static enum err step_through(sqlite3_stmt *handle, struct arena *arena, const char *name,
                             const struct db_rows **ret_rows)
{
    struct db_rows *rows = NULL;
    if (arena != NULL) {
        int columns = sqlite3_column_count(handle);
        rows = rows_new(arena, (size_t)columns);
        for (int i = 0; i < columns; i++) rows_name(rows, (size_t)i, sqlite3_column_name(handle, i));
    }
    for (;;) {
        int code = sqlite3_step(handle);
        if (code == SQLITE_DONE) break;
        if (code != SQLITE_ROW) return sqlite_error(sqlite3_db_handle(handle), name);
        if (rows != NULL) TRY(add_row(arena, handle, rows));
    }
    if (rows != NULL) *ret_rows = rows;
    return ERR_NONE;
}

static enum err sqlite_query(struct db_tx *tx, struct arena *arena, const struct db_sql *sql,
                             const struct db_value *values, const struct db_rows **ret_rows, int64_t *ret_changed)
{
    struct sqlite_connection *connection = tx->connection;
    struct db_statement *statement;
    TRY(statement_find(&connection->statements, sql, values, &statement));
    const struct db_value *arranged[DB_PARAMETERS_MAX];
    TRY(statement_arrange(statement, values, arranged));
    sqlite3_stmt *handle = statement->handle;
    if (handle == NULL) {
        if (sqlite3_prepare_v3(connection->handle, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL) !=
            SQLITE_OK) {
            return sqlite_error(connection->handle, sql->name);
        }
        statement->handle = handle;
    }
    enum err error = bind_values(handle, arranged, statement->parameter_count);
    if (error == ERR_NONE) error = step_through(handle, arena, sql->name, ret_rows);
    if (error == ERR_NONE) *ret_changed = sqlite3_stmt_readonly(handle) ? 0 : sqlite3_changes64(connection->handle);
    sqlite3_reset(handle); /* its error is the step's, which is kept */
    sqlite3_clear_bindings(handle);
    return error;
}

static enum err sqlite_script(struct db_tx *tx, const char *text)
{
    struct sqlite_connection *connection = tx->connection;
    if (sqlite3_exec(connection->handle, text, NULL, NULL, NULL) == SQLITE_OK) return ERR_NONE;
    tx->failed = sqlite_error(connection->handle, "script");
    return tx->failed;
}

/* web and worker share the file: whoever waits for the other looks again each millisecond. */
static int wait_for_other(void *context, int waited)
{
    if (waited >= BUSY_MAX_MS) return 0;
    clock_pause_ms(1);
    return 1;
}

static void release_statement(void *handle)
{
    sqlite3_finalize(handle);
}

static void connection_close(struct sqlite_connection *connection)
{
    statements_clear(&connection->statements, release_statement);
    sqlite3_finalize(connection->begin);
    sqlite3_finalize(connection->rollback);
    sqlite3_close(connection->handle);
    connection->handle = NULL;
}

static enum err configure(struct sqlite_connection *connection, bool is_reader, bool is_read_only)
{
    sqlite3_busy_handler(connection->handle, wait_for_other, NULL);
    int persist = 1; /* the log stays when the last writer closes: a reader of another user cannot make it anew */
    sqlite3_file_control(connection->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    if (!is_read_only) TRY(sqlite_simple(connection, "PRAGMA journal_mode = WAL"));
    TRY(sqlite_simple(connection, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; "
                                  "PRAGMA trusted_schema = OFF"));
    if (!is_reader) return ERR_NONE;
    TRY(prepare_simple(connection, "BEGIN", &connection->begin));
    TRY(prepare_simple(connection, "ROLLBACK", &connection->rollback));
    return sqlite_simple(connection, "PRAGMA query_only = ON");
}

static enum err connection_open(const char *path, bool is_reader, bool is_read_only,
                                struct sqlite_connection *connection)
{
    int flags = is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    enum err error;
    if (sqlite3_open_v2(path, &connection->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) ==
        SQLITE_OK) {
        error = configure(connection, is_reader, is_read_only);
    } else {
        error = err_set(ERR_UNAVAILABLE, "%s: %s", path, sqlite3_errmsg(connection->handle));
    }
    if (error != ERR_NONE) connection_close(connection);
    return error;
}

static struct sqlite_connection *reader_take(struct sqlite_db *db)
{
    pthread_mutex_lock(&db->readers_mutex);
    while (db->free_readers == 0) pthread_cond_wait(&db->reader_freed, &db->readers_mutex);
    struct sqlite_connection *reader = db->readers[--db->free_readers];
    pthread_mutex_unlock(&db->readers_mutex);
    return reader;
}

static void reader_give(struct sqlite_db *db, struct sqlite_connection *reader)
{
    pthread_mutex_lock(&db->readers_mutex);
    db->readers[db->free_readers++] = reader;
    pthread_cond_signal(&db->reader_freed);
    pthread_mutex_unlock(&db->readers_mutex);
}

static enum err sqlite_begin_read(struct db *base, struct db_tx *ret_tx)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_connection *reader = reader_take(db);
    enum err error = step_simple(reader, reader->begin);
    if (error != ERR_NONE) reader_give(db, reader);
    *ret_tx = (struct db_tx){.db = base, .connection = reader};
    return error;
}

static void sqlite_end_read(struct db_tx *tx)
{
    struct sqlite_connection *reader = tx->connection;
    if (!sqlite3_get_autocommit(reader->handle)) { /* nothing was written */
        sqlite3_step(reader->rollback);
        sqlite3_reset(reader->rollback);
    }
    reader_give((struct sqlite_db *)tx->db, reader);
}

static void sqlite_close_all(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    if (!base->is_read_only) writer_stop(db);
    pthread_mutex_lock(&db->readers_mutex);
    while (db->free_readers < db->all_readers) pthread_cond_wait(&db->reader_freed, &db->readers_mutex);
    pthread_mutex_unlock(&db->readers_mutex);
    for (int i = 0; i < db->all_readers; i++) {
        connection_close(db->readers[i]);
        free(db->readers[i]);
    }
    if (db->writer.handle != NULL) connection_close(&db->writer);
    pthread_cond_destroy(&db->reader_freed);
    pthread_mutex_destroy(&db->readers_mutex);
    free(db);
}

/* SQLite gives its log the mode of the database file, so that one is made first. */
static enum err make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) return err_set(ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    close(fd);
    return ERR_NONE;
}

static enum err open_readers(struct sqlite_db *db, const char *path, int readers)
{
    for (int i = 0; i < readers; i++) {
        struct sqlite_connection *reader = memory_new(sizeof *reader);
        enum err error = connection_open(path, true, db->db.is_read_only, reader);
        if (error != ERR_NONE) {
            free(reader);
            return error;
        }
        db->readers[db->free_readers++] = reader;
        db->all_readers++;
    }
    return ERR_NONE;
}

enum err sqlite_open(const char *path, int readers, bool is_read_only, struct db **ret_db)
{
    if (!is_read_only) TRY(make_file(path));
    struct sqlite_db *db = memory_new(sizeof *db);
    db->db = (struct db){.backend = &db_sqlite, .is_read_only = is_read_only};
    pthread_mutex_init(&db->readers_mutex, NULL);
    pthread_cond_init(&db->reader_freed, NULL);
    enum err error = is_read_only ? ERR_NONE : connection_open(path, false, false, &db->writer);
    if (error == ERR_NONE) error = open_readers(db, path, readers);
    if (error == ERR_NONE && !is_read_only) error = writer_start(db);
    if (error != ERR_NONE) {
        db->db.is_read_only = true; /* there is no thread to stop */
        sqlite_close_all(&db->db);
        return error;
    }
    *ret_db = &db->db;
    return ERR_NONE;
}

const struct db_backend db_sqlite = {
    .run = writer_run,
    .begin_read = sqlite_begin_read,
    .end_read = sqlite_end_read,
    .close = sqlite_close_all,
    .query = sqlite_query,
    .script = sqlite_script,
    .id = "INTEGER PRIMARY KEY AUTOINCREMENT", /* an id is never used again */
    .int64 = "INTEGER",
    .bytes = "BLOB",
    .strict = "STRICT",
    .migration_lock = "",
};
