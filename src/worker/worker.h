/*
 * Purpose: `divit worker`: does the queued jobs (messages, certificates, CRLs), speaks to the outside systems, and
 * answers the questions a person waits for (design.md). The only process that reaches the network.
 */
#ifndef DIVIT_WORKER_WORKER_H
#define DIVIT_WORKER_WORKER_H

#include "ipc/installation.h"

extern const struct config_item worker_items[]; /* section [worker] of divit.conf */

int worker_main(const struct installation *installation);

#endif
