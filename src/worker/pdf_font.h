/*
 * Purpose: the fonts of a PDF, subset: of each the glyphs that every file of ours may need, made once for the process,
 * or those and what one file needs besides. One thread at a time.
 */
#ifndef DIVIT_WORKER_PDF_FONT_H
#define DIVIT_WORKER_PDF_FONT_H

#include "worker/pdf_file.h"

#include <hb.h>

struct pdf_subset {
    hb_map_t *codes; /* from the face's glyph to the subset's, which is its code in strings */
    struct buffer program, meaning; /* font file and ToUnicode, deflated */
    struct buffer widths; /* W, as text */
};

struct pdf_font {
    int id; /* its name in content is F and this */
    hb_face_t *face;
    hb_font_t *font; /* in units of the face */
    unsigned glyph_count, units_per_em;
    bool is_cff;
    uint32_t *characters; /* of each glyph: the first character that it alone stands for; 0: none */
    hb_set_t *common; /* glyphs in each subset */
    struct pdf_subset subset; /* of the common glyphs; codes NULL: not made */
};

/* NULL: a face without outlines (pictures, say), which a PDF cannot hold. Kept until the process ends. */
struct pdf_font *pdf_font_find(hb_face_t *face);
/* Does the glyph stand for this character in ToUnicode? A variant that no character names takes the first asked. */
bool pdf_font_speaks(struct pdf_font *font, uint32_t glyph, uint32_t character);
void pdf_font_add_common(struct pdf_font *font, uint32_t glyph);
/* Advance in thousandths of an em, as the file will say it. */
int pdf_font_width(const struct pdf_font *font, uint32_t glyph);
/*
 * The subset of the common glyphs, which the font keeps, or of those and `more`, which is made in `own` for the caller to
 * free: one person's letters are not kept for the next. `more` NULL or empty: no more.
 */
enum err pdf_font_cut(struct pdf_font *font, const hb_set_t *more, struct pdf_subset *own,
                      const struct pdf_subset **ret_subset) MUST_CHECK;
void pdf_subset_free(struct pdf_subset *subset);
/* The font object and what it refers to. */
void pdf_font_write(struct pdf_file *file, const struct pdf_font *font, const struct pdf_subset *subset, int number);

#endif
