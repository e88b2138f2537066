#include "cli/evidence_export.h"

#include "base/file.h"
#include "pki/passkey.h"
#include "pki/validation_data.h"
#include "statement/production_statement.h"

#include <string.h>

extern const char verify_evidence_sh[];

struct bundle {
    struct arena *arena;
    const char *folder;
};

static enum err put(const struct bundle *bundle, const char *name, struct bytes content)
{
    return file_write(arena_printf(bundle->arena, "%s/%s", bundle->folder, name), content, 0600);
}

/* The assertion's parts each, so that nobody has to take DER apart; `stem`.der as it was shown. */
static enum err put_passkey(const struct bundle *bundle, const char *stem, struct bytes packed,
                            const struct registry *registry)
{
    struct arena *arena = bundle->arena;
    struct passkey_assertion assertion;
    TRY(passkey_unpack(packed, &assertion));
    const char *digest = hex_encode(arena, sha256(arena, assertion.credential_id));
    const struct registry_person *person = registry_find_passkey(registry, digest);
    TRY(put(bundle, arena_printf(arena, "%s.der", stem), packed));
    TRY(put(bundle, arena_printf(arena, "%s.id", stem), assertion.credential_id));
    TRY(put(bundle, arena_printf(arena, "%s.auth", stem), assertion.authenticator_data));
    TRY(put(bundle, arena_printf(arena, "%s.client", stem), assertion.client_data));
    TRY(put(bundle, arena_printf(arena, "%s.sig", stem), assertion.signature));
    return put(bundle, arena_printf(arena, "%s.spki", stem),
               person != NULL ? person->public_key : (struct bytes){0}); /* of no key of the registry */
}

static enum err put_proof(const struct bundle *bundle, size_t number, const struct explained_proof *proof,
                          const struct registry *registry)
{
    static const char *const kinds[] = {
        [PROOF_CARD] = "card", [PROOF_PASSKEY] = "passkey", [PROOF_OWNER] = "owner", [PROOF_STATION] = "station"};
    struct arena *arena = bundle->arena;
    const char *stem = arena_printf(arena, "proof-%zu-%s", number, kinds[proof->kind]);
    if (proof->kind == PROOF_CARD) return put(bundle, arena_printf(arena, "%s.p7m", stem), proof->proof);
    TRY(put(bundle, arena_printf(arena, "%s.txt", stem), proof->text));
    if (proof->kind == PROOF_PASSKEY) return put_passkey(bundle, stem, proof->proof, registry);
    return put(bundle, arena_printf(arena, "%s.sig", stem), proof->proof);
}

static enum err put_registry(const struct bundle *bundle, const struct explained_registry *kept,
                             const struct registry *before)
{
    struct arena *arena = bundle->arena;
    TRY(put(bundle, arena_printf(arena, "registry-%lld.txt", (long long)kept->number), kept->text));
    for (size_t i = 0; i < kept->proof_count; i++) {
        const char *stem = arena_printf(arena, "registry-%lld-proof-%zu", (long long)kept->number, i + 1);
        if (kept->proofs[i].kind == PROOF_PASSKEY) TRY(put_passkey(bundle, stem, kept->proofs[i].proof, before));
        else TRY(put(bundle, arena_printf(arena, "%s.p7m", stem), kept->proofs[i].proof));
    }
    return ERR_NONE;
}

/* What the registry in force names in hexadecimal, as files for openssl. */
static enum err put_keys(const struct bundle *bundle, const struct registry *registry)
{
    for (size_t i = 0; i < registry->services_count; i++)
        TRY(put(bundle, arena_printf(bundle->arena, "key-%s.der", registry->services[i].name),
                registry->services[i].public_key));
    for (size_t i = 0; i < registry->authorities_count; i++)
        TRY(put(bundle, arena_printf(bundle->arena, "authority-%zu.der", i + 1), registry->authorities[i]));
    return ERR_NONE;
}

static enum err put_registries(const struct bundle *bundle, const struct explanation *explanation,
                               struct registry *ret_in_force)
{
    for (size_t i = 0; i < explanation->registries_count; i++) {
        TRY(put_registry(bundle, &explanation->registries[i], ret_in_force));
        TRY(registry_read(bundle->arena, explanation->registries[i].text, ret_in_force));
    }
    return put_keys(bundle, ret_in_force);
}

/* Chain and revocation evidence beside the applicant's signature, each in a form that openssl reads. */
static enum err put_validation(const struct bundle *bundle, struct bytes validation)
{
    struct arena *arena = bundle->arena;
    struct validation_data data;
    if (validation.size == 0) return ERR_NONE;
    TRY(validation_data_read(arena, validation, &data));
    for (size_t i = 0; i < data.chain_count; i++)
        TRY(put(bundle, arena_printf(arena, "applicant-chain-%zu.der", i + 1), data.chain[i].der));
    for (size_t i = 0; i < data.crl_count; i++)
        TRY(put(bundle, arena_printf(arena, "applicant-crl-%zu.der", i + 1), data.crls[i]));
    return data.ocsp.size > 0 ? put(bundle, "applicant-ocsp.der", data.ocsp) : ERR_NONE;
}

/* The intent's record and the journal's chain from it to a signed head. */
static enum err put_intent(const struct bundle *bundle, const struct explanation *explanation)
{
    struct arena *arena = bundle->arena;
    const struct journal_inclusion *inclusion = &explanation->inclusion;
    TRY(put(bundle, "intent.txt", explanation->intent));
    TRY(put(bundle, "intent.key", explanation->intent_key));
    TRY(put(bundle, "journal-0.bin", inclusion->before));
    for (size_t i = 0; i < inclusion->count; i++)
        TRY(put(bundle, arena_printf(arena, "journal-%zu.bin", i + 1), inclusion->records[i]));
    TRY(put(bundle, "head.txt", inclusion->head.text));
    TRY(put(bundle, "head.sig", inclusion->head.signature));
    return put(bundle, "signer.pub", explanation->signer_key);
}

enum err evidence_export(struct arena *arena, const char *folder, const struct signer_evidence *evidence,
                         const struct explanation *explanation, struct bytes validation)
{
    const struct bundle bundle = {arena, folder};
    struct registry in_force = {0};
    if (explanation->serial != NULL && explanation->inclusion.head.number == 0)
        return err_set(ERR_STATE,
                       "nothing was written: no head is signed over the intent yet. The signer signs one each "
                       "second while it runs; ask again");
    if (file_exists(folder)) return err_set(ERR_EXISTS, "%s", folder);
    TRY(folder_make(folder, 0700));
    TRY(put(&bundle, "application.txt", evidence->application_statement));
    TRY(put(&bundle, "request.der", evidence->certificate_request));
    TRY(put(&bundle, "root.der", explanation->root));
    TRY(put(&bundle, "issuing.der", explanation->issuing));
    if (explanation->certificate.size > 0) TRY(put(&bundle, "certificate.der", explanation->certificate));
    if (explanation->serial != NULL) TRY(put_intent(&bundle, explanation));
    TRY(put_registries(&bundle, explanation, &in_force));
    for (size_t i = 0; i < explanation->proof_count; i++)
        TRY(put_proof(&bundle, i + 1, &explanation->proofs[i], &in_force));
    TRY(put_validation(&bundle, validation));
    return put(&bundle, "verify.sh", bytes_of_text(verify_evidence_sh));
}
