/*
 * Purpose: what the signer says of its own journal and of the audit trail: `head 1` (the journal's newest record) and
 * `tree 1` (the audit tree at a size); and `release 1`, by which two administrators let further revocations pass for a
 * time (spec 10, The signer's journal).
 */
#ifndef DIVIT_STATEMENT_HEAD_STATEMENT_H
#define DIVIT_STATEMENT_HEAD_STATEMENT_H

#include "statement/statement.h"

struct head_statement {
    int64_t number; /* of the record */
    const char *hash; /* of the record: 64 hexadecimal digits */
    int64_t made_s;
};
enum err head_statement_write(struct arena *arena, const struct head_statement *statement,
                              struct bytes *ret_text) MUST_CHECK;
enum err head_statement_read(struct arena *arena, struct bytes text, struct head_statement *ret_statement) MUST_CHECK;

struct tree_statement {
    int64_t size; /* leaves, at least one */
    const char *root; /* RFC 9162 2.1.1, SHA-256: 64 hexadecimal digits */
    int64_t made_s;
};
enum err tree_statement_write(struct arena *arena, const struct tree_statement *statement,
                              struct bytes *ret_text) MUST_CHECK;
enum err tree_statement_read(struct arena *arena, struct bytes text, struct tree_statement *ret_statement) MUST_CHECK;

struct release_statement {
    int64_t changes; /* revocations and suspensions that may pass beside the usual number */
    const char *reason; /* why, in one line */
    int64_t registry_number; /* of the registry the administrators' keys stand in */
    int64_t made_s;
    int64_t valid_until_s; /* at most a day after made_s */
};
#define RELEASE_VALID_MAX_S DAY_S
enum err release_statement_write(struct arena *arena, const struct release_statement *statement,
                                 struct bytes *ret_text) MUST_CHECK;
enum err release_statement_read(struct arena *arena, struct bytes text,
                                struct release_statement *ret_statement) MUST_CHECK;

#endif
