/*
 * Purpose: the signer's own look at the evidence (spec 10, What the signer asks for): statement, request, proofs, and
 * the registry's rules over what counts. Each refusal is ERR_FORBIDDEN with the rule by name as detail.
 */
#ifndef DIVIT_SIGNER_EVIDENCE_H
#define DIVIT_SIGNER_EVIDENCE_H

#include "signer/authority.h"
#include "statement/application_statement.h"

struct approved {
    struct application_statement application;
    struct bytes digest; /* D */
    struct bytes public_key;
    const char *keys; /* what it rests on: digests of certificates, credential ids, services' keys; parted by spaces */
    const char *holders; /* serials of own certificates it rests on, parted by spaces; "-": none */
    int64_t until_s; /* the first of what it rests on to run out */
};
/* Both included. ERR_FORBIDDEN: the certificate concerned is not what the reason says of it. */
struct validity {
    int64_t start_s, end_s;
    /* Lost or faulty and not revoked yet: ends in the step of the INTENT. No serial: none. */
    struct journal_revocation given_up;
};
enum err find_validity(const struct authority *authority, struct arena *arena,
                       const struct application_statement *application, int64_t now_s,
                       struct validity *ret_validity) MUST_CHECK; /* term.c */
enum err evidence_check(const struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                        int64_t now_s, struct approved *ret_approved) MUST_CHECK;

#endif
