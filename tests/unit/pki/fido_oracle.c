#undef OPENSSL_NO_DEPRECATED /* libfido2's header names EC_KEY */
#include "fido_oracle.h"

#include <stdlib.h>
#include <string.h>

#include <fido.h>
#include <fido/es256.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

bool fido_likes_assertion(const char *rp_id, const unsigned char point[64], struct fido_bytes authenticator_data,
                          struct fido_bytes client_data, struct fido_bytes signature)
{
    fido_assert_t *assert = fido_assert_new();
    es256_pk_t *key = es256_pk_new();
    bool is_right =
        es256_pk_from_ptr(key, point, 64) == FIDO_OK &&
        fido_assert_set_clientdata(assert, client_data.data, client_data.size) == FIDO_OK &&
        fido_assert_set_rp(assert, rp_id) == FIDO_OK && fido_assert_set_count(assert, 1) == FIDO_OK &&
        fido_assert_set_up(assert, FIDO_OPT_TRUE) == FIDO_OK && fido_assert_set_uv(assert, FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_authdata_raw(assert, 0, authenticator_data.data, authenticator_data.size) == FIDO_OK &&
        fido_assert_set_sig(assert, 0, signature.data, signature.size) == FIDO_OK &&
        fido_assert_verify(assert, 0, COSE_ES256, key) == FIDO_OK;
    es256_pk_free(&key);
    fido_assert_free(&assert);
    return is_right;
}

bool fido_likes_registration(const char *rp_id, const unsigned char point[64], struct fido_bytes authenticator_data,
                             struct fido_bytes client_data, struct fido_bytes signature)
{
    fido_cred_t *cred = fido_cred_new();
    bool is_right = fido_cred_set_type(cred, COSE_ES256) == FIDO_OK &&
                    fido_cred_set_clientdata(cred, client_data.data, client_data.size) == FIDO_OK &&
                    fido_cred_set_rp(cred, rp_id, NULL) == FIDO_OK &&
                    fido_cred_set_uv(cred, FIDO_OPT_TRUE) == FIDO_OK && fido_cred_set_fmt(cred, "packed") == FIDO_OK &&
                    fido_cred_set_authdata_raw(cred, authenticator_data.data, authenticator_data.size) == FIDO_OK &&
                    fido_cred_set_sig(cred, signature.data, signature.size) == FIDO_OK &&
                    fido_cred_verify_self(cred) == FIDO_OK && fido_cred_pubkey_len(cred) == 64 &&
                    memcmp(fido_cred_pubkey_ptr(cred), point, 64) == 0;
    fido_cred_free(&cred);
    return is_right;
}

struct rsa_passkey rsa_passkey_new(int bits)
{
    struct rsa_passkey rsa = {.key = EVP_RSA_gen((unsigned)bits)};
    BIGNUM *modulus = NULL;
    int size = i2d_PUBKEY(rsa.key, &rsa.spki);
    if (size <= 0 || EVP_PKEY_get_bn_param(rsa.key, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1 ||
        BN_bn2binpad(modulus, rsa.modulus, bits / 8) != bits / 8)
        abort();
    rsa.spki_size = (size_t)size;
    BN_free(modulus);
    return rsa;
}

void rsa_passkey_sign(const struct rsa_passkey *rsa, const unsigned char *data, size_t size, unsigned char *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t signature_size = (size_t)EVP_PKEY_get_size(rsa->key);
    if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, rsa->key) != 1 ||
        EVP_DigestSign(context, signature, &signature_size, data, size) != 1)
        abort();
    EVP_MD_CTX_free(context);
}

void rsa_passkey_free(struct rsa_passkey *rsa)
{
    EVP_PKEY_free(rsa->key);
    OPENSSL_free(rsa->spki);
}
