/*
 * Purpose: a process gives up what it does not need: capabilities, new privileges and core dumps at once, by Landlock
 * all files but its own before its first thread, and by seccomp, once its listeners are open, all sockets but Unix ones,
 * all other programs, all tracing.
 */
#ifndef DIVIT_IPC_CONFINE_H
#define DIVIT_IPC_CONFINE_H

#include "base/err.h"

enum confine_network {
    CONFINE_UNIX, /* socket(AF_UNIX) alone: web, signer, keeper, responder */
    CONFINE_INTERNET, /* AF_INET and AF_INET6 too: worker */
};
/*
 * The part that is each thread's own, so before any other thread: capabilities dropped for good, no new privileges, no
 * core dump and no tracing by others of the same user. process_begin() does it.
 */
enum err confine_privileges(void) MUST_CHECK;
/*
 * From here on only these files (a folder: with all below it) and the system's libraries, fonts and settings. Each
 * thread's own too: before any other. Does nothing on a kernel without Landlock. Ended by path NULL.
 */
enum confine_right { CONFINE_READ, CONFINE_WRITE };
struct confine_file {
    const char *path; /* absolute; one that is not there is passed over */
    enum confine_right right;
};
enum err confine_files(const struct confine_file *files) MUST_CHECK;
/*
 * All of it, for all threads; process_begin() comes first. Cannot be undone, and no process can be started afterwards.
 * ERR_BROKEN when the kernel refuses: the program must not go on.
 */
enum err confine(enum confine_network network) MUST_CHECK;

#endif
