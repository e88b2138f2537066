/* Purpose: a client that sends bytes as they are, for tests of a listener on loopback. */
#ifndef DIVIT_TESTS_RAW_CLIENT_H
#define DIVIT_TESTS_RAW_CLIENT_H

#include "base/bytes.h"

/* Connects, sends, reads until the peer closes or `wanted` answers' heads came; the text lives in the arena. */
const char *raw_ask(struct arena *arena, int port, struct bytes request, int wanted);
int raw_status(const char *answer); /* 0: no answer, closed */
const char *raw_header(struct arena *arena, const char *answer, const char *name); /* NULL if absent */
const char *raw_body(const char *answer);

#endif
