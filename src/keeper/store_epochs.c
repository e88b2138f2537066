/* Epochs, and the working keys as the token wrapped them in each. */
#include "keeper/store_internal.h"

#include <string.h>

static const char *const state_names[] = {
    [EPOCH_LIVES] = "lives", [EPOCH_ENDS] = "ends", [EPOCH_DESTROYED] = "destroyed"};

enum err store_epoch(struct keeper_store *store, int64_t number, int64_t made_s)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "INSERT INTO epoch (number, state, made_s) VALUES (?, ?, ?)", &statement));
    sqlite3_bind_int64(statement, 1, number);
    bind_text(statement, 2, state_names[EPOCH_LIVES]);
    sqlite3_bind_int64(statement, 3, made_s);
    return store_finish(store, statement);
}

static enum epoch_state state_of(const char *name)
{
    enum epoch_state state = EPOCH_LIVES;
    while (state != EPOCH_DESTROYED && strcmp(state_names[state], name) != 0) state++; /* the column holds no other */
    return state;
}

enum err list_epochs(struct keeper_store *store, struct arena *arena, const struct kept_epoch **ret_epochs,
                     size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT number, state, made_s, destroyed_s, COUNT(*) OVER () FROM epoch ORDER BY number",
                      &statement));
    struct kept_epoch *epochs = NULL;
    size_t count = 0;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        if (epochs == NULL) epochs = NEW_ARRAY(arena, struct kept_epoch, (size_t)sqlite3_column_int64(statement, 4));
        epochs[count++] = (struct kept_epoch){
            .number = sqlite3_column_int64(statement, 0),
            .state = state_of(column_text(statement, arena, 1)),
            .made_s = sqlite3_column_int64(statement, 2),
            .destroyed_s = sqlite3_column_int64(statement, 3),
        };
    }
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) return store_broken(store);
    *ret_epochs = epochs;
    *ret_count = count;
    return ERR_NONE;
}

static enum err set_state(struct keeper_store *store, int64_t number, enum epoch_state state, int64_t destroyed_s)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "UPDATE epoch SET state = ?, destroyed_s = ? WHERE number = ?", &statement));
    bind_text(statement, 1, state_names[state]);
    sqlite3_bind_int64(statement, 2, destroyed_s);
    sqlite3_bind_int64(statement, 3, number);
    return store_finish(store, statement);
}

enum err end_epoch(struct keeper_store *store, int64_t number)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "DELETE FROM epoch_key WHERE epoch = ?", &statement));
    sqlite3_bind_int64(statement, 1, number);
    TRY(store_finish(store, statement));
    return set_state(store, number, EPOCH_ENDS, 0);
}

enum err finish_epoch(struct keeper_store *store, int64_t number, int64_t destroyed_s)
{
    return set_state(store, number, EPOCH_DESTROYED, destroyed_s);
}

enum err count_sealed(struct keeper_store *store, int64_t epoch, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(
        store, "SELECT (SELECT COUNT(*) FROM code WHERE epoch = ?1) + (SELECT COUNT(*) FROM puk WHERE epoch = ?1)",
        &statement));
    sqlite3_bind_int64(statement, 1, epoch);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

enum err store_key(struct keeper_store *store, int64_t epoch, const char *name, struct bytes wrapped)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "INSERT INTO epoch_key (epoch, name, wrapped) VALUES (?, ?, ?)", &statement));
    sqlite3_bind_int64(statement, 1, epoch);
    bind_text(statement, 2, name);
    bind_bytes(statement, 3, wrapped);
    return store_finish(store, statement);
}

enum err find_key(struct keeper_store *store, struct arena *arena, int64_t epoch, const char *name,
                  struct bytes *ret_wrapped)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT wrapped FROM epoch_key WHERE epoch = ? AND name = ?", &statement));
    sqlite3_bind_int64(statement, 1, epoch);
    bind_text(statement, 2, name);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_wrapped = column_bytes(statement, arena, 0);
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE)
        return err_set(ERR_NOT_FOUND, "keeper.db holds no key %s of epoch %lld", name, (long long)epoch);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}
