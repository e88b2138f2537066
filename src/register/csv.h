/*
 * Purpose: private to the room: files with separated values as institutions send them (spec 08, Staff registers):
 * UTF-8 (with or without a mark) or Windows-1254, ';' or ',', quotes as in RFC 4180. The columns are found by the names in
 * the header, or somebody has said which is which.
 */
#ifndef DIVIT_REGISTER_CSV_H
#define DIVIT_REGISTER_CSV_H

#include "base/bytes.h"

#define CSV_COLUMNS_MAX 32

struct csv_reader {
    const char *text; /* the whole, in UTF-8 */
    const char *at;
    char delimiter;
    int64_t line; /* of `at`, from 1 */
    size_t name_count;
    const char *header[CSV_COLUMNS_MAX];
    size_t field_count; /* of the header */
    int name_of_field[CSV_COLUMNS_MAX]; /* -1: of no interest */
};

struct csv_row {
    int64_t line; /* where it begins */
    const char *mistake; /* English (TR), NULL: none */
    const char *values[CSV_COLUMNS_MAX]; /* in the order of the names, trimmed; "" where the file is silent */
};

/* Reads the header alone. ERR_INVALID with a detail. Borrows the arena's copy; a file in UTF-8 that ends in NUL is not copied. */
enum err csv_open(struct arena *arena, struct bytes file, struct csv_reader *ret_reader) MUST_CHECK;
/*
 * `names` are the columns that may be there, the first `required` of them must be, and no others. ERR_INVALID with a
 * detail for a header that is not understood.
 */
enum err csv_use_names(struct csv_reader *reader, const char *const *names, size_t name_count,
                       size_t required) MUST_CHECK;
/* places[name]: which field it is; -1: none. ERR_INVALID: there is no such field, or one stands for two. */
enum err csv_use_places(struct csv_reader *reader, const int *places, size_t name_count) MUST_CHECK;
/* The next row that is not empty, its texts in `arena`; false at the end. */
bool csv_next(struct csv_reader *reader, struct arena *arena, struct csv_row *ret_row);

#endif
