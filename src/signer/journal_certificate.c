#include "signer/journal_internal.h"

#include <string.h>

static const char *text_of(sqlite3_stmt *row, struct arena *arena, int column)
{
    return arena_text(arena, (const char *)sqlite3_column_text(row, column));
}

static struct bytes bytes_of(sqlite3_stmt *row, struct arena *arena, int column)
{
    const void *data = sqlite3_column_blob(row, column);
    return bytes_copy(arena, (struct bytes){data, (size_t)sqlite3_column_bytes(row, column)});
}

struct journal_certificate journal_read_certificate(sqlite3_stmt *row, struct arena *arena, int first)
{
    return (struct journal_certificate){
        .serial = text_of(row, arena, first),
        .application_uid = text_of(row, arena, first + 1),
        .attempt = sqlite3_column_int64(row, first + 2),
        .digest = text_of(row, arena, first + 3),
        .evidence_digest = text_of(row, arena, first + 4),
        .key_digest = text_of(row, arena, first + 5),
        .evidence_keys = text_of(row, arena, first + 6),
        .holders = text_of(row, arena, first + 7),
        .until_s = sqlite3_column_int64(row, first + 8),
        .not_after_s = sqlite3_column_int64(row, first + 9),
        .to_be_signed = bytes_of(row, arena, first + 10),
        .certificate = bytes_of(row, arena, first + 11),
        .status = (enum journal_status)sqlite3_column_int(row, first + 12),
        .reason = sqlite3_column_int64(row, first + 13),
        .since_s = sqlite3_column_int64(row, first + 14),
    };
}

/* All rows of a prepared statement over COLUMNS; finishes it. */
static enum err read_rows(struct journal *journal, sqlite3_stmt *statement, struct arena *arena,
                          const struct journal_certificate **ret_certificates, size_t *ret_count)
{
    struct journal_certificate *rows = NEW_ARRAY(arena, struct journal_certificate, 1);
    size_t count = 0, capacity = 1;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        if (count == capacity) {
            struct journal_certificate *more = NEW_ARRAY(arena, struct journal_certificate, capacity * 2);
            for (size_t i = 0; i < count; i++) more[i] = rows[i];
            rows = more;
            capacity *= 2;
        }
        rows[count++] = journal_read_certificate(statement, arena, 0);
    }
    enum err error = result == SQLITE_DONE ? ERR_NONE : journal_broken(journal);
    sqlite3_finalize(statement);
    TRY(error);
    *ret_certificates = rows;
    *ret_count = count;
    return ERR_NONE;
}

enum err journal_find(struct journal *journal, struct arena *arena, const char *serial,
                      struct journal_certificate *ret_certificate)
{
    sqlite3_stmt *statement;
    const struct journal_certificate *rows;
    size_t count;
    TRY(journal_prepare(journal, "SELECT " JOURNAL_COLUMNS " FROM certificate WHERE serial = ?", &statement));
    journal_bind_text(statement, 1, serial);
    TRY(read_rows(journal, statement, arena, &rows, &count));
    if (count == 0) return err_set(ERR_NOT_FOUND, "this signer never issued that serial");
    *ret_certificate = rows[0];
    return ERR_NONE;
}

enum err journal_find_application(struct journal *journal, struct arena *arena, const char *application_uid,
                                  const struct journal_certificate **ret_certificates, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT " JOURNAL_COLUMNS " FROM certificate WHERE application_uid = ? ORDER BY attempt DESC",
                        &statement));
    journal_bind_text(statement, 1, application_uid);
    return read_rows(journal, statement, arena, ret_certificates, ret_count);
}

enum err journal_was_active(struct journal *journal, const char *serial, bool *ret_was_active)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT COUNT(*) FROM record WHERE kind = 'status' AND subject = ? "
                        "AND CAST(body AS TEXT) LIKE 'active %'",
                        &statement));
    journal_bind_text(statement, 1, serial);
    int result = sqlite3_step(statement);
    bool was_active = result == SQLITE_ROW && sqlite3_column_int64(statement, 0) > 0;
    sqlite3_finalize(statement);
    if (result != SQLITE_ROW) return journal_broken(journal);
    *ret_was_active = was_active;
    return ERR_NONE;
}

enum err journal_list_intents(struct journal *journal, struct arena *arena,
                              const struct journal_certificate **ret_certificates, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(
        journal, "SELECT " JOURNAL_COLUMNS " FROM certificate WHERE status = 0 ORDER BY since_s, serial", &statement));
    return read_rows(journal, statement, arena, ret_certificates, ret_count);
}

static const char *status_name(enum journal_status status)
{
    static const char *const names[] = {"intent", "suspended", "active", "revoked", "voided"};
    return names[status];
}

/* Inside a transaction: the row and its record. */
static enum err change_status(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                              int64_t reason)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal, "UPDATE certificate SET status = ?, reason = ?, since_s = ? WHERE serial = ?",
                        &statement));
    sqlite3_bind_int(statement, 1, (int)status);
    sqlite3_bind_int64(statement, 2, reason);
    sqlite3_bind_int64(statement, 3, now_s);
    journal_bind_text(statement, 4, serial);
    TRY(journal_finish(journal, statement));
    if (sqlite3_changes(journal->db) != 1) return err_set(ERR_NOT_FOUND, "this signer never issued that serial");
    const char *body = arena_printf(arena, "%s %lld", status_name(status), (long long)reason);
    return journal_append(journal, now_s, "status", serial, bytes_of_text(body));
}

static enum err insert_intent(struct journal *journal, int64_t now_s, const struct journal_certificate *intent)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "INSERT INTO certificate (" JOURNAL_COLUMNS ") "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, 0, ?)",
                        &statement));
    journal_bind_text(statement, 1, intent->serial);
    journal_bind_text(statement, 2, intent->application_uid);
    sqlite3_bind_int64(statement, 3, intent->attempt);
    journal_bind_text(statement, 4, intent->digest);
    journal_bind_text(statement, 5, intent->evidence_digest);
    journal_bind_text(statement, 6, intent->key_digest);
    journal_bind_text(statement, 7, intent->evidence_keys);
    journal_bind_text(statement, 8, intent->holders);
    sqlite3_bind_int64(statement, 9, intent->until_s);
    sqlite3_bind_int64(statement, 10, intent->not_after_s);
    journal_bind_bytes(statement, 11, intent->to_be_signed);
    sqlite3_bind_int64(statement, 12, now_s);
    return journal_finish(journal, statement);
}

const char *journal_intent_body(struct arena *arena, const struct journal_certificate *intent)
{
    return arena_printf(arena,
                        "application %s\nattempt %lld\ndigest %s\nevidence %s\nkey %s\nkeys %s\nholders %s\n"
                        "until %lld\nnot-after %lld\nto-be-signed %s\n",
                        intent->application_uid, (long long)intent->attempt, intent->digest, intent->evidence_digest,
                        intent->key_digest, intent->evidence_keys, intent->holders, (long long)intent->until_s,
                        (long long)intent->not_after_s, hex_encode(arena, intent->to_be_signed));
}

static enum err record_intent(struct journal *journal, int64_t now_s, const struct journal_certificate *intent)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    return journal_append(journal, now_s, "intent", intent->serial, bytes_of_text(journal_intent_body(arena, intent)));
}

static enum err intend(struct journal *journal, int64_t now_s, const struct journal_certificate *intent,
                       const struct journal_revocation *ends, size_t count)
{
    for (size_t i = 0; i < count; i++)
        TRY(change_status(journal, now_s, ends[i].serial, JOURNAL_REVOKED, ends[i].reason));
    TRY(insert_intent(journal, now_s, intent));
    return record_intent(journal, now_s, intent);
}

enum err journal_intend(struct journal *journal, int64_t now_s, const struct journal_certificate *intent,
                        const struct journal_revocation *ends, size_t count)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, intend(journal, now_s, intent, ends, count));
}

static enum err finish_intent(struct journal *journal, int64_t now_s, const char *serial, struct bytes certificate)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "UPDATE certificate SET certificate = ?, status = 1, reason = 6, since_s = ? "
                        "WHERE serial = ? AND status = 0",
                        &statement));
    journal_bind_bytes(statement, 1, certificate);
    sqlite3_bind_int64(statement, 2, now_s);
    journal_bind_text(statement, 3, serial);
    TRY(journal_finish(journal, statement));
    if (sqlite3_changes(journal->db) != 1) return err_set(ERR_STATE, "no intent of this serial");
    return journal_append(journal, now_s, "issued", serial, certificate);
}

enum err journal_issued(struct journal *journal, int64_t now_s, const char *serial, struct bytes certificate)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, finish_intent(journal, now_s, serial, certificate));
}

enum err journal_voided(struct journal *journal, int64_t now_s, const char *serial)
{
    return journal_set_status(journal, now_s, serial, JOURNAL_VOIDED, CRL_REASON_UNSPECIFIED);
}

enum err journal_set_status(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                            int64_t reason)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, change_status(journal, now_s, serial, status, reason));
}

static enum err activate(struct journal *journal, int64_t now_s, const char *serial,
                         const struct journal_activation *activation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *body = arena_printf(arena, "%s %s %s", activation->by, activation->text, activation->proof);
    TRY(change_status(journal, now_s, serial, JOURNAL_ACTIVE, 0));
    return journal_append(journal, now_s, "activated", serial, bytes_of_text(body));
}

enum err journal_activate(struct journal *journal, int64_t now_s, const char *serial,
                          const struct journal_activation *activation)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, activate(journal, now_s, serial, activation));
}

static struct journal_activation read_activation(sqlite3_stmt *row, struct arena *arena)
{
    char *rest = (char *)arena_text(arena, (const char *)sqlite3_column_text(row, 1)); /* in our arena: ours to cut */
    struct journal_activation activation = {.at_s = sqlite3_column_int64(row, 0)};
    activation.by = strsep(&rest, " ");
    activation.text = strsep(&rest, " ");
    activation.proof = rest;
    return activation;
}

enum err journal_list_activations(struct journal *journal, struct arena *arena, const char *serial,
                                  const struct journal_activation **ret_activations, size_t *ret_count)
{
    sqlite3_stmt *statement;
    struct journal_activation *activations = NULL;
    size_t count = 0;
    int result;
    TRY(journal_prepare(journal,
                        "SELECT at_s, CAST(body AS TEXT), COUNT(*) OVER () FROM record WHERE kind = 'activated' "
                        "AND subject = ? ORDER BY number",
                        &statement));
    journal_bind_text(statement, 1, serial);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        if (activations == NULL)
            activations = NEW_ARRAY(arena, struct journal_activation, (size_t)sqlite3_column_int64(statement, 2));
        activations[count++] = read_activation(statement, arena);
    }
    sqlite3_finalize(statement);
    if (result != SQLITE_DONE) return journal_broken(journal);
    *ret_activations = activations;
    *ret_count = count;
    return ERR_NONE;
}

/* The record after that of the status says by which release it passed: so the two are told apart from usual ones. */
static enum err change_released(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                                int64_t reason, const char *release)
{
    TRY(change_status(journal, now_s, serial, status, reason));
    return journal_append(journal, now_s, "released", release, bytes_of_text(serial));
}

enum err journal_set_released(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                              int64_t reason, const char *release)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, change_released(journal, now_s, serial, status, reason, release));
}

/* Suspended, revoked and voided ones that have not run out; an intent too: until it ends it is worth nothing. */
static enum err read_entries(struct journal *journal, struct arena *arena, int64_t now_s,
                             const struct crl_entry **ret_entries, size_t *ret_count)
{
    sqlite3_stmt *statement;
    const struct journal_certificate *rows;
    size_t count;
    TRY(journal_prepare(journal,
                        "SELECT " JOURNAL_COLUMNS " FROM certificate WHERE status <> 2 AND not_after_s >= ? "
                        "ORDER BY serial",
                        &statement));
    sqlite3_bind_int64(statement, 1, now_s);
    TRY(read_rows(journal, statement, arena, &rows, &count));
    struct crl_entry *entries = NEW_ARRAY(arena, struct crl_entry, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *pad = strlen(rows[i].serial) % 2 == 0 ? "" : "0";
        TRY(hex_decode(arena, arena_printf(arena, "%s%s", pad, rows[i].serial), &entries[i].serial));
        entries[i].since_s = rows[i].since_s;
        entries[i].reason = rows[i].status == JOURNAL_INTENT ? CRL_REASON_CERTIFICATE_HOLD : rows[i].reason;
    }
    *ret_entries = entries;
    *ret_count = count;
    return ERR_NONE;
}

static enum err next_crl(struct journal *journal, struct arena *arena, int64_t now_s, int64_t *ret_number,
                         const struct crl_entry **ret_entries, size_t *ret_count)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT COALESCE(MAX(CAST(subject AS INTEGER)), 0) + 1 FROM record "
                        "WHERE kind = 'crl'",
                        &statement));
    int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (number < 1) return journal_broken(journal);
    TRY(read_entries(journal, arena, now_s, ret_entries, ret_count));
    const char *body = arena_printf(arena, "entries %zu", *ret_count);
    TRY(journal_append(journal, now_s, "crl", arena_printf(arena, "%lld", (long long)number), bytes_of_text(body)));
    *ret_number = number;
    return ERR_NONE;
}

enum err journal_next_crl(struct journal *journal, struct arena *arena, int64_t now_s, int64_t *ret_number,
                          const struct crl_entry **ret_entries, size_t *ret_count)
{
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, next_crl(journal, arena, now_s, ret_number, ret_entries, ret_count));
}
