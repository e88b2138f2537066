/* More than one signer: cards and passkeys of different officers, what is still missing, whose key counts (spec 10). */
#include "pki/fixture_passkey.h"
#include "statement/decision_statement.h"
#include "story.h"

static const struct registry_rule strict_rules[] = {
    {"*", "ıslak", NEED(NEED_TWO_PERSONS)},
    {"*", "ıslak", NEED(NEED_ONE_PERSON) | NEED(NEED_OWNER)},
};

static int64_t pending(const char *number)
{
    int64_t id = awaited(number);
    assert_int_equal(take_in(officer_id, id), ERR_NONE);
    return id;
}

static struct decision proposed(int64_t account_id, enum decision_word word, int64_t id)
{
    struct decision decision;
    assert_int_equal(propose_decision(db, keeper, arena, &as_officer, account_id, word, &id, 1, &decision), ERR_NONE);
    return decision;
}

static enum err accept_card(int64_t account_id, const struct decision *decision, const struct card *card)
{
    return accept_decision_signature(db, keeper, arena, &as_officer, account_id, decision->uid,
                                     signature_by(card, decision->statement));
}

static enum err accept_passkey(int64_t account_id, const struct decision *decision,
                               const struct passkey_assertion *assertion)
{
    return accept_decision_passkey(db, keeper, arena, &as_officer, account_id, decision->uid, SERVER, assertion);
}

static struct approval_view view_of(int64_t account_id, int64_t id)
{
    struct approval_view view;
    struct application application = opened(id);
    assert_int_equal(find_approval(db, keeper, arena, account_id, &application, &view), ERR_NONE);
    application_close(&application);
    return view;
}

/* As if the keeper had not known the number: only a second person helps then. */
static void forget_owner(int64_t id)
{
    exec(&sql_delete_owner, DB_WITH(DB_INT64("application_id", id)));
}

static void test_receipt_and_approval_of_two(void **state)
{
    int64_t id = pending(numbers[1]);
    forget_owner(id);
    put_registry(strict_rules, 2, NULL);
    struct approval_view view = view_of(officer_id, id);
    assert_int_equal(view.missing_count, 2);
    assert_int_equal(view.missing[0], MISSING_RECEIPT | MISSING_APPROVAL | MISSING_OTHER_PERSON | MISSING_CARD);
    assert_true(view.can_help && !view.card_completes && !view.passkey_completes);

    struct decision both = proposed(officer_id, DECIDE_APPROVED, id);
    assert_true(both.is_received && both.is_approved);
    assert_int_equal(accept_card(officer_id, &both, &cards[2]), ERR_FORBIDDEN); /* another officer's card */
    struct card stranger = make_card(numbers[3]);
    assert_int_equal(accept_card(officer_id, &both, &stranger),
                     ERR_FORBIDDEN); /* the right name, not in the registry */
    memory_key_free(stranger.key);
    assert_int_equal(accept_card(officer_id, &both, &cards[3]), ERR_NONE);
    assert_int_equal(state_of(id), STATE_OFFICER_PENDING);

    view = view_of(officer_id, id);
    assert_int_equal(view.given.decision_count, 1);
    assert_true(view.given.decisions[0].is_card && view.given.decisions[0].is_received);
    assert_int_equal(view.missing[0], MISSING_OTHER_PERSON);
    assert_false(view.can_help);
    view = view_of(upper_officer_id, id);
    assert_true(view.can_help && view.card_completes && view.passkey_completes);

    struct decision second = proposed(upper_officer_id, DECIDE_APPROVED, id);
    assert_true(!second.is_received && second.is_approved); /* it was received by somebody else */
    assert_int_equal(accept_card(upper_officer_id, &second, &cards[2]), ERR_NONE);
    assert_int_equal(state_of(id), STATE_APPROVED);
    const struct decision_proof *proofs;
    size_t count;
    assert_int_equal(list_decision_proofs(db, keeper, arena, id, &proofs, &count), ERR_NONE);
    assert_int_equal(count, 2);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static void test_one_card_and_the_owner(void **state)
{
    int64_t id = pending(numbers[1]);
    put_registry(strict_rules, 2, NULL);
    struct decision receipt = proposed(officer_id, DECIDE_RECEIVED, id);
    assert_true(receipt.is_received && !receipt.is_approved);
    assert_int_equal(accept_card(officer_id, &receipt, &cards[3]), ERR_NONE);
    assert_int_equal(state_of(id), STATE_OFFICER_PENDING);
    bool has_owner = view_of(officer_id, id).given.has_owner;
    assert_true(has_owner); /* the code of the form's own step went to the register's number */
    struct decision alone = proposed(officer_id, DECIDE_APPROVED_ALONE, id);
    assert_true(!alone.is_received && alone.is_approved);
    assert_int_equal(accept_card(officer_id, &alone, &cards[3]), ERR_NONE);
    assert_int_equal(state_of(id), STATE_APPROVED);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

static struct passkey_registration registered(int64_t account_id, const struct authenticator *authenticator)
{
    static const uint8_t challenge[] = {1, 2, 3};
    struct passkey_registration registration;
    struct bytes client_data, object = authenticator_register(arena, authenticator, BYTES(challenge), &client_data);
    assert_int_equal(
        passkey_read_registration(arena, "localhost", SERVER, BYTES(challenge), object, client_data, &registration),
        ERR_NONE);
    assert_int_equal(add_passkey(db, arena, &as_officer, account_id, "masa", &registration), ERR_NONE);
    assert_int_equal(add_passkey(db, arena, &as_officer, account_id, "masa", &registration), ERR_EXISTS);
    return registration;
}

static struct passkey_assertion asserted(struct authenticator *authenticator, const struct decision *decision)
{
    authenticator->counter++;
    return authenticator_assert(arena, authenticator, sha256(arena, bytes_of_text(decision->statement)));
}

static void test_passkeys(void **state)
{
    int64_t id = pending(numbers[1]);
    struct memory_key *key;
    forget_owner(id);
    assert_int_equal(memory_key_new(&key), ERR_NONE);
    struct authenticator authenticator = authenticator_of(key, "localhost", SERVER);
    struct passkey_registration registration = registered(upper_officer_id, &authenticator);
    put_registry(strict_rules, 2, NULL);
    struct decision approval = proposed(upper_officer_id, DECIDE_APPROVED, id);
    struct passkey_assertion assertion = asserted(&authenticator, &approval);
    /* registered at the desk, not yet in the registry */
    assert_int_equal(accept_passkey(upper_officer_id, &approval, &assertion), ERR_FORBIDDEN);

    struct registry_person person = {.identity_number = numbers[2],
                                     .role = REGISTRY_OFFICER,
                                     .institution_code = "34",
                                     .credential_digest = hex_encode(arena, sha256(arena, registration.credential_id)),
                                     .public_key = registration.spki,
                                     .from_s = clock_now_s() - DAY_S,
                                     .until_s = clock_now_s() + DAY_S};
    put_registry(strict_rules, 2, &person);
    struct decision other = proposed(upper_officer_id, DECIDE_RECEIVED, id);
    struct passkey_assertion of_other = asserted(&authenticator, &other);
    assert_int_equal(accept_passkey(upper_officer_id, &approval, &of_other), ERR_WRONG); /* another D */
    struct decision colleagues = proposed(officer_id, DECIDE_APPROVED, id);
    struct passkey_assertion of_colleagues = asserted(&authenticator, &colleagues);
    assert_int_equal(accept_passkey(officer_id, &colleagues, &of_colleagues), ERR_FORBIDDEN); /* another's passkey */
    assertion = asserted(&authenticator, &approval);
    assert_int_equal(accept_passkey(upper_officer_id, &approval, &assertion), ERR_NONE);
    assert_int_equal(state_of(id), STATE_OFFICER_PENDING);
    /* its counter stands higher now: what was signed before is too old */
    assert_int_equal(accept_passkey(upper_officer_id, &other, &of_other), ERR_WRONG);
    struct approval_view view = view_of(upper_officer_id, id);
    assert_false(view.given.decisions[0].is_card);
    assert_true(view.given.decisions[0].is_received); /* nobody else had signed that */

    struct decision receipt = proposed(officer_id, DECIDE_RECEIVED, id);
    assert_int_equal(accept_card(officer_id, &receipt, &cards[3]), ERR_NONE);
    assert_int_equal(state_of(id), STATE_APPROVED);
    const struct decision_proof *proofs;
    size_t count;
    assert_int_equal(list_decision_proofs(db, keeper, arena, id, &proofs, &count), ERR_NONE);
    assert_int_equal(count, 2);
    struct passkey_assertion kept;
    assert_true(proofs[1].is_passkey);
    assert_int_equal(passkey_unpack(proofs[1].signature, &kept), ERR_NONE);
    assert_true(bytes_equal(kept.signature, assertion.signature));
    assert_int_equal(run_withdraw(id), ERR_NONE);
    memory_key_free(key);
}

/* A signature that lies for longer than its text is good for no longer stands behind the application. */
static void test_time_runs_out(void **state)
{
    int64_t id = pending(numbers[1]);
    forget_owner(id);
    put_registry(strict_rules, 2, NULL);
    struct decision receipt = proposed(officer_id, DECIDE_RECEIVED, id);
    assert_int_equal(accept_card(officer_id, &receipt, &cards[3]), ERR_NONE);
    assert_int_equal(view_of(officer_id, id).given.decision_count, 1);
    exec(&sql_age_decision, DB_WITH(DB_TEXT("uid", receipt.uid), DB_INT64("seconds", 8 * DAY_S)));
    assert_int_equal(view_of(officer_id, id).given.decision_count, 0);
    assert_int_equal(run_withdraw(id), ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipt_and_approval_of_two),
        cmocka_unit_test(test_one_card_and_the_owner),
        cmocka_unit_test(test_passkeys),
        cmocka_unit_test(test_time_runs_out),
    };
    return cmocka_run_group_tests_name("application approvals", tests, set_up, tear_down);
}
