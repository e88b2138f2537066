/*
 * Purpose: one of Divit's processes, started under strace so that it is killed at a point, and started again after it.
 * This test process stands where `divit run` stands: it holds the table of peers.
 */
#ifndef DIVIT_TESTS_FAULTS_VICTIM_H
#define DIVIT_TESTS_FAULTS_VICTIM_H

#include "points.h"

#include "ipc/peers.h"

struct victim {
    const char *divit; /* the program */
    const char *name; /* "signer" */
    const char *state;
    int peers_fd;
    pid_t pid;
    struct point point; /* what is still to come of it */
    int kills;
};

#define VICTIM_TRIES_MAX 12 /* of one step of a round: it may be killed at each but the last few */

/* For a round: the first start gets the first kill, those after it the second, until there were eight. */
void victim_begin(struct victim *victim, const struct point *point);
void victim_start(struct victim *victim); /* until it serves, however often it is killed */
/* After a call without an answer: true when it had been killed as planned, and serves again. */
bool victim_was_killed(struct victim *victim);
void victim_end(struct victim *victim); /* SIGTERM; any other end than by that is a violation */

/* Prints the point and what does not hold, and ends the test; the state folder stays. */
_Noreturn void violation(const struct victim *victim, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whom the victim takes us for from the next connection on. */
void be(enum ipc_role role);

#endif
