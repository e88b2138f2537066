/* Purpose: certificate revocation lists, version 2 (RFC 5280 5): full lists, built around an external signature. */
#ifndef DIVIT_PKI_CRL_H
#define DIVIT_PKI_CRL_H

#include "pki/certificate.h"

#define CRL_REASON_UNSPECIFIED 0 /* RFC 5280 5.3.1; an entry without reason code */
#define CRL_REASON_CERTIFICATE_HOLD 6

struct crl_entry {
    struct bytes serial;
    int64_t since_s;
    int64_t reason;
};
struct crl_content {
    const struct certificate *issuer;
    int64_t number;
    int64_t this_update_s, next_update_s;
    const struct crl_entry *entries;
    size_t entries_count;
};
enum err crl_build(struct arena *arena, const struct crl_content *content, const struct external_signer *signer,
                   struct bytes *ret_crl) MUST_CHECK;

#endif
