/*
 * Purpose: what a person's certificate says of itself: that it is a qualified one (ETSI EN 319 412-5, and the Turkish
 * statements of spec 07), or one of a seal. Who vouches for it is another question.
 */
#ifndef DIVIT_PKI_QUALIFIED_H
#define DIVIT_PKI_QUALIFIED_H

#include "pki/certificate.h"

struct qualification {
    bool has_compliance; /* QcCompliance */
    bool has_turkish_statement; /* of Law 5070, in one of its two forms */
    bool is_seal; /* the fiscal seal's policy or extended key usage, or QcType other than esign */
};
/* ERR_INVALID for an extension that is not well formed, or statements that stand there twice. */
enum err certificate_qualification(const struct certificate *certificate,
                                   struct qualification *ret_qualification) MUST_CHECK;

#endif
