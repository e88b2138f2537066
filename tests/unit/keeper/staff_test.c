/* Grants by card and passkey: for whom the registry names, for what was signed now, and for nobody else. */
#include "fixture_documents.h"
#include "fixture_keys.h"
#include "keeper/service.h"
#include "keeper/totp.h"
#include "pki/cades.h"
#include "pki/fixture_passkey.h"
#include "statement/login_statement.h"
#include "statement/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ORIGIN "https://divit.example"
#define YEAR_S (365 * DAY_S)

static char folder[] = "/tmp/keeper-staff-XXXXXX";
static char db_path[64], key_path[64];
static struct keeper_service service;
static struct memory_key *signer_key, *card_key, *passkey_key;
static struct certificate card;
static struct authenticator authenticator;

static struct certificate make_card(struct memory_key *key)
{
    static const struct certificate_terms terms = {"1.2.3.4",
                                                   "http://localhost/",
                                                   "deneme",
                                                   "http://localhost/crl",
                                                   "http://localhost/ca",
                                                   "http://localhost/ocsp"};
    const struct name name = {.country = "TR", .serial_number = AYSE, .common_name = "AYŞE IŞIK"};
    struct bytes to_be_signed, der;
    struct certificate certificate;
    const struct certificate_content content = {.profile = &profile_qualified,
                                                .terms = &terms,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = name_der(arena, &name),
                                                .issuer_key = memory_key_public(key),
                                                .subject_name = name_der(arena, &name),
                                                .public_key = memory_key_public(key),
                                                .not_before_s = NOW - DAY_S,
                                                .not_after_s = NOW + YEAR_S,
                                                .algorithm = SIGNATURE_ECDSA_SHA256};
    struct external_signer signer = memory_key_signer(key);
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(key), &signer, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate;
}

/* Ayşe's card and passkey, or nobody's. */
static struct bytes registry_text(int64_t number, bool names_ayse)
{
    const struct registry_person persons[] = {
        {.identity_number = AYSE,
         .role = REGISTRY_OPERATOR,
         .card_digest = hex_encode(arena, sha256(arena, card.der)),
         .card_key_digest = hex_encode(arena, sha256(arena, card.public_key)),
         .from_s = NOW - DAY_S,
         .until_s = NOW + DAY_S},
        {.identity_number = AYSE,
         .role = REGISTRY_OPERATOR,
         .credential_digest = hex_encode(arena, sha256(arena, authenticator.credential_id)),
         .public_key = memory_key_public(passkey_key),
         .from_s = NOW - DAY_S,
         .until_s = NOW + DAY_S}};
    const struct registry registry = {.number = number,
                                      .previous = number == 1 ? NULL : DIGEST,
                                      .rules = registry_shipped_rules,
                                      .rules_count = registry_shipped_rules_count,
                                      .persons = persons,
                                      .persons_count = names_ayse ? 2 : 0};
    struct bytes text;
    OK(registry_write(arena, &registry, &text));
    return text;
}

static enum err take(struct bytes text, struct memory_key *by)
{
    return take_registry_text(&service, arena, text, sign_text(by, text));
}

static struct login_statement log_in_now(void)
{
    return (struct login_statement){UID, AYSE, login_service_words[LOGIN_OFFICER], ORIGIN, login_word, NOW - 60};
}

static struct bytes signed_by_card(const struct login_statement *login, int64_t signed_s)
{
    struct external_signer signer = memory_key_signer(card_key);
    struct bytes text, cms;
    OK(login_statement_write(arena, login, &text));
    OK(cades_sign(arena, text, &card, signed_s, &signer, &cms));
    return cms;
}

static enum err by_card(const struct login_statement *login, int64_t signed_s, int64_t now_s)
{
    struct bytes grant;
    return grant_by_card(&service, arena, signed_by_card(login, signed_s), now_s, &grant);
}

static void a_card_that_the_registry_names(void **state)
{
    struct login_statement login = log_in_now();
    assert_int_equal(by_card(&login, NOW, NOW), ERR_FORBIDDEN); /* no registry yet */
    OK(take(registry_text(1, true), signer_key));
    struct bytes grant;
    OK(grant_by_card(&service, arena, signed_by_card(&login, NOW), NOW, &grant));
    OK(spend_person(&service, arena, IPC_WEB, grant, "a", NOW));
    /* one budget a person, also by a one-time code: the same asker stands in its grant */
    const struct bytes secret = bytes_of_text("12345678901234567890");
    struct bytes of_code, of_ali;
    char digits[7];
    int64_t step;
    totp_at(secret, NOW / TOTP_STEP_S, digits);
    OK(check_totp(&service, arena, "a", seal_totp(&service, arena, "a", AYSE, secret), digits, 0, NOW, &step,
                  &of_code));
    OK(check_totp(&service, arena, "b", seal_totp(&service, arena, "b", ALI, secret), digits, 0, NOW, &step, &of_ali));
    assert_memory_equal(of_code.data, grant.data, SHA256_SIZE);
    assert_memory_not_equal(of_ali.data, grant.data, SHA256_SIZE);
    int64_t officers, public;
    OK(count_spent(service.store, POOL_OFFICERS, NOW, &officers));
    OK(count_spent(service.store, POOL_PUBLIC, NOW, &public));
    assert_int_equal(officers, 1);
    assert_int_equal(public, 0);

    assert_int_equal(by_card(&login, NOW, NOW + 901), ERR_FORBIDDEN); /* a fallen web keeps it for later */
    assert_int_equal(by_card(&login, NOW + 121, NOW), ERR_FORBIDDEN);
    assert_int_equal(by_card(&login, NOW - 901, NOW), ERR_FORBIDDEN);
    login.made_s = NOW + 121;
    assert_int_equal(by_card(&login, NOW, NOW), ERR_FORBIDDEN);
    login = log_in_now();
    login.service = login_service_words[LOGIN_ONLINE];
    assert_int_equal(by_card(&login, NOW, NOW), ERR_FORBIDDEN);
    login = log_in_now();
    login.server = "https://baska.example";
    assert_int_equal(by_card(&login, NOW, NOW), ERR_FORBIDDEN);
    login = log_in_now();
    login.identity_number = ALI;
    assert_int_equal(by_card(&login, NOW, NOW), ERR_FORBIDDEN);
    login = log_in_now();
    login.made_s = NOW + DAY_S + 1;
    assert_int_equal(by_card(&login, NOW + DAY_S + 1, NOW + DAY_S + 1), ERR_FORBIDDEN); /* its line has ended */
    login = log_in_now();
    struct bytes changed = signed_by_card(&login, NOW);
    ((uint8_t *)(uintptr_t)changed.data)[changed.size - 1] ^= 1;
    assert_int_equal(grant_by_card(&service, arena, changed, NOW, &grant), ERR_FORBIDDEN);
    OK(take(registry_text(2, false), signer_key));
    assert_int_equal(by_card(&login, NOW, NOW), ERR_FORBIDDEN); /* taken out */
}

static void a_registry_is_the_signers_and_never_goes_back(void **state)
{
    struct bytes first = registry_text(1, true), second = registry_text(2, false);
    assert_int_equal(take(first, card_key), ERR_FORBIDDEN);
    OK(take(first, signer_key));
    OK(take(first, signer_key)); /* told each minute */
    OK(take(second, signer_key));
    assert_int_equal(take(first, signer_key), ERR_STATE);
    assert_int_equal(take(registry_text(2, true), signer_key), ERR_STATE);
    service.signer_key_path = NULL;
    assert_int_equal(take(registry_text(3, true), signer_key), ERR_STATE);
}

static struct bytes of_session(void)
{
    return sha256(arena, bytes_of_text("a session"));
}

static struct bytes challenge_at(int64_t now_s)
{
    struct bytes challenge;
    OK(make_challenge(&service, arena, of_session(), now_s, &challenge));
    return challenge;
}

/* The size of the grant; -1: refused. */
static int by_passkey(struct authenticator *key, struct bytes challenge, int64_t now_s)
{
    struct passkey_assertion assertion = authenticator_assert(arena, key, challenge);
    struct bytes grant, found;
    if (grant_by_passkey(&service, arena, of_session(), passkey_pack(arena, &assertion), now_s, &found, &grant) !=
        ERR_NONE)
        return -1;
    assert_true(bytes_equal(found, challenge));
    return (int)grant.size;
}

static void a_passkey_that_the_registry_names(void **state)
{
    struct bytes challenge = challenge_at(NOW);
    assert_int_equal(by_passkey(&authenticator, challenge, NOW), 0); /* no registry yet: logs in, without a grant */
    OK(take(registry_text(1, true), signer_key));
    assert_int_equal(by_passkey(&authenticator, challenge, NOW), 72);
    assert_int_equal(by_passkey(&authenticator, challenge, NOW + 900), 72);
    assert_int_equal(by_passkey(&authenticator, challenge, NOW + 1800), -1); /* kept for later */
    assert_int_equal(by_passkey(&authenticator, sha256(arena, bytes_of_text("web's own")), NOW), -1);
    struct authenticator wrong = authenticator;
    wrong.key = card_key;
    assert_int_equal(by_passkey(&wrong, challenge, NOW), 0);
    wrong = authenticator;
    wrong.flags = 0x01; /* the user was not verified */
    assert_int_equal(by_passkey(&wrong, challenge, NOW), 0);
    wrong = authenticator;
    wrong.credential_id = bytes_of_text("another id");
    assert_int_equal(by_passkey(&wrong, challenge, NOW), 0);
    assert_int_equal(by_passkey(&authenticator, challenge_at(NOW + DAY_S + 1), NOW + DAY_S + 1),
                     0); /* its line has ended */
}

/*
 * "challenge 2000000 " and 22 hexadecimal digits are as long as a grant's 32 octets of the asker and 8 of its time: a
 * keeper that marks both alike lets a fallen web make itself officers who never logged in.
 */
static void no_challenge_is_a_grant(void **state)
{
    int64_t officers;
    for (size_t size = 0; size <= 64; size++) {
        uint8_t session[64] = {0};
        struct bytes challenge = {0}, of_web = {session, size};
        enum err error = make_challenge(&service, arena, of_web, NOW, &challenge);
        assert_int_equal(error, size == SHA256_SIZE ? ERR_NONE : ERR_INVALID);
    }
    const char *head = arena_printf(arena, "challenge %lld 0000000000000000000000", (long long)NOW / 900);
    assert_int_equal(strlen(head), 40);
    struct bytes mark = hmac_sha256(arena, service.keys->keys[KEEPER_GRANT], bytes_of_text(head));
    uint8_t forged[72];
    memcpy(forged, head, 40);
    memcpy(forged + 40, mark.data, mark.size);
    OK(spend_person(&service, arena, IPC_WEB, BYTES(forged), "a", NOW)); /* as the public */
    /* a mark of ours, for longer than any session lasts: a clock that was put back, or a mark made of something else */
    struct bytes later = make_grant(&service, arena, of_session(), NOW + 1);
    OK(spend_person(&service, arena, IPC_WEB, later, "b", NOW));
    OK(count_spent(service.store, POOL_OFFICERS, NOW, &officers));
    assert_int_equal(officers, 0);
}

static int set_up(void **state)
{
    arena = arena_new();
    OK(memory_key_new(&signer_key));
    OK(memory_key_new(&card_key));
    OK(memory_key_new(&passkey_key));
    card = make_card(card_key);
    authenticator = authenticator_of(passkey_key, "divit.example", ORIGIN);
    OK(file_write(key_path, memory_key_public(signer_key), 0600));
    service.keys = fixture_keys();
    service.limits = (struct keeper_limits){10, 10, 10, 10, 10, 10, 10, 10};
    service.signer_key_path = key_path;
    service.origin = ORIGIN;
    return keeper_store_open(db_path, &service.store) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    keeper_store_close(service.store);
    secret_free(service.keys);
    memory_key_free(signer_key);
    memory_key_free(card_key);
    memory_key_free(passkey_key);
    arena_free(arena);
    unlink(key_path);
    return unlink(db_path);
}

int main(void)
{
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE) return 1;
    snprintf(db_path, sizeof db_path, "%s/keeper.db", folder);
    snprintf(key_path, sizeof key_path, "%s/signer.pub", folder);
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_card_that_the_registry_names),
        CASE(a_registry_is_the_signers_and_never_goes_back),
        CASE(a_passkey_that_the_registry_names),
        CASE(no_challenge_is_a_grant),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
