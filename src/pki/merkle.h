/*
 * Purpose: Merkle trees of RFC 9162 2.1 with SHA-256: roots and proofs from stored nodes, and their checks. Pure.
 *
 * A proof is its nodes side by side, 32 octets each, in the RFC's order.
 */
#ifndef DIVIT_PKI_MERKLE_H
#define DIVIT_PKI_MERKLE_H

#include "base/bytes.h"

struct bytes merkle_leaf(struct arena *arena, struct bytes entry); /* SHA-256(00 entry) */
struct bytes merkle_parent(struct arena *arena, struct bytes left, struct bytes right); /* SHA-256(01 left right) */

/* Where nodes are kept: the hash over the 2^level leaves from leaf position × 2^level, all of which are there. */
struct merkle_store {
    enum err (*node)(void *context, struct arena *arena, int level, int64_t position, struct bytes *ret_hash);
    void *context;
};
enum err merkle_root(const struct merkle_store *store, struct arena *arena, int64_t size,
                     struct bytes *ret_root) MUST_CHECK; /* size 0: SHA-256 of nothing */
enum err merkle_inclusion(const struct merkle_store *store, struct arena *arena, int64_t position, int64_t size,
                          struct bytes *ret_proof) MUST_CHECK;
enum err merkle_consistency(const struct merkle_store *store, struct arena *arena, int64_t first, int64_t second,
                            struct bytes *ret_proof) MUST_CHECK; /* 0 < first <= second */

/* ERR_WRONG: the proof does not show it. */
enum err merkle_check_inclusion(struct bytes leaf, int64_t position, int64_t size, struct bytes proof,
                                struct bytes root) MUST_CHECK; /* RFC 9162 2.1.3.2 */
enum err merkle_check_consistency(int64_t first, struct bytes first_root, int64_t second, struct bytes second_root,
                                  struct bytes proof) MUST_CHECK; /* RFC 9162 2.1.4.2 */

#endif
