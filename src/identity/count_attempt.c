#include "identity/identity.h"
#include "identity_sql.h"

struct attempt {
    struct arena *arena;
    const char *kind;
    struct bytes key;
    int64_t attempts_max, window_s, wait_s;
};

static enum err count_act(struct db_tx *tx, void *context)
{
    struct attempt *attempt = context;
    int64_t now_s = clock_now_s(), start_s = now_s, attempts = 0;
    const struct db_rows *rows;
    TRY(db_rows(tx, attempt->arena, &sql_find_attempts,
                DB_WITH(DB_TEXT("kind", attempt->kind), DB_BYTES("key", attempt->key)), &rows));
    if (db_count(rows) == 1 && now_s < db_int64(rows, 0, "window_start_s") + attempt->window_s) {
        start_s = db_int64(rows, 0, "window_start_s");
        attempts = db_int64(rows, 0, "attempts");
    }
    attempt->wait_s = attempts >= attempt->attempts_max ? start_s + attempt->window_s - now_s : 0;
    if (attempt->wait_s > 0) return err_set(ERR_TOO_MANY, "%s: wait %lld s", attempt->kind, (long long)attempt->wait_s);
    return db_exec(tx, &sql_store_attempts,
                   DB_WITH(DB_TEXT("kind", attempt->kind), DB_BYTES("key", attempt->key),
                           DB_INT64("window_start", start_s), DB_INT64("attempts", attempts + 1)),
                   NULL);
}

static struct bytes hashed_key(struct arena *arena, const char *kind, const char *key)
{
    return sha256(arena, bytes_of_text(arena_printf(arena, "%s:%s", kind, key)));
}

enum err count_attempt(struct db *db, struct arena *arena, const char *kind, const char *key, int64_t attempts_max,
                       int64_t window_s, int64_t *ret_wait_s)
{
    struct attempt attempt = {arena, kind, hashed_key(arena, kind, key), attempts_max, window_s, 0};
    enum err error = db_run(db, count_act, &attempt);
    *ret_wait_s = attempt.wait_s;
    return error;
}

static enum err give_back_act(struct db_tx *tx, void *context)
{
    const struct attempt *attempt = context;
    return db_exec(tx, &sql_give_attempt_back, DB_WITH(DB_TEXT("kind", attempt->kind), DB_BYTES("key", attempt->key)),
                   NULL);
}

enum err give_attempt_back(struct db *db, struct arena *arena, const char *kind, const char *key)
{
    struct attempt attempt = {.kind = kind, .key = hashed_key(arena, kind, key)};
    return db_run(db, give_back_act, &attempt);
}

static enum err forget_act(struct db_tx *tx, void *context)
{
    const struct attempt *attempt = context;
    return db_exec(tx, &sql_forget_attempts, DB_WITH(DB_TEXT("kind", attempt->kind), DB_BYTES("key", attempt->key)),
                   NULL);
}

enum err forget_attempts(struct db *db, struct arena *arena, const char *kind, const char *key)
{
    struct attempt attempt = {.kind = kind, .key = hashed_key(arena, kind, key)};
    return db_run(db, forget_act, &attempt);
}
