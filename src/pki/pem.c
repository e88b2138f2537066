#include "pki/pem.h"

#include <string.h>

/* RFC 7468 2: white space may stand anywhere. */
static const char *without_space(struct arena *arena, const char *text, size_t size)
{
    char *plain = arena_alloc(arena, size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (strchr(" \t\r\n", text[i]) == NULL) plain[length++] = text[i];
    }
    plain[length] = '\0';
    return plain;
}

struct bytes pem_or_der(struct arena *arena, struct bytes file, const char *label)
{
    struct bytes der;
    const char *begin = arena_printf(arena, "-----BEGIN %s-----", label);
    const char *end = arena_printf(arena, "-----END %s-----", label);
    const char *text = memchr(file.data, '\0', file.size) == NULL ? bytes_to_text(arena, file) : "";
    const char *start = strstr(text, begin);
    const char *stop = start == NULL ? NULL : strstr(start, end);
    if (stop == NULL) return file;
    start += strlen(begin);
    if (base64_decode(arena, without_space(arena, start, (size_t)(stop - start)), &der) != ERR_NONE) return file;
    return der;
}
