/*
 * Purpose: STATE/eimza: what the signing program on people's computers is given: the certificates of root and issuing
 * authority and the list of addresses that the root's key signed (statement/hosts_statement.h). Private to the ceremony.
 */
#ifndef DIVIT_SIGNER_CEREMONY_HOSTS_H
#define DIVIT_SIGNER_CEREMONY_HOSTS_H

#include "ipc/installation.h"
#include "token/token.h"

/* Writes root.cer, issuing.cer, hosts.txt (this installation's public address) and hosts.sig; gives the list for the log. */
enum err hosts_make(struct arena *arena, const struct installation *installation, struct bytes root_certificate,
                    struct bytes issuing_certificate, struct token_signing *root_key, int64_t now_s,
                    struct bytes *ret_list) MUST_CHECK;

#endif
