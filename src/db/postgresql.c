#include "db/backend.h"

#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* pg_type.dat of PostgreSQL: the object numbers of its built-in types never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_VARCHAR = 1043
};

/*
 * Connections are in pipeline mode (libpq, 34.5): a transaction's beginning and the preparing of a statement travel with
 * the statement that needs them, and the end of a transaction that only read is sent without waiting for its answer.
 */
struct pg_connection {
    PGconn *handle;
    struct db_statements statements;
    const char *begin; /* not sent yet; NULL: sent, or no transaction */
    bool has_unread_end; /* the answer to an end is still to be read */
    bool is_lost; /* something could not be sent: what comes back fits nothing any more */
};

struct pg_db {
    struct db db; /* first: this is what callers hold */
    struct pg_connection *connections[DB_CONNECTIONS_MAX]; /* the first `free` are free */
    int free, all;
    pthread_mutex_t mutex;
    pthread_cond_t freed;
};

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* PostgreSQL, Appendix A: a class is the first two letters. */
static enum err error_of_state(const char *state)
{
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) return ERR_RETRY;
    if (strcmp(state, "23505") == 0 || strcmp(state, "42P07") == 0) return ERR_EXISTS; /* a row; a table */
    if (starts_with(state, "23")) return ERR_INVALID;
    static const char *const passing[] = {"08", "53", "57", "58", "55P03", "25P03", NULL};
    for (int i = 0; passing[i] != NULL; i++) {
        if (starts_with(state, passing[i])) return ERR_UNAVAILABLE;
    }
    return ERR_BROKEN;
}

/* Names the constraint; the server's own words only where they speak of the statement, not of its values. */
static enum err pg_error(struct pg_connection *connection, const PGresult *result, const char *what)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == NULL) return err_set(ERR_UNAVAILABLE, "%s: %s", what, PQerrorMessage(connection->handle));
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (constraint == NULL) constraint = "";
    if (words == NULL || starts_with(state, "22") || starts_with(state, "23")) words = "";
    return err_set(error_of_state(state), "%s: %s %s%s", what, state, constraint, words);
}

static Oid oid_of(enum db_type type)
{
    return type == DB_TYPE_INT64 ? OID_INT8 : type == DB_TYPE_BYTES ? OID_BYTEA : OID_TEXT;
}

struct pg_parameters {
    uint64_t integers[DB_PARAMETERS_MAX]; /* as sent */
    const char *values[DB_PARAMETERS_MAX];
    int sizes[DB_PARAMETERS_MAX];
    int formats[DB_PARAMETERS_MAX]; /* 1: binary */
};

static void put_parameters(struct pg_parameters *parameters, const struct db_value *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct db_value *value = values[i];
        parameters->values[i] = NULL; /* null */
        parameters->formats[i] = value->type == DB_TYPE_INT64 || value->type == DB_TYPE_BYTES;
        parameters->sizes[i] = 0;
        if (value->is_null) continue;
        if (value->type == DB_TYPE_INT64) {
            parameters->integers[i] = htobe64((uint64_t)value->int64);
            parameters->values[i] = (const char *)&parameters->integers[i];
            parameters->sizes[i] = sizeof parameters->integers[i];
        } else if (value->type == DB_TYPE_TEXT) {
            parameters->values[i] = value->text;
        } else if (value->type == DB_TYPE_BYTES) {
            parameters->values[i] = (const char *)value->bytes.data;
            parameters->sizes[i] = (int)value->bytes.size;
        }
    }
}

static int64_t get_integer(const char *data, int size)
{
    uint64_t value = (int8_t)data[0] < 0 ? UINT64_MAX : 0; /* sign */
    for (int i = 0; i < size; i++) value = value << 8 | (uint8_t)data[i];
    return (int64_t)value;
}

static enum err get_cell(struct arena *arena, const PGresult *result, int row, int column, struct db_value *cell)
{
    if (PQgetisnull(result, row, column)) return ERR_NONE;
    const char *data = PQgetvalue(result, row, column);
    int size = PQgetlength(result, row, column);
    switch (PQftype(result, column)) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2: *cell = (struct db_value){.type = DB_TYPE_INT64, .int64 = get_integer(data, size)}; return ERR_NONE;
    case OID_BOOL: *cell = (struct db_value){.type = DB_TYPE_INT64, .int64 = data[0]}; return ERR_NONE;
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_NAME:
        *cell = (struct db_value){.type = DB_TYPE_TEXT, .text = arena_text_n(arena, data, (size_t)size)};
        return ERR_NONE;
    case OID_BYTEA: {
        static const uint8_t empty[1];
        struct bytes bytes = {empty, 0};
        if (size > 0) bytes = bytes_copy(arena, (struct bytes){(const uint8_t *)data, (size_t)size});
        *cell = (struct db_value){.type = DB_TYPE_BYTES, .bytes = bytes};
        return ERR_NONE;
    }
    default: return err_set(ERR_BROKEN, "column %s needs a CAST", PQfname(result, column));
    }
}

static enum err get_rows(struct arena *arena, const PGresult *result, const struct db_rows **ret_rows)
{
    int columns = PQnfields(result);
    struct db_rows *rows = rows_new(arena, (size_t)columns);
    for (int i = 0; i < columns; i++) rows_name(rows, (size_t)i, PQfname(result, i));
    for (int row = 0; row < PQntuples(result); row++) {
        struct db_value *cells = rows_add(rows);
        for (int i = 0; i < columns; i++) TRY(get_cell(arena, result, row, i, &cells[i]));
    }
    *ret_rows = rows;
    return ERR_NONE;
}

/* -- what is sent -- */

static bool is_lost(const struct pg_connection *connection)
{
    return connection->is_lost || PQstatus(connection->handle) != CONNECTION_OK;
}

static bool send_simple(struct pg_connection *connection, const char *statement)
{
    return PQsendQueryParams(connection->handle, statement, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

static bool send_begin(struct pg_connection *connection)
{
    return connection->begin == NULL || send_simple(connection, connection->begin);
}

static bool send_prepare(struct pg_connection *connection, const struct db_statement *statement,
                         const struct db_value *const *values)
{
    Oid types[DB_PARAMETERS_MAX];
    if (statement->handle != NULL) return true;
    for (size_t i = 0; i < statement->parameter_count; i++) types[i] = oid_of(values[i]->type);
    return PQsendPrepare(connection->handle, statement->key, statement->numbered, (int)statement->parameter_count,
                         types) == 1;
}

static bool send_values(struct pg_connection *connection, const struct db_statement *statement,
                        const struct db_value *const *values)
{
    struct pg_parameters parameters;
    put_parameters(&parameters, values, statement->parameter_count);
    return PQsendQueryPrepared(connection->handle, statement->key, (int)statement->parameter_count, parameters.values,
                               parameters.sizes, parameters.formats, 1) == 1;
}

static bool send_end_of_batch(struct pg_connection *connection, bool is_sent)
{
    connection->is_lost = !is_sent || PQpipelineSync(connection->handle) != 1;
    return !connection->is_lost;
}

/* The answer is read when the connection is used next. */
static void send_end(struct pg_connection *connection, const char *statement)
{
    if (connection->begin != NULL || is_lost(connection)) return;
    connection->has_unread_end = send_end_of_batch(connection, send_simple(connection, statement));
}

/* -- what comes back -- */

static enum err take_result(struct pg_connection *connection, const char *what, PGresult **ret_result)
{
    PGresult *result = PQgetResult(connection->handle), *more;
    while (result != NULL && (more = PQgetResult(connection->handle)) != NULL) PQclear(more);
    ExecStatusType status = PQresultStatus(result);
    enum err error = ERR_NONE;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) error = pg_error(connection, result, what);
    if (error == ERR_NONE && ret_result != NULL) *ret_result = result;
    else PQclear(result);
    return error;
}

static void take_end_of_batch(struct pg_connection *connection)
{
    ExecStatusType status = PGRES_EMPTY_QUERY;
    while (!is_lost(connection) && status != PGRES_PIPELINE_SYNC) {
        PGresult *result = PQgetResult(connection->handle); /* NULL ends the answer to one statement */
        status = PQresultStatus(result);
        PQclear(result);
    }
}

static void take_unread_end(struct pg_connection *connection)
{
    if (connection->has_unread_end) take_end_of_batch(connection);
    connection->has_unread_end = false;
}

/* One statement, its answer thrown away. */
static enum err pg_simple(struct pg_connection *connection, const char *statement)
{
    bool is_sent = send_end_of_batch(connection, send_simple(connection, statement));
    take_unread_end(connection);
    if (!is_sent) return pg_error(connection, NULL, statement);
    enum err error = take_result(connection, starts_with(statement, "COMMIT") ? "commit" : "script", NULL);
    take_end_of_batch(connection);
    return error;
}

static enum err take_answers(struct pg_connection *connection, struct db_statement *statement, const char *name,
                             PGresult **ret_result)
{
    if (connection->begin != NULL) TRY(take_result(connection, "begin", NULL));
    connection->begin = NULL;
    if (statement->handle == NULL) TRY(take_result(connection, name, NULL));
    statement->handle = statement; /* only says that it is prepared */
    return take_result(connection, name, ret_result);
}

static enum err pg_ask(struct pg_connection *connection, struct db_statement *statement,
                       const struct db_value *const *values, const char *name, PGresult **ret_result)
{
    bool is_sent =
        send_end_of_batch(connection, send_begin(connection) && send_prepare(connection, statement, values) &&
                                          send_values(connection, statement, values));
    take_unread_end(connection);
    enum err error = is_sent ? take_answers(connection, statement, name, ret_result) : pg_error(connection, NULL, name);
    take_end_of_batch(connection);
    /* lost since its last use: not even the beginning was answered, so nothing has been done over it */
    bool is_unused = connection->begin != NULL && is_lost(connection);
    return is_unused ? err_set(ERR_RETRY, "%s: the connection was lost", name) : error;
}

static enum err pg_query(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                         const struct db_rows **ret_rows, int64_t *ret_changed)
{
    struct pg_connection *connection = tx->connection;
    struct db_statement *statement;
    TRY(statement_find(&connection->statements, sql, values, &statement));
    const struct db_value *arranged[DB_PARAMETERS_MAX];
    TRY(statement_arrange(statement, values, arranged));
    PGresult *result;
    TRY(pg_ask(connection, statement, arranged, sql->name, &result));
    enum err error = arena == NULL ? ERR_NONE : get_rows(arena, result, ret_rows);
    bool is_select = starts_with(PQcmdStatus(result), "SELECT");
    if (error == ERR_NONE) *ret_changed = is_select ? 0 : strtoll(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return error;
}

/* Several statements in one text are not for the pipeline. */
static enum err pg_several(struct pg_connection *connection, const char *text)
{
    if (PQexitPipelineMode(connection->handle) != 1) return pg_error(connection, NULL, "script");
    PGresult *result = PQexec(connection->handle, text);
    ExecStatusType status = PQresultStatus(result);
    enum err error = ERR_NONE;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        error = pg_error(connection, result, "script");
    PQclear(result);
    if (PQenterPipelineMode(connection->handle) != 1 && error == ERR_NONE) error = pg_error(connection, NULL, "script");
    return error;
}

static enum err script_in(struct pg_connection *connection, const char *text)
{
    if (connection->begin != NULL) TRY(pg_simple(connection, connection->begin));
    connection->begin = NULL;
    return pg_several(connection, text);
}

static enum err pg_script(struct db_tx *tx, const char *text)
{
    tx->failed = script_in(tx->connection, text);
    return tx->failed;
}

static void keep_quiet(void *context, const char *message)
{
    /* notices of the server are not for standard error */
}

static enum err set_up(struct pg_connection *connection)
{
    if (PQstatus(connection->handle) != CONNECTION_OK) {
        return err_set(ERR_UNAVAILABLE, "PostgreSQL: %s", PQerrorMessage(connection->handle));
    }
    PQsetNoticeProcessor(connection->handle, keep_quiet, NULL);
    if (PQsetClientEncoding(connection->handle, "UTF8") != 0) return err_set(ERR_UNAVAILABLE, "PostgreSQL: no UTF-8");
    connection->has_unread_end = connection->is_lost = false;
    if (PQenterPipelineMode(connection->handle) != 1) return pg_error(connection, NULL, "pipeline");
    return pg_several(connection, "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'");
}

static struct pg_connection *take(struct pg_db *db)
{
    pthread_mutex_lock(&db->mutex);
    while (db->free == 0) pthread_cond_wait(&db->freed, &db->mutex);
    struct pg_connection *connection = db->connections[--db->free];
    pthread_mutex_unlock(&db->mutex);
    return connection;
}

static void give(struct pg_db *db, struct pg_connection *connection)
{
    pthread_mutex_lock(&db->mutex);
    db->connections[db->free++] = connection;
    pthread_cond_broadcast(&db->freed);
    pthread_mutex_unlock(&db->mutex);
}

static enum err connect_again(struct pg_connection *connection)
{
    statements_clear(&connection->statements, NULL);
    PQreset(connection->handle);
    enum err error = set_up(connection);
    connection->is_lost = error != ERR_NONE;
    return error;
}

static enum err begin(struct db *base, const char *statement, struct db_tx *ret_tx)
{
    struct pg_db *db = (struct pg_db *)base;
    struct pg_connection *connection = take(db);
    enum err error = is_lost(connection) ? connect_again(connection) : ERR_NONE;
    if (error != ERR_NONE) {
        give(db, connection);
        return error;
    }
    connection->begin = statement;
    *ret_tx = (struct db_tx){.db = base, .connection = connection};
    return ERR_NONE;
}

static enum err pg_run(struct db *base, db_act act, void *context)
{
    struct db_tx tx;
    TRY(begin(base, "BEGIN ISOLATION LEVEL SERIALIZABLE", &tx));
    struct pg_connection *connection = tx.connection;
    err_clear();
    enum err error = tx_outcome(&tx, act(&tx, context));
    if (error != ERR_NONE) {
        send_end(connection, "ROLLBACK"); /* a lost connection has undone it already */
    } else if (connection->begin == NULL) {
        error = pg_simple(connection, "COMMIT");
    }
    give((struct pg_db *)base, connection);
    return error;
}

/* One snapshot, without the locks by which SERIALIZABLE would make writers fail: what is decided is read in db_run(). */
static enum err pg_begin_read(struct db *base, struct db_tx *ret_tx)
{
    return begin(base, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ret_tx);
}

static void pg_end_read(struct db_tx *tx)
{
    send_end(tx->connection, "COMMIT");
    give((struct pg_db *)tx->db, tx->connection);
}

static void pg_close(struct db *base)
{
    struct pg_db *db = (struct pg_db *)base;
    pthread_mutex_lock(&db->mutex);
    while (db->free < db->all) pthread_cond_wait(&db->freed, &db->mutex);
    pthread_mutex_unlock(&db->mutex);
    for (int i = 0; i < db->all; i++) {
        statements_clear(&db->connections[i]->statements, NULL);
        PQfinish(db->connections[i]->handle);
        free(db->connections[i]);
    }
    pthread_cond_destroy(&db->freed);
    pthread_mutex_destroy(&db->mutex);
    free(db);
}

enum err postgresql_open(const char *address, int connections, bool is_read_only, struct db **ret_db)
{
    struct pg_db *db = memory_new(sizeof *db);
    db->db = (struct db){.backend = &db_postgresql, .is_read_only = is_read_only};
    pthread_mutex_init(&db->mutex, NULL);
    pthread_cond_init(&db->freed, NULL);
    for (int i = 0; i < connections; i++) {
        struct pg_connection *connection = memory_new(sizeof *connection);
        connection->handle = PQconnectdb(address);
        db->connections[db->free++] = connection;
        db->all++;
        enum err error = set_up(connection);
        if (error == ERR_NONE) continue;
        pg_close(&db->db);
        return error;
    }
    *ret_db = &db->db;
    return ERR_NONE;
}

const struct db_backend db_postgresql = {
    .run = pg_run,
    .begin_read = pg_begin_read,
    .end_read = pg_end_read,
    .close = pg_close,
    .query = pg_query,
    .script = pg_script,
    .id = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    .int64 = "BIGINT",
    .bytes = "BYTEA",
    .strict = "",
    .migration_lock = "SELECT pg_advisory_xact_lock(7163061)", /* any number, as long as it is always the same */
};
