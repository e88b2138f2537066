/* Purpose: what the journal's files share. Private to signer. */
#ifndef DIVIT_SIGNER_JOURNAL_INTERNAL_H
#define DIVIT_SIGNER_JOURNAL_INTERNAL_H

#include "base/buffer.h"
#include "signer/journal.h"

#include <sqlite3.h>

struct journal {
    sqlite3 *db;
    const uint8_t *key; /* of documents; NULL: what is sealed is looked at by nobody */
};

/* Of table certificate, as journal_read_certificate() reads them, the first of them in column `first`. */
#define JOURNAL_COLUMNS                                                                                                \
    "serial, application_uid, attempt, digest, evidence_digest, key_digest, evidence_keys, holders, until_s, "         \
    "not_after_s, to_be_signed, certificate, status, reason, since_s"
struct journal_certificate journal_read_certificate(sqlite3_stmt *row, struct arena *arena, int first);
const char *journal_intent_body(struct arena *arena, const struct journal_certificate *intent);
/* journal_check.c: ERR_BROKEN names the first row that does not follow from the records. */
enum err journal_check_follows(struct journal *journal) MUST_CHECK;
enum err journal_broken(const struct journal *journal) MUST_CHECK; /* SQLite's last error as ours */
enum err journal_run(struct journal *journal, const char *sql) MUST_CHECK;
enum err journal_end(struct journal *journal, enum err error) MUST_CHECK; /* COMMIT, or ROLLBACK and the error */
enum err journal_prepare(struct journal *journal, const char *sql, sqlite3_stmt **ret_statement) MUST_CHECK;
enum err journal_finish(struct journal *journal, sqlite3_stmt *statement) MUST_CHECK; /* one that gives no rows */
void journal_bind_text(sqlite3_stmt *statement, int at, const char *text);
void journal_bind_bytes(sqlite3_stmt *statement, int at, struct bytes bytes);
/* What of a record is hashed, behind the hash of the one before. */
void journal_add_octets(struct buffer *buffer, int64_t number, int64_t at_s, const char *kind, const char *subject,
                        struct bytes body);
/* Inside a transaction. */
enum err journal_append(struct journal *journal, int64_t now_s, const char *kind, const char *subject,
                        struct bytes body) MUST_CHECK;
/* journal_registry.c: a record that administrators have signed, its body sealed under the key of documents. */
enum err journal_append_proven(struct journal *journal, int64_t now_s, const char *kind, const char *subject,
                               struct bytes text, const struct journal_proof *proofs, size_t count) MUST_CHECK;
enum err journal_open_proven(const struct journal *journal, struct arena *arena, const char *kind, const char *subject,
                             struct bytes sealed, struct bytes *ret_text, const struct journal_proof **ret_proofs,
                             size_t *ret_count) MUST_CHECK;

#endif
