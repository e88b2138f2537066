/*
 * Purpose: takes a posted form apart: application/x-www-form-urlencoded (WHATWG URL 5.1) and multipart/form-data
 * (RFC 7578). Strict: what no browser sends is refused. Written here because libmicrohttpd's has a crash record.
 */
#include "http/internal.h"

#include "base/turkish.h"

#include <string.h>

#define PART_HEAD_MAX 4096
#define BOUNDARY_MAX 70 /* RFC 2046 5.1.1 */

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum err percent_decode(struct arena *arena, const char *text, size_t size, bool plus, struct bytes *ret_bytes)
{
    uint8_t *decoded = arena_alloc(arena, size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '%') {
            int high = i + 2 < size ? hex_digit((uint8_t)text[i + 1]) : -1;
            int low = i + 2 < size ? hex_digit((uint8_t)text[i + 2]) : -1;
            if (high < 0 || low < 0) return err_set(ERR_INVALID, "bad percent escape");
            decoded[length++] = (uint8_t)(high * 16 + low);
            i += 2;
        } else {
            decoded[length++] = plus && text[i] == '+' ? ' ' : (uint8_t)text[i];
        }
    }
    *ret_bytes = (struct bytes){decoded, length};
    return ERR_NONE;
}

/* NULL where the bytes are no text. */
static const char *text_of(struct arena *arena, struct bytes bytes)
{
    const char *text = bytes_to_text(arena, bytes);
    return text != NULL && text_is_utf8(text) ? text : NULL;
}

static enum err add_pair(struct form_body *body, const char *name, const char *value)
{
    if (body->pair_count == BODY_FIELDS_MAX) return err_set(ERR_INVALID, "too many fields");
    body->pairs[body->pair_count++] = (struct form_pair){.name = name, .value = value};
    return ERR_NONE;
}

static enum err parse_urlencoded(struct arena *arena, struct bytes source, struct form_body *body)
{
    const char *at = (const char *)source.data;
    const char *end = at + source.size;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (stop == NULL) stop = end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        if (equals == NULL) equals = stop;
        if (stop > at) {
            struct bytes name, value = {NULL, 0};
            TRY(percent_decode(arena, at, (size_t)(equals - at), true, &name));
            if (equals < stop) TRY(percent_decode(arena, equals + 1, (size_t)(stop - equals - 1), true, &value));
            const char *name_text = text_of(arena, name);
            if (name_text == NULL) return err_set(ERR_INVALID, "a field's name is no text");
            TRY(add_pair(body, name_text, text_of(arena, value)));
        }
        at = stop + 1;
    }
    return ERR_NONE;
}

/* The boundary parameter: a token or a quoted string without escapes. */
static enum err find_boundary(struct arena *arena, const char *media_type, const char **ret_delimiter)
{
    const char *at = strcasestr(media_type, "boundary=");
    if (at == NULL) return err_set(ERR_INVALID, "multipart without boundary");
    at += strlen("boundary=");
    size_t size = *at == '"' ? strcspn(++at, "\"") : strcspn(at, "; \t");
    if (size == 0 || size > BOUNDARY_MAX) return err_set(ERR_INVALID, "bad boundary");
    *ret_delimiter = arena_printf(arena, "\r\n--%s", arena_text_n(arena, at, size));
    return ERR_NONE;
}

/*
 * A quoted parameter of Content-Disposition. Browsers send quotes and line ends inside it as %22, %0D, %0A (WHATWG
 * HTML 4.10.22.8); they are left so: such a name is none of ours, and a file's name is only shown.
 */
static const char *disposition_parameter(struct arena *arena, const char *line, const char *name)
{
    const char *wanted = arena_printf(arena, "; %s=\"", name);
    const char *at = strcasestr(line, wanted);
    if (at == NULL) return NULL;
    at += strlen(wanted);
    const char *end = strchr(at, '"');
    return end == NULL ? NULL : arena_text_n(arena, at, (size_t)(end - at));
}

struct part {
    const char *name;
    const char *file_name; /* NULL: a field */
};

static enum err parse_part_head(struct arena *arena, struct bytes head, struct part *ret_part)
{
    const char *text = text_of(arena, head);
    if (text == NULL) return err_set(ERR_INVALID, "a part's head is no text");
    while (*text != '\0') {
        const char *end = strstr(text, "\r\n");
        size_t size = end == NULL ? strlen(text) : (size_t)(end - text);
        const char *line = arena_text_n(arena, text, size);
        const char *start = "content-disposition: form-data;";
        if (strncasecmp(line, start, strlen(start)) == 0) {
            ret_part->name = disposition_parameter(arena, line + strlen(start) - 1, "name");
            ret_part->file_name = disposition_parameter(arena, line + strlen(start) - 1, "filename");
        }
        text += end == NULL ? size : size + 2;
    }
    if (ret_part->name == NULL) return err_set(ERR_INVALID, "a part without name"); /* RFC 7578 4.2 */
    return ERR_NONE;
}

static enum err add_part(struct arena *arena, const struct part *part, struct bytes content, struct form_body *body)
{
    if (part->file_name == NULL) return add_pair(body, part->name, text_of(arena, content));
    if (part->file_name[0] == '\0' && content.size == 0) return ERR_NONE; /* no file was chosen */
    if (body->file_count == BODY_FILES_MAX) return err_set(ERR_INVALID, "too many files");
    const char *shown;
    if (text_clean(arena, part->file_name, &shown) != ERR_NONE) shown = "";
    body->files[body->file_count++] = (struct form_file){.field = part->name, .file_name = shown, .body = content};
    return ERR_NONE;
}

static enum err parse_multipart(struct arena *arena, const char *media_type, struct bytes source,
                                struct form_body *body)
{
    const char *delimiter;
    TRY(find_boundary(arena, media_type, &delimiter));
    size_t delimiter_size = strlen(delimiter);
    const uint8_t *at = source.data;
    const uint8_t *end = at + source.size;
    /* the first delimiter has no line end before it */
    if (source.size < delimiter_size || memcmp(at, delimiter + 2, delimiter_size - 2) != 0) {
        return err_set(ERR_INVALID, "multipart does not begin with its boundary");
    }
    at += delimiter_size - 2;
    for (;;) {
        if (end - at >= 2 && memcmp(at, "--", 2) == 0) return ERR_NONE;
        if (end - at < 2 || memcmp(at, "\r\n", 2) != 0) return err_set(ERR_INVALID, "bad multipart delimiter");
        at += 2;
        const uint8_t *head_end = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
        if (head_end == NULL || head_end - at > PART_HEAD_MAX) return err_set(ERR_INVALID, "bad multipart head");
        struct part part = {0};
        TRY(parse_part_head(arena, (struct bytes){at, (size_t)(head_end - at)}, &part));
        at = head_end + 4;
        const uint8_t *stop = memmem(at, (size_t)(end - at), delimiter, delimiter_size);
        if (stop == NULL) return err_set(ERR_INVALID, "multipart without its end");
        TRY(add_part(arena, &part, (struct bytes){at, (size_t)(stop - at)}, body));
        at = stop + delimiter_size;
    }
}

static bool media_type_is(const char *media_type, const char *wanted)
{
    size_t size = strlen(wanted);
    if (media_type == NULL || strncasecmp(media_type, wanted, size) != 0) return false;
    return media_type[size] == '\0' || strchr("; \t", media_type[size]) != NULL;
}

enum err form_body_parse(struct arena *arena, const char *media_type, struct bytes body, struct form_body *ret_body)
{
    struct form_body parsed = {.pairs = NEW_ARRAY(arena, struct form_pair, BODY_FIELDS_MAX),
                               .files = NEW_ARRAY(arena, struct form_file, BODY_FILES_MAX)};
    if (media_type_is(media_type, "application/x-www-form-urlencoded")) {
        TRY(parse_urlencoded(arena, body, &parsed));
    } else if (media_type_is(media_type, "multipart/form-data")) {
        TRY(parse_multipart(arena, media_type, body, &parsed));
    } else {
        return err_set(ERR_INVALID, "the body is no form");
    }
    *ret_body = parsed;
    return ERR_NONE;
}

const char *form_body_value(const struct form_body *body, const char *name)
{
    for (size_t i = 0; i < body->pair_count; i++) {
        if (strcmp(body->pairs[i].name, name) == 0) return body->pairs[i].value;
    }
    return NULL;
}
