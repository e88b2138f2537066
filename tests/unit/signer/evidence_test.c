/* What the signer asks for before it issues: each refusal by its name, one thing about good evidence changed. */
#include "fixture_evidence.h"

/* -- application, request, decision -- */

static void other_revision(struct story *s)
{
    s->line.revision = 2;
}
static void other_digest(struct story *s)
{
    s->line.digest = arena_printf(arena, "%064d", 7);
}
static void other_application(struct story *s)
{
    s->line.application_uid = "ffffffffffffffffffffffffffffffff";
}
static void registry_to_come(struct story *s)
{
    s->decision.registry_number = 9;
}
static void older(struct story *s)
{
    s->decision.made_s -= 10 * DAY_S;
    s->decision.valid_until_s = now_s - 1;
}
static void future(struct story *s)
{
    s->decision.made_s = now_s + 301;
}
static void signed_later(struct story *s)
{
    s->signed_s = now_s + 301;
}
static void signed_before(struct story *s)
{
    s->signed_s = now_s - DAY_S;
}
static void foreign_office(struct story *s)
{
    s->decision.institution_code = "06";
}
static void foreign_officer(struct story *s)
{
    s->officer = "mehmet";
    s->decision.institution_code = "06";
}
static void administrator(struct story *s)
{
    s->officer = "derya";
}
static void for_oneself(struct story *s)
{
    s->application.identity_number = "10000000146";
}
static void wider(struct story *s)
{
    s->application.institution_code = "06";
}
static void unknown_institution(struct story *s)
{
    s->application.institution_code = "3401/34";
}
static void renewal(struct story *s)
{
    s->application.reason = application_reason_words[1];
}
static void four_years(struct story *s)
{
    s->application.term_years = 4;
}
static void other_profile(struct story *s)
{
    s->application.profile = "nes-2";
}
static void foreign_request(struct story *s)
{
    s->request_digest = sha256(arena, bytes_of_text("other"));
}
static void long_name(struct story *s)
{
    s->application.given_names = "ABDÜLHAMİTOĞULLARINDAN ABDÜLHAMİTOĞULLARINDAN ABDÜLHAMİTOĞULLARINDAN";
}

/* -- the owner's word and the station's -- */

static void owner_of_other(struct story *s)
{
    s->owner.subject = arena_printf(arena, "%064d", 9);
}
static void owner_activates(struct story *s)
{
    s->owner.purpose = owner_purpose_words[OWNER_ACTIVATES];
    s->owner.subject = "4711";
}
static void owner_of_form(struct story *s)
{
    s->owner.source = owner_source_words[OWNER_SOURCE_FORM];
    s->owner.source_document = arena_printf(arena, "%064d", 9);
}
static void owner_known_lately(struct story *s)
{
    s->owner.known_since_s = now_s - OWNER_NUMBER_KNOWN_S + 1;
}
static void owner_to_come(struct story *s)
{
    s->owner.made_s = now_s + 301;
}
static void owner_before_the_key(struct story *s)
{
    s->owner.made_s = now_s - DAY_S;
}
static void owner_signed_by_other(struct story *s)
{
    s->owner_key = station_key;
}
static void owner_missing(struct story *s)
{
    s->has_no_owner = true;
}
static void production_missing(struct story *s)
{
    s->has_no_production = true;
}

static void refuses_by_name(void **state)
{
    static const struct {
        void (*change)(struct story *story);
        enum err error;
        const char *rule;
    } cases[] = {
        {other_revision, ERR_FORBIDDEN, "decision over another revision"},
        {other_digest, ERR_FORBIDDEN, "decision over another D"},
        {other_application, ERR_FORBIDDEN, "decision without this application"},
        {registry_to_come, ERR_FORBIDDEN, "decision under a registry to come"},
        {older, ERR_FORBIDDEN, "decision past its date"},
        {future, ERR_FORBIDDEN, "decision from the future"},
        {signed_later, ERR_FORBIDDEN, "signed in the future"},
        {signed_before, ERR_FORBIDDEN, "signer not valid then and now"},
        {foreign_office, ERR_FORBIDDEN, "decision of another institution than the officer's"},
        {foreign_officer, ERR_FORBIDDEN, "institution not within the officer's part of the tree"},
        {administrator, ERR_FORBIDDEN, "signer is no officer"},
        {for_oneself, ERR_FORBIDDEN, "officer and applicant are one person"},
        {wider, ERR_FORBIDDEN, "institution not within the officer's part of the tree"},
        {unknown_institution, ERR_FORBIDDEN, "institution not within the officer's part of the tree"},
        {renewal, ERR_FORBIDDEN, "no certificate concerned"},
        {four_years, ERR_FORBIDDEN, "term"},
        {other_profile, ERR_FORBIDDEN, "profile unknown"},
        {foreign_request, ERR_FORBIDDEN, "request for another D"},
        {long_name, ERR_INVALID, "spec 07 subject: CN is not of 3 to 64 characters"},
        {owner_of_other, ERR_FORBIDDEN, "owner act over another D"},
        {owner_activates, ERR_FORBIDDEN, "owner act for another purpose"},
        {owner_of_form, ERR_FORBIDDEN, "owner act by the form's own number"},
        {owner_known_lately, ERR_FORBIDDEN, "owner act by a number known for less than 72 hours"},
        {owner_to_come, ERR_FORBIDDEN, "said in the future"},
        {owner_before_the_key, ERR_FORBIDDEN, "service not valid then and now"},
        {owner_signed_by_other, ERR_FORBIDDEN, "signature of another key than the service's"},
        {owner_missing, ERR_FORBIDDEN, "evidence missing: ıslak: iki-kişi; ıslak: sahip"},
        {production_missing, ERR_FORBIDDEN, "production statement missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct story story = good_story(new_uid(), card);
        cases[i].change(&story);
        struct signer_evidence evidence = evidence_of(&story);
        struct bytes certificate;
        enum err error = issue_at(&evidence, now_s, &certificate);
        if (error != cases[i].error || strcmp(err_detail(), cases[i].rule) != 0)
            fail_msg("%s instead of %s (%s)", err_detail(), cases[i].rule, err_name(error));
    }
}

/* -- parts of two good stories, and damaged ones -- */

static void refuses_parts_that_do_not_fit(void **state)
{
    struct story story = good_story(new_uid(), card), other = good_story(new_uid(), card);
    struct signer_evidence good = evidence_of(&story), foreign = evidence_of(&other), mixed;
    mixed = good;
    mixed.application_uid = other.application.application_uid;
    refused(&mixed, now_s, "application statement of another application");
    mixed = good;
    mixed.application_statement = one_changed(good.application_statement, good.application_statement.size - 5);
    refused(&mixed, now_s, "request for another D");
    mixed.application_statement = bytes_of_text("divit application 1\n");
    refused(&mixed, now_s, "application statement: ");
    struct signer_proof proofs[3];
    memcpy(proofs, good.proofs, sizeof proofs);
    mixed = good;
    mixed.proofs = proofs;
    proofs[0] = foreign.proofs[0];
    refused(&mixed, now_s, "decision without this application");
    proofs[0].proof = one_changed(good.proofs[0].proof, good.proofs[0].proof.size - 1);
    refused(&mixed, now_s, "signature: ");
    proofs[0].proof = sign_as("ayse", bytes_of_text("divit decision 1\n"), now_s);
    refused(&mixed, now_s, "decision statement: ");
    proofs[0].proof = sign_as("ayse", bytes_of_text("divit head 1\n"), now_s);
    refused(&mixed, now_s, "card signature over no statement of evidence");
    proofs[0].kind = PROOF_PASSKEY;
    refused(&mixed, now_s, "passkey: ");
    proofs[0].kind = (enum signer_proof_kind)9;
    refused(&mixed, now_s, "proof of an unknown kind");
    proofs[0] = good.proofs[0];
    proofs[1] = foreign.proofs[1];
    refused(&mixed, now_s, "owner act over another D");
    proofs[1].text = bytes_of_text("divit owner 1\n");
    refused(&mixed, now_s, "owner statement: ");
    proofs[1] = good.proofs[1];
    proofs[1].proof = one_changed(good.proofs[1].proof, good.proofs[1].proof.size - 1);
    refused(&mixed, now_s, "signature of another key than the service's");
    mixed = good;
    mixed.certificate_request = foreign.certificate_request;
    refused(&mixed, now_s, "request for another D");
    mixed.certificate_request = one_changed(good.certificate_request, good.certificate_request.size - 1);
    refused(&mixed, now_s, "certificate request: ");
    mixed = good;
    mixed.attempt = 2;
    refused(&mixed, now_s, "request for another attempt");
    mixed.attempt = 4;
    refused(&mixed, now_s, "more than three attempts");
    mixed.attempt = 0;
    refused(&mixed, now_s, "attempt");
    mixed = good;
    mixed.proof_count = SIGNER_PROOFS_MAX + 1;
    refused(&mixed, now_s, "number of proofs");
    refused(&good, now_s + 10 * DAY_S + 1, "decision past its date");
}

/* What counts for nothing does no harm to what is enough. */
static void others_words_do_no_harm(void **state)
{
    struct memory_key *key;
    struct bytes certificate;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key), other = good_story(new_uid(), card);
    struct signer_evidence evidence = evidence_of(&story), foreign = evidence_of(&other);
    struct signer_proof *proofs = (struct signer_proof *)(uintptr_t)evidence.proofs;
    for (size_t i = 0; i < foreign.proof_count; i++) proofs[evidence.proof_count++] = foreign.proofs[i];
    OK(issue_at(&evidence, now_s, &certificate));
    memory_key_free(key);
}

static void signer_outside_the_registry(void **state)
{
    struct opened opened;
    struct story story = good_story(new_uid(), card);
    struct signer_evidence evidence = evidence_of(&story);
    struct bytes certificate;
    open_authority(&opened);
    struct authority *authority = &opened.authority;
    struct registry registry = authority->registry;
    authority->registry.persons_count = 0;
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "signer not in the registry");
    struct registry_person officer = registry.persons[0];
    officer.identity_number = "20000000292";
    authority->registry.persons = &officer;
    authority->registry.persons_count = 1;
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "signer is another person");
    officer = registry.persons[0];
    officer.until_s = now_s - 1;
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "signer not valid then and now");
    authority->registry = registry;
    authority->registry.services_count = 0;
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "service not in the registry");
    authority->registry = registry;
    authority->registry.rules_count = 0;
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "no rule for this door and way");
    const struct registry_rule stricter = {"saglik", "ıslak", NEED(NEED_TWO_PERSONS) | NEED(NEED_OWNER)};
    authority->registry.rules = &stricter;
    authority->registry.rules_count = 1;
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "evidence missing: ıslak: iki-kişi");
    authority->registry = registry;
    close_authority(&opened);
}

/* -- activation -- */

static void other_serial(struct owner_statement *word)
{
    word->subject = "4711";
}
static void other_purpose(struct owner_statement *word)
{
    word->purpose = owner_purpose_words[OWNER_SETS_PIN];
}
static void other_form(struct owner_statement *word)
{
    word->source = owner_source_words[OWNER_SOURCE_FORM];
    word->source_document = arena_printf(arena, "%064d", 9);
}
static void lately_known(struct owner_statement *word)
{
    word->known_since_s = word->made_s - OWNER_NUMBER_KNOWN_S + 1;
}
static void from_before(struct owner_statement *word)
{
    word->made_s -= 1;
}
static void to_come(struct owner_statement *word)
{
    word->made_s += 301;
}

static enum err activate(struct authority *authority, const char *serial, const struct owner_statement *word)
{
    struct bytes text;
    int64_t since_s;
    OK(owner_statement_write(arena, word, &text));
    const struct signer_proof proof = proof_by(keeper_key, PROOF_OWNER, text);
    return authority_set_status(authority, arena, serial, SIGNER_ACTIVE, 0, &proof, now_s, &since_s);
}

static void activation_needs_its_owner(void **state)
{
    static const struct {
        void (*change)(struct owner_statement *word);
        const char *rule;
    } cases[] = {
        {other_serial, "owner act over another serial"},
        {other_purpose, "owner act for another purpose"},
        {other_form, "owner act by the number of another form"},
        {lately_known, "owner act by a number known for less than 72 hours"},
        {from_before, "owner act from before the suspension"},
        {to_come, "said in the future"},
    };
    struct memory_key *key;
    struct bytes der;
    struct certificate certificate;
    struct opened opened;
    int64_t since_s;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&story);
    open_authority(&opened);
    struct authority *authority = &opened.authority;
    OK(authority_issue(authority, arena, &evidence, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    const char *serial = certificate.serial;
    now_s++; /* the keys are of the second before: a word from before the suspension is still one of theirs */
    OK(authority_set_status(authority, arena, serial, SIGNER_ACTIVE, 0, activation(serial, now_s), now_s, &since_s));
    OK(authority_set_status(authority, arena, serial, SIGNER_SUSPENDED, 0, NULL, now_s, &since_s));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct owner_statement word = activation_word(serial, now_s);
        cases[i].change(&word);
        assert_int_equal(activate(authority, serial, &word), ERR_FORBIDDEN);
        if (strcmp(err_detail(), cases[i].rule) != 0) fail_msg("%s instead of %s", err_detail(), cases[i].rule);
    }
    assert_int_equal(authority_set_status(authority, arena, serial, SIGNER_ACTIVE, 0, NULL, now_s, &since_s),
                     ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "activation without an owner act or the holder's signature");
    struct signer_proof forged = *activation(serial, now_s);
    forged.proof = proof_by(stranger, PROOF_OWNER, forged.text).proof;
    assert_int_equal(authority_set_status(authority, arena, serial, SIGNER_ACTIVE, 0, &forged, now_s, &since_s),
                     ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "signature of another key than the service's");
    struct owner_statement word = activation_word(serial, now_s);
    word.source = owner_source_words[OWNER_SOURCE_FORM]; /* its own application's form, known for long */
    word.source_document = hex_encode(arena, sha256(arena, evidence.application_statement));
    OK(activate(authority, serial, &word));
    close_authority(&opened);
    memory_key_free(key);
}

/* -- the station -- */

static void station_of_other_name(struct story *s)
{
    s->production.station = "keeper";
    s->production_key = keeper_key;
}
static void station_unknown(struct story *s)
{
    s->production.station = "istasyon-2";
}
static void station_of_other_application(struct story *s)
{
    s->production.application_uid = "ffffffffffffffffffffffffffffffff";
}
static void station_of_other_digest(struct story *s)
{
    s->production.digest = arena_printf(arena, "%064d", 1);
}
static void station_of_other_attempt(struct story *s)
{
    s->production.attempt = 2;
}
static void station_of_other_key(struct story *s)
{
    s->production.public_key = arena_printf(arena, "%064d", 1);
}
static void station_signed_by_other(struct story *s)
{
    s->production_key = stranger;
}

static void station_says_what_fits(void **state)
{
    static const struct {
        void (*change)(struct story *story);
        const char *rule;
    } cases[] = {
        {station_of_other_name, "no station's name"},
        {station_unknown, "service not in the registry"},
        {station_of_other_application, "production of another application"},
        {station_of_other_digest, "production over another D"},
        {station_of_other_attempt, "production of another attempt"},
        {station_of_other_key, "production of another key"},
        {station_signed_by_other, "signature of another key than the service's"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct story story = good_story(new_uid(), card);
        cases[i].change(&story);
        struct signer_evidence evidence = evidence_of(&story);
        refused(&evidence, now_s, cases[i].rule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refuses_by_name),
                                       cmocka_unit_test(refuses_parts_that_do_not_fit),
                                       cmocka_unit_test(others_words_do_no_harm),
                                       cmocka_unit_test(signer_outside_the_registry),
                                       cmocka_unit_test(activation_needs_its_owner),
                                       cmocka_unit_test(station_says_what_fits)};
    return cmocka_run_group_tests_name("signer-evidence", tests, begin, end);
}
