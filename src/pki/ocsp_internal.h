/* Purpose: what the two sides of OCSP share. Private to pki. */
#ifndef DIVIT_PKI_OCSP_INTERNAL_H
#define DIVIT_PKI_OCSP_INTERNAL_H

#include "pki/der.h"
#include "pki/ocsp.h"
#include "pki/openssl.h"

#define OCSP_NONCE_OID "1.3.6.1.5.5.7.48.1.2" /* RFC 9654 2.1 */

/* The key's bit string without the octet of unused bits: what RFC 6960 4.1.1 hashes. */
struct bytes ocsp_key_bits(struct bytes spki);

#endif
