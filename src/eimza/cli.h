/* Purpose: what the parts of `eimza-cli` share: what was asked for, words, cards and PINs. Private to eimza. */
#ifndef DIVIT_EIMZA_CLI_H
#define DIVIT_EIMZA_CLI_H

#include "base/language.h"
#include "eimza/card.h"
#include "eimza/server.h"

#define PIN_SIZE_MAX 64

enum exit_code {
    EXIT_OTHER = 1,
    EXIT_PIN_WRONG = 3,
    EXIT_PIN_LOCKED = 4,
    EXIT_NO_CARD = 5,
    EXIT_CODE = 6, /* it cannot be used */
    EXIT_SERVER = 7, /* not reached, or not to be trusted */
    EXIT_REFUSED = 8, /* the signature was not taken in */
};

struct wish {
    const char *words[2]; /* sign, CODE or FILE; pin, CODE */
    int words_count;
    const char *pin_file, *output, *trust, *host, *clock;
    bool is_full, has_no_browser;
    enum card_unlock_way unlock;
    struct card_choice choice;
};

extern enum language cli_language;

/* cli_words.c */
void cli_choose_language(void);
int cli_say(int code, const char *text); /* on standard error; returns the code */
int cli_explain(struct arena *arena, enum err error); /* what a card's error means to its owner */
void cli_show_large(const char *text); /* framed, letters apart: what must not be overlooked */

/* cli_card.c */
/* Which card it will be, and a warning before a try that may lock it; 0 or an exit code. */
int cli_find_card(struct arena *arena, struct wish *wish);
/* The same by whose certificate it holds (wish->choice.identity_number); says which certificate signs. */
int cli_find_certificate(struct arena *arena, struct wish *wish);
/* Asks for the PIN, or reads its file; 0 or an exit code. `pin` has PIN_SIZE_MAX + 1 bytes. */
int cli_read_pin(struct arena *arena, const struct wish *wish, char *pin);
/* A line that is not shown while it is typed; ERR_INVALID without a terminal, or where nothing comes any more. */
enum err cli_prompt(const char *what, char *pin) MUST_CHECK;

/* cli_sign_file.c, cli_sign_code.c, cli_code.c */
int cli_sign_file(struct arena *arena, struct wish *wish, char *pin);
/* "123 456 789 123 456", or the link eimza://kod/… that a page has: its 15 digits; NULL: no code. */
const char *cli_code_of(struct arena *arena, const char *word);
/* A code opened at an address of the signed list; 0 or an exit code. */
struct opened_code {
    const char *address;
    struct bytes root; /* the trusted root's certificate, DER */
    struct certificate issuing; /* of the authority under it that issues people's */
    struct server_code code;
};
int cli_open_code(struct arena *arena, const struct wish *wish, const char *digits, struct opened_code *ret_code);
void cli_show_code(struct arena *arena, const char *address, const struct server_code *code); /* purpose, host, words */
int cli_explain_server(struct arena *arena, enum err error, const char *address);
/* What was done, and the link with the ticket: into the browser, or printed. */
int cli_lead_back(struct arena *arena, const struct wish *wish, const char *said, const char *link);

/* cli_set_pin.c */
int cli_set_pin(struct arena *arena, struct wish *wish, const char *code, char *pin);

int cli_sign_code(struct arena *arena, struct wish *wish, const char *code, char *pin);

#endif
