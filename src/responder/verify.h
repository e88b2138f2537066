/*
 * Purpose: the status that the database keeps held against what the signer said: for `divit audit verify`. What is wrong
 * is added in words; errors are of looking alone.
 */
#ifndef DIVIT_RESPONDER_VERIFY_H
#define DIVIT_RESPONDER_VERIFY_H

#include "base/findings.h"
#include "db/db.h"
#include "responder/status_book.h"

struct status_summary {
    int64_t statements, certificates; /* those that hold; serials they name */
};
/* `texts`: the signer's own, from its journal; count 0: not to be had, the database's alone are looked at. */
enum err status_verify(struct db *db, struct bytes signer_key, const struct status_text *texts, size_t count,
                       struct findings *findings, struct status_summary *ret_summary) MUST_CHECK;

#endif
