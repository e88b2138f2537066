/* The picture: letters turned, moved and sized each in its own way, with strokes and dots over them. */
#include "web/challenge.h"

#include "base/buffer.h"
#include "web/challenge_internal.h"

#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 200
#define HEIGHT 70
#define FONT "DejaVu Sans"

struct dice dice_of(struct arena *arena, struct bytes seed)
{
    return (struct dice){.arena = arena, .digest = sha256(arena, seed)};
}

/* The next number of the seed's row: 0 to 1. */
static double roll(struct dice *dice)
{
    if (dice->used == dice->digest.size) {
        dice->digest = sha256(dice->arena, dice->digest);
        dice->used = 0;
    }
    return dice->digest.data[dice->used++] / 255.0;
}

double roll_between(struct dice *dice, double low, double high)
{
    return low + (high - low) * roll(dice);
}

static void draw_letter(cairo_t *cairo, struct dice *dice, char letter, double x)
{
    char text[2] = {letter, '\0'};
    cairo_save(cairo);
    cairo_set_font_size(cairo, roll_between(dice, 34, 44));
    cairo_text_extents_t extents;
    cairo_text_extents(cairo, text, &extents);
    cairo_translate(cairo, x, HEIGHT / 2.0 + roll_between(dice, -7, 7));
    cairo_rotate(cairo, roll_between(dice, -0.35, 0.35));
    cairo_matrix_t slant = {1, 0, roll_between(dice, -0.25, 0.25), 1, 0, 0};
    cairo_transform(cairo, &slant);
    cairo_move_to(cairo, -extents.x_bearing - extents.width / 2, -extents.y_bearing - extents.height / 2);
    cairo_show_text(cairo, text);
    cairo_restore(cairo);
}

static void draw_stroke(cairo_t *cairo, struct dice *dice)
{
    cairo_set_line_width(cairo, roll_between(dice, 1, 2));
    cairo_move_to(cairo, 0, roll_between(dice, 10, HEIGHT - 10));
    cairo_curve_to(cairo, WIDTH / 3.0, roll_between(dice, 0, HEIGHT), WIDTH * 2 / 3.0, roll_between(dice, 0, HEIGHT),
                   WIDTH, roll_between(dice, 10, HEIGHT - 10));
    cairo_stroke(cairo);
}

static cairo_status_t collect(void *context, const unsigned char *data, unsigned size)
{
    buffer_add(context, (struct bytes){data, size});
    return CAIRO_STATUS_SUCCESS;
}

/* One channel is enough and a third of the work: what is covered is white, ink takes it away. */
struct bytes challenge_draw(struct arena *arena, const char *text, struct bytes seed)
{
    struct dice dice = dice_of(arena, seed);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, WIDTH, HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    cairo_paint(cairo);
    cairo_set_operator(cairo, CAIRO_OPERATOR_DEST_OUT);
    cairo_set_source_rgba(cairo, 0, 0, 0, 0.85);
    cairo_select_font_face(cairo, FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        double middle = WIDTH * ((double)i + 0.5) / (double)length;
        draw_letter(cairo, &dice, text[i], middle + roll_between(&dice, -4, 4));
    }
    for (int i = 0; i < 3; i++) draw_stroke(cairo, &dice);
    for (int i = 0; i < 60; i++) {
        cairo_rectangle(cairo, roll(&dice) * WIDTH, roll(&dice) * HEIGHT, 1.5, 1.5);
    }
    cairo_fill(cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    struct buffer png = BUFFER_EMPTY;
    if (cairo_surface_write_to_png_stream(surface, collect, &png) != CAIRO_STATUS_SUCCESS) abort(); /* no memory */
    cairo_surface_destroy(surface);
    struct bytes copy = bytes_copy(arena, buffer_bytes(&png));
    buffer_free(&png);
    return copy;
}

void challenge_prepare(void)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    (void)challenge_draw(arena, "ACEFHJKMNPRTWXY3479", BYTES("a"));
}
