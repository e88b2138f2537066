/* Activation and the lifting of a suspension by the holder's signature (spec 10, Status): what counts, and what does not. */
#include "fixture_evidence.h"

#include "statement/activation_statement.h"
#include "statement/lock_statement.h"

#define HOLDER "10000000146" /* Ayşe, who has a card of another authority, too */

struct card_of {
    struct memory_key *key;
    struct certificate certificate;
};
/* suspended; another active one of this signer; and one of somebody else */
static struct card_of suspended, active, others;

static struct card_of issue_card(const char *identity_number)
{
    struct bytes der;
    struct card_of made_card;
    OK(memory_key_new(&made_card.key));
    struct story story = good_story(new_uid(), made_card.key);
    story.application.identity_number = identity_number;
    story.officer = "zeynep";
    struct signer_evidence evidence = evidence_of(&story);
    OK(issue_at(&evidence, now_s, &der));
    OK(certificate_parse(arena, der, &made_card.certificate));
    return made_card;
}

static enum err set(struct opened *opened, const struct card_of *of, enum signer_status status,
                    const struct signer_proof *proof, int64_t at_s)
{
    int64_t since_s;
    return authority_set_status(&opened->authority, arena, of->certificate.serial, status, 0, proof, at_s, &since_s);
}

static int begin_with_cards(void **state)
{
    struct opened opened;
    if (begin(state) != 0) return -1;
    suspended = issue_card(HOLDER);
    active = issue_card(HOLDER);
    others = issue_card("20000000292");
    open_authority(&opened);
    OK(set(&opened, &active, SIGNER_ACTIVE, activation(active.certificate.serial, now_s), now_s));
    OK(set(&opened, &others, SIGNER_ACTIVE, activation(others.certificate.serial, now_s), now_s));
    close_authority(&opened);
    return 0;
}

static int end_with_cards(void **state)
{
    memory_key_free(suspended.key);
    memory_key_free(active.key);
    memory_key_free(others.key);
    return end(state);
}

static struct activation_statement right_words(void)
{
    return (struct activation_statement){suspended.certificate.serial, HOLDER, activation_wish, now_s,
                                         "http://localhost:8080",      now_s};
}

static struct bytes text_of(const struct activation_statement *words)
{
    struct bytes text;
    OK(activation_statement_write(arena, words, &text));
    return text;
}

static struct signer_proof signed_by(const struct card_of *card_of, struct bytes text, int64_t signed_s)
{
    struct signer_proof proof = {.kind = PROOF_CARD};
    struct external_signer signer = memory_key_signer(card_of->key);
    OK(cades_sign(arena, text, &card_of->certificate, signed_s, &signer, &proof.proof));
    return proof;
}

static void not_activated(struct opened *opened, const struct signer_proof *proof, int64_t at_s, const char *rule)
{
    if (set(opened, &suspended, SIGNER_ACTIVE, proof, at_s) != ERR_FORBIDDEN) fail_msg("not refused: %s", rule);
    if (strncmp(err_detail(), rule, strlen(rule)) != 0) fail_msg("%s instead of %s", err_detail(), rule);
}

static void other_words_do_not_count(void **state)
{
    struct activation_statement cases[] = {right_words(), right_words(), right_words(),
                                           right_words(), right_words(), right_words()};
    static const char *const rules[] = {
        "activation of another certificate",  "activation by another person than the holder",
        "activation over another suspension", "activation over another suspension",
        "activation from the future",         "activation at another server"};
    cases[0].serial = active.certificate.serial;
    cases[1].identity_number = "20000000292";
    cases[2].suspended_s--;
    cases[3].suspended_s = ++cases[3].made_s;
    cases[4].made_s += 301;
    cases[5].server = "http://localhost:9090";
    struct opened opened;
    open_authority(&opened);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct signer_proof proof = signed_by(&active, text_of(&cases[i]), now_s);
        not_activated(&opened, &proof, now_s, rules[i]);
    }
    struct bytes lock;
    const struct lock_statement unlocking = {"11111111111111111111111111111111", HOLDER,
                                             lock_wish_words[UNLOCK_ISSUANCE], "http://localhost:8080", now_s};
    OK(lock_statement_write(arena, &unlocking, &lock));
    const struct signer_proof unlocks = signed_by(&active, lock, now_s);
    not_activated(&opened, &unlocks, now_s, "activation statement: ");
    close_authority(&opened);
}

static void other_signatures_do_not_count(void **state)
{
    struct opened opened;
    const struct activation_statement words = right_words();
    struct bytes text = text_of(&words);
    const struct signer_proof right = signed_by(&active, text, now_s);
    const struct signer_proof passkey = {.kind = PROOF_PASSKEY, .proof = right.proof};
    const struct signer_proof spoilt = {.kind = PROOF_CARD, .proof = one_changed(right.proof, right.proof.size - 5)};
    const struct signer_proof own = signed_by(&suspended, text, now_s), stranger_s = signed_by(&others, text, now_s);
    const struct signer_proof early = signed_by(&active, text, now_s - 301),
                              late = signed_by(&active, text, now_s + 301);
    const struct signer_proof before_it_began = signed_by(&active, text, active.certificate.not_before_s - 1);
    const char *none = "activation without an owner act or the holder's signature";
    open_authority(&opened);
    not_activated(&opened, NULL, now_s, none);
    not_activated(&opened, &passkey, now_s, none);
    not_activated(&opened, &spoilt, now_s, "signature: ");
    not_activated(&opened, &own, now_s, "signature by the suspended key itself");
    not_activated(&opened, &stranger_s, now_s, "signature of another person");
    not_activated(&opened, &early, now_s, "signed before the suspension");
    not_activated(&opened, &late, now_s, "signed in the future");
    not_activated(&opened, &before_it_began, now_s, "holder's certificate not valid then");
    not_activated(&opened, &right, active.certificate.not_after_s + 1, "holder's certificate not valid now");
    size_t count = opened.authority.registry.authorities_count;
    opened.authority.registry.authorities_count = 0;
    not_activated(&opened, &right, now_s, "certificate of no authority in the registry");
    opened.authority.registry.authorities_count = count;
    OK(set(&opened, &active, SIGNER_SUSPENDED, NULL, now_s));
    not_activated(&opened, &right, now_s, "certificate suspended or revoked");
    OK(set(&opened, &active, SIGNER_ACTIVE, activation(active.certificate.serial, now_s), now_s));
    close_authority(&opened);
}

/* The journal's newest word for this certificate. */
static void is_kept(struct opened *opened, const struct card_of *of, const char *by, struct bytes text,
                    struct bytes proof, size_t expected_count)
{
    const struct journal_activation *all;
    size_t count;
    OK(journal_list_activations(opened->authority.journal, arena, of->certificate.serial, &all, &count));
    assert_int_equal(count, expected_count);
    assert_string_equal(all[count - 1].by, by);
    assert_string_equal(all[count - 1].text, hex_encode(arena, sha256(arena, text)));
    assert_string_equal(all[count - 1].proof, hex_encode(arena, sha256(arena, proof)));
}

static void the_holder_activates_once_for_each_suspension(void **state)
{
    struct opened opened;
    struct activation_statement words = right_words();
    struct bytes first_text = text_of(&words);
    const struct signer_proof first = signed_by(&active, first_text, now_s);
    words.suspended_s = words.made_s = now_s + 10;
    const struct signer_proof second = {.kind = PROOF_CARD, .proof = sign_as("ayse", text_of(&words), now_s + 20)};
    const struct signer_proof *code = activation(others.certificate.serial, now_s);
    open_authority(&opened);
    OK(set(&opened, &suspended, SIGNER_ACTIVE, &first, now_s + 5));
    OK(set(&opened, &suspended, SIGNER_ACTIVE, &first, now_s + 6)); /* asked again */
    is_kept(&opened, &suspended, "card", first_text, first.proof, 1);
    OK(set(&opened, &suspended, SIGNER_SUSPENDED, NULL, now_s + 10));
    not_activated(&opened, &first, now_s + 20, "activation over another suspension");
    OK(set(&opened, &suspended, SIGNER_ACTIVE, &second, now_s + 20)); /* by a card of another authority */
    is_kept(&opened, &suspended, "card", text_of(&words), second.proof, 2);
    OK(set(&opened, &others, SIGNER_SUSPENDED, NULL, now_s));
    OK(set(&opened, &others, SIGNER_ACTIVE, code, now_s));
    is_kept(&opened, &others, "owner", code->text, code->proof, 2);
    OK(set(&opened, &suspended, SIGNER_REVOKED, NULL, now_s + 30));
    assert_int_equal(set(&opened, &suspended, SIGNER_ACTIVE, &second, now_s + 30), ERR_STATE);
    close_authority(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_words_do_not_count),
        cmocka_unit_test(other_signatures_do_not_count),
        cmocka_unit_test(the_holder_activates_once_for_each_suspension),
    };
    return cmocka_run_group_tests_name("signer-activation", tests, begin_with_cards, end_with_cards);
}
