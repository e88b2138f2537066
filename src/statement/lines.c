#include "statement/lines.h"

#include <string.h>

/* The line at *at, without its LF, and on to the next; NULL without one. */
static const char *next_line(struct arena *arena, const char **at, const char *end)
{
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    if (stop == NULL) return NULL;
    const char *line = bytes_to_text(arena, (struct bytes){(const uint8_t *)*at, (size_t)(stop - *at)});
    *at = stop + 1;
    return line;
}

enum err lines_read(struct arena *arena, struct bytes text, const char *first, const char **ret_lines, size_t count)
{
    const char *at = (const char *)text.data, *end = at + text.size;
    const char *line = text.size == 0 ? NULL : next_line(arena, &at, end);
    if (line == NULL || strcmp(line, first) != 0) return err_set(ERR_INVALID, "not %s", first);
    for (size_t i = 0; i < count; i++) {
        ret_lines[i] = next_line(arena, &at, end);
        if (ret_lines[i] == NULL) return err_set(ERR_INVALID, "%s: a line is missing", first);
    }
    return at == end ? ERR_NONE : err_set(ERR_INVALID, "%s: more lines than there are", first);
}

static bool is_of(const char *text, const char *characters, size_t length_min, size_t length_max)
{
    size_t length = strlen(text);
    return length >= length_min && length <= length_max && strspn(text, characters) == length;
}

bool is_digits(const char *text, size_t length_min, size_t length_max)
{
    return is_of(text, "0123456789", length_min, length_max);
}

bool is_lower_hex(const char *text, size_t length_min, size_t length_max)
{
    return is_of(text, "0123456789abcdef", length_min, length_max);
}
