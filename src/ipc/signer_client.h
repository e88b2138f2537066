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

#endif
