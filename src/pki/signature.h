/*
 * Purpose: signing with a key that this room never holds ('external signature'): the builder makes the to-be-signed
 * bytes, the caller's function signs them, the builder puts the value in. Public keys and keys in memory.
 */
#ifndef DIVIT_PKI_SIGNATURE_H
#define DIVIT_PKI_SIGNATURE_H

#include "base/bytes.h"

enum signature_algorithm {
    SIGNATURE_ECDSA_SHA256,
    SIGNATURE_ECDSA_SHA384,
    SIGNATURE_RSA_SHA256, /* PKCS #1 v1.5 */
    SIGNATURE_RSA_PSS_SHA256, /* salt of 32 bytes */
    SIGNATURE_RSA_PSS_SHA384, /* salt of 48 bytes */
};

/* Signs all of `to_be_signed` (not its digest). ECDSA values are DER (RFC 3279 2.2.3). */
typedef enum err (*signature_function)(void *context, struct bytes to_be_signed, struct arena *arena,
                                       struct bytes *ret_signature);
struct external_signer {
    enum signature_algorithm algorithm;
    signature_function sign;
    void *context;
};

struct bytes signature_algorithm_der(enum signature_algorithm algorithm); /* AlgorithmIdentifier; static */
size_t signature_hash_size(enum signature_algorithm algorithm); /* 32 or 48 */
/* The digest that the algorithm takes of a message. */
struct bytes signature_hash(struct arena *arena, enum signature_algorithm algorithm, struct bytes message);

/* PKCS #11 gives ECDSA values as r and s side by side; everybody else wants them in DER (RFC 3279 2.2.3). */
struct bytes signature_of_pair(struct arena *arena, struct bytes pair);

/* SubjectPublicKeyInfo, DER. `point` is uncompressed (04 x y); its size says P-256 or P-384. */
enum err public_key_of_point(struct arena *arena, struct bytes point, struct bytes *ret_spki) MUST_CHECK;
enum err public_key_of_modulus(struct arena *arena, struct bytes modulus, struct bytes exponent,
                               struct bytes *ret_spki) MUST_CHECK;
/* A key of spec 07 (RSA 2048/3072/4096, P-256, P-384), well encoded and valid; else ERR_INVALID. */
enum err public_key_check(struct bytes spki) MUST_CHECK;
bool public_key_is_same(struct bytes one, struct bytes other); /* however each is encoded; false if one is none */
struct bytes public_key_id(struct arena *arena, struct bytes spki); /* SHA-1 of the bit string: RFC 5280 4.2.1.2 (1) */
enum err public_key_verify(struct bytes spki, enum signature_algorithm algorithm, struct bytes message,
                           struct bytes signature) MUST_CHECK; /* ERR_WRONG: it does not match */

/* A P-256 key in this process's memory: the responder's, the keeper's, a station's. Safe from many threads. */
struct memory_key;
enum err memory_key_new(struct memory_key **ret_key) MUST_CHECK;
/* Of its private number, 32 bytes big-endian; ERR_INVALID for one that is none (0, or not below the group's order). */
enum err memory_key_of_number(struct bytes number, struct memory_key **ret_key) MUST_CHECK;
struct memory_key *memory_key_free(struct memory_key *key);
struct bytes memory_key_public(const struct memory_key *key); /* SubjectPublicKeyInfo, borrowed */
struct external_signer memory_key_signer(struct memory_key *key); /* ECDSA with SHA-256 */

#endif
