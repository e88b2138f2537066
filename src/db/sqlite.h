/* Purpose: inside the db room: the SQLite connections, shared by sqlite.c (statements, readers) and its writer thread. */
#ifndef DIVIT_DB_SQLITE_H
#define DIVIT_DB_SQLITE_H

#include "db/backend.h"

#include <pthread.h>
#include <sqlite3.h>

struct sqlite_connection {
    sqlite3 *handle;
    sqlite3_stmt *begin, *rollback; /* a reader's, around each look */
    struct db_statements statements;
};

struct sqlite_request; /* an act that waits in the writer's queue; on its caller's stack */

struct sqlite_db {
    struct db db; /* first: this is what callers hold */
    struct sqlite_connection writer;
    pthread_t writer_thread;
    pthread_mutex_t writer_mutex; /* of the queue */
    pthread_cond_t writer_wakes;
    struct sqlite_request *first, *last;
    bool is_closing;

    struct sqlite_connection *readers[DB_CONNECTIONS_MAX]; /* the first `free_readers` are free */
    int free_readers, all_readers;
    pthread_mutex_t readers_mutex;
    pthread_cond_t reader_freed;
};

enum err sqlite_error(sqlite3 *handle, const char *what) MUST_CHECK; /* the connection's last error as ours */
enum err sqlite_simple(struct sqlite_connection *connection, const char *statement) MUST_CHECK;

enum err writer_start(struct sqlite_db *db) MUST_CHECK;
enum err writer_run(struct db *db, db_act act, void *context) MUST_CHECK;
void writer_stop(struct sqlite_db *db); /* after the acts in the queue */

#endif
