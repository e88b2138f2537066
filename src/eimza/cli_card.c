#include "base/clock.h"
#include "base/config.h"
#include "base/secret.h"
#include "eimza/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int take_card(struct arena *arena, struct wish *wish, const struct token_info *card)
{
    if (card->is_pin_locked) return cli_explain(arena, ERR_TOO_MANY);
    if (card->is_pin_final) cli_say(0, tr(cli_language, "One try is left: another wrong PIN locks the card."));
    else if (card->is_pin_low) cli_say(0, tr(cli_language, "A wrong PIN was typed before. A few tries are left."));
    wish->choice.token = card->serial;
    return 0;
}

int cli_find_card(struct arena *arena, struct wish *wish)
{
    const struct token_info *cards;
    size_t count;
    enum err error = card_list(arena, &wish->choice, &cards, &count);
    if (error == ERR_NONE && count == 0) error = err_set(ERR_NOT_FOUND, "%s", tr(cli_language, "no card"));
    if (error != ERR_NONE) return cli_explain(arena, error);
    if (count == 1) return take_card(arena, wish, &cards[0]);
    cli_say(0, tr(cli_language, "There are several cards. Name one with --token:"));
    for (size_t i = 0; i < count; i++) fprintf(stderr, "  %s (%s)\n", cards[i].label, cards[i].serial);
    return EXIT_NO_CARD;
}

/* All that is there, and why it does not do. */
static int say_none_fits(const struct card_choice *choice, const struct card_certificate *certificates, size_t count)
{
    cli_say(0, tr(cli_language, "No certificate of the person who has to sign is here and valid. Put that person's "
                                "card into the reader. Certificates found:"));
    for (size_t i = 0; i < count; i++) fprintf(stderr, "  %s\n", certificates[i].certificate.subject_text);
    if (count == 0) fprintf(stderr, "  %s\n", tr(cli_language, "none"));
    if (choice->other_than != NULL)
        cli_say(0, tr(cli_language, "The certificate that is to be activated does not sign for itself: sign with "
                                    "another one that is valid."));
    return EXIT_NO_CARD;
}

int cli_find_certificate(struct arena *arena, struct wish *wish)
{
    const struct card_certificate *certificates;
    size_t count;
    enum err error = card_list_certificates(arena, &wish->choice, &certificates, &count);
    if (error != ERR_NONE) return cli_explain(arena, error);
    const struct card_certificate *chosen = card_pick_signing(certificates, count, &wish->choice, clock_now_s());
    if (chosen == NULL) return say_none_fits(&wish->choice, certificates, count);
    fprintf(stderr, "%s\n  %s\n  %s\n", tr(cli_language, "The certificate that signs:"),
            chosen->certificate.subject_text,
            tr_fill(arena, cli_language, "valid until {date}", "date",
                    time_to_date_time(arena, chosen->certificate.not_after_s), NULL));
    wish->choice.token = chosen->token_serial;
    return cli_find_card(arena, wish);
}

static volatile sig_atomic_t interrupted_by;

static void note_interrupt(int number)
{
    interrupted_by = number;
}

/* One line; the number of the signal that came instead, or 0. The signals do what they did before when it is back. */
static int read_or_interrupt(char *pin, ssize_t *ret_size)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction noted = {.sa_handler = note_interrupt}, before[sizeof ends / sizeof *ends];
    interrupted_by = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) sigaction(ends[i], &noted, &before[i]);
    *ret_size = read(STDIN_FILENO, pin, PIN_SIZE_MAX);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) sigaction(ends[i], &before[i], NULL);
    return interrupted_by;
}

enum err cli_prompt(const char *what, char *pin)
{
    struct termios shown, hidden;
    ssize_t size;
    if (tcgetattr(STDIN_FILENO, &shown) != 0)
        return err_set(ERR_INVALID, "%s", tr(cli_language, "no terminal for the PIN"));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fputs(what, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    int by = read_or_interrupt(pin, &size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    if (by != 0) raise(by); /* now that the terminal shows again what is typed */
    if (size <= 0) return err_set(ERR_INVALID, "%s", tr(cli_language, "the input ended before a PIN was typed"));
    if (size == PIN_SIZE_MAX) return err_set(ERR_WRONG, "PIN");
    pin[size] = '\0';
    pin[strcspn(pin, "\r\n")] = '\0';
    return ERR_NONE;
}

int cli_read_pin(struct arena *arena, const struct wish *wish, char *pin)
{
    const char *kept;
    if (wish->pin_file == NULL) {
        enum err error = cli_prompt(tr(cli_language, "PIN of the card: "), pin);
        return error == ERR_NONE ? 0 : cli_explain(arena, error);
    }
    if (config_read_secret(arena, wish->pin_file, &kept) != ERR_NONE)
        return cli_say(EXIT_OTHER, tr_fill(arena, cli_language, "The file {path} cannot be read: {detail}.", "path",
                                           wish->pin_file, "detail", err_detail(), NULL));
    size_t size = strlen(kept);
    if (size >= PIN_SIZE_MAX) return cli_explain(arena, err_set(ERR_WRONG, "PIN"));
    memcpy(pin, kept, size + 1);
    secret_wipe((void *)(uintptr_t)kept, size);
    return 0;
}
