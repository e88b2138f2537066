/*
 * Purpose: what the signer is shown for a certificate, out of the database: application statement, request, and every
 * proof kept over this D. What counts is the signer's to say.
 */
#ifndef DIVIT_WORKER_GATHER_EVIDENCE_H
#define DIVIT_WORKER_GATHER_EVIDENCE_H

#include "ipc/signer_client.h"
#include "production/production.h"

enum err gather_evidence(struct db *db, struct keeper *keeper, struct arena *arena,
                         const struct application *application, const struct card_attempt *attempt,
                         struct signer_evidence *ret_evidence) MUST_CHECK;

#endif
