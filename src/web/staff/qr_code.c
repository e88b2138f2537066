#include "web/staff/qr_code.h"

#include "base/buffer.h"

#include <cairo.h>
#include <qrencode.h>

#define MODULE_PIXELS 6
#define QUIET_MODULES 4 /* ISO/IEC 18004 */

static cairo_status_t collect(void *context, const unsigned char *data, unsigned size)
{
    buffer_add(context, (struct bytes){data, size});
    return CAIRO_STATUS_SUCCESS;
}

static void draw_modules(cairo_t *cairo, const QRcode *code)
{
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if ((code->data[y * code->width + x] & 1) == 0) continue;
            cairo_rectangle(cairo, (x + QUIET_MODULES) * MODULE_PIXELS, (y + QUIET_MODULES) * MODULE_PIXELS,
                            MODULE_PIXELS, MODULE_PIXELS);
        }
    }
}

enum err qr_code_draw(struct arena *arena, const char *text, struct bytes *ret_png)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) return err_set(ERR_BROKEN, "the text does not fit a QR code");
    int side = (code->width + 2 * QUIET_MODULES) * MODULE_PIXELS;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, side, side);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
    cairo_paint(cairo); /* alone, the channel is written as grey: covered is white */
    cairo_set_operator(cairo, CAIRO_OPERATOR_CLEAR);
    draw_modules(cairo, code);
    cairo_fill(cairo);
    cairo_destroy(cairo);
    QRcode_free(code);
    CLEANUP_BUFFER struct buffer png = BUFFER_EMPTY;
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, collect, &png);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) return err_set(ERR_BROKEN, "%s", cairo_status_to_string(status));
    *ret_png = bytes_copy(arena, buffer_bytes(&png));
    return ERR_NONE;
}
