/*
 * Purpose: the four ports of a demonstration. Two are asked for, the portal's and the simulator's; the responder and the
 * simulator's mail server take the next free ones after them. divit.conf keeps what was chosen.
 */
#ifndef DIVIT_CLI_PORTS_H
#define DIVIT_CLI_PORTS_H

#include "base/err.h"

struct ports {
    int portal, responder, simulator, mail;
};

/* ERR_INVALID: one port for both; ERR_UNAVAILABLE: none is free behind one of them. */
enum err ports_choose(int portal, int simulator, struct ports *ret_ports) MUST_CHECK;
/* ERR_UNAVAILABLE when another program listens there. */
enum err port_check_free(int port) MUST_CHECK;

#endif
