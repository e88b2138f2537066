/* Purpose: what a check found wrong, as sentences for a person: all are counted, the first of them are kept. */
#ifndef DIVIT_BASE_FINDINGS_H
#define DIVIT_BASE_FINDINGS_H

#include "base/arena.h"

#define FINDINGS_KEPT 200

struct findings {
    struct arena *arena; /* holds the texts */
    const char *texts[FINDINGS_KEPT];
    size_t count; /* also of those that are not kept */
};
void findings_add(struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
