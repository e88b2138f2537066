/*
 * Purpose: every message between Divit's processes: number, to whom, from whom. The server of a socket refuses all
 * others before a handler sees them (spec 10: each socket has a table).
 *
 * Payloads are described beside the client functions: keeper_client.h, signer_client.h, question.h, responder_client.h.
 */
#ifndef DIVIT_IPC_MESSAGES_H
#define DIVIT_IPC_MESSAGES_H

#include "ipc/peers.h"

/* name, number, server, roles that may send it */
#define IPC_MESSAGES(X)                                                                                                \
    X(KEEPER_PERSON_KEY_NEW, 0x0101, IPC_KEEPER, IPC_WEB | IPC_WORKER | IPC_TOOL)                                      \
    X(KEEPER_PERSON_KEY_OPEN, 0x0102, IPC_KEEPER, IPC_WEB | IPC_WORKER | IPC_TOOL)                                     \
    X(KEEPER_SEARCH_TAG, 0x0103, IPC_KEEPER, IPC_WEB | IPC_WORKER | IPC_TOOL)                                          \
    X(KEEPER_CODE_MAKE, 0x0104, IPC_KEEPER, IPC_WEB | IPC_WORKER)                                                      \
    X(KEEPER_CODE_TEXT, 0x0105, IPC_KEEPER, IPC_WORKER)                                                                \
    X(KEEPER_CODE_CHECK, 0x0106, IPC_KEEPER, IPC_WEB)                                                                  \
    X(KEEPER_SECRET_SEAL, 0x0107, IPC_KEEPER, IPC_WEB | IPC_TOOL)                                                      \
    X(KEEPER_TOTP_CHECK, 0x0108, IPC_KEEPER, IPC_WEB)                                                                  \
    X(KEEPER_NUMBER_KNOW, 0x0109, IPC_KEEPER, IPC_WORKER | IPC_TOOL)                                                   \
    X(KEEPER_NUMBER_FORGET, 0x010a, IPC_KEEPER, IPC_WORKER | IPC_TOOL)                                                 \
    X(KEEPER_BOX_KEY, 0x010b, IPC_KEEPER, IPC_WEB | IPC_WORKER | IPC_TOOL)                                             \
    X(KEEPER_PUK_KEEP, 0x010c, IPC_KEEPER, IPC_TOOL)                                                                   \
    X(KEEPER_STATUS, 0x010d, IPC_KEEPER, IPC_TOOL)                                                                     \
    X(KEEPER_PUK_RELEASE, 0x010e, IPC_KEEPER, IPC_WEB)                                                                 \
    X(KEEPER_PERSON_KEY_REWRAP, 0x010f, IPC_KEEPER, IPC_TOOL)                                                          \
    X(KEEPER_PERSON_FORGET, 0x0110, IPC_KEEPER, IPC_TOOL)                                                              \
    X(KEEPER_EPOCHS, 0x0111, IPC_KEEPER, IPC_TOOL)                                                                     \
    X(KEEPER_EPOCH_BEGIN, 0x0112, IPC_KEEPER, IPC_TOOL)                                                                \
    X(KEEPER_EPOCH_DESTROY, 0x0113, IPC_KEEPER, IPC_TOOL)                                                              \
    X(KEEPER_RESEAL, 0x0114, IPC_KEEPER, IPC_TOOL)                                                                     \
    X(KEEPER_REGISTRY_TAKE, 0x0115, IPC_KEEPER, IPC_WORKER)                                                            \
    X(KEEPER_CHALLENGE, 0x0116, IPC_KEEPER, IPC_WEB)                                                                   \
    X(KEEPER_GRANT_CARD, 0x0117, IPC_KEEPER, IPC_WEB)                                                                  \
    X(KEEPER_GRANT_PASSKEY, 0x0118, IPC_KEEPER, IPC_WEB)                                                               \
    X(KEEPER_NUMBER_ACCOUNT, 0x0119, IPC_KEEPER, IPC_WORKER)                                                           \
    X(KEEPER_REGISTRY_KEY, 0x0120, IPC_KEEPER, IPC_WEB | IPC_WORKER | IPC_TOOL)                                        \
    X(SIGNER_ISSUE, 0x0201, IPC_SIGNER, IPC_WORKER)                                                                    \
    X(SIGNER_STATUS, 0x0202, IPC_SIGNER, IPC_WORKER)                                                                   \
    X(SIGNER_CRL, 0x0203, IPC_SIGNER, IPC_WORKER)                                                                      \
    X(SIGNER_OCSP_CERTIFICATE, 0x0204, IPC_SIGNER, IPC_WORKER)                                                         \
    X(SIGNER_REGISTRY_READ, 0x0205, IPC_SIGNER, IPC_WORKER | IPC_TOOL)                                                 \
    X(SIGNER_REGISTRY, 0x0206, IPC_SIGNER, IPC_WORKER | IPC_TOOL)                                                      \
    X(SIGNER_STATEMENTS, 0x0210, IPC_SIGNER, IPC_WORKER)                                                               \
    X(SIGNER_TREE_HEAD, 0x0211, IPC_SIGNER, IPC_WORKER)                                                                \
    X(SIGNER_RELEASE, 0x0212, IPC_SIGNER, IPC_WORKER | IPC_TOOL)                                                       \
    X(SIGNER_LOCK, 0x0213, IPC_SIGNER, IPC_WORKER)                                                                     \
    X(QUESTION_VERIFY_PERSON, 0x0301, IPC_WORKER, IPC_WEB)                                                             \
    X(QUESTION_FORM_PDF, 0x0302, IPC_WORKER, IPC_WEB)                                                                  \
    X(QUESTION_VALIDATION, 0x0303, IPC_WORKER, IPC_WEB)                                                                \
    X(QUESTION_SCIM, 0x0304, IPC_WORKER, IPC_WEB)                                                                      \
    X(RESPONDER_OCSP_REQUEST, 0x0401, IPC_RESPONDER, IPC_WORKER)                                                       \
    X(RESPONDER_OCSP_CERTIFICATE, 0x0402, IPC_RESPONDER, IPC_WORKER)

#define IPC_MESSAGE_ENUM(name, number, server, roles) name = number,
enum ipc_message { IPC_MESSAGES(IPC_MESSAGE_ENUM) };
#undef IPC_MESSAGE_ENUM

const char *message_name(unsigned type); /* NULL if unknown */
unsigned message_roles(unsigned type); /* 0 if unknown */

#endif
