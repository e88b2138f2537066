/*
 * Purpose: a process gives up what it does not need, once its listeners and files are open: capabilities, new
 * privileges, core dumps, and by seccomp all sockets but Unix ones, all other programs, all tracing.
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
 * All of it, for all threads; process_begin() comes first. Cannot be undone, and no process can be started afterwards.
 * ERR_BROKEN when the kernel refuses: the program must not go on.
 */
enum err confine(enum confine_network network) MUST_CHECK;

#endif
