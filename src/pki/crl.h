/* Purpose: certificate revocation lists, version 2 (RFC 5280 5): full lists, built around an external signature, and looked into. */
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

struct revocation_said { /* by a CRL or an OCSP answer */
    bool is_revoked; /* or suspended: reason CRL_REASON_CERTIFICATE_HOLD */
    int64_t since_s, reason; /* if so */
    int64_t this_update_s, next_update_s;
};
/* ERR_WRONG: not signed by this issuer. Whether its times fit is the caller's to see. */
enum err crl_check(struct bytes der, const struct certificate *certificate, const struct certificate *issuer,
                   struct revocation_said *ret_said) MUST_CHECK;

#endif
