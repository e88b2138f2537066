#include "signer/explain.h"

#include "base/clock.h"
#include "base/file.h"
#include "pki/passkey.h"
#include "signer/evidence_internal.h"
#include "signer/settings.h"
#include "statement/decision_statement.h"
#include "statement/production_statement.h"

#include <string.h>

#define CERTIFICATE_SIZE_MAX 65536

struct explaining {
    struct arena *arena;
    const struct installation *installation;
    const struct signer_evidence *evidence;
    struct authority authority;
    struct explanation explanation;
};

static enum err read_registries(struct explaining *explaining)
{
    struct explanation *explanation = &explaining->explanation;
    int64_t newest = explaining->authority.registry.number;
    struct explained_registry *registries = NEW_ARRAY(explaining->arena, struct explained_registry, (size_t)newest);
    for (int64_t number = 1; number <= newest; number++) {
        struct journal_registry kept;
        TRY(journal_find_registry(explaining->authority.journal, explaining->arena, number, &kept));
        struct signer_proof *proofs = NEW_ARRAY(explaining->arena, struct signer_proof, kept.proof_count + 1);
        for (size_t i = 0; i < kept.proof_count; i++)
            proofs[i] = (struct signer_proof){
                .kind = (enum signer_proof_kind)kept.proofs[i].kind, .text = kept.text, .proof = kept.proofs[i].proof};
        registries[number - 1] = (struct explained_registry){number, kept.text, proofs, kept.proof_count};
    }
    explanation->registries = registries;
    explanation->registries_count = (size_t)newest;
    return ERR_NONE;
}

/* What shows the intent to a stranger; the bundle holds in the open what the journal keeps sealed of this certificate. */
static enum err show_intent(struct explaining *explaining, const struct journal_certificate *made,
                            const struct journal_intent *intent)
{
    struct arena *arena = explaining->arena;
    struct explanation *explanation = &explaining->explanation;
    const struct authority *authority = &explaining->authority;
    explanation->intent = intent->body;
    explanation->intent_key = document_key_of(authority, arena, made->to_be_signed);
    enum err error = journal_prove(authority->journal, arena, intent->record, &explanation->inclusion);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (made->certificate.size == 0) return ERR_NONE;
    return document_open(authority, arena, DOCUMENT_CERTIFICATE, made->serial, made->certificate,
                         &explanation->certificate);
}

/* The intent of this attempt, if there is one, and the registry of that moment; else that of now. */
static enum err find_moment(struct explaining *explaining)
{
    static const char *const words[] = {"intent", "suspended", "active", "revoked", "voided"};
    struct explanation *explanation = &explaining->explanation;
    struct authority *authority = &explaining->authority;
    const struct journal_certificate *made;
    struct journal_registry in_force;
    size_t count;
    TRY(journal_find_application(authority->journal, explaining->arena, explaining->evidence->application_uid, &made,
                                 &count));
    explanation->at_s = clock_now_s();
    TRY(journal_find_registry(authority->journal, explaining->arena, 0, &in_force));
    for (size_t i = 0; i < count; i++) {
        struct journal_intent intent;
        if (made[i].attempt != explaining->evidence->attempt) continue;
        TRY(journal_find_intent(authority->journal, explaining->arena, made[i].serial, &intent));
        TRY(journal_registry_at(authority->journal, explaining->arena, intent.record, &in_force));
        explanation->at_s = intent.at_s;
        explanation->serial = made[i].serial;
        explanation->status = words[made[i].status];
        explanation->record = intent.record;
        TRY(journal_list_activations(authority->journal, explaining->arena, made[i].serial, &explanation->activations,
                                     &explanation->activations_count));
        TRY(show_intent(explaining, &made[i], &intent));
    }
    authority->registry_text = in_force.text;
    return registry_read(explaining->arena, in_force.text, &authority->registry);
}

static void explain_service(const struct explaining *explaining, const char *name, struct explained_proof *proof)
{
    const struct registry_service *service = registry_find_service(&explaining->authority.registry, name);
    proof->signer = name;
    if (service == NULL) return;
    proof->public_key = service->public_key;
    proof->key_digest = hex_encode(explaining->arena, sha256(explaining->arena, service->public_key));
}

/* Who it is by, as far as that can be told of one that may not count. */
static void explain_signer(const struct explaining *explaining, struct explained_proof *proof)
{
    struct arena *arena = explaining->arena;
    const struct signer_proof plain = {proof->kind, proof->text, proof->proof};
    struct signed_word word;
    struct production_statement production;
    if (proof->kind == PROOF_OWNER) {
        explain_service(explaining, KEEPER_NAME, proof);
    } else if (proof->kind == PROOF_STATION) {
        if (production_statement_read(arena, proof->text, &production) == ERR_NONE)
            explain_service(explaining, production.station, proof);
    } else if (proof_open(arena, &plain, &word) == ERR_NONE) {
        const struct registry_person *person = registry_find_passkey(&explaining->authority.registry, word.key_digest);
        proof->text = word.text;
        proof->key_digest = word.key_digest;
        proof->certificate = word.certificate.der;
        proof->signer =
            word.is_card ? word.certificate.subject_serial_number : (person != NULL ? person->identity_number : NULL);
        if (word.is_card) proof->public_key = word.certificate.public_key;
        else if (person != NULL) proof->public_key = person->public_key;
    }
}

static enum err explain_proofs(struct explaining *explaining, struct gathering *gathering)
{
    const struct signer_evidence *evidence = explaining->evidence;
    struct explained_proof *proofs = NEW_ARRAY(explaining->arena, struct explained_proof, evidence->proof_count + 1);
    for (size_t i = 0; i < evidence->proof_count; i++) {
        const struct signer_proof *given = &evidence->proofs[i];
        proofs[i] = (struct explained_proof){.kind = given->kind, .text = given->text, .proof = given->proof};
        enum err error = evidence_take(gathering, given);
        if (error != ERR_NONE && error != ERR_FORBIDDEN) return error;
        if (error == ERR_FORBIDDEN) proofs[i].refusal = arena_text(explaining->arena, err_detail());
        explain_signer(explaining, &proofs[i]);
    }
    explaining->explanation.proofs = proofs;
    explaining->explanation.proof_count = evidence->proof_count;
    return ERR_NONE;
}

static void explain_rules(struct explaining *explaining, const struct gathering *gathering)
{
    const struct registry *registry = &explaining->authority.registry;
    struct explanation *explanation = &explaining->explanation;
    struct explained_rule *rules = NEW_ARRAY(explaining->arena, struct explained_rule, registry->rules_count + 1);
    for (size_t way = 0; decision_way_words[way] != NULL; way++) {
        const struct registry_rule *found;
        size_t count;
        registry_find_rules(registry, explaining->arena, gathering->application.door, decision_way_words[way], &found,
                            &count);
        for (size_t i = 0; i < count; i++)
            rules[explanation->rules_count++] = (struct explained_rule){found[i], missing_needs(gathering, &found[i])};
    }
    explanation->rules = rules;
    explanation->has_production = gathering->station.key != NULL;
}

static enum err explain(struct explaining *explaining)
{
    struct explanation *explanation = &explaining->explanation;
    struct gathering gathering;
    struct approved approved;
    TRY(find_moment(explaining));
    TRY(read_registries(explaining));
    enum err error = evidence_begin(&explaining->authority, explaining->arena, explaining->evidence, explanation->at_s,
                                    &approved, &gathering);
    if (error == ERR_NONE) {
        explanation->digest = gathering.digest;
        explanation->public_key_digest = gathering.public_key_digest;
        TRY(explain_proofs(explaining, &gathering));
        explain_rules(explaining, &gathering);
        error = evidence_check(&explaining->authority, explaining->arena, explaining->evidence, explanation->at_s,
                               &approved);
    }
    if (error == ERR_NONE && explanation->serial == NULL) /* no intent yet: what stands now is in its way */
        error = authority_may_issue_to(&explaining->authority, explaining->arena, approved.application.identity_number,
                                       explanation->at_s);
    if (error == ERR_FORBIDDEN) explanation->refusal = arena_text(explaining->arena, err_detail());
    return error == ERR_FORBIDDEN ? ERR_NONE : error;
}

static enum err read_authorities(struct explaining *explaining)
{
    struct arena *arena = explaining->arena;
    struct explanation *explanation = &explaining->explanation;
    TRY(file_read(arena, installation_path(arena, explaining->installation, "signer/root.cer"), CERTIFICATE_SIZE_MAX,
                  &explanation->root));
    TRY(file_read(arena, installation_path(arena, explaining->installation, "signer/issuing.cer"), CERTIFICATE_SIZE_MAX,
                  &explanation->issuing));
    TRY(file_read(arena, installation_path(arena, explaining->installation, "signer/signer.pub"), CERTIFICATE_SIZE_MAX,
                  &explanation->signer_key));
    return certificate_parse(arena, explanation->issuing, &explaining->authority.certificate);
}

/* The signer's token is needed for this alone. */
static enum err open_key(struct explaining *explaining)
{
    const struct installation *installation = explaining->installation;
    struct arena *arena = explaining->arena;
    struct signer_settings settings;
    struct token_module *module;
    struct token *token;
    TRY(signer_settings_load(arena, installation, &settings));
    TRY(signer_token_open(arena, installation, &settings, &module, &token));
    enum err error =
        documents_open(&explaining->authority, token, arena, installation_path(arena, installation, DOCUMENT_KEY_FILE));
    token_close(token);
    token_module_close(module);
    journal_use_key(explaining->authority.journal, explaining->authority.document_key);
    return error;
}

enum err evidence_explain(struct arena *arena, const struct installation *installation,
                          const struct signer_evidence *evidence, struct explanation *ret_explanation)
{
    struct explaining explaining = {.arena = arena, .installation = installation, .evidence = evidence};
    struct authority *authority = &explaining.authority;
    authority->origin = installation->public_url;
    authority->rp_id = passkey_rp_id(arena, installation->public_url);
    TRY(read_authorities(&explaining));
    TRY(journal_open_read_only(installation_path(arena, installation, "signer/signer.db"), &authority->journal));
    enum err error = open_key(&explaining);
    if (error == ERR_NONE) error = explain(&explaining);
    documents_close(authority);
    journal_close(authority->journal);
    TRY(error);
    *ret_explanation = explaining.explanation;
    return ERR_NONE;
}
