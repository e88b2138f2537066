/*
 * Purpose: the one place that includes OpenSSL, because its ERR_STATE (a type of its own error queue) and ours (an
 * error) share a name. Include it after everything else. Private to pki.
 */
#ifndef DIVIT_PKI_OPENSSL_H
#define DIVIT_PKI_OPENSSL_H

#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#include "base/err.h"

enum err time_of_asn1(const ASN1_TIME *time, int64_t *ret_time_s) MUST_CHECK; /* certificate_read.c */

#endif
