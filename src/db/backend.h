/*
 * Purpose: inside the db room: what each of the two databases provides, and what they share: parsed statements, rows.
 */
#ifndef DIVIT_DB_BACKEND_H
#define DIVIT_DB_BACKEND_H

#include "db/db.h"

#define DB_PARAMETERS_MAX 64
#define DB_CONNECTIONS_MAX 64
#define DB_STATEMENT_BUCKETS 128

struct db_backend {
    /* One try, in one transaction; ERR_RETRY goes to the caller. */
    enum err (*run)(struct db *db, db_act act, void *context);
    /* A transaction that only reads, from one snapshot; ended it leaves nothing behind, so that its end cannot fail. */
    enum err (*begin_read)(struct db *db, struct db_tx *ret_tx);
    void (*end_read)(struct db_tx *tx);
    void (*close)(struct db *db);
    /* arena NULL: rows are thrown away, ret_rows is not touched. */
    enum err (*query)(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                      const struct db_rows **ret_rows, int64_t *ret_changed);
    /* Several statements without parameters: migrations. */
    enum err (*script)(struct db_tx *tx, const char *text);
    /* What the tokens of migrations stand for. */
    const char *id, *int64, *bytes, *strict;
    const char *migration_lock; /* a script that makes migrating processes take turns; "" where transactions do */
};

struct db {
    const struct db_backend *backend;
    bool is_read_only;
};

struct db_tx {
    struct db *db;
    void *connection; /* the backend's */
    enum err failed; /* the first error of a statement: the transaction is over, on both databases */
};

extern const struct db_backend db_sqlite;
extern const struct db_backend db_postgresql;
enum err sqlite_open(const char *path, int readers, bool is_read_only, struct db **ret_db) MUST_CHECK;
enum err postgresql_open(const char *address, int connections, bool is_read_only, struct db **ret_db) MUST_CHECK;

/* What an act and its transaction came to: an act that hides a failed statement has failed all the same. */
enum err tx_outcome(const struct db_tx *tx, enum err act_error);

/* -- statement.c: statements as a connection knows them, by name and types of the values -- */
struct db_statement {
    struct db_statement *next;
    char *key; /* "room.name/itb": its name in PostgreSQL too */
    const char *source; /* sql->text */
    char *numbered; /* with $1, $2 … in order of first appearance, which is SQLite's numbering as well */
    char *parameters[DB_PARAMETERS_MAX]; /* names */
    size_t parameter_count;
    void *handle; /* the backend's; NULL: not prepared yet */
};
struct db_statements {
    struct db_statement *buckets[DB_STATEMENT_BUCKETS];
};
enum err statement_find(struct db_statements *statements, const struct db_sql *sql, const struct db_value *values,
                        struct db_statement **ret_statement) MUST_CHECK;
/* The values in the order of the statement's parameters; one missing or too many is a fault in the code. */
enum err statement_arrange(const struct db_statement *statement, const struct db_value *values,
                           const struct db_value *ret_arranged[DB_PARAMETERS_MAX]) MUST_CHECK;
void statements_clear(struct db_statements *statements, void (*release)(void *handle));

/* -- rows.c -- */
struct db_rows;
struct db_rows *rows_new(struct arena *arena, size_t columns);
void rows_name(struct db_rows *rows, size_t column, const char *name);
struct db_value *rows_add(struct db_rows *rows); /* the cells of a new row, all null */

#endif
