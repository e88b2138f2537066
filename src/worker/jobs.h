/* Purpose: the kinds of jobs the worker does, and the loop that does them. Private to the worker. */
#ifndef DIVIT_WORKER_JOBS_H
#define DIVIT_WORKER_JOBS_H

#include "worker/context.h"

struct job_kind {
    const char *kind;
    /*
     * ERR_NONE: the handler has ended the job itself, in the transaction of its result (job_finish, job_fail). Else it is
     * tried again after the growing wait; an error that time does not mend, not for ever.
     */
    enum err (*run)(const struct worker *worker, struct arena *arena, const struct job *job);
    bool is_lasting; /* never given up: nobody else would begin it again */
};
/* A new kind of job is one line in job_kinds.c. Ended by a kind of NULL. */
extern const struct job_kind job_kinds[];

struct job_loop;
struct job_loop *job_loop_start(const struct worker *worker, const struct job_kind *kinds, int threads);
/* At the process's end: no further jobs; those under way have a moment, their leases bring back what does not end. */
void job_loop_stop(struct job_loop *loop);

/* Looks for itself again every ten minutes, by the clock that a demonstration moves. */
#define REMIND_JOB "remind" /* key 'next' */
enum err remind(const struct worker *worker, struct arena *arena, const struct job *job) MUST_CHECK;
enum err ask_first_reminders(struct db *db) MUST_CHECK;

/* MESSAGE_JOB: hands the message to its gateway (docs/decisions/0010-one-message-once.md). */
enum err send_message(const struct worker *worker, struct arena *arena, const struct job *job) MUST_CHECK;

/* STAFF_DIRECTORY_JOB */
enum err read_directory(const struct worker *worker, struct arena *arena, const struct job *job) MUST_CHECK;

#endif
