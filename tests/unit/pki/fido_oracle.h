/* Purpose: libfido2 asked about the same bytes. Apart, since its header brings in names of OpenSSL's that are ours too. */
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

#endif
