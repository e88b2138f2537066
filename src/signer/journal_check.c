/*
 * Tables `certificate`, `statement` and `tree` say what follows from the records, and are what the signer acts by:
 * whoever edits them, but cannot make the chain anew, is found whenever the file is opened.
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
    if (bytes_equal(body, bytes_of_text(journal_intent_body(arena, &certificate)))) return ERR_NONE;
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

/* Column 1, a text, is the one whose digest is the first word of column 0, the body of its record. */
static enum err check_text(struct arena *arena, sqlite3_stmt *row, const char *table)
{
    struct bytes body = {sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
    struct bytes text = {sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1)};
    struct bytes digest = bytes_of_text(hex_encode(arena, sha256(arena, text)));
    if (body.size >= digest.size && memcmp(body.data, digest.data, digest.size) == 0) return ERR_NONE;
    return err_set(ERR_BROKEN, "signer.db: table %s holds another text, or none, of what record %lld names", table,
                   (long long)sqlite3_column_int64(row, 2));
}

/* Tables `statement` and `tree`: a row for each record of that kind, and no other. */
static enum err check_texts(struct journal *journal, const char *table)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    sqlite3_stmt *statement;
    enum err error = ERR_NONE;
    int result = SQLITE_DONE;
    TRY(expect_none(journal,
                    arena_printf(arena,
                                 "SELECT number FROM %s WHERE CAST(number AS TEXT) NOT IN "
                                 "(SELECT subject FROM record WHERE kind = '%s')",
                                 table, table),
                    arena_printf(arena, "table %s has, and no record names,", table)));
    TRY(journal_prepare(journal,
                        arena_printf(arena,
                                     "SELECT r.body, t.text, r.number FROM record r LEFT JOIN %s t "
                                     "ON t.number = CAST(r.subject AS INTEGER) WHERE r.kind = '%s'",
                                     table, table),
                        &statement));
    CLEANUP_ARENA struct arena *row_arena = arena_new();
    for (; error == ERR_NONE && (result = sqlite3_step(statement)) == SQLITE_ROW; arena_reset(row_arena))
        error = check_text(row_arena, statement, table);
    if (error == ERR_NONE && result != SQLITE_DONE) error = journal_broken(journal);
    sqlite3_finalize(statement);
    return error;
}

#define LAST                                                                                                           \
    "(SELECT subject, MAX(number) AS number FROM record WHERE kind IN ('intent', 'issued', 'status') GROUP BY subject)"

static enum err check_certificates(struct journal *journal)
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

/* Signers of before wrote no word beside an activation: since the first that there is, each has one, and none is alone. */
static enum err check_activations(struct journal *journal)
{
    TRY(expect_none(journal,
                    "SELECT subject FROM record s WHERE kind = 'status' AND CAST(body AS TEXT) LIKE 'active %' "
                    "AND number > (SELECT MIN(number) FROM record WHERE kind = 'activated') AND NOT EXISTS "
                    "(SELECT 1 FROM record r WHERE r.number = s.number + 1 AND r.kind = 'activated' "
                    "AND r.subject = s.subject)",
                    "no record says by whose word was activated"));
    return expect_none(journal,
                       "SELECT subject FROM record r WHERE kind = 'activated' AND NOT EXISTS "
                       "(SELECT 1 FROM record s WHERE s.number = r.number - 1 AND s.kind = 'status' "
                       "AND s.subject = r.subject AND CAST(s.body AS TEXT) LIKE 'active %')",
                       "a record says by whose word was activated, and none that it was,");
}

enum err journal_check_follows(struct journal *journal)
{
    TRY(check_certificates(journal));
    TRY(check_activations(journal));
    TRY(check_texts(journal, "statement"));
    return check_texts(journal, "tree");
}
