/*
 * Purpose: OCSP (RFC 6960, RFC 5019, nonces RFC 9654): requests read and answers built by the delegated responder; and the
 * other side, who asks about one certificate and checks the answer.
 */
#ifndef DIVIT_PKI_OCSP_H
#define DIVIT_PKI_OCSP_H

#include "pki/crl.h"

#define OCSP_REQUEST_MAX 4096 /* bytes */
#define OCSP_QUESTIONS_MAX 16

struct ocsp_question {
    struct bytes certificate_id; /* CertID, DER: repeated in the answer */
    const char *serial; /* lower-case hexadecimal, as certificate_parse() gives it */
};
struct ocsp_request {
    const struct ocsp_question *questions;
    size_t questions_count;
    struct bytes nonce; /* the value's bytes, 1 to 128; empty: none asked */
};
enum err ocsp_request_parse(struct arena *arena, struct bytes der, struct ocsp_request *ret_request) MUST_CHECK;
/* Does the question name this issuer (hashes of name and key, SHA-1 or SHA-2)? */
bool ocsp_question_concerns(const struct ocsp_question *question, const struct certificate *issuer);

enum ocsp_status { OCSP_GOOD = 0, OCSP_REVOKED = 1, OCSP_UNKNOWN = 2 };
struct ocsp_answer {
    struct bytes certificate_id;
    enum ocsp_status status;
    int64_t since_s; /* of OCSP_REVOKED */
    int64_t reason; /* of OCSP_REVOKED: RFC 5280 5.3.1; 0 is left out */
    int64_t this_update_s, next_update_s;
};
struct ocsp_response {
    const struct ocsp_answer *answers;
    size_t answers_count;
    struct bytes nonce; /* empty: none */
    int64_t produced_s;
    const struct certificate *responder; /* goes along; its key signs */
};
enum err ocsp_response_build(struct arena *arena, const struct ocsp_response *response,
                             const struct external_signer *signer, struct bytes *ret_response) MUST_CHECK;
/* OCSPResponse around a BasicOCSPResponse (4.2.1). */
struct bytes ocsp_response_wrap(struct arena *arena, struct bytes basic);
/* RFC 6960 4.2.1: an answer without a signature. */
enum ocsp_error { OCSP_MALFORMED = 1, OCSP_INTERNAL = 2, OCSP_TRY_LATER = 3, OCSP_UNAUTHORIZED = 6 };
struct bytes ocsp_error_response(struct arena *arena, enum ocsp_error error);

/* A question about one certificate of this issuer, OCSPRequest in DER. `nonce`: 1 to 128 octets. */
struct bytes ocsp_request_build(struct arena *arena, const struct certificate *certificate,
                                const struct certificate *issuer, struct bytes nonce);
/*
 * What the answer says, signed by the issuer or by whom it delegated; `nonce` empty: not looked for; whether its times fit
 * is the caller's to see. ERR_WRONG: not an answer of this authority to this question; ERR_NOT_FOUND: it knows no such
 * certificate; ERR_UNAVAILABLE: an error instead of an answer.
 */
enum err ocsp_response_check(struct arena *arena, struct bytes der, const struct certificate *certificate,
                             const struct certificate *issuer, struct bytes nonce, int64_t now_s,
                             struct revocation_said *ret_said) MUST_CHECK;

#endif
