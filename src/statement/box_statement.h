/*
 * Purpose: `box 1`: the keeper's X25519 key, to which a station seals PUKs and `eimza` what web shall not see. Signed with
 * the keeper's P-256 key (ECDSA with SHA-256, DER), for which the root gave a certificate at the ceremony: whoever knows
 * the root needs to believe nobody on the way.
 */
#ifndef DIVIT_STATEMENT_BOX_STATEMENT_H
#define DIVIT_STATEMENT_BOX_STATEMENT_H

#include "base/secret.h"
#include "statement/statement.h"

#define KEEPER_COMMON_NAME "Divit Saklayıcı" /* of that certificate; a demo's goes on with " (TEST)" */

struct box_statement {
    const char *key; /* X25519, 64 hexadecimal digits */
    int64_t made_s;
};
enum err box_statement_write(struct arena *arena, const struct box_statement *statement,
                             struct bytes *ret_text) MUST_CHECK;
enum err box_statement_read(struct arena *arena, struct bytes text, struct box_statement *ret_statement) MUST_CHECK;

/* The key, if a keeper under this root (DER) said so: `certificate` is the keeper's, DER. ERR_INVALID, ERR_WRONG. */
enum err box_verify(struct arena *arena, struct bytes root, struct bytes certificate, struct bytes text,
                    struct bytes signature, uint8_t ret_key[KEY_SIZE]) MUST_CHECK;

#endif
