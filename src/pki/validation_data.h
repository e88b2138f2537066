/*
 * Purpose: what shows, years later, that a certificate was good when it signed: the chain above it and the revocation
 * evidence of that hour, in CAdES's own containers (RFC 5126 6.3.3, 6.3.4; ETSI EN 319 122-1 A.1.1.2, A.1.2.2), kept
 * beside the signature until a time-stamp covers them. And where an authority says where its evidence is to be had.
 */
#ifndef DIVIT_PKI_VALIDATION_DATA_H
#define DIVIT_PKI_VALIDATION_DATA_H

#include "pki/crl.h"
#include "pki/ocsp.h"

#define VALIDATION_CHAIN_MAX 4
struct validation_data {
    struct certificate chain[VALIDATION_CHAIN_MAX]; /* the signer's authority first, the root last */
    size_t chain_count;
    struct bytes ocsp; /* OCSPResponse about the signer's certificate; empty: its authority gives CRLs */
    struct bytes crls[VALIDATION_CHAIN_MAX]; /* CertificateList */
    size_t crl_count;
};
/* DER: SEQUENCE { CertificateValues, RevocationValues }. */
enum err validation_data_write(struct arena *arena, const struct validation_data *data,
                               struct bytes *ret_der) MUST_CHECK;
enum err validation_data_read(struct arena *arena, struct bytes der, struct validation_data *ret_data) MUST_CHECK;
/*
 * What it says of the signer's certificate or of an authority below the root, whichever is worse: each certificate is
 * signed by the next, the last by itself, and each but the last has an answer of its issuer, not older than made_s and
 * good at now_s (OCSP), or current then (CRL). ERR_WRONG otherwise.
 */
enum err validation_data_check(struct arena *arena, const struct validation_data *data,
                               const struct certificate *signer, int64_t made_s, int64_t now_s,
                               struct revocation_said *ret_said) MUST_CHECK;

/* Addresses that the certificate names (RFC 5280 4.2.1.13, 4.2.2.1); NULL where it names none. */
struct certificate_locations {
    const char *crl, *ocsp;
};
enum err certificate_find_locations(struct arena *arena, const struct certificate *certificate,
                                    struct certificate_locations *ret_locations) MUST_CHECK;

#endif
