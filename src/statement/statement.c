#include "statement/statement.h"

#include "base/turkish.h"

#include <stdlib.h>
#include <string.h>

#define INT_MAX_VALUE INT64_C(1000000000000000)
#define YES "evet"
#define ABSENT "-"

bool statement_value_is_valid(struct arena *arena, const char *value)
{
    const char *cleaned;

    if (value == NULL || value[0] == '\0' || strcmp(value, ABSENT) == 0) return false;
    if (strchr(value, '\n') != NULL) return false;
    if (text_clean(arena, value, &cleaned) != ERR_NONE) return false;
    return strcmp(cleaned, value) == 0;
}

static bool has_form(const char *text, size_t length, const char *alphabet)
{
    return strlen(text) == length && strspn(text, alphabet) == length;
}

static bool word_is_known(const char *word, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) return true;
    }
    return false;
}

/* Does the value have the form its label asks for? The absent one was dealt with before. */
static bool text_fits(struct arena *arena, const struct statement_label *label, const char *value)
{
    switch (label->kind) {
    case STATEMENT_HEX: return has_form(value, label->length, "0123456789abcdef");
    case STATEMENT_DIGITS: return has_form(value, label->length, "0123456789");
    case STATEMENT_WORD: return word_is_known(value, label->words);
    default: return statement_value_is_valid(arena, value);
    }
}

static enum err refuse(const struct statement_label *label)
{
    return err_set(ERR_INVALID, "statement: %s", label->label);
}

/* The value as it stands in the text; NULL: absent. */
static enum err value_of(struct arena *arena, const struct statement_label *label, const void *members,
                         const char **ret_value)
{
    const void *member = (const char *)members + label->offset;
    const char *value = NULL;

    switch (label->kind) {
    case STATEMENT_INT: {
        int64_t number = *(const int64_t *)member;
        if (number == 0 && label->is_optional) break;
        if (number < 1 || number > INT_MAX_VALUE) return refuse(label);
        value = arena_printf(arena, "%lld", (long long)number);
        break;
    }
    case STATEMENT_DATE: {
        struct date again, date = *(const struct date *)member;
        value = date_to_iso(arena, date);
        if (date_from_iso(value, &again) != ERR_NONE) return refuse(label);
        break;
    }
    case STATEMENT_TIME: {
        int64_t again_s, time_s = *(const int64_t *)member;
        if (time_s == 0 && label->is_optional) break;
        value = time_to_iso(arena, time_s);
        if (time_s <= 0 || time_from_iso(value, &again_s) != ERR_NONE) return refuse(label);
        break;
    }
    case STATEMENT_FLAG: value = *(const bool *)member ? YES : NULL; break;
    default:
        value = *(const char *const *)member;
        if (value != NULL && value[0] == '\0') value = NULL;
        if (value != NULL && !text_fits(arena, label, value)) return refuse(label);
        if (value == NULL && !label->is_optional) return refuse(label);
    }
    *ret_value = value;
    return ERR_NONE;
}

enum err statement_put(struct buffer *buffer, const struct statement_type *type, const void *members)
{
    CLEANUP_ARENA struct arena *arena = arena_new();

    buffer_printf(buffer, "divit %s %d\n", type->name, type->version);
    for (const struct statement_label *label = type->labels; label->label != NULL; label++) {
        const char *value;
        TRY(value_of(arena, label, members, &value));
        buffer_text(buffer, label->label);
        buffer_text(buffer, ": ");
        buffer_text(buffer, value != NULL ? value : ABSENT);
        buffer_char(buffer, '\n');
    }
    if (buffer->size > STATEMENT_SIZE_MAX) return err_set(ERR_INVALID, "statement: larger than 64 KiB");
    return ERR_NONE;
}

static enum err value_into(struct arena *arena, const struct statement_label *label, const char *value, void *members)
{
    void *member = (char *)members + label->offset;
    bool is_absent = strcmp(value, ABSENT) == 0;

    switch (label->kind) {
    case STATEMENT_INT: {
        if (is_absent && label->is_optional) {
            *(int64_t *)member = 0;
            return ERR_NONE;
        }
        if (!ascii_is_digits(value) || value[0] == '0' || strlen(value) > 16) return refuse(label);
        int64_t number = strtoll(value, NULL, 10);
        if (number > INT_MAX_VALUE) return refuse(label);
        *(int64_t *)member = number;
        return ERR_NONE;
    }
    case STATEMENT_DATE:
        if (date_from_iso(value, (struct date *)member) != ERR_NONE) return refuse(label);
        return ERR_NONE;
    case STATEMENT_TIME:
        if (is_absent && label->is_optional) {
            *(int64_t *)member = 0;
            return ERR_NONE;
        }
        if (time_from_iso(value, (int64_t *)member) != ERR_NONE) return refuse(label);
        return ERR_NONE;
    case STATEMENT_FLAG:
        if (!is_absent && strcmp(value, YES) != 0) return refuse(label);
        *(bool *)member = !is_absent;
        return ERR_NONE;
    default:
        if (is_absent ? !label->is_optional : !text_fits(arena, label, value)) return refuse(label);
        *(const char **)member = is_absent ? NULL : value;
        return ERR_NONE;
    }
}

/* One line without its end, as text; ERR_INVALID for a missing end or a NUL. */
static enum err take_line(struct arena *arena, struct bytes *text, const char **ret_line)
{
    if (text->size == 0) return err_set(ERR_INVALID, "statement: ends too early");
    const uint8_t *end = memchr(text->data, '\n', text->size);
    if (end == NULL) return err_set(ERR_INVALID, "statement: a line without end");
    size_t size = (size_t)(end - text->data);
    const char *line = bytes_to_text(arena, (struct bytes){text->data, size});
    if (line == NULL) return err_set(ERR_INVALID, "statement: NUL");
    *text = (struct bytes){end + 1, text->size - size - 1};
    *ret_line = line;
    return ERR_NONE;
}

enum err statement_get(struct arena *arena, const struct statement_type *type, struct bytes text, void *ret_members,
                       struct bytes *ret_rest)
{
    const char *line;

    if (text.size > STATEMENT_SIZE_MAX) return err_set(ERR_INVALID, "statement: larger than 64 KiB");
    TRY(take_line(arena, &text, &line));
    if (strcmp(line, arena_printf(arena, "divit %s %d", type->name, type->version)) != 0)
        return err_set(ERR_INVALID, "statement: not a %s %d", type->name, type->version);
    for (const struct statement_label *label = type->labels; label->label != NULL; label++) {
        size_t length = strlen(label->label);
        TRY(take_line(arena, &text, &line));
        if (strncmp(line, label->label, length) != 0 || strncmp(line + length, ": ", 2) != 0) return refuse(label);
        TRY(value_into(arena, label, line + length + 2, ret_members));
    }
    *ret_rest = text;
    return ERR_NONE;
}

enum err statement_write_whole(struct arena *arena, const struct statement_type *type, const void *members,
                               struct bytes *ret_text)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;

    TRY(statement_put(&buffer, type, members));
    *ret_text = bytes_copy(arena, buffer_bytes(&buffer));
    return ERR_NONE;
}

enum err statement_read_whole(struct arena *arena, const struct statement_type *type, struct bytes text,
                              void *ret_members)
{
    struct bytes rest, again;

    TRY(statement_get(arena, type, text, ret_members, &rest));
    if (rest.size > 0) return err_set(ERR_INVALID, "statement: more than its labels");
    TRY(statement_write_whole(arena, type, ret_members, &again));
    if (!bytes_equal(text, again)) return err_set(ERR_INVALID, "statement: not in its one form");
    return ERR_NONE;
}
