/* Purpose: the Turkish texts, made at build from po/tr/ by tools/texts.py; only language.c looks inside. */
#ifndef DIVIT_BASE_CATALOGUE_H
#define DIVIT_BASE_CATALOGUE_H

#include <stddef.h>

struct catalogue_entry {
    const char *english;
    const char *turkish;
};

extern const struct catalogue_entry catalogue[]; /* sorted by the bytes of `english` */
extern const size_t catalogue_count;

#endif
