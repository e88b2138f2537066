/*
 * Purpose: Turkish text: case, folding, sorting, and what may stand in a person's text. Through libunistring; never the
 * C locale. Protocol words use ASCII case (ascii_*).
 */
#ifndef DIVIT_BASE_TURKISH_H
#define DIVIT_BASE_TURKISH_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

const char *turkish_upper(struct arena *arena, const char *text); /* i→İ, ı→I */
const char *turkish_lower(struct arena *arena, const char *text); /* I→ı, İ→i */
const char *turkish_title(struct arena *arena, const char *text); /* Ayşe Işık */
/* NFC, upper case, outer spaces gone, inner runs of spaces one: equal texts are equal names (spec 01). */
const char *turkish_name(struct arena *arena, const char *text);
bool turkish_same_name(const char *a, const char *b);
int turkish_compare(const char *a, const char *b); /* a b c ç d … ı i …, for lists */

bool text_is_utf8(const char *text);
size_t text_length(const char *text); /* in characters */
/* NFC with outer white space removed. Refuses (ERR_INVALID) controls, bidirectional and zero-width characters. */
enum err text_clean(struct arena *arena, const char *text, const char **ret_text) MUST_CHECK;
/* UTF-8 as text_clean() gives it, without the characters that it refuses. */
const char *text_without_refused(struct arena *arena, const char *text);
const char *text_to_ascii(struct arena *arena, const char *text); /* ş→s, İ→I …; what has no counterpart becomes ? */
enum err text_from_windows_1254(struct arena *arena, const char *text, const char **ret_text) MUST_CHECK;

bool ascii_equal_fold(const char *a, const char *b);
bool ascii_is_digits(const char *text); /* not empty, 0 to 9 alone */

#endif
