/* Purpose: bytes that grow: pages, frames, files being written. Ends the process when memory runs out, as arena.h. */
#ifndef DIVIT_BASE_BUFFER_H
#define DIVIT_BASE_BUFFER_H

#include "base/bytes.h"

struct buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
};
#define BUFFER_EMPTY ((struct buffer){0})

void buffer_free(struct buffer *buffer); /* leaves it empty and usable */
void buffer_add(struct buffer *buffer, struct bytes bytes);
void buffer_text(struct buffer *buffer, const char *text); /* NULL adds nothing */
void buffer_char(struct buffer *buffer, char character);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Escapes & < > " ' so that the text stays text in HTML content and in quoted attributes. NULL adds nothing. */
void buffer_html(struct buffer *buffer, const char *text);
/* A field of a file of separated values, in quotes (RFC 4180). */
void buffer_quoted(struct buffer *buffer, const char *text);
/*
 * A field of a file that a spreadsheet opens, and what follows it: ';' or a line's end. Quoted (RFC 4180); what would be
 * taken for a formula gets an apostrophe before it (OWASP, CSV Injection).
 */
void buffer_csv(struct buffer *buffer, const char *text, char end);
/* Percent-encodes all but RFC 3986 unreserved characters. */
void buffer_uri(struct buffer *buffer, const char *text);
/* As records are hashed: 8 octets, big-endian; and a part after its length in 8 octets. */
void buffer_int64(struct buffer *buffer, int64_t value);
void buffer_part(struct buffer *buffer, struct bytes part);
struct bytes buffer_bytes(const struct buffer *buffer); /* borrowed until the next change */
const char *buffer_to_text(const struct buffer *buffer, struct arena *arena);

#define CLEANUP_BUFFER __attribute__((cleanup(buffer_free)))

#endif
