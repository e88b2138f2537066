/*
 * Purpose: the signer's journal, signer.db (spec 10, The signer's journal): append-only, hash-chained records, and what
 * follows from them (certificates and their status), written together. Durable at each return. SQLite.
 *
 * A record's hash is SHA-256 over the one before it, then number and time (8 octets each, big-endian), then kind,
 * subject and body, each after its length in 8 octets.
 */
#ifndef DIVIT_SIGNER_JOURNAL_H
#define DIVIT_SIGNER_JOURNAL_H

#include "base/bytes.h"
#include "pki/crl.h"

struct journal;
/* Made if missing. Checks the whole chain: ERR_BROKEN names the first record that does not fit. */
enum err journal_open(const char *path, struct journal **ret_journal) MUST_CHECK;
enum err journal_open_read_only(const char *path, struct journal **ret_journal) MUST_CHECK; /* checked likewise */
struct journal *journal_close(struct journal *journal); /* takes NULL, returns NULL */
/*
 * The key of documents, borrowed: registries and releases are sealed under it, since they name staff by their identity
 * numbers. Everything but their texts is read, and checked, without it.
 */
void journal_use_key(struct journal *journal, const uint8_t *key);

/* Registries, each whole with what was signed for it; none is ever gone back to. */
struct journal_proof {
    int kind; /* enum signer_proof_kind */
    struct bytes proof;
};
struct journal_registry {
    int64_t number;
    struct bytes text;
    const struct journal_proof *proofs; /* none for the ceremony's */
    size_t proof_count;
};
/* `number` 0: the newest. ERR_NOT_FOUND: there is none. */
enum err journal_find_registry(struct journal *journal, struct arena *arena, int64_t number,
                               struct journal_registry *ret_registry) MUST_CHECK;
/* What was in force when this record was written. */
enum err journal_registry_at(struct journal *journal, struct arena *arena, int64_t record,
                             struct journal_registry *ret_registry) MUST_CHECK;
struct journal_intent {
    int64_t record, at_s;
    struct bytes body;
};
enum err journal_find_intent(struct journal *journal, struct arena *arena, const char *serial,
                             struct journal_intent *ret_intent) MUST_CHECK;
/* ERR_STATE: its number does not follow the newest. */
enum err journal_add_registry(struct journal *journal, int64_t now_s,
                              const struct journal_registry *registry) MUST_CHECK;

enum journal_status { JOURNAL_INTENT, JOURNAL_SUSPENDED, JOURNAL_ACTIVE, JOURNAL_REVOKED, JOURNAL_VOIDED };
struct journal_certificate {
    const char *serial; /* lower-case hexadecimal */
    const char *application_uid;
    int64_t attempt;
    const char *digest; /* D, hexadecimal, as the next ones */
    const char *evidence_digest; /* of statement, request and proofs: docs/trust.md */
    const char *key_digest; /* SHA-256 of the SubjectPublicKeyInfo */
    const char *evidence_keys; /* digests of the keys that the evidence rests on, parted by spaces */
    const char *holders; /* serials of own certificates that it rests on, parted by spaces; "-": none */
    int64_t until_s; /* when the first of what it rests on runs out */
    int64_t not_after_s;
    struct bytes to_be_signed;
    struct bytes certificate; /* empty for an intent */
    enum journal_status status;
    int64_t reason, since_s;
};
struct journal_revocation {
    const char *serial; /* NULL: none */
    int64_t reason; /* RFC 5280 5.3.1 */
};
/* INTENT, and what ends with it in the same step. ERR_EXISTS: serial, key, attempt, or an application whose certificate lives. */
enum err journal_intend(struct journal *journal, int64_t now_s, const struct journal_certificate *intent,
                        const struct journal_revocation *ends, size_t count) MUST_CHECK;
enum err journal_issued(struct journal *journal, int64_t now_s, const char *serial,
                        struct bytes certificate) MUST_CHECK; /* ends the intent: suspended */
enum err journal_voided(struct journal *journal, int64_t now_s, const char *serial) MUST_CHECK;
enum err journal_set_status(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                            int64_t reason) MUST_CHECK;
/* Whose word activates a certificate, and which. */
struct journal_activation {
    const char *by; /* "owner", "card" */
    const char *text, *proof; /* SHA-256 of `owner 1` or `activation 1`, and of the signature over it; hexadecimal */
    int64_t at_s; /* listed */
};
/* Active, by this word. */
enum err journal_activate(struct journal *journal, int64_t now_s, const char *serial,
                          const struct journal_activation *activation) MUST_CHECK;
/* The oldest first. */
enum err journal_list_activations(struct journal *journal, struct arena *arena, const char *serial,
                                  const struct journal_activation **ret_activations, size_t *ret_count) MUST_CHECK;
/* By a release: the digest of its text. */
enum err journal_set_released(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                              int64_t reason, const char *release) MUST_CHECK;

enum err journal_find(struct journal *journal, struct arena *arena, const char *serial,
                      struct journal_certificate *ret_certificate) MUST_CHECK;
/* Newest attempt first. */
enum err journal_find_application(struct journal *journal, struct arena *arena, const char *application_uid,
                                  const struct journal_certificate **ret_certificates, size_t *ret_count) MUST_CHECK;
enum err journal_was_active(struct journal *journal, const char *serial, bool *ret_was_active) MUST_CHECK; /* ever */
enum err journal_list_intents(struct journal *journal, struct arena *arena,
                              const struct journal_certificate **ret_certificates, size_t *ret_count) MUST_CHECK;

/* What a CRL of now lists, by serial; counts the number up, with a record. */
enum err journal_next_crl(struct journal *journal, struct arena *arena, int64_t now_s, int64_t *ret_number,
                          const struct crl_entry **ret_entries, size_t *ret_count) MUST_CHECK;

/* Where the chain stands: the newest record. Number 0 if there is none. */
struct journal_head {
    int64_t number;
    const char *hash; /* hexadecimal */
};
enum err journal_newest(struct journal *journal, struct arena *arena, struct journal_head *ret_head) MUST_CHECK;
/* ERR_NOT_FOUND: the journal does not reach to that record. */
enum err journal_hash_of(struct journal *journal, struct arena *arena, int64_t number,
                         const char **ret_hash) MUST_CHECK;

/* A text of the signer's with its signature. */
struct journal_signed {
    int64_t number; /* of the record (head), of the statement (status), size (tree) */
    struct bytes text, signature;
};
/* The newest signed head; number 0 if there is none. Heads are no records: they would never end. */
enum err journal_newest_head(struct journal *journal, struct arena *arena, struct journal_signed *ret_head) MUST_CHECK;
enum err journal_add_head(struct journal *journal, const struct journal_signed *head) MUST_CHECK;
enum err journal_list_heads(struct journal *journal, struct arena *arena, const struct journal_signed **ret_heads,
                            size_t *ret_count) MUST_CHECK;

/* That a record stands in the journal, for who has nothing but the signer's public key: the chain from it to a head. */
struct journal_inclusion {
    struct bytes before; /* hash of the record before */
    const struct bytes *records; /* what is hashed of each behind the hash before it, from the record to the head's */
    size_t count;
    struct journal_signed head; /* the first one over the record */
};
/* ERR_NOT_FOUND: no head is signed over it yet. */
enum err journal_prove(struct journal *journal, struct arena *arena, int64_t record,
                       struct journal_inclusion *ret_inclusion) MUST_CHECK;

/* What the next status statement has to say: serials that changed since the last one (at most `limit`), and its place. */
struct journal_changes {
    int64_t number, covered; /* of the next statement; the record it reaches to */
    const char *previous; /* digest of the last one; NULL: none */
    int64_t last_made_s, last_ocsp_s; /* 0: none */
    const char *const *serials; /* sorted, each once */
    size_t count;
};
enum err journal_changes(struct journal *journal, struct arena *arena, size_t limit,
                         struct journal_changes *ret_changes) MUST_CHECK;
enum err journal_add_statement(struct journal *journal, int64_t now_s, const struct journal_signed *statement,
                               int64_t covered) MUST_CHECK; /* with a record */
enum err journal_list_statements(struct journal *journal, struct arena *arena, int64_t after, int64_t limit,
                                 const struct journal_signed **ret_statements, size_t *ret_count) MUST_CHECK;

/* The newest head of the audit tree; number 0 if there is none. */
enum err journal_newest_tree(struct journal *journal, struct arena *arena, struct journal_signed *ret_tree) MUST_CHECK;
enum err journal_add_tree(struct journal *journal, int64_t now_s, const struct journal_signed *tree) MUST_CHECK;
enum err journal_list_trees(struct journal *journal, struct arena *arena, const struct journal_signed **ret_trees,
                            size_t *ret_count) MUST_CHECK;

/* From here until it is closed, all that is read is of this moment. */
enum err journal_snapshot(struct journal *journal) MUST_CHECK;

/* Revocations and suspensions after `since_s` that no release let pass, counted up to `limit`. */
enum err journal_count_changes(struct journal *journal, int64_t since_s, int64_t limit, int64_t *ret_count) MUST_CHECK;
/* `release 1` texts, by digest once (ERR_EXISTS). */
struct journal_release {
    struct bytes text;
    const struct journal_proof *proofs; /* the administrators' */
    size_t proof_count;
    const char *digest; /* listed: of the text, hexadecimal */
    int64_t used; /* listed: how many have passed by it */
};
enum err journal_add_release(struct journal *journal, int64_t now_s, const struct journal_release *release) MUST_CHECK;
/* Those taken in at or after `since_s`, oldest first. */
enum err journal_list_releases(struct journal *journal, struct arena *arena, int64_t since_s,
                               const struct journal_release **ret_releases, size_t *ret_count) MUST_CHECK;

/* What a person, known by a tag, said of being issued certificates (`lock 1`): texts with their proofs, sealed. */
struct journal_lock {
    int64_t at_s;
    struct bytes text;
};
/* The newest first. */
enum err journal_list_locks(struct journal *journal, struct arena *arena, const char *person,
                            const struct journal_lock **ret_locks, size_t *ret_count) MUST_CHECK;
enum err journal_add_lock(struct journal *journal, int64_t now_s, const char *person, struct bytes text,
                          const struct journal_proof *proofs, size_t count) MUST_CHECK;

/* An OCSP responder's certificate, before the key is used. */
enum err journal_add_ocsp(struct journal *journal, int64_t now_s, const char *serial,
                          struct bytes to_be_signed) MUST_CHECK;

#endif
