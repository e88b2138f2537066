/*
 * Purpose: the life of one of Divit's processes: begin, confine, say ready, wait for the end.
 */
#ifndef DIVIT_IPC_PROCESS_H
#define DIVIT_IPC_PROCESS_H

#include "ipc/confine.h"
#include "ipc/installation.h"

/* Log, secrets, peers, the demo's clock; blocks SIGTERM and SIGINT for process_wait(); before any thread. */
enum err process_begin(const char *name, const struct installation *installation) MUST_CHECK;
/*
 * From here on the process sees only these files of the installation (paths in the state folder, or absolute
 * ones) and its divit.conf, see confine_files(). PROCESS_DATABASE stands for the folder of an SQLite database. After process_begin(),
 * before any thread: so before db_open().
 */
#define PROCESS_DATABASE "database"
enum err process_files(const struct installation *installation, const struct confine_file *files) MUST_CHECK;
/* Tells the supervisor (DIVIT_READY_FD, if set) that the process serves. */
void process_ready(void);
void process_wait(void); /* until SIGTERM or SIGINT, or until the supervisor is gone */

#endif
