/* What people said of being issued certificates: records alone, which no edit of a table changes. */
#include "signer/journal_internal.h"

enum err journal_list_locks(struct journal *journal, struct arena *arena, const char *person,
                            const struct journal_lock **ret_locks, size_t *ret_count)
{
    sqlite3_stmt *statement;
    struct journal_lock *locks = NULL;
    size_t count = 0;
    enum err error = ERR_NONE;
    int result = SQLITE_DONE;
    TRY(journal_prepare(journal,
                        "SELECT at_s, body, COUNT(*) OVER () FROM record WHERE kind = 'lock' AND subject = ? "
                        "ORDER BY number DESC",
                        &statement));
    journal_bind_text(statement, 1, person);
    while (error == ERR_NONE && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct journal_proof *proofs;
        size_t proof_count;
        struct bytes body = {sqlite3_column_blob(statement, 1), (size_t)sqlite3_column_bytes(statement, 1)};
        if (locks == NULL) locks = NEW_ARRAY(arena, struct journal_lock, (size_t)sqlite3_column_int64(statement, 2));
        locks[count].at_s = sqlite3_column_int64(statement, 0);
        error = journal_open_proven(journal, arena, "lock", person, body, &locks[count++].text, &proofs, &proof_count);
    }
    sqlite3_finalize(statement);
    TRY(error);
    if (result != SQLITE_DONE) return journal_broken(journal);
    *ret_locks = locks;
    *ret_count = count;
    return ERR_NONE;
}

enum err journal_add_lock(struct journal *journal, int64_t now_s, const char *person, struct bytes text,
                          const struct journal_proof *proofs, size_t count)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, journal_append_proven(journal, now_s, "lock", person, text, proofs, count));
}
