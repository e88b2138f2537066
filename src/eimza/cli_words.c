#include "base/buffer.h"
#include "eimza/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum language cli_language = LANGUAGE_TURKISH;

void cli_choose_language(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0') continue;
        cli_language = strncmp(value, "en", 2) == 0 ? LANGUAGE_ENGLISH : LANGUAGE_TURKISH;
        return;
    }
}

int cli_say(int code, const char *text)
{
    fprintf(stderr, "eimza-cli: %s\n", text);
    return code;
}

int cli_explain(struct arena *arena, enum err error)
{
    enum language language = cli_language;
    switch (error) {
    case ERR_WRONG: return cli_say(EXIT_PIN_WRONG, tr(language, "The PIN is wrong. Nothing was signed."));
    case ERR_TOO_MANY:
        return cli_say(EXIT_PIN_LOCKED, tr(language, "The PIN is locked after too many wrong tries. It can be unlocked "
                                                     "with the card's PUK."));
    case ERR_NOT_FOUND:
        return cli_say(EXIT_NO_CARD, tr_fill(arena, language,
                                             "No card with a certificate for signing was found ({detail}). "
                                             "Put the card into the reader and try again.",
                                             "detail", err_detail(), NULL));
    case ERR_EXPIRED:
        return cli_say(EXIT_OTHER, tr_fill(arena, language, "The certificate on the card has ended: {subject}.",
                                           "subject", err_detail(), NULL));
    case ERR_UNAVAILABLE:
        return cli_say(EXIT_OTHER, tr_fill(arena, language,
                                           "The card or its library does not answer ({detail}). Take the "
                                           "card out, put it in and try again.",
                                           "detail", err_detail(), NULL));
    default:
        return cli_say(EXIT_OTHER, tr_fill(arena, language, "It did not work: {detail} ({name}).", "detail",
                                           err_detail(), "name", err_name(error), NULL));
    }
}

/* One character of UTF-8. */
static size_t character_size(const char *text)
{
    size_t size = 1;
    while (((unsigned char)text[size] & 0xc0) == 0x80) size++;
    return size;
}

void cli_show_large(const char *text)
{
    CLEANUP_BUFFER struct buffer line = BUFFER_EMPTY;
    bool is_terminal = isatty(STDERR_FILENO) == 1;
    size_t width = 0;
    for (const char *at = text; *at != '\0'; width += 2) {
        size_t size = character_size(at);
        if (at != text) buffer_char(&line, ' ');
        buffer_add(&line, (struct bytes){(const uint8_t *)at, size});
        at += size;
    }
    fputs("\n  ", stderr);
    for (size_t i = 0; i < width + 3; i++) fputs("═", stderr);
    fprintf(stderr, "\n    %s%.*s%s\n  ", is_terminal ? "\033[1m" : "", (int)line.size, (const char *)line.data,
            is_terminal ? "\033[0m" : "");
    for (size_t i = 0; i < width + 3; i++) fputs("═", stderr);
    fputs("\n\n", stderr);
}
