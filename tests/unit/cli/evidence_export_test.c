/* A bundle with all that a demonstration's first certificates do not have: a second registry, passkeys, two officers. */
#include "../signer/fixture_evidence.h"

#include "../pki/fixture_passkey.h"
#include "cli/evidence_export.h"

#define ADMINISTRATORS_S                                                                                               \
    (50 * (int64_t)DAY_S) /* how long derya's card and her colleague's passkey stand in the registry */

static struct memory_key *passkey, *administrators_key;
static const uint8_t ids[2][8] = {"officer", "manager"};

static int begin_all(void **state)
{
    if (memory_key_new(&passkey) != ERR_NONE || memory_key_new(&administrators_key) != ERR_NONE) return -1;
    return begin(state);
}

static int end_all(void **state)
{
    passkey = memory_key_free(passkey);
    administrators_key = memory_key_free(administrators_key);
    return end(state);
}

static struct bytes asserted(struct memory_key *key, const uint8_t id[8], struct bytes text)
{
    struct authenticator authenticator = authenticator_of(key, "localhost", "http://localhost:8080");
    authenticator.credential_id = (struct bytes){id, 8};
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, sha256(arena, text));
    return passkey_pack(arena, &assertion);
}

static struct registry_person with_passkey(const char *number, enum registry_role role, const char *institution,
                                           const uint8_t id[8], struct memory_key *key, int64_t until_s)
{
    return (struct registry_person){.identity_number = number,
                                    .role = role,
                                    .institution_code = institution,
                                    .credential_digest = hex_encode(arena, sha256(arena, (struct bytes){id, 8})),
                                    .public_key = memory_key_public(key),
                                    .from_s = now_s,
                                    .until_s = until_s};
}

/* The next registry, signed by derya's card and, where `by_passkey`, by her colleague's passkey instead of his card. */
static void admit(const struct registry_person *person, bool by_passkey)
{
    struct opened opened;
    struct registry registry;
    struct bytes text;
    open_authority(&opened);
    struct bytes before = bytes_copy(arena, opened.authority.registry_text);
    close_authority(&opened);
    OK(registry_read(arena, before, &registry));
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, registry.persons_count + 1);
    memcpy(persons, registry.persons, registry.persons_count * sizeof *persons);
    persons[registry.persons_count++] = *person;
    for (size_t i = 0; i < registry.persons_count; i++) {
        if (strcmp(persons[i].identity_number, "40000000584") == 0) persons[i].until_s = now_s + ADMINISTRATORS_S;
    }
    registry.persons = persons;
    registry.number++;
    registry.previous = hex_encode(arena, sha256(arena, before));
    OK(registry_write(arena, &registry, &text));
    struct signer_proof proofs[2] = {{PROOF_CARD, {0}, sign_as("derya", text, now_s)}, {PROOF_CARD, {0}, {0}}};
    if (by_passkey) proofs[1] = (struct signer_proof){PROOF_PASSKEY, text, asserted(administrators_key, ids[1], text)};
    else proofs[1].proof = sign_as("okan", text, now_s);
    open_authority(&opened);
    OK(authority_set_registry(&opened.authority, arena, text, proofs, 2, now_s));
    close_authority(&opened);
}

/* Teslim by passkey, onay by another's card, under the third registry. */
static struct signer_evidence decided_by_two(struct story *story)
{
    struct bytes text;
    story->officer = NULL;
    story->has_no_owner = true;
    story->decision.registry_number = 3;
    story->application.server = "http://localhost:8080";
    struct signer_evidence evidence = evidence_of(story);
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence.proofs;
    struct decision_statement decision = story->decision;
    decision.is_approved = false;
    OK(decision_statement_write(arena, &decision, &text));
    proofs[evidence.proof_count++] = (struct signer_proof){PROOF_PASSKEY, text, asserted(passkey, ids[0], text)};
    proofs[evidence.proof_count++] = decision_by(story, "ayse", false, true);
    return evidence;
}

static void sign_head(void)
{
    struct opened opened;
    open_authority(&opened);
    OK(authority_sign_head(&opened.authority, arena, now_s));
    close_authority(&opened);
}

static int verify(const char *bundle)
{
    return system(arena_printf(arena, "sh %s/verify.sh >%s/said 2>&1", bundle, folder));
}

static void holds(const char *bundle)
{
    if (verify(bundle) == 0) return;
    system(arena_printf(arena, "cat %s/said >&2", folder));
    fail_msg("%s does not hold", bundle);
}

/* One octet of a file is another; the file is put back after. */
static void notices(const char *bundle, const char *name)
{
    struct bytes content;
    const char *path = arena_printf(arena, "%s/%s", bundle, name);
    OK(file_read(arena, path, 1 << 20, &content));
    OK(file_write(path, one_changed(content, content.size / 2), 0600));
    if (verify(bundle) == 0) fail_msg("%s changed, and not noticed", name);
    OK(file_write(path, content, 0600));
}

static void a_bundle_with_passkeys_and_registries(void **state)
{
    static const char *const files[] = {"registry-2.txt", "registry-3-proof-2.sig", "proof-2-passkey.client"};
    struct explanation explanation;
    struct bytes certificate;
    const struct registry_person manager =
        with_passkey("50000000730", REGISTRY_ADMINISTRATOR, NULL, ids[1], administrators_key, now_s + ADMINISTRATORS_S);
    const struct registry_person officer =
        with_passkey("70000000924", REGISTRY_OFFICER, "34", ids[0], passkey, now_s + 300 * DAY_S);
    admit(&manager, false);
    admit(&officer, true);
    const int64_t admitted_s = now_s;
    now_s += 2 * ADMINISTRATORS_S; /* who admitted them is none any more when it is issued */
    struct story story = good_story(new_uid(), card);
    struct signer_evidence evidence = decided_by_two(&story);
    OK(issue_at(&evidence, now_s, &certificate));
    const char *bundle = installation_path(arena, &installation, "bundle");
    OK(evidence_explain(arena, &installation, &evidence, &explanation));
    assert_int_equal(evidence_export(arena, bundle, &evidence, &explanation, (struct bytes){0}), ERR_STATE);
    sign_head();
    OK(evidence_explain(arena, &installation, &evidence, &explanation));
    assert_null(explanation.refusal);
    assert_int_equal(explanation.registries_count, 3);
    assert_true(bytes_equal(explanation.certificate, certificate));
    OK(evidence_export(arena, bundle, &evidence, &explanation, (struct bytes){0}));
    assert_int_equal(evidence_export(arena, bundle, &evidence, &explanation, (struct bytes){0}), ERR_EXISTS);
    holds(bundle);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) notices(bundle, files[i]);
    holds(bundle);
    const char *proof = arena_printf(arena, "%s/registry-3-proof-1.p7m", bundle);
    struct bytes registry;
    OK(file_read(arena, arena_printf(arena, "%s/registry-3.txt", bundle), 1 << 20, &registry));
    OK(file_write(proof, sign_as("derya", registry, admitted_s + ADMINISTRATORS_S + 60), 0600));
    assert_int_not_equal(verify(bundle), 0); /* signed after the card's line had ended */
    OK(file_write(proof, sign_as("derya", registry, admitted_s + ADMINISTRATORS_S - 60), 0600));
    holds(bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_bundle_with_passkeys_and_registries)};
    return cmocka_run_group_tests_name("cli-evidence-export", tests, begin_all, end_all);
}
