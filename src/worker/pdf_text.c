#include "worker/pdf_text.h"

#include <math.h>
#include <pango/pangofc-fontmap.h>
#include <pango/pangoft2.h>
#include <stdlib.h>
#include <string.h>

#define FAMILY "Inter, DejaVu Sans, sans-serif"

static PangoLayout *layout; /* the process's one */

/* Where the text in a font's string stands, and where the next glyph shall. */
struct pen {
    struct pdf_block *block;
    const struct pdf_style *style;
    const struct pdf_font *font; /* chosen by Tf; NULL: none yet */
    double at, wanted; /* points from the line's start */
    double rise;
    bool is_open; /* between [< and >]TJ */
    bool is_common; /* glyphs become common */
};

/* Paper has no pixels: letters stand where they belong, not at the next whole point. */
static void no_hints(FcPattern *pattern, gpointer data)
{
    FcPatternDel(pattern, FC_HINTING);
    FcPatternAddBool(pattern, FC_HINTING, FcFalse);
}

static PangoLayout *layout_of_process(void)
{
    if (layout) return layout;
    PangoFontMap *map = pango_ft2_font_map_new();
    pango_ft2_font_map_set_resolution(PANGO_FT2_FONT_MAP(map), 72, 72);
    pango_fc_font_map_set_default_substitute(PANGO_FC_FONT_MAP(map), no_hints, NULL, NULL);
    PangoContext *context = pango_font_map_create_context(map);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string("tr"));
    layout = pango_layout_new(context);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    PangoAttrList *attributes = pango_attr_list_new(); /* a hyphen that nobody wrote would change an address */
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    g_object_unref(context);
    g_object_unref(map);
    return layout;
}

static void set_style(const struct pdf_style *style, double width)
{
    PangoFontDescription *font = pango_font_description_from_string(FAMILY);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_font_description_set_weight(font, style->weight == PDF_BOLD ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout_of_process(), font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
}

static struct pdf_font *font_of(const PangoItem *item)
{
    if (!item->analysis.font) return NULL;
    hb_font_t *font = pango_font_get_hb_font(item->analysis.font);
    return font ? pdf_font_find(hb_font_get_face(font)) : NULL;
}

/* The glyphs of the cluster: from low to before high, whichever way the run is read. */
struct span {
    int low, high;
};

static struct span glyphs_of(const PangoGlyphItemIter *cluster)
{
    if (cluster->start_glyph < cluster->end_glyph) return (struct span){cluster->start_glyph, cluster->end_glyph};
    return (struct span){cluster->end_glyph + 1, cluster->start_glyph + 1};
}

/* -- characters that cannot be drawn -- */

/* Marks the bytes of each cluster that no installed font draws; says whether there was one. */
static bool mark_undrawn(PangoGlyphItem *run, const char *text, bool *marks)
{
    bool has_font = font_of(run->item), is_any = false;
    PangoGlyphItemIter cluster;
    for (gboolean has = pango_glyph_item_iter_init_start(&cluster, run, text); has;
         has = pango_glyph_item_iter_next_cluster(&cluster)) {
        struct span span = glyphs_of(&cluster);
        bool is_drawn = true;
        for (int i = span.low; i < span.high; i++) {
            PangoGlyph glyph = run->glyphs->glyphs[i].glyph;
            is_drawn &= glyph == PANGO_GLYPH_EMPTY || (has_font && !(glyph & PANGO_GLYPH_UNKNOWN_FLAG));
        }
        if (is_drawn) continue;
        is_any = true;
        memset(marks + cluster.start_index, true, (size_t)(cluster.end_index - cluster.start_index));
    }
    return is_any;
}

static void set_marked_as_numbers(const char *text, const bool *marks)
{
    CLEANUP_BUFFER struct buffer drawn = BUFFER_EMPTY;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        if (marks[at - text]) buffer_printf(&drawn, "[U+%04X]", g_utf8_get_char(at));
        else buffer_add(&drawn, (struct bytes){(const uint8_t *)at, (size_t)(g_utf8_next_char(at) - at)});
    }
    pango_layout_set_text(layout, (const char *)drawn.data, (int)drawn.size);
}

/* Sets the layout's text; says whether it now differs from what was asked. */
static bool set_text(struct bytes asked)
{
    pango_layout_set_text(layout, (const char *)asked.data, (int)asked.size);
    const char *text = pango_layout_get_text(layout); /* valid UTF-8 from here on */
    size_t size = strlen(text);
    CLEANUP_BUFFER struct buffer marks = BUFFER_EMPTY, copy = BUFFER_EMPTY;
    for (size_t i = 0; i <= size; i++) buffer_char(&marks, false);
    bool is_any = false;
    for (GSList *lines = pango_layout_get_lines_readonly(layout); lines; lines = lines->next) {
        const PangoLayoutLine *line = lines->data;
        for (GSList *runs = line->runs; runs; runs = runs->next)
            is_any |= mark_undrawn(runs->data, text, (bool *)marks.data);
    }
    if (!is_any) return false;
    buffer_add(&copy, (struct bytes){(const uint8_t *)text, size + 1});
    set_marked_as_numbers((const char *)copy.data, (const bool *)marks.data);
    return true;
}

/* -- content -- */

static void close_string(struct pen *pen)
{
    if (pen->is_open) buffer_text(&pen->block->content, ">]TJ\n");
    pen->is_open = false;
}

static void choose_font(struct pen *pen, const struct pdf_font *font)
{
    if (pen->font == font) return;
    close_string(pen);
    buffer_printf(&pen->block->content, "/F%d ", font->id);
    pdf_number(&pen->block->content, pen->style->size);
    buffer_text(&pen->block->content, "Tf\n");
    pen->font = font;
}

static void set_rise(struct pen *pen, double rise)
{
    if (fabs(pen->rise - rise) < 0.01) return;
    close_string(pen);
    pdf_number(&pen->block->content, rise);
    buffer_text(&pen->block->content, "Ts\n");
    pen->rise = rise;
}

static void remember_glyph(struct pen *pen, struct pdf_font *font, uint32_t glyph)
{
    if (pen->is_common) pdf_font_add_common(font, glyph);
    const struct pdf_glyph *glyphs = (const struct pdf_glyph *)(const void *)pen->block->glyphs.data;
    bool is_met = false;
    for (size_t i = 0; i < pen->block->glyphs.size / sizeof *glyphs; i++) is_met |= glyphs[i].font == font;
    if (is_met && hb_set_has(font->common, glyph)) return;
    struct pdf_glyph met = {font, glyph};
    buffer_add(&pen->block->glyphs, (struct bytes){(const uint8_t *)&met, sizeof met});
}

/* Writes the face's number of the glyph; the subset's takes its place once the whole file's glyphs are known. */
static void show_glyph(struct pen *pen, struct pdf_font *font, const PangoGlyphInfo *info)
{
    struct buffer *content = &pen->block->content;
    choose_font(pen, font);
    set_rise(pen, -(double)info->geometry.y_offset / PANGO_SCALE);
    double per_unit = pen->style->size / 1000, x = pen->wanted + (double)info->geometry.x_offset / PANGO_SCALE;
    long shift = lround((pen->at - x) / per_unit); /* TJ moves left: 9.4.3 */
    bool is_shifted = labs(shift) > 1;
    if (!pen->is_open && !is_shifted) buffer_text(content, "[<");
    if (!pen->is_open && is_shifted) buffer_printf(content, "[%ld<", shift);
    if (pen->is_open && is_shifted) buffer_printf(content, ">%ld<", shift);
    pen->is_open = true;
    char code[4];
    pdf_put_code(code, info->glyph);
    buffer_add(content, BYTES(code));
    pen->at += ((is_shifted ? -shift : 0) + pdf_font_width(font, info->glyph)) * per_unit;
    remember_glyph(pen, font, info->glyph);
}

/* Is the cluster's text what the font's ToUnicode says of its one glyph? */
static bool speaks_for_itself(struct pdf_font *font, const PangoGlyphItem *run, struct span span,
                              const PangoGlyphItemIter *cluster, const char *text)
{
    uint32_t glyph = run->glyphs->glyphs[span.low].glyph;
    bool is_one = span.high - span.low == 1 && cluster->end_char - cluster->start_char == 1;
    return is_one && pdf_font_speaks(font, glyph, g_utf8_get_char(text + cluster->start_index));
}

static void begin_actual_text(struct pen *pen, const char *text, size_t size)
{
    close_string(pen);
    buffer_text(&pen->block->content, "/Span<</ActualText");
    pdf_text_string(&pen->block->content, text, size);
    buffer_text(&pen->block->content, ">>BDC\n");
}

static void end_actual_text(struct pen *pen)
{
    close_string(pen);
    buffer_text(&pen->block->content, "EMC\n");
}

/* pango empties the space at which a line ends; words that are copied or read aloud need it. */
static void restore_space(struct pdf_font *font, const PangoGlyphItemIter *cluster, const char *text,
                          PangoGlyphInfo *info)
{
    hb_codepoint_t space;
    if (info->glyph == PANGO_GLYPH_EMPTY && text[cluster->start_index] == ' ' &&
        hb_font_get_nominal_glyph(font->font, ' ', &space))
        info->glyph = space;
}

static void show_cluster(struct pen *pen, const PangoGlyphItem *run, const PangoGlyphItemIter *cluster,
                         const char *text)
{
    struct pdf_font *font = font_of(run->item);
    if (!font) return; /* nothing but what has no picture: set_text() saw to the rest */
    struct span span = glyphs_of(cluster);
    bool is_blank = true;
    for (int i = span.low; i < span.high; i++) {
        restore_space(font, cluster, text, &run->glyphs->glyphs[i]);
        is_blank &= run->glyphs->glyphs[i].glyph == PANGO_GLYPH_EMPTY;
    }
    bool is_plain = is_blank || speaks_for_itself(font, run, span, cluster, text);
    if (!is_plain)
        begin_actual_text(pen, text + cluster->start_index, (size_t)(cluster->end_index - cluster->start_index));
    for (int i = span.low; i < span.high; i++) {
        const PangoGlyphInfo *info = &run->glyphs->glyphs[i];
        if (info->glyph != PANGO_GLYPH_EMPTY) show_glyph(pen, font, info);
        pen->wanted += (double)info->geometry.width / PANGO_SCALE;
    }
    if (!is_plain) end_actual_text(pen);
}

static void show_run(struct pen *pen, PangoGlyphItem *run, const char *text)
{
    bool is_leftward = run->item->analysis.level % 2 == 1; /* shown from the left all the same */
    PangoGlyphItemIter cluster;
    gboolean has = is_leftward ? pango_glyph_item_iter_init_end(&cluster, run, text)
                               : pango_glyph_item_iter_init_start(&cluster, run, text);
    while (has) {
        show_cluster(pen, run, &cluster, text);
        has = is_leftward ? pango_glyph_item_iter_prev_cluster(&cluster) : pango_glyph_item_iter_next_cluster(&cluster);
    }
}

static void show_lines(struct pen *pen)
{
    const char *text = pango_layout_get_text(layout);
    PangoLayoutIter *lines = pango_layout_get_iter(layout);
    double last_x = 0, last_y = 0;
    do {
        PangoRectangle extents;
        pango_layout_iter_get_line_extents(lines, NULL, &extents);
        double x = (double)extents.x / PANGO_SCALE, y = -(double)pango_layout_iter_get_baseline(lines) / PANGO_SCALE;
        pdf_number(&pen->block->content, x - last_x);
        pdf_number(&pen->block->content, y - last_y);
        buffer_text(&pen->block->content, "Td\n");
        pen->at = pen->wanted = 0;
        for (GSList *runs = pango_layout_iter_get_line_readonly(lines)->runs; runs; runs = runs->next)
            show_run(pen, runs->data, text);
        close_string(pen);
        last_x = x;
        last_y = y;
    } while (pango_layout_iter_next_line(lines));
    set_rise(pen, 0);
    pango_layout_iter_free(lines);
}

static void lay_out(const struct pdf_style *style, double width, struct bytes text, bool is_common,
                    struct pdf_block *ret_block)
{
    set_style(style, width);
    *ret_block = (struct pdf_block){0};
    struct pen pen = {.block = ret_block, .style = style, .is_common = is_common};
    buffer_printf(&ret_block->content, "%s rg\n", style->colour);
    bool is_replaced = set_text(text);
    if (is_replaced) begin_actual_text(&pen, (const char *)text.data, text.size);
    show_lines(&pen);
    if (is_replaced) end_actual_text(&pen);
    PangoRectangle extents;
    pango_layout_get_extents(layout, NULL, &extents);
    ret_block->width = (double)extents.width / PANGO_SCALE;
    ret_block->height = (double)extents.height / PANGO_SCALE;
}

void pdf_text_lay_out(const struct pdf_style *style, double width, struct bytes text, struct pdf_block *ret_block)
{
    lay_out(style, width, text, false, ret_block);
}

void pdf_block_free(struct pdf_block *block)
{
    buffer_free(&block->content);
    buffer_free(&block->glyphs);
}

const struct pdf_block *pdf_text_constant(const struct pdf_style *style, double width, struct bytes text)
{
    static struct kept {
        const struct pdf_style *style;
        double width;
        struct bytes text;
        struct pdf_block block;
        struct kept *next;
    } * all;
    for (const struct kept *kept = all; kept; kept = kept->next)
        if (kept->text.size == text.size && kept->style == style && kept->width == width &&
            memcmp(kept->text.data, text.data, text.size) == 0)
            return &kept->block;
    struct kept *kept = calloc(1, sizeof *kept);
    if (!kept) abort(); /* as buffer.h */
    kept->style = style;
    kept->width = width;
    uint8_t *copy = malloc(text.size + 1);
    if (!copy) abort();
    memcpy(copy, text.data, text.size);
    kept->text = (struct bytes){copy, text.size};
    kept->next = all;
    lay_out(style, width, kept->text, true, &kept->block);
    all = kept;
    return &kept->block;
}
