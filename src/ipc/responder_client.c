#include "ipc/responder_client.h"

#include "ipc/messages.h"

#define RESPONDER_TIMEOUT_MS 5000

enum err responder_ocsp_request(struct ipc_client *responder, struct arena *arena, struct bytes *ret_request)
{
    struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    TRY(ipc_call(responder, RESPONDER_OCSP_REQUEST, &payload, RESPONDER_TIMEOUT_MS, arena, &reply));
    struct bytes request;
    TRY(ipc_get_bytes(&reply, &request));
    TRY(ipc_get_end(&reply));
    *ret_request = request;
    return ERR_NONE;
}

enum err responder_ocsp_certificate(struct ipc_client *responder, struct arena *arena, struct bytes certificate)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, certificate);
    struct ipc_reader reply;
    TRY(ipc_call(responder, RESPONDER_OCSP_CERTIFICATE, &payload, RESPONDER_TIMEOUT_MS, arena, &reply));
    return ipc_get_end(&reply);
}
