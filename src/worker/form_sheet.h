/*
 * Purpose: a tagged PDF of A4 sheets (ISO 32000-1, 14.8): text and code bars drawn at a place and put into the structure
 * that is read aloud, searched and copied, in the order in which they are drawn. Lengths in points (1/72 inch), from the
 * sheet's upper left corner. One thread at a time.
 */
#ifndef DIVIT_WORKER_FORM_SHEET_H
#define DIVIT_WORKER_FORM_SHEET_H

#include "worker/pdf_text.h"

#define SHEET_WIDTH 595.276 /* A4 */
#define SHEET_HEIGHT 841.890
#define SHEET_MARGIN 42.5 /* 15 mm: what every printer can reach */
#define SHEET_INNER (SHEET_WIDTH - 2 * SHEET_MARGIN)
#define SHEET_PAGES 2

struct sheet {
    struct pdf_file file;
    struct arena *arena;
    const char *title;
    struct sheet_page {
        int object, content_object, marked_object;
        struct buffer content;
        int marks; /* marked-content numbers given out */
        struct buffer marked; /* references to the elements they belong to */
    } pages[SHEET_PAGES];
    int page_number; /* 0, 1 */
    struct sheet_page *page; /* being drawn */
    struct element *document, *open; /* the whole; what is being filled */
    struct font_use *fonts; /* on these sheets */
};

extern const struct pdf_style sheet_title, sheet_heading, sheet_label, sheet_value, sheet_small, sheet_warning;

/* `title` lives until sheet_end(), which gives all back in any case. */
void sheet_begin(struct sheet *sheet, struct arena *arena, const char *title);
/* Ends the file; its bytes are in sheet->file.bytes. */
enum err sheet_finish(struct sheet *sheet) MUST_CHECK;
void sheet_end(struct sheet *sheet);
void sheet_next_page(struct sheet *sheet);

/* What is drawn until sheet_close() belongs to an element of this type: "Table", "TR". */
void sheet_open(struct sheet *sheet, const char *type);
void sheet_close(struct sheet *sheet);

/*
 * Writes an element ("H1", "P", "TH") wrapped at `width`; returns the height taken. `type` NULL: decoration, which is not
 * read aloud. _constant: `text` lives as long as the process, and is laid out once.
 */
double sheet_text(struct sheet *sheet, const char *type, const struct pdf_style *style, double x, double y,
                  double width, const char *text);
double sheet_constant(struct sheet *sheet, const char *type, const struct pdf_style *style, double x, double y,
                      double width, const char *text);
/* Its paragraphs, parted by empty lines, each a P. */
double sheet_paragraphs(struct sheet *sheet, const struct pdf_style *style, double x, double y, double width,
                        const char *text);
/* One line that ends at `right`, or has its middle at `middle`. */
void sheet_text_right(struct sheet *sheet, const char *type, const struct pdf_style *style, double right, double y,
                      const char *text);
void sheet_text_middle(struct sheet *sheet, const char *type, const struct pdf_style *style, double middle, double y,
                       const char *text);
void sheet_line(struct sheet *sheet, double x, double y, double width);
void sheet_box(struct sheet *sheet, double x, double y, double width, double height, double thickness);

/* Where a figure stands, and what is read aloud in its stead. */
struct sheet_figure {
    double x, y, width, height;
    const char *spoken;
};
/* Code 128 (ISO/IEC 15417) of `text`, fitted into the box with quiet zones of ten modules. */
enum err sheet_code_128(struct sheet *sheet, const struct sheet_figure *figure, const char *text) MUST_CHECK;
/* QR code (ISO/IEC 18004), level M, with its quiet zone of four modules inside the square. */
enum err sheet_qr_code(struct sheet *sheet, const struct sheet_figure *figure, const char *text) MUST_CHECK;

#endif
