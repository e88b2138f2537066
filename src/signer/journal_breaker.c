/* What the breaker asks of the records: how much changed of late, what was released, and what has passed by it. */
#include "signer/journal_internal.h"

enum err journal_count_changes(struct journal *journal, int64_t since_s, int64_t limit, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT COUNT(*) FROM (SELECT at_s FROM record s WHERE kind = 'status' AND "
                        "(CAST(body AS TEXT) LIKE 'revoked %' OR CAST(body AS TEXT) LIKE 'suspended %') "
                        "AND NOT EXISTS (SELECT 1 FROM record r WHERE r.number = s.number + 1 AND r.kind = 'released') "
                        "ORDER BY number DESC LIMIT ?) WHERE at_s > ?",
                        &statement));
    sqlite3_bind_int64(statement, 1, limit);
    sqlite3_bind_int64(statement, 2, since_s);
    int result = sqlite3_step(statement);
    int64_t count = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW) return journal_broken(journal);
    *ret_count = count;
    return ERR_NONE;
}

/* How many records there are of a kind about this release. */
static enum err count_records(struct journal *journal, const char *kind, const char *digest, int64_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, "SELECT COUNT(*) FROM record WHERE kind = ? AND subject = ?", &statement));
    journal_bind_text(statement, 1, kind);
    journal_bind_text(statement, 2, digest);
    int result = sqlite3_step(statement);
    *ret_count = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : journal_broken(journal);
}

static enum err add_release(struct journal *journal, int64_t now_s, const struct journal_release *release)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int64_t count;
    const char *digest = hex_encode(arena, sha256(arena, release->text));
    TRY(count_records(journal, "release", digest, &count));
    if (count > 0) return err_set(ERR_EXISTS, "this release was taken in before");
    return journal_append_proven(journal, now_s, "release", digest, release->text, release->proofs,
                                 release->proof_count);
}

enum err journal_add_release(struct journal *journal, int64_t now_s, const struct journal_release *release)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, add_release(journal, now_s, release));
}

static enum err read_release(struct journal *journal, struct arena *arena, sqlite3_stmt *row,
                             struct journal_release *ret_release)
{
    struct journal_release release = {.digest = arena_text(arena, (const char *)sqlite3_column_text(row, 0))};
    struct bytes body = {sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1)};
    TRY(journal_open_proven(journal, arena, "release", release.digest, body, &release.text, &release.proofs,
                            &release.proof_count));
    TRY(count_records(journal, "released", release.digest, &release.used));
    *ret_release = release;
    return ERR_NONE;
}

enum err journal_list_releases(struct journal *journal, struct arena *arena, int64_t since_s,
                               const struct journal_release **ret_releases, size_t *ret_count)
{
    sqlite3_stmt *statement;
    int64_t most;
    size_t count = 0;
    enum err error = ERR_NONE;
    int result = SQLITE_DONE;
    TRY(journal_prepare(journal,
                        "SELECT subject, body, COUNT(*) OVER () FROM record WHERE kind = 'release' AND at_s >= ? "
                        "ORDER BY number",
                        &statement));
    sqlite3_bind_int64(statement, 1, since_s);
    struct journal_release *releases = NULL;
    while (error == ERR_NONE && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        most = sqlite3_column_int64(statement, 2);
        if (releases == NULL) releases = NEW_ARRAY(arena, struct journal_release, (size_t)most);
        error = read_release(journal, arena, statement, &releases[count++]);
    }
    sqlite3_finalize(statement);
    TRY(error);
    if (result != SQLITE_DONE) return journal_broken(journal);
    *ret_releases = releases;
    *ret_count = count;
    return ERR_NONE;
}
