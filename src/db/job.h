/*
 * Purpose: the job queue: work committed together with what asks for it, done by the worker later, at least once.
 *
 * A job has a kind, a unique key (the same key twice is one job) and a small payload (ids alone; no personal data). A
 * worker leases it; what is not finished when the lease ends is taken by another. Waits between tries grow: 1, 2, 4 …
 * seconds up to an hour.
 */
#ifndef DIVIT_DB_JOB_H
#define DIVIT_DB_JOB_H

#include "db/db.h"

struct job {
    int64_t id;
    const char *kind;
    const char *key;
    const char *payload;
    int64_t tries; /* those before this one */
    int64_t lease; /* names this lease; a job whose lease was lost cannot be finished under it */
};

/* due_s: not before; 0: now. The same kind and key again is ERR_NONE and changes nothing while the first is open. */
enum err job_add(struct db_tx *tx, const char *kind, const char *key, const char *payload, int64_t due_s) MUST_CHECK;
/* The oldest due job of one of `kinds` (ended by NULL), leased for lease_s seconds; ERR_NOT_FOUND when there is none. */
enum err job_take(struct db *db, struct arena *arena, const char *const *kinds, int64_t lease_s,
                  struct job *ret_job) MUST_CHECK;
/* In the transaction that keeps the job's result. ERR_STATE: the lease was lost, so that transaction must not commit. */
enum err job_finish(struct db_tx *tx, const struct job *job) MUST_CHECK;
/* To be tried again after the growing wait; `why` is kept for the operator. */
enum err job_again(struct db *db, const struct job *job, const char *why) MUST_CHECK;
/* Given up: kept with its reason as a task for staff. */
enum err job_fail(struct db_tx *tx, const struct job *job, const char *why) MUST_CHECK;

#endif
