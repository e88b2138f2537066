/*
 * Purpose: text laid out by pango as content of a PDF (ISO 32000-1, 9.4): wrapped, kerned, in every script that an
 * installed font has. A character that none has is printed as its number, [U+4E00]; copied and searched it is itself.
 * One thread at a time.
 */
#ifndef DIVIT_WORKER_PDF_TEXT_H
#define DIVIT_WORKER_PDF_TEXT_H

#include "worker/pdf_font.h"

enum pdf_weight { PDF_NORMAL, PDF_BOLD };
struct pdf_style {
    double size; /* of the letters, in points */
    enum pdf_weight weight;
    const char *colour; /* red, green, blue: 0 to 1 */
};

/* A glyph that a text calls for. */
struct pdf_glyph {
    struct pdf_font *font;
    uint32_t glyph;
};

struct pdf_block {
    double width, height;
    struct buffer
        content; /* for between BT and ET; the matrix set to the block's upper left corner; glyphs by the face */
    struct buffer glyphs; /* struct pdf_glyph: those that the fonts' common glyphs lack, and one of each font */
};

/* `width` < 0: one line, as long as it gets. */
void pdf_text_lay_out(const struct pdf_style *style, double width, struct bytes text, struct pdf_block *ret_block);
void pdf_block_free(struct pdf_block *block);
/* As above for a text that lives as long as the process: laid out once, and its glyphs are common from then on. */
const struct pdf_block *pdf_text_constant(const struct pdf_style *style, double width, struct bytes text);

#endif
