/*
 * Purpose: reads CBOR (RFC 8949) in the one form that WebAuthn allows (CTAP2 canonical CBOR): shortest heads, definite
 * lengths, no tags, no floating point, map keys in order and each once. Private to pki.
 */
#ifndef DIVIT_PKI_CBOR_H
#define DIVIT_PKI_CBOR_H

#include "base/bytes.h"

/* A cursor. Every function gives ERR_INVALID for what is not that form, or not what was asked for. */
struct cbor_reader {
    struct bytes rest;
};
enum err cbor_integer(struct cbor_reader *reader, int64_t *ret_value) MUST_CHECK;
enum err cbor_bytes(struct cbor_reader *reader, struct bytes *ret_bytes) MUST_CHECK;
enum err cbor_text(struct cbor_reader *reader, struct bytes *ret_text) MUST_CHECK;
enum err cbor_map(struct cbor_reader *reader, uint64_t *ret_pairs) MUST_CHECK; /* its head: keys and values follow */
enum err cbor_expect_integer(struct cbor_reader *reader, int64_t value) MUST_CHECK;
enum err cbor_expect_text(struct cbor_reader *reader, const char *text) MUST_CHECK;
/* One item with all that is in it, checked, at most four deep. */
enum err cbor_skip(struct cbor_reader *reader) MUST_CHECK;
bool cbor_at_end(const struct cbor_reader *reader);

#endif
