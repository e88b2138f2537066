#include "worker/form_sheet.h"

#include <cairo-pdf.h>
#include <qrencode.h>
#include <zint.h>

#define FAMILY "Inter, DejaVu Sans, sans-serif"
#define CODE_128_QUIET 10 /* modules on either side: ISO/IEC 15417 */
#define QR_QUIET 4 /* ISO/IEC 18004 */

const struct sheet_style sheet_title = {15, SHEET_BOLD, 0, 0, 0};
const struct sheet_style sheet_heading = {9.5, SHEET_BOLD, 0.08, 0.25, 0.48};
const struct sheet_style sheet_label = {8, SHEET_NORMAL, 0.3, 0.3, 0.3};
const struct sheet_style sheet_value = {9, SHEET_NORMAL, 0, 0, 0};
const struct sheet_style sheet_small = {7.5, SHEET_NORMAL, 0.15, 0.15, 0.15};
const struct sheet_style sheet_warning = {11, SHEET_BOLD, 0.83, 0.1, 0.1};

static cairo_status_t keep(void *closure, const unsigned char *data, unsigned int length)
{
    buffer_add(closure, (struct bytes){data, length});
    return CAIRO_STATUS_SUCCESS;
}

/* Paper has no pixels: without this pango moves each letter to a whole point. */
static void place_letters_exactly(struct sheet *sheet)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    PangoContext *context = pango_layout_get_context(sheet->layout);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
}

enum err sheet_begin(struct sheet *sheet, const char *title)
{
    *sheet = (struct sheet){0};
    sheet->surface = cairo_pdf_surface_create_for_stream(keep, &sheet->pdf, SHEET_WIDTH, SHEET_HEIGHT);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_TITLE, title);
    sheet->cairo = cairo_create(sheet->surface);
    sheet->layout = pango_cairo_create_layout(sheet->cairo);
    place_letters_exactly(sheet);
    if (cairo_status(sheet->cairo) == CAIRO_STATUS_SUCCESS) return ERR_NONE;
    sheet_end(sheet);
    return err_set(ERR_BROKEN, "cairo cannot begin a PDF");
}

enum err sheet_finish(struct sheet *sheet)
{
    cairo_surface_finish(sheet->surface);
    cairo_status_t status = cairo_surface_status(sheet->surface);
    return status == CAIRO_STATUS_SUCCESS ? ERR_NONE : err_set(ERR_BROKEN, "cairo: %s", cairo_status_to_string(status));
}

void sheet_end(struct sheet *sheet)
{
    g_object_unref(sheet->layout);
    cairo_destroy(sheet->cairo);
    cairo_surface_finish(sheet->surface);
    cairo_surface_destroy(sheet->surface);
    buffer_free(&sheet->pdf);
}

void sheet_next_page(struct sheet *sheet)
{
    cairo_show_page(sheet->cairo);
}

static void set_text(struct sheet *sheet, const struct sheet_style *style, double width, const char *text)
{
    PangoFontDescription *font = pango_font_description_from_string(FAMILY);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_font_description_set_weight(font, style->weight == SHEET_BOLD ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(sheet->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(sheet->layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(sheet->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(sheet->layout, text, -1);
    cairo_set_source_rgb(sheet->cairo, style->red, style->green, style->blue);
}

static double show_text(struct sheet *sheet, double x, double y)
{
    PangoRectangle extents;
    pango_layout_get_extents(sheet->layout, NULL, &extents);
    cairo_move_to(sheet->cairo, x, y);
    pango_cairo_show_layout(sheet->cairo, sheet->layout);
    return (double)extents.height / PANGO_SCALE;
}

double sheet_text(struct sheet *sheet, const struct sheet_style *style, double x, double y, double width,
                  const char *text)
{
    set_text(sheet, style, width, text);
    return show_text(sheet, x, y);
}

double sheet_text_right(struct sheet *sheet, const struct sheet_style *style, double right, double y, const char *text)
{
    set_text(sheet, style, -1, text);
    PangoRectangle extents;
    pango_layout_get_extents(sheet->layout, NULL, &extents);
    return show_text(sheet, right - (double)extents.width / PANGO_SCALE, y);
}

void sheet_line(struct sheet *sheet, double x, double y, double width)
{
    cairo_set_source_rgb(sheet->cairo, 0.6, 0.6, 0.6);
    cairo_set_line_width(sheet->cairo, 0.5);
    cairo_move_to(sheet->cairo, x, y);
    cairo_line_to(sheet->cairo, x + width, y);
    cairo_stroke(sheet->cairo);
}

void sheet_box(struct sheet *sheet, double x, double y, double width, double height, double thickness)
{
    cairo_set_source_rgb(sheet->cairo, 0, 0, 0);
    cairo_set_line_width(sheet->cairo, thickness);
    cairo_rectangle(sheet->cairo, x, y, width, height);
    cairo_stroke(sheet->cairo);
}

static bool zint_module(const struct zint_symbol *symbol, int column)
{
    return (symbol->encoded_data[0][column / 8] >> (column % 8)) & 1;
}

/* Neighbouring dark modules become one bar, and all bars one path: small and quick to draw. */
static void draw_bars(struct sheet *sheet, const struct zint_symbol *symbol, double x, double y, double module,
                      double height)
{
    cairo_set_source_rgb(sheet->cairo, 0, 0, 0);
    for (int column = 0; column < symbol->width; column++) {
        if (!zint_module(symbol, column)) continue;
        int first = column;
        while (column + 1 < symbol->width && zint_module(symbol, column + 1)) column++;
        cairo_rectangle(sheet->cairo, x + first * module, y, (column - first + 1) * module, height);
    }
    cairo_fill(sheet->cairo);
}

enum err sheet_code_128(struct sheet *sheet, double x, double y, double width, double height, const char *text)
{
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol) return err_set(ERR_BROKEN, "zint cannot make a symbol");
    symbol->symbology = BARCODE_CODE128;
    bool is_encoded = ZBarcode_Encode(symbol, (const unsigned char *)text, 0) < ZINT_ERROR;
    if (is_encoded) {
        double module = width / (symbol->width + 2 * CODE_128_QUIET);
        draw_bars(sheet, symbol, x + CODE_128_QUIET * module, y, module, height);
    }
    ZBarcode_Delete(symbol);
    return is_encoded ? ERR_NONE : err_set(ERR_BROKEN, "zint cannot encode the barcode");
}

static void draw_qr_row(struct sheet *sheet, const QRcode *code, int row, double x, double y, double module)
{
    const unsigned char *cells = code->data + (size_t)row * (size_t)code->width;
    for (int column = 0; column < code->width; column++) {
        if (!(cells[column] & 1)) continue;
        int first = column;
        while (column + 1 < code->width && (cells[column + 1] & 1)) column++;
        cairo_rectangle(sheet->cairo, x + first * module, y + row * module, (column - first + 1) * module, module);
    }
}

enum err sheet_qr_code(struct sheet *sheet, double x, double y, double side, const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code) return err_set(ERR_BROKEN, "qrencode cannot encode the barcode");
    double module = side / (code->width + 2 * QR_QUIET);
    cairo_set_source_rgb(sheet->cairo, 0, 0, 0);
    for (int row = 0; row < code->width; row++)
        draw_qr_row(sheet, code, row, x + QR_QUIET * module, y + QR_QUIET * module, module);
    cairo_fill(sheet->cairo);
    QRcode_free(code);
    return ERR_NONE;
}
