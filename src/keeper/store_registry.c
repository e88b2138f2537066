/* The registry in force, as the signer signed it. */
#include "keeper/store_internal.h"

enum err find_registry_text(struct keeper_store *store, struct arena *arena, struct bytes *ret_sealed)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT text FROM registry", &statement));
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_sealed = column_bytes(statement, arena, 0);
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "keeper.db holds no registry");
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

enum err store_registry_text(struct keeper_store *store, struct bytes sealed)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "INSERT OR REPLACE INTO registry (id, text) VALUES (1, ?)", &statement));
    bind_bytes(statement, 1, sealed);
    return store_finish(store, statement);
}
