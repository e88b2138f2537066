#include "worker/gather_evidence.h"

/* Of production the card's own attempt alone. */
static enum err gather_proofs(struct db *db, struct keeper *keeper, struct arena *arena,
                              const struct application *application, int64_t attempt, struct signer_evidence *evidence)
{
    static const enum signer_proof_kind kinds[EVIDENCE_KIND_COUNT] = {
        [EVIDENCE_APPLICANT] = PROOF_CARD,
        [EVIDENCE_OWNER] = PROOF_OWNER,
        [EVIDENCE_CONSENT] = PROOF_CARD,
        [EVIDENCE_PRODUCTION] = PROOF_STATION,
    };
    const struct decision_proof *decisions;
    const struct evidence *kept;
    size_t decision_count, kept_count, count = 0;
    TRY(list_decision_proofs(db, keeper, arena, application->id, &decisions, &decision_count));
    TRY(list_evidence(db, arena, application, &kept, &kept_count));
    struct signer_proof *proofs = NEW_ARRAY(arena, struct signer_proof, decision_count + kept_count + 1);
    for (size_t i = 0; i < decision_count; i++) {
        bool is_passkey = decisions[i].is_passkey;
        proofs[count++] = (struct signer_proof){is_passkey ? PROOF_PASSKEY : PROOF_CARD,
                                                is_passkey ? bytes_of_text(decisions[i].statement) : (struct bytes){0},
                                                decisions[i].signature};
    }
    for (size_t i = 0; i < kept_count; i++) {
        if (kept[i].kind == EVIDENCE_PRODUCTION && kept[i].attempt != attempt) continue;
        proofs[count++] = (struct signer_proof){kinds[kept[i].kind], kept[i].text, kept[i].proof};
    }
    evidence->proofs = proofs;
    evidence->proof_count = count;
    return ERR_NONE;
}

enum err gather_evidence(struct db *db, struct keeper *keeper, struct arena *arena,
                         const struct application *application, const struct card_attempt *attempt,
                         struct signer_evidence *ret_evidence)
{
    struct signer_evidence evidence = {
        .application_uid = application->uid,
        .attempt = attempt->attempt,
        .application_statement = application->statement,
        .certificate_request = attempt->request,
    };
    TRY(gather_proofs(db, keeper, arena, application, evidence.attempt, &evidence));
    *ret_evidence = evidence;
    return ERR_NONE;
}
