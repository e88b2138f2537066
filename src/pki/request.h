/* Purpose: certification requests (PKCS #10, RFC 2986): made around an external signature, read, possession checked. */
#ifndef DIVIT_PKI_REQUEST_H
#define DIVIT_PKI_REQUEST_H

#include "pki/certificate.h"

struct request {
    const char *common_name; /* NULL if absent, as the next */
    const char *serial_number;
    struct bytes public_key; /* SubjectPublicKeyInfo */
};

/*
 * The subject of a request for an application's certificate carries no personal data, but what it is for (spec 10,
 * always): CN = D in lower-case hexadecimal, serialNumber = attempt.
 */
struct name request_subject(struct arena *arena, struct bytes application_digest, int64_t attempt);
enum err request_build(struct arena *arena, const struct name *subject, struct bytes public_key,
                       const struct external_signer *signer, struct bytes *ret_request) MUST_CHECK;
/* Refuses what is not well formed, carries a key that public_key_check() refuses, or was not signed with its key. */
enum err request_parse(struct arena *arena, struct bytes der, struct request *ret_request) MUST_CHECK;

#endif
