/* Purpose: the responder's key in memory and the certificate of hours that the signer gave for it. */
#ifndef DIVIT_RESPONDER_KEY_H
#define DIVIT_RESPONDER_KEY_H

#include "ipc/ipc.h"
#include "pki/certificate.h"

struct responder_key;
enum err responder_key_new(struct responder_key **ret_key) MUST_CHECK;

/* The certificate in use, copied into the arena; ERR_UNAVAILABLE while there is none that is valid now. */
enum err responder_key_certificate(struct responder_key *key, struct arena *arena,
                                   struct certificate *ret_certificate) MUST_CHECK;
int64_t responder_key_first_certified_s(struct responder_key *key); /* of this process; 0: not yet */
struct external_signer responder_key_signer(struct responder_key *key);

/* RESPONDER_OCSP_REQUEST and RESPONDER_OCSP_CERTIFICATE; the call's context is the key. */
enum err responder_key_request(struct ipc_call *call);
enum err responder_key_accept(struct ipc_call *call);

#endif
