/*
 * Purpose: a keeper for a tool. The installation's own when it is running; else one is started for as long as the tool
 * needs it. Before threads are made.
 */
#ifndef DIVIT_CLI_KEEPER_CHILD_H
#define DIVIT_CLI_KEEPER_CHILD_H

#include "ipc/installation.h"
#include "ipc/keeper_client.h"

#include <sys/types.h>

struct keeper_child {
    struct keeper *keeper;
    pid_t pid; /* 0: it was running */
};
enum err keeper_child_start(const struct installation *installation, struct keeper_child *ret_child) MUST_CHECK;
void keeper_child_end(struct keeper_child *child);

#endif
