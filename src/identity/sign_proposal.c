/*
 * An administrator's signature over a proposed registry. What is checked here saves a proposal from being sent in vain;
 * what counts is what the signer finds.
 */
#include "statement/registry.h"

#include "db/job.h"
#include "identity/store.h"
#include "identity_sql.h"
#include "pki/cades.h"

#include <string.h>

struct signing {
    struct arena *arena;
    const struct actor *actor;
    const char *uid;
    int64_t account_id, person_id;
    bool is_passkey;
    struct bytes sealed_proof;
    struct passkey passkey; /* whose counter moves on */
    const struct passkey_assertion *assertion;
};

static enum err sign_act(struct db_tx *tx, void *context)
{
    const struct signing *signing = context;
    struct registry_proposal proposal;
    TRY(read_proposal(tx, signing->arena, signing->uid, &proposal));
    if (proposal.state != PROPOSAL_OPEN) return err_set(ERR_STATE, "the proposal is no longer open");
    if (signing->is_passkey) TRY(use_passkey(tx, &signing->passkey, signing->assertion));
    TRY(db_exec(tx, &sql_insert_proposal_signature,
                DB_WITH(DB_INT64("proposal_id", proposal.id), DB_INT64("person_id", signing->person_id),
                        DB_INT64("account_id", signing->account_id),
                        DB_TEXT("kind", signing->is_passkey ? "passkey" : "card"),
                        DB_BYTES("sealed_proof", signing->sealed_proof), DB_INT64("now", clock_now_s())),
                NULL));
    TRY(audit_record(tx, signing->actor, "sign_proposal", "registry_proposal", proposal.id, proposal.digest));
    if (proposal.signature_count + 1 < (size_t)proposal.administrators) return ERR_NONE;
    TRY(db_exec(tx, &sql_send_proposal, DB_WITH(DB_INT64("id", proposal.id)), NULL));
    return job_add(tx, REGISTRY_JOB, proposal.uid, proposal.uid, 0);
}

/* Is this key, by the registry that the proposal follows, an administrator's, and this account's person? */
static enum err check_key(const struct registry_person *key, const char *identity_number)
{
    int64_t now_s = clock_now_s();
    if (key == NULL) return err_set(ERR_FORBIDDEN, "the key is not in the registry");
    if (key->role != REGISTRY_ADMINISTRATOR) return err_set(ERR_FORBIDDEN, "the key is no administrator's");
    if (strcmp(key->identity_number, identity_number) != 0)
        return err_set(ERR_FORBIDDEN, "the key is another person's");
    if (now_s < key->from_s || now_s > key->until_s) return err_set(ERR_FORBIDDEN, "the key is not valid now");
    return ERR_NONE;
}

/* The registry in force, if the proposal follows it. */
static enum err open_registry(struct db *db, struct keeper *keeper, struct arena *arena,
                              const struct registry_proposal *proposal, struct registry *ret_registry)
{
    struct registry_record record;
    if (proposal->state != PROPOSAL_OPEN) return err_set(ERR_STATE, "the proposal is no longer open");
    TRY(find_registry_record(db, keeper, arena, 0, &record));
    if (record.number + 1 != proposal->number) return err_set(ERR_STATE, "another registry came first");
    return registry_read(arena, record.text, ret_registry);
}

static enum err find_signer(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                            struct signing *signing, const char **ret_identity_number)
{
    struct staff_account account;
    struct person person;
    TRY(find_staff_account(db, arena, account_id, &account));
    if (account.role != STAFF_ADMINISTRATOR) return err_set(ERR_FORBIDDEN, "an administrator signs");
    TRY(open_person(db, keeper, arena, account.person_id, &person));
    signing->person_id = person.id;
    *ret_identity_number = person.details.identity_number;
    person_close(&person);
    return ERR_NONE;
}

static enum err keep(struct db *db, struct keeper *keeper, struct signing *signing, struct bytes proof)
{
    struct arena *arena = signing->arena;
    const char *context = proposal_proof_context(arena, signing->uid, signing->account_id);
    TRY(seal_registered(keeper, arena, context, proof, &signing->sealed_proof));
    return db_run(db, sign_act, signing);
}

enum err sign_proposal(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       int64_t account_id, const char *uid, struct bytes signature)
{
    struct signing signing = {.arena = arena, .actor = actor, .uid = uid, .account_id = account_id};
    struct registry_proposal proposal;
    struct registry registry;
    struct cades cades;
    const char *identity_number;
    TRY(find_proposal(db, keeper, arena, uid, &proposal));
    TRY(open_registry(db, keeper, arena, &proposal, &registry));
    if (cades_verify(arena, signature, &cades) != ERR_NONE || !bytes_equal(cades.content, proposal.text))
        return err_set(ERR_WRONG, "no signature over this text");
    TRY(find_signer(db, keeper, arena, account_id, &signing, &identity_number));
    const char *digest = hex_encode(arena, sha256(arena, cades.certificate.der));
    TRY(check_key(registry_find_card(&registry, digest), identity_number));
    return keep(db, keeper, &signing, signature);
}

enum err sign_proposal_by_passkey(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                  int64_t account_id, const char *uid, const char *origin,
                                  const struct passkey_assertion *assertion)
{
    struct signing signing = {.arena = arena,
                              .actor = actor,
                              .uid = uid,
                              .account_id = account_id,
                              .is_passkey = true,
                              .assertion = assertion};
    struct registry_proposal proposal;
    struct registry registry;
    const char *identity_number;
    TRY(find_proposal(db, keeper, arena, uid, &proposal));
    TRY(open_registry(db, keeper, arena, &proposal, &registry));
    enum err error = find_passkey(db, arena, assertion->credential_id, &signing.passkey);
    if (error == ERR_NOT_FOUND) return err_set(ERR_WRONG, "passkey: nobody's");
    TRY(error);
    TRY(find_signer(db, keeper, arena, account_id, &signing, &identity_number));
    const struct registry_person *key = registry_find_passkey(&registry, signing.passkey.credential_digest);
    TRY(check_key(key, identity_number));
    if (passkey_verify(arena, passkey_rp_id(arena, origin), origin, key->public_key, sha256(arena, proposal.text),
                       assertion) != ERR_NONE)
        return err_set(ERR_WRONG, "passkey: no signature over this text");
    return keep(db, keeper, &signing, passkey_pack(arena, assertion));
}
