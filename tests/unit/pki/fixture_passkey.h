/*
 * Purpose: an authenticator and its browser in this process: registers a key and signs with it, rightly or, by the
 * members of `struct authenticator`, wrongly in one point. For the tests of all that takes passkeys.
 */
#ifndef DIVIT_TESTS_FIXTURE_PASSKEY_H
#define DIVIT_TESTS_FIXTURE_PASSKEY_H

#include "base/buffer.h"
#include "pki/der.h"
#include "pki/passkey.h"
#include "pki/signature.h"

#include <stdlib.h>
#include <string.h>

struct authenticator {
    struct memory_key *key;
    const char *rp_id;
    const char *origin;
    struct bytes credential_id;
    uint8_t flags; /* user present 01, verified 04, key 40, extensions 80 */
    uint32_t counter;
    const char *type; /* NULL: the right one */
    const char *more; /* JSON after the origin: ",\"crossOrigin\":false" */
    struct bytes extensions; /* behind the authenticator data */
};

static inline struct authenticator authenticator_of(struct memory_key *key, const char *rp_id, const char *origin)
{
    static const uint8_t id[] = "sixteen octets id";
    return (struct authenticator){
        .key = key,
        .rp_id = rp_id,
        .origin = origin,
        .credential_id = {id, 16},
        .flags = 0x05,
        .counter = 7,
        .more = ",\"crossOrigin\":false",
    };
}

/* not inlined: gcc would follow it into parts that are empty, and warn of what is never copied */
__attribute__((noinline, unused)) static struct bytes joined(struct arena *into, struct bytes a, struct bytes b)
{
    uint8_t *both = arena_alloc(into, a.size + b.size + 1);
    if (a.size > 0) memcpy(both, a.data, a.size);
    if (b.size > 0) memcpy(both + a.size, b.data, b.size);
    return (struct bytes){both, a.size + b.size};
}

static inline struct bytes authenticator_client_data(struct arena *into, const struct authenticator *authenticator,
                                                     const char *type, struct bytes challenge)
{
    return bytes_of_text(arena_printf(into, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}",
                                      authenticator->type == NULL ? type : authenticator->type,
                                      base64url_encode(into, challenge), authenticator->origin, authenticator->more));
}

static inline struct bytes authenticator_data(struct arena *into, const struct authenticator *authenticator,
                                              uint8_t flags, struct bytes key)
{
    uint8_t fixed[5] = {flags, (uint8_t)(authenticator->counter >> 24), (uint8_t)(authenticator->counter >> 16),
                        (uint8_t)(authenticator->counter >> 8), (uint8_t)authenticator->counter};
    struct bytes head = joined(into, sha256(into, bytes_of_text(authenticator->rp_id)), BYTES(fixed));
    return joined(into, joined(into, head, key), authenticator->extensions);
}

static inline struct bytes authenticator_signature(struct arena *into, const struct authenticator *authenticator,
                                                   struct bytes data, struct bytes client_data)
{
    struct external_signer signer = memory_key_signer(authenticator->key);
    struct bytes signature;
    if (signer.sign(signer.context, joined(into, data, sha256(into, client_data)), into, &signature) != ERR_NONE)
        abort();
    return signature;
}

static inline struct passkey_assertion authenticator_assert(struct arena *into,
                                                            const struct authenticator *authenticator,
                                                            struct bytes challenge)
{
    struct passkey_assertion assertion = {.credential_id = authenticator->credential_id};
    assertion.authenticator_data = authenticator_data(into, authenticator, authenticator->flags, DER_NOTHING);
    assertion.client_data = authenticator_client_data(into, authenticator, "webauthn.get", challenge);
    assertion.signature =
        authenticator_signature(into, authenticator, assertion.authenticator_data, assertion.client_data);
    return assertion;
}

/* AAGUID of zeros, credential id, COSE key of P-256: the SubjectPublicKeyInfo ends with its point. */
static inline struct bytes authenticator_attested_key(struct arena *into, const struct authenticator *authenticator)
{
    static const uint8_t cose[] = {0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32};
    static const uint8_t y_head[] = {0x22, 0x58, 32};
    struct bytes spki = memory_key_public(authenticator->key), id = authenticator->credential_id;
    uint8_t head[18] = {[16] = (uint8_t)(id.size >> 8), [17] = (uint8_t)id.size};
    struct bytes x = {spki.data + spki.size - 64, 32}, y = {spki.data + spki.size - 32, 32};
    struct bytes key = joined(into, joined(into, BYTES(cose), x), joined(into, BYTES(y_head), y));
    return joined(into, joined(into, BYTES(head), id), key);
}

/* The attestation object around `data`: format and statement as CBOR, then the data of 256 bytes at most, or more. */
static inline struct bytes attestation_object(struct arena *into, const char *format, struct bytes statement,
                                              struct bytes data)
{
    CLEANUP_BUFFER struct buffer object = BUFFER_EMPTY;
    buffer_add(&object, bytes_of_text("\xa3\x63"
                                      "fmt"));
    buffer_add(&object, (struct bytes){(uint8_t[]){(uint8_t)(0x60 + strlen(format))}, 1});
    buffer_add(&object, bytes_of_text(format));
    buffer_add(&object, bytes_of_text("\x67"
                                      "attStmt"));
    buffer_add(&object, statement);
    buffer_add(&object, bytes_of_text("\x68"
                                      "authData"));
    if (data.size < 256) {
        buffer_add(&object, (struct bytes){(uint8_t[]){0x58, (uint8_t)data.size}, 2});
    } else {
        buffer_add(&object, (struct bytes){(uint8_t[]){0x59, (uint8_t)(data.size >> 8), (uint8_t)data.size}, 3});
    }
    buffer_add(&object, data);
    return bytes_copy(into, buffer_bytes(&object));
}

static inline struct bytes authenticator_register(struct arena *into, const struct authenticator *authenticator,
                                                  struct bytes challenge, struct bytes *ret_client_data)
{
    static const uint8_t empty_map[] = {0xa0};
    *ret_client_data = authenticator_client_data(into, authenticator, "webauthn.create", challenge);
    struct bytes data = authenticator_data(into, authenticator, authenticator->flags | 0x40,
                                           authenticator_attested_key(into, authenticator));
    return attestation_object(into, "none", BYTES(empty_map), data);
}

#endif
