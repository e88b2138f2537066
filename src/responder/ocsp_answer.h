/* Purpose: from the bytes of an OCSP request to those of the answer (RFC 6960). */
#ifndef DIVIT_RESPONDER_OCSP_ANSWER_H
#define DIVIT_RESPONDER_OCSP_ANSWER_H

#include "db/db.h"
#include "responder/key.h"
#include "responder/status_book.h"

#define OCSP_ANSWER_VALID_S ((int64_t)3600) /* nextUpdate − thisUpdate */

struct responder {
    struct db *db; /* read-only */
    struct responder_key *key;
    struct status_book *book;
};
/*
 * What the signer said is answered; a row of the database that says otherwise is told in the log. A serial the signer
 * said nothing of is unknown, whatever a row says.
 * Always bytes to be sent: where no answer can be given, one of RFC 6960 4.2.1's errors. Nothing is called good when
 * the database, the clock or the certificate fail.
 */
struct bytes ocsp_answer(struct responder *responder, struct arena *arena, struct bytes request_der);
enum err read_ca_certificate(struct db *db, struct arena *arena, const char *name, struct bytes *ret_der) MUST_CHECK;
enum err read_newest_crl(struct db *db, struct arena *arena, const char *issuer, struct bytes *ret_der) MUST_CHECK;

#endif
