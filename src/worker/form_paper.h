/* Purpose: the printed form drawn from an opened application (spec 02, Wet signature). Private to the worker. */
#ifndef DIVIT_WORKER_FORM_PAPER_H
#define DIVIT_WORKER_FORM_PAPER_H

#include "application/application.h"

struct form_paper {
    const struct application *application; /* confirmed: it has its barcode */
    const struct institution *institution; /* the applicant's */
    const struct form_desk *desk; /* where the paper goes */
    const struct accepted_texts *texts;
    bool is_demo;
};
enum err form_paper_write(struct arena *arena, const struct form_paper *paper, struct bytes *ret_pdf) MUST_CHECK;

#endif
