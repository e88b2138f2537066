/* Purpose: inside the publication room: the rows of one statement, asked for by itself. */
#ifndef DIVIT_PUBLICATION_STORE_H
#define DIVIT_PUBLICATION_STORE_H

#include "publication/legal_text.h"

enum err publication_rows(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                          const struct db_rows **ret_rows) MUST_CHECK;
/* publish_legal_text.c: what is digested of a version */
const char *legal_text_file(struct arena *arena, const struct legal_text *text);

#endif
