#include "ipc/signer_client.h"

#include "ipc/messages.h"

#define SIGNER_TIMEOUT_MS 30000 /* a signature of a large RSA key in software, and a CRL of many */

/* As struct keeper: the client under a name of its own. */
static struct ipc_client *client_of(struct signer *signer)
{
    return (struct ipc_client *)(void *)signer;
}

struct signer *signer_new(const char *socket_path)
{
    return (struct signer *)(void *)ipc_client_new(socket_path);
}

struct signer *signer_free(struct signer *signer)
{
    ipc_client_free(client_of(signer));
    return NULL;
}

static enum err ask(struct signer *signer, struct arena *arena, uint16_t type, const struct buffer *payload,
                    struct ipc_reader *ret_reply)
{
    return ipc_call(client_of(signer), type, payload, SIGNER_TIMEOUT_MS, arena, ret_reply);
}

enum err signer_issue(struct signer *signer, struct arena *arena, const struct signer_evidence *evidence,
                      struct bytes *ret_certificate)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, evidence->application_uid);
    ipc_put_int64(&payload, evidence->attempt);
    ipc_put_bytes(&payload, evidence->application_statement);
    ipc_put_bytes(&payload, evidence->decision);
    ipc_put_bytes(&payload, evidence->certificate_request);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_ISSUE, &payload, &reply));
    struct bytes certificate;
    TRY(ipc_get_bytes(&reply, &certificate));
    TRY(ipc_get_end(&reply));
    *ret_certificate = certificate;
    return ERR_NONE;
}

enum err signer_set_status(struct signer *signer, const char *serial, enum signer_status status, int64_t reason,
                           int64_t *ret_since_s)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, serial);
    ipc_put_int64(&payload, status);
    ipc_put_int64(&payload, reason);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_STATUS, &payload, &reply));
    int64_t since_s;
    TRY(ipc_get_int64(&reply, &since_s));
    TRY(ipc_get_end(&reply));
    *ret_since_s = since_s;
    return ERR_NONE;
}

enum err signer_crl(struct signer *signer, struct arena *arena, struct bytes *ret_crl, int64_t *ret_number,
                    int64_t *ret_this_update_s, int64_t *ret_next_update_s)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_CRL, &payload, &reply));
    struct bytes crl;
    int64_t number, this_update_s, next_update_s;
    TRY(ipc_get_bytes(&reply, &crl));
    TRY(ipc_get_int64(&reply, &number));
    TRY(ipc_get_int64(&reply, &this_update_s));
    TRY(ipc_get_int64(&reply, &next_update_s));
    TRY(ipc_get_end(&reply));
    *ret_crl = crl;
    *ret_number = number;
    *ret_this_update_s = this_update_s;
    *ret_next_update_s = next_update_s;
    return ERR_NONE;
}

enum err signer_ocsp_certificate(struct signer *signer, struct arena *arena, struct bytes request,
                                 struct bytes *ret_certificate)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, request);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_OCSP_CERTIFICATE, &payload, &reply));
    struct bytes certificate;
    TRY(ipc_get_bytes(&reply, &certificate));
    TRY(ipc_get_end(&reply));
    *ret_certificate = certificate;
    return ERR_NONE;
}
