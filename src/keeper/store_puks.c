/* PUKs of cards. */
#include "keeper/store_internal.h"

#define PUK_COLUMNS "public_key, person, card_serial, document, sealed, epoch, created_s"

enum err store_puk(struct keeper_store *store, const struct kept_puk *puk)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "INSERT OR REPLACE INTO puk (" PUK_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)", &statement));
    bind_text(statement, 1, puk->public_key);
    bind_bytes(statement, 2, puk->person);
    bind_text(statement, 3, puk->card_serial);
    bind_text(statement, 4, puk->document);
    bind_bytes(statement, 5, puk->sealed);
    sqlite3_bind_int64(statement, 6, puk->epoch);
    sqlite3_bind_int64(statement, 7, puk->created_s);
    return store_finish(store, statement);
}

static struct kept_puk read_puk(sqlite3_stmt *statement, struct arena *arena)
{
    return (struct kept_puk){
        .public_key = column_text(statement, arena, 0),
        .person = column_bytes(statement, arena, 1),
        .card_serial = column_text(statement, arena, 2),
        .document = column_text(statement, arena, 3),
        .sealed = column_bytes(statement, arena, 4),
        .epoch = sqlite3_column_int64(statement, 5),
        .created_s = sqlite3_column_int64(statement, 6),
    };
}

enum err find_puk(struct keeper_store *store, struct arena *arena, const char *public_key, struct kept_puk *ret_puk)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT " PUK_COLUMNS " FROM puk WHERE public_key = ?", &statement));
    bind_text(statement, 1, public_key);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_puk = read_puk(statement, arena);
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "no PUK of this card is kept");
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

enum err list_puks_before(struct keeper_store *store, struct arena *arena, int64_t epoch, int64_t limit,
                          const struct kept_puk **ret_puks, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT " PUK_COLUMNS " FROM puk WHERE epoch < ? LIMIT ?", &statement));
    sqlite3_bind_int64(statement, 1, epoch);
    sqlite3_bind_int64(statement, 2, limit);
    struct kept_puk *puks = NEW_ARRAY(arena, struct kept_puk, (size_t)limit);
    size_t count = 0;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && count < (size_t)limit)
        puks[count++] = read_puk(statement, arena);
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) return store_broken(store);
    *ret_puks = puks;
    *ret_count = count;
    return ERR_NONE;
}
