/*
 * Purpose: what a person sees, in Turkish (first) or English. The key is the English text; the Turkish comes from the
 * embedded gettext catalogue (po/tr.po, read by ourselves). The build fails on a text without Turkish.
 */
#ifndef DIVIT_BASE_LANGUAGE_H
#define DIVIT_BASE_LANGUAGE_H

#include "base/arena.h"

enum language { LANGUAGE_TURKISH, LANGUAGE_ENGLISH };

const char *language_code(enum language language); /* "tr", "en" */
enum language language_from_code(const char *code); /* unknown or NULL: Turkish */

/* The text in that language; static. tools/texts extracts the literal second argument of each call. */
const char *tr(enum language language, const char *english);
/* Marks a literal for extraction where tr() is called later with a variable. */
#define TR(english) english
/* tr(), then each {name} replaced by its value: pairs of const char *, ended by NULL. */
const char *tr_fill(struct arena *arena, enum language language, const char *english, ...) __attribute__((sentinel));

#endif
