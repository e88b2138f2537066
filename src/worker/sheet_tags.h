/*
 * Purpose: the structure of tagged sheets (ISO 32000-1, 14.7): a tree of elements whose leaves point to marked content,
 * and the way back. Private to form_sheet.
 */
#ifndef DIVIT_WORKER_SHEET_TAGS_H
#define DIVIT_WORKER_SHEET_TAGS_H

#include "worker/form_sheet.h"

void tags_begin(struct sheet *sheet);
/* Content until EMC belongs to a new element of this type; NULL: to none. */
void tags_begin_content(struct sheet *sheet, const char *type);
void tags_begin_figure(struct sheet *sheet, const struct sheet_figure *figure);
int tags_write(struct sheet *sheet); /* returns the number of the tree's root */

#endif
