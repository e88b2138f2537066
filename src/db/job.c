#include "db/job.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/secret.h"
#include "job_sql.h"

#define WAIT_MAX_S 3600

enum err job_add(struct db_tx *tx, const char *kind, const char *key, const char *payload, int64_t due_s)
{
    return db_exec(
        tx, &sql_add,
        DB_WITH(DB_TEXT("kind", kind), DB_TEXT("key", key), DB_TEXT("payload", payload), DB_INT64("due", due_s)), NULL);
}

/* Leases count in the machine's time: a demo whose clock is moved must not lose those under way. */
static int64_t real_now_s(void)
{
    return clock_now_s() - clock_offset_s();
}

struct taking {
    struct arena *arena;
    const char *kinds; /* "|message|issue|" */
    int64_t lease_s;
    int64_t id; /* of the job found */
    struct job job;
};

static enum err find_due(struct db_tx *tx, void *context)
{
    struct taking *taking = context;
    const struct db_rows *row;
    TRY(db_row(
        tx, taking->arena, &sql_find_due,
        DB_WITH(DB_INT64("now", clock_now_s()), DB_INT64("real_now", real_now_s()), DB_TEXT("kinds", taking->kinds)),
        &row));
    taking->id = db_int64(row, 0, "id");
    return ERR_NONE;
}

static enum err lease_job(struct db_tx *tx, void *context)
{
    struct taking *taking = context;
    TRY(find_due(tx, taking));
    int64_t lease = 0;
    while (lease == 0) random_fill(&lease, sizeof lease);
    const struct db_rows *row;
    TRY(db_row(tx, taking->arena, &sql_lease,
               DB_WITH(DB_INT64("id", taking->id), DB_INT64("lease", lease),
                       DB_INT64("lease_until", real_now_s() + taking->lease_s), DB_INT64("real_now", real_now_s())),
               &row));
    taking->job = (struct job){
        .id = db_int64(row, 0, "id"),
        .kind = db_text(row, 0, "kind"),
        .key = db_text(row, 0, "key"),
        .payload = db_text(row, 0, "payload"),
        .tries = db_int64(row, 0, "tries") - 1,
        .lease = lease,
    };
    return ERR_NONE;
}

enum err job_take(struct db *db, struct arena *arena, const char *const *kinds, int64_t lease_s, struct job *ret_job)
{
    CLEANUP_BUFFER struct buffer names = BUFFER_EMPTY;
    buffer_char(&names, '|');
    for (; *kinds != NULL; kinds++) buffer_printf(&names, "%s|", *kinds);
    struct taking taking = {.arena = arena, .kinds = buffer_to_text(&names, arena), .lease_s = lease_s};
    TRY(db_read(db, find_due, &taking)); /* an idle worker writes nothing */
    TRY(db_run(db, lease_job, &taking));
    *ret_job = taking.job;
    return ERR_NONE;
}

/* A statement that changes the job under its lease, or nothing when the lease was lost. */
static enum err change_leased(struct db_tx *tx, const struct db_sql *sql, const struct job *job,
                              const struct db_value *values)
{
    int64_t changed;
    TRY(db_exec(tx, sql, values, &changed));
    if (changed == 0) return err_set(ERR_STATE, "job %lld: the lease was lost", (long long)job->id);
    return ERR_NONE;
}

enum err job_finish(struct db_tx *tx, const struct job *job)
{
    return change_leased(tx, &sql_finish, job, DB_WITH(DB_INT64("id", job->id), DB_INT64("lease", job->lease)));
}

struct again {
    const struct job *job;
    const char *why;
};

static int64_t wait_s(int64_t tries)
{
    return tries >= 12 ? WAIT_MAX_S : (int64_t)1 << tries;
}

static enum err put_back(struct db_tx *tx, void *context)
{
    const struct again *again = context;
    int64_t due_s = clock_now_s() + wait_s(again->job->tries);
    return change_leased(tx, &sql_again, again->job,
                         DB_WITH(DB_INT64("id", again->job->id), DB_INT64("lease", again->job->lease),
                                 DB_INT64("due", due_s), DB_TEXT("why", again->why)));
}

enum err job_again(struct db *db, const struct job *job, const char *why)
{
    struct again again = {job, why};
    return db_run(db, put_back, &again);
}

enum err job_fail(struct db_tx *tx, const struct job *job, const char *why)
{
    return change_leased(tx, &sql_fail, job,
                         DB_WITH(DB_INT64("id", job->id), DB_INT64("lease", job->lease), DB_TEXT("why", why)));
}
