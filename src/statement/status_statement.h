/*
 * Purpose: `status 1`: what certificates became, when and why, said by the signer (spec 10, Statements). Each names the
 * one before it, so that a list of them shows whether one is missing; what none of them says is not believed.
 */
#ifndef DIVIT_STATEMENT_STATUS_STATEMENT_H
#define DIVIT_STATEMENT_STATUS_STATEMENT_H

#include "statement/statement.h"

#define STATUS_LINES_MAX 500

extern const char
    *const status_words[]; /* "askıda", "etkin", "iptal": in the order of enum status_word; ended by NULL */
enum status_word { STATUS_SUSPENDED, STATUS_ACTIVE, STATUS_REVOKED };

struct status_statement_line {
    const char *serial; /* lower-case hexadecimal */
    enum status_word status;
    int64_t reason; /* RFC 5280 5.3.1; 0 for active */
    int64_t since_s;
};
struct status_statement {
    int64_t number; /* from 1, without gaps */
    const char *previous; /* SHA-256 of the one before, 64 hexadecimal digits; NULL: the first */
    int64_t made_s; /* all that changed until then is said by it and those before it */
    const struct status_statement_line *lines; /* each serial once; none: nothing changed */
    size_t line_count;
};

enum err status_statement_write(struct arena *arena, const struct status_statement *statement,
                                struct bytes *ret_text) MUST_CHECK;
enum err status_statement_read(struct arena *arena, struct bytes text,
                               struct status_statement *ret_statement) MUST_CHECK;

#endif
