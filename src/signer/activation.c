/*
 * spec 10, Status: a certificate is activated, and a suspension lifted, by the owner's code over its serial or by the
 * holder's signature. Either is a word about this suspension alone: an earlier one was over another.
 */
#include "signer/evidence_internal.h"
#include "statement/activation_statement.h"
#include "statement/owner_statement.h"

#include <string.h>

/* A number confirmed in the approved application counts too, once known for 72 hours. */
static enum err check_owner(const struct gathering *gathering, const struct signer_proof *proof,
                            const struct journal_certificate *certificate)
{
    struct owner_statement owner;
    const struct registry_service *keeper;
    if (owner_statement_read(gathering->arena, proof->text, &owner) != ERR_NONE)
        return refuse_detail("owner statement");
    if (strcmp(owner.purpose, owner_purpose_words[OWNER_ACTIVATES]) != 0)
        return refuse("owner act for another purpose");
    if (strcmp(owner.subject, certificate->serial) != 0) return refuse("owner act over another serial");
    TRY(proof_service(gathering->authority, proof, KEEPER_NAME, owner.made_s, gathering->now_s, &keeper));
    TRY(owner_statement_counts(&owner, certificate->digest));
    return owner.made_s < certificate->since_s ? refuse("owner act from before the suspension") : ERR_NONE;
}

static enum err find_holder(const struct gathering *gathering, const struct journal_certificate *certificate,
                            const char **ret_identity_number)
{
    struct bytes der;
    struct certificate parsed;
    TRY(document_open(gathering->authority, gathering->arena, DOCUMENT_CERTIFICATE, certificate->serial,
                      certificate->certificate, &der));
    TRY(certificate_parse(gathering->arena, der, &parsed));
    if (parsed.subject_serial_number == NULL) return err_set(ERR_BROKEN, "signer.db: a certificate of nobody");
    *ret_identity_number = parsed.subject_serial_number;
    return ERR_NONE;
}

/* The card in question cannot speak for itself, nor its key, whoever else certified it: that may be why it is suspended. */
static enum err check_other_key(const struct gathering *gathering, const struct signed_word *word,
                                const struct journal_certificate *certificate)
{
    struct arena *arena = gathering->arena;
    const char *key = hex_encode(arena, sha256(arena, word->certificate.public_key));
    return strcmp(key, certificate->key_digest) == 0 ? refuse("signature by the suspended key itself") : ERR_NONE;
}

static enum err check_holders_signature(const struct gathering *gathering, const struct signer_proof *proof,
                                        const struct journal_certificate *certificate, struct bytes *ret_text)
{
    struct signed_word word;
    struct activation_statement activation;
    const char *holder;
    TRY(proof_open(gathering->arena, proof, &word));
    if (activation_statement_read(gathering->arena, word.text, &activation) != ERR_NONE)
        return refuse_detail("activation statement");
    if (strcmp(activation.serial, certificate->serial) != 0) return refuse("activation of another certificate");
    TRY(find_holder(gathering, certificate, &holder));
    if (strcmp(activation.identity_number, holder) != 0) return refuse("activation by another person than the holder");
    if (strcmp(activation.server, gathering->authority->origin) != 0) return refuse("activation at another server");
    if (activation.suspended_s != certificate->since_s) return refuse("activation over another suspension");
    if (activation.made_s > gathering->now_s + CLOCK_TOLERANCE_S) return refuse("activation from the future");
    if (word.signed_s < certificate->since_s - CLOCK_TOLERANCE_S) return refuse("signed before the suspension");
    TRY(check_other_key(gathering, &word, certificate));
    TRY(check_holder_now(gathering, &word, holder));
    *ret_text = word.text;
    return ERR_NONE;
}

enum err authority_may_activate(const struct authority *authority, struct arena *arena,
                                const struct journal_certificate *certificate, const struct signer_proof *proof,
                                int64_t now_s, struct journal_activation *ret_activation)
{
    const struct gathering gathering = {.authority = authority, .arena = arena, .now_s = now_s};
    if (proof == NULL || (proof->kind != PROOF_OWNER && proof->kind != PROOF_CARD))
        return refuse("activation without an owner act or the holder's signature");
    struct bytes text = proof->text;
    TRY(proof->kind == PROOF_OWNER ? check_owner(&gathering, proof, certificate)
                                   : check_holders_signature(&gathering, proof, certificate, &text));
    *ret_activation = (struct journal_activation){.by = proof->kind == PROOF_OWNER ? "owner" : "card",
                                                  .text = hex_encode(arena, sha256(arena, text)),
                                                  .proof = hex_encode(arena, sha256(arena, proof->proof))};
    return ERR_NONE;
}
