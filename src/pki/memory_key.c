/* P-256 keys in this process's memory. */
#include "pki/signature.h"

#include <stdlib.h>

#include "pki/openssl.h"
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#define NUMBER_SIZE 32
#define POINT_SIZE 65

struct memory_key {
    EVP_PKEY *key;
    struct bytes public_key;
    uint8_t *encoded;
};

static enum err keep_key(EVP_PKEY *take_key, struct memory_key **ret_key)
{
    uint8_t *encoded = NULL;
    int size = take_key == NULL ? -1 : i2d_PUBKEY(take_key, &encoded);
    if (size <= 0) {
        EVP_PKEY_free(take_key);
        return err_set(ERR_BROKEN, "cannot make a key");
    }
    struct memory_key *made = memory_new(sizeof *made);
    *made = (struct memory_key){take_key, {encoded, (size_t)size}, encoded};
    *ret_key = made;
    return ERR_NONE;
}

enum err memory_key_new(struct memory_key **ret_key)
{
    return keep_key(EVP_EC_gen("P-256"), ret_key);
}

/* The number times the generator; false for a number outside the group. */
static bool public_point(const EC_GROUP *group, const BIGNUM *number, uint8_t ret_point[POINT_SIZE])
{
    if (BN_is_zero(number) || BN_cmp(number, EC_GROUP_get0_order(group)) >= 0) return false;
    EC_POINT *point = EC_POINT_new(group);
    bool is_made =
        EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, ret_point, POINT_SIZE, NULL) == POINT_SIZE;
    EC_POINT_free(point);
    return is_made;
}

static EVP_PKEY *key_of_parts(const BIGNUM *number, const uint8_t point[POINT_SIZE])
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, POINT_SIZE) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1)
        parameters = OSSL_PARAM_BLD_to_param(builder);
    if (parameters != NULL && EVP_PKEY_fromdata_init(context) == 1)
        (void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters); /* a failure leaves NULL */
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

enum err memory_key_of_number(struct bytes number, struct memory_key **ret_key)
{
    if (number.size != NUMBER_SIZE) return err_set(ERR_INVALID, "a private key of %zu bytes", number.size);
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *private = BN_secure_new();
    uint8_t point[POINT_SIZE];
    bool is_valid = BN_bin2bn(number.data, NUMBER_SIZE, private) != NULL && public_point(group, private, point);
    EVP_PKEY *key = is_valid ? key_of_parts(private, point) : NULL;
    BN_clear_free(private);
    EC_GROUP_free(group);
    if (!is_valid) return err_set(ERR_INVALID, "not a private key of P-256");
    return keep_key(key, ret_key);
}

struct memory_key *memory_key_free(struct memory_key *key)
{
    if (key == NULL) return NULL;
    EVP_PKEY_free(key->key);
    OPENSSL_free(key->encoded);
    free(key);
    return NULL;
}

struct bytes memory_key_public(const struct memory_key *key)
{
    return key->public_key;
}

static enum err sign_in_memory(void *context, struct bytes to_be_signed, struct arena *arena,
                               struct bytes *ret_signature)
{
    struct memory_key *key = context;
    size_t size = 80; /* ECDSA over P-256 in DER takes 72 at most */
    uint8_t *signature = arena_alloc(arena, size);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool is_signed = EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key->key) == 1 &&
                     EVP_DigestSign(digest, signature, &size, to_be_signed.data, to_be_signed.size) == 1;
    EVP_MD_CTX_free(digest);
    if (!is_signed) return err_set(ERR_BROKEN, "cannot sign");
    *ret_signature = (struct bytes){signature, size};
    return ERR_NONE;
}

struct external_signer memory_key_signer(struct memory_key *key)
{
    return (struct external_signer){SIGNATURE_ECDSA_SHA256, sign_in_memory, key};
}
