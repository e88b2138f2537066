/* `eimza-cli sign CODE`: what a page of the service asks to have signed (spec 02, The program eimza). */
#include "base/clock.h"
#include "base/secret.h"
#include "eimza/cli.h"
#include "eimza/server.h"
#include "eimza/trust.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIGITS 15
#define CLOCK_OFF_S 120 /* the service takes no signature that is made further off */
#define LINK_START "eimza://kod/"
#define SHOWN_IN_FULL 2 /* documents beside the text; more of them are listed, --full shows all */

extern char **environ;

const char *cli_code_of(struct arena *arena, const char *word)
{
    char *code = arena_alloc(arena, DIGITS + 1);
    size_t count = 0;
    if (strncmp(word, LINK_START, strlen(LINK_START)) == 0) word += strlen(LINK_START);
    for (; *word != '\0'; word++) {
        if (*word == ' ' || *word == '-') continue;
        if (*word < '1' || *word > '9' || count == DIGITS) return NULL;
        code[count++] = *word;
    }
    return count == DIGITS ? code : NULL;
}

static int explain_trust(struct arena *arena, enum err error, const char *folder)
{
    switch (error) {
    case ERR_NOT_FOUND:
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language,
                                            "The list of addresses cannot be read: {detail}. It comes with the "
                                            "program; name its folder with --trust.",
                                            "detail", err_detail(), NULL));
    default:
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language,
                                            "The list of addresses in {folder} is not signed as it must be. Get the "
                                            "program anew and use no code until then.",
                                            "folder", folder, NULL));
    }
}

static int explain_server(struct arena *arena, enum err error, const char *address)
{
    const char *detail = err_detail();
    switch (error) {
    case ERR_WRONG: return cli_say(EXIT_CODE, detail);
    case ERR_FORBIDDEN:
        return cli_say(EXIT_REFUSED, tr_fill(arena, cli_language, "The signature was not taken in: {detail}.", "detail",
                                             detail, NULL));
    case ERR_TOO_MANY: return cli_say(EXIT_SERVER, detail);
    case ERR_UNAUTHENTICATED:
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language,
                                            "{address} cannot prove that it is who it says ({detail}). Do not sign; "
                                            "check the network you are in.",
                                            "address", address, "detail", detail, NULL));
    case ERR_INVALID:
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language,
                                            "What {address} sent does not hold together ({detail}). Nothing was "
                                            "signed; tell the service.",
                                            "address", address, "detail", detail, NULL));
    default:
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language,
                                            "{address} cannot be reached ({detail}). Check the connection and try "
                                            "again.",
                                            "address", address, "detail", detail, NULL));
    }
}

/* -- what is shown -- */

/* In our own words: what a server calls it is no matter. */
static const char *title_of(const struct server_code *code)
{
    if (strcmp(code->purpose, "log_in") == 0) return TR("Log in with an electronic signature");
    if (strcmp(code->purpose, "approval") == 0) return TR("Sign a decision on applications as an officer");
    return TR("Sign an application for a certificate");
}

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

static void show(struct arena *arena, const struct wish *wish, const char *address, const struct server_code *code)
{
    cli_show_large(tr(cli_language, title_of(code)));
    cli_show_large(strstr(address, "//") + 2);
    fprintf(stderr, "%s %s · %s\n", tr(cli_language, "The page must show the same two words:"), code->words[0],
            code->words[1]);
    fprintf(stderr, "%s\n\n",
            tr_fill(arena, cli_language, "{seconds} seconds left", "seconds",
                    arena_printf(arena, "%lld", (long long)code->seconds_left), NULL));
    fprintf(stderr, "── %s\n%s\n", tr(cli_language, "The text that you sign"), code->text);
    show_documents(arena, wish, code);
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

/* -- the way back -- */

/* The person's own browser; false when there is none to be had here. */
static bool open_browser(const char *link)
{
    const char *const arguments[] = {"xdg-open", link, NULL};
    pid_t child;
    int status = 1;
    if (getenv("DISPLAY") == NULL && getenv("WAYLAND_DISPLAY") == NULL) return false;
    if (posix_spawnp(&child, arguments[0], NULL, NULL, (char *const *)arguments, environ) != 0) return false;
    while (waitpid(child, &status, 0) < 0) continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int lead_back(struct arena *arena, const struct wish *wish, const char *link)
{
    fprintf(stderr, "%s\n",
            tr_fill(arena, cli_language, "Signed and handed in, {time}.", "time",
                    time_to_date_time(arena, clock_now_s()), NULL));
    if (!wish->has_no_browser && open_browser(link)) {
        fprintf(stderr, "%s\n", tr(cli_language, "Go back to your browser: it goes on there."));
        return 0;
    }
    fprintf(stderr, "%s\n",
            tr(cli_language, "Open this link in the browser that shows the code, or paste it into that "
                             "page. Give it to nobody:"));
    printf("%s\n", link);
    return 0;
}

/* -- */

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
    if (error != ERR_NONE) return explain_server(arena, error, address);
    return lead_back(arena, wish, arena_printf(arena, "%s%s", address, path));
}

int cli_sign_code(struct arena *arena, struct wish *wish, const char *digits, char *pin)
{
    const char *folder = wish->trust != NULL ? wish->trust : TRUST_FOLDER, *address;
    struct trust trust;
    struct server_code code;
    enum err error = trust_load(arena, folder, &trust);
    if (error != ERR_NONE) return explain_trust(arena, error, folder);
    if (trust_find_host(&trust, wish->host, &address) != ERR_NONE)
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language, "{host} does not stand in the signed list.", "host",
                                            wish->host, NULL));
    server_begin();
    error = server_open(arena, address, language_code(cli_language), digits, &code);
    if (error != ERR_NONE) return explain_server(arena, error, address);
    if (code.text[0] == '\0') return cli_say(EXIT_CODE, tr(cli_language, "Nothing is to be signed with this code."));
    show(arena, wish, address, &code);
    int exit_code = check_clock(arena, &code);
    if (exit_code != 0) return exit_code;
    wish->choice.identity_number = code.identity_number;
    return sign(arena, wish, address, digits, &code, pin);
}
