/* A page's code from the program's side, whatever it is for: opened, shown in large letters, the way back. */
#include "base/clock.h"
#include "eimza/cli.h"
#include "eimza/trust.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIGITS 15
#define LINK_START "eimza://kod/"

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

int cli_explain_server(struct arena *arena, enum err error, const char *address)
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

void cli_show_code(struct arena *arena, const char *address, const struct server_code *code)
{
    cli_show_large(tr(cli_language, server_purpose_title(code->purpose)));
    cli_show_large(strstr(address, "//") + 2);
    fprintf(stderr, "%s %s · %s\n", tr(cli_language, "The page must show the same two words:"), code->words[0],
            code->words[1]);
    fprintf(stderr, "%s\n\n",
            tr_fill(arena, cli_language, "{seconds} seconds left", "seconds",
                    arena_printf(arena, "%lld", (long long)code->seconds_left), NULL));
}

int cli_open_code(struct arena *arena, const struct wish *wish, const char *digits, struct opened_code *ret_code)
{
    const char *folder = wish->trust != NULL ? wish->trust : TRUST_FOLDER;
    struct trust trust;
    enum err error = trust_load(arena, folder, &trust);
    if (error != ERR_NONE) return explain_trust(arena, error, folder);
    ret_code->root = trust.root.der;
    ret_code->issuing = trust.issuing;
    if (trust_find_host(&trust, wish->host, &ret_code->address) != ERR_NONE)
        return cli_say(EXIT_SERVER, tr_fill(arena, cli_language, "{host} does not stand in the signed list.", "host",
                                            wish->host, NULL));
    server_begin();
    error = server_open(arena, ret_code->address, language_code(cli_language), digits, &ret_code->code);
    return error == ERR_NONE ? 0 : cli_explain_server(arena, error, ret_code->address);
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

int cli_lead_back(struct arena *arena, const struct wish *wish, const char *said, const char *link)
{
    (void)arena;
    fprintf(stderr, "%s\n", said);
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
