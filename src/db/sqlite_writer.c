/*
 * The process's one writer: acts wait in a queue; the thread takes those that are there, runs each under a savepoint,
 * commits them together with one fsync, and only then tells their callers.
 */
#include "db/sqlite.h"

#include <string.h>

#define BATCH_MAX 64 /* then commit, so that the other process gets its turn */

struct sqlite_request {
    struct sqlite_request *next;
    db_act act;
    void *context;
    bool is_decided; /* failed, or done and waiting for the commit */
    enum err error;
    char detail[256];
    bool is_done;
    pthread_cond_t done;
};

static _Thread_local bool is_writer_thread;

static void decide(struct sqlite_request *request, enum err error)
{
    request->is_decided = true;
    request->error = error;
    request->detail[0] = '\0';
    if (error != ERR_NONE) strncat(request->detail, err_detail(), sizeof request->detail - 1);
}

static bool is_transaction_lost(const struct sqlite_db *db)
{
    return sqlite3_get_autocommit(db->writer.handle) != 0;
}

static void run_one(struct sqlite_db *db, struct sqlite_request *request)
{
    enum err error = sqlite_simple(&db->writer, "SAVEPOINT act");
    if (error != ERR_NONE) {
        decide(request, error);
        return;
    }
    struct db_tx tx = {.db = &db->db, .connection = &db->writer};
    err_clear();
    decide(request, tx_outcome(&tx, request->act(&tx, request->context)));
    if (is_transaction_lost(db)) return;
    if (request->error == ERR_NONE) {
        error = sqlite_simple(&db->writer, "RELEASE act");
    } else {
        error = sqlite_simple(&db->writer, "ROLLBACK TO act; RELEASE act");
    }
    if (error != ERR_NONE) decide(request, error);
}

/* What had been done in a transaction that is gone: to be run again (`error` ERR_NONE), or failed. */
static void undo_done(struct sqlite_request *first, enum err error)
{
    for (struct sqlite_request *request = first; request != NULL; request = request->next) {
        if (request->is_decided && request->error != ERR_NONE) continue;
        if (error == ERR_NONE) {
            request->is_decided = false;
        } else {
            decide(request, error);
        }
    }
}

/* One transaction over those not decided yet; false when SQLite gave it up and the others are to be run again. */
static bool run_transaction(struct sqlite_db *db, struct sqlite_request *first)
{
    enum err error = sqlite_simple(&db->writer, "BEGIN IMMEDIATE");
    if (error != ERR_NONE) {
        undo_done(first, error == ERR_RETRY ? err_set(ERR_UNAVAILABLE, "the database is locked") : error);
        return true;
    }
    for (struct sqlite_request *request = first; request != NULL; request = request->next) {
        if (request->is_decided) continue;
        run_one(db, request);
        if (!is_transaction_lost(db)) continue;
        /* disk full or the like: SQLite has undone the others too, while this one must bear the error */
        if (request->error == ERR_NONE) decide(request, err_set(ERR_UNAVAILABLE, "the transaction was undone"));
        undo_done(first, ERR_NONE);
        return false;
    }
    error = sqlite_simple(&db->writer, "COMMIT");
    if (error != ERR_NONE) {
        undo_done(first, error);
        if (!is_transaction_lost(db) && sqlite_simple(&db->writer, "ROLLBACK") != ERR_NONE) err_clear();
    }
    return true;
}

static void tell_callers(struct sqlite_db *db, struct sqlite_request *first)
{
    struct sqlite_request *next;
    pthread_mutex_lock(&db->writer_mutex);
    for (struct sqlite_request *request = first; request != NULL; request = next) {
        next = request->next; /* once done, it may be gone with its caller's stack */
        request->is_done = true;
        pthread_cond_signal(&request->done);
    }
    pthread_mutex_unlock(&db->writer_mutex);
}

/* The oldest of those that wait, ended by NULL; NULL when the database is closed. */
static struct sqlite_request *take_batch(struct sqlite_db *db)
{
    pthread_mutex_lock(&db->writer_mutex);
    while (db->first == NULL && !db->is_closing) pthread_cond_wait(&db->writer_wakes, &db->writer_mutex);
    struct sqlite_request *first = db->first, *last = first;
    for (int i = 1; i < BATCH_MAX && last != NULL && last->next != NULL; i++) last = last->next;
    db->first = last == NULL ? NULL : last->next;
    if (db->first == NULL) db->last = NULL;
    if (last != NULL) last->next = NULL;
    pthread_mutex_unlock(&db->writer_mutex);
    return first;
}

static void *writer_loop(void *context)
{
    struct sqlite_db *db = context;
    is_writer_thread = true;
    for (struct sqlite_request *batch = take_batch(db); batch != NULL; batch = take_batch(db)) {
        while (!run_transaction(db, batch)) continue;
        tell_callers(db, batch);
    }
    return NULL;
}

enum err writer_run(struct db *base, db_act act, void *context)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    if (is_writer_thread) return err_set(ERR_BROKEN, "db_run() inside an act");
    struct sqlite_request request = {.act = act, .context = context};
    pthread_cond_init(&request.done, NULL);
    pthread_mutex_lock(&db->writer_mutex);
    if (db->last == NULL) {
        db->first = &request;
        pthread_cond_signal(&db->writer_wakes);
    } else {
        db->last->next = &request;
    }
    db->last = &request;
    while (!request.is_done) pthread_cond_wait(&request.done, &db->writer_mutex);
    pthread_mutex_unlock(&db->writer_mutex);
    pthread_cond_destroy(&request.done);
    if (request.error == ERR_NONE) return ERR_NONE;
    return err_set(request.error, "%s", request.detail);
}

enum err writer_start(struct sqlite_db *db)
{
    pthread_mutex_init(&db->writer_mutex, NULL);
    pthread_cond_init(&db->writer_wakes, NULL);
    int code = pthread_create(&db->writer_thread, NULL, writer_loop, db);
    if (code != 0) return err_set(ERR_UNAVAILABLE, "thread: %s", strerror(code));
    return ERR_NONE;
}

void writer_stop(struct sqlite_db *db)
{
    pthread_mutex_lock(&db->writer_mutex);
    db->is_closing = true;
    pthread_cond_signal(&db->writer_wakes);
    pthread_mutex_unlock(&db->writer_mutex);
    pthread_join(db->writer_thread, NULL);
    pthread_cond_destroy(&db->writer_wakes);
    pthread_mutex_destroy(&db->writer_mutex);
}
