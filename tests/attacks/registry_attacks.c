/*
 * Who counts, and whose word: registries brought in by people who may not, old ones, changed ones; people removed; the
 * owner's word of numbers that were just made known. Then what the claims do not hold against.
 *
 * registry_attacks [sample]
 */
#include "fixture_evidence.h"
#include "report.h"

#include "../unit/pki/fixture_passkey.h"

#include <stdio.h>

static bool is_sample;
static struct memory_key *passkey;
static const uint8_t passkey_id[] = "zeynep's";

static struct registry in_force(struct bytes *ret_text)
{
    struct opened opened;
    struct registry registry;
    open_authority(&opened);
    *ret_text = bytes_copy(arena, opened.authority.registry_text);
    close_authority(&opened);
    OK(registry_read(arena, *ret_text, &registry));
    return registry;
}

/* The registry after this one, with one more line for a passkey of Zeynep's. */
static struct bytes next_text(void)
{
    struct bytes text;
    struct registry registry = in_force(&text);
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, registry.persons_count + 1);
    memcpy(persons, registry.persons, registry.persons_count * sizeof *persons);
    persons[registry.persons_count++] =
        (struct registry_person){.identity_number = "70000000924",
                                 .role = REGISTRY_OFFICER,
                                 .institution_code = "34",
                                 .credential_digest = hex_encode(arena, sha256(arena, BYTES(passkey_id))),
                                 .public_key = memory_key_public(passkey),
                                 .from_s = now_s,
                                 .until_s = now_s + 1000 * DAY_S};
    registry.persons = persons;
    registry.previous = hex_encode(arena, sha256(arena, text));
    registry.number++;
    OK(registry_write(arena, &registry, &text));
    return text;
}

static struct signer_proof card_proof(const char *label, struct bytes text)
{
    return (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(label, text, now_s)};
}

static bool is_set(struct authority *authority, struct arena *into, struct bytes text,
                   const struct signer_proof *proofs, size_t count)
{
    return authority_set_registry(authority, into, text, proofs, count, now_s) == ERR_NONE;
}

/* -- registries -- */

/* Every pair of people but the two administrators, one of them alone or twice, nobody. */
static void only_two_administrators_add(void **state)
{
    struct bytes text = next_text();
    struct signer_proof proofs[PEOPLE_COUNT];
    struct opened opened;
    long tried = 0, succeeded = 0;
    for (size_t i = 0; i < PEOPLE_COUNT; i++) proofs[i] = card_proof(people[i].token_label, text);
    open_authority(&opened);
    for (size_t i = 0; i < PEOPLE_COUNT * PEOPLE_COUNT; i++) {
        size_t a = i % PEOPLE_COUNT, b = i / PEOPLE_COUNT;
        const struct signer_proof pair[] = {proofs[a], proofs[b]};
        bool may = a != b && people[a].role == REGISTRY_ADMINISTRATOR && people[b].role == REGISTRY_ADMINISTRATOR;
        if (may) continue;
        for (size_t count = 0; count <= 2; count++, tried++)
            succeeded += is_set(&opened.authority, arena, text, pair, count);
    }
    close_authority(&opened);
    report_attack("two persons", "a registry's additions by anybody but two administrators", tried, succeeded);
    assert_int_equal(report_failed, 0);
}

static void changed_ones_are_refused(void **state)
{
    struct bytes text = next_text();
    const struct signer_proof proofs[] = {card_proof("derya", text), card_proof("okan", text)};
    struct opened opened;
    long succeeded = 0, wanted = is_sample ? 500 : 20000;
    open_authority(&opened);
    for (long i = 0; i < wanted; i++) {
        CLEANUP_ARENA struct arena *once = arena_new();
        struct signer_proof changed[] = {proofs[0], proofs[1]};
        struct bytes *part = i % 3 == 0 ? &text : &changed[i % 3 - 1].proof, whole = *part;
        uint8_t *copy = (uint8_t *)bytes_copy(once, whole).data;
        copy[random_below((uint32_t)whole.size)] ^= (uint8_t)(1U << random_below(8));
        *part = (struct bytes){copy, whole.size};
        succeeded += is_set(&opened.authority, once, text, changed, 2);
        *part = whole;
    }
    close_authority(&opened);
    report_attack("evidence", "a registry of two administrators', one bit changed", wanted, succeeded);
    assert_int_equal(report_failed, 0);
}

/* The next registry is brought in; then the one before, with all that would have been asked for it. */
static void old_ones_do_not_come_back(void **state)
{
    struct opened opened;
    struct bytes first;
    (void)in_force(&first);
    struct bytes second = next_text();
    const struct signer_proof proofs[] = {card_proof("derya", second), card_proof("okan", second)};
    const struct signer_proof of_first[] = {card_proof("derya", first), card_proof("okan", first)};
    open_authority(&opened);
    assert_true(is_set(&opened.authority, arena, second, proofs, 2));
    long succeeded = is_set(&opened.authority, arena, first, of_first, 2);
    succeeded += is_set(&opened.authority, arena, first, proofs, 2);
    close_authority(&opened);
    report_attack("evidence", "older registries brought in again", 2, succeeded);
    assert_int_equal(report_failed, 0);
}

/* Evidence that Ayşe signed while she might, brought in after an administrator took her out; by card and under each registry. */
static void who_was_removed_does_not_count(void **state)
{
    struct opened opened;
    struct bytes text, certificate;
    struct signer_evidence of_ayse[2];
    for (int i = 0; i < 2; i++) {
        struct story story = good_story(new_uid(), card);
        story.decision.registry_number = i + 1;
        of_ayse[i] = evidence_of(&story);
    }
    struct registry third = in_force(&text);
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, third.persons_count);
    size_t count = 0;
    for (size_t i = 0; i < third.persons_count; i++)
        if (strcmp(third.persons[i].identity_number, people[0].identity_number) != 0)
            persons[count++] = third.persons[i];
    third.persons = persons;
    third.persons_count = count;
    third.number++;
    third.previous = hex_encode(arena, sha256(arena, text));
    OK(registry_write(arena, &third, &text));
    struct signer_proof removal = card_proof("okan", text);
    open_authority(&opened);
    assert_true(is_set(&opened.authority, arena, text, &removal, 1));
    long succeeded = 0;
    for (int i = 0; i < 2; i++)
        succeeded += authority_issue(&opened.authority, arena, &of_ayse[i], now_s, &certificate) == ERR_NONE;
    close_authority(&opened);
    report_attack("evidence", "decisions of an officer who was removed since", 2, succeeded);
    assert_int_equal(report_failed, 0);
}

/* -- a stolen number -- */

/* The word over a number that the thief made known today: by a form, by the register, by an account. */
static void a_new_number_says_nothing(void **state)
{
    static const int64_t ages_s[] = {0, 3600, 24 * 3600, 72 * 3600 - 1};
    struct opened opened;
    struct bytes der;
    struct certificate certificate;
    int64_t since_s;
    long tried = 0, succeeded = 0;
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    story.officer = "zeynep";
    story.decision.registry_number = 2;
    struct signer_evidence evidence = evidence_of(&story);
    open_authority(&opened);
    OK(authority_issue(&opened.authority, arena, &evidence, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    const char *digest = hex_encode(arena, sha256(arena, evidence.application_statement));
    for (size_t i = 0; i < sizeof ages_s / sizeof *ages_s * 3; i++) {
        enum owner_source source = (enum owner_source)(i % 3);
        struct owner_statement word = activation_word(certificate.serial, now_s);
        word.known_since_s = now_s - ages_s[i / 3];
        word.source = owner_source_words[source];
        word.source_document = source == OWNER_SOURCE_FORM ? digest : NULL;
        struct bytes text;
        OK(owner_statement_write(arena, &word, &text));
        struct signer_proof proof = proof_by(keeper_key, PROOF_OWNER, text);
        tried++;
        succeeded += authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0, &proof, now_s,
                                          &since_s) == ERR_NONE;
        proof = proof_by(stranger, PROOF_OWNER, text); /* nor by another's key */
        tried++;
        succeeded += authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0, &proof, now_s,
                                          &since_s) == ERR_NONE;
    }
    report_attack("phone", "activations by a number known for less than 72 hours", tried, succeeded);
    const struct signer_proof *known = activation(certificate.serial, now_s);
    report_limit("phone", "number, card and word together: the owner's word counts",
                 authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0, known, now_s,
                                      &since_s) == ERR_NONE);
    close_authority(&opened);
    memory_key_free(key);
    assert_int_equal(report_failed, 0);
}

/* -- passkeys -- */

/* Ayşe approves by card; Zeynep takes in, her passkey signing D of a decision that web handed to it: the last proof. */
static struct signer_evidence taken_in_by_passkey(struct memory_key *key)
{
    struct bytes text;
    struct story story = good_story(new_uid(), key);
    story.officer = NULL;
    story.has_no_owner = true;
    story.decision.registry_number = 2;
    story.other = (struct other_decision){"ayse", false, true};
    struct signer_evidence evidence = evidence_of(&story);
    struct decision_statement unseen = story.decision;
    unseen.is_received = true;
    unseen.is_approved = false;
    OK(decision_statement_write(arena, &unseen, &text));
    struct authenticator authenticator = authenticator_of(passkey, "localhost", "http://localhost:8080");
    authenticator.credential_id = BYTES(passkey_id);
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, sha256(arena, text));
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence.proofs;
    proofs[evidence.proof_count++] = (struct signer_proof){PROOF_PASSKEY, text, passkey_pack(arena, &assertion)};
    return evidence;
}

static void changed_passkeys_are_refused(void **state)
{
    struct memory_key *key;
    struct bytes certificate;
    struct opened opened;
    OK(memory_key_new(&key));
    struct signer_evidence evidence = taken_in_by_passkey(key);
    struct signer_proof *last = (struct signer_proof *)(uintptr_t)&evidence.proofs[evidence.proof_count - 1];
    const struct signer_proof whole = *last;
    long succeeded = 0, wanted = is_sample ? 500 : 10000;
    open_authority(&opened);
    for (long i = 0; i < wanted; i++) {
        CLEANUP_ARENA struct arena *once = arena_new();
        struct bytes *part = i % 2 == 0 ? &last->text : &last->proof;
        uint8_t *copy = (uint8_t *)bytes_copy(once, *part).data;
        copy[random_below((uint32_t)part->size)] ^= (uint8_t)(1U << random_below(8));
        part->data = copy;
        succeeded += authority_issue(&opened.authority, once, &evidence, now_s, &certificate) == ERR_NONE;
        *last = whole;
    }
    report_attack("evidence", "a passkey's decision or assertion, one bit changed", wanted, succeeded);
    OK(authority_issue(&opened.authority, arena, &evidence, now_s, &certificate)); /* unchanged, it was enough */
    close_authority(&opened);
    memory_key_free(key);
    assert_int_equal(report_failed, 0);
}

/* -- what the claims do not hold against -- */

/* The keys of these stories lie in this test's memory, on no card: the station says otherwise. */
static void a_station_may_lie(void **state)
{
    struct memory_key *key;
    struct bytes certificate;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    story.officer = "zeynep";
    story.decision.registry_number = 2;
    struct signer_evidence evidence = evidence_of(&story);
    report_limit("evidence", "a station that lies about its key", issue_at(&evidence, now_s, &certificate) == ERR_NONE);
    memory_key_free(key);
    assert_int_equal(report_failed, 0);
}

/* Zeynep wants to take another application in; web hands her key the D of a decision over this one, which Ayşe approves. */
static void web_may_show_another_text(void **state)
{
    struct memory_key *key;
    struct bytes certificate;
    OK(memory_key_new(&key));
    struct signer_evidence evidence = taken_in_by_passkey(key);
    enum err error = issue_at(&evidence, now_s, &certificate);
    if (error != ERR_NONE) print_error("%s\n", err_detail());
    report_limit("evidence", "web changing what an officer with a passkey sees", error == ERR_NONE);
    memory_key_free(key);
    assert_int_equal(report_failed, 0);
}

static int begin_with_passkey(void **state)
{
    return memory_key_new(&passkey) == ERR_NONE ? begin(state) : -1;
}

static int end_with_passkey(void **state)
{
    passkey = memory_key_free(passkey);
    return end(state);
}

int main(int argc, char **argv)
{
    is_sample = argc > 1 && strcmp(argv[1], "sample") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_two_administrators_add), cmocka_unit_test(changed_ones_are_refused),
        cmocka_unit_test(old_ones_do_not_come_back),   cmocka_unit_test(a_new_number_says_nothing),
        cmocka_unit_test(a_station_may_lie),           cmocka_unit_test(changed_passkeys_are_refused),
        cmocka_unit_test(web_may_show_another_text),   cmocka_unit_test(who_was_removed_does_not_count)};
    return cmocka_run_group_tests_name("registry-attacks", tests, begin_with_passkey, end_with_passkey);
}
