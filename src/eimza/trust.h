/*
 * Purpose: whom the program trusts: a folder that came with it, holding the certificates of the root and of
 * the authority that issues people's, and the list of addresses that the root's key signed. Addresses come from this list alone, never from a code or a link (spec 10, Tickets).
 */
#ifndef DIVIT_EIMZA_TRUST_H
#define DIVIT_EIMZA_TRUST_H

#include "pki/certificate.h"
#include "statement/hosts_statement.h"

#define TRUST_FOLDER "/etc/eimza" /* root.cer, issuing.cer, hosts.txt, hosts.sig */

struct trust {
    struct certificate root, issuing;
    struct hosts_statement hosts;
};
/* ERR_NOT_FOUND: no such folder; ERR_WRONG: list or issuing authority is not signed by the root. */
enum err trust_load(struct arena *arena, const char *folder, struct trust *ret_trust) MUST_CHECK;
/* The address of the list whose host is `name` ("e-imza.example"); NULL: the first. ERR_NOT_FOUND. */
enum err trust_find_host(const struct trust *trust, const char *name, const char **ret_address) MUST_CHECK;

#endif
