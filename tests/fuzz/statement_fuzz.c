/* The readers of statements: whatever comes in is refused, or is the one encoding of what was read. */
#include "statements.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {data, size}, again;
    const struct statement_reader *reader = statement_reader_of(text);
    if (reader == NULL) return 0;
    CLEANUP_ARENA struct arena *arena = arena_new();
    if (reader->again(arena, text, &again) == ERR_NONE && !bytes_equal(text, again)) abort();
    return 0;
}
