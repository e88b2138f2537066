/* PUKs of cards. */
#include "keeper/store_internal.h"

enum err store_puk(struct keeper_store *store, const struct kept_puk *puk)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(
        store,
        "INSERT INTO puk (public_key, person, card_serial, document, sealed, created_s) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (public_key) DO UPDATE SET person = excluded.person,"
        " card_serial = excluded.card_serial, document = excluded.document, sealed = excluded.sealed, created_s = excluded.created_s",
        &statement));
    bind_text(statement, 1, puk->public_key);
    bind_bytes(statement, 2, puk->person);
    bind_text(statement, 3, puk->card_serial);
    bind_text(statement, 4, puk->document);
    bind_bytes(statement, 5, puk->sealed);
    sqlite3_bind_int64(statement, 6, puk->created_s);
    return store_finish(store, statement);
}

enum err find_puk(struct keeper_store *store, struct arena *arena, const char *public_key, struct kept_puk *ret_puk)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(
        store, "SELECT public_key, person, card_serial, document, sealed, created_s FROM puk WHERE public_key = ?",
        &statement));
    bind_text(statement, 1, public_key);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *ret_puk = (struct kept_puk){
            .public_key = column_text(statement, arena, 0),
            .person = column_bytes(statement, arena, 1),
            .card_serial = column_text(statement, arena, 2),
            .document = column_text(statement, arena, 3),
            .sealed = column_bytes(statement, arena, 4),
            .created_s = sqlite3_column_int64(statement, 5),
        };
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "no PUK of this card is kept");
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}
