/* Purpose: private to the store: what the files with its tables share. */
#ifndef DIVIT_KEEPER_STORE_INTERNAL_H
#define DIVIT_KEEPER_STORE_INTERNAL_H

#include "keeper/store.h"

#include <sqlite3.h>

struct keeper_store {
    sqlite3 *db;
    int64_t last_block_before; /* of budgets: what was taken before this keeper started */
};
enum err budget_begin(struct keeper_store *store) MUST_CHECK; /* when the store opens */

enum err store_broken(const struct keeper_store *store) MUST_CHECK;
enum err store_prepare(struct keeper_store *store, const char *sql, sqlite3_stmt **ret_statement) MUST_CHECK;
/* Runs a statement that gives no rows, and finishes it. */
enum err store_finish(struct keeper_store *store, sqlite3_stmt *statement) MUST_CHECK;
void bind_bytes(sqlite3_stmt *statement, int at, struct bytes bytes);
void bind_text(sqlite3_stmt *statement, int at, const char *text);
struct bytes column_bytes(sqlite3_stmt *statement, struct arena *arena, int column);
const char *column_text(sqlite3_stmt *statement, struct arena *arena, int column);

#endif
