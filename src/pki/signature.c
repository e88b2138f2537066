#include "pki/signature.h"

#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

#include "pki/openssl.h"

/* RFC 5758 3.2, RFC 4055 5 and 3.1: whole AlgorithmIdentifiers. OpenSSL hides RSA_PSS_PARAMS, and they never change. */
static const uint8_t ecdsa_sha256[] = {0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2};
static const uint8_t ecdsa_sha384[] = {0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3};
static const uint8_t rsa_sha256[] = {0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b, 5, 0};
#define PSS(hash, salt)                                                                                                \
    {                                                                                                                  \
        0x30, 0x41, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0a, 0x30, 0x34, 0xa0, 0x0f, 0x30, 0x0d, 6, 9,    \
            0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, hash, 5, 0, 0xa1, 0x1c, 0x30, 0x1a, 6, 9, 0x2a, 0x86, 0x48, 0x86,      \
            0xf7, 0x0d, 1, 1, 8, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, hash, 5, 0, 0xa2, 3, 2, 1, salt \
    }
static const uint8_t pss_sha256[] = PSS(1, 32);
static const uint8_t pss_sha384[] = PSS(2, 48);

struct bytes signature_algorithm_der(enum signature_algorithm algorithm)
{
    switch (algorithm) {
    case SIGNATURE_ECDSA_SHA256: return BYTES(ecdsa_sha256);
    case SIGNATURE_ECDSA_SHA384: return BYTES(ecdsa_sha384);
    case SIGNATURE_RSA_SHA256: return BYTES(rsa_sha256);
    case SIGNATURE_RSA_PSS_SHA256: return BYTES(pss_sha256);
    case SIGNATURE_RSA_PSS_SHA384: return BYTES(pss_sha384);
    }
    return DER_NOTHING;
}

size_t signature_hash_size(enum signature_algorithm algorithm)
{
    return algorithm == SIGNATURE_ECDSA_SHA384 || algorithm == SIGNATURE_RSA_PSS_SHA384 ? 48 : 32;
}

static const EVP_MD *hash_of(enum signature_algorithm algorithm)
{
    return signature_hash_size(algorithm) == 48 ? EVP_sha384() : EVP_sha256();
}

struct bytes signature_hash(struct arena *arena, enum signature_algorithm algorithm, struct bytes message)
{
    uint8_t *digest = arena_alloc(arena, EVP_MAX_MD_SIZE);
    unsigned size = 0;
    if (EVP_Digest(message.data, message.size, digest, &size, hash_of(algorithm), NULL) != 1) return DER_NOTHING;
    return (struct bytes){digest, size};
}

struct bytes signature_of_pair(struct arena *arena, struct bytes pair)
{
    size_t half = pair.size / 2;
    return DER(arena, DER_SEQUENCE, der_unsigned(arena, (struct bytes){pair.data, half}),
               der_unsigned(arena, (struct bytes){pair.data + half, half}));
}

enum err public_key_of_point(struct arena *arena, struct bytes point, struct bytes *ret_spki)
{
    /* RFC 5480 2: id-ecPublicKey with a named curve */
    const char *curve = point.size == 65 ? "1.2.840.10045.3.1.7" : point.size == 97 ? "1.3.132.0.34" : NULL;
    if (curve == NULL || point.data[0] != 4) return err_set(ERR_INVALID, "not a point of P-256 or P-384");
    struct bytes spki =
        DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, der_oid(arena, "1.2.840.10045.2.1"), der_oid(arena, curve)),
            der_bit_string(arena, point));
    TRY(public_key_check(spki));
    *ret_spki = spki;
    return ERR_NONE;
}

enum err public_key_of_modulus(struct arena *arena, struct bytes modulus, struct bytes exponent, struct bytes *ret_spki)
{
    static const uint8_t null[] = {DER_NULL, 0};
    struct bytes spki = DER(
        arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, der_oid(arena, "1.2.840.113549.1.1.1"), BYTES(null)),
        der_bit_string(arena, DER(arena, DER_SEQUENCE, der_unsigned(arena, modulus), der_unsigned(arena, exponent))));
    TRY(public_key_check(spki));
    *ret_spki = spki;
    return ERR_NONE;
}

static EVP_PKEY *read_key(struct bytes spki)
{
    const uint8_t *at = spki.data;
    EVP_PKEY *key = spki.size == 0 ? NULL : d2i_PUBKEY(NULL, &at, (long)spki.size);
    if (key != NULL && at != spki.data + spki.size) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static enum err check_kind(EVP_PKEY *key)
{
    int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA")) {
        if (bits == 2048 || bits == 3072 || bits == 4096) return ERR_NONE;
        return err_set(ERR_INVALID, "RSA key of %d bits", bits);
    }
    char group[32] = "";
    size_t size = 0;
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
        (strcmp(group, "prime256v1") == 0 || strcmp(group, "secp384r1") == 0))
        return ERR_NONE;
    return err_set(ERR_INVALID, "neither RSA nor P-256 nor P-384");
}

bool public_key_is_same(struct bytes one, struct bytes other)
{
    EVP_PKEY *first = read_key(one), *second = read_key(other);
    bool is_same = first != NULL && second != NULL && EVP_PKEY_eq(first, second) == 1;
    EVP_PKEY_free(first);
    EVP_PKEY_free(second);
    return is_same;
}

enum err public_key_check(struct bytes spki)
{
    EVP_PKEY *key = read_key(spki);
    if (key == NULL) return err_set(ERR_INVALID, "not a public key");
    enum err error = check_kind(key);
    /* a point may be written compressed, too: two texts of one key */
    if (error == ERR_NONE && EVP_PKEY_is_a(key, "EC") &&
        EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") != 1)
        error = err_set(ERR_INVALID, "not a public key");
    uint8_t *again = NULL;
    int size = i2d_PUBKEY(key, &again);
    if (error == ERR_NONE && !bytes_equal(spki, (struct bytes){again, size < 0 ? 0 : (size_t)size}))
        error = err_set(ERR_INVALID, "public key is not in its one encoding");
    OPENSSL_free(again);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    if (error == ERR_NONE && EVP_PKEY_public_check(context) != 1)
        error = err_set(ERR_INVALID, "public key is not valid");
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return error;
}

struct bytes public_key_id(struct arena *arena, struct bytes spki)
{
    struct der_reader outer = {spki}, inner;
    struct der_value value;
    if (der_expect(&outer, DER_SEQUENCE, &value) != ERR_NONE) return DER_NOTHING;
    inner.rest = value.content;
    if (der_expect(&inner, DER_SEQUENCE, &value) != ERR_NONE) return DER_NOTHING;
    if (der_expect(&inner, DER_BIT_STRING, &value) != ERR_NONE || value.content.size < 1) return DER_NOTHING;
    uint8_t *digest = arena_alloc(arena, EVP_MAX_MD_SIZE);
    unsigned size = 0;
    EVP_Digest(value.content.data + 1, value.content.size - 1, digest, &size, EVP_sha1(), NULL);
    return (struct bytes){digest, size};
}

static bool is_for_ec(enum signature_algorithm algorithm)
{
    return algorithm == SIGNATURE_ECDSA_SHA256 || algorithm == SIGNATURE_ECDSA_SHA384;
}

static bool is_pss(enum signature_algorithm algorithm)
{
    return algorithm == SIGNATURE_RSA_PSS_SHA256 || algorithm == SIGNATURE_RSA_PSS_SHA384;
}

static bool verifies(EVP_MD_CTX *context, EVP_PKEY *key, enum signature_algorithm algorithm, struct bytes message,
                     struct bytes signature)
{
    EVP_PKEY_CTX *key_context = NULL;
    if (EVP_DigestVerifyInit(context, &key_context, hash_of(algorithm), NULL, key) != 1) return false;
    if (is_pss(algorithm) && (EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) != 1 ||
                              EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context, signature.data, signature.size, message.data, message.size) == 1;
}

enum err public_key_verify(struct bytes spki, enum signature_algorithm algorithm, struct bytes message,
                           struct bytes signature)
{
    EVP_PKEY *key = read_key(spki);
    if (key == NULL) return err_set(ERR_INVALID, "not a public key");
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_right = EVP_PKEY_is_a(key, is_for_ec(algorithm) ? "EC" : "RSA") &&
                    verifies(context, key, algorithm, message, signature);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return is_right ? ERR_NONE : err_set(ERR_WRONG, "the signature does not match the key");
}
