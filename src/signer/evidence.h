/*
 * Purpose: the signer's own look at the evidence (spec 10, What the signer asks for): statement, decision, request.
 * Each refusal is ERR_FORBIDDEN with the rule by name as detail.
 */
#ifndef DIVIT_SIGNER_EVIDENCE_H
#define DIVIT_SIGNER_EVIDENCE_H

#include "ipc/signer_client.h"
#include "signer/authority.h"
#include "statement/application_statement.h"

struct approved {
    struct application_statement application;
    struct bytes digest; /* D */
    struct bytes public_key;
    const char *officer_digest; /* of the certificate that signed the decision, hexadecimal */
    int64_t decision_until_s;
};
enum err evidence_check(const struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                        int64_t now_s, struct approved *ret_approved) MUST_CHECK;

#endif
