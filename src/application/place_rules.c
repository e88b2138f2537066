/* Districts by their first letters (spec 01, 2: İl, İlçe). Pure. */
#include "application/application.h"

#include <string.h>

struct words {
    const char *items[NAME_WORDS_MAX];
    size_t count;
};

static struct words words_of(struct arena *arena, const char *text)
{
    struct words words;
    words.count = name_words(arena, text, words.items);
    return words;
}

static bool begins_one_of(const char *word, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strncmp(words->items[i], word, strlen(word)) == 0) return true;
    }
    return false;
}

static bool is_meant(const struct words *typed, const struct words *district, const struct words *province)
{
    bool names_district = false;
    for (size_t i = 0; i < typed->count; i++) {
        bool is_of_district = begins_one_of(typed->items[i], district);
        if (!is_of_district && !begins_one_of(typed->items[i], province)) return false;
        names_district = names_district || is_of_district;
    }
    return names_district;
}

size_t find_places(struct arena *arena, const char *typed, struct place ret_places[PLACES_MAX])
{
    const struct words wanted = words_of(arena, typed);
    size_t count = 0;
    for (const struct province *province = provinces; province->name != NULL; province++) {
        const struct words of_province = words_of(arena, province->name);
        for (const char *const *district = province->districts; *district != NULL; district++) {
            const struct words of_district = words_of(arena, *district);
            if (!is_meant(&wanted, &of_district, &of_province)) continue;
            if (count < PLACES_MAX) ret_places[count] = (struct place){province, *district};
            count++;
        }
    }
    return count;
}
