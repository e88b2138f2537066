/*
 * Purpose: makes a new installation: folders, configuration, database, keeper, ceremony, and the demonstration's ministry
 * (`divit init`; `divit run` calls it where there is none yet).
 *
 * A state folder is finished when it has divit.conf and no file "unfinished": what an interrupted run left is removed
 * by the next one.
 */
#ifndef DIVIT_CLI_INIT_H
#define DIVIT_CLI_INIT_H

#include "base/err.h"

#include <stdbool.h>

struct init_options {
    const char *state; /* folder; made if it is not there */
    int port; /* the portal's; the responder takes the next free one */
    int sim_port; /* the simulator's; its mail server takes the next free one */
    const char *database; /* db_open() address; NULL: SQLite in the state folder */
};

bool init_is_done(const char *state);
/* ERR_EXISTS when it is done already. Starts the keeper for as long as it needs it; before threads. */
enum err init_state(const struct init_options *options) MUST_CHECK;

#endif
