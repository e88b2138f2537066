/* `eimza-cli`: signs a file with a person's card, on their own computer, in their language. */
#include "base/config.h"
#include "base/file.h"
#include "base/language.h"
#include "base/secret.h"
#include "eimza/card.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#define FILE_SIZE_MAX (16 * 1024 * 1024)
#define PIN_SIZE_MAX 64

enum exit_code { EXIT_OTHER = 1, EXIT_PIN_WRONG = 3, EXIT_PIN_LOCKED = 4, EXIT_NO_CARD = 5 };

struct wish {
    const char *words[2]; /* sign, FILE */
    int words_count;
    const char *pin_file, *output;
    struct card_choice choice;
};

static enum language language = LANGUAGE_TURKISH;

static error_t take(int key, char *argument, struct argp_state *state)
{
    struct wish *wish = state->input;
    switch (key) {
    case 'm': wish->choice.module = argument; return 0;
    case 't': wish->choice.token = argument; return 0;
    case 'p': wish->pin_file = strcmp(argument, "prompt") == 0 ? NULL : argument; return 0;
    case 'o': wish->output = argument; return 0;
    case ARGP_KEY_ARG:
        if (wish->words_count == 2) argp_usage(state);
        wish->words[wish->words_count++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (wish->words_count != 2 || strcmp(wish->words[0], "sign") != 0) argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static void choose_language(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0') continue;
        language = strncmp(value, "en", 2) == 0 ? LANGUAGE_ENGLISH : LANGUAGE_TURKISH;
        return;
    }
}

static int say(int code, const char *text)
{
    fprintf(stderr, "eimza-cli: %s\n", text);
    return code;
}

static int explain(struct arena *arena, enum err error)
{
    switch (error) {
    case ERR_WRONG: return say(EXIT_PIN_WRONG, tr(language, "The PIN is wrong. Nothing was signed."));
    case ERR_TOO_MANY:
        return say(EXIT_PIN_LOCKED, tr(language, "The PIN is locked after too many wrong tries. It can be unlocked "
                                                 "with the card's PUK."));
    case ERR_NOT_FOUND:
        return say(EXIT_NO_CARD, tr_fill(arena, language,
                                         "No card with a certificate for signing was found ({detail}). "
                                         "Put the card into the reader and try again.",
                                         "detail", err_detail(), NULL));
    case ERR_EXPIRED:
        return say(EXIT_OTHER, tr_fill(arena, language, "The certificate on the card has ended: {subject}.", "subject",
                                       err_detail(), NULL));
    case ERR_UNAVAILABLE:
        return say(EXIT_OTHER, tr_fill(arena, language,
                                       "The card or its library does not answer ({detail}). Take the "
                                       "card out, put it in and try again.",
                                       "detail", err_detail(), NULL));
    default:
        return say(EXIT_OTHER, tr_fill(arena, language, "It did not work: {detail} ({name}).", "detail", err_detail(),
                                       "name", err_name(error), NULL));
    }
}

/* Which card it will be, and a warning before a try that may lock it. */
static int find_card(struct arena *arena, struct wish *wish)
{
    const struct token_info *cards;
    size_t count;
    enum err error = card_list(arena, &wish->choice, &cards, &count);
    if (error == ERR_NONE && count == 0) error = err_set(ERR_NOT_FOUND, "%s", tr(language, "no card"));
    if (error != ERR_NONE) return explain(arena, error);
    if (count > 1) {
        say(0, tr(language, "There are several cards. Name one with --token:"));
        for (size_t i = 0; i < count; i++) fprintf(stderr, "  %s (%s)\n", cards[i].label, cards[i].serial);
        return EXIT_NO_CARD;
    }
    if (cards[0].is_pin_locked) return explain(arena, ERR_TOO_MANY);
    if (cards[0].is_pin_final) say(0, tr(language, "One try is left: another wrong PIN locks the card."));
    else if (cards[0].is_pin_low) say(0, tr(language, "A wrong PIN was typed before. A few tries are left."));
    wish->choice.token = cards[0].serial;
    return 0;
}

static enum err prompt_pin(char *pin)
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0)
        return err_set(ERR_INVALID, "%s", tr(language, "no terminal for the PIN"));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fputs(tr(language, "PIN of the card: "), stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    ssize_t size = read(STDIN_FILENO, pin, PIN_SIZE_MAX);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    if (size <= 0 || size == PIN_SIZE_MAX) return err_set(ERR_WRONG, "PIN");
    pin[size] = '\0';
    pin[strcspn(pin, "\r\n")] = '\0';
    return ERR_NONE;
}

static enum err read_pin(struct arena *arena, const struct wish *wish, char *pin)
{
    const char *kept;
    if (wish->pin_file == NULL) return prompt_pin(pin);
    TRY(config_read_secret(arena, wish->pin_file, &kept));
    size_t size = strlen(kept);
    if (size >= PIN_SIZE_MAX) return err_set(ERR_WRONG, "PIN");
    memcpy(pin, kept, size + 1);
    secret_wipe((void *)(uintptr_t)kept, size);
    return ERR_NONE;
}

static int unreadable(struct arena *arena, const char *path)
{
    return say(EXIT_OTHER, tr_fill(arena, language, "The file {path} cannot be read: {detail}.", "path", path, "detail",
                                   err_detail(), NULL));
}

static int sign_file(struct arena *arena, struct wish *wish, char *pin)
{
    const char *path = wish->words[1];
    struct bytes content, cms;
    enum err error = file_read(arena, path, FILE_SIZE_MAX, &content);
    if (error != ERR_NONE) return unreadable(arena, path);
    int code = find_card(arena, wish);
    if (code != 0) return code;
    fprintf(stderr, "%s\n  SHA-256 %s\n", path, hex_encode(arena, sha256(arena, content)));
    error = read_pin(arena, wish, pin);
    if (error != ERR_NONE && wish->pin_file != NULL) return unreadable(arena, wish->pin_file);
    if (error == ERR_NONE) error = card_sign(arena, &wish->choice, pin, content, &cms);
    if (error != ERR_NONE) return explain(arena, error);
    const char *output = wish->output != NULL ? wish->output : arena_printf(arena, "%s.p7m", path);
    error = file_write(output, cms, 0644);
    if (error != ERR_NONE) return explain(arena, error);
    printf("%s\n", tr_fill(arena, language, "Signed: {path}", "path", output, NULL));
    return 0;
}

static void read_arguments(int argc, char **argv, struct wish *wish)
{
    const struct argp_option options[] = {
        {"module", 'm', "PATH", 0, tr(language, "PKCS #11 library of the card; without it, those that p11-kit knows"),
         0},
        {"token", 't', "LABEL", 0, tr(language, "Label or serial number of the card, if there are several"), 0},
        {"pin-file", 'p', "FILE", 0,
         tr(language, "File with the PIN in its first line, or 'prompt' (as without this option)"), 0},
        {"output", 'o', "FILE", 0, tr(language, "Where the signed file goes; without it, FILE.p7m"), 0},
        {0},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *what = tr(language, "Signs a file with your card: an attached CAdES signature, for approvals and "
                                    "applications of the portal.");
    const char *examples =
        tr(language, "Examples:\n"
                     "  eimza-cli sign karar.txt\n"
                     "  eimza-cli sign karar.txt --output imzali.p7m\n"
                     "  eimza-cli sign karar.txt --module /usr/lib/libakisp11.so\n\n"
                     "Exit codes: 0 signed, 3 wrong PIN, 4 PIN locked, 5 no card, 64 wrong use, 1 anything else.");
    const char *help = arena_printf(arena, "%s\v%s", what, examples);
    const struct argp parser = {options, take, "sign FILE", help, NULL, NULL, NULL};
    argp_parse(&parser, argc, argv, 0, NULL, wish);
}

int main(int argc, char **argv)
{
    struct wish wish = {0};
    prctl(PR_SET_DUMPABLE, 0); /* the PIN passes through here */
    choose_language();
    read_arguments(argc, argv, &wish);
    /* A folder of SoftHSM tokens stands in for a card when it is named (tests, demonstration). */
    if (wish.choice.module == NULL)
        wish.choice.module = getenv("SOFTHSM2_CONF") != NULL ? TOKEN_SOFTHSM_MODULE : "p11-kit-proxy.so";
    CLEANUP_ARENA struct arena *arena = arena_new();
    if (secret_init() != ERR_NONE) return EXIT_OTHER;
    char *pin = secret_alloc(PIN_SIZE_MAX + 1);
    int code = sign_file(arena, &wish, pin);
    secret_free(pin);
    return code;
}
