/* Purpose: drawing on A4 sheets with cairo and pango: text, rows, code bars. Lengths in points (1/72 inch). */
#ifndef DIVIT_WORKER_FORM_SHEET_H
#define DIVIT_WORKER_FORM_SHEET_H

#include "base/buffer.h"

#include <cairo.h>
#include <pango/pangocairo.h>

#define SHEET_WIDTH 595.276 /* A4 */
#define SHEET_HEIGHT 841.890
#define SHEET_MARGIN 42.5 /* 15 mm: what every printer can reach */
#define SHEET_INNER (SHEET_WIDTH - 2 * SHEET_MARGIN)

struct sheet {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    struct buffer pdf; /* grows as pages end */
};

enum sheet_weight { SHEET_NORMAL, SHEET_BOLD };
struct sheet_style {
    double size; /* of the letters */
    enum sheet_weight weight;
    double red, green, blue; /* 0 to 1 */
};
extern const struct sheet_style sheet_title, sheet_heading, sheet_label, sheet_value, sheet_small, sheet_warning;

enum err sheet_begin(struct sheet *sheet, const char *title) MUST_CHECK;
/* Ends the file; its bytes are in sheet->pdf. The sheet is given back by sheet_end() in any case. */
enum err sheet_finish(struct sheet *sheet) MUST_CHECK;
void sheet_end(struct sheet *sheet);
void sheet_next_page(struct sheet *sheet);

/* Writes wrapped at `width`; returns the height taken. */
double sheet_text(struct sheet *sheet, const struct sheet_style *style, double x, double y, double width,
                  const char *text);
double sheet_text_right(struct sheet *sheet, const struct sheet_style *style, double right, double y, const char *text);
void sheet_line(struct sheet *sheet, double x, double y, double width);
void sheet_box(struct sheet *sheet, double x, double y, double width, double height, double thickness);

/* Code 128 (ISO/IEC 15417) of `text`, fitted into the box with quiet zones of ten modules. */
enum err sheet_code_128(struct sheet *sheet, double x, double y, double width, double height,
                        const char *text) MUST_CHECK;
/* QR code (ISO/IEC 18004), level M, with its quiet zone of four modules inside the square. */
enum err sheet_qr_code(struct sheet *sheet, double x, double y, double side, const char *text) MUST_CHECK;

#endif
