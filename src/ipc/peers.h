/*
 * Purpose: which of Divit's processes is at the other end of a socket, by its credentials (SO_PEERCRED).
 *
 * `divit run` gives its children a read-only table of process ids and roles (a sealed memfd, number in
 * DIVIT_PEERS_FD). A process outside the table that runs as this process's user or as root is an operator's tool.
 */
#ifndef DIVIT_IPC_PEERS_H
#define DIVIT_IPC_PEERS_H

#include "base/err.h"

#include <sys/types.h>

enum ipc_role {
    IPC_NOBODY = 0,
    IPC_WEB = 1,
    IPC_WORKER = 2,
    IPC_SIGNER = 4,
    IPC_KEEPER = 8,
    IPC_RESPONDER = 16,
    IPC_TOOL = 32, /* divit init, import, card …: the operator at the machine */
    IPC_SIMULATOR = 64,
};

enum err peers_make(int *ret_fd) MUST_CHECK; /* for the supervisor, before the first child */
void peers_set(enum ipc_role role, pid_t pid); /* the supervisor's; before the child goes on */
enum err peers_use(void) MUST_CHECK; /* a child's: maps DIVIT_PEERS_FD; without it everyone is a tool or nobody */
enum ipc_role peers_role_of(int socket_fd);

#endif
