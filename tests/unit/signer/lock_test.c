/* The owner's lock (spec 10): who may lock and unlock, from when on, and what it keeps the signer from. */
#include "fixture_evidence.h"

#include "ipc/signer_client.h"
#include "statement/lock_statement.h"

#define HOURS_72 ((int64_t)72 * 3600)
#define LOCK_ONE "11111111111111111111111111111111"
#define LOCK_TWO "22222222222222222222222222222222"

/* The ceremony made each of them a card; a test has one of its own, for a lock stays in the journal. */
struct owner {
    const char *label, *identity_number;
};
static const struct owner ayse = {"ayse", "10000000146"}, mehmet = {"mehmet", "20000000292"},
                          derya = {"derya", "40000000584"}, okan = {"okan", "50000000730"},
                          pelin = {"pelin", "60000000028"}, deniz = {"deniz", "80000000064"};

static struct bytes wish_at(const char *server, const struct owner *owner, const char *lock_uid,
                            enum lock_statement_wish what)
{
    struct bytes text;
    const struct lock_statement lock = {lock_uid, owner->identity_number, lock_wish_words[what], server, now_s};
    OK(lock_statement_write(arena, &lock, &text));
    return text;
}

static struct bytes wish(const struct owner *owner, const char *lock_uid, enum lock_statement_wish what)
{
    return wish_at("http://localhost:8080", owner, lock_uid, what);
}

static enum err tell(struct bytes text, const struct signer_proof *proof, int64_t at_s, int64_t *ret_ends_s)
{
    struct opened opened;
    int64_t since_s;
    open_authority(&opened);
    enum err error =
        authority_lock(&opened.authority, arena, text, proof, proof == NULL ? 0 : 1, at_s, &since_s, ret_ends_s);
    close_authority(&opened);
    return error;
}

static void locks(const struct owner *owner, const char *lock_uid, int64_t at_s)
{
    int64_t ends_s = 1;
    OK(tell(wish(owner, lock_uid, LOCK_ISSUANCE), NULL, at_s, &ends_s));
    assert_int_equal(ends_s, 0);
}

static struct signer_proof signed_unlocking(const struct owner *owner, const char *lock_uid, int64_t signed_s)
{
    return (struct signer_proof){.kind = PROOF_CARD,
                                 .proof = sign_as(owner->label, wish(owner, lock_uid, UNLOCK_ISSUANCE), signed_s)};
}

static void unlocks(const struct owner *owner, const char *lock_uid, int64_t at_s, int64_t expected_end_s)
{
    int64_t ends_s = 0;
    const struct signer_proof proof = signed_unlocking(owner, lock_uid, at_s);
    OK(tell(wish(owner, lock_uid, UNLOCK_ISSUANCE), &proof, at_s, &ends_s));
    assert_int_equal(ends_s, expected_end_s);
}

static void not_told(struct bytes text, const struct signer_proof *proof, int64_t at_s, const char *rule)
{
    int64_t ends_s;
    if (tell(text, proof, at_s, &ends_s) != ERR_FORBIDDEN) fail_msg("not refused: %s", rule);
    if (strncmp(err_detail(), rule, strlen(rule)) != 0) fail_msg("%s instead of %s", err_detail(), rule);
}

/* For this person, by officer and owner act; a fresh key each time. */
static struct signer_evidence evidence_for(const struct owner *owner, struct memory_key **ret_key)
{
    OK(memory_key_new(ret_key));
    struct story story = good_story(new_uid(), *ret_key);
    story.application.identity_number = owner->identity_number;
    story.officer = "zeynep";
    story.decision.valid_until_s = now_s + 30 * DAY_S;
    return evidence_of(&story);
}

static void locked_for(const struct owner *owner, int64_t at_s)
{
    struct memory_key *key;
    struct signer_evidence evidence = evidence_for(owner, &key);
    refused(&evidence, at_s, SIGNER_LOCKED);
    memory_key_free(key);
}

static void free_for(const struct owner *owner, int64_t at_s)
{
    struct memory_key *key;
    struct bytes certificate;
    struct signer_evidence evidence = evidence_for(owner, &key);
    if (issue_at(&evidence, at_s, &certificate) != ERR_NONE) fail_msg("%s", err_detail());
    memory_key_free(key);
}

static void stands_until_72_hours_after_the_unlocking(void **state)
{
    struct memory_key *key;
    struct bytes certificate;
    struct signer_evidence waiting = evidence_for(&ayse, &key);
    free_for(&ayse, now_s);
    locks(&ayse, LOCK_ONE, now_s);
    refused(&waiting, now_s, SIGNER_LOCKED);
    free_for(&mehmet, now_s); /* it is hers alone */
    locked_for(&ayse, now_s + 20 * DAY_S);
    unlocks(&ayse, LOCK_ONE, now_s + 60, now_s + 60 + HOURS_72);
    refused(&waiting, now_s + 60 + HOURS_72 - 1, SIGNER_LOCKED);
    OK(issue_at(&waiting, now_s + 60 + HOURS_72, &certificate)); /* the same evidence: nothing was lost */
    memory_key_free(key);
}

static void only_the_owner_unlocks(void **state)
{
    struct bytes text = wish(&mehmet, LOCK_ONE, UNLOCK_ISSUANCE);
    const struct signer_proof own = signed_unlocking(&mehmet, LOCK_ONE, now_s);
    const struct signer_proof others = {.kind = PROOF_CARD, .proof = sign_as("ayse", text, now_s)};
    const struct signer_proof passkey = {.kind = PROOF_PASSKEY, .proof = own.proof};
    const struct signer_proof another_lock = signed_unlocking(&mehmet, LOCK_TWO, now_s);
    const struct signer_proof early = signed_unlocking(&mehmet, LOCK_ONE, now_s - 301);
    const struct signer_proof spoilt = {.kind = PROOF_CARD, .proof = one_changed(own.proof, own.proof.size - 5)};
    not_told(text, &own, now_s, "unlocking of another lock"); /* there is none */
    locks(&mehmet, LOCK_ONE, now_s);
    not_told(text, NULL, now_s, "unlocking without the owner's signature");
    not_told(text, &passkey, now_s, "unlocking without the owner's signature");
    not_told(text, &others, now_s, "signature of another person");
    not_told(text, &another_lock, now_s, "signature over another text");
    not_told(text, &early, now_s, "signed before the lock");
    not_told(text, &spoilt, now_s, "signature: ");
    not_told(one_changed(text, 0), &own, now_s, "lock statement: ");
    not_told(wish(&mehmet, LOCK_TWO, LOCK_ISSUANCE), NULL, now_s - 301, "lock statement from the future");
    locked_for(&mehmet, now_s + 20 * DAY_S);
}

static void words_for_another_server_count_for_nothing(void **state)
{
    const char *elsewhere = "http://localhost:9090";
    struct bytes unlocking = wish_at(elsewhere, &mehmet, LOCK_ONE, UNLOCK_ISSUANCE);
    const struct signer_proof proof = {.kind = PROOF_CARD, .proof = sign_as("mehmet", unlocking, now_s)};
    not_told(unlocking, &proof, now_s, "lock at another server"); /* over the lock that stands */
    not_told(wish_at(elsewhere, &deniz, LOCK_ONE, LOCK_ISSUANCE), NULL, now_s, "lock at another server");
    free_for(&deniz, now_s);
}

/* The same word again is what a worker sends that did not hear the answer. */
static void twice_is_once(void **state)
{
    int64_t ends_s;
    locks(&derya, LOCK_ONE, now_s);
    locks(&derya, LOCK_ONE, now_s + 10);
    const struct signer_proof proof = signed_unlocking(&derya, LOCK_ONE, now_s + 20);
    struct bytes text = wish(&derya, LOCK_ONE, UNLOCK_ISSUANCE);
    OK(tell(text, &proof, now_s + 20, &ends_s));
    OK(tell(text, &proof, now_s + 1000, &ends_s));
    assert_int_equal(ends_s, now_s + 20 + HOURS_72); /* counted from the first time */
    now_s++; /* another text over the same lock */
    const struct signer_proof again = signed_unlocking(&derya, LOCK_ONE, now_s);
    not_told(wish(&derya, LOCK_ONE, UNLOCK_ISSUANCE), &again, now_s + 1000, "unlocked before");
    now_s--;
    locked_for(&derya, now_s + 20 + HOURS_72 - 1);
    free_for(&derya, now_s + 20 + HOURS_72);
}

static void a_new_lock_voids_every_unlocking_before(void **state)
{
    const struct signer_proof old = signed_unlocking(&okan, LOCK_ONE, now_s);
    struct bytes text = wish(&okan, LOCK_ONE, UNLOCK_ISSUANCE);
    locks(&okan, LOCK_ONE, now_s);
    unlocks(&okan, LOCK_ONE, now_s, now_s + HOURS_72);
    locks(&okan, LOCK_TWO, now_s + DAY_S);
    locked_for(&okan, now_s + HOURS_72 + 1);
    not_told(text, &old, now_s + DAY_S, "unlocking of another lock");
    not_told(wish(&okan, LOCK_ONE, LOCK_ISSUANCE), NULL, now_s + DAY_S, "lock number used before");
    now_s++;
    not_told(wish(&okan, LOCK_ONE, LOCK_ISSUANCE), NULL, now_s + DAY_S, "lock number used before");
    now_s--;
    locked_for(&okan, now_s + 20 * DAY_S);
}

static void what_was_intended_before_is_voided(void **state)
{
    struct opened opened;
    struct memory_key *key, *other_key;
    struct bytes certificate;
    int64_t since_s, ends_s;
    struct signer_evidence evidence = evidence_for(&pelin, &key), other = evidence_for(&deniz, &other_key);
    struct bytes text = wish(&pelin, LOCK_ONE, LOCK_ISSUANCE);
    open_authority(&opened);
    intended(&opened, &evidence, now_s);
    intended(&opened, &other, now_s);
    OK(authority_lock(&opened.authority, arena, text, NULL, 0, now_s + 1, &since_s, &ends_s));
    assert_int_equal(authority_issue(&opened.authority, arena, &evidence, now_s + 2, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), SIGNER_LOCKED);
    recovered(&opened, now_s + 2, 1, 1); /* the other person's is completed */
    OK(authority_issue(&opened.authority, arena, &other, now_s + 3, &certificate));
    assert_int_equal(authority_issue(&opened.authority, arena, &evidence, now_s + 3, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "attempt was voided");
    close_authority(&opened);
    memory_key_free(key);
    memory_key_free(other_key);
}

/* Who takes the file learns nobody's number, nor who is locked by trying numbers. */
static void the_file_names_no_owner(void **state)
{
    struct bytes file;
    struct opened opened;
    struct bytes number = bytes_of_text(okan.identity_number);
    open_authority(&opened); /* a journal that is closed as the last one is one file */
    close_authority(&opened);
    OK(file_read(arena, installation_path(arena, &installation, "signer/signer.db"), (size_t)64 * 1024 * 1024, &file));
    assert_non_null(memmem(file.data, file.size, "lock", 4));
    assert_null(memmem(file.data, file.size, number.data, number.size));
    assert_null(memmem(file.data, file.size, LOCK_ONE, strlen(LOCK_ONE)));
    const char *guess = hex_encode(arena, sha256(arena, number));
    assert_null(memmem(file.data, file.size, guess, strlen(guess)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stands_until_72_hours_after_the_unlocking),
        cmocka_unit_test(only_the_owner_unlocks),
        cmocka_unit_test(words_for_another_server_count_for_nothing),
        cmocka_unit_test(twice_is_once),
        cmocka_unit_test(a_new_lock_voids_every_unlocking_before),
        cmocka_unit_test(what_was_intended_before_is_voided),
        cmocka_unit_test(the_file_names_no_owner),
    };
    return cmocka_run_group_tests_name("signer-lock", tests, begin, end);
}
