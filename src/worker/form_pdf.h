/*
 * Purpose: the printed form (spec 02, Wet signature): the filled form and the undertaking as a PDF, A4, with the barcode
 * as Code 128 and as QR, a marked box for the signature, and where to bring it.
 */
#ifndef DIVIT_WORKER_FORM_PDF_H
#define DIVIT_WORKER_FORM_PDF_H

#include "application/application.h"
#include "ipc/installation.h"

/* ERR_STATE for an application that has no barcode (yet). */
enum err form_pdf(struct db *db, struct keeper *keeper, struct arena *arena, const struct installation *installation,
                  int64_t application_id, struct bytes *ret_pdf) MUST_CHECK;

#endif
