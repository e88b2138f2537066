/*
 * Purpose: what the signer does for the worker (spec 07, The signer). It takes no bytes to sign but evidence, which it
 * checks itself. Each function is one message of messages.h; payload and reply are the members and parameters in order.
 */
#ifndef DIVIT_IPC_SIGNER_CLIENT_H
#define DIVIT_IPC_SIGNER_CLIENT_H

#include "ipc/ipc.h"

struct signer;
struct signer *signer_new(const char *socket_path);
struct signer *signer_free(struct signer *signer);

/* What a person or a machine says, with its proof. Numbers as on the wire. */
enum signer_proof_kind {
    PROOF_CARD =
        1, /* attached CAdES over `application 1`, `decision 1`, `consent 1`, `lock 1`, `activation 1` or a registry; text: none */
    PROOF_PASSKEY = 2, /* text; proof: a packed assertion (pki/passkey.h) whose challenge is the text's digest */
    PROOF_OWNER = 3, /* `owner 1`; proof: ECDSA with SHA-256 in DER, by the keeper's key */
    PROOF_STATION = 4, /* `production 1`; proof: likewise, by the station's key */
};
struct signer_proof {
    enum signer_proof_kind kind;
    struct bytes text;
    struct bytes proof;
};
#define SIGNER_PROOFS_MAX 16

struct signer_evidence {
    const char *application_uid;
    int64_t attempt; /* from 1 */
    struct bytes application_statement; /* `application 1`, as confirmed */
    struct bytes certificate_request; /* PKCS#10, DER; subject carries D and attempt */
    const struct signer_proof *proofs; /* in any order; what counts for nothing does no harm */
    size_t proof_count;
};
/* The same application and attempt again gives the same certificate. ERR_FORBIDDEN: a rule says no (named in detail). */
enum err signer_issue(struct signer *signer, struct arena *arena, const struct signer_evidence *evidence,
                      struct bytes *ret_certificate) MUST_CHECK;
/* The detail of that refusal which time and the owner mend: the same evidence counts again when the lock is gone. */
#define SIGNER_LOCKED "locked by the owner"
/*
 * `lock 1`: from now on no certificate is made in this person's name; or, with the owner's card over it, is again from
 * `*ret_ends_s` on (0: a lock, which stands until it is unlocked). The same text again changes nothing. ERR_FORBIDDEN: a
 * rule says no (named in detail).
 */
enum err signer_lock(struct signer *signer, struct bytes text, const struct signer_proof *proof, int64_t *ret_since_s,
                     int64_t *ret_ends_s) MUST_CHECK;
/*
 * RFC 5280 5.3.1 reason code for suspended (6) and revoked; ignored for active. Idempotent. ret_since_s: when.
 * `proof`: an `owner 1` over the serial, or the holder's card over an `activation 1`, to activate and to lift a
 * suspension; NULL for suspended and revoked.
 */
enum signer_status { SIGNER_ACTIVE = 0, SIGNER_SUSPENDED = 1, SIGNER_REVOKED = 2 };
enum err signer_set_status(struct signer *signer, const char *serial, enum signer_status status, int64_t reason,
                           const struct signer_proof *proof, int64_t *ret_since_s) MUST_CHECK;
/*
 * The registry of who may do what (statement/registry.h): the one in force; and the next one, which names the digest of
 * this one and carries the administrators' proofs over its text (two; one if it only removes). ERR_FORBIDDEN: a rule
 * says no (named in detail). The same one again is no error.
 */
enum err signer_registry(struct signer *signer, struct arena *arena, struct bytes *ret_text,
                         struct bytes *ret_signature) MUST_CHECK; /* by the signer's own key, ECDSA with SHA-256 */
enum err signer_set_registry(struct signer *signer, struct bytes text, const struct signer_proof *proofs,
                             size_t count) MUST_CHECK;

/* A full CRL over the signer's own journal, number one higher than the last. */
enum err signer_crl(struct signer *signer, struct arena *arena, struct bytes *ret_crl, int64_t *ret_number,
                    int64_t *ret_this_update_s, int64_t *ret_next_update_s) MUST_CHECK;
/* A certificate of hours for the responder's key (PKCS#10). */
enum err signer_ocsp_certificate(struct signer *signer, struct arena *arena, struct bytes request,
                                 struct bytes *ret_certificate) MUST_CHECK;

/*
 * The signer's signed words on status (`status 1`) after number `after`, oldest first, as many as one answer holds: none
 * when there is nothing new. Signatures: ECDSA with SHA-256 by the key of STATE/signer/signer.pub.
 */
#define SIGNER_STATEMENTS_MAX 12 /* of 64 KiB at most each: fits a frame */
struct signer_statement {
    struct bytes text, signature;
};
enum err signer_statements(struct signer *signer, struct arena *arena, int64_t after,
                           const struct signer_statement **ret_statements, size_t *ret_count) MUST_CHECK;
/*
 * Has the audit tree's head signed (`tree 1`), if it grows out of the last one: `proof` are the nodes of RFC 9162 2.1.4
 * side by side, empty for the first. ERR_FORBIDDEN: it does not.
 */
enum err signer_tree_head(struct signer *signer, struct arena *arena, int64_t size, struct bytes root,
                          struct bytes proof, struct signer_statement *ret_head) MUST_CHECK;
/* The newest tree head the signer knows and its size; 0: none yet. Same message, size 0. */
enum err signer_newest_tree(struct signer *signer, struct arena *arena, int64_t *ret_size,
                            struct signer_statement *ret_head) MUST_CHECK;
/* `release 1` with the proofs of two administrators: lets its number of changes pass the breaker. ERR_FORBIDDEN. */
enum err signer_release(struct signer *signer, struct bytes text, const struct signer_proof *proofs,
                        size_t count) MUST_CHECK;

#endif
