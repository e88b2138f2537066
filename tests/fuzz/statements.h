/* Purpose: every type of statement as one table: read a text, and write what was read. For fuzzing and mutations. */
#ifndef DIVIT_TESTS_FUZZ_STATEMENTS_H
#define DIVIT_TESTS_FUZZ_STATEMENTS_H

#include "base/bytes.h"

struct statement_reader {
    const char *first_line; /* with its end */
    enum err (*again)(struct arena *arena, struct bytes text, struct bytes *ret_again);
};
extern const struct statement_reader statement_readers[];
extern const size_t statement_readers_count;
/* By the text's first line; NULL: none. */
const struct statement_reader *statement_reader_of(struct bytes text);

#endif
