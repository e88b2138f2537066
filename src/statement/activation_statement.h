/*
 * Purpose: `activation 1`: a holder's own signature, by another certificate, that a suspended one may be used (spec 10,
 * Status: or the holder's signature). It names the very suspension that it ends: it is good for no later one.
 */
#ifndef DIVIT_STATEMENT_ACTIVATION_STATEMENT_H
#define DIVIT_STATEMENT_ACTIVATION_STATEMENT_H

#include "statement/statement.h"

extern const char activation_wish[]; /* the one word of what is wished */

struct activation_statement {
    const char *serial; /* of the certificate; lower-case hexadecimal */
    const char *identity_number; /* of its holder */
    const char *wish; /* activation_wish */
    int64_t suspended_s; /* since when it is suspended, as the signer's `status 1` says */
    const char *server; /* public address */
    int64_t made_s;
};

enum err activation_statement_write(struct arena *arena, const struct activation_statement *statement,
                                    struct bytes *ret_text) MUST_CHECK;
enum err activation_statement_read(struct arena *arena, struct bytes text,
                                   struct activation_statement *ret_statement) MUST_CHECK;

#endif
