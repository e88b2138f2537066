/*
 * Purpose: one small interface to SQLite (embedded: WAL, FULL, one writer thread with group commit, reader
 * connections) and PostgreSQL (SERIALIZABLE with retry). Which one is told by the address.
 *
 * A room keeps its statements in <room>.sql, each headed `-- name: find_person`; the build makes <room>_sql.h with a
 * `static const struct db_sql sql_find_person` for each. One text serves both databases: parameters are $name, values
 * are int64, text or bytes. Table definitions in migrations/ use {id} {int64} {bytes} {strict}.
 */
#ifndef DIVIT_DB_DB_H
#define DIVIT_DB_DB_H

#include "base/arena.h"
#include "base/bytes.h"

struct db;
struct db_tx;

struct db_sql {
    const char *name;
    const char *text;
};

enum db_type { DB_TYPE_END, DB_TYPE_NULL, DB_TYPE_INT64, DB_TYPE_TEXT, DB_TYPE_BYTES };
struct db_value {
    const char *name; /* without the $ */
    enum db_type type; /* of a null value too: PostgreSQL wants to know; DB_TYPE_NULL is typed as text */
    bool is_null;
    int64_t int64;
    const char *text;
    struct bytes bytes;
};
#define DB_INT64(n, v)                                                                                                 \
    {                                                                                                                  \
        .name = (n), .type = DB_TYPE_INT64, .int64 = (v)                                                               \
    }
#define DB_INT64_NULL(n)                                                                                               \
    {                                                                                                                  \
        .name = (n), .type = DB_TYPE_INT64, .is_null = true                                                            \
    }
#define DB_TEXT(n, v)                                                                                                  \
    {                                                                                                                  \
        .name = (n), .type = DB_TYPE_TEXT, .text = (v)                                                                 \
    } /* NULL is null */
#define DB_BYTES(n, v)                                                                                                 \
    {                                                                                                                  \
        .name = (n), .type = DB_TYPE_BYTES, .bytes = (v)                                                               \
    } /* data NULL is null */
#define DB_WITH(...) ((const struct db_value[]){__VA_ARGS__, {.type = DB_TYPE_END}})
#define DB_NOTHING ((const struct db_value[]){{.type = DB_TYPE_END}})

/*
 * "sqlite:/absolute/path" or a libpq address ("postgresql://…" or "host=/run/… dbname=…"). `readers` connections serve
 * db_read() (and on PostgreSQL db_run()). Does not migrate.
 */
enum err db_open(const char *address, int readers, struct db **ret_db) MUST_CHECK;
enum err db_open_read_only(const char *address, int readers, struct db **ret_db) MUST_CHECK;
struct db *db_close(struct db *db); /* waits for running acts; takes NULL, returns NULL */
/* Brings the tables to the newest version, each step in a transaction; does nothing when they are. */
enum err db_migrate(struct db *db) MUST_CHECK;

/*
 * Runs `act` in one transaction: committed and durable when it and the commit return ERR_NONE, undone otherwise. An act
 * may run more than once (ERR_RETRY is tried again with growing waits, up to 20 times), so it touches nothing but the
 * transaction and results it writes anew each time. On SQLite it runs in the writer thread, under a savepoint, together
 * with others; it must not wait for anything.
 */
typedef enum err (*db_act)(struct db_tx *tx, void *context);
enum err db_run(struct db *db, db_act act, void *context) MUST_CHECK;
enum err db_read(struct db *db, db_act act, void *context) MUST_CHECK; /* a consistent snapshot; writes are errors */

/*
 * A view: from here on what this thread reads of `db` comes from one snapshot, in one transaction that its first
 * db_read() begins, so that the questions of a request agree and cost one beginning. A db_run() ends the snapshot: what
 * is read after it sees what it wrote. Holds a connection until db_view_end(), so nothing may wait long in between.
 */
void db_view_begin(struct db *db);
void db_view_end(void); /* takes that there is none */

/* ERR_EXISTS for a broken uniqueness rule, ERR_INVALID for another constraint, ERR_RETRY, ERR_UNAVAILABLE, ERR_BROKEN. */
enum err db_exec(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values,
                 int64_t *ret_changed) MUST_CHECK; /* ret_changed may be NULL */

struct db_rows; /* in the arena it was asked into */
enum err db_rows(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                 const struct db_rows **ret_rows) MUST_CHECK;
/* The same for exactly one row: none is ERR_NOT_FOUND, more are ERR_BROKEN. Also for INSERT … RETURNING. */
enum err db_row(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                const struct db_rows **ret_row) MUST_CHECK;

/* Columns by name; asking for one that is not there, or of another type, ends the process: it is a fault in the code. */
size_t db_count(const struct db_rows *rows);
int64_t db_int64(const struct db_rows *rows, size_t row, const char *column); /* null is 0 */
const char *db_text(const struct db_rows *rows, size_t row, const char *column); /* null is NULL; in the arena */
struct bytes db_bytes(const struct db_rows *rows, size_t row,
                      const char *column); /* null has data NULL; in the arena */
bool db_is_null(const struct db_rows *rows, size_t row, const char *column);

bool db_is_postgresql(const struct db *db);

#endif
