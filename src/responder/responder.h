/*
 * Purpose: `divit responder`: OCSP and CRLs for the whole world, from a read-only view of what the signer said (spec 07,
 * Status). Its OCSP key lives in its memory alone.
 */
#ifndef DIVIT_RESPONDER_RESPONDER_H
#define DIVIT_RESPONDER_RESPONDER_H

#include "ipc/installation.h"

extern const struct config_item responder_items[]; /* section [responder] of divit.conf */

int responder_main(const struct installation *installation);

#endif
