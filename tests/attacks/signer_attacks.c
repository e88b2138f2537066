/*
 * The signer's acts attacked with what a fallen worker has: evidence of real applications, changed, swapped, replayed,
 * doubled; other people's signatures; old registries; an old journal. Asked through the signer's own functions, the same
 * that its socket calls (message_attacks.c asks the socket).
 *
 * signer_attacks [sample | mutations N | rest]: all, a sample, N mutations alone, all but these
 */
#include "fixture_signer.h"
#include "mutate.h"
#include "report.h"
#include "statement/consent_statement.h"

#include <stdio.h>
#include <stdlib.h>

#define STORIES 8
/* All is tried, or a sample that fits a minute with sanitizers: fewer mutations, one way of three, a tenth of repeats. */
static long mutations;
static bool is_sample;

static struct story stories[STORIES];
static struct signer_evidence evidences[STORIES];
static struct memory_key *keys[STORIES];

static const char *uid_of(int number)
{
    return arena_printf(arena, "%032x", number);
}

static void make_stories(void)
{
    static const char *const barcodes[] = {"000000000000001", "000000000000002", "000000000000003", "000000000000004",
                                           "000000000000005", "000000000000006", "000000000000007", "000000000000008"};
    for (int i = 0; i < STORIES; i++) {
        OK(memory_key_new(&keys[i]));
        stories[i] = good_story(uid_of(0x1000 + i), keys[i]);
        stories[i].application.barcode = barcodes[i];
        stories[i].application.salt = random_hex(arena, 16);
        evidences[i] = evidence_of(&stories[i]);
    }
}

static int64_t count_certificates(const struct opened *opened)
{
    const struct journal_certificate *found;
    size_t count, all = 0;
    for (int i = 0; i < STORIES; i++) {
        OK(journal_find_application(opened->authority.journal, arena, evidences[i].application_uid, &found, &count));
        all += count;
    }
    return (int64_t)all;
}

/* -- mutated -- */

static struct signer_evidence mutate_evidence(struct arena *into, const struct signer_evidence *source,
                                              const struct signer_evidence *other)
{
    struct signer_evidence mutated = *source;
    struct signer_proof *proofs = NEW_ARRAY(into, struct signer_proof, source->proof_count);
    memcpy(proofs, source->proofs, source->proof_count * sizeof *proofs);
    mutated.proofs = proofs;
    size_t part = random_below((uint32_t)(2 + source->proof_count));
    if (part == 0) {
        mutated.application_statement = mutate(into, source->application_statement, other->application_statement);
    } else if (part == 1) {
        mutated.certificate_request = mutate(into, source->certificate_request, other->certificate_request);
    } else {
        struct signer_proof *proof = &proofs[part - 2];
        bool is_text = proof->text.size > 0 && random_below(2) == 0;
        const struct signer_proof *others = &other->proofs[(part - 2) % other->proof_count];
        if (is_text) proof->text = mutate(into, proof->text, others->text.size > 0 ? others->text : proof->text);
        else proof->proof = mutate(into, proof->proof, others->proof);
    }
    return mutated;
}

static bool is_same(const struct signer_evidence *a, const struct signer_evidence *b)
{
    bool is_equal = bytes_equal(a->application_statement, b->application_statement) &&
                    bytes_equal(a->certificate_request, b->certificate_request);
    for (size_t i = 0; i < a->proof_count && is_equal; i++)
        is_equal =
            bytes_equal(a->proofs[i].text, b->proofs[i].text) && bytes_equal(a->proofs[i].proof, b->proofs[i].proof);
    return is_equal;
}

static void attack_by_mutation(struct opened *opened)
{
    long tried = 0, succeeded = 0;
    while (tried < mutations) {
        CLEANUP_ARENA struct arena *once = arena_new();
        uint32_t at = random_below(STORIES);
        const struct signer_evidence *source = &evidences[at], *other = &evidences[(at + 1) % STORIES];
        struct signer_evidence mutated = mutate_evidence(once, source, other);
        struct bytes certificate;
        if (is_same(&mutated, source)) continue;
        tried++;
        if (authority_issue(&opened->authority, once, &mutated, now_s, &certificate) == ERR_NONE) succeeded++;
    }
    report_attack("evidence", "mutated evidence", tried, succeeded);
}

/* -- swapped -- */

static void attack_by_swapping(struct opened *opened)
{
    long tried = 0, succeeded = 0;
    for (int i = 0; i < STORIES * STORIES * STORIES; i++) {
        int a = i % STORIES, b = i / STORIES % STORIES, c = i / STORIES / STORIES;
        if (a == b && b == c) continue;
        CLEANUP_ARENA struct arena *once = arena_new();
        struct bytes certificate;
        struct signer_evidence swapped = evidences[a];
        swapped.certificate_request = evidences[b].certificate_request;
        swapped.proofs = evidences[c].proofs;
        swapped.proof_count = evidences[c].proof_count;
        tried++;
        if (authority_issue(&opened->authority, once, &swapped, now_s, &certificate) == ERR_NONE) succeeded++;
    }
    report_attack("evidence", "statement, request and proofs of different applications", tried, succeeded);
}

/* All that one application has, but one proof: that is another's. */
static void attack_by_borrowing(struct opened *opened)
{
    long tried = 0, succeeded = 0;
    for (int i = 0; i < STORIES * STORIES; i++) {
        const struct signer_evidence *own = &evidences[i % STORIES], *other = &evidences[i / STORIES];
        for (size_t at = 0; own != other && at < own->proof_count; at++) {
            CLEANUP_ARENA struct arena *once = arena_new();
            struct bytes certificate;
            struct signer_evidence borrowed = *own;
            struct signer_proof *proofs = NEW_ARRAY(once, struct signer_proof, own->proof_count);
            memcpy(proofs, own->proofs, own->proof_count * sizeof *proofs);
            proofs[at] = other->proofs[at];
            borrowed.proofs = proofs;
            tried++;
            if (authority_issue(&opened->authority, once, &borrowed, now_s, &certificate) == ERR_NONE) succeeded++;
        }
    }
    report_attack("evidence", "one proof of another application's", tried, succeeded);
}

/* Each proof left out; none at all. */
static void attack_by_omission(struct opened *opened)
{
    long tried = 0, succeeded = 0;
    for (size_t left = 0; left <= evidences[0].proof_count; left++) {
        struct signer_proof *proofs = NEW_ARRAY(arena, struct signer_proof, evidences[0].proof_count + 1);
        struct signer_evidence less = evidences[0];
        struct bytes certificate;
        less.proofs = proofs;
        less.proof_count = 0;
        for (size_t i = 0; i < evidences[0].proof_count; i++)
            if (i != left && left < evidences[0].proof_count) proofs[less.proof_count++] = evidences[0].proofs[i];
        tried++;
        if (authority_issue(&opened->authority, arena, &less, now_s, &certificate) == ERR_NONE) succeeded++;
    }
    report_attack("evidence", "one proof left out, or all", tried, succeeded);
}

/* -- replayed, doubled -- */

static void attack_by_replay(struct opened *opened)
{
    struct bytes first, again;
    OK(authority_issue(&opened->authority, arena, &evidences[0], now_s, &first));
    int64_t before = count_certificates(opened);
    long tried = 0, succeeded = 0;
    for (; tried < (is_sample ? 100 : 1000); tried++) {
        CLEANUP_ARENA struct arena *once = arena_new();
        OK(authority_issue(&opened->authority, once, &evidences[0], now_s + tried, &again));
        if (!bytes_equal(first, again)) succeeded++;
    }
    report_attack("once", "replayed evidence: another certificate", tried,
                  succeeded + count_certificates(opened) - before);
}

/* More keys for one application, at this attempt and the next, while its certificate is in use; its key for another. */
static struct signer_evidence doubles[64], second_key;
static size_t double_count;

static void attack_by_doubling(void)
{
    struct opened opened;
    struct certificate certificate;
    struct bytes der;
    int64_t since_s;
    long succeeded = 0;
    open_authority(&opened);
    OK(authority_issue(&opened.authority, arena, &evidences[0], now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                            activation(certificate.serial, now_s), now_s, &since_s));
    for (size_t i = 0; i < double_count; i++)
        if (authority_issue(&opened.authority, arena, &doubles[i], now_s, &der) == ERR_NONE) succeeded++;
    report_attack("once", "more keys for an application in use, its key for another one", (long)double_count,
                  succeeded);
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_REVOKED, 1, NULL, now_s, &since_s));
    close_authority(&opened);
}

/* The same application, all that is asked for, for another key. */
static struct signer_evidence evidence_for_new_key(int story_at, int64_t attempt)
{
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = stories[story_at];
    story.key = key;
    story.attempt = attempt;
    struct signer_evidence evidence = evidence_of(&story);
    memory_key_free(key);
    return evidence;
}

static size_t make_doubles(struct signer_evidence *list)
{
    enum { KEYS = 40 };
    for (int i = 0; i < KEYS; i++) list[i] = evidence_for_new_key(0, 1 + i % 4);
    struct story other = good_story(uid_of(0x2000), keys[0]);
    list[KEYS] = evidence_of(&other);
    return KEYS + 1;
}

/* -- revoked is final -- */

/* With all that would lift a suspension: the owner's word, too. */
static void attack_by_lifting(void)
{
    struct opened opened;
    const struct journal_certificate *found;
    size_t count;
    int64_t since_s;
    long tried = 0, succeeded = 0;
    open_authority(&opened);
    OK(journal_find_application(opened.authority.journal, arena, evidences[0].application_uid, &found, &count));
    const struct signer_proof *word = activation(found[0].serial, now_s + 60);
    for (; tried < (is_sample ? 1000 : 10000); tried++) {
        CLEANUP_ARENA struct arena *once = arena_new();
        bool is_lifted = tried % 2 == 0;
        if (authority_set_status(&opened.authority, once, found[0].serial, is_lifted ? SIGNER_ACTIVE : SIGNER_SUSPENDED,
                                 0, is_lifted ? word : NULL, now_s + 60, &since_s) == ERR_NONE)
            succeeded++;
    }
    struct journal_certificate certificate;
    OK(journal_find(opened.authority.journal, arena, found[0].serial, &certificate));
    succeeded += certificate.status != JOURNAL_REVOKED;
    report_attack("status", "a revoked certificate asked to be active or suspended", tried, succeeded);
    close_authority(&opened);
}

/* -- rollback -- */

static void copy(const char *from, const char *to)
{
    assert_int_equal(
        system(arena_printf(arena, "rm -rf %s/%s && cp -a %s/%s %s/%s", folder, to, folder, from, folder, to)), 0);
}

static enum err issue_after_start(const struct signer_evidence *evidence)
{
    struct opened opened;
    struct bytes certificate;
    open_authority(&opened);
    enum err error = authority_take_anchor(&opened.authority, arena);
    if (error == ERR_NONE) error = authority_issue(&opened.authority, arena, evidence, now_s, &certificate);
    close_authority(&opened);
    return error;
}

/* The journal put back to before a certificate was issued, so that its application could have another one. */
static void attack_by_rollback(void)
{
    struct opened opened;
    struct bytes certificate;
    copy("signer", "signer.old");
    copy("anchor", "anchor.old");
    open_authority(&opened);
    OK(authority_take_anchor(&opened.authority, arena));
    OK(authority_issue(&opened.authority, arena, &evidences[1], now_s, &certificate));
    OK(authority_sign_head(&opened.authority, arena, now_s));
    close_authority(&opened);
    copy("signer.old", "signer");
    long succeeded = issue_after_start(&second_key) == ERR_NONE;
    assert_int_equal(system(arena_printf(arena, "mv %s/anchor %s/anchor.away", folder, folder)), 0);
    succeeded += issue_after_start(&second_key) == ERR_NONE;
    static const char *const journals[] = {"signer.old", "signer.first"}; /* the second as the ceremony made it */
    for (size_t i = 0; i < 2; i++) {
        copy(journals[i], "signer");
        assert_int_equal(system(arena_printf(arena, "sqlite3 %s/signer/signer.db 'DELETE FROM head'", folder)), 0);
        assert_int_equal(system(arena_printf(arena, "rm -rf %s/anchor && mkdir %s/anchor", folder, folder)), 0);
        succeeded += issue_after_start(&second_key) == ERR_NONE;
    }
    assert_int_equal(
        system(arena_printf(arena, "rmdir %s/anchor && mv %s/anchor.away %s/anchor", folder, folder, folder)), 0);
    report_attack("once", "an older journal put back, with and without its anchor, heads taken out", 4, succeeded);
    copy("signer.old", "signer"); /* a closed signer may have looked at it */
    copy("anchor.old", "anchor");
    enum err error = issue_after_start(&second_key);
    if (error != ERR_NONE) print_error("%s: %s\n", err_name(error), err_detail());
    report_limit("once", "token, journal and anchor restored together", error == ERR_NONE);
}

static void begin_heads(void)
{
    struct opened opened;
    open_authority(&opened);
    OK(authority_take_anchor(&opened.authority, arena));
    OK(authority_sign_head(&opened.authority, arena, now_s));
    close_authority(&opened);
}

/* -- two persons -- */

/* Who takes the form in, who approves, whose application it is, by which way. */
struct pair {
    const struct ceremony_person *receives, *approves, *applies; /* NULL: somebody who never asked */
    enum way { WET, E_SIGNED, E_CONSENTED, WAY_COUNT } way;
};
#define PAIR_COUNT ((size_t)WAY_COUNT * PEOPLE_COUNT * PEOPLE_COUNT * (PEOPLE_COUNT + 1))

static struct pair pair_of(size_t number)
{
    struct pair pair = {.way = (enum way)(number % WAY_COUNT)};
    size_t rest = number / WAY_COUNT, applicant = rest % (PEOPLE_COUNT + 1);
    rest /= PEOPLE_COUNT + 1;
    pair.receives = &people[rest % PEOPLE_COUNT];
    pair.approves = &people[rest / PEOPLE_COUNT];
    if (applicant < PEOPLE_COUNT) pair.applies = &people[applicant];
    return pair;
}

static bool is_officer_above(const struct ceremony_person *person)
{
    return person->role == REGISTRY_OFFICER && strcmp(person->institution_code, "34") == 0;
}

/* By the wet way two officers; by the others one and the applicant's own word. Nobody for the own application. */
static bool may_pass(const struct pair *pair)
{
    if (!is_officer_above(pair->approves) || pair->applies == pair->approves) return false;
    if (pair->way != WET) return pair->applies != NULL;
    return pair->receives != pair->approves && is_officer_above(pair->receives) && pair->applies != pair->receives;
}

static struct signer_proof consent_of(const struct ceremony_person *person)
{
    struct bytes text;
    const struct consent_statement consent = {.identity_number = person->identity_number,
                                              .text = arena_printf(arena, "riza/1 %064d", 1),
                                              .made_s = now_s - 60};
    OK(consent_statement_write(arena, &consent, &text));
    return (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(person->token_label, text, now_s)};
}

/* What both sign over, and the applicant's own word where the way has one; the owner's only for a consent. */
static struct signer_evidence evidence_of_pair(const struct pair *pair, size_t number)
{
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = good_story(uid_of(0x10000 + (int)number), key);
    if (pair->applies != NULL) story.application.identity_number = pair->applies->identity_number;
    story.application.made_s = now_s; /* after a consent */
    if (pair->applies != NULL && pair->way == E_SIGNED) story.applicant = pair->applies->token_label;
    story.line.way = decision_way_words[pair->way];
    story.has_no_owner = pair->way != E_CONSENTED;
    story.officer = pair->receives->token_label;
    story.decision.is_received = true;
    story.decision.is_approved = pair->receives == pair->approves;
    if (pair->receives != pair->approves)
        story.other = (struct other_decision){pair->approves->token_label, false, true};
    struct signer_evidence evidence = evidence_of(&story);
    if (pair->applies != NULL && pair->way == E_CONSENTED)
        ((struct signer_proof *)(uintptr_t)evidence.proofs)[evidence.proof_count++] = consent_of(pair->applies);
    memory_key_free(key);
    return evidence;
}

static void say_pair(const struct pair *pair, const char *what)
{
    print_error("%s: %s and %s for %s, %s: %s\n", what, pair->receives->token_label, pair->approves->token_label,
                pair->applies == NULL ? "somebody" : pair->applies->token_label, decision_way_words[pair->way],
                err_detail());
}

/* Those who may pass do, else the others prove nothing: by the wet way they collude, which is a stated limit. */
static void attack_by_pairs(void)
{
    struct signer_evidence *asked = NEW_ARRAY(arena, struct signer_evidence, PAIR_COUNT);
    long tried = 0, succeeded = 0, refused = 0, colluded = 0;
    size_t step = is_sample ? 11 : 1; /* no divisor of what is counted through */
    for (size_t i = 0; i < PAIR_COUNT; i += step) {
        struct pair pair = pair_of(i);
        asked[i] = evidence_of_pair(&pair, i);
    }
    struct opened opened;
    open_authority(&opened);
    for (size_t i = 0; i < PAIR_COUNT; i += step) {
        struct bytes certificate;
        struct pair pair = pair_of(i);
        bool may = may_pass(&pair);
        bool is_issued = authority_issue(&opened.authority, arena, &asked[i], now_s, &certificate) == ERR_NONE;
        if (may != is_issued) say_pair(&pair, is_issued ? "issued" : "refused");
        tried += !may;
        succeeded += !may && is_issued;
        refused += may && !is_issued;
        colluded += may && is_issued && pair.way == WET;
    }
    close_authority(&opened);
    report_attack("two persons", "every pair of roles, each way, own applications too", tried, succeeded);
    report_limit("two persons", "two officers who collude, for somebody who never asked", colluded > 0);
    assert_int_equal(refused, 0);
}

/* One identity number has one role: a registry that says otherwise is none. */
static void attack_by_second_accounts(void)
{
    struct opened opened;
    struct bytes text;
    struct registry registry;
    long tried = 0, succeeded = 0;
    open_authority(&opened);
    registry = opened.authority.registry;
    for (size_t i = 0; i < registry.persons_count; i++) {
        for (int role = 0; role < REGISTRY_ROLE_COUNT; role++) {
            struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, registry.persons_count + 1);
            memcpy(persons, registry.persons, registry.persons_count * sizeof *persons);
            struct registry_person second = persons[i];
            if (second.role == (enum registry_role)role) continue;
            second.role = (enum registry_role)role;
            second.institution_code = role == REGISTRY_OFFICER ? "34" : NULL;
            second.card_digest = arena_printf(arena, "%064d", 9);
            persons[registry.persons_count] = second;
            struct registry more = registry, read;
            more.persons = persons;
            more.persons_count++;
            tried++;
            if (registry_write(arena, &more, &text) == ERR_NONE && registry_read(arena, text, &read) == ERR_NONE)
                succeeded++;
        }
    }
    close_authority(&opened);
    report_attack("two persons", "a second account of one person, with each other role", tried, succeeded);
}

/* Each person's key in a second line of each other person, as if another certificate had been made over it. */
static void attack_by_shared_keys(void)
{
    struct opened opened;
    struct bytes text;
    long tried = 0, succeeded = 0;
    open_authority(&opened);
    struct registry more = opened.authority.registry, read;
    size_t count = more.persons_count;
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, count + 1);
    memcpy(persons, more.persons, count * sizeof *persons);
    more.persons = persons;
    more.persons_count++;
    for (size_t i = 0; i < count * count; i++) {
        const struct registry_person *owner = &persons[i % count], *other = &persons[i / count];
        if (strcmp(owner->identity_number, other->identity_number) == 0) continue;
        persons[count] = *other;
        persons[count].card_digest = arena_printf(arena, "%064d", 9);
        persons[count].card_key_digest = registry_public_key_digest(arena, owner);
        tried++;
        if (registry_write(arena, &more, &text) == ERR_NONE && registry_read(arena, text, &read) == ERR_NONE)
            succeeded++;
    }
    close_authority(&opened);
    report_attack("two persons", "one key in lines of two persons", tried, succeeded);
}

/* -- as tests, so that what fails says where -- */

static int begin(void **state)
{
    if (hold_ceremony(state) != 0) return -1;
    copy("signer", "signer.first");
    make_stories();
    double_count = make_doubles(doubles);
    second_key = evidence_for_new_key(1, 1);
    return 0;
}

static int end(void **state)
{
    for (int i = 0; i < STORIES; i++) memory_key_free(keys[i]);
    return remove_folder(state);
}

static void evidence_holds(void **state)
{
    struct opened opened;
    open_authority(&opened);
    if (mutations > 0) attack_by_mutation(&opened);
    attack_by_swapping(&opened);
    attack_by_borrowing(&opened);
    attack_by_omission(&opened);
    close_authority(&opened);
    assert_int_equal(report_failed, 0);
}

static void once_is_once(void **state)
{
    struct opened opened;
    open_authority(&opened);
    attack_by_replay(&opened);
    close_authority(&opened);
    attack_by_doubling();
    assert_int_equal(report_failed, 0);
}

static void two_are_two(void **state)
{
    attack_by_pairs();
    attack_by_second_accounts();
    attack_by_shared_keys();
    assert_int_equal(report_failed, 0);
}

static void revoked_is_final(void **state)
{
    attack_by_lifting();
    assert_int_equal(report_failed, 0);
}

static void an_old_journal_issues_nothing(void **state)
{
    begin_heads();
    attack_by_rollback();
    assert_int_equal(report_failed, 0);
}

static void mutations_alone(void **state)
{
    struct opened opened;
    open_authority(&opened);
    attack_by_mutation(&opened);
    close_authority(&opened);
    assert_int_equal(report_failed, 0);
}

int main(int argc, char **argv)
{
    const char *wish = argc > 1 ? argv[1] : "";
    const struct CMUnitTest alone[] = {cmocka_unit_test(mutations_alone)};
    const struct CMUnitTest tests[] = {cmocka_unit_test(evidence_holds), cmocka_unit_test(two_are_two),
                                       cmocka_unit_test(once_is_once), cmocka_unit_test(revoked_is_final),
                                       cmocka_unit_test(an_old_journal_issues_nothing)};
    is_sample = strcmp(wish, "sample") == 0;
    mutations = is_sample ? 1000 : strcmp(wish, "rest") == 0 ? 0 : 100000;
    if (argc > 2) mutations = strtol(argv[2], NULL, 10);
    if (strcmp(wish, "mutations") == 0) return cmocka_run_group_tests_name("signer-attacks", alone, begin, end);
    return cmocka_run_group_tests_name("signer-attacks", tests, begin, end);
}
