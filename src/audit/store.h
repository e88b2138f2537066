/* Purpose: what the acts of this room share. */
#ifndef DIVIT_AUDIT_STORE_H
#define DIVIT_AUDIT_STORE_H

#include "audit/audit.h"

/* SHA-256 over salt and address: what a leaf holds of an address, so that both can go one day. */
struct bytes audit_address_digest(struct arena *arena, struct bytes salt, const char *address);
/* A row of audit_record as it goes into a leaf (docs/trust.md, The audit tree). */
struct bytes audit_entry(struct arena *arena, const struct db_rows *rows, size_t row);
/* merkle_store's: `context` is a struct db_tx. */
enum err audit_node(void *context, struct arena *arena, int level, int64_t position, struct bytes *ret_hash);

#endif
