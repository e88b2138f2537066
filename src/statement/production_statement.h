/*
 * Purpose: `production 1`: a production station's word about one card, before its certificate is asked for (spec 10).
 * Signed with the station's P-256 key (ECDSA with SHA-256, DER). It names no person.
 */
#ifndef DIVIT_STATEMENT_PRODUCTION_STATEMENT_H
#define DIVIT_STATEMENT_PRODUCTION_STATEMENT_H

#include "statement/statement.h"

/* Cards tried for one application: spec 06, Production. */
#define PRODUCTION_ATTEMPTS_MAX 3

struct production_statement {
    const char *application_uid; /* 32 hexadecimal digits */
    const char *digest; /* D of the application, 64 hexadecimal digits */
    int64_t attempt; /* from 1 */
    const char *card_serial;
    const char *public_key; /* SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits */
    bool is_made_on_card; /* must be set: a statement without it is refused */
    const char *puk_envelope; /* SHA-256 of the envelope to the keeper, 64 hexadecimal digits */
    const char *station; /* its name in the registry */
    int64_t made_s;
};

enum err production_statement_write(struct arena *arena, const struct production_statement *statement,
                                    struct bytes *ret_text) MUST_CHECK;
enum err production_statement_read(struct arena *arena, struct bytes text,
                                   struct production_statement *ret_statement) MUST_CHECK;

#endif
