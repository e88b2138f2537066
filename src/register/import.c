#include "register/import.h"

#include "base/turkish.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

void refuse_row(struct arena *arena, struct import_count *count, int64_t line, const char *column, const char *reason)
{
    struct import_report *report = &count->report;
    if (report->mistake_count == count->mistake_capacity) {
        count->mistake_capacity = count->mistake_capacity == 0 ? 16 : 2 * count->mistake_capacity;
        struct import_mistake *more = NEW_ARRAY(arena, struct import_mistake, count->mistake_capacity);
        for (size_t i = 0; i < report->mistake_count; i++) more[i] = report->mistakes[i];
        report->mistakes = more;
    }
    report->mistakes[report->mistake_count++] = (struct import_mistake){line, column, reason};
}

static size_t place_of(const char **keys, size_t capacity, const char *key)
{
    size_t hash = 5381;
    for (const char *c = key; *c != '\0'; c++) hash = hash * 33 + (unsigned char)*c;
    size_t place = hash % capacity;
    while (keys[place] != NULL && strcmp(keys[place], key) != 0) place = (place + 1) % capacity;
    return place;
}

bool is_seen_before(struct arena *arena, struct seen_keys *seen, const char *key)
{
    if (2 * seen->count >= seen->capacity) {
        size_t capacity = seen->capacity == 0 ? 256 : 2 * seen->capacity;
        const char **keys = NEW_ARRAY(arena, const char *, capacity);
        for (size_t i = 0; i < seen->capacity; i++)
            if (seen->keys[i] != NULL) keys[place_of(keys, capacity, seen->keys[i])] = seen->keys[i];
        seen->keys = keys;
        seen->capacity = capacity;
    }
    size_t place = place_of(seen->keys, seen->capacity, key);
    if (seen->keys[place] != NULL) return true;
    seen->keys[place] = arena_text(arena, key);
    seen->count++;
    return false;
}

bool clean_value(struct arena *arena, const char **value, size_t characters)
{
    return text_clean(arena, *value, value) == ERR_NONE && text_length(*value) <= characters;
}

bool is_name(const char *text)
{
    if (text[0] == '\0') return false;
    const uint8_t *at = (const uint8_t *)text;
    ucs4_t character;
    while ((at = u8_next(&character, at)) != NULL) {
        bool is_mark = character == ' ' || character == '.' || character == '-' || character == '\'' ||
                       character == 0x2019; /* the typographic apostrophe */
        if (!is_mark && !uc_is_property_alphabetic(character)) return false;
    }
    return true;
}
