#include "base/clock.h"
#include "base/log.h"
#include "worker/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define LOOP_THREADS_MAX 32
#define KINDS_MAX 32
#define LEASE_S                                                                                                        \
    60 /* longer than any try: 15 s for an outside system (a directory: 45), the rest for database and signer */
#define IDLE_MS 200 /* between two looks into an empty queue; the threads look at different times */
#define END_S 3
#define TRIES_MAX 12 /* about an hour, of a job that fails for a reason that time does not mend */

struct job_loop {
    const struct worker *worker;
    const struct job_kind *kinds;
    const char *names[KINDS_MAX + 1];
    atomic_bool is_stopping;
    int threads;
    pthread_t ids[LOOP_THREADS_MAX];
};

static const struct job_kind *kind_of(const struct job_loop *loop, const char *name)
{
    const struct job_kind *kind = loop->kinds;
    while (strcmp(kind->kind, name) != 0) kind++; /* job_take() gives no others */
    return kind;
}

struct giving_up {
    const struct job *job;
    const char *why;
};

static enum err give_up(struct db_tx *tx, void *context)
{
    const struct giving_up *giving_up = context;
    return job_fail(tx, giving_up->job, giving_up->why);
}

static void end_failed(const struct job_loop *loop, struct arena *arena, const struct job *job, enum err error)
{
    const char *why = arena_printf(arena, "%s: %s", err_name(error), err_detail());
    log_error("job", error, "kind", job->kind, "id", log_int(arena, job->id), "tries", log_int(arena, job->tries + 1),
              NULL);
    struct giving_up giving_up = {job, why};
    /* a budget of the keeper is used up: it has room again within the hour */
    bool is_passing = err_class(error) == ERR_CLASS_TEMPORARY || error == ERR_TOO_MANY;
    bool is_over = !is_passing && job->tries + 1 >= TRIES_MAX && !kind_of(loop, job->kind)->is_lasting;
    enum err kept = is_over ? db_run(loop->worker->db, give_up, &giving_up) : job_again(loop->worker->db, job, why);
    /* ERR_STATE: the lease was lost, another has the job; any other: it is found again when the lease ends */
    if (kept != ERR_NONE) log_error("job_kept", kept, "id", log_int(arena, job->id), NULL);
}

static bool do_one(const struct job_loop *loop, struct arena *arena)
{
    struct job job;
    enum err error = job_take(loop->worker->db, arena, loop->names, LEASE_S, &job);
    if (error != ERR_NONE) {
        if (error != ERR_NOT_FOUND && error != ERR_RETRY) log_error("job_take", error, NULL);
        return false;
    }
    log_event(LOG_DEBUG, "job", "kind", job.kind, "id", log_int(arena, job.id), NULL);
    err_clear();
    error = kind_of(loop, job.kind)->run(loop->worker, arena, &job);
    if (error != ERR_NONE) end_failed(loop, arena, &job, error);
    return true;
}

static void *loop_thread(void *context)
{
    const struct job_loop *loop = context;
    CLEANUP_ARENA struct arena *arena = arena_new();
    while (!atomic_load(&loop->is_stopping)) {
        bool has_worked = do_one(loop, arena);
        arena_reset(arena);
        if (!has_worked) clock_pause_ms(IDLE_MS);
    }
    return NULL;
}

struct job_loop *job_loop_start(const struct worker *worker, const struct job_kind *kinds, int threads)
{
    struct job_loop *loop = memory_new(sizeof *loop);
    loop->worker = worker;
    loop->kinds = kinds;
    for (size_t i = 0; i < KINDS_MAX && kinds[i].kind != NULL; i++) loop->names[i] = kinds[i].kind;
    for (; loop->threads < threads && loop->threads < LOOP_THREADS_MAX; loop->threads++) {
        if (pthread_create(&loop->ids[loop->threads], NULL, loop_thread, loop) != 0) break;
        clock_pause_ms(IDLE_MS / threads);
    }
    return loop;
}

void job_loop_stop(struct job_loop *loop)
{
    atomic_store(&loop->is_stopping, true);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += END_S;
    for (int i = 0; i < loop->threads; i++) {
        if (pthread_timedjoin_np(loop->ids[i], NULL, &until) != 0) log_event(LOG_WARNING, "job_left", NULL);
    }
}
