/*
 * Purpose: the authority whose key this process holds: its certificate, how it signs, what it writes into certificates,
 * its journal and registry; and what it does with them. Single-threaded; knows no sockets.
 */
#ifndef DIVIT_SIGNER_AUTHORITY_H
#define DIVIT_SIGNER_AUTHORITY_H

#include "ipc/signer_client.h"
#include "pki/certificate.h"
#include "signer/journal.h"
#include "statement/head_statement.h"
#include "token/token.h"
#include "statement/registry.h"

struct authority {
    struct certificate certificate;
    struct external_signer signer;
    struct certificate_terms terms;
    const char *organization;
    bool is_demo; /* TEST in the subject of its certificates: spec 09 */
    int64_t ocsp_hours, crl_hours;
    struct journal *journal;
    struct external_signer own; /* the signer's own key: statements on status, heads */
    struct bytes own_public; /* its SubjectPublicKeyInfo */
    const char *anchor; /* file that holds the newest signed head, outside where it can be */
    char closed[200]; /* why nothing is signed; empty: open */
    int64_t renewal_s; /* from when before its end a certificate is renewed, and its replacement has a term */
    int64_t changes_per_hour; /* revocations and suspensions without administrators */
    const char *applications; /* first hexadecimal digits of the applications it issues for */
    const char *serial_prefix; /* first octet of its serials, hexadecimal; "" for any */
    uint8_t *document_key; /* documents.c; locked memory */
    const char *origin, *rp_id; /* of the service's public address: what passkeys are bound to */
    struct registry registry; /* in force: the journal's newest; with its text in registry_arena */
    struct bytes registry_text;
    struct arena *registry_arena;
};

/* -- registry.c -- */
/* The journal's newest comes into force; at start and after each new one. */
enum err authority_take_registry(struct authority *authority) MUST_CHECK;
void authority_drop_registry(struct authority *authority);
/* signer_set_registry() */
enum err authority_set_registry(struct authority *authority, struct arena *arena, struct bytes text,
                                const struct signer_proof *proofs, size_t count, int64_t now_s) MUST_CHECK;

/* -- documents.c: what the journal keeps of persons is sealed -- */
/* At the ceremony: a key in the file at `path`, wrapped by one that never leaves the token. ERR_EXISTS. */
enum err documents_make(struct token *token, struct arena *arena, const char *path) MUST_CHECK;
enum err documents_open(struct authority *authority, struct token *token, struct arena *arena,
                        const char *path) MUST_CHECK;
void documents_close(struct authority *authority);
#define DOCUMENT_KEY_FILE "signer/document.key" /* in the state folder */
enum document { DOCUMENT_TO_BE_SIGNED, DOCUMENT_CERTIFICATE };
struct bytes document_seal(const struct authority *authority, struct arena *arena, enum document document,
                           const char *serial, struct bytes plain);
enum err document_open(const struct authority *authority, struct arena *arena, enum document document,
                       const char *serial, struct bytes sealed, struct bytes *ret_plain) MUST_CHECK;
/* What opens this one sealed document and no other, for a bundle of evidence; KEY_SIZE octets in the arena. */
struct bytes document_key_of(const struct authority *authority, struct arena *arena, struct bytes sealed);

/* -- issue.c, status.c -- */

/*
 * Signs a certificate over evidence that holds (evidence.h), journalled before and after; suspended at first. The same
 * application, attempt and key again: the same certificate.
 */
enum err authority_issue(struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                         int64_t now_s, struct bytes *ret_certificate) MUST_CHECK;
/*
 * At start, before anything else: each intent without an end is completed with the same bytes if all that it rested on
 * still counts, else voided and listed revoked (spec 10, The signer's journal).
 */
enum err authority_recover(struct authority *authority, struct arena *arena, int64_t now_s, size_t *ret_completed,
                           size_t *ret_voided) MUST_CHECK;
enum err authority_set_status(struct authority *authority, struct arena *arena, const char *serial,
                              enum signer_status status, int64_t reason, const struct signer_proof *proof,
                              int64_t now_s, int64_t *ret_since_s) MUST_CHECK;
enum err authority_crl(struct authority *authority, struct arena *arena, int64_t now_s, struct bytes *ret_crl,
                       int64_t *ret_number, int64_t *ret_next_update_s) MUST_CHECK;
enum err authority_certify_ocsp(struct authority *authority, struct arena *arena, struct bytes request, int64_t now_s,
                                struct bytes *ret_certificate) MUST_CHECK;

/* -- activation.c -- */
/*
 * ERR_FORBIDDEN: not the owner's code nor the holder's signature over this suspended certificate. `proof` NULL: none.
 * `*ret_activation`: whose word it is, for the journal.
 */
enum err authority_may_activate(const struct authority *authority, struct arena *arena,
                                const struct journal_certificate *certificate, const struct signer_proof *proof,
                                int64_t now_s, struct journal_activation *ret_activation) MUST_CHECK;

/* -- lock.c: spec 10, no lock by the owner -- */
/* signer_lock() */
enum err authority_lock(struct authority *authority, struct arena *arena, struct bytes text,
                        const struct signer_proof *proofs, size_t count, int64_t now_s, int64_t *ret_since_s,
                        int64_t *ret_ends_s) MUST_CHECK;
/* ERR_FORBIDDEN, SIGNER_LOCKED: no certificate is made in this person's name now. */
enum err authority_may_issue_to(const struct authority *authority, struct arena *arena, const char *identity_number,
                                int64_t now_s) MUST_CHECK;

/* -- heads.c -- */
/*
 * At start, before authority_recover(): there must be an anchor (the ceremony writes the first), and the journal must
 * have the very record that it names. Else the authority is closed: it serves, and refuses every act with the reason.
 */
enum err authority_take_anchor(struct authority *authority, struct arena *arena) MUST_CHECK;
/* What an anchor file names, if it is signed with this key; ERR_INVALID, ERR_WRONG. */
enum err anchor_read(struct arena *arena, const char *path, struct bytes public_key,
                     struct head_statement *ret_head) MUST_CHECK;
/* ERR_UNAVAILABLE while the authority is closed. First in every act. */
/* The signer's own key over the text of the registry in force: for the keeper, which has it from the worker. */
enum err authority_sign_registry(const struct authority *authority, struct arena *arena,
                                 struct bytes *ret_signature) MUST_CHECK;
enum err authority_is_open(const struct authority *authority) MUST_CHECK;
/* Each second: a head is signed, anchored and kept if the journal grew. An anchor that cannot be written closes. */
enum err authority_sign_head(struct authority *authority, struct arena *arena, int64_t now_s) MUST_CHECK;
/* Says what changed and was not said yet (or that nothing did), then lists what came after `after`. */
enum err authority_statements(struct authority *authority, struct arena *arena, int64_t after, int64_t now_s,
                              const struct signer_statement **ret_statements, size_t *ret_count) MUST_CHECK;
/* signer_tree_head(); size 0 asks for the newest size alone. */
enum err authority_tree_head(struct authority *authority, struct arena *arena, int64_t size, struct bytes root,
                             struct bytes proof, int64_t now_s, int64_t *ret_size,
                             struct signer_statement *ret_head) MUST_CHECK;

/* -- breaker.c -- */
/*
 * ERR_TOO_MANY: one more revocation or suspension in this hour needs two administrators. `*ret_release`: the digest of
 * the release that it passes by and uses up by one; NULL for a usual one.
 */
enum err authority_may_change(struct authority *authority, struct arena *arena, int64_t now_s,
                              const char **ret_release) MUST_CHECK;
/* signer_release() */
enum err authority_release(struct authority *authority, struct arena *arena, struct bytes text,
                           const struct signer_proof *proofs, size_t count, int64_t now_s) MUST_CHECK;
/* ERR_FORBIDDEN: the application is another signer's. */
enum err authority_has_application(const struct authority *authority, const char *application_uid) MUST_CHECK;
struct bytes authority_serial(const struct authority *authority, struct arena *arena); /* new, in its range */

#endif
