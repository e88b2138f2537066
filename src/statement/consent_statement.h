/*
 * Purpose: `consent 1`: the holder's word that from now on applications may be made without a signed form (spec 02,
 * E-consent). Signed by the holder's card. It stands until its end, and until it is withdrawn.
 */
#ifndef DIVIT_STATEMENT_CONSENT_STATEMENT_H
#define DIVIT_STATEMENT_CONSENT_STATEMENT_H

#include "statement/statement.h"

struct consent_statement {
    const char *identity_number;
    const char *text; /* what was consented to: `<name>/<version> <SHA-256 of the file in texts/tr>` */
    int64_t made_s;
    int64_t ends_s; /* 0: no end */
};

enum err consent_statement_write(struct arena *arena, const struct consent_statement *statement,
                                 struct bytes *ret_text) MUST_CHECK;
enum err consent_statement_read(struct arena *arena, struct bytes text,
                                struct consent_statement *ret_statement) MUST_CHECK;

#endif
