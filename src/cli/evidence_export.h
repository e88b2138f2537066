/*
 * Purpose: the evidence of one certificate as files in a folder, with verify.sh, which checks them by openssl alone.
 * The names of the files: docs/trust.md, A bundle of evidence. Private to cli.
 */
#ifndef DIVIT_CLI_EVIDENCE_EXPORT_H
#define DIVIT_CLI_EVIDENCE_EXPORT_H

#include "signer/explain.h"

/* The folder is made; ERR_EXISTS when it is there; ERR_STATE: no head is signed over the intent yet. `validation`: of the applicant's signature; no bytes: none. */
enum err evidence_export(struct arena *arena, const char *folder, const struct signer_evidence *evidence,
                         const struct explanation *explanation, struct bytes validation) MUST_CHECK;

#endif
