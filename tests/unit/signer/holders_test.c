/* Cards that do not count: of holders and of officers, by what their certificates say and who made them. */
#include "fixture_evidence.h"

#include "statement/head_statement.h"

static struct memory_key *maker_key, *holder_key;
static const struct certificate_terms terms = {.policy = "2.999.1.1",
                                               .practice_url = "http://localhost:8081/ilkeler",
                                               .notice = "Deneme",
                                               .crl_url = "http://localhost:8081/crl/x.crl",
                                               .issuer_url = "http://localhost:8081/ca/x.cer",
                                               .ocsp_url = "http://localhost:8081/ocsp"};

static int begin_with_makers(void **state)
{
    if (memory_key_new(&maker_key) != ERR_NONE || memory_key_new(&holder_key) != ERR_NONE) return -1;
    return begin(state);
}

static int end_with_makers(void **state)
{
    maker_key = memory_key_free(maker_key);
    holder_key = memory_key_free(holder_key);
    return end(state);
}

static struct certificate made_by(const struct certificate_profile *profile, const char *number,
                                  struct bytes issuer_name, struct memory_key *key, int64_t not_before_s,
                                  int64_t not_after_s)
{
    struct bytes to_be_signed, der;
    struct certificate certificate;
    const struct name subject = {.country = "TR", .serial_number = number, .common_name = "BİR KİŞİ (TEST)"};
    struct bytes name = name_der(arena, &subject);
    const struct certificate_content content = {.profile = profile,
                                                .terms = &terms,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = issuer_name.size > 0 ? issuer_name : name,
                                                .issuer_key = memory_key_public(maker_key),
                                                .subject_name = name,
                                                .public_key = memory_key_public(key),
                                                .not_before_s = not_before_s,
                                                .not_after_s = not_after_s,
                                                .algorithm = SIGNATURE_ECDSA_SHA256};
    struct external_signer signer = memory_key_signer(maker_key);
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(maker_key), &signer, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate;
}

static struct bytes signed_with(struct memory_key *key, const struct certificate *certificate, struct bytes text,
                                int64_t signed_s)
{
    struct bytes cms;
    struct external_signer signer = memory_key_signer(key);
    OK(cades_sign(arena, text, certificate, signed_s, &signer, &cms));
    return cms;
}

struct holder {
    const struct certificate_profile *profile;
    int64_t not_before_s, not_after_s, signed_s; /* after now */
    int64_t maker_not_after_s, issued_s;
    const char *rule; /* NULL: it counts */
};

/* The applicant's signature stands first, so that it is its refusal that is told. */
static struct signer_evidence signed_by_holder(struct story *story, const struct certificate *certificate,
                                               int64_t signed_s)
{
    story->line.way = decision_way_words[1];
    story->has_no_owner = true;
    struct signer_evidence evidence = evidence_of(story);
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence.proofs;
    memmove(proofs + 1, proofs, evidence.proof_count * sizeof *proofs);
    proofs[0] = (struct signer_proof){
        .kind = PROOF_CARD, .proof = signed_with(holder_key, certificate, evidence.application_statement, signed_s)};
    evidence.proof_count++;
    return evidence;
}

static enum err issue_under(const struct signer_evidence *evidence, const struct bytes *authorities, size_t count,
                            int64_t at_s)
{
    struct opened opened;
    struct bytes certificate;
    open_authority(&opened);
    opened.authority.registry.authorities = authorities;
    opened.authority.registry.authorities_count = count;
    enum err error = authority_issue(&opened.authority, arena, evidence, at_s, &certificate);
    close_authority(&opened);
    return error;
}

static void of_holders(void **state)
{
    const int64_t long_s = 900 * DAY_S;
    const struct holder cases[] = {
        {&profile_ocsp, 0, long_s, 0, long_s, 0, "holder's certificate without nonRepudiation"},
        {&profile_qualified, 100, long_s, 0, long_s, 0, "holder's certificate not valid then"},
        {&profile_qualified, 0, 10, 0, long_s, 20, "holder's certificate not valid now"},
        {&profile_qualified, 0, long_s, 301, long_s, 0, "signed in the future"},
        {&profile_qualified, 0, long_s, 0, 10, 20, "authority of the certificate has ended"},
        {&profile_qualified, 0, long_s, 0, long_s, 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct holder *one = &cases[i];
        struct memory_key *key;
        OK(memory_key_new(&key));
        struct certificate maker =
            made_by(&profile_root, NULL, (struct bytes){0}, maker_key, now_s - DAY_S, now_s + one->maker_not_after_s);
        struct certificate holder = made_by(one->profile, "30000000438", maker.subject_name, holder_key,
                                            now_s + one->not_before_s, now_s + one->not_after_s);
        struct story story = good_story(new_uid(), key);
        struct signer_evidence evidence = signed_by_holder(&story, &holder, now_s + one->signed_s);
        enum err error = issue_under(&evidence, &maker.der, 1, now_s + one->issued_s);
        if (one->rule == NULL ? error != ERR_NONE : error != ERR_FORBIDDEN || strcmp(err_detail(), one->rule) != 0)
            fail_msg("%s: %s instead of %s", err_name(error), err_detail(), one->rule);
        memory_key_free(key);
    }
}

/* With the right name and key of our own authority, but in no journal: somebody else has used the key. */
static void of_a_key_used_elsewhere(void **state)
{
    struct opened opened;
    struct bytes to_be_signed, der;
    struct certificate certificate;
    const struct name subject = {.country = "TR", .serial_number = "30000000438", .common_name = "ELİF ŞAHİN (TEST)"};
    open_authority(&opened);
    const struct authority *authority = &opened.authority;
    const struct certificate_content content = {.profile = &profile_qualified,
                                                .terms = &terms,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = authority->certificate.subject_name,
                                                .issuer_key = authority->certificate.public_key,
                                                .subject_name = name_der(arena, &subject),
                                                .public_key = memory_key_public(holder_key),
                                                .not_before_s = now_s,
                                                .not_after_s = now_s + 900 * DAY_S,
                                                .algorithm = authority->signer.algorithm};
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, authority->certificate.public_key, &authority->signer, &der));
    close_authority(&opened);
    OK(certificate_parse(arena, der, &certificate));
    struct story story = good_story(new_uid(), card);
    struct signer_evidence evidence = signed_by_holder(&story, &certificate, now_s);
    refused(&evidence, now_s, "certificate that this signer did not issue");
}

static struct story story_over(enum application_reason reason, const char *serial)
{
    struct story story = good_story(new_uid(), card);
    story.application.reason = application_reason_words[reason];
    story.application.certificate = serial;
    story.application.term_years = 0;
    return story;
}

/* spec 01, 5: the card that is reported lost does not sign that it is. */
static void of_the_card_given_up(void **state)
{
    struct opened opened;
    struct bytes der;
    struct certificate own;
    int64_t since_s;
    struct story first = good_story(new_uid(), holder_key);
    struct signer_evidence evidence = evidence_of(&first);
    OK(issue_at(&evidence, now_s, &der));
    OK(certificate_parse(arena, der, &own));
    open_authority(&opened);
    OK(authority_set_status(&opened.authority, arena, own.serial, SIGNER_ACTIVE, 0, activation(own.serial, now_s + 1),
                            now_s + 1, &since_s));
    close_authority(&opened);
    struct story faulty = story_over(REASON_FAULTY, own.serial);
    evidence = signed_by_holder(&faulty, &own, now_s + 1);
    refused(&evidence, now_s + 2, "applicant's signature by the certificate reported lost or faulty");
    struct story other_name = story_over(REASON_NAME_CHANGE, own.serial); /* that one nobody else has */
    evidence = signed_by_holder(&other_name, &own, now_s + 1);
    if (issue_at(&evidence, now_s + 2, &der) != ERR_NONE) fail_msg("%s", err_detail());
}

/* `line_key`: the public key of the officer's line. */
static void officers_card_refused(const struct certificate *certificate, struct bytes line_key, const char *rule)
{
    struct opened opened;
    struct bytes text, der;
    struct story story = good_story(new_uid(), card);
    struct signer_evidence evidence = evidence_of(&story);
    OK(decision_statement_write(arena, &story.decision, &text));
    ((struct signer_proof *)(uintptr_t)evidence.proofs)[0].proof = signed_with(holder_key, certificate, text, now_s);
    open_authority(&opened);
    const struct registry_person officer = {.identity_number = "10000000146",
                                            .role = REGISTRY_OFFICER,
                                            .institution_code = "34",
                                            .card_digest = hex_encode(arena, sha256(arena, certificate->der)),
                                            .card_key_digest = hex_encode(arena, sha256(arena, line_key)),
                                            .from_s = now_s - DAY_S,
                                            .until_s = now_s + 900 * DAY_S};
    opened.authority.registry.persons = &officer;
    opened.authority.registry.persons_count = 1;
    assert_int_equal(authority_issue(&opened.authority, arena, &evidence, now_s, &der), ERR_FORBIDDEN);
    if (strcmp(err_detail(), rule) != 0) fail_msg("%s instead of %s", err_detail(), rule);
    close_authority(&opened);
}

static void of_officers(void **state)
{
    struct certificate maker =
        made_by(&profile_root, NULL, (struct bytes){0}, maker_key, now_s - DAY_S, now_s + 900 * DAY_S);
    struct certificate plain =
        made_by(&profile_ocsp, "10000000146", maker.subject_name, holder_key, now_s - DAY_S, now_s + 900 * DAY_S);
    officers_card_refused(&plain, plain.public_key, "signer without nonRepudiation");
    struct certificate ended =
        made_by(&profile_qualified, "10000000146", maker.subject_name, holder_key, now_s - DAY_S, now_s - 1);
    officers_card_refused(&ended, ended.public_key, "signer's certificate not valid");
    struct certificate other =
        made_by(&profile_qualified, "20000000292", maker.subject_name, holder_key, now_s - DAY_S, now_s + 900 * DAY_S);
    officers_card_refused(&other, other.public_key, "signer is another person");
    struct certificate own =
        made_by(&profile_qualified, "10000000146", maker.subject_name, holder_key, now_s - DAY_S, now_s + 900 * DAY_S);
    officers_card_refused(&own, maker.public_key, "signer's certificate of another key than its line");
}

struct cards {
    struct memory_key *keys[2];
    struct certificate certificates[2];
    struct registry_person persons[2];
};

/* Of two numbers, by two certificates. */
static struct cards cards_of(struct memory_key *second_key, enum registry_role role)
{
    static const char *const numbers[] = {"10000000146", "70000000924"};
    struct cards cards = {.keys = {holder_key, second_key}};
    struct certificate maker =
        made_by(&profile_root, NULL, (struct bytes){0}, maker_key, now_s - DAY_S, now_s + 900 * DAY_S);
    for (int i = 0; i < 2; i++) {
        cards.certificates[i] = made_by(&profile_qualified, numbers[i], maker.subject_name, cards.keys[i],
                                        now_s - DAY_S, now_s + 900 * DAY_S);
        const struct registry_person person = {
            .identity_number = numbers[i],
            .role = role,
            .institution_code = role == REGISTRY_OFFICER ? "34" : NULL,
            .card_digest = hex_encode(arena, sha256(arena, cards.certificates[i].der)),
            .card_key_digest = hex_encode(arena, sha256(arena, cards.certificates[i].public_key)),
            .from_s = now_s - DAY_S,
            .until_s = now_s + 900 * DAY_S};
        cards.persons[i] = person;
    }
    return cards;
}

static struct signer_proof signed_by_card(const struct cards *cards, int at, struct bytes text)
{
    return (struct signer_proof){.kind = PROOF_CARD,
                                 .proof = signed_with(cards->keys[at], &cards->certificates[at], text, now_s)};
}

static void open_with(struct opened *opened, const struct cards *cards)
{
    open_authority(opened);
    opened->authority.registry.persons = cards->persons;
    opened->authority.registry.persons_count = 2;
}

/* teslim by the first card, onay by the second. */
static enum err issue_by_cards(const struct cards *cards)
{
    struct opened opened;
    struct bytes text, der;
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    story.officer = NULL;
    story.has_no_owner = true;
    struct signer_evidence evidence = evidence_of(&story);
    for (int i = 0; i < 2; i++) {
        struct decision_statement decision = story.decision;
        decision.is_received = i == 0;
        decision.is_approved = i == 1;
        OK(decision_statement_write(arena, &decision, &text));
        ((struct signer_proof *)(uintptr_t)evidence.proofs)[evidence.proof_count++] = signed_by_card(cards, i, text);
    }
    open_with(&opened, cards);
    enum err error = authority_issue(&opened.authority, arena, &evidence, now_s, &der);
    close_authority(&opened);
    memory_key_free(key);
    return error;
}

static enum err release_by_cards(const struct cards *cards, const char *reason)
{
    struct opened opened;
    struct bytes text;
    const struct release_statement release = {1, reason, 1, now_s, now_s + 600};
    OK(release_statement_write(arena, &release, &text));
    const struct signer_proof proofs[] = {signed_by_card(cards, 0, text), signed_by_card(cards, 1, text)};
    open_with(&opened, cards);
    enum err error = authority_release(&opened.authority, arena, text, proofs, 2, now_s);
    close_authority(&opened);
    return error;
}

/* One authenticator, certified for two numbers, is one person. */
static void one_key_of_two_persons(void **state)
{
    struct memory_key *other_key;
    OK(memory_key_new(&other_key));
    struct cards cards = cards_of(other_key, REGISTRY_OFFICER);
    OK(issue_by_cards(&cards));
    cards = cards_of(holder_key, REGISTRY_OFFICER);
    assert_int_equal(issue_by_cards(&cards), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "evidence missing: ıslak: iki-kişi; ıslak: tek-kişi sahip");
    cards = cards_of(other_key, REGISTRY_ADMINISTRATOR);
    OK(release_by_cards(&cards, "a"));
    cards = cards_of(holder_key, REGISTRY_ADMINISTRATOR);
    assert_int_equal(release_by_cards(&cards, "b"), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "release without the signatures of two administrators");
    memory_key_free(other_key);
}

static void texts_that_do_not_read(void **state)
{
    struct story story = good_story(new_uid(), card);
    struct signer_evidence evidence = evidence_of(&story);
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence.proofs;
    struct signer_proof station = proofs[2];
    proofs[2].text = bytes_of_text("divit production 1\n");
    refused(&evidence, now_s, "production statement: ");
    proofs[2] = station;
    proofs[0] =
        (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as("ayse", bytes_of_text("divit consent 1\n"), now_s)};
    refused(&evidence, now_s, "consent statement: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(of_holders),
                                       cmocka_unit_test(of_a_key_used_elsewhere),
                                       cmocka_unit_test(of_the_card_given_up),
                                       cmocka_unit_test(of_officers),
                                       cmocka_unit_test(one_key_of_two_persons),
                                       cmocka_unit_test(texts_that_do_not_read)};
    return cmocka_run_group_tests_name("signer-holders", tests, begin_with_makers, end_with_makers);
}
