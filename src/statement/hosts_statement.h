/*
 * Purpose: `hosts 1`: the addresses that the signing program talks to (spec 10, Tickets: hosts come from the program's
 * signed list, never from the code). Signed with the root's key (ECDSA with SHA-384, DER); format: docs/trust.md.
 */
#ifndef DIVIT_STATEMENT_HOSTS_STATEMENT_H
#define DIVIT_STATEMENT_HOSTS_STATEMENT_H

#include "statement/statement.h"

#define HOSTS_MAX 16

struct hosts_statement {
    int64_t made_s;
    const char *addresses[HOSTS_MAX]; /* "https://e-imza.example", without a slash at the end */
    size_t count;
};

enum err hosts_statement_write(struct arena *arena, const struct hosts_statement *statement,
                               struct bytes *ret_text) MUST_CHECK;
enum err hosts_statement_read(struct arena *arena, struct bytes text, struct hosts_statement *ret_statement) MUST_CHECK;

#endif
