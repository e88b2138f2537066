/* What is missing, by the lines of rules that ship: each case of spec 10's table, and every set of up to three decisions. */
#include "application/application.h"
#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CARD(person, received, approved)                                                                               \
    {                                                                                                                  \
        .person_id = person, .is_card = true, .is_received = received, .is_approved = approved                         \
    }
#define KEY(person, received, approved)                                                                                \
    {                                                                                                                  \
        .person_id = person, .is_received = received, .is_approved = approved                                          \
    }

static bool is_complete(const char *way, const struct evidence_given *given)
{
    struct arena *arena = arena_new();
    struct registry registry = {.rules = registry_shipped_rules, .rules_count = registry_shipped_rules_count};
    const struct registry_rule *rules;
    size_t count;
    registry_find_rules(&registry, arena, "saglik", way, &rules, &count);
    bool complete = evidence_is_complete(rules, count, given);
    arena_free(arena);
    return complete;
}

static const struct registry_rule two_persons = {"*", "ıslak", NEED(NEED_TWO_PERSONS)};
static const struct registry_rule one_and_owner = {"*", "ıslak", NEED(NEED_ONE_PERSON) | NEED(NEED_OWNER)};
static const struct registry_rule two_keys = {"*", "e-imza", NEED(NEED_APPLICANT) | NEED(NEED_PASSKEY_APPROVALS)};

static void each_case_says_what_is_missing(void **state)
{
    static const struct {
        const struct registry_rule *rule;
        struct decision_given decisions[3];
        size_t count;
        bool has_owner, has_applicant;
        unsigned missing;
    } cases[] = {
        {&two_persons, {{0}}, 0, .missing = MISSING_RECEIPT | MISSING_APPROVAL | MISSING_OTHER_PERSON | MISSING_CARD},
        {&two_persons, {CARD(1, true, false)}, 1, .missing = MISSING_APPROVAL | MISSING_OTHER_PERSON},
        {&two_persons, {KEY(1, false, true)}, 1, .missing = MISSING_RECEIPT | MISSING_OTHER_PERSON | MISSING_CARD},
        {&two_persons, {CARD(1, true, true)}, 1, .missing = MISSING_OTHER_PERSON},
        {&two_persons, {CARD(1, true, false), CARD(1, false, true)}, 2, .missing = MISSING_OTHER_PERSON},
        {&two_persons, {KEY(1, true, false), KEY(2, false, true)}, 2, .missing = MISSING_CARD},
        {&two_persons, {KEY(1, true, false), KEY(2, false, true), KEY(3, true, true)}, 3, .missing = MISSING_CARD},
        {&two_persons, {CARD(1, true, false), KEY(2, false, true)}, 2, .missing = 0},
        {&two_persons, {KEY(1, true, false), CARD(2, false, true)}, 2, .missing = 0},
        {&two_persons, {CARD(1, true, true), KEY(2, true, true)}, 2, .missing = 0},
        {&one_and_owner, {CARD(1, true, true)}, 1, .missing = MISSING_OWNER},
        {&one_and_owner, {CARD(1, true, true)}, 1, .has_owner = true, .missing = 0},
        {&one_and_owner, {CARD(1, true, false), CARD(1, false, true)}, 2, .has_owner = true, .missing = 0},
        {&one_and_owner, {CARD(1, true, false)}, 1, .has_owner = true, .missing = MISSING_APPROVAL | MISSING_CARD},
        {&one_and_owner,
         {CARD(1, true, false), CARD(2, false, true)},
         2,
         .has_owner = true,
         .missing = MISSING_APPROVAL | MISSING_CARD},
        {&one_and_owner,
         {KEY(1, true, true)},
         1,
         .has_owner = true,
         .missing = MISSING_RECEIPT | MISSING_APPROVAL | MISSING_CARD},
        {&two_keys, {KEY(1, false, true)}, 1, .missing = MISSING_APPLICANT | MISSING_APPROVAL | MISSING_OTHER_PERSON},
        {&two_keys,
         {KEY(1, false, true), KEY(1, false, true)},
         2,
         .has_applicant = true,
         .missing = MISSING_APPROVAL | MISSING_OTHER_PERSON},
        {&two_keys, {KEY(1, false, true), KEY(2, false, true)}, 2, .has_applicant = true, .missing = 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct evidence_given given = {.has_owner = cases[i].has_owner,
                                       .has_applicant = cases[i].has_applicant,
                                       .decisions = cases[i].decisions,
                                       .decision_count = cases[i].count};
        if (missing_evidence(cases[i].rule, &given) != cases[i].missing)
            fail_msg("case %zu: %u", i, missing_evidence(cases[i].rule, &given));
    }
}

static void electronic_ways_need_the_applicant(void **state)
{
    static const struct decision_given card[] = {CARD(1, false, true)}, key[] = {KEY(1, false, true)};
    struct evidence_given given = {.has_applicant = true, .decisions = card, .decision_count = 1};
    assert_true(is_complete("e-imza", &given));
    given.has_applicant = false;
    assert_false(is_complete("e-imza", &given));
    given.has_applicant = true;
    given.decisions = key;
    assert_false(is_complete("e-imza", &given));
    assert_false(is_complete("e-onay", &given));
    given = (struct evidence_given){.has_consent = true, .has_owner = true, .decisions = card, .decision_count = 1};
    assert_true(is_complete("e-onay", &given));
    given.has_owner = false;
    assert_false(is_complete("e-onay", &given));
}

/* One of three persons, by card or passkey, says one word or both: 18 decisions. */
static struct decision_given nth(int number)
{
    int words = number / 6 + 1;
    return (struct decision_given){.person_id = number % 3 + 1,
                                   .is_card = number / 3 % 2 == 1,
                                   .is_received = (words & 1) != 0,
                                   .is_approved = (words & 2) != 0};
}

/* Nobody alone without a card, nobody's passkeys alone for paper; and one word more never takes away. */
static void every_set_of_three(void **state)
{
    size_t complete_sets = 0;
    for (int set = 0; set < 18 * 18 * 18; set++) {
        const struct decision_given decisions[] = {nth(set % 18), nth(set / 18 % 18), nth(set / 324)};
        bool was_complete = false, has_card = false, has_other = false;
        for (size_t count = 0; count <= 3; count++) {
            struct evidence_given given = {.has_owner = true, .decisions = decisions, .decision_count = count};
            bool complete = missing_evidence(&two_persons, &given) == 0;
            assert_true(complete || !was_complete);
            was_complete = complete;
        }
        for (size_t i = 0; i < 3; i++) {
            has_card = has_card || decisions[i].is_card;
            has_other = has_other || decisions[i].person_id != decisions[0].person_id;
        }
        if (was_complete) assert_true(has_card && has_other);
        complete_sets += was_complete;
    }
    assert_true(complete_sets > 1000 && complete_sets < 18 * 18 * 18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_says_what_is_missing),
        cmocka_unit_test(electronic_ways_need_the_applicant),
        cmocka_unit_test(every_set_of_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
