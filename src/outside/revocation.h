/*
 * Purpose: revocation evidence from where a certificate says that it is to be had: OCSP by GET (RFC 6960 A.1), CRLs by
 * HTTP (RFC 5280 4.2.1.13). What it is worth is pki's to check. Blocks for at most 15 s; ERR_UNAVAILABLE says why.
 */
#ifndef DIVIT_OUTSIDE_REVOCATION_H
#define DIVIT_OUTSIDE_REVOCATION_H

#include "base/bytes.h"

enum err revocation_ask_ocsp(struct arena *arena, const char *url, struct bytes request,
                             struct bytes *ret_answer) MUST_CHECK;
enum err revocation_get_crl(struct arena *arena, const char *url, struct bytes *ret_crl) MUST_CHECK;

#endif
