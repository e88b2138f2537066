#include "worker/pdf_font.h"

#include <hb-ot.h>
#include <hb-subset.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MANY_FONTS 64 /* far more than a form's letters can call for */

static struct pdf_font fonts[MANY_FONTS];
static int font_count;

static bool has_table(hb_face_t *face, hb_tag_t tag)
{
    hb_blob_t *table = hb_face_reference_table(face, tag);
    bool is_there = hb_blob_get_length(table) > 0;
    hb_blob_destroy(table);
    return is_there;
}

static void learn_characters(struct pdf_font *font)
{
    font->characters = calloc(font->glyph_count, sizeof *font->characters);
    if (!font->characters) abort(); /* as buffer.h */
    hb_set_t *all = hb_set_create();
    hb_face_collect_unicodes(font->face, all);
    hb_codepoint_t character = HB_SET_VALUE_INVALID, glyph;
    while (hb_set_next(all, &character)) {
        if (!hb_font_get_nominal_glyph(font->font, character, &glyph) || glyph >= font->glyph_count) continue;
        if (font->characters[glyph] == 0) font->characters[glyph] = character;
    }
    hb_set_destroy(all);
}

struct pdf_font *pdf_font_find(hb_face_t *face)
{
    for (int i = 0; i < font_count; i++)
        if (fonts[i].face == face) return &fonts[i];
    bool is_cff = has_table(face, HB_TAG('C', 'F', 'F', ' '));
    if (font_count == MANY_FONTS || (!is_cff && !has_table(face, HB_TAG('g', 'l', 'y', 'f')))) return NULL;
    struct pdf_font *font = &fonts[font_count];
    *font = (struct pdf_font){.id = font_count++,
                              .face = hb_face_reference(face),
                              .font = hb_font_create(face),
                              .glyph_count = hb_face_get_glyph_count(face),
                              .units_per_em = hb_face_get_upem(face),
                              .is_cff = is_cff,
                              .common = hb_set_create()};
    learn_characters(font);
    return font;
}

bool pdf_font_speaks(struct pdf_font *font, uint32_t glyph, uint32_t character)
{
    if (glyph >= font->glyph_count) return false;
    if (font->characters[glyph] == 0) font->characters[glyph] = character;
    return font->characters[glyph] == character;
}

static int thousandths(const struct pdf_font *font, int units)
{
    return (int)lround(units * 1000.0 / font->units_per_em);
}

int pdf_font_width(const struct pdf_font *font, uint32_t glyph)
{
    return thousandths(font, hb_font_get_glyph_h_advance(font->font, glyph));
}

static hb_subset_input_t *input_of(const hb_set_t *glyphs)
{
    static const char *const unneeded[] = {"GSUB", "GPOS", "GDEF", "BASE", "kern", "name",
                                           "cmap", "OS/2", "post", "DSIG", "VORG", "STAT"};
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    if (!input) return NULL;
    hb_set_union(hb_subset_input_glyph_set(input), glyphs);
    /* each outline written out packs better than calls of shared parts */
    hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_DESUBROUTINIZE);
    hb_set_t *dropped = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);
    for (size_t i = 0; i < sizeof unneeded / sizeof *unneeded; i++)
        hb_set_add(dropped, hb_tag_from_string(unneeded[i], 4));
    return input;
}

static enum err cut_program(const struct pdf_font *font, const hb_set_t *glyphs, struct pdf_subset *subset)
{
    hb_subset_input_t *input = input_of(glyphs);
    hb_subset_plan_t *plan = input ? hb_subset_plan_create_or_fail(font->face, input) : NULL;
    hb_face_t *cut = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
    if (cut) {
        subset->codes = hb_map_copy(hb_subset_plan_old_to_new_glyph_mapping(plan));
        hb_blob_t *blob =
            font->is_cff ? hb_face_reference_table(cut, HB_TAG('C', 'F', 'F', ' ')) : hb_face_reference_blob(cut);
        unsigned size;
        const char *data = hb_blob_get_data(blob, &size);
        pdf_deflate(&subset->program, (struct bytes){(const uint8_t *)data, size});
        hb_blob_destroy(blob);
    }
    hb_face_destroy(cut);
    hb_subset_plan_destroy(plan);
    hb_subset_input_destroy(input);
    return cut ? ERR_NONE : err_set(ERR_BROKEN, "harfbuzz cannot subset a font");
}

/* From glyph to character: what a reader copies, searches and speaks (9.10.3). */
static void write_meaning(const struct pdf_font *font, const hb_set_t *glyphs, struct pdf_subset *subset)
{
    CLEANUP_BUFFER struct buffer map = BUFFER_EMPTY, rows = BUFFER_EMPTY;
    buffer_text(&map, "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapName/Adobe-Identity-UCS def"
                      "/CMapType 2 def 1 begincodespacerange<0000><FFFF>endcodespacerange\n");
    hb_codepoint_t glyph = HB_SET_VALUE_INVALID;
    int count = 0;
    while (hb_set_next(glyphs, &glyph)) {
        uint32_t character = font->characters[glyph];
        if (character == 0) continue;
        buffer_printf(&rows, "<%04X><", hb_map_get(subset->codes, glyph));
        if (character > 0xFFFF) buffer_printf(&rows, "%04X", 0xD7C0 + (character >> 10));
        buffer_printf(&rows, "%04X>\n", character > 0xFFFF ? 0xDC00 + (character & 0x3FF) : character);
        if (++count % 100 != 0) continue; /* as many as one block may hold */
        buffer_text(&map, "100 beginbfchar\n");
        buffer_add(&map, buffer_bytes(&rows));
        buffer_text(&map, "endbfchar\n");
        buffer_free(&rows);
    }
    if (count % 100 != 0) {
        buffer_printf(&map, "%d beginbfchar\n", count % 100);
        buffer_add(&map, buffer_bytes(&rows));
        buffer_text(&map, "endbfchar\n");
    }
    buffer_text(&map, "endcmap CMapName currentdict/CMap defineresource pop end end");
    pdf_deflate(&subset->meaning, buffer_bytes(&map));
}

static void write_widths(const struct pdf_font *font, const hb_set_t *glyphs, struct pdf_subset *subset)
{
    hb_codepoint_t glyph = HB_SET_VALUE_INVALID, last = HB_SET_VALUE_INVALID;
    while (hb_set_next(glyphs, &glyph)) { /* codes rise with glyphs */
        hb_codepoint_t code = hb_map_get(subset->codes, glyph);
        bool is_first = last == HB_SET_VALUE_INVALID, is_next = !is_first && code == last + 1;
        if (!is_next) buffer_printf(&subset->widths, "%s%u[", is_first ? "" : "]", code);
        buffer_printf(&subset->widths, "%s%d", is_next ? " " : "", pdf_font_width(font, glyph));
        last = code;
    }
    buffer_char(&subset->widths, ']');
}

void pdf_subset_free(struct pdf_subset *subset)
{
    hb_map_destroy(subset->codes);
    buffer_free(&subset->program);
    buffer_free(&subset->meaning);
    buffer_free(&subset->widths);
    *subset = (struct pdf_subset){0};
}

static enum err make_subset(const struct pdf_font *font, const hb_set_t *more, struct pdf_subset *subset)
{
    hb_set_t *glyphs = hb_set_copy(font->common);
    hb_set_add(glyphs, 0); /* .notdef is required */
    if (more) hb_set_union(glyphs, more);
    enum err error = cut_program(font, glyphs, subset);
    if (error == ERR_NONE) {
        write_meaning(font, glyphs, subset);
        write_widths(font, glyphs, subset);
    }
    hb_set_destroy(glyphs);
    return error;
}

enum err pdf_font_cut(struct pdf_font *font, const hb_set_t *more, struct pdf_subset *own,
                      const struct pdf_subset **ret_subset)
{
    bool is_common = !more || hb_set_is_empty(more);
    struct pdf_subset *subset = is_common ? &font->subset : own;
    if (!subset->codes) TRY(make_subset(font, more, subset));
    *ret_subset = subset;
    return ERR_NONE;
}

void pdf_font_add_common(struct pdf_font *font, uint32_t glyph)
{
    if (hb_set_has(font->common, glyph)) return;
    hb_set_add(font->common, glyph);
    pdf_subset_free(&font->subset);
}

/* The name of a subset begins with six capitals of its own (9.6.4). */
static void write_name(const struct pdf_font *font, struct bytes program, struct buffer *target)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < program.size; i++) hash = (hash ^ program.data[i]) * 1099511628211u;
    for (int i = 0; i < 6; i++, hash /= 26) buffer_char(target, (char)('A' + hash % 26));
    buffer_char(target, '+');
    char name[64] = "";
    unsigned size = sizeof name;
    hb_ot_name_get_utf8(font->face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &size, name);
    for (const char *letter = name; *letter; letter++) {
        bool is_plain = strchr("-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", *letter) != NULL;
        if (is_plain) buffer_char(target, *letter);
    }
}

static int16_t read_int16(const char *at)
{
    return (int16_t)((uint8_t)at[0] << 8 | (uint8_t)at[1]);
}

static void write_box(const struct pdf_font *font, struct buffer *target)
{
    hb_blob_t *head = hb_face_reference_table(font->face, HB_TAG('h', 'e', 'a', 'd'));
    unsigned size;
    const char *data = hb_blob_get_data(head, &size);
    for (unsigned i = 0; i < 4; i++) { /* xMin, yMin, xMax, yMax */
        int units = size >= 44 ? read_int16(data + 36 + 2 * i) : 0;
        buffer_printf(target, " %d", thousandths(font, units));
    }
    hb_blob_destroy(head);
}

static void write_descriptor(const struct pdf_font *font, const char *name, int program, struct buffer *target)
{
    hb_font_extents_t extents = {0};
    hb_font_get_h_extents(font->font, &extents);
    buffer_printf(target, "<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[", name);
    write_box(font, target);
    buffer_printf(target, "]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 700/StemV 80/FontFile%d %d 0 R>>",
                  thousandths(font, extents.ascender), thousandths(font, extents.descender), font->is_cff ? 3 : 2,
                  program);
}

void pdf_font_write(struct pdf_file *file, const struct pdf_font *font, const struct pdf_subset *subset, int number)
{
    CLEANUP_BUFFER struct buffer called = BUFFER_EMPTY;
    write_name(font, buffer_bytes(&subset->program), &called);
    buffer_char(&called, '\0');
    const char *name = (const char *)called.data;
    int descendant = pdf_reserve(file), descriptor = pdf_reserve(file);
    int meaning = pdf_reserve(file), program = pdf_reserve(file);
    buffer_printf(
        pdf_object(file, number),
        "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name,
        descendant, meaning);
    struct buffer *text = pdf_object(file, descendant);
    buffer_printf(text,
                  "<</Type/Font/Subtype/%s/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement "
                  "0>>/FontDescriptor %d 0 R%s/W[",
                  font->is_cff ? "CIDFontType0" : "CIDFontType2", name, descriptor,
                  font->is_cff ? "" : "/CIDToGIDMap/Identity");
    buffer_add(text, buffer_bytes(&subset->widths));
    buffer_text(text, "]>>");
    write_descriptor(font, name, program, pdf_object(file, descriptor));
    pdf_stream(file, meaning, "", buffer_bytes(&subset->meaning));
    pdf_stream(file, program, font->is_cff ? "/Subtype/CIDFontType0C" : "", buffer_bytes(&subset->program));
}
