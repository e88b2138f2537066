#include "responder/follow.h"

#include "base/clock.h"
#include "base/log.h"
#include "responder_sql.h"

#include <pthread.h>
#include <string.h>

#define FOLLOW_MS 200
#define STATEMENTS_AT_ONCE 50 /* of 64 KiB at most each */

static pthread_mutex_t follow_lock = PTHREAD_MUTEX_INITIALIZER; /* one at a time goes on with the book */

struct looking {
    struct arena *arena;
    int64_t after;
    int64_t newest;
    const struct db_rows *rows;
};

static enum err look(struct db_tx *tx, void *context)
{
    struct looking *looking = context;
    const struct db_rows *newest;
    TRY(db_row(tx, looking->arena, &sql_find_newest_statement, DB_NOTHING, &newest));
    looking->newest = db_int64(newest, 0, "number");
    return db_rows(tx, looking->arena, &sql_list_statements,
                   DB_WITH(DB_INT64("after", looking->after), DB_INT64("limit", STATEMENTS_AT_ONCE)), &looking->rows);
}

static enum err take(struct responder *responder, struct arena *arena, const struct db_rows *rows)
{
    size_t count = db_count(rows);
    struct status_text *texts = NEW_ARRAY(arena, struct status_text, count + 1);
    for (size_t i = 0; i < count; i++)
        texts[i] = (struct status_text){db_int64(rows, i, "number"), db_bytes(rows, i, "text"),
                                        db_bytes(rows, i, "signature")};
    return status_book_add(responder->book, arena, texts, count);
}

static enum err follow(struct responder *responder)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (;; arena_reset(arena)) {
        struct looking looking = {.arena = arena, .after = status_book_newest(responder->book).number};
        TRY(db_read(responder->db, look, &looking));
        if (looking.newest < looking.after)
            return err_set(ERR_WRONG, "status: statement %lld was there and is not any more", (long long)looking.after);
        TRY(take(responder, arena, looking.rows));
        if (db_count(looking.rows) < STATEMENTS_AT_ONCE) return ERR_NONE;
    }
}

enum err responder_follow(struct responder *responder)
{
    pthread_mutex_lock(&follow_lock);
    enum err error = follow(responder);
    pthread_mutex_unlock(&follow_lock);
    return error;
}

static void *follow_thread(void *context)
{
    char told[256] = "";
    for (;; clock_pause_ms(FOLLOW_MS)) {
        err_clear();
        enum err error = responder_follow(context);
        if (error == ERR_NONE) {
            told[0] = '\0';
        } else if (strcmp(told, err_detail()) != 0) {
            strncpy(told, err_detail(), sizeof told - 1);
            log_error("status_not_followed", error, NULL);
        }
    }
    return NULL;
}

enum err responder_follow_start(struct responder *responder)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, follow_thread, responder) != 0)
        return err_set(ERR_UNAVAILABLE, "no further thread");
    pthread_detach(thread);
    return ERR_NONE;
}
