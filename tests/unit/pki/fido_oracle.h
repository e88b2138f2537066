/*
 * Purpose: libfido2 asked about the same bytes, and an RSA key of OpenSSL's. Apart, since their headers bring in names that
 * are ours too.
 */
#ifndef DIVIT_TESTS_FIDO_ORACLE_H
#define DIVIT_TESTS_FIDO_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

struct fido_bytes {
    const unsigned char *data;
    size_t size;
};
/* `point`: x and y of the P-256 key. All but type, challenge, origin and frame of the client data. */
bool fido_likes_assertion(const char *rp_id, const unsigned char point[64], struct fido_bytes authenticator_data,
                          struct fido_bytes client_data, struct fido_bytes signature);
/* A registration that attests itself; false too when libfido2 reads another key than `point`. */
bool fido_likes_registration(const char *rp_id, const unsigned char point[64], struct fido_bytes authenticator_data,
                             struct fido_bytes client_data, struct fido_bytes signature);

struct rsa_passkey {
    void *key;
    unsigned char modulus[512];
    unsigned char *spki;
    size_t spki_size;
};
struct rsa_passkey rsa_passkey_new(int bits);
void rsa_passkey_sign(const struct rsa_passkey *rsa, const unsigned char *data, size_t size, unsigned char *signature);
void rsa_passkey_free(struct rsa_passkey *rsa);

#endif
