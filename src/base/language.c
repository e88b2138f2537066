#include "base/language.h"

#include "base/buffer.h"
#include "base/catalogue.h"

#include <string.h>

const char *language_code(enum language language)
{
    return language == LANGUAGE_ENGLISH ? "en" : "tr";
}

enum language language_from_code(const char *code)
{
    return code != NULL && strcmp(code, "en") == 0 ? LANGUAGE_ENGLISH : LANGUAGE_TURKISH;
}

/* The catalogue is sorted by the bytes of the English text. What it lacks (tools/texts.py finds it) stays English. */
const char *tr(enum language language, const char *english)
{
    if (language == LANGUAGE_ENGLISH) return english;
    size_t low = 0, high = catalogue_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(english, catalogue[middle].english);
        if (order == 0) return catalogue[middle].turkish;
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return english;
}

#define PAIRS_MAX 16

const char *tr_fill(struct arena *arena, enum language language, const char *english, ...)
{
    const char *names[PAIRS_MAX], *values[PAIRS_MAX];
    size_t count = 0;
    va_list arguments;
    va_start(arguments, english);
    for (const char *name; count < PAIRS_MAX && (name = va_arg(arguments, const char *)) != NULL; count++) {
        names[count] = name;
        values[count] = va_arg(arguments, const char *);
    }
    va_end(arguments);
    CLEANUP_BUFFER struct buffer filled = BUFFER_EMPTY;
    for (const char *rest = tr(language, english); *rest != '\0';) {
        size_t size = 0, i = 0;
        for (; i < count && *rest == '{'; i++) {
            size = strlen(names[i]);
            if (strncmp(rest + 1, names[i], size) == 0 && rest[1 + size] == '}') break;
        }
        if (*rest == '{' && i < count) {
            buffer_text(&filled, values[i]);
            rest += size + 2;
        } else {
            buffer_char(&filled, *rest++);
        }
    }
    return buffer_to_text(&filled, arena);
}
