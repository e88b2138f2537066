/* Against SoftHSM in a folder of its own. */
#include "token/token.h"

#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)

static struct arena *arena;
static struct token_module *module;
static char folder[] = "/tmp/divit-token-XXXXXX";

static int set_up(void **state)
{
    arena = arena_new();
    if (secret_init() != ERR_NONE || mkdtemp(folder) == NULL || token_softhsm_use(folder) != ERR_NONE) return -1;
    if (token_module_open(TOKEN_SOFTHSM_MODULE, &module) != ERR_NONE) return -1;
    return token_initialise(module, "deneme", "12345678", "246810") == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    module = token_module_close(module);
    int code = system(arena_printf(arena, "rm -rf %s", folder));
    arena = arena_free(arena);
    return code;
}

static struct token *opened(void)
{
    struct token *token = NULL;
    OK(token_open(module, "deneme", TOKEN_USER, "246810", &token));
    return token;
}

static void lists_tokens(void **state)
{
    const struct token_info *tokens;
    size_t count;
    OK(token_list(module, arena, &tokens, &count));
    assert_int_equal(count, 1);
    assert_string_equal(tokens[0].label, "deneme");
    assert_true(tokens[0].is_pin_set);
    assert_int_equal(token_initialise(module, "deneme", "12345678", "246810"), ERR_EXISTS);
    OK(token_initialise(module, "ikinci", "12345678", "1357911"));
    OK(token_list(module, arena, &tokens, &count));
    assert_int_equal(count, 2);
}

static void refuses_wrong_ways_in(void **state)
{
    struct token *token = NULL;
    const struct {
        const char *name, *pin;
        enum token_user user;
        enum err wanted;
    } cases[] = {
        {"deneme", "246811", TOKEN_USER, ERR_WRONG}, {"deneme", "1", TOKEN_USER, ERR_WRONG},
        {"deneme", "12345679", TOKEN_SO, ERR_WRONG}, {"baska", "246810", TOKEN_USER, ERR_NOT_FOUND},
        {NULL, "246810", TOKEN_USER, ERR_INVALID}, /* two fit */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(token_open(module, cases[i].name, cases[i].user, cases[i].pin, &token), cases[i].wanted);
    assert_null(token);
    struct token_module *other;
    assert_int_equal(token_module_open("/nonexistent.so", &other), ERR_NOT_FOUND);
    assert_int_equal(token_module_open("libc.so.6", &other), ERR_INVALID);
}

static void signs(void **state)
{
    static const struct {
        const char *label;
        enum token_key_kind kind;
        enum signature_algorithm algorithms[3];
        int count;
    } cases[] = {
        {"p256", TOKEN_EC_P256, {SIGNATURE_ECDSA_SHA256}, 1},
        {"p384", TOKEN_EC_P384, {SIGNATURE_ECDSA_SHA384, SIGNATURE_ECDSA_SHA256}, 2},
        {"rsa", TOKEN_RSA_2048, {SIGNATURE_RSA_SHA256, SIGNATURE_RSA_PSS_SHA256, SIGNATURE_RSA_PSS_SHA384}, 3},
    };
    struct token *token = opened();
    struct bytes message = bytes_of_text("imzalanacak metin");
    for (size_t i = 0; i < 3; i++) {
        struct token_key made, key;
        OK(token_make_key(token, arena, cases[i].kind, cases[i].label, bytes_of_text(cases[i].label), &made));
        OK(token_find_key(token, arena, cases[i].label, &key));
        assert_int_equal(key.kind, cases[i].kind);
        assert_true(bytes_equal(key.public_key, made.public_key));
        assert_true(bytes_equal(key.id, bytes_of_text(cases[i].label)));
        for (int k = 0; k < cases[i].count; k++) {
            struct bytes signature;
            OK(token_sign(token, &key, cases[i].algorithms[k], message, arena, &signature));
            OK(public_key_verify(key.public_key, cases[i].algorithms[k], message, signature));
            assert_int_equal(public_key_verify(key.public_key, cases[i].algorithms[k], bytes_of_text("x"), signature),
                             ERR_WRONG);
        }
        struct bytes signature;
        enum signature_algorithm foreign = i == 2 ? SIGNATURE_ECDSA_SHA256 : SIGNATURE_RSA_SHA256;
        assert_int_equal(token_sign(token, &key, foreign, message, arena, &signature), ERR_INVALID);
        struct token_signing signing = {token, key};
        struct external_signer signer = token_signer(&signing);
        OK(signer.sign(signer.context, message, arena, &signature));
        OK(public_key_verify(key.public_key, signer.algorithm, message, signature));
    }
    const struct token_key *keys;
    size_t count;
    OK(token_list_keys(token, arena, &keys, &count));
    assert_int_equal(count, 3);
    struct token_key key;
    assert_int_equal(token_find_key(token, arena, NULL, &key), ERR_INVALID);
    assert_int_equal(token_find_key(token, arena, "yok", &key), ERR_NOT_FOUND);
    token_close(token);
}

static void nobody_sees_no_keys(void **state)
{
    struct token *token = NULL;
    struct token_key key;
    OK(token_open(module, "deneme", TOKEN_NOBODY, NULL, &token));
    assert_int_equal(token_find_key(token, arena, "p256", &key), ERR_NOT_FOUND);
    token_close(token);
}

static void keeps_certificates(void **state)
{
    struct token *token = opened();
    const struct token_certificate *found;
    size_t count;
    struct bytes der = bytes_of_text("0123"), name = bytes_of_text("01");
    OK(token_write_certificate(token, "sertifika", bytes_of_text("p256"), der, name));
    OK(token_list_certificates(token, arena, &found, &count));
    assert_int_equal(count, 1);
    assert_string_equal(found[0].label, "sertifika");
    assert_true(bytes_equal(found[0].der, der));
    assert_true(bytes_equal(found[0].id, bytes_of_text("p256")));
    token_close(token);
}

static void wraps(void **state)
{
    struct token *token = opened();
    struct bytes plain = bytes_of_text("a data key of thirty-two bytes.."), wrapped, opened_again;
    OK(token_make_secret(token, "wrap"));
    assert_int_equal(token_make_secret(token, "wrap"), ERR_EXISTS);
    OK(token_wrap(token, arena, "wrap", plain, "person:1", &wrapped));
    assert_null(memmem(wrapped.data, wrapped.size, plain.data, plain.size));
    OK(token_unwrap(token, arena, "wrap", wrapped, "person:1", &opened_again));
    assert_true(bytes_equal(plain, opened_again));
    assert_int_equal(token_unwrap(token, arena, "wrap", wrapped, "person:2", &opened_again), ERR_BROKEN);
    uint8_t *changed = (uint8_t *)bytes_copy(arena, wrapped).data;
    changed[20] ^= 1;
    assert_int_equal(
        token_unwrap(token, arena, "wrap", (struct bytes){changed, wrapped.size}, "person:1", &opened_again),
        ERR_BROKEN);
    assert_int_equal(token_unwrap(token, arena, "wrap", (struct bytes){changed, 20}, "person:1", &opened_again),
                     ERR_BROKEN);
    assert_int_equal(token_wrap(token, arena, "yok", plain, "", &wrapped), ERR_NOT_FOUND);
    OK(token_wrap(token, arena, "wrap", plain, "person:1", &wrapped)); /* a failed one leaves the session usable */
    token_close(token);
}

static void changes_pins(void **state)
{
    struct token *token = opened();
    assert_int_equal(token_set_pin(token, "000000", "112233"), ERR_WRONG);
    OK(token_set_pin(token, "246810", "112233"));
    token = token_close(token);
    assert_int_equal(token_open(module, "deneme", TOKEN_USER, "246810", &token), ERR_WRONG);
    OK(token_open(module, "deneme", TOKEN_USER, "112233", &token));
    OK(token_set_pin(token, "112233", "246810"));
    token_close(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_tokens),        cmocka_unit_test(refuses_wrong_ways_in), cmocka_unit_test(signs),
        cmocka_unit_test(nobody_sees_no_keys), cmocka_unit_test(keeps_certificates),    cmocka_unit_test(wraps),
        cmocka_unit_test(changes_pins)};
    return cmocka_run_group_tests_name("token", tests, set_up, tear_down);
}
