/* Proposals of the next registry: who may propose and sign, what the signer's answer makes of them. On both databases. */
#include "pki/fixture_passkey.h"
#include "registry_story.h"

#define ORIGIN "http://localhost:8080"

static void a_card_is_proposed_if_the_registry_can_hold_it(void **state)
{
    struct card officers_second = card_of(OFFICER, profile_qualified.key_usage);
    struct card not_for_signing = card_of(NEWCOMER, KEY_USAGE_DIGITAL_SIGNATURE);
    struct card nobody = card_of("10000000147", profile_qualified.key_usage); /* wrong check digit */
    const struct registry_wish wish = {.certificate = new_card.certificate.der, .role = STAFF_OFFICER};
    const char *uid;
    struct card same_key = card_with(officer_card.key, NEWCOMER, profile_qualified.key_usage);
    propose_card(&same_key, STAFF_OFFICER, "34", ERR_STATE); /* whoever has the key is one person */
    propose_card(&not_for_signing, STAFF_OFFICER, "34", ERR_WRONG);
    propose_card(&nobody, STAFF_OFFICER, "34", ERR_WRONG);
    propose_card(&officer_card, STAFF_OFFICER, "34", ERR_EXISTS);
    propose_card(&officers_second, STAFF_ADMINISTRATOR, NULL, ERR_FORBIDDEN); /* one person, one role */
    propose_card(&new_card, STAFF_OFFICER, NULL, ERR_NOT_FOUND);
    propose_card(&new_card, STAFF_OFFICER, "06", ERR_NOT_FOUND);
    assert_int_equal(propose_addition(db, keeper, arena, &actor, officer_id, &wish, &uid), ERR_NOT_FOUND);
    propose_card(&officers_second, STAFF_OFFICER, "34", ERR_NONE); /* a second card of the same officer */
}

static void two_administrators_make_a_registry(void **state)
{
    const char *uid = propose_card(&new_card, STAFF_OFFICER, "34", ERR_NONE);
    struct registry_proposal proposal = read_proposal_of(uid);
    assert_int_equal(proposal.number, 2);
    assert_int_equal(proposal.administrators, 2);
    assert_string_equal(propose_card(&new_card, STAFF_OFFICER, "34", ERR_NONE), uid); /* asked again */
    struct bytes first = signed_by(&first_card, proposal.text), second = signed_by(&second_card, proposal.text);
    struct bytes other = signed_by(&first_card, bytes_of_text("another text"));
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, other), ERR_WRONG);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, bytes_of_text("x")), ERR_WRONG);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, second), ERR_FORBIDDEN); /* lent */
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, officer_id, uid, signed_by(&officer_card, proposal.text)),
                     ERR_FORBIDDEN);
    OK(sign_proposal(db, keeper, arena, &actor, first_id, uid, first));
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, first), ERR_EXISTS);
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_OPEN);
    OK(sign_proposal(db, keeper, arena, &actor, second_id, uid, second));
    proposal = read_proposal_of(uid);
    assert_int_equal(proposal.state, PROPOSAL_SENT);
    assert_int_equal(proposal.signature_count, 2);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, second_id, uid, second), ERR_STATE);
    signer_takes(proposal.text);
    signer_takes(proposal.text); /* once */
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_ACCEPTED);
}

static void who_stands_there_gets_an_account_in_that_role(void **state)
{
    struct staff_account account;
    const char *link;
    const struct actor *who = &actor;
    struct person person;
    const struct person_details details = {NEWCOMER, "YENİ", "YETKİLİ", "VAN", {1980, 2, 29}};
    assert_int_equal(create_registered_account(db, keeper, arena, who, "00", "Yeni", "yeni.1", &link), ERR_EXPIRED);
    assert_int_equal(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", "yeni.1", &link),
                     ERR_NOT_FOUND); /* nobody knows the person */
    OK(need_person(db, keeper, arena, who, &details, &person));
    person_close(&person);
    assert_int_equal(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", OFFICER, &link),
                     ERR_EXISTS);
    OK(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", "yeni.1", &link));
    OK(find_link(db, arena, link, &account));
    assert_int_equal(account.role, STAFF_OFFICER);
    assert_int_equal(account.institution_id, institution_id);
    assert_int_equal(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", "yeni.2", &link),
                     ERR_STATE);
}

static void one_administrator_removes(void **state)
{
    const char *uid, *other;
    struct registry_proposal proposal;
    OK(propose_removal(db, keeper, arena, &actor, second_id, &(struct registry_removal){.key_digest = new_card.digest},
                       &uid));
    OK(propose_removal(db, keeper, arena, &actor, second_id,
                       &(struct registry_removal){.key_digest = officer_card.digest}, &other));
    assert_int_equal(
        propose_removal(db, keeper, arena, &actor, second_id, &(struct registry_removal){.key_digest = "00"}, &uid),
        ERR_NOT_FOUND);
    proposal = read_proposal_of(uid);
    assert_int_equal(proposal.administrators, 1);
    OK(sign_proposal(db, keeper, arena, &actor, second_id, uid, signed_by(&second_card, proposal.text)));
    signer_takes(proposal.text);
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_ACCEPTED);
    assert_int_equal(read_proposal_of(other).state, PROPOSAL_OVERTAKEN);
    /* what was overtaken is proposed anew on the registry in force, once */
    OK(propose_again(db, keeper, arena, &actor, second_id, other, &other));
    assert_int_equal(read_proposal_of(other).number, 4);
    assert_int_equal(propose_again(db, keeper, arena, &actor, second_id, uid, &uid), ERR_STATE); /* came true */
    OK(withdraw_proposal(db, arena, &actor, other));
    assert_int_equal(withdraw_proposal(db, arena, &actor, other), ERR_STATE);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, second_id, other, bytes_of_text("x")), ERR_STATE);
}

static enum err refuse(struct db_tx *tx, void *context)
{
    return refuse_proposal(tx, &actor, context, "registry with fewer than two administrators");
}

static void a_refusal_keeps_its_rule(void **state)
{
    const char *uid;
    OK(propose_removal(db, keeper, arena, &actor, first_id,
                       &(struct registry_removal){.key_digest = second_card.digest}, &uid));
    struct registry_proposal proposal = read_proposal_of(uid);
    OK(sign_proposal(db, keeper, arena, &actor, first_id, uid, signed_by(&first_card, proposal.text)));
    OK(db_run(db, refuse, (void *)(uintptr_t)uid));
    proposal = read_proposal_of(uid);
    assert_int_equal(proposal.state, PROPOSAL_REFUSED);
    assert_string_equal(proposal.why, "registry with fewer than two administrators");
}

/* As administrators' pages do it, from registration to a signature that the act believes. */
static void a_passkey_signs_once_the_registry_names_it(void **state)
{
    struct memory_key *key = new_key();
    struct authenticator authenticator = authenticator_of(key, "localhost", ORIGIN);
    const struct passkey_registration registration = {authenticator.credential_id, memory_key_public(key), 1};
    const struct passkey *waiting;
    size_t count;
    const char *uid;
    OK(add_passkey(db, arena, &actor, second_id, "anahtar", &registration));
    OK(list_waiting_passkeys(db, keeper, arena, &waiting, &count));
    assert_int_equal(count, 1);
    const struct registry_wish wish = {.passkey_uid = waiting[0].uid}, unknown = {.passkey_uid = "x"};
    assert_int_equal(propose_addition(db, keeper, arena, &actor, first_id, &unknown, &uid), ERR_WRONG);
    OK(propose_addition(db, keeper, arena, &actor, first_id, &wish, &uid));
    struct registry_proposal proposal = read_proposal_of(uid);
    struct passkey_assertion early = authenticator_assert(arena, &authenticator, sha256(arena, proposal.text));
    assert_int_equal(sign_proposal_by_passkey(db, keeper, arena, &actor, second_id, uid, ORIGIN, &early),
                     ERR_FORBIDDEN);
    OK(sign_proposal(db, keeper, arena, &actor, first_id, uid, signed_by(&first_card, proposal.text)));
    OK(sign_proposal(db, keeper, arena, &actor, second_id, uid, signed_by(&second_card, proposal.text)));
    signer_takes(proposal.text);
    OK(list_waiting_passkeys(db, keeper, arena, &waiting, &count));
    assert_int_equal(count, 0);

    OK(propose_removal(db, keeper, arena, &actor, first_id,
                       &(struct registry_removal){.key_digest = officer_card.digest}, &uid));
    proposal = read_proposal_of(uid);
    authenticator.counter++;
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, sha256(arena, proposal.text));
    struct passkey_assertion other = authenticator_assert(arena, &authenticator, sha256(arena, bytes_of_text("x")));
    assert_int_equal(sign_proposal_by_passkey(db, keeper, arena, &actor, second_id, uid, ORIGIN, &other), ERR_WRONG);
    assert_int_equal(sign_proposal_by_passkey(db, keeper, arena, &actor, first_id, uid, ORIGIN, &assertion),
                     ERR_FORBIDDEN);
    OK(sign_proposal_by_passkey(db, keeper, arena, &actor, second_id, uid, ORIGIN, &assertion));
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_SENT);
    assert_true(read_proposal_of(uid).signatures[0].is_passkey);
}

static void pages_are_told_in_lines(void **state)
{
    struct registry_record record, before;
    struct registry_contents contents;
    struct registry_difference difference;
    const struct registry_record *records;
    const struct registry_proposal *proposals;
    const struct institution *institutions;
    size_t count;
    OK(find_registry_record(db, keeper, arena, 0, &record));
    OK(find_registry_record(db, keeper, arena, record.number - 1, &before));
    assert_int_equal(find_registry_record(db, keeper, arena, 99, &before), ERR_NOT_FOUND);
    OK(read_registry_contents(db, keeper, arena, record.text, &contents));
    assert_int_equal(contents.key_count, 4);
    assert_string_equal(contents.keys[0].display_name, "BİRİNCİ");
    assert_true(contents.keys[3].is_passkey);
    assert_int_equal(contents.line_count, 0);
    assert_int_equal(contents.institution_count, 1);
    assert_string_equal(contents.institutions[0].code, "34");
    OK(compare_registries(db, keeper, arena, before.text, record.text, &difference));
    assert_int_equal(difference.added.key_count, 1);
    assert_int_equal(difference.removed.key_count, 0);
    assert_int_equal(difference.administrators, 2);
    OK(list_registry_records(db, arena, &records, &count));
    assert_int_equal(count, record.number);
    OK(list_proposals(db, arena, &proposals, &count));
    assert_true(count >= 6);
    OK(list_registered_institutions(db, keeper, arena, &institutions, &count));
    assert_int_equal(count, 1);
    assert_string_equal(institutions[0].name, "İstanbul");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_is_proposed_if_the_registry_can_hold_it),
        cmocka_unit_test(two_administrators_make_a_registry),
        cmocka_unit_test(who_stands_there_gets_an_account_in_that_role),
        cmocka_unit_test(one_administrator_removes),
        cmocka_unit_test(a_refusal_keeps_its_rule),
        cmocka_unit_test(a_passkey_signs_once_the_registry_names_it),
        cmocka_unit_test(pages_are_told_in_lines),
    };
    return cmocka_run_group_tests_name("identity-proposal", tests, start, stop);
}
