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

struct signer_evidence {
    const char *application_uid;
    int64_t attempt; /* from 1 */
    struct bytes application_statement; /* `application 1`, as confirmed */
    struct bytes decision; /* CAdES over `decision 1` by an officer of the registry */
    struct bytes certificate_request; /* PKCS#10, DER; subject carries D and attempt */
};
/* The same application and attempt again gives the same certificate. ERR_FORBIDDEN: a rule says no (named in detail). */
enum err signer_issue(struct signer *signer, struct arena *arena, const struct signer_evidence *evidence,
                      struct bytes *ret_certificate) MUST_CHECK;
/* RFC 5280 5.3.1 reason code for suspended (6) and revoked; ignored for active. Idempotent. ret_since_s: when. */
enum signer_status { SIGNER_ACTIVE = 0, SIGNER_SUSPENDED = 1, SIGNER_REVOKED = 2 };
enum err signer_set_status(struct signer *signer, const char *serial, enum signer_status status, int64_t reason,
                           int64_t *ret_since_s) MUST_CHECK;
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
/* The size of the newest tree head the signer knows; 0: none yet. Same message, size 0. */
enum err signer_tree_size(struct signer *signer, int64_t *ret_size) MUST_CHECK;
/* `release 1` with the signatures of two administrators: lets its number of changes pass the breaker. */
enum err signer_release(struct signer *signer, struct bytes text, const struct bytes *signatures,
                        size_t count) MUST_CHECK;

#endif
