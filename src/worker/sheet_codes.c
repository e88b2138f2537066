/* The barcode as bars and as squares, for every scanner. */
#include "worker/sheet_tags.h"

#include <qrencode.h>
#include <zint.h>

#define CODE_128_QUIET 10 /* modules on either side: ISO/IEC 15417 */
#define QR_QUIET 4 /* ISO/IEC 18004 */

/* From here to end_modules() lengths are modules, from the point's upper left corner downwards. */
static void begin_modules(struct sheet *sheet, const struct sheet_figure *figure, double x, double y, double width,
                          double height)
{
    tags_begin_figure(sheet, figure);
    buffer_printf(&sheet->page->content, "q %.4f 0 0 %.4f ", width, -height);
    pdf_number(&sheet->page->content, x);
    pdf_number(&sheet->page->content, SHEET_HEIGHT - y);
    buffer_text(&sheet->page->content, "cm 0 g\n");
}

static void end_modules(struct sheet *sheet)
{
    buffer_text(&sheet->page->content, "f Q EMC\n");
}

static bool zint_module(const struct zint_symbol *symbol, int column)
{
    return (symbol->encoded_data[0][column / 8] >> (column % 8)) & 1;
}

/* Neighbouring dark modules become one bar, and all bars one path: small and quick to draw. */
static void draw_bars(struct sheet *sheet, const struct zint_symbol *symbol, const struct sheet_figure *figure)
{
    double module = figure->width / (symbol->width + 2 * CODE_128_QUIET);
    begin_modules(sheet, figure, figure->x + CODE_128_QUIET * module, figure->y, module, figure->height);
    for (int column = 0; column < symbol->width; column++) {
        if (!zint_module(symbol, column)) continue;
        int first = column;
        while (column + 1 < symbol->width && zint_module(symbol, column + 1)) column++;
        buffer_printf(&sheet->page->content, "%d 0 %d 1 re\n", first, column - first + 1);
    }
    end_modules(sheet);
}

enum err sheet_code_128(struct sheet *sheet, const struct sheet_figure *figure, const char *text)
{
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol) return err_set(ERR_BROKEN, "zint cannot make a symbol");
    symbol->symbology = BARCODE_CODE128;
    bool is_encoded = ZBarcode_Encode(symbol, (const unsigned char *)text, 0) < ZINT_ERROR;
    if (is_encoded) draw_bars(sheet, symbol, figure);
    ZBarcode_Delete(symbol);
    return is_encoded ? ERR_NONE : err_set(ERR_BROKEN, "zint cannot encode the barcode");
}

static void draw_qr_row(struct sheet *sheet, const QRcode *code, int row)
{
    const unsigned char *cells = code->data + (size_t)row * (size_t)code->width;
    for (int column = 0; column < code->width; column++) {
        if (!(cells[column] & 1)) continue;
        int first = column;
        while (column + 1 < code->width && (cells[column + 1] & 1)) column++;
        buffer_printf(&sheet->page->content, "%d %d %d 1 re\n", first, row, column - first + 1);
    }
}

enum err sheet_qr_code(struct sheet *sheet, const struct sheet_figure *figure, const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code) return err_set(ERR_BROKEN, "qrencode cannot encode the barcode");
    double module = figure->width / (code->width + 2 * QR_QUIET);
    begin_modules(sheet, figure, figure->x + QR_QUIET * module, figure->y + QR_QUIET * module, module, module);
    for (int row = 0; row < code->width; row++) draw_qr_row(sheet, code, row);
    end_modules(sheet);
    QRcode_free(code);
    return ERR_NONE;
}
