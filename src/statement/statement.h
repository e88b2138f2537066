/*
 * Purpose: the texts that people and machines sign (spec 10, Statements; the formats to the byte: docs/trust.md). Pure.
 *
 * UTF-8, NFC, LF; first line `divit <type> <version>`, then `Etiket: değer` in fixed order, every label present, absent
 * is `-`; at most 64 KiB; no control, bidirectional or zero-width character. A reader parses, writes again, and refuses
 * unless the bytes are the same. D is the SHA-256 of all bytes.
 *
 * A type is one table of labels; members of its struct are found by offset. Refusals are ERR_INVALID.
 */
#ifndef DIVIT_STATEMENT_STATEMENT_H
#define DIVIT_STATEMENT_STATEMENT_H

#include "base/buffer.h"
#include "base/clock.h"

#define STATEMENT_SIZE_MAX 65536

enum statement_kind {
    STATEMENT_TEXT, /* const char *: one line; NULL or "" is absent */
    STATEMENT_HEX, /* const char *: exactly `length` lower-case hexadecimal digits */
    STATEMENT_DIGITS, /* const char *: exactly `length` digits */
    STATEMENT_WORD, /* const char *: one of `words` */
    STATEMENT_INT, /* int64_t: 1 to 10^15, without leading zero; 0: absent */
    STATEMENT_DATE, /* struct date: yyyy-mm-dd */
    STATEMENT_TIME, /* int64_t, seconds: yyyy-mm-ddThh:mm:ssZ; 0 is absent */
    STATEMENT_FLAG, /* bool: evet, or absent */
};

struct statement_label {
    const char *label; /* Turkish, as it stands in the text; ended by NULL */
    enum statement_kind kind;
    size_t offset;
    bool is_optional; /* may be absent; flags always may */
    size_t length;
    const char *const *words; /* ended by NULL */
};

struct statement_type {
    const char *name; /* "application" */
    int version;
    const struct statement_label *labels;
};

/* Adds the first line and one line for each label. */
enum err statement_put(struct buffer *buffer, const struct statement_type *type, const void *members) MUST_CHECK;
/*
 * Reads the same from the beginning of `text` into `ret_members` (texts in the arena); `ret_rest` is what follows. Not
 * strict by itself: the readers of each type compare with what they write.
 */
enum err statement_get(struct arena *arena, const struct statement_type *type, struct bytes text, void *ret_members,
                       struct bytes *ret_rest) MUST_CHECK;
/* A statement that is nothing but its labels: all of it, and all of it back, strict (members zeroed before). */
enum err statement_write_whole(struct arena *arena, const struct statement_type *type, const void *members,
                               struct bytes *ret_text) MUST_CHECK;
enum err statement_read_whole(struct arena *arena, const struct statement_type *type, struct bytes text,
                              void *ret_members) MUST_CHECK;
/* May this stand as a value: not empty, NFC, no outer spaces, nothing that cannot be seen? */
bool statement_value_is_valid(struct arena *arena, const char *value);

#endif
