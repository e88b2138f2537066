/*
 * Purpose: the service's interface for programs, /agent/v1 (openapi.json of web/agent), from the program's side; and
 * what the program makes sure of before anybody is asked for a PIN.
 */
#ifndef DIVIT_EIMZA_SERVER_H
#define DIVIT_EIMZA_SERVER_H

#include "base/bytes.h"

struct server_document {
    const char *title, *digest, *text;
};
struct server_code {
    const char *purpose; /* "log_in", "sign_application", "approval", "registry", "unlock", "activation", "pin" */
    const char *words[2];
    int64_t seconds_left;
    int64_t server_time_s;
    const char *identity_number;
    const char *text;
    const char *digest;
    const struct server_document *documents;
    size_t document_count;
};

/* What is done with a code, in our own words, whatever a server calls it: English (TR); NULL: a purpose unknown here. */
const char *server_purpose_title(const char *purpose);

void server_begin(void); /* before anything else here */

/*
 * ERR_WRONG: the code cannot be used; ERR_TOO_MANY; ERR_UNAVAILABLE: not reached; ERR_UNAUTHENTICATED: its TLS
 * certificate is not trusted; ERR_INVALID: it answered what it must not (server_code_check).
 */
enum err server_open(struct arena *arena, const char *address, const char *language, const char *code,
                     struct server_code *ret_code) MUST_CHECK;
/*
 * Does the answer hold together? The host is the one that was called; digests are those of their texts; each document
 * stands in the text, and of each application in a decision and each text named by an application there is one; the
 * text is of the purpose's kind. ERR_INVALID with what does not hold.
 */
enum err server_code_check(struct arena *arena, const char *address, const char *host,
                           const struct server_code *code) MUST_CHECK;
/* ERR_WRONG as above; ERR_FORBIDDEN: the signature is refused, the detail says why to people. */
enum err server_submit(struct arena *arena, const char *address, const char *language, const char *code,
                       struct bytes signature, const char **ret_return_path) MUST_CHECK;

/* -- setting the PIN of a card (purpose "pin") -- */
struct server_pin {
    const char *mobile; /* masked: where the SMS went */
    int64_t seconds_left;
    struct bytes box_text, box_signature, box_certificate; /* what is sealed to the keeper: statement/box_statement.h */
};
/* A code by SMS for the card with this certificate (DER). ERR_WRONG; ERR_FORBIDDEN: why, to people. */
enum err server_begin_pin(struct arena *arena, const char *address, const char *language, const char *code,
                          struct bytes certificate, struct server_pin *ret_pin) MUST_CHECK;
/* `request` sealed to the keeper; the PUK sealed to the request's key. ERR_FORBIDDEN: refused, why. */
enum err server_release_puk(struct arena *arena, const char *address, const char *language, const char *code,
                            struct bytes certificate, struct bytes request, struct bytes *ret_sealed) MUST_CHECK;
/* It worked. */
enum err server_end_pin(struct arena *arena, const char *address, const char *language, const char *code,
                        struct bytes certificate, const char **ret_return_path) MUST_CHECK;

#endif
