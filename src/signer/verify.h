/*
 * Purpose: all that the signer keeps looked at anew, read only, beside a signer that runs: for `divit audit verify`. What
 * is wrong is added in words; errors are of looking alone.
 */
#ifndef DIVIT_SIGNER_VERIFY_H
#define DIVIT_SIGNER_VERIFY_H

#include "base/findings.h"
#include "ipc/installation.h"
#include "ipc/signer_client.h"

struct signer_word {
    int64_t number; /* of the statement; size of the tree */
    struct signer_statement said;
};
struct signer_summary {
    bool is_whole; /* the chain of records holds; else nothing below but the key is told */
    int64_t records, heads, anchored; /* anchored: the record that the anchor names; 0: none */
    struct bytes public_key; /* SubjectPublicKeyInfo of the signer's own key */
    const struct signer_word *statements, *trees; /* `status 1`, `tree 1`: as the journal has them */
    size_t statements_count, trees_count;
};
/* All in the arena. */
enum err signer_verify(struct arena *arena, const struct installation *installation, struct findings *findings,
                       struct signer_summary *ret_summary) MUST_CHECK;

#endif
