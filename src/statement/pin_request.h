/*
 * Purpose: what `eimza` seals to the keeper's box to get a card's PUK: which certificate, the code that came by SMS, and the
 * key of its own, made for this once, that the PUK is sealed to. Four lines, ended by LF: `divit pin 1`, serial, code (6
 * digits), X25519 key (64 hexadecimal digits).
 */
#ifndef DIVIT_STATEMENT_PIN_REQUEST_H
#define DIVIT_STATEMENT_PIN_REQUEST_H

#include "base/bytes.h"

struct pin_request {
    const char *serial; /* of the certificate, lower-case hexadecimal */
    const char *code;
    const char *key;
};
struct bytes pin_request_write(struct arena *arena, const struct pin_request *request);
enum err pin_request_read(struct arena *arena, struct bytes plain, struct pin_request *ret_request) MUST_CHECK;

#endif
