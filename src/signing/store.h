/* Purpose: rows of verification codes, their sealed parts opened. Private to the room. */
#ifndef DIVIT_SIGNING_STORE_H
#define DIVIT_SIGNING_STORE_H

#include "signing/signing.h"

/* What a code is looked up by: keyed, so that the database alone cannot try all 9^15. */
struct bytes code_tag(struct arena *arena, const uint8_t *key, const char *code);
struct bytes ticket_hash(struct arena *arena, const char *ticket);
/* JSON of code, words, identity number and text. */
struct bytes seal_content(struct arena *arena, const uint8_t *key, const struct signing_code *code);
struct bytes seal_signature(struct arena *arena, const uint8_t *key, const char *uid, struct bytes signature);
struct bytes seal_validation(struct arena *arena, const uint8_t *key, const char *uid, struct bytes validation);
/*
 * Does the evidence say that the signer's certificate and the authorities above it were good, not before from_s and under
 * our root? Refusals as of check_person_signature().
 */
enum err check_validation(struct db *db, struct arena *arena, const struct certificate *signer, struct bytes validation,
                          int64_t from_s, enum signature_refusal *ret_refusal) MUST_CHECK;
/* One row with all columns; ERR_BROKEN when what is sealed does not open. */
enum err read_code(struct arena *arena, const uint8_t *key, const struct db_rows *row,
                   struct signing_code *ret_code) MUST_CHECK;

#endif
