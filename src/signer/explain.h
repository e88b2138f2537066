/*
 * Purpose: one application's evidence explained: what was asked, what was given, what counts, by the signer's own check
 * and its journal, read beside a signer that runs. For `divit evidence`.
 */
#ifndef DIVIT_SIGNER_EXPLAIN_H
#define DIVIT_SIGNER_EXPLAIN_H

#include "ipc/installation.h"
#include "ipc/signer_client.h"
#include "signer/journal.h"
#include "statement/registry.h"

struct explained_proof {
    enum signer_proof_kind kind;
    struct bytes text; /* what was signed; a card's out of its signature */
    struct bytes proof;
    const char *refusal; /* NULL: it counts */
    const char *signer; /* identity number, or a service's name; NULL: unknown */
    const char
        *key_digest; /* SHA-256 of the certificate, of the credential id, or of the service's key; NULL: unknown */
    struct bytes public_key; /* SubjectPublicKeyInfo; no bytes: unknown */
    struct bytes certificate; /* of a card */
};
struct explained_rule {
    struct registry_rule rule;
    unsigned missing; /* needs that are not met */
};
struct explained_registry { /* each up to the one in force, the oldest first */
    int64_t number;
    struct bytes text;
    const struct signer_proof *proofs;
    size_t proof_count;
};
struct explanation {
    int64_t at_s; /* when the signer looked; now, if it did not yet */
    const char *digest; /* D */
    const char *public_key_digest; /* of the request */
    const struct explained_registry *registries;
    size_t registries_count;
    const struct explained_proof *proofs;
    size_t proof_count;
    const struct explained_rule *rules; /* of the door, all ways */
    size_t rules_count;
    bool has_production;
    const char *refusal; /* of all together; NULL: it is enough */
    const char *serial; /* NULL: no intent of this attempt */
    const char *status; /* “intent”, “suspended”, “active”, “revoked”, “voided” */
    int64_t record; /* of the intent in the journal */
    const struct journal_activation *activations; /* by whose word it was activated, the oldest first */
    size_t activations_count;
    struct bytes intent; /* its body, as it is in the journal */
    struct bytes intent_key; /* opens its to-be-signed bytes and nothing else (base/text_key.h) */
    struct journal_inclusion inclusion; /* of the intent; head.number 0: no head is signed over it yet */
    struct bytes certificate; /* empty before it was signed */
    struct bytes issuing, root, signer_key; /* DER */
};
/* All in the arena. */
enum err evidence_explain(struct arena *arena, const struct installation *installation,
                          const struct signer_evidence *evidence, struct explanation *ret_explanation) MUST_CHECK;

#endif
