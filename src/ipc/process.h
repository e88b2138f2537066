/*
 * Purpose: the life of one of Divit's processes: begin, confine, say ready, wait for the end.
 */
#ifndef DIVIT_IPC_PROCESS_H
#define DIVIT_IPC_PROCESS_H

#include "ipc/confine.h"
#include "ipc/installation.h"

/* Log, secrets, peers, the demo's clock; blocks SIGTERM and SIGINT for process_wait(); before any thread. */
enum err process_begin(const char *name, const struct installation *installation) MUST_CHECK;
/* Tells the supervisor (DIVIT_READY_FD, if set) that the process serves. */
void process_ready(void);
void process_wait(void); /* until SIGTERM or SIGINT, or until the supervisor is gone */

#endif
