/* RFC 7644 3.4.2.2, as far as somebody can be found without opening everybody: what is equal, joined by `and`. */
#include "base/bytes.h"
#include "register/scim.h"

#include <string.h>
#include <strings.h>

#define TERMS_MAX 8

static const char *take_word(struct arena *arena, const char **text)
{
    *text += strspn(*text, " ");
    size_t size = strcspn(*text, " ");
    const char *word = arena_text_n(arena, *text, size);
    *text += size;
    return word;
}

/* A JSON value: a text, true or false. NULL: none. */
static json_t *take_value(const char **text)
{
    json_error_t error;
    *text += strspn(*text, " ");
    json_t *value = json_loads(*text, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
    if (value != NULL) *text += error.position;
    return value;
}

/* False: another attribute, another kind of value, or asked for twice. */
static bool set_term(struct arena *arena, struct scim_filter *filter, const char *attribute, const json_t *value)
{
    const char *prefix = SCIM_USER ":";
    if (strncasecmp(attribute, prefix, strlen(prefix)) == 0) attribute += strlen(prefix);
    bool is_number = strcasecmp(attribute, "userName") == 0 || strcasecmp(attribute, SCIM_STAFF ":identityNumber") == 0;
    if (is_number && json_is_string(value) && filter->identity_number == NULL) {
        filter->identity_number = arena_text(arena, json_string_value(value));
        return true;
    }
    if (strcasecmp(attribute, "id") == 0 && json_is_string(value) && filter->id == NULL) {
        filter->id = arena_text(arena, json_string_value(value));
        return true;
    }
    if (strcasecmp(attribute, "active") == 0 && json_is_boolean(value) && filter->active == -1) {
        filter->active = json_is_true(value);
        return true;
    }
    return false;
}

struct scim_mistake scim_filter_read(struct arena *arena, const char *text, struct scim_filter *ret_filter)
{
    static const struct scim_mistake refused = {
        400, "invalidFilter", "A filter is: userName, identityNumber, id or active, eq, a value; joined by and."};
    struct scim_filter filter = {.active = -1};
    for (size_t terms = 0; terms < TERMS_MAX; terms++) {
        const char *attribute = take_word(arena, &text);
        if (strcasecmp(take_word(arena, &text), "eq") != 0) return refused;
        json_t *value = take_value(&text);
        bool is_taken = value != NULL && set_term(arena, &filter, attribute, value);
        json_decref(value);
        if (!is_taken) return refused;
        const char *word = take_word(arena, &text);
        if (*word == '\0') {
            *ret_filter = filter;
            return SCIM_FINE;
        }
        if (strcasecmp(word, "and") != 0) return refused;
    }
    return refused;
}
