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
struct journal *journal_close(struct journal *journal); /* takes NULL, returns NULL */

/* The newest registry; number 0 if there is none. */
enum err journal_registry(struct journal *journal, struct arena *arena, int64_t *ret_number,
                          const char **ret_digest) MUST_CHECK;
enum err journal_add_registry(struct journal *journal, int64_t now_s, int64_t number, const char *digest) MUST_CHECK;

enum journal_status { JOURNAL_INTENT, JOURNAL_SUSPENDED, JOURNAL_ACTIVE, JOURNAL_REVOKED, JOURNAL_VOIDED };
struct journal_certificate {
    const char *serial; /* lower-case hexadecimal */
    const char *application_uid;
    int64_t attempt;
    const char *digest; /* D, hexadecimal, as the next ones */
    const char *evidence_digest; /* SHA-256 over statement, decision and request */
    const char *key_digest; /* SHA-256 of the SubjectPublicKeyInfo */
    const char *officer_digest; /* of the certificate that signed the decision */
    int64_t decision_until_s;
    int64_t not_after_s;
    struct bytes to_be_signed;
    struct bytes certificate; /* empty for an intent */
    enum journal_status status;
    int64_t reason, since_s;
};
/*
 * INTENT. `replaced_serial`, if not NULL, is revoked (superseded) in the same step. ERR_EXISTS: serial, public key,
 * attempt, or an application whose certificate lives.
 */
enum err journal_intend(struct journal *journal, int64_t now_s, const struct journal_certificate *intent,
                        const char *replaced_serial) MUST_CHECK;
enum err journal_issued(struct journal *journal, int64_t now_s, const char *serial,
                        struct bytes certificate) MUST_CHECK; /* ends the intent: suspended */
enum err journal_voided(struct journal *journal, int64_t now_s, const char *serial) MUST_CHECK;
enum err journal_set_status(struct journal *journal, int64_t now_s, const char *serial, enum journal_status status,
                            int64_t reason) MUST_CHECK;

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
/* An OCSP responder's certificate, before the key is used. */
enum err journal_add_ocsp(struct journal *journal, int64_t now_s, const char *serial,
                          struct bytes to_be_signed) MUST_CHECK;

#endif
