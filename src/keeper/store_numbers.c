/* Which telephone numbers the keeper knows of whom, since when, from where; and all it has of a person, to forget it. */
#include "keeper/store_internal.h"

#define NUMBERS_MAX 64 /* sources of one number of one person; far more than there are forms in a life */

enum err store_number(struct keeper_store *store, const struct known_number *number, bool *ret_is_new)
{
    sqlite3_stmt *statement;
    /* A number that is told again was known before: the older time stays. */
    TRY(store_prepare(
        store,
        "INSERT INTO known_number (person, number, source, document, known_since_s) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (person, number, source, document) DO UPDATE SET"
        " known_since_s = excluded.known_since_s WHERE excluded.known_since_s < known_since_s",
        &statement));
    bind_bytes(statement, 1, number->person);
    bind_bytes(statement, 2, number->number);
    bind_text(statement, 3, number->source);
    bind_text(statement, 4, number->document);
    sqlite3_bind_int64(statement, 5, number->known_since_s);
    TRY(store_finish(store, statement));
    *ret_is_new = sqlite3_changes(store->db) > 0;
    return ERR_NONE;
}

enum err list_numbers(struct keeper_store *store, struct arena *arena, struct bytes person, struct bytes number,
                      const struct known_number **ret_numbers, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store,
                      "SELECT source, document, known_since_s FROM known_number WHERE person = ? AND number = ?"
                      " ORDER BY known_since_s LIMIT ?",
                      &statement));
    bind_bytes(statement, 1, person);
    bind_bytes(statement, 2, number);
    sqlite3_bind_int64(statement, 3, NUMBERS_MAX);
    struct known_number *numbers = NEW_ARRAY(arena, struct known_number, NUMBERS_MAX);
    size_t count = 0;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && count < NUMBERS_MAX)
        numbers[count++] = (struct known_number){
            .person = person,
            .number = number,
            .source = column_text(statement, arena, 0),
            .document = column_text(statement, arena, 1),
            .known_since_s = sqlite3_column_int64(statement, 2),
        };
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) return store_broken(store);
    *ret_numbers = numbers;
    *ret_count = count;
    return ERR_NONE;
}

enum err forget_number(struct keeper_store *store, struct bytes person, struct bytes number, const char *source,
                       bool *ret_was_known)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "DELETE FROM known_number WHERE person = ? AND number = ? AND source = ?", &statement));
    bind_bytes(statement, 1, person);
    bind_bytes(statement, 2, number);
    bind_text(statement, 3, source);
    TRY(store_finish(store, statement));
    *ret_was_known = sqlite3_changes(store->db) > 0;
    return ERR_NONE;
}

enum err forget_all_of(struct keeper_store *store, struct bytes person)
{
    static const char *const statements[] = {"DELETE FROM known_number WHERE person = ?",
                                             "DELETE FROM code WHERE person = ?", "DELETE FROM puk WHERE person = ?"};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        sqlite3_stmt *statement;
        TRY(store_prepare(store, statements[i], &statement));
        bind_bytes(statement, 1, person);
        TRY(store_finish(store, statement));
    }
    return ERR_NONE;
}
