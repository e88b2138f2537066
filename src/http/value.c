/* Purpose: one value by its name from a query or a Cookie header, as sent. */
#include "http/internal.h"

#include "base/turkish.h"

#include <string.h>

const char *query_value(struct arena *arena, const char *query, const char *name)
{
    size_t name_size = strlen(name);
    for (const char *at = query; *at != '\0';) {
        size_t size = strcspn(at, "&");
        if (size >= name_size && strncmp(at, name, name_size) == 0 && (at[name_size] == '=' || size == name_size)) {
            size_t skip = size == name_size ? name_size : name_size + 1;
            struct bytes decoded;
            if (percent_decode(arena, at + skip, size - skip, true, &decoded) != ERR_NONE) return NULL;
            const char *value = bytes_to_text(arena, decoded);
            return value != NULL && text_is_utf8(value) ? value : NULL;
        }
        at += size;
        if (*at == '&') at++;
    }
    return NULL;
}

const char *cookie_value(struct arena *arena, const char *cookies, const char *name)
{
    size_t name_size = strlen(name);
    for (const char *at = cookies; *at != '\0';) {
        at += strspn(at, " ;");
        size_t size = strcspn(at, ";");
        if (size > name_size && strncmp(at, name, name_size) == 0 && at[name_size] == '=')
            return arena_text_n(arena, at + name_size + 1, size - name_size - 1);
        at += size;
    }
    return NULL;
}
