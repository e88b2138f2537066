/*
 * Registries in the journal, and all else that administrators have signed: the body of a proven record is the text, then
 * each proof's kind and proof, each after its length; sealed, since it names people (spec 09, For attacks).
 */
#include "base/buffer.h"
#include "base/secret.h"
#include "signer/journal_internal.h"

#define LENGTH_SIZE 8

static enum err get_part(struct bytes *body, struct bytes *ret_part)
{
    uint64_t size = 0;
    if (body->size < LENGTH_SIZE) return err_set(ERR_BROKEN, "signer.db: a sealed record of another version of Divit");
    for (int i = 0; i < LENGTH_SIZE; i++) size = size << 8 | body->data[i];
    if (size > body->size - LENGTH_SIZE)
        return err_set(ERR_BROKEN, "signer.db: a sealed record of another version of Divit");
    *ret_part = (struct bytes){body->data + LENGTH_SIZE, (size_t)size};
    *body = (struct bytes){body->data + LENGTH_SIZE + size, body->size - LENGTH_SIZE - (size_t)size};
    return ERR_NONE;
}

void journal_use_key(struct journal *journal, const uint8_t *key)
{
    journal->key = key;
}

static const char *context_of(struct arena *arena, const char *kind, const char *subject)
{
    return arena_printf(arena, "signer.db:%s:%s", kind, subject);
}

enum err journal_open_proven(const struct journal *journal, struct arena *arena, const char *kind, const char *subject,
                             struct bytes sealed, struct bytes *ret_text, const struct journal_proof **ret_proofs,
                             size_t *ret_count)
{
    struct bytes body;
    size_t count = 0;
    if (journal->key == NULL)
        return err_set(ERR_BROKEN, "signer.db: a %s without the key that it is sealed under", kind);
    if (seal_open(arena, journal->key, sealed, context_of(arena, kind, subject), &body) != ERR_NONE)
        return err_set(ERR_BROKEN, "signer.db: %s %s does not open", kind, subject);
    TRY(get_part(&body, ret_text));
    struct journal_proof *proofs = NEW_ARRAY(arena, struct journal_proof, body.size / LENGTH_SIZE + 1);
    while (body.size > 0) {
        struct bytes proof_kind;
        TRY(get_part(&body, &proof_kind));
        if (proof_kind.size != 1) return err_set(ERR_BROKEN, "signer.db: a proof without kind");
        proofs[count].kind = proof_kind.data[0];
        TRY(get_part(&body, &proofs[count++].proof));
    }
    *ret_proofs = proofs;
    *ret_count = count;
    return ERR_NONE;
}

/* The row of a prepared statement over number in the registry and body; finishes it. */
static enum err read_row(struct journal *journal, sqlite3_stmt *statement, struct arena *arena,
                         struct journal_registry *ret_registry)
{
    struct journal_registry registry = {0};
    struct bytes body = {0};
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        registry.number = sqlite3_column_int64(statement, 0);
        body = bytes_copy(
            arena, (struct bytes){sqlite3_column_blob(statement, 1), (size_t)sqlite3_column_bytes(statement, 1)});
    }
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "the journal has no such registry");
    if (result != SQLITE_ROW) return journal_broken(journal);
    const char *number = arena_printf(arena, "%lld", (long long)registry.number);
    TRY(journal_open_proven(journal, arena, "registry", number, body, &registry.text, &registry.proofs,
                            &registry.proof_count));
    *ret_registry = registry;
    return ERR_NONE;
}

enum err journal_find_registry(struct journal *journal, struct arena *arena, int64_t number,
                               struct journal_registry *ret_registry)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT CAST(subject AS INTEGER), body FROM record "
                        "WHERE kind = 'registry' AND (? = 0 OR subject = CAST(? AS TEXT)) ORDER BY number DESC LIMIT 1",
                        &statement));
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_int64(statement, 2, number);
    return read_row(journal, statement, arena, ret_registry);
}

enum err journal_registry_at(struct journal *journal, struct arena *arena, int64_t record,
                             struct journal_registry *ret_registry)
{
    sqlite3_stmt *statement;
    TRY(journal_prepare(journal,
                        "SELECT CAST(subject AS INTEGER), body FROM record WHERE kind = 'registry' AND number < ? "
                        "ORDER BY number DESC LIMIT 1",
                        &statement));
    sqlite3_bind_int64(statement, 1, record);
    return read_row(journal, statement, arena, ret_registry);
}

enum err journal_find_intent(struct journal *journal, struct arena *arena, const char *serial,
                             struct journal_intent *ret_intent)
{
    sqlite3_stmt *statement;
    struct journal_intent intent = {0};
    TRY(journal_prepare(journal, "SELECT number, at_s, body FROM record WHERE kind = 'intent' AND subject = ?",
                        &statement));
    journal_bind_text(statement, 1, serial);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        intent.record = sqlite3_column_int64(statement, 0);
        intent.at_s = sqlite3_column_int64(statement, 1);
        intent.body = bytes_copy(
            arena, (struct bytes){sqlite3_column_blob(statement, 2), (size_t)sqlite3_column_bytes(statement, 2)});
    }
    sqlite3_finalize(statement);
    if (result == SQLITE_DONE) return err_set(ERR_NOT_FOUND, "the journal has no intent of this serial");
    if (result != SQLITE_ROW) return journal_broken(journal);
    *ret_intent = intent;
    return ERR_NONE;
}

enum err journal_append_proven(struct journal *journal, int64_t now_s, const char *kind, const char *subject,
                               struct bytes text, const struct journal_proof *proofs, size_t count)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer body = BUFFER_EMPTY;
    if (journal->key == NULL) return err_set(ERR_BROKEN, "signer.db: no key to seal a %s under", kind);
    buffer_part(&body, text);
    for (size_t i = 0; i < count; i++) {
        uint8_t proof_kind = (uint8_t)proofs[i].kind;
        buffer_part(&body, (struct bytes){&proof_kind, 1});
        buffer_part(&body, proofs[i].proof);
    }
    return journal_append(journal, now_s, kind, subject,
                          seal(arena, journal->key, buffer_bytes(&body), context_of(arena, kind, subject)));
}

static enum err append(struct journal *journal, int64_t now_s, const struct journal_registry *registry)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    return journal_append_proven(journal, now_s, "registry", arena_printf(arena, "%lld", (long long)registry->number),
                                 registry->text, registry->proofs, registry->proof_count);
}

enum err journal_add_registry(struct journal *journal, int64_t now_s, const struct journal_registry *registry)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct journal_registry newest = {0};
    enum err error = journal_find_registry(journal, arena, 0, &newest);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (registry->number != newest.number + 1)
        return err_set(ERR_STATE, "registry %lld does not follow", (long long)registry->number);
    TRY(journal_run(journal, "BEGIN IMMEDIATE"));
    return journal_end(journal, append(journal, now_s, registry));
}
