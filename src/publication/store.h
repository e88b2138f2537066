/* Purpose: inside the publication room: the rows of one statement, asked for by itself. */
#ifndef DIVIT_PUBLICATION_STORE_H
#define DIVIT_PUBLICATION_STORE_H

#include "db/db.h"

enum err publication_rows(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                          const struct db_rows **ret_rows) MUST_CHECK;

#endif
