/* Registry n+1: who may bring it in, what it changes for evidence; decisions by passkey, which only it can admit. */
#include "fixture_evidence.h"

#include "../pki/fixture_passkey.h"

#define ORIGIN "http://localhost:8080"
#define RP "localhost"

/* Passkeys of two officers and of an administrator; admitted one registry after the other. */
static struct memory_key *passkeys[3];
static const uint8_t ids[3][8] = {"first 1", "second2", "third 3"};
static const char *const owners[3] = {"70000000924", "60000000878", "40000000584"};

static int begin_with_passkeys(void **state)
{
    for (int i = 0; i < 3; i++)
        if (memory_key_new(&passkeys[i]) != ERR_NONE) return -1;
    return begin(state);
}

static int end_with_passkeys(void **state)
{
    for (int i = 0; i < 3; i++) passkeys[i] = memory_key_free(passkeys[i]);
    return end(state);
}

static struct signer_proof asserted(int passkey, struct bytes text)
{
    struct authenticator authenticator = authenticator_of(passkeys[passkey], RP, ORIGIN);
    authenticator.credential_id = BYTES(ids[passkey]);
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, sha256(arena, text));
    return (struct signer_proof){PROOF_PASSKEY, text, passkey_pack(arena, &assertion)};
}

static struct signer_proof signed_by(const char *label, struct bytes text)
{
    return (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(label, text, now_s)};
}

static struct registry in_force(void)
{
    struct opened opened;
    struct registry registry;
    open_authority(&opened);
    struct bytes text = bytes_copy(arena, opened.authority.registry_text);
    close_authority(&opened);
    OK(registry_read(arena, text, &registry));
    registry.previous = hex_encode(arena, sha256(arena, text));
    registry.number++;
    return registry;
}

static struct bytes text_of(const struct registry *registry)
{
    struct bytes text;
    OK(registry_write(arena, registry, &text));
    return text;
}

static enum err set(struct bytes text, const struct signer_proof *proofs, size_t count)
{
    struct opened opened;
    open_authority(&opened);
    enum err error = authority_set_registry(&opened.authority, arena, text, proofs, count, now_s);
    close_authority(&opened);
    return error;
}

static void not_set(struct bytes text, const struct signer_proof *proofs, size_t count, const char *rule)
{
    assert_int_equal(set(text, proofs, count), ERR_FORBIDDEN);
    if (strncmp(err_detail(), rule, strlen(rule)) != 0) fail_msg("%s instead of %s", err_detail(), rule);
}

static struct registry_person passkey_of(int passkey, enum registry_role role, const char *institution_code)
{
    return (struct registry_person){.identity_number = owners[passkey],
                                    .role = role,
                                    .institution_code = institution_code,
                                    .credential_digest = hex_encode(arena, sha256(arena, BYTES(ids[passkey]))),
                                    .public_key = memory_key_public(passkeys[passkey]),
                                    .from_s = now_s,
                                    .until_s = now_s + 1000 * DAY_S};
}

static struct registry with(struct registry registry, const struct registry_person *added, size_t count)
{
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, registry.persons_count + count);
    memcpy(persons, registry.persons, registry.persons_count * sizeof *persons);
    memcpy(persons + registry.persons_count, added, count * sizeof *persons);
    registry.persons = persons;
    registry.persons_count += count;
    return registry;
}

static struct registry without(struct registry registry, const char *identity_number)
{
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, registry.persons_count);
    size_t count = 0;
    for (size_t i = 0; i < registry.persons_count; i++) {
        if (strcmp(registry.persons[i].identity_number, identity_number) != 0) persons[count++] = registry.persons[i];
    }
    registry.persons = persons;
    registry.persons_count = count;
    return registry;
}

/* -- who may -- */

static void additions_need_two(void **state)
{
    const struct registry_person zeynep = passkey_of(0, REGISTRY_OFFICER, "34");
    struct registry next = with(in_force(), &zeynep, 1);
    struct bytes text = text_of(&next), other = text_of(&(struct registry){.number = 1});
    const struct signer_proof derya = signed_by("derya", text), okan = signed_by("okan", text);
    struct signer_proof proofs[2] = {derya, okan};
    not_set(text, proofs, 0, "registry without the signatures of two administrators");
    not_set(text, proofs, 1, "registry without the signatures of two administrators");
    proofs[1] = derya; /* twice the same person */
    not_set(text, proofs, 2, "registry without the signatures of two administrators");
    proofs[1] = signed_by("ayse", text);
    not_set(text, proofs, 2, "signer is no administrator");
    proofs[1] = signed_by("okan", other);
    not_set(text, proofs, 2, "signature over another text");
    proofs[1] = asserted(2, text); /* of an administrator, but not in the registry yet */
    not_set(text, proofs, 2, "signer not in the registry");
    proofs[1] = proof_by(keeper_key, PROOF_OWNER, text);
    not_set(text, proofs, 2, "signed by neither card nor passkey");
    proofs[1] = okan;
    proofs[1].proof = one_changed(okan.proof, okan.proof.size - 1);
    not_set(text, proofs, 2, "signature: ");
    proofs[1] = okan;
    struct registry later = next;
    later.number++;
    not_set(text_of(&later), proofs, 2, "registry: registry 3 does not follow");
    not_set(one_changed(text, 0), proofs, 2, "registry: ");
    OK(set(text, proofs, 2));
    OK(set(text, proofs, 0)); /* asked again */
    not_set(made.registry, proofs, 2, "registry: registry 1 does not follow registry 2"); /* no way back */
}

static void removals_need_one(void **state)
{
    struct registry next = without(in_force(), "20000000292");
    struct bytes text = text_of(&next);
    struct signer_proof proof = signed_by("ayse", text);
    not_set(text, &proof, 0, "registry without an administrator's signature");
    not_set(text, &proof, 1, "signer is no administrator");
    struct registry few = without(in_force(), "50000000730");
    struct bytes few_text = text_of(&few);
    proof = signed_by("derya", few_text);
    not_set(few_text, &proof, 1, "registry with fewer than two administrators");
    struct registry laxer = in_force();
    laxer.rules_count--; /* of rules none is taken away by one */
    struct bytes laxer_text = text_of(&laxer);
    proof = signed_by("derya", laxer_text);
    not_set(laxer_text, &proof, 1, "registry without the signatures of two administrators");
    proof = signed_by("derya", text);
    OK(set(text, &proof, 1));
}

static void administrators_sign_by_passkey_too(void **state)
{
    const struct registry_person added[] = {passkey_of(1, REGISTRY_OFFICER, "34"),
                                            passkey_of(2, REGISTRY_ADMINISTRATOR, NULL)};
    struct registry next = with(in_force(), added, 2);
    struct bytes text = text_of(&next);
    struct signer_proof proofs[2] = {signed_by("derya", text), signed_by("okan", text)};
    OK(set(text, proofs, 2));
    next = in_force();
    const struct registry_service station = {"istasyon-2", memory_key_public(stranger), now_s, now_s + DAY_S};
    struct registry_service services[3] = {next.services[0], next.services[1], station};
    next.services = services;
    next.services_count = 3;
    text = text_of(&next);
    proofs[0] = asserted(2, text);
    proofs[1] = signed_by("derya", text); /* passkey and card of one person */
    not_set(text, proofs, 2, "registry without the signatures of two administrators");
    proofs[1] = signed_by("okan", text);
    proofs[0] = asserted(2, made.registry);
    not_set(text, proofs, 2, "passkey: ");
    proofs[0] = asserted(2, text);
    OK(set(text, proofs, 2));
}

/* -- decisions by passkey: two persons, or one of two with a card -- */

static struct signer_proof passkey_decision(struct story *story, int passkey, bool is_received, bool is_approved)
{
    struct bytes text;
    struct decision_statement decision = story->decision;
    decision.is_received = is_received;
    decision.is_approved = is_approved;
    OK(decision_statement_write(arena, &decision, &text));
    return asserted(passkey, text);
}

static struct signer_proof *room_for(struct signer_evidence *evidence)
{
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence->proofs;
    return &proofs[evidence->proof_count++];
}

static struct story by_passkeys(struct memory_key *key)
{
    struct story story = good_story(new_uid(), key);
    story.officer = NULL;
    story.has_no_owner = true;
    story.decision.registry_number = in_force().number - 1;
    return story;
}

static enum err issue(const struct signer_evidence *evidence)
{
    struct bytes certificate;
    return issue_at(evidence, now_s, &certificate);
}

static void wet_by_passkey(void **state)
{
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = by_passkeys(key);
    struct signer_evidence evidence = evidence_of(&story);
    *room_for(&evidence) = passkey_decision(&story, 0, true, false);
    *room_for(&evidence) = passkey_decision(&story, 1, false, true);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi"); /* none of the two by card */
    *room_for(&evidence) = decision_by(&story, "ayse", false, true);
    OK(issue(&evidence)); /* teslim by passkey, onay by another's card */
    memory_key_free(key);
    story = by_passkeys(card);
    story.has_no_owner = false;
    evidence = evidence_of(&story);
    *room_for(&evidence) = passkey_decision(&story, 0, true, true);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: tek-kişi"); /* the owner, but no card */
}

static void e_signed_by_passkeys(void **state)
{
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = by_passkeys(key);
    story.line.way = decision_way_words[1];
    story.application.identity_number = "10000000146";
    story.application.made_s = now_s - 60;
    story.applicant = "ayse";
    struct signer_evidence evidence = evidence_of(&story);
    *room_for(&evidence) = passkey_decision(&story, 0, false, true);
    refused(&evidence, now_s, "evidence missing: e-imza: kart-onayı; e-imza: iki-anahtar-onayı");
    *room_for(&evidence) = passkey_decision(&story, 1, false, true);
    OK(issue(&evidence));
    memory_key_free(key);
}

static void passkeys_that_do_not_count(void **state)
{
    struct story story = by_passkeys(card);
    struct signer_evidence evidence = evidence_of(&story);
    struct signer_proof *proof = room_for(&evidence);
    *proof = passkey_decision(&story, 2, true, true);
    refused(&evidence, now_s, "signer is no officer");
    *proof = passkey_decision(&story, 0, true, true);
    struct signer_proof other = passkey_decision(&story, 0, false, true);
    proof->text = other.text; /* over another text than was signed */
    refused(&evidence, now_s, "passkey: ");
    struct authenticator authenticator = authenticator_of(passkeys[0], RP, ORIGIN);
    authenticator.credential_id = BYTES(ids[0]);
    authenticator.flags = 0x01; /* present, not verified */
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, sha256(arena, proof->text));
    proof->proof = passkey_pack(arena, &assertion);
    refused(&evidence, now_s, "passkey: ");
    authenticator.flags = 0x05;
    authenticator.origin = "http://elsewhere:8080";
    assertion = authenticator_assert(arena, &authenticator, sha256(arena, proof->text));
    proof->proof = passkey_pack(arena, &assertion);
    refused(&evidence, now_s, "passkey: ");
    authenticator.origin = ORIGIN;
    authenticator.key = passkeys[1]; /* another's key under this credential id */
    assertion = authenticator_assert(arena, &authenticator, sha256(arena, proof->text));
    proof->proof = passkey_pack(arena, &assertion);
    refused(&evidence, now_s, "passkey: ");
}

/* -- then and now -- */

/* Written by ayse's decision; completed or voided later. */
static void intended_by_ayse(void)
{
    struct memory_key *key;
    struct opened opened;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&story);
    open_authority(&opened);
    intended(&opened, &evidence, now_s);
    close_authority(&opened);
    memory_key_free(key);
}

static void intents_end(size_t completed, size_t voided)
{
    struct opened opened;
    open_authority(&opened);
    recovered(&opened, now_s, completed, voided);
    close_authority(&opened);
}

static void history_counts(void **state)
{
    struct story story = good_story(new_uid(), card);
    story.decision.registry_number = 1;
    issued(&story); /* ayse stood in the first, and does now */
    story = by_passkeys(card);
    story.decision.registry_number = 1; /* before this key was admitted */
    story.has_no_owner = false;
    struct signer_evidence evidence = evidence_of(&story);
    *room_for(&evidence) = passkey_decision(&story, 0, true, true);
    refused(&evidence, now_s, "signer not in the decision's registry");
    intended_by_ayse();
    intents_end(1, 0);
    intended_by_ayse();
    /* ayse moves to another directorate: what she decided in the old place no longer counts, nor in the new one */
    struct registry next = in_force();
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, next.persons_count);
    memcpy(persons, next.persons, next.persons_count * sizeof *persons);
    assert_string_equal(persons[0].identity_number, "10000000146");
    persons[0].institution_code = "06";
    next.persons = persons;
    struct bytes text = text_of(&next);
    struct signer_proof proofs[2] = {signed_by("derya", text), signed_by("okan", text)};
    OK(set(text, proofs, 2));
    intents_end(0, 1); /* her key stands as before, and is as good as before */
    story = good_story(new_uid(), card);
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "decision of another institution than the officer's");
    story = good_story(new_uid(), card);
    story.application.institution_code = "06";
    story.decision.institution_code = "06";
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "signer of another place in the decision's registry");
    /* and is removed */
    next = without(in_force(), "10000000146");
    text = text_of(&next);
    proofs[0] = signed_by("derya", text);
    OK(set(text, proofs, 1));
    refused(&evidence, now_s, "signer not in the registry");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions_need_two),
        cmocka_unit_test(removals_need_one),
        cmocka_unit_test(administrators_sign_by_passkey_too),
        cmocka_unit_test(wet_by_passkey),
        cmocka_unit_test(e_signed_by_passkeys),
        cmocka_unit_test(passkeys_that_do_not_count),
        cmocka_unit_test(history_counts),
    };
    return cmocka_run_group_tests_name("signer-registries", tests, begin_with_passkeys, end_with_passkeys);
}
