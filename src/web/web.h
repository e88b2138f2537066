/* Purpose: `divit web`: every page and JSON interface; parses all that strangers send, holds no signing key. */
#ifndef DIVIT_WEB_WEB_H
#define DIVIT_WEB_WEB_H

#include "http/http.h"
#include "ipc/installation.h"

extern const struct config_item web_items[]; /* section [web] of divit.conf */

int web_main(const struct installation *installation); /* returns the exit code */

/* Every route of the program, ended by NULL: this is the access matrix, and a test walks it. */
extern const struct http_desk *const web_desks[];
extern const struct http_desk apply_desk, where_desk, public_desk, officer_desk, online_desk, admin_desk, agent_desk,
    return_desk, scim_desk;

#endif
