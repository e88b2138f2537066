/*
 * Purpose: attached CAdES signatures (ETSI EN 319 122-1, B-B without more: contentType, messageDigest, signingTime,
 * signingCertificateV2, each once), made around an external signature, and checked.
 */
#ifndef DIVIT_PKI_CADES_H
#define DIVIT_PKI_CADES_H

#include "pki/certificate.h"

enum err cades_sign(struct arena *arena, struct bytes content, const struct certificate *certificate,
                    int64_t signing_time_s, const struct external_signer *signer, struct bytes *ret_cms) MUST_CHECK;

struct cades {
    struct bytes content;
    struct certificate certificate; /* the signer's, as included; who vouches for it is the caller's to check */
    int64_t signing_time_s;
};
/*
 * DER, one signer, named as in the certificate, id-data, the four signed attributes once each, SHA-256 or better,
 * signature, its algorithm and digest right, signingCertificateV2 over the included certificate. What is not signed is
 * right too, unsigned attributes apart: whoever changes a byte has no signature. ERR_INVALID or ERR_WRONG with the reason
 * as detail.
 */
enum err cades_verify(struct arena *arena, struct bytes cms, struct cades *ret_cades) MUST_CHECK;

/* As DER what another program wrote as BER, for cades_verify(); where a file comes in. Says nothing of its signature. */
enum err cades_to_der(struct arena *arena, struct bytes file, struct bytes *ret_der) MUST_CHECK;

#endif
