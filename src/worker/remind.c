/* REMIND_JOB: applications that wait for their applicant are reminded of, and lapse; every ten minutes. */
#include "application/application.h"
#include "worker/jobs.h"

#define REMIND_EVERY_S 600

static enum err add(struct db_tx *tx, int64_t due_s)
{
    return job_add(tx, REMIND_JOB, "next", "", due_s);
}

static enum err add_first(struct db_tx *tx, void *context)
{
    (void)context;
    return add(tx, 0);
}

enum err ask_first_reminders(struct db *db)
{
    return db_run(db, add_first, NULL);
}

static enum err ask_next(struct db_tx *tx, void *context)
{
    TRY(job_finish(tx, context));
    return add(tx, clock_now_s() + REMIND_EVERY_S);
}

enum err remind(const struct worker *worker, struct arena *arena, const struct job *job)
{
    (void)arena;
    const struct waiting_limits limits = {worker->installation->waiting_days, worker->installation->confirmation_days};
    TRY(remind_applicants(worker->db, worker->keeper, &limits));
    struct job done = *job;
    return db_run(worker->db, ask_next, &done);
}
