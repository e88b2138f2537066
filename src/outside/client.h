/*
 * Purpose: one bounded HTTP exchange with an outside system: 5 s to connect, 15 s in all (spec 08), answers of at most
 * 64 KB, no redirects, no proxy, TLS verified. Private to the room.
 */
#ifndef DIVIT_OUTSIDE_CLIENT_H
#define DIVIT_OUTSIDE_CLIENT_H

#include "base/buffer.h"

#include <curl/curl.h>

#define CLIENT_CONNECT_MS 5000L
#define CLIENT_TOTAL_MS 15000L
#define CLIENT_BODY_MAX ((size_t)65536)

struct client_request {
    const char *url;
    const char *const *headers; /* whole lines, ended by NULL; NULL: none */
    const char *body; /* NULL: GET */
    int64_t
        until_ms; /* no longer than this (clock_monotonic_ms), where more than one exchange is one answer; 0: alone */
};

enum client_state {
    CLIENT_ANSWERED, /* with whatever status */
    CLIENT_NOT_ASKED, /* the request surely did not reach anybody who could act on it */
    CLIENT_LOST, /* it went out, and no whole answer came back */
};

struct client_answer {
    int status;
    const char *media_type; /* "" if none */
    struct bytes body;
};

/* Unless answered, err_detail() says why (never with the address, whose query may hold secrets). */
enum client_state client_ask(struct arena *arena, const struct client_request *request,
                             struct client_answer *ret_answer);

/* An easy handle with the house's limits, for http(s) or smtp(s); NULL only without memory. */
CURL *client_handle(const char *protocols);
/* Did the failed transfer surely end before anything of it was sent? */
bool client_is_unsent(CURL *handle, CURLcode code);

#endif
