/* One record shown to a stranger: the chain from it up to the first head that the signer signed over it. */
#include "signer/journal_internal.h"

static struct bytes column_bytes(sqlite3_stmt *row, int column)
{
    return (struct bytes){sqlite3_column_blob(row, column), (size_t)sqlite3_column_bytes(row, column)};
}

static enum err find_head(struct journal *journal, struct arena *arena, int64_t record, struct journal_signed *ret_head)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, "SELECT number, text, signature FROM head WHERE number >= ? ORDER BY number LIMIT 1",
                        &statement));
    sqlite3_bind_int64(statement, 1, record);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *ret_head =
            (struct journal_signed){sqlite3_column_int64(statement, 0), bytes_copy(arena, column_bytes(statement, 1)),
                                    bytes_copy(arena, column_bytes(statement, 2))};
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE)
        return err_set(ERR_NOT_FOUND, "no head is signed over record %lld of the journal yet", (long long)record);
    return result == SQLITE_ROW ? ERR_NONE : journal_broken(journal);
}

static enum err find_before(struct journal *journal, struct arena *arena, int64_t record, struct bytes *ret_hash)
{
    static const uint8_t none[SHA256_SIZE]; /* before the first */
    const char *hash;
    if (record == 1) {
        *ret_hash = BYTES(none);
        return ERR_NONE;
    }
    TRY(journal_hash_of(journal, arena, record - 1, &hash));
    return hex_decode(arena, hash, ret_hash);
}

static struct bytes octets(struct arena *arena, sqlite3_stmt *row)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;
    journal_add_octets(&buffer, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
                       (const char *)sqlite3_column_text(row, 2), (const char *)sqlite3_column_text(row, 3),
                       column_bytes(row, 4));
    return bytes_copy(arena, buffer_bytes(&buffer));
}

enum err journal_prove(struct journal *journal, struct arena *arena, int64_t record,
                       struct journal_inclusion *ret_inclusion)
{
    struct journal_inclusion inclusion = {0};
    sqlite3_stmt *statement;
    int result = SQLITE_DONE;
    TRY(find_head(journal, arena, record, &inclusion.head));
    TRY(find_before(journal, arena, record, &inclusion.before));
    size_t expected = (size_t)(inclusion.head.number - record + 1);
    struct bytes *records = NEW_ARRAY(arena, struct bytes, expected);
    TRY(journal_prepare(journal,
                        "SELECT number, at_s, kind, subject, body FROM record WHERE number BETWEEN ? AND ? "
                        "ORDER BY number",
                        &statement));
    sqlite3_bind_int64(statement, 1, record);
    sqlite3_bind_int64(statement, 2, inclusion.head.number);
    while (inclusion.count < expected && (result = sqlite3_step(statement)) == SQLITE_ROW)
        records[inclusion.count++] = octets(arena, statement);
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return journal_broken(journal);
    if (inclusion.count < expected) return err_set(ERR_BROKEN, "signer.db: a head over records that are not there");
    inclusion.records = records;
    *ret_inclusion = inclusion;
    return ERR_NONE;
}
