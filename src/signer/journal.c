/* The file, its chain and its records; certificates are journal_certificate.c. */
#include "base/buffer.h"
#include "signer/journal_internal.h"

#include <stdlib.h>
#include <string.h>

/*
 * Records cannot be changed nor removed, not by a mistake in this program either. What the other tables say that the
 * signer acts by follows from the records (journal_check.c); heads are looked at by nobody but a verifier.
 */
static const char schema[] =
    "CREATE TABLE record (number INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, kind TEXT NOT NULL,"
    " subject TEXT NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER record_remains BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE INDEX record_kind ON record (kind, number);"
    "CREATE TABLE certificate (serial TEXT PRIMARY KEY, application_uid TEXT NOT NULL, attempt INTEGER NOT NULL,"
    " digest TEXT NOT NULL, evidence_digest TEXT NOT NULL, key_digest TEXT NOT NULL UNIQUE,"
    " evidence_keys TEXT NOT NULL, holders TEXT NOT NULL, until_s INTEGER NOT NULL, not_after_s INTEGER NOT NULL,"
    " to_be_signed BLOB NOT NULL, certificate BLOB, status INTEGER NOT NULL, reason INTEGER NOT NULL,"
    " since_s INTEGER NOT NULL, UNIQUE (application_uid, attempt)) STRICT;"
    /* spec 10: unique while its certificate lives; 3 revoked, 4 voided */
    "CREATE UNIQUE INDEX certificate_live ON certificate (application_uid) WHERE status NOT IN (3, 4);"
    "CREATE INDEX certificate_status ON certificate (status, serial);"
    "CREATE TABLE head (number INTEGER PRIMARY KEY, text BLOB NOT NULL, signature BLOB NOT NULL) STRICT;"
    "CREATE TABLE statement (number INTEGER PRIMARY KEY, text BLOB NOT NULL, signature BLOB NOT NULL) STRICT;"
    "CREATE TABLE tree (number INTEGER PRIMARY KEY, text BLOB NOT NULL, signature BLOB NOT NULL) STRICT;"
    "PRAGMA user_version = 4;";
#define VERSION 4

enum err journal_broken(const struct journal *journal)
{
    int code = sqlite3_extended_errcode(journal->db);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return err_set(ERR_EXISTS, "signer.db: %s", sqlite3_errmsg(journal->db));
    return err_set(ERR_BROKEN, "signer.db: %s", sqlite3_errmsg(journal->db));
}

enum err journal_run(struct journal *journal, const char *sql)
{
    return sqlite3_exec(journal->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_NONE : journal_broken(journal);
}

enum err journal_end(struct journal *journal, enum err error)
{
    if (error == ERR_NONE) error = journal_run(journal, "COMMIT");
    if (error != ERR_NONE) sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
    return error;
}

enum err journal_prepare(struct journal *journal, const char *sql, sqlite3_stmt **ret_statement)
{
    return sqlite3_prepare_v2(journal->db, sql, -1, ret_statement, NULL) == SQLITE_OK ? ERR_NONE
                                                                                      : journal_broken(journal);
}

enum err journal_finish(struct journal *journal, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    enum err error = result == SQLITE_DONE ? ERR_NONE : journal_broken(journal);
    sqlite3_finalize(statement);
    return error;
}

void journal_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

void journal_bind_bytes(sqlite3_stmt *statement, int at, struct bytes bytes)
{
    sqlite3_bind_blob(statement, at, bytes.size == 0 ? "" : (const void *)bytes.data, (int)bytes.size,
                      SQLITE_TRANSIENT);
}

void journal_add_octets(struct buffer *buffer, int64_t number, int64_t at_s, const char *kind, const char *subject,
                        struct bytes body)
{
    buffer_int64(buffer, number);
    buffer_int64(buffer, at_s);
    buffer_part(buffer, bytes_of_text(kind));
    buffer_part(buffer, bytes_of_text(subject));
    buffer_part(buffer, body);
}

static void hash_record(struct arena *arena, const uint8_t previous[SHA256_SIZE], int64_t number, int64_t at_s,
                        const char *kind, const char *subject, struct bytes body, uint8_t ret_hash[SHA256_SIZE])
{
    CLEANUP_BUFFER struct buffer all = BUFFER_EMPTY;
    buffer_add(&all, (struct bytes){previous, SHA256_SIZE});
    journal_add_octets(&all, number, at_s, kind, subject, body);
    memcpy(ret_hash, sha256(arena, buffer_bytes(&all)).data, SHA256_SIZE);
}

enum err journal_append(struct journal *journal, int64_t now_s, const char *kind, const char *subject,
                        struct bytes body)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    sqlite3_stmt *statement;
    uint8_t previous[SHA256_SIZE] = {0}, hash[SHA256_SIZE];
    int64_t number = 1;
    TRY(journal_prepare(journal, "SELECT number, hash FROM record ORDER BY number DESC LIMIT 1", &statement));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_bytes(statement, 1) == SHA256_SIZE) {
        number = sqlite3_column_int64(statement, 0) + 1;
        memcpy(previous, sqlite3_column_blob(statement, 1), SHA256_SIZE);
    }
    sqlite3_finalize(statement);
    hash_record(arena, previous, number, now_s, kind, subject, body, hash);
    TRY(journal_prepare(journal, "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)", &statement));
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_int64(statement, 2, now_s);
    journal_bind_text(statement, 3, kind);
    journal_bind_text(statement, 4, subject);
    journal_bind_bytes(statement, 5, body);
    journal_bind_bytes(statement, 6, BYTES(hash));
    return journal_finish(journal, statement);
}

static enum err check_record(sqlite3_stmt *row, int64_t expected, uint8_t hash[SHA256_SIZE])
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int64_t number = sqlite3_column_int64(row, 0);
    uint8_t wanted[SHA256_SIZE];
    struct bytes body = {sqlite3_column_blob(row, 4), (size_t)sqlite3_column_bytes(row, 4)};
    struct bytes kept = {sqlite3_column_blob(row, 5), (size_t)sqlite3_column_bytes(row, 5)};
    hash_record(arena, hash, number, sqlite3_column_int64(row, 1), (const char *)sqlite3_column_text(row, 2),
                (const char *)sqlite3_column_text(row, 3), body, wanted);
    if (number != expected || !bytes_equal(kept, BYTES(wanted)))
        return err_set(ERR_BROKEN, "signer.db: record %lld does not follow from those before it", (long long)expected);
    memcpy(hash, wanted, SHA256_SIZE);
    return ERR_NONE;
}

static enum err check_chain(struct journal *journal)
{
    sqlite3_stmt *statement;
    uint8_t hash[SHA256_SIZE] = {0};
    enum err error = ERR_NONE;
    TRY(journal_prepare(journal, "SELECT number, at_s, kind, subject, body, hash FROM record ORDER BY number",
                        &statement));
    for (int64_t expected = 1; error == ERR_NONE; expected++) {
        int result = sqlite3_step(statement);
        if (result == SQLITE_DONE) break;
        error = result == SQLITE_ROW ? check_record(statement, expected, hash) : journal_broken(journal);
    }
    sqlite3_finalize(statement);
    return error;
}

static enum err journal_version(struct journal *journal, int *ret_version)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, "PRAGMA user_version", &statement));
    *ret_version = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    return ERR_NONE;
}

static enum err check_file(struct journal *journal)
{
    int version;
    TRY(journal_version(journal, &version));
    if (version != VERSION) return err_set(ERR_BROKEN, "signer.db is of another version of Divit");
    TRY(check_chain(journal));
    return journal_check_follows(journal);
}

static enum err prepare_file(struct journal *journal)
{
    int version;
    TRY(journal_run(journal, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF"));
    TRY(journal_version(journal, &version));
    if (version != 0) return check_file(journal);
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, journal_run(journal, schema));
}

static enum err open_file(const char *path, int flags, enum err (*prepare)(struct journal *journal),
                          struct journal **ret_journal)
{
    struct journal *journal = memory_new(sizeof *journal);
    flags |= SQLITE_OPEN_FULLMUTEX;
    enum err error = sqlite3_open_v2(path, &journal->db, flags, NULL) == SQLITE_OK ? ERR_NONE : journal_broken(journal);
    if (error == ERR_NONE) {
        sqlite3_busy_timeout(journal->db, 5000);
        error = prepare(journal);
    }
    if (error != ERR_NONE) {
        journal_close(journal);
        return error;
    }
    *ret_journal = journal;
    return ERR_NONE;
}

enum err journal_open(const char *path, struct journal **ret_journal)
{
    return open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, prepare_file, ret_journal);
}

enum err journal_open_read_only(const char *path, struct journal **ret_journal)
{
    return open_file(path, SQLITE_OPEN_READONLY, check_file, ret_journal);
}

struct journal *journal_close(struct journal *journal)
{
    if (journal == NULL) return NULL;
    sqlite3_close(journal->db);
    free(journal);
    return NULL;
}

enum err journal_add_ocsp(struct journal *journal, int64_t now_s, const char *serial, struct bytes to_be_signed)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, journal_append(journal, now_s, "ocsp", serial, to_be_signed));
}
