/* The program itself, with SoftHSM tokens as cards. */
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "eimza/card.h"
#include "eimza/child.h"
#include "pki/cades.h"

#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)

static struct arena *arena;
static struct memory_key *authority;
static char folder[] = "/tmp/divit-eimza-XXXXXX";

/* A certificate for this key by this issuer, its own or AYŞE's; NULL: a qualified one. */
static struct bytes certify(struct memory_key *by, int64_t not_after_s, struct bytes public_key,
                            const struct certificate_profile *profile)
{
    static const struct certificate_terms terms = {
        "2.999.1.1",           "http://localhost/ilkeler", "Deneme", "http://localhost/crl",
        "http://localhost/ca", "http://localhost/ocsp"};
    static const struct name issuer = {.country = "TR", .common_name = "Deneme"};
    static const struct name subject = {.country = "TR", .serial_number = "10000000146", .common_name = "AYŞE IŞIK"};
    struct bytes to_be_signed, der;
    struct external_signer signer = memory_key_signer(by);
    struct certificate_content content = {.profile = profile != NULL ? profile : &profile_qualified,
                                          .terms = &terms,
                                          .serial = certificate_serial_new(arena),
                                          .issuer_name = name_der(arena, &issuer),
                                          .issuer_key = memory_key_public(by),
                                          .subject_name =
                                              name_der(arena, profile == &profile_root ? &issuer : &subject),
                                          .public_key = public_key,
                                          .not_before_s = not_after_s - DAY_S,
                                          .not_after_s = not_after_s,
                                          .algorithm = signer.algorithm};
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(by), &signer, &der));
    return der;
}

/* A card with a P-256 key and, if `profile` is not NULL, a certificate of that profile. */
static void make_card(const char *label, const struct certificate_profile *profile, int64_t not_after_s)
{
    struct token_module *module;
    struct token *token;
    struct token_key key;
    struct certificate certificate;
    OK(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    OK(token_initialise(module, label, "12345678", "246810"));
    OK(token_open(module, label, TOKEN_USER, "246810", &token));
    OK(token_make_key(token, arena, TOKEN_EC_P256, "imza", bytes_of_text("1"), &key));
    if (profile != NULL) {
        struct bytes der = certify(authority, not_after_s, key.public_key, profile);
        OK(certificate_parse(arena, der, &certificate));
        OK(token_write_certificate(token, "imza", bytes_of_text("1"), der, certificate.subject_name));
    }
    token_close(token);
    token_module_close(module);
}

static int begin(void **state)
{
    arena = arena_new();
    if (secret_init() != ERR_NONE || mkdtemp(folder) == NULL || memory_key_new(&authority) != ERR_NONE) return -1;
    if (token_softhsm_use(folder) != ERR_NONE) return -1;
    make_card("iyi", &profile_qualified, clock_now_s() + DAY_S);
    make_card("eski", &profile_qualified, clock_now_s() - 10);
    make_card("bos", NULL, 0);
    make_card("baska", &profile_ocsp, clock_now_s() + DAY_S);
    const char *files[][2] = {{"pin", "246810\n"}, {"wrong", "246811\n"}, {"karar.txt", "divit decision 1\nçğı\n"}};
    for (size_t i = 0; i < 3; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, files[i][0]);
        if (file_write(path, bytes_of_text(files[i][1]), 0600) != ERR_NONE) return -1;
    }
    return 0;
}

static int end(void **state)
{
    int code = system(arena_printf(arena, "rm -rf %s", folder));
    authority = memory_key_free(authority);
    arena = arena_free(arena);
    return code;
}

/* The exit code; what was said in ret_output. */
static int run(const char *arguments, const char **ret_output)
{
    char output[4096];
    FILE *pipe = popen(arena_printf(arena, "cd %s && LC_ALL=en_US.UTF-8 %s %s 2>&1 </dev/null", folder,
                                    getenv("EIMZA_CLI"), arguments),
                       "r");
    assert_non_null(pipe);
    size_t size = fread(output, 1, sizeof output - 1, pipe);
    output[size] = '\0';
    *ret_output = arena_text(arena, output);
    return WEXITSTATUS(pclose(pipe));
}

static void signs(void **state)
{
    const char *said;
    struct bytes cms;
    struct cades cades;
    assert_int_equal(run("sign karar.txt --token iyi --pin-file pin --out karar.p7m", &said), 0);
    assert_non_null(strstr(said, "Signed: karar.p7m"));
    OK(file_read(arena, arena_printf(arena, "%s/karar.p7m", folder), 65536, &cms));
    OK(cades_verify(arena, cms, &cades));
    assert_string_equal(bytes_to_text(arena, cades.content), "divit decision 1\nçğı\n");
    assert_string_equal(cades.certificate.subject_serial_number, "10000000146");
    assert_true(llabs(cades.signing_time_s - clock_now_s()) < 60);
    assert_int_equal(run("sign karar.txt --token iyi --pin-file pin", &said), 0);
    assert_true(file_exists(arena_printf(arena, "%s/karar.txt.p7m", folder)));
}

static void says_what_is_wrong(void **state)
{
    static const struct {
        const char *arguments;
        int code;
        const char *says;
    } cases[] = {
        {"sign karar.txt -t iyi -p wrong", 3, "The PIN is wrong. Nothing was signed."},
        {"sign karar.txt -t yok -p pin", 5, "No card with a certificate for signing was found (no card)"},
        {"sign karar.txt -t bos -p pin", 5, "no certificate for signing"},
        {"sign karar.txt -t baska -p pin", 5, "no certificate for signing"},
        {"sign karar.txt -t eski -p pin", 1, "The certificate on the card has ended: CN=AYŞE IŞIK"},
        {"sign karar.txt -p pin", 5, "There are several cards. Name one with --token:"},
        {"sign yok.txt -t iyi -p pin", 1, "The file yok.txt cannot be read"},
        {"sign karar.txt -t iyi -p yok", 1, "The file yok cannot be read"},
        {"sign karar.txt -t iyi", 1, "no terminal for the PIN"},
        {"sign karar.txt -t iyi -p pin -m /nonexistent.so", 5, "cannot load /nonexistent.so"},
        {"sign", 64, "Usage"},
        {"verify karar.txt", 64, "Usage"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said;
        int code = run(cases[i].arguments, &said);
        if (code != cases[i].code || strstr(said, cases[i].says) == NULL)
            fail_msg("%s: %d %s", cases[i].arguments, code, said);
        assert_null(strstr(said, "246810"));
    }
}

static void helps_with_examples(void **state)
{
    const char *said;
    assert_int_equal(run("--help", &said), 0);
    assert_non_null(strstr(said, "eimza-cli sign karar.txt --output imzali.p7m"));
}

/* A terminal at the PIN prompt: what is typed there, and how it ends. */
static int at_prompt(char typed, bool *ret_is_shown, const char **ret_output)
{
    char output[4096];
    size_t size = 0;
    ssize_t got;
    int terminal, status;
    struct termios mode;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        setenv("LC_ALL", "en_US.UTF-8", 1);
        if (chdir(folder) == 0) execl(getenv("EIMZA_CLI"), "eimza-cli", "sign", "karar.txt", "-t", "iyi", NULL);
        _exit(127);
    }
    do { /* the prompt is written, and then what is typed is hidden: two things to wait for */
        if (memmem(output, size, "PIN of the card", 15) == NULL) {
            assert_true((got = read(terminal, output + size, sizeof output - 1 - size)) > 0);
            size += (size_t)got;
        }
        OK(tcgetattr(terminal, &mode));
    } while ((mode.c_lflag & ECHO) != 0);
    assert_int_equal(write(terminal, &typed, 1), 1);
    while ((got = read(terminal, output + size, sizeof output - 1 - size)) > 0) size += (size_t)got;
    output[size] = '\0';
    *ret_output = arena_text(arena, output);
    assert_int_equal(waitpid(child, &status, 0), child);
    OK(tcgetattr(terminal, &mode));
    *ret_is_shown = (mode.c_lflag & ECHO) != 0;
    close(terminal);
    return status;
}

static void the_terminal_shows_again_what_is_typed(void **state)
{
    bool is_shown;
    const char *said;
    int status = at_prompt('\003', &is_shown, &said);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_true(is_shown);
    status = at_prompt('\004', &is_shown, &said); /* end of input */
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_true(is_shown);
    assert_non_null(strstr(said, "the input ended before a PIN was typed"));
}

static struct card_certificate on_card(const char *serial, struct memory_key *issuer, int64_t not_after_s)
{
    struct card_certificate on = {.token_label = "kart", .token_serial = serial};
    OK(certificate_parse(arena, certify(issuer, not_after_s, memory_key_public(authority), NULL), &on.certificate));
    return on;
}

/* Two certificates on one card are one card; another provider's card of the same person is none. */
static void cards_of_this_provider_are_picked(void **state)
{
    struct memory_key *stranger;
    struct card_certificate cards[4];
    struct certificate issuer;
    OK(memory_key_new(&stranger));
    const struct card_certificate all[] = {
        on_card("1", authority, clock_now_s()), on_card("1", authority, clock_now_s() + DAY_S),
        on_card("2", stranger, clock_now_s()), on_card("3", authority, clock_now_s())};
    struct bytes of_authority = certify(authority, clock_now_s() + DAY_S, memory_key_public(authority), &profile_root);
    OK(certificate_parse(arena, of_authority, &issuer));
    assert_int_equal(card_pick_issued(all, 3, "10000000146", &issuer, cards), 1);
    assert_string_equal(cards[0].token_serial, "1");
    assert_int_equal(cards[0].certificate.not_after_s, all[1].certificate.not_after_s);
    assert_int_equal(card_pick_issued(all, 4, "10000000146", &issuer, cards), 2);
    assert_string_equal(cards[1].token_serial, "3");
    assert_int_equal(card_pick_issued(all, 4, "10000000078", &issuer, cards), 0);
    memory_key_free(stranger);
}

/* A later certificate beside the one of make_card(), on the same card; its serial. */
static const char *add_certificate(const char *label, int64_t not_after_s)
{
    struct token_module *module;
    struct token *token;
    const struct token_key *keys;
    struct certificate certificate;
    size_t count;
    OK(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    OK(token_open(module, label, TOKEN_USER, "246810", &token));
    OK(token_list_keys(token, arena, &keys, &count));
    struct bytes der = certify(authority, not_after_s, keys[0].public_key, NULL);
    OK(certificate_parse(arena, der, &certificate));
    OK(token_write_certificate(token, "imza2", bytes_of_text("2"), der, certificate.subject_name));
    token_close(token);
    token_module_close(module);
    return certificate.serial;
}

static const char *signing_serial(const struct card_choice *choice)
{
    struct bytes cms;
    struct cades cades;
    OK(card_sign(arena, choice, "246810", bytes_of_text("text"), &cms));
    OK(cades_verify(arena, cms, &cades));
    return cades.certificate.serial;
}

/* Of several the one that is good longest signs; that which is to be activated never, on its own card or beside another. */
static void another_than_the_activated_one_signs(void **state)
{
    int64_t now_s = clock_now_s();
    const struct card_certificate all[] = {on_card("1", authority, now_s + DAY_S - 90),
                                           on_card("2", authority, now_s + DAY_S - 60)};
    struct card_choice choice = {.module = TOKEN_SOFTHSM_MODULE, .token = "iki", .identity_number = "10000000146"};
    assert_ptr_equal(card_pick_signing(all, 2, &choice, now_s), &all[1]);
    assert_null(card_pick_signing(all, 2, &choice, now_s + DAY_S));
    choice.other_than = all[1].certificate.serial;
    assert_ptr_equal(card_pick_signing(all, 2, &choice, now_s), &all[0]);
    choice.other_than = all[0].certificate.serial;
    assert_ptr_equal(card_pick_signing(all, 2, &choice, now_s), &all[1]);
    assert_null(card_pick_signing(all, 1, &choice, now_s));
    make_card("iki", &profile_qualified, now_s + DAY_S - 90);
    const char *later = add_certificate("iki", now_s + DAY_S - 60);
    assert_string_equal(signing_serial(&choice), later);
    choice.other_than = later;
    assert_string_not_equal(signing_serial(&choice), later);
}

static enum err crash(struct arena *child_arena, const void *context, struct bytes *ret_result)
{
    _exit(139);
}

static enum err hang(struct arena *child_arena, const void *context, struct bytes *ret_result)
{
    pause();
    return ERR_NONE;
}

static enum err answer(struct arena *child_arena, const void *context, struct bytes *ret_result)
{
    uint8_t *large = arena_alloc(child_arena, 300000); /* more than a pipe holds */
    memset(large, 7, 300000);
    *ret_result = (struct bytes){large, 300000};
    return ERR_NONE;
}

static enum err refuse(struct arena *child_arena, const void *context, struct bytes *ret_result)
{
    return err_set(ERR_TOO_MANY, "locked");
}

static void children_end(void **state)
{
    struct bytes result;
    assert_int_equal(child_run(arena, crash, NULL, 5000, &result), ERR_UNAVAILABLE);
    assert_string_equal(err_detail(), "the card's library crashed");
    assert_int_equal(child_run(arena, hang, NULL, 100, &result), ERR_UNAVAILABLE);
    assert_string_equal(err_detail(), "the card did not answer in time");
    assert_int_equal(child_run(arena, refuse, NULL, 5000, &result), ERR_TOO_MANY);
    assert_string_equal(err_detail(), "locked");
    OK(child_run(arena, answer, NULL, 5000, &result));
    assert_int_equal(result.size, 300000);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* none is left behind */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(signs),
                                       cmocka_unit_test(says_what_is_wrong),
                                       cmocka_unit_test(helps_with_examples),
                                       cmocka_unit_test(the_terminal_shows_again_what_is_typed),
                                       cmocka_unit_test(cards_of_this_provider_are_picked),
                                       cmocka_unit_test(another_than_the_activated_one_signs),
                                       cmocka_unit_test(children_end)};
    return cmocka_run_group_tests_name("eimza", tests, begin, end);
}
