/* Purpose: what holds of a door by itself (spec 01). Pure. */
#include "application/application.h"

#include <string.h>

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_made_of(const char *text, const char *letters, size_t size_max)
{
    size_t size = strlen(text);
    return size >= 1 && size <= size_max && strspn(text, letters) == size;
}

bool door_path_is_valid(const char *path)
{
    return is_made_of(path, LOWER DIGITS "-", DOOR_PATH_MAX) && path[0] != '-';
}

bool door_address_is_valid(const char *address)
{
    /* "." and ".." mean another place to browsers */
    return is_made_of(address, UPPER LOWER DIGITS ".-_", DOOR_ADDRESS_MAX) && address[strspn(address, ".")] != '\0';
}

const char *door_title(const struct door *door, enum language language)
{
    return language == LANGUAGE_ENGLISH && door->english_name[0] != '\0' ? door->english_name : door->name;
}

const char *door_closed_reason(const struct door *door, enum language language, enum language *ret_language)
{
    bool is_english = language == LANGUAGE_ENGLISH && door->closed_english[0] != '\0';
    *ret_language = is_english ? LANGUAGE_ENGLISH : LANGUAGE_TURKISH;
    return is_english ? door->closed_english : door->closed_reason;
}

int64_t door_first_term(const struct door *door)
{
    int64_t term = 0;

    for (size_t i = 0; i < 8 && door->terms[i] != 0; i++) {
        if (door->terms[i] > term && door->terms[i] <= 3) term = door->terms[i];
    }
    return term > 0 ? term : 1;
}
