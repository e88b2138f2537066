/* Purpose: chain and revocation evidence of an applicant's certificate, from the outside (spec 02). Private to the worker. */
#ifndef DIVIT_WORKER_GATHER_VALIDATION_H
#define DIVIT_WORKER_GATHER_VALIDATION_H

#include "worker/context.h"

/*
 * QUESTION_VALIDATION: validation data (pki/validation_data.h) of a certificate under an authority of the registry: of
 * this installation's own an OCSP answer, of any other its CRL; of the authority itself the root's CRL. Only that it
 * answers this question is checked here: what it says is for who asked. ERR_WRONG: of no such authority.
 */
enum err gather_validation(const struct worker *worker, struct arena *arena, struct bytes certificate,
                           struct bytes *ret_data) MUST_CHECK;

#endif
