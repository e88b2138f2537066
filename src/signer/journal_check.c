/*
 * Table `certificate` says what follows from the records, and is what the signer acts by: whoever edits it, but cannot
 * make the chain anew, is found whenever the file is opened.
 */
#include "signer/journal_internal.h"

#include <string.h>

/* The first column of the first row, if there is one, names what does not follow. */
static enum err expect_none(struct journal *journal, const char *sql, const char *what)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, sql, &statement));
    int result = sqlite3_step(statement);
    enum err error = ERR_NONE;
    if (result == SQLITE_ROW)
        error = err_set(ERR_BROKEN, "signer.db: %s %s", what, (const char *)sqlite3_column_text(statement, 0));
    else if (result != SQLITE_DONE) error = journal_broken(journal);
    sqlite3_finalize(statement);
    return error;
}

static enum err check_intent(struct arena *arena, sqlite3_stmt *row)
{
    struct journal_certificate certificate = journal_read_certificate(row, arena, 1);
    struct bytes body = {sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
    /* records of before there were more keys than one name that one "officer" */
    const char *words[] = {"keys", "officer"};
    for (size_t i = 0; i < 2; i++)
        if (bytes_equal(body, bytes_of_text(journal_intent_body(arena, &certificate, words[i])))) return ERR_NONE;
    return err_set(ERR_BROKEN, "signer.db: table certificate does not follow from the intent of %s",
                   certificate.serial);
}

static enum err check_intents(struct journal *journal)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    sqlite3_stmt *statement;
    enum err error = ERR_NONE;
    int result = SQLITE_DONE;
    TRY(journal_prepare(journal,
                        "SELECT r.body, " JOURNAL_COLUMNS
                        " FROM record r JOIN certificate ON serial = r.subject WHERE r.kind = 'intent'",
                        &statement));
    for (; error == ERR_NONE && (result = sqlite3_step(statement)) == SQLITE_ROW; arena_reset(arena))
        error = check_intent(arena, statement);
    if (error == ERR_NONE && result != SQLITE_DONE) error = journal_broken(journal);
    sqlite3_finalize(statement);
    return error;
}

enum err journal_snapshot(struct journal *journal)
{
    return journal_run(journal, "BEGIN; SELECT COUNT(*) FROM sqlite_schema"); /* the first read takes the snapshot */
}

static enum err count_kind(struct journal *journal, const char *kind, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, "SELECT COUNT(*) FROM record WHERE kind = ?", &statement));
    journal_bind_text(statement, 1, kind);
    int result = sqlite3_step(statement);
    *ret_count = result == SQLITE_ROW ? (size_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERR_NONE : journal_broken(journal);
}

enum err journal_list_said(struct journal *journal, struct arena *arena, const char *kind,
                           const struct journal_said **ret_said, size_t *ret_count)
{
    sqlite3_stmt *statement;
    size_t most, count = 0;
    int result = SQLITE_DONE;
    TRY(count_kind(journal, kind, &most));
    struct journal_said *said = NEW_ARRAY(arena, struct journal_said, most + 1);
    TRY(journal_prepare(
        journal, "SELECT CAST(subject AS INTEGER), CAST(body AS TEXT) FROM record WHERE kind = ? ORDER BY number",
        &statement));
    journal_bind_text(statement, 1, kind);
    while (count < most && (result = sqlite3_step(statement)) == SQLITE_ROW)
        said[count++] = (struct journal_said){sqlite3_column_int64(statement, 0),
                                              arena_text(arena, (const char *)sqlite3_column_text(statement, 1))};
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return journal_broken(journal);
    *ret_said = said;
    *ret_count = count;
    return ERR_NONE;
}

#define LAST                                                                                                           \
    "(SELECT subject, MAX(number) AS number FROM record WHERE kind IN ('intent', 'issued', 'status') GROUP BY subject)"

enum err journal_check_follows(struct journal *journal)
{
    TRY(expect_none(
        journal, "SELECT subject FROM record WHERE kind = 'intent' AND subject NOT IN (SELECT serial FROM certificate)",
        "table certificate lacks"));
    TRY(expect_none(
        journal,
        "SELECT serial FROM certificate WHERE serial NOT IN (SELECT subject FROM record WHERE kind = 'intent')",
        "table certificate has, and no record names,"));
    TRY(check_intents(journal));
    TRY(expect_none(journal,
                    "SELECT r.subject FROM record r JOIN certificate ON serial = r.subject "
                    "WHERE r.kind = 'issued' AND certificate IS NOT r.body",
                    "table certificate holds other bytes than were issued of"));
    TRY(expect_none(journal,
                    "SELECT serial FROM certificate WHERE certificate IS NOT NULL "
                    "AND serial NOT IN (SELECT subject FROM record WHERE kind = 'issued')",
                    "table certificate holds a certificate that was never issued:"));
    return expect_none(journal,
                       "SELECT c.serial FROM certificate c JOIN " LAST
                       " l ON l.subject = c.serial JOIN record r ON r.number = l.number "
                       "WHERE r.at_s <> c.since_s OR CASE r.kind WHEN 'intent' THEN c.status <> 0 "
                       "WHEN 'issued' THEN c.status <> 1 OR c.reason <> 6 "
                       "ELSE CAST(r.body AS TEXT) <> CASE c.status WHEN 1 THEN 'suspended ' WHEN 2 THEN 'active ' "
                       "WHEN 3 THEN 'revoked ' WHEN 4 THEN 'voided ' ELSE '' END || c.reason END",
                       "table certificate has another status than the last record of");
}
