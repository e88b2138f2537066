#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->size >= more) return;
    size_t capacity = buffer->capacity ? buffer->capacity : 1024;
    while (capacity - buffer->size < more) capacity *= 2;
    uint8_t *data = memory_new(capacity);
    if (buffer->size) memcpy(data, buffer->data, buffer->size);
    free(buffer->data);
    buffer->data = data;
    buffer->capacity = capacity;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = BUFFER_EMPTY;
}

void buffer_add(struct buffer *buffer, struct bytes bytes)
{
    if (!bytes.size) return;
    reserve(buffer, bytes.size);
    memcpy(buffer->data + buffer->size, bytes.data, bytes.size);
    buffer->size += bytes.size;
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, bytes_of_text(text));
}

void buffer_char(struct buffer *buffer, char character)
{
    buffer_add(buffer, (struct bytes){(const uint8_t *)&character, 1});
}

void buffer_int64(struct buffer *buffer, int64_t value)
{
    uint8_t octets[8];
    for (int i = 0; i < 8; i++) octets[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    buffer_add(buffer, BYTES(octets));
}

void buffer_part(struct buffer *buffer, struct bytes part)
{
    buffer_int64(buffer, (int64_t)part.size);
    buffer_add(buffer, part);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    reserve(buffer, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf((char *)buffer->data + buffer->size, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)length;
}

static const char *html_entity(char character)
{
    switch (character) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void buffer_html(struct buffer *buffer, const char *text)
{
    if (!text) return;
    const char *plain = text;
    for (; *text; text++) {
        const char *entity = html_entity(*text);
        if (!entity) continue;
        buffer_add(buffer, (struct bytes){(const uint8_t *)plain, (size_t)(text - plain)});
        buffer_text(buffer, entity);
        plain = text + 1;
    }
    buffer_text(buffer, plain);
}

static bool is_unreserved(unsigned char c) /* RFC 3986 2.3 */
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

void buffer_uri(struct buffer *buffer, const char *text)
{
    for (; text && *text; text++) {
        if (is_unreserved((unsigned char)*text)) buffer_char(buffer, *text);
        else buffer_printf(buffer, "%%%02X", (unsigned char)*text);
    }
}

static void add_doubling_quotes(struct buffer *buffer, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"') buffer_char(buffer, '"');
        buffer_char(buffer, *text);
    }
}

void buffer_quoted(struct buffer *buffer, const char *text)
{
    buffer_char(buffer, '"');
    add_doubling_quotes(buffer, text);
    buffer_char(buffer, '"');
}

void buffer_csv(struct buffer *buffer, const char *text, char end)
{
    buffer_char(buffer, '"');
    if (strchr("=+-@\t\r", *text) != NULL && *text != '\0') buffer_char(buffer, '\'');
    add_doubling_quotes(buffer, text);
    buffer_char(buffer, '"');
    buffer_char(buffer, end);
}

struct bytes buffer_bytes(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->size};
}

const char *buffer_to_text(const struct buffer *buffer, struct arena *arena)
{
    return arena_text_n(arena, (const char *)buffer->data, buffer->size);
}
