/*
 * The owner's lock attacked with what a fallen web and worker have: statements of their own, everybody else's cards, and all
 * that the owner ever signed. After each try a month passes, and nothing may be issued.
 *
 * lock_attacks N: as often
 */
#include "fixture_signer.h"
#include "mutate.h"
#include "report.h"
#include "statement/lock_statement.h"

#include <stdio.h>

#define OWNER "10000000146"
#define LABEL "ayse"
#define LOCKS_MAX 20 /* each stays in the journal */

static long wanted = 500;
static struct opened opened;

static struct bytes wish(const char *lock_uid, const char *identity_number, enum lock_statement_wish what)
{
    struct bytes text;
    const struct lock_statement lock = {lock_uid, identity_number, lock_wish_words[what], "http://localhost:8080",
                                        now_s};
    OK(lock_statement_write(arena, &lock, &text));
    return text;
}

static enum err tell(struct arena *into, struct bytes text, struct bytes signature)
{
    int64_t since_s, ends_s;
    const struct signer_proof proof = {.kind = PROOF_CARD, .proof = signature};
    return authority_lock(&opened.authority, into, text, &proof, signature.size == 0 ? 0 : 1, now_s, &since_s, &ends_s);
}

static bool is_free(struct arena *into)
{
    return authority_may_issue_to(&opened.authority, into, OWNER, now_s + 31 * DAY_S) == ERR_NONE;
}

struct armed {
    const char *present_uid; /* of the lock that stands */
    struct bytes locks[2], unlocking, signature; /* of an earlier lock, which was unlocked */
    struct bytes others[2]; /* over the right text, by other people's cards */
    struct bytes right; /* what would unlock */
};

static struct armed arm(void)
{
    const char *first = random_hex(arena, 16), *second = random_hex(arena, 16);
    struct armed armed = {.present_uid = second};
    armed.locks[0] = wish(first, OWNER, LOCK_ISSUANCE);
    armed.locks[1] = wish(second, OWNER, LOCK_ISSUANCE);
    armed.unlocking = wish(first, OWNER, UNLOCK_ISSUANCE);
    armed.signature = sign_as(LABEL, armed.unlocking, now_s);
    armed.right = wish(second, OWNER, UNLOCK_ISSUANCE);
    armed.others[0] = sign_as("mehmet", armed.right, now_s);
    armed.others[1] = sign_as("derya", armed.right, now_s);
    open_authority(&opened);
    OK(tell(arena, armed.locks[0], (struct bytes){0}));
    OK(tell(arena, armed.unlocking, armed.signature));
    assert_true(is_free(arena));
    OK(tell(arena, armed.locks[1], (struct bytes){0}));
    return armed;
}

static void try_once(struct arena *into, const struct armed *armed, long number)
{
    struct bytes none = {0}, text = armed->right, signature = armed->others[number / 8 % 2];
    switch (number % 8) {
    case 0: break; /* another's card */
    case 1: signature = armed->signature; break; /* the owner's, over the former text */
    case 2:
        text = armed->unlocking;
        signature = armed->signature; /* played again */
        break;
    case 3: text = mutate(into, armed->right, armed->unlocking); break;
    case 4: signature = mutate(into, armed->signature, signature); break;
    case 5:
        text = armed->locks[0];
        signature = none; /* the former lock, which the former signature would fit */
        break;
    case 6:
        text = mutate(into, armed->locks[1], armed->locks[0]);
        signature = armed->signature;
        break;
    default: signature = none;
    }
    (void)!tell(into, text, signature);
    (void)!tell(into, armed->unlocking, armed->signature);
}

static void nobody_else_unlocks(void **state)
{
    struct armed armed = arm();
    long succeeded = 0;
    for (long i = 0; i < wanted; i++) {
        CLEANUP_ARENA struct arena *into = arena_new();
        if (i < LOCKS_MAX) (void)!tell(into, wish(random_hex(into, 16), OWNER, LOCK_ISSUANCE), (struct bytes){0});
        try_once(into, &armed, i);
        if (is_free(into)) succeeded++;
    }
    report_attack("lock", "unlocked without the owner's card: made up, others', changed, played again", wanted,
                  succeeded);
    close_authority(&opened);
    assert_int_equal(report_failed, 0);
}

static void who_has_the_card_and_72_hours_unlocks(void **state)
{
    const char *uid = random_hex(arena, 16);
    struct bytes text = wish(uid, OWNER, UNLOCK_ISSUANCE), signature = sign_as(LABEL, text, now_s);
    open_authority(&opened);
    OK(tell(arena, wish(uid, OWNER, LOCK_ISSUANCE), (struct bytes){0}));
    assert_false(is_free(arena));
    enum err error = tell(arena, text, signature);
    report_limit("lock", "a fallen worker locks; a stolen card with its PIN unlocks after 72 hours",
                 error == ERR_NONE && is_free(arena));
    close_authority(&opened);
    assert_int_equal(report_failed, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_else_unlocks),
                                       cmocka_unit_test(who_has_the_card_and_72_hours_unlocks)};
    if (argc > 1) wanted = strtol(argv[1], NULL, 10);
    return cmocka_run_group_tests_name("lock-attacks", tests, hold_ceremony, remove_folder);
}
