/*
 * Purpose: X.509 certificates (RFC 5280) in the profiles of spec 07, built around an external signature, and read.
 */
#ifndef DIVIT_PKI_CERTIFICATE_H
#define DIVIT_PKI_CERTIFICATE_H

#include "pki/signature.h"

/* A distinguished name; members that are NULL are left out, the others stand in this order. */
struct name {
    const char *country; /* PrintableString, as serialNumber (RFC 5280 appendix A.1) */
    const char *organization; /* UTF8String, as the rest */
    const char *serial_number;
    const char *given_name;
    const char *surname;
    const char *common_name;
};
struct bytes name_der(struct arena *arena, const struct name *name);

/* Ends every common name in a demonstration (spec 09, First run). */
#define COMMON_NAME_DEMO " (TEST)"

/* RFC 5280 4.2.1.3: bit n is 1 << n. */
#define KEY_USAGE_DIGITAL_SIGNATURE (1u << 0)
#define KEY_USAGE_NON_REPUDIATION (1u << 1)
#define KEY_USAGE_KEY_CERT_SIGN (1u << 5)
#define KEY_USAGE_CRL_SIGN (1u << 6)

struct certificate_profile {
    const char *name; /* "qualified" */
    unsigned key_usage;
    bool is_ca;
    int path_length; /* of a CA; -1: none stated */
    bool has_policy; /* the policy with CPS address and user notice; a CA's: anyPolicy */
    bool has_qualified_statements;
    bool has_locations; /* CRL distribution point and AIA */
    bool is_ocsp_signer; /* EKU OCSPSigning and ocsp-nocheck (RFC 6960 4.2.2.2) */
};
extern const struct certificate_profile profile_root, profile_issuing, profile_qualified, profile_ocsp, profile_keeper;

/* What an authority writes into each certificate: from its configuration. */
struct certificate_terms {
    const char *policy; /* dotted */
    const char *practice_url; /* CPS */
    const char *notice; /* userNotice and the Turkish qcStatement, at most 200 characters */
    const char *crl_url, *issuer_url, *ocsp_url; /* http */
};

struct certificate_content {
    const struct certificate_profile *profile;
    const struct certificate_terms *terms;
    struct bytes serial; /* big-endian, positive; certificate_serial_new() */
    struct bytes issuer_name; /* DER */
    struct bytes issuer_key; /* SubjectPublicKeyInfo of the issuer, for AKI; the own key of a root */
    struct bytes subject_name; /* DER */
    struct bytes public_key; /* SubjectPublicKeyInfo */
    int64_t not_before_s, not_after_s; /* both included */
    enum signature_algorithm algorithm;
};
struct bytes certificate_serial_new(struct arena *arena); /* 127 random bits, positive, 16 bytes */
/* Lower-case hexadecimal, as many digits as needed: as serials are written everywhere. */
const char *certificate_serial_text(struct arena *arena, struct bytes serial);
/* The to-be-signed bytes. ERR_INVALID for a key or value that the profile cannot carry. */
enum err certificate_build(struct arena *arena, const struct certificate_content *content,
                           struct bytes *ret_to_be_signed) MUST_CHECK;
/* Puts the parts together: certificate, request and CRL have this one shape. */
struct bytes certificate_wrap(struct arena *arena, struct bytes to_be_signed, enum signature_algorithm algorithm,
                              struct bytes signature);
/* Signs with `signer`, checks the value with the issuer's key, wraps. */
enum err certificate_sign(struct arena *arena, struct bytes to_be_signed, struct bytes issuer_key,
                          const struct external_signer *signer, struct bytes *ret_certificate) MUST_CHECK;

struct certificate {
    struct bytes der;
    const char *serial; /* lower-case hexadecimal, as many digits as needed */
    struct bytes serial_bytes;
    int64_t not_before_s, not_after_s;
    struct bytes issuer_name, subject_name; /* DER */
    const char *subject_serial_number; /* NULL if absent, as the next */
    const char *subject_common_name;
    struct bytes public_key; /* SubjectPublicKeyInfo */
    struct bytes key_id; /* SKI, empty if absent */
    unsigned key_usage; /* KEY_USAGE_*; 0 if absent */
    bool is_ca;
    bool is_ocsp_signer;
    const char *subject_text; /* RFC 2253 with UTF-8, for people */
};
/* ERR_INVALID for what is not exactly one well-formed certificate. Everything lives in `arena`. */
enum err certificate_parse(struct arena *arena, struct bytes der, struct certificate *ret_certificate) MUST_CHECK;
/* Names fit and the issuer's key signed it; neither time nor status. ERR_WRONG otherwise. */
enum err certificate_check_issuer(const struct certificate *certificate, const struct certificate *issuer) MUST_CHECK;

#endif
