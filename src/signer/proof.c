#include "signer/proof.h"

#include "pki/cades.h"

#include <stdio.h>
#include <string.h>

enum err refuse_detail(const char *rule)
{
    char why[200];
    snprintf(why, sizeof why, "%s", err_detail());
    return err_set(ERR_FORBIDDEN, "%s: %s", rule, why);
}

enum err proof_open(struct arena *arena, const struct signer_proof *proof, struct signed_word *ret_word)
{
    struct signed_word word = {.text = proof->text, .is_card = proof->kind == PROOF_CARD};
    struct cades cades;
    if (proof->kind == PROOF_PASSKEY) {
        if (passkey_unpack(proof->proof, &word.assertion) != ERR_NONE) return refuse_detail("passkey");
        word.key_digest = hex_encode(arena, sha256(arena, word.assertion.credential_id));
        *ret_word = word;
        return ERR_NONE;
    }
    if (cades_verify(arena, proof->proof, &cades) != ERR_NONE) return refuse_detail("signature");
    word.text = cades.content;
    word.certificate = cades.certificate;
    word.signed_s = cades.signing_time_s;
    word.key_digest = hex_encode(arena, sha256(arena, cades.certificate.der));
    *ret_word = word;
    return ERR_NONE;
}

static enum err check_card(struct arena *arena, const struct signed_word *word, const struct registry_person *person,
                           int64_t now_s)
{
    const struct certificate *certificate = &word->certificate;
    if (strcmp(person->card_key_digest, hex_encode(arena, sha256(arena, certificate->public_key))) != 0)
        return refuse("signer's certificate of another key than its line");
    if (!(certificate->key_usage & KEY_USAGE_NON_REPUDIATION)) return refuse("signer without nonRepudiation");
    const char *number = certificate->subject_serial_number;
    if (number == NULL || strcmp(number, person->identity_number) != 0) return refuse("signer is another person");
    if (word->signed_s < certificate->not_before_s || now_s > certificate->not_after_s)
        return refuse("signer's certificate not valid");
    return ERR_NONE;
}

static enum err check_passkey(const struct authority *authority, struct arena *arena, const struct signed_word *word,
                              const struct registry_person *person)
{
    struct bytes challenge = sha256(arena, word->text);
    if (passkey_verify(arena, authority->rp_id, authority->origin, person->public_key, challenge, &word->assertion) !=
        ERR_NONE)
        return refuse_detail("passkey");
    return ERR_NONE;
}

enum err proof_person(const struct authority *authority, struct arena *arena, const struct registry *registry,
                      const struct signed_word *word, int64_t then_s, int64_t now_s,
                      const struct registry_person **ret_person)
{
    const struct registry_person *person = word->is_card ? registry_find_card(registry, word->key_digest)
                                                         : registry_find_passkey(registry, word->key_digest);
    int64_t signed_s = word->is_card ? word->signed_s : then_s;
    if (person == NULL) return refuse("signer not in the registry");
    if (signed_s > now_s + CLOCK_TOLERANCE_S) return refuse("signed in the future");
    /* spec 10: keys valid then and now */
    if (signed_s < person->from_s || now_s < person->from_s - CLOCK_TOLERANCE_S || now_s > person->until_s)
        return refuse("signer not valid then and now");
    TRY(word->is_card ? check_card(arena, word, person, now_s) : check_passkey(authority, arena, word, person));
    *ret_person = person;
    return ERR_NONE;
}

enum err proof_service(const struct authority *authority, const struct signer_proof *proof, const char *name,
                       int64_t then_s, int64_t now_s, const struct registry_service **ret_service)
{
    const struct registry_service *service = registry_find_service(&authority->registry, name);
    if (service == NULL) return refuse("service not in the registry");
    if (then_s > now_s + CLOCK_TOLERANCE_S) return refuse("said in the future");
    if (then_s < service->from_s || now_s < service->from_s - CLOCK_TOLERANCE_S || now_s > service->until_s)
        return refuse("service not valid then and now");
    if (public_key_verify(service->public_key, SIGNATURE_ECDSA_SHA256, proof->text, proof->proof) != ERR_NONE)
        return refuse("signature of another key than the service's");
    *ret_service = service;
    return ERR_NONE;
}

struct bytes proof_key(const struct signed_word *word, const struct registry_person *person)
{
    return word->is_card ? word->certificate.public_key : person->public_key;
}

struct administrator {
    const char *identity_number;
    struct bytes public_key;
};

/* The administrator of the registry in force who signed this text. */
static enum err check_administrator(const struct authority *authority, struct arena *arena, struct bytes text,
                                    const struct signer_proof *proof, int64_t now_s,
                                    struct administrator *ret_administrator)
{
    struct signed_word word;
    const struct registry_person *person;
    if (proof->kind != PROOF_CARD && proof->kind != PROOF_PASSKEY) return refuse("signed by neither card nor passkey");
    TRY(proof_open(arena, proof, &word));
    if (!word.is_card) word.text = text;
    if (!bytes_equal(word.text, text)) return refuse("signature over another text");
    TRY(proof_person(authority, arena, &authority->registry, &word, now_s, now_s, &person));
    if (person->role != REGISTRY_ADMINISTRATOR) return refuse("signer is no administrator");
    *ret_administrator = (struct administrator){person->identity_number, proof_key(&word, person)};
    return ERR_NONE;
}

enum err proof_administrators(const struct authority *authority, struct arena *arena, struct bytes text,
                              const struct signer_proof *proofs, size_t count, int64_t now_s, int *ret_count)
{
    struct administrator found[SIGNER_PROOFS_MAX];
    int persons = 0;
    if (count > SIGNER_PROOFS_MAX) return err_set(ERR_INVALID, "number of proofs");
    for (size_t i = 0; i < count; i++) {
        struct administrator administrator;
        bool is_new = true;
        TRY(check_administrator(authority, arena, text, &proofs[i], now_s, &administrator));
        for (int k = 0; k < persons; k++)
            is_new = is_new && strcmp(found[k].identity_number, administrator.identity_number) != 0 &&
                     !public_key_is_same(found[k].public_key, administrator.public_key);
        if (is_new) found[persons++] = administrator;
    }
    *ret_count = persons;
    return ERR_NONE;
}

struct journal_proof *proofs_to_keep(struct arena *arena, const struct signer_proof *proofs, size_t count)
{
    struct journal_proof *kept = NEW_ARRAY(arena, struct journal_proof, count + 1);
    for (size_t i = 0; i < count; i++) kept[i] = (struct journal_proof){(int)proofs[i].kind, proofs[i].proof};
    return kept;
}
