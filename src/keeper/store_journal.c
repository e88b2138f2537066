/*
 * The keeper's journal: what it did that somebody may ask about one day. Append-only (triggers) and hash-chained; a record
 * is written in the transaction of what it tells.
 */
#include "base/buffer.h"
#include "keeper/store_internal.h"

#include <string.h>

static void put_size(struct buffer *buffer, uint64_t size)
{
    uint8_t octets[8];
    for (int i = 0; i < 8; i++) octets[i] = (uint8_t)(size >> (56 - 8 * i));
    buffer_add(buffer, BYTES(octets));
}

static void put_text(struct buffer *buffer, const char *text)
{
    put_size(buffer, strlen(text));
    buffer_text(buffer, text);
}

static struct bytes record_hash(struct arena *arena, struct bytes before, const struct journal_record *record)
{
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    buffer_add(&text, before);
    put_size(&text, (uint64_t)record->number);
    put_size(&text, (uint64_t)record->at_s);
    put_text(&text, record->kind);
    put_text(&text, record->subject);
    put_text(&text, record->body);
    return sha256(arena, buffer_bytes(&text));
}

enum err journal_head(struct keeper_store *store, struct arena *arena, int64_t *ret_number, struct bytes *ret_hash)
{
    static const uint8_t zeros[SHA256_SIZE];
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1", &statement));
    int result = sqlite3_step(statement);
    *ret_number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    *ret_hash = result == SQLITE_ROW ? column_bytes(statement, arena, 1) : BYTES(zeros);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? ERR_NONE : store_broken(store);
}

enum err journal_add(struct keeper_store *store, int64_t at_s, const char *kind, const char *subject, const char *body)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct journal_record record = {.at_s = at_s, .kind = kind, .subject = subject, .body = body};
    struct bytes before;
    sqlite3_stmt *statement;
    TRY(journal_head(store, arena, &record.number, &before));
    record.number++;
    TRY(store_prepare(store, "INSERT INTO journal (number, at_s, kind, subject, body, hash) VALUES (?, ?, ?, ?, ?, ?)",
                      &statement));
    sqlite3_bind_int64(statement, 1, record.number);
    sqlite3_bind_int64(statement, 2, at_s);
    bind_text(statement, 3, kind);
    bind_text(statement, 4, subject);
    bind_text(statement, 5, body);
    bind_bytes(statement, 6, record_hash(arena, before, &record));
    return store_finish(store, statement);
}

/* One record after another; the hash of each is that of all before it. */
static enum err check_rows(struct keeper_store *store, struct arena *arena, sqlite3_stmt *statement,
                           int64_t *ret_records)
{
    uint8_t hash[SHA256_SIZE] = {0};
    int64_t number = 0;
    int result;
    for (; (result = sqlite3_step(statement)) == SQLITE_ROW; arena_reset(arena)) {
        const struct journal_record record = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                                              column_text(statement, arena, 2), column_text(statement, arena, 3),
                                              column_text(statement, arena, 4)};
        struct bytes wanted = record_hash(arena, BYTES(hash), &record);
        if (record.number != ++number || !bytes_equal(wanted, column_bytes(statement, arena, 5)))
            return err_set(ERR_BROKEN, "the keeper's journal was changed at record %lld", (long long)number);
        memcpy(hash, wanted.data, sizeof hash);
    }
    *ret_records = number;
    return result == SQLITE_DONE ? ERR_NONE : store_broken(store);
}

enum err journal_check(struct keeper_store *store, int64_t *ret_records)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT number, at_s, kind, subject, body, hash FROM journal ORDER BY number",
                      &statement));
    enum err error = check_rows(store, arena, statement, ret_records);
    sqlite3_finalize(statement);
    return error;
}

enum err journal_count_of(struct keeper_store *store, const char *kind, const char *subject, int64_t since_s,
                          int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT COUNT(*) FROM journal WHERE kind = ? AND subject = ? AND at_s >= ?", &statement));
    bind_text(statement, 1, kind);
    bind_text(statement, 2, subject);
    sqlite3_bind_int64(statement, 3, since_s);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}

enum err journal_count(struct keeper_store *store, const char *kind, int64_t since_s, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT COUNT(*) FROM journal WHERE kind = ? AND at_s >= ?", &statement));
    bind_text(statement, 1, kind);
    sqlite3_bind_int64(statement, 2, since_s);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *ret_count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : store_broken(store);
}
