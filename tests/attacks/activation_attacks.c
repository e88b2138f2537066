/*
 * A suspended certificate attacked with what a fallen worker has: statements of its own, everybody else's cards, the
 * suspended card itself, and all that the holder signed to lift earlier suspensions. Nothing may make it active.
 *
 * activation_attacks N: as often
 */
#include "fixture_signer.h"
#include "mutate.h"
#include "report.h"
#include "statement/activation_statement.h"

#include <stdio.h>

#define HOLDER "10000000146"
#define LABEL "ayse"

static long wanted = 500;
static struct opened opened;
static struct memory_key *card; /* of the suspended certificate */
static struct certificate attacked;

static struct bytes words(const char *identity_number, int64_t suspended_s)
{
    struct bytes text;
    const struct activation_statement statement = {attacked.serial, identity_number,         activation_wish,
                                                   suspended_s,     "http://localhost:8080", suspended_s};
    OK(activation_statement_write(arena, &statement, &text));
    return text;
}

static enum err set(struct arena *into, enum signer_status status, struct bytes signature, int64_t at_s)
{
    int64_t since_s;
    const struct signer_proof proof = {.kind = PROOF_CARD, .proof = signature};
    return authority_set_status(&opened.authority, into, attacked.serial, status, 0, &proof, at_s, &since_s);
}

struct armed {
    struct bytes earlier, right_words; /* what lifted the suspension before; what would lift this one, unsigned */
    struct bytes others[2], own; /* over the right words: other people's cards, the suspended one */
    struct bytes right;
    int64_t suspended_s;
};

static struct armed arm(void)
{
    struct bytes der;
    struct external_signer signer;
    OK(memory_key_new(&card));
    struct story story = good_story(random_hex(arena, 16), card);
    story.application.identity_number = HOLDER;
    story.officer = "zeynep";
    struct signer_evidence evidence = evidence_of(&story);
    open_authority(&opened);
    OK(authority_issue(&opened.authority, arena, &evidence, now_s, &der));
    OK(certificate_parse(arena, der, &attacked));
    close_authority(&opened);
    struct armed armed = {.suspended_s = now_s + 100};
    armed.earlier = sign_as(LABEL, words(HOLDER, now_s), now_s + 1);
    armed.right_words = words(HOLDER, armed.suspended_s);
    armed.others[0] = sign_as("mehmet", armed.right_words, armed.suspended_s);
    armed.others[1] = sign_as("derya", words("40000000584", armed.suspended_s), armed.suspended_s);
    armed.right = sign_as(LABEL, armed.right_words, armed.suspended_s);
    signer = memory_key_signer(card);
    OK(cades_sign(arena, armed.right_words, &attacked, armed.suspended_s, &signer, &armed.own));
    open_authority(&opened);
    OK(set(arena, SIGNER_ACTIVE, armed.earlier, now_s + 1));
    OK(set(arena, SIGNER_SUSPENDED, (struct bytes){0}, armed.suspended_s));
    return armed;
}

static struct bytes attempt(struct arena *into, const struct armed *armed, long number)
{
    switch (number % 6) {
    case 0: return armed->others[number / 6 % 2];
    case 1: return armed->earlier; /* played again */
    case 2: return armed->own;
    case 3: return mutate(into, armed->earlier, armed->right_words);
    case 4: return mutate(into, armed->others[0], armed->earlier);
    default: return armed->right_words; /* unsigned */
    }
}

static void nobody_else_activates(void **state)
{
    const struct armed armed = arm();
    long succeeded = 0;
    for (long i = 0; i < wanted; i++) {
        CLEANUP_ARENA struct arena *into = arena_new();
        struct bytes signature = attempt(into, &armed, i);
        if (set(into, SIGNER_ACTIVE, signature, armed.suspended_s + i % 100) != ERR_NONE) continue;
        succeeded++;
        OK(set(into, SIGNER_SUSPENDED, (struct bytes){0}, armed.suspended_s));
    }
    report_attack("status", "activated without the holder's signature: made up, others', changed, played again", wanted,
                  succeeded);
    report_limit("status", "another valid card of the holder's, with its PIN, lifts a suspension",
                 set(arena, SIGNER_ACTIVE, armed.right, armed.suspended_s + 1) == ERR_NONE);
    close_authority(&opened);
    memory_key_free(card);
    assert_int_equal(report_failed, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_else_activates)};
    if (argc > 1) wanted = strtol(argv[1], NULL, 10);
    return cmocka_run_group_tests_name("activation-attacks", tests, hold_ceremony, remove_folder);
}
