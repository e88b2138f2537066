/* Each way to a certificate: what is enough, and what is not (spec 10, What the signer asks for before it issues). */
#include "fixture_evidence.h"

#include "statement/consent_statement.h"

static struct story two_officers(bool first_receives, bool first_approves, bool other_receives, bool other_approves)
{
    struct story story = good_story(new_uid(), card);
    story.has_no_owner = true;
    story.decision.is_received = first_receives;
    story.decision.is_approved = first_approves;
    story.decision.is_seen = !first_receives && !first_approves;
    story.other = (struct other_decision){"zeynep", other_receives, other_approves};
    return story;
}

static void wet_way(void **state)
{
    struct story story = good_story(new_uid(), card);
    issued(&story); /* one person by card, and the owner */
    story = two_officers(true, false, false, true);
    issued(&story); /* teslim and onay of two */
    story = two_officers(false, true, true, true);
    issued(&story);
    story = two_officers(true, false, true, false);
    struct signer_evidence evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: tek-kişi sahip");
    story = two_officers(true, true, false, false); /* the other one saw the person: neither teslim nor onay */
    story.other = (struct other_decision){0};
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: sahip");
    story = two_officers(true, true, false, true);
    story.other.officer = "ayse"; /* twice the same person is one */
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: sahip");
    story = two_officers(true, false, false, true);
    story.application.identity_number = "70000000924"; /* the second officer's own */
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "officer and applicant are one person");
    story = good_story(new_uid(), card);
    story.decision.is_received = false;
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: tek-kişi");
}

static void nothing_at_all(void **state)
{
    struct story story = good_story(new_uid(), card);
    struct signer_evidence evidence = evidence_of(&story);
    evidence.proof_count = 0;
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: tek-kişi sahip; e-imza: başvuran kart-onayı");
}

static struct story e_signed(void)
{
    struct story story = good_story(new_uid(), card);
    story.has_no_owner = true;
    story.decision.is_received = false;
    story.line.way = decision_way_words[1];
    story.officer = "zeynep";
    story.application.identity_number = "10000000146";
    story.application.made_s = now_s - 60;
    story.applicant = "ayse"; /* by a card of an authority that the registry names */
    return story;
}

static void e_signed_way(void **state)
{
    struct story story = e_signed();
    issued(&story);
    story = e_signed();
    story.applicant = NULL;
    struct signer_evidence evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: e-imza: başvuran; e-imza: başvuran iki-anahtar-onayı");
    story = e_signed();
    story.applicant = "mehmet";
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "signature of another person");
    story = e_signed();
    story.officer = "ayse"; /* approves for herself */
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "officer and applicant are one person");
    story = e_signed();
    story.officer = NULL;
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi");
    story = e_signed();
    story.line.way = decision_way_words[0]; /* the officers decided over a form of paper */
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing: ıslak: iki-kişi; ıslak: tek-kişi sahip");
    story = e_signed();
    story.application.made_s = now_s + 3600; /* signed before it was made */
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "applicant's signature from before the application");
    story = e_signed();
    evidence = evidence_of(&story);
    struct story other = e_signed();
    struct signer_evidence foreign = evidence_of(&other);
    ((struct signer_proof *)(uintptr_t)evidence.proofs)[1] = foreign.proofs[1];
    refused(&evidence, now_s, "applicant's signature over another application");
}

static void authority_outside_the_registry(void **state)
{
    struct opened opened;
    struct bytes certificate;
    struct story story = e_signed();
    struct signer_evidence evidence = evidence_of(&story);
    open_authority(&opened);
    opened.authority.registry.authorities_count = 0;
    assert_int_equal(authority_issue(&opened.authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "certificate of no authority in the registry");
    close_authority(&opened);
}

/* The applicant signs with this certificate, a minute from now. */
static struct signer_evidence signed_by_own(struct memory_key *new_key, struct memory_key *key,
                                            const struct certificate *certificate)
{
    struct bytes cms;
    struct story story = good_story(new_uid(), new_key);
    story.line.way = decision_way_words[1];
    struct signer_evidence evidence = evidence_of(&story);
    struct external_signer signer = memory_key_signer(key);
    OK(cades_sign(arena, evidence.application_statement, certificate, now_s + 60, &signer, &cms));
    ((struct signer_proof *)(uintptr_t)evidence.proofs)[1] = (struct signer_proof){.kind = PROOF_CARD, .proof = cms};
    return evidence;
}

/* The applicant signs with a certificate that this very signer issued: then its status is known. */
static void e_signed_by_our_own_certificate(void **state)
{
    struct memory_key *key, *more[2];
    struct bytes der;
    struct certificate certificate;
    struct opened opened;
    int64_t since_s;
    OK(memory_key_new(&key));
    for (int i = 0; i < 2; i++) OK(memory_key_new(&more[i]));
    struct story first = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&first);
    OK(issue_at(&evidence, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    struct signer_evidence others[] = {signed_by_own(more[0], key, &certificate),
                                       signed_by_own(more[1], key, &certificate)};
    evidence = signed_by_own(card, key, &certificate);
    refused(&evidence, now_s + 60, "certificate suspended or revoked");
    open_authority(&opened);
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                            activation(certificate.serial, now_s), now_s, &since_s));
    OK(authority_issue(&opened.authority, arena, &evidence, now_s + 60, &der));
    intended(&opened, &others[0], now_s + 60);
    recovered(&opened, now_s + 60, 1, 0);
    intended(&opened, &others[1], now_s + 60); /* and now it is revoked in between */
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_REVOKED, 1, NULL, now_s + 60,
                            &since_s));
    recovered(&opened, now_s + 60, 0, 1);
    close_authority(&opened);
    for (int i = 0; i < 2; i++) memory_key_free(more[i]);
    memory_key_free(key);
}

static struct signer_proof consent_of(const char *label, const char *identity_number, int64_t ends_s)
{
    struct bytes text;
    const struct consent_statement consent = {.identity_number = identity_number,
                                              .text = arena_printf(arena, "riza/1 %064d", 1),
                                              .made_s = now_s - 60,
                                              .ends_s = ends_s};
    OK(consent_statement_write(arena, &consent, &text));
    return (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(label, text, now_s)};
}

static struct signer_evidence consented(struct story *story, const struct signer_proof *consent)
{
    story->line.way = decision_way_words[2];
    story->officer = "zeynep";
    story->decision.is_received = false;
    story->application.identity_number = "10000000146";
    story->application.made_s = now_s;
    struct signer_evidence evidence = evidence_of(story);
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence.proofs;
    if (consent != NULL) proofs[evidence.proof_count++] = *consent;
    return evidence;
}

static void e_consented_way(void **state)
{
    struct bytes certificate;
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    struct signer_proof consent = consent_of("ayse", "10000000146", 0);
    struct signer_evidence evidence = consented(&story, &consent);
    OK(issue_at(&evidence, now_s, &certificate));
    memory_key_free(key);
    story = good_story(new_uid(), card);
    evidence = consented(&story, NULL);
    refused(&evidence, now_s, "evidence missing: e-onay: rıza;");
    story = good_story(new_uid(), card);
    story.has_no_owner = true;
    evidence = consented(&story, &consent);
    refused(&evidence, now_s, "evidence missing: e-onay: sahip;");
    consent = consent_of("mehmet", "20000000292", 0);
    evidence = consented(&story, &consent);
    refused(&evidence, now_s, "consent of another person");
    consent = consent_of("mehmet", "10000000146", 0);
    evidence = consented(&story, &consent);
    refused(&evidence, now_s, "signature of another person");
    consent = consent_of("ayse", "10000000146", now_s + 10);
    evidence = consented(&story, &consent);
    refused(&evidence, now_s + 11, "consent past its end");
    consent = consent_of("ayse", "10000000146", 0);
    story.line.digest = NULL;
    evidence = consented(&story, &consent);
    story.application.made_s = now_s - 61;
    story.line.digest = NULL;
    struct signer_evidence older_one = evidence_of(&story);
    ((struct signer_proof *)(uintptr_t)older_one.proofs)[older_one.proof_count++] = consent;
    refused(&older_one, now_s, "consent younger than the application");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wet_way),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(e_signed_way),
        cmocka_unit_test(authority_outside_the_registry),
        cmocka_unit_test(e_signed_by_our_own_certificate),
        cmocka_unit_test(e_consented_way),
    };
    return cmocka_run_group_tests_name("signer-ways", tests, begin, end);
}
