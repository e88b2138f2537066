/*
 * Purpose: what the responder and the worker have to do with each other: the responder makes its OCSP key in memory at
 * start, the worker fetches its request, has it certified for hours, and hands the certificate back (design.md).
 */
#ifndef DIVIT_IPC_RESPONDER_CLIENT_H
#define DIVIT_IPC_RESPONDER_CLIENT_H

#include "ipc/ipc.h"

/* The request (PKCS#10) of a responder that has no certificate or one that ends soon; else ERR_NOT_FOUND. */
enum err responder_ocsp_request(struct ipc_client *responder, struct arena *arena,
                                struct bytes *ret_request) MUST_CHECK;
enum err responder_ocsp_certificate(struct ipc_client *responder, struct arena *arena,
                                    struct bytes certificate) MUST_CHECK;

#endif
