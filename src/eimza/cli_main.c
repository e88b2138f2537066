/* `eimza-cli`: signs with a person's card, on their own computer, in their language. */
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "eimza/cli.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static error_t take(int key, char *argument, struct argp_state *state)
{
    struct wish *wish = state->input;
    switch (key) {
    case 'm': wish->choice.module = argument; return 0;
    case 't': wish->choice.token = argument; return 0;
    case 'p': wish->pin_file = strcmp(argument, "prompt") == 0 ? NULL : argument; return 0;
    case 'o': wish->output = argument; return 0;
    case 'T': wish->trust = argument; return 0;
    case 'H': wish->host = argument; return 0;
    case 'f': wish->is_full = true; return 0;
    case 'n': wish->has_no_browser = true; return 0;
    case 'c': wish->clock = argument; return 0;
    case 'u':
        if (strcmp(argument, "so") != 0 && strcmp(argument, "set-pin") != 0) argp_usage(state);
        wish->unlock = strcmp(argument, "so") == 0 ? CARD_UNLOCK_SO : CARD_UNLOCK_SET_PIN;
        return 0;
    case ARGP_KEY_ARG:
        if (wish->words_count == 2) argp_usage(state);
        wish->words[wish->words_count++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (wish->words_count != 2 || (strcmp(wish->words[0], "sign") != 0 && strcmp(wish->words[0], "pin") != 0))
            argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static void read_arguments(int argc, char **argv, struct wish *wish)
{
    enum language language = cli_language;
    const struct argp_option options[] = {
        {"module", 'm', "PATH", 0, tr(language, "PKCS #11 library of the card; without it, those that p11-kit knows"),
         0},
        {"token", 't', "LABEL", 0, tr(language, "Label or serial number of the card, if there are several"), 0},
        {"pin-file", 'p', "FILE", 0,
         tr(language, "File with the PIN in its first line, or 'prompt' (as without this option)"), 0},
        {"output", 'o', "FILE", 0, tr(language, "Where the signed file goes; without it, FILE.p7m"), 0},
        {"trust", 'T', "DIR", 0,
         tr(language,
            "Folder with the authorities' certificates and the signed list of addresses; without it, /etc/eimza"),
         0},
        {"host", 'H', "HOST", 0, tr(language, "Which address of the list; without it, the first"), 0},
        {"full", 'f', NULL, 0, tr(language, "Shows all documents that belong to the text, whole"), 0},
        {"no-browser", 'n', NULL, 0, tr(language, "Prints the link back instead of opening it"), 0},
        {"unlock", 'u', "WAY", 0,
         tr(language, "How the card takes a new PIN with its PUK: 'so' or 'set-pin'; without it, as the library is "
                      "known to"),
         0},
        {"clock", 'c', "FILE", 0, tr(language, "The clock of a demonstration, STATE/clock-offset"), 0},
        {0},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *what = tr(language, "Signs with your card what a page of the portal asks for, by the code that it "
                                    "shows; or a file: an attached CAdES signature, for approvals and applications. Or "
                                    "sets your card's PIN.");
    const char *examples =
        tr(language, "Examples:\n"
                     "  eimza-cli sign '123 456 789 123 456'\n"
                     "  eimza-cli sign karar.txt\n"
                     "  eimza-cli sign karar.txt --output imzali.p7m --module /usr/lib/libakisp11.so\n"
                     "  eimza-cli pin '123 456 789 123 456'\n\n"
                     "Exit codes: 0 signed, 3 wrong PIN, 4 PIN locked, 5 no card, 6 code cannot be used, 7 service not "
                     "reached or not trusted, 8 signature refused, 64 wrong use, 1 anything else.");
    const char *help = arena_printf(arena, "%s\v%s", what, examples);
    const struct argp parser = {options, take, "sign CODE|FILE\npin CODE", help, NULL, NULL, NULL};
    argp_parse(&parser, argc, argv, 0, NULL, wish);
}

static int act(struct arena *arena, struct wish *wish, char *pin)
{
    const char *code = file_exists(wish->words[1]) ? NULL : cli_code_of(arena, wish->words[1]);
    if (wish->clock != NULL && clock_use_offset(wish->clock) != ERR_NONE)
        return cli_explain(arena, err_set(ERR_INVALID, "%s", wish->clock));
    if (strcmp(wish->words[0], "pin") == 0) {
        if (code == NULL) return cli_say(EXIT_CODE, tr(cli_language, "A verification code has 15 digits, 1 to 9"));
        return cli_set_pin(arena, wish, code, pin);
    }
    return code != NULL ? cli_sign_code(arena, wish, code, pin) : cli_sign_file(arena, wish, pin);
}

int main(int argc, char **argv)
{
    struct wish wish = {.unlock = CARD_UNLOCK_UNKNOWN};
    prctl(PR_SET_DUMPABLE, 0); /* the PIN passes through here */
    cli_choose_language();
    read_arguments(argc, argv, &wish);
    /* A folder of SoftHSM tokens stands in for a card when it is named (tests, demonstration). */
    if (wish.choice.module == NULL)
        wish.choice.module = getenv("SOFTHSM2_CONF") != NULL ? TOKEN_SOFTHSM_MODULE : "p11-kit-proxy.so";
    if (wish.unlock == CARD_UNLOCK_UNKNOWN)
        wish.unlock = strcmp(wish.choice.module, TOKEN_SOFTHSM_MODULE) == 0 ? CARD_UNLOCK_SO : CARD_UNLOCK_SET_PIN;
    CLEANUP_ARENA struct arena *arena = arena_new();
    if (secret_init() != ERR_NONE) return EXIT_OTHER;
    char *pin = secret_alloc(PIN_SIZE_MAX + 1);
    int code = act(arena, &wish, pin);
    secret_free(pin);
    return code;
}
