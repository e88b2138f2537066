/*
 * Purpose: looks at a certificate before it is signed (spec 07): RFC 5280, ETSI EN 319 412-2 and -5, and the Turkish
 * rules of the qualified profile. Works on the to-be-signed bytes, not on what they were made from.
 */
#ifndef DIVIT_PKI_LINT_H
#define DIVIT_PKI_LINT_H

#include "pki/certificate.h"

struct lint_finding {
    const char *clause; /* "RFC 5280 4.1.2.2" */
    const char *text; /* what is wrong */
    bool is_note; /* does not stop the signing */
};
/* All findings. ERR_INVALID only for bytes that are no TBSCertificate at all. */
enum err lint_to_be_signed(struct arena *arena, struct bytes to_be_signed, const struct certificate_profile *profile,
                           const struct lint_finding **ret_findings, size_t *ret_count) MUST_CHECK;
/* ERR_INVALID with the first finding that is no note, named by its clause. */
enum err lint_check(struct arena *arena, struct bytes to_be_signed,
                    const struct certificate_profile *profile) MUST_CHECK;

#endif
