/*
 * Purpose: private to the room: files with separated values as institutions send them (spec 08, Staff registers):
 * UTF-8 (with or without a mark) or Windows-1254, ';' or ',', a header by name, quotes as in RFC 4180.
 */
#ifndef DIVIT_IDENTITY_CSV_H
#define DIVIT_IDENTITY_CSV_H

#include "base/bytes.h"

#define CSV_COLUMNS_MAX 32

struct csv_reader {
    const char *at;
    char delimiter;
    int64_t line; /* of `at`, from 1 */
    const char *const *names;
    size_t name_count;
    size_t field_count; /* of the header */
    size_t name_of_field[CSV_COLUMNS_MAX];
};

struct csv_row {
    int64_t line; /* where it begins */
    const char *mistake; /* English (TR), NULL: none */
    const char *values[CSV_COLUMNS_MAX]; /* in the order of the names, trimmed; "" where the file is silent */
};

/*
 * `names` are the columns that may be there, the first `required` of them must be. ERR_INVALID with a detail for a
 * header that is not understood. Texts are copied into the arena.
 */
enum err csv_open(struct arena *arena, struct bytes file, const char *const *names, size_t name_count, size_t required,
                  struct csv_reader *ret_reader) MUST_CHECK;
/* The next row that is not empty, its texts in `arena`; false at the end. */
bool csv_next(struct csv_reader *reader, struct arena *arena, struct csv_row *ret_row);

#endif
