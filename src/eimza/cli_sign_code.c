/* `eimza-cli sign CODE`: what a page of the service asks to have signed (spec 02, The program eimza). */
#include "base/clock.h"
#include "base/secret.h"
#include "eimza/cli.h"
#include "statement/activation_statement.h"
#include "statement/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_OFF_S 120 /* the service takes no signature that is made further off */
#define SHOWN_IN_FULL 2 /* documents beside the text; more of them are listed, --full shows all */

/* -- what is shown -- */

static void show_documents(struct arena *arena, const struct wish *wish, const struct server_code *code)
{
    bool is_full = wish->is_full || code->document_count <= SHOWN_IN_FULL;
    for (size_t i = 0; i < code->document_count; i++) {
        const struct server_document *document = &code->documents[i];
        fprintf(stderr, "── %s\n   SHA-256 %s\n", document->title, document->digest);
        if (is_full) fprintf(stderr, "%s\n", document->text);
    }
    if (!is_full && code->document_count > 0)
        cli_say(0, tr(cli_language, "Each of these is checked against its digest in the text. --full shows them "
                                    "whole."));
}

/* Hundreds of lines stay as they are: a person reads those that come and go. */
static void show_change(struct arena *arena, const struct server_code *code)
{
    struct registry_change change;
    if (registry_compare(arena, bytes_of_text(code->documents[0].text), bytes_of_text(code->text), &change) != ERR_NONE)
        return; /* it was compared when it came */
    cli_say(0, tr(cli_language, "What changes:"));
    for (size_t i = 0; i < change.removed_count; i++) fprintf(stderr, "- %s\n", change.removed[i]);
    for (size_t i = 0; i < change.added_count; i++) fprintf(stderr, "+ %s\n", change.added[i]);
    fputc('\n', stderr);
}

static void show(struct arena *arena, const struct wish *wish, const char *address, const struct server_code *code)
{
    cli_show_code(arena, address, code);
    fprintf(stderr, "── %s\n%s\n", tr(cli_language, "The text that you sign"), code->text);
    if (strcmp(code->purpose, "registry") == 0) show_change(arena, code);
    else show_documents(arena, wish, code);
    cli_say(0, tr(cli_language, "Go on only if you opened the page with the code yourself and this is what you want. "
                                "Whoever gave you a code wants you to sign for them."));
}

static int check_clock(struct arena *arena, const struct server_code *code)
{
    int64_t off_s = clock_now_s() - code->server_time_s;
    if (off_s <= CLOCK_OFF_S && off_s >= -CLOCK_OFF_S) return 0;
    return cli_say(EXIT_OTHER, tr_fill(arena, cli_language,
                                       "The clock of this computer is wrong: it says {mine}, the service {theirs}. "
                                       "Set it right and try again.",
                                       "mine", time_to_date_time(arena, clock_now_s()), "theirs",
                                       time_to_date_time(arena, code->server_time_s), NULL));
}

/* -- */

/* Of an activation: the certificate that does not count for itself, however long it is good. NULL: another text. */
static const char *find_activated(struct arena *arena, const struct server_code *code)
{
    struct activation_statement activation;
    if (activation_statement_read(arena, bytes_of_text(code->text), &activation) == ERR_NONE) return activation.serial;
    err_clear();
    return NULL;
}

static int sign(struct arena *arena, struct wish *wish, const char *address, const char *digits,
                const struct server_code *code, char *pin)
{
    struct bytes cms;
    const char *path;
    int exit_code = cli_find_certificate(arena, wish);
    if (exit_code == 0) exit_code = cli_read_pin(arena, wish, pin);
    if (exit_code != 0) return exit_code;
    enum err error = card_sign(arena, &wish->choice, pin, bytes_of_text(code->text), &cms);
    secret_wipe(pin, PIN_SIZE_MAX);
    if (error != ERR_NONE) return cli_explain(arena, error);
    error = server_submit(arena, address, language_code(cli_language), digits, cms, &path);
    if (error != ERR_NONE) return cli_explain_server(arena, error, address);
    const char *said = tr_fill(arena, cli_language, "Signed and handed in, {time}.", "time",
                               time_to_date_time(arena, clock_now_s()), NULL);
    return cli_lead_back(arena, wish, said, arena_printf(arena, "%s%s", address, path));
}

int cli_sign_code(struct arena *arena, struct wish *wish, const char *digits, char *pin)
{
    struct opened_code opened;
    int exit_code = cli_open_code(arena, wish, digits, &opened);
    if (exit_code != 0) return exit_code;
    if (opened.code.text[0] == '\0')
        return cli_say(EXIT_CODE, tr(cli_language, "Nothing is to be signed with this code. For a PIN: eimza-cli pin "
                                                   "CODE"));
    show(arena, wish, opened.address, &opened.code);
    exit_code = check_clock(arena, &opened.code);
    if (exit_code != 0) return exit_code;
    wish->choice.identity_number = opened.code.identity_number;
    wish->choice.other_than = find_activated(arena, &opened.code);
    return sign(arena, wish, opened.address, digits, &opened.code, pin);
}
