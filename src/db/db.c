#include "base/clock.h"
#include "base/secret.h"
#include "base/work.h"
#include "db/backend.h"

#include <string.h>

#define RETRY_MAX 20
#define RETRY_PAUSE_MAX_MS 64

static enum err open_any(const char *address, int readers, bool is_read_only, struct db **ret_db)
{
    if (readers < 1) readers = 1;
    if (readers > DB_CONNECTIONS_MAX) readers = DB_CONNECTIONS_MAX;
    static const char prefix[] = "sqlite:";
    if (strncmp(address, prefix, sizeof prefix - 1) == 0) {
        const char *path = address + sizeof prefix - 1;
        if (*path != '/') return err_set(ERR_INVALID, "%s: the path of the database is not absolute", address);
        return sqlite_open(path, readers, is_read_only, ret_db);
    }
    return postgresql_open(address, readers, is_read_only, ret_db);
}

enum err db_open(const char *address, int readers, struct db **ret_db)
{
    return open_any(address, readers, false, ret_db);
}

enum err db_open_read_only(const char *address, int readers, struct db **ret_db)
{
    return open_any(address, readers, true, ret_db);
}

struct db *db_close(struct db *db)
{
    if (db != NULL) db->backend->close(db);
    return NULL;
}

bool db_is_postgresql(const struct db *db)
{
    return db->backend == &db_postgresql;
}

static _Thread_local struct {
    struct db *db; /* NULL: there is no view */
    bool is_begun;
    struct db_tx tx;
} view;

static void view_close(void)
{
    if (view.is_begun) view.db->backend->end_read(&view.tx);
    view.is_begun = false;
}

void db_view_begin(struct db *db)
{
    db_view_end();
    view.db = db;
}

void db_view_end(void)
{
    view_close();
    view.db = NULL;
}

/* Collided transactions are tried again after 1, 2, 4 … ms, half of it by chance, so that they do not collide again. */
static enum err run_until_done(struct db *db, enum err (*run)(struct db *, db_act, void *), db_act act, void *context)
{
    int64_t pause_ms = 1;
    for (int tries = 1;; tries++) {
        enum err error = run(db, act, context);
        if (error != ERR_RETRY || tries == RETRY_MAX) return error;
        clock_pause_ms(pause_ms / 2 + 1 + random_below((uint32_t)pause_ms));
        if (pause_ms < RETRY_PAUSE_MAX_MS) pause_ms *= 2;
    }
}

enum err db_run(struct db *db, db_act act, void *context)
{
    if (db->is_read_only) return err_set(ERR_FORBIDDEN, "the database was opened for reading");
    if (db == view.db) view_close();
    work_count(WORK_ACT);
    return run_until_done(db, db->backend->run, act, context);
}

static enum err read_alone(struct db *db, db_act act, void *context)
{
    struct db_tx tx;
    TRY(db->backend->begin_read(db, &tx));
    enum err error = tx_outcome(&tx, act(&tx, context));
    db->backend->end_read(&tx);
    return error;
}

static enum err read_in_view(struct db *db, db_act act, void *context)
{
    bool was_begun = view.is_begun;
    if (!was_begun) TRY(db->backend->begin_read(db, &view.tx));
    view.is_begun = true;
    enum err error = tx_outcome(&view.tx, act(&view.tx, context));
    if (view.tx.failed == ERR_NONE) return error;
    /* a connection lost between two questions: the next is asked */
    bool is_lost = was_begun && view.tx.failed == ERR_UNAVAILABLE;
    view_close();
    return is_lost ? ERR_RETRY : error;
}

enum err db_read(struct db *db, db_act act, void *context)
{
    work_count(WORK_ACT);
    return run_until_done(db, db == view.db ? read_in_view : read_alone, act, context);
}

enum err tx_outcome(const struct db_tx *tx, enum err act_error)
{
    return act_error != ERR_NONE ? act_error : tx->failed;
}

static enum err query(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                      const struct db_rows **ret_rows, int64_t *ret_changed)
{
    if (tx->failed != ERR_NONE) return err_set(ERR_BROKEN, "%s: after a failed statement", sql->name);
    tx->failed = tx->db->backend->query(tx, arena, sql, values, ret_rows, ret_changed);
    return tx->failed;
}

enum err db_exec(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values, int64_t *ret_changed)
{
    int64_t changed = 0;
    TRY(query(tx, NULL, sql, values, NULL, &changed));
    if (ret_changed != NULL) *ret_changed = changed;
    return ERR_NONE;
}

enum err db_rows(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                 const struct db_rows **ret_rows)
{
    int64_t changed;
    return query(tx, arena, sql, values, ret_rows, &changed);
}

enum err db_row(struct db_tx *tx, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                const struct db_rows **ret_row)
{
    const struct db_rows *rows;
    TRY(db_rows(tx, arena, sql, values, &rows));
    if (db_count(rows) == 0) return err_set(ERR_NOT_FOUND, "%s", sql->name);
    if (db_count(rows) > 1) {
        tx->failed = err_set(ERR_BROKEN, "%s: %zu rows instead of one", sql->name, db_count(rows));
        return tx->failed;
    }
    *ret_row = rows;
    return ERR_NONE;
}
