/* Purpose: private to the room: counting what an import did and which rows it refused. */
#ifndef DIVIT_IDENTITY_IMPORT_H
#define DIVIT_IDENTITY_IMPORT_H

#include "identity/csv.h"
#include "identity/store.h"

struct import_count {
    struct import_report report;
    size_t mistake_capacity;
};
void refuse_row(struct arena *arena, struct import_count *count, int64_t line, const char *reason);

/* Which keys the file has shown already. */
struct seen_keys {
    const char **keys; /* open addressing; NULL: free */
    size_t capacity, count;
};
bool is_seen_before(struct arena *arena, struct seen_keys *seen, const char *key); /* and notes it */

/* NFC text of at most `characters`; false for what is too long or no text. */
bool clean_value(struct arena *arena, const char **value, size_t characters);
bool is_name(const char *text); /* letters, spaces, dots, hyphens, apostrophes; not empty */

#endif
