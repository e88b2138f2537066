/*
 * Purpose: private to the room: reading the rows of a file, counting what an import did and which rows it refused.
 */
#ifndef DIVIT_REGISTER_IMPORT_H
#define DIVIT_REGISTER_IMPORT_H

#include "register/csv.h"
#include "register/register.h"

struct import_count {
    struct import_report report;
    size_t mistake_capacity;
};
void refuse_row(struct arena *arena, struct import_count *count, int64_t line, const char *column, const char *reason);

/* Which keys the file has shown already. */
struct seen_keys {
    const char **keys; /* open addressing; NULL: free */
    size_t capacity, count;
};
bool is_seen_before(struct arena *arena, struct seen_keys *seen, const char *key); /* and notes it */

/* NFC text of at most `characters`; false for what is too long or no text. */
bool clean_value(struct arena *arena, const char **value, size_t characters);
bool is_name(const char *text); /* letters, spaces, dots, hyphens, apostrophes; not empty */

/* A person as a register's row has them. The institution's id is found by its code, elsewhere. */
struct staff_record {
    const char *identity_number;
    struct staff_member member;
};
/*
 * rules.c: a mistake, English (TR), with the column it is in (STAFF_COLUMN_COUNT: the row as a whole); NULL: none. The
 * values are cleaned in place. `now_s`: nobody is born later.
 */
const char *read_staff_fields(struct arena *arena, const char **values, int64_t now_s, struct staff_record *ret_record,
                              enum staff_column *ret_column);
/* The value of a member as the column has it, for telling what changed. */
const char *staff_column_value(struct arena *arena, const struct staff_member *member, enum staff_column column);
enum staff_column staff_column_of(const char *name); /* STAFF_COLUMN_COUNT: none */
/* Which field of a header each column looks like: "T.C. Kimlik No" is tckn; -1: none does. */
void guess_columns(struct arena *arena, const char *const *header, size_t count, int ret_places[STAFF_COLUMN_COUNT]);

#endif
