/*
 * Purpose: whose key signed a text (spec 10, Keys that count): a card's CAdES or a passkey's assertion, held against the
 * registry. A refusal is ERR_FORBIDDEN with the rule by name as detail.
 */
#ifndef DIVIT_SIGNER_PROOF_H
#define DIVIT_SIGNER_PROOF_H

#include "pki/passkey.h"
#include "signer/authority.h"

#define KEEPER_NAME "keeper" /* of the keeper in the registry */
#define CLOCK_TOLERANCE_S ((int64_t)300) /* between another's computer and this one */

struct signed_word {
    struct bytes text;
    bool is_card;
    const char *key_digest; /* SHA-256 of the certificate or of the credential id, hexadecimal */
    int64_t signed_s; /* as the card says; 0: a passkey says nothing of it */
    struct certificate certificate; /* of a card */
    struct passkey_assertion assertion; /* of a passkey: checked by proof_person() alone, which finds its key */
};

/* PROOF_CARD: the signature is right. PROOF_PASSKEY: taken apart. */
enum err proof_open(struct arena *arena, const struct signer_proof *proof, struct signed_word *ret_word) MUST_CHECK;
/* Whose key of this registry it is, good when it signed and now. `then_s`: when, for a passkey. */
enum err proof_person(const struct authority *authority, struct arena *arena, const struct registry *registry,
                      const struct signed_word *word, int64_t then_s, int64_t now_s,
                      const struct registry_person **ret_person) MUST_CHECK;
struct bytes proof_key(const struct signed_word *word, const struct registry_person *person); /* what has signed */
/* An ECDSA signature with SHA-256 over the text, by a service of the registry. */
enum err proof_service(const struct authority *authority, const struct signer_proof *proof, const char *name,
                       int64_t then_s, int64_t now_s, const struct registry_service **ret_service) MUST_CHECK;
/* How many different persons, each with a key of their own, administrators of the registry in force, signed this text; any other proof is refused. */
enum err proof_administrators(const struct authority *authority, struct arena *arena, struct bytes text,
                              const struct signer_proof *proofs, size_t count, int64_t now_s,
                              int *ret_count) MUST_CHECK;
struct journal_proof *proofs_to_keep(struct arena *arena, const struct signer_proof *proofs, size_t count);
/* A macro, so that compilers see that it is never ERR_NONE. */
#define refuse(rule) err_set(ERR_FORBIDDEN, "%s", (rule))
enum err refuse_detail(const char *rule) MUST_CHECK; /* and what the last error said */

#endif
