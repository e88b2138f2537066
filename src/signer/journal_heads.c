/* What the signer says about its journal and out of it: heads, statements on status, heads of the audit tree. */
#include "signer/journal_internal.h"

#include <stdlib.h>
#include <string.h>

static struct bytes column_bytes(sqlite3_stmt *row, struct arena *arena, int column)
{
    const void *data = sqlite3_column_blob(row, column);
    return bytes_copy(arena, (struct bytes){data, (size_t)sqlite3_column_bytes(row, column)});
}

/* One row of one number, NULL or none: 0. */
static enum err ask_number(struct journal *journal, const char *sql, int64_t *ret_number)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, sql, &statement));
    int result = sqlite3_step(statement);
    int64_t number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return journal_broken(journal);
    *ret_number = number;
    return ERR_NONE;
}

enum err journal_newest(struct journal *journal, struct arena *arena, struct journal_head *ret_head)
{
    struct journal_head head = {0, ""};
    TRY(ask_number(journal, "SELECT MAX(number) FROM record", &head.number));
    if (head.number > 0) TRY(journal_hash_of(journal, arena, head.number, &head.hash));
    *ret_head = head;
    return ERR_NONE;
}

enum err journal_hash_of(struct journal *journal, struct arena *arena, int64_t number, const char **ret_hash)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, "SELECT hash FROM record WHERE number = ?", &statement));
    sqlite3_bind_int64(statement, 1, number);
    int result = sqlite3_step(statement);
    const char *hash = result == SQLITE_ROW ? hex_encode(arena, column_bytes(statement, arena, 0)) : NULL;
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return journal_broken(journal);
    if (hash == NULL) return err_set(ERR_NOT_FOUND, "the journal has no record %lld", (long long)number);
    *ret_hash = hash;
    return ERR_NONE;
}

/* Rows of number, text, signature of a prepared statement; finishes it. */
static enum err read_signed(struct journal *journal, sqlite3_stmt *statement, struct arena *arena,
                            const struct journal_signed **ret_rows, size_t *ret_count)
{
    struct journal_signed *rows = NEW_ARRAY(arena, struct journal_signed, 8);
    size_t count = 0, capacity = 8;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        if (count == capacity) {
            struct journal_signed *more = NEW_ARRAY(arena, struct journal_signed, capacity * 2);
            memcpy(more, rows, count * sizeof *rows);
            rows = more;
            capacity *= 2;
        }
        rows[count++] = (struct journal_signed){sqlite3_column_int64(statement, 0), column_bytes(statement, arena, 1),
                                                column_bytes(statement, arena, 2)};
    }
    enum err error = result == SQLITE_DONE ? ERR_NONE : journal_broken(journal);
    sqlite3_finalize(statement);
    TRY(error);
    *ret_rows = rows;
    *ret_count = count;
    return ERR_NONE;
}

static enum err list_signed(struct journal *journal, struct arena *arena, const char *sql,
                            const struct journal_signed **ret_rows, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, sql, &statement));
    return read_signed(journal, statement, arena, ret_rows, ret_count);
}

static enum err newest_signed(struct journal *journal, struct arena *arena, const char *sql,
                              struct journal_signed *ret_row)
{
    const struct journal_signed *rows;
    size_t count;
    TRY(list_signed(journal, arena, sql, &rows, &count));
    *ret_row = count > 0 ? rows[0] : (struct journal_signed){0};
    return ERR_NONE;
}

static enum err insert_signed(struct journal *journal, const char *sql, const struct journal_signed *row)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, sql, &statement));
    sqlite3_bind_int64(statement, 1, row->number);
    journal_bind_bytes(statement, 2, row->text);
    journal_bind_bytes(statement, 3, row->signature);
    return journal_finish(journal, statement);
}

enum err journal_newest_head(struct journal *journal, struct arena *arena, struct journal_signed *ret_head)
{
    return newest_signed(journal, arena, "SELECT number, text, signature FROM head ORDER BY number DESC LIMIT 1",
                         ret_head);
}

enum err journal_add_head(struct journal *journal, const struct journal_signed *head)
{
    return insert_signed(journal, "INSERT INTO head VALUES (?, ?, ?)", head);
}

enum err journal_list_heads(struct journal *journal, struct arena *arena, const struct journal_signed **ret_heads,
                            size_t *ret_count)
{
    return list_signed(journal, arena, "SELECT number, text, signature FROM head ORDER BY number", ret_heads,
                       ret_count);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once. */
static size_t sort_texts(const char **texts, size_t count)
{
    size_t kept = 0;
    if (count == 0) return 0;
    qsort(texts, count, sizeof *texts, compare_texts);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0) texts[kept++] = texts[i];
    return kept;
}

static enum err read_changed(struct journal *journal, struct arena *arena, size_t limit,
                             struct journal_changes *changes)
{
    sqlite3_stmt *statement;
    const char **serials = NEW_ARRAY(arena, const char *, limit);
    size_t count = 0;
    int result;
    TRY(journal_prepare(journal,
                        "SELECT number, subject FROM record WHERE number > ? AND kind IN ('issued', 'status') "
                        "ORDER BY number LIMIT ?",
                        &statement));
    sqlite3_bind_int64(statement, 1, changes->covered);
    sqlite3_bind_int64(statement, 2, (int64_t)limit);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && count < limit) {
        changes->covered = sqlite3_column_int64(statement, 0);
        serials[count++] = arena_text(arena, (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return journal_broken(journal);
    changes->count = sort_texts(serials, count);
    changes->serials = serials;
    return ERR_NONE;
}

/* Where the statements stand the records say: the newest one's number, the digest of its text, and what it reached to. */
static enum err read_last_statement(struct journal *journal, struct arena *arena, struct journal_changes *changes)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT CAST(subject AS INTEGER), CAST(body AS TEXT), at_s FROM record "
                        "WHERE kind = 'statement' ORDER BY number DESC LIMIT 1",
                        &statement));
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        const char *body = arena_text(arena, (const char *)sqlite3_column_text(statement, 1));
        changes->number = sqlite3_column_int64(statement, 0);
        changes->previous = arena_text_n(arena, body, strcspn(body, " "));
        changes->covered = strtoll(body + strcspn(body, " "), NULL, 10);
        changes->last_made_s = sqlite3_column_int64(statement, 2);
    }
    sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? ERR_NONE : journal_broken(journal);
}

enum err journal_changes(struct journal *journal, struct arena *arena, size_t limit,
                         struct journal_changes *ret_changes)
{
    struct journal_changes changes = {0};
    TRY(read_last_statement(journal, arena, &changes));
    changes.number++;
    TRY(ask_number(journal, "SELECT at_s FROM record WHERE kind = 'ocsp' ORDER BY number DESC LIMIT 1",
                   &changes.last_ocsp_s));
    TRY(read_changed(journal, arena, limit, &changes));
    *ret_changes = changes;
    return ERR_NONE;
}

/* `more`: what stands behind the digest. */
static enum err record_digest(struct journal *journal, int64_t now_s, const char *kind,
                              const struct journal_signed *row, const char *more)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *body = arena_printf(arena, "%s%s", hex_encode(arena, sha256(arena, row->text)), more);
    return journal_append(journal, now_s, kind, arena_printf(arena, "%lld", (long long)row->number),
                          bytes_of_text(body));
}

static enum err add_statement(struct journal *journal, int64_t now_s, const struct journal_signed *statement,
                              int64_t covered)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    TRY(insert_signed(journal, "INSERT INTO statement VALUES (?, ?, ?)", statement));
    return record_digest(journal, now_s, "statement", statement, arena_printf(arena, " %lld", (long long)covered));
}

enum err journal_add_statement(struct journal *journal, int64_t now_s, const struct journal_signed *statement,
                               int64_t covered)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, add_statement(journal, now_s, statement, covered));
}

enum err journal_list_statements(struct journal *journal, struct arena *arena, int64_t after, int64_t limit,
                                 const struct journal_signed **ret_statements, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(
        journal, "SELECT number, text, signature FROM statement WHERE number > ? ORDER BY number LIMIT ?", &statement));
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit);
    return read_signed(journal, statement, arena, ret_statements, ret_count);
}

enum err journal_newest_tree(struct journal *journal, struct arena *arena, struct journal_signed *ret_tree)
{
    return newest_signed(journal, arena, "SELECT number, text, signature FROM tree ORDER BY number DESC LIMIT 1",
                         ret_tree);
}

enum err journal_list_trees(struct journal *journal, struct arena *arena, const struct journal_signed **ret_trees,
                            size_t *ret_count)
{
    return list_signed(journal, arena, "SELECT number, text, signature FROM tree ORDER BY number", ret_trees,
                       ret_count);
}

static enum err add_tree(struct journal *journal, int64_t now_s, const struct journal_signed *tree)
{
    TRY(insert_signed(journal, "INSERT INTO tree VALUES (?, ?, ?)", tree));
    return record_digest(journal, now_s, "tree", tree, "");
}

enum err journal_add_tree(struct journal *journal, int64_t now_s, const struct journal_signed *tree)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, add_tree(journal, now_s, tree));
}
