#include "worker/form_sheet.h"

#include "worker/sheet_tags.h"

#include <stdlib.h>
#include <string.h>

#define PARAGRAPH_GAP 0.55 /* of the letters' size */
/* What people's fields are written with: in the font of each form, so that none needs one of its own. */
#define LETTERS                                                                                                        \
    "ABCÇDEFGĞHIİJKLMNOÖPQRSŞTUÜVWXYZÂÎÛabcçdefgğhıijklmnoöpqrsştuüvwxyzâîû0123456789 .,:;-–'’\"()/&@_+# 10:20 0x0 A-A A–A A@A a@a (A) 1-1 (1)"

const struct pdf_style sheet_title = {15, PDF_BOLD, "0 0 0"};
const struct pdf_style sheet_heading = {9.5, PDF_BOLD, ".08 .25 .48"};
const struct pdf_style sheet_label = {8, PDF_NORMAL, ".3 .3 .3"};
const struct pdf_style sheet_value = {9, PDF_NORMAL, "0 0 0"};
const struct pdf_style sheet_small = {7.5, PDF_NORMAL, ".15 .15 .15"};
const struct pdf_style sheet_warning = {11, PDF_BOLD, ".83 .1 .1"};

struct font_use {
    struct pdf_font *font;
    hb_set_t *more; /* glyphs that the common ones lack */
    struct pdf_subset own;
    const struct pdf_subset *subset;
    int object;
    struct font_use *next;
};

void sheet_begin(struct sheet *sheet, struct arena *arena, const char *title)
{
    *sheet = (struct sheet){.arena = arena, .title = title, .page = sheet->pages};
    pdf_begin(&sheet->file);
    for (int i = 0; i < SHEET_PAGES; i++) {
        struct sheet_page *page = &sheet->pages[i];
        page->object = pdf_reserve(&sheet->file);
        page->content_object = pdf_reserve(&sheet->file);
        page->marked_object = pdf_reserve(&sheet->file);
    }
    pdf_text_constant(&sheet_value, -1, bytes_of_text(LETTERS));
    tags_begin(sheet);
}

void sheet_end(struct sheet *sheet)
{
    for (struct font_use *use = sheet->fonts; use; use = use->next) {
        hb_set_destroy(use->more);
        pdf_subset_free(&use->own);
    }
    for (int i = 0; i < SHEET_PAGES; i++) {
        buffer_free(&sheet->pages[i].content);
        buffer_free(&sheet->pages[i].marked);
    }
    pdf_free(&sheet->file);
}

void sheet_next_page(struct sheet *sheet)
{
    sheet->page = &sheet->pages[++sheet->page_number];
}

static enum err write_fonts(struct sheet *sheet, int resources)
{
    for (struct font_use *use = sheet->fonts; use; use = use->next) {
        use->object = pdf_reserve(&sheet->file);
        TRY(pdf_font_cut(use->font, use->more, &use->own, &use->subset));
        pdf_font_write(&sheet->file, use->font, use->subset, use->object);
    }
    struct buffer *text = pdf_object(&sheet->file, resources);
    buffer_text(text, "<</Font<<");
    for (const struct font_use *use = sheet->fonts; use; use = use->next)
        buffer_printf(text, "/F%d %d 0 R", use->font->id, use->object);
    buffer_text(text, ">>>>");
    return ERR_NONE;
}

static const hb_map_t *codes_of(const struct sheet *sheet, long font_id)
{
    const struct font_use *use = sheet->fonts;
    while (use->font->id != font_id) use = use->next;
    return use->subset->codes;
}

/* In the strings, which stand in [ ] and nowhere else, glyphs of the face become those of its subset. */
static void put_codes(const struct sheet *sheet, struct buffer *content)
{
    buffer_char(content, '\0');
    const hb_map_t *codes = NULL;
    bool is_array = false;
    for (char *at = (char *)content->data; *at != '\0'; at++) {
        if (*at == '[' || *at == ']') is_array = *at == '[';
        if (*at == '/' && at[1] == 'F' && at[2] >= '0' && at[2] <= '9')
            codes = codes_of(sheet, strtol(at + 2, NULL, 10));
        if (*at != '<' || !is_array) continue;
        while (at[1] != '>') {
            uint32_t code = hb_map_get(codes, pdf_read_code(at + 1));
            pdf_put_code(at + 1, code);
            at += 4;
        }
    }
    content->size--;
}

static void write_page(struct sheet *sheet, int number, int pages, int resources)
{
    struct sheet_page *page = &sheet->pages[number];
    CLEANUP_BUFFER struct buffer deflated = BUFFER_EMPTY;
    put_codes(sheet, &page->content);
    pdf_deflate(&deflated, buffer_bytes(&page->content));
    pdf_stream(&sheet->file, page->content_object, "", buffer_bytes(&deflated));
    buffer_printf(pdf_object(&sheet->file, page->object),
                  "<</Type/Page/Parent %d 0 R/MediaBox[0 0 595.276 841.89]/Resources %d 0 R/Contents %d 0 R"
                  "/StructParents %d/Tabs/S>>",
                  pages, resources, page->content_object, number);
}

static void write_pages(struct sheet *sheet, int pages, int resources)
{
    for (int i = 0; i < SHEET_PAGES; i++) write_page(sheet, i, pages, resources);
    struct buffer *text = pdf_object(&sheet->file, pages);
    buffer_printf(text, "<</Type/Pages/Count %d/Kids[", SHEET_PAGES);
    for (int i = 0; i < SHEET_PAGES; i++) buffer_printf(text, "%d 0 R ", sheet->pages[i].object);
    buffer_text(text, "]>>");
}

enum err sheet_finish(struct sheet *sheet)
{
    struct pdf_file *file = &sheet->file;
    int resources = pdf_reserve(file), pages = pdf_reserve(file);
    int catalog = pdf_reserve(file), information = pdf_reserve(file);
    TRY(write_fonts(sheet, resources));
    write_pages(sheet, pages, resources);
    int tags = tags_write(sheet);
    buffer_printf(pdf_object(file, catalog),
                  "<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Lang(tr-TR)"
                  "/ViewerPreferences<</DisplayDocTitle true>>>>",
                  pages, tags);
    struct buffer *text = pdf_object(file, information);
    buffer_text(text, "<</Title");
    pdf_text_string(text, sheet->title, strlen(sheet->title));
    buffer_text(text, "/Producer(Divit)>>");
    pdf_end(file, catalog, information);
    return ERR_NONE;
}

/* -- text -- */

static void use_glyph(struct sheet *sheet, const struct pdf_glyph *glyph)
{
    struct font_use *use = sheet->fonts;
    while (use && use->font != glyph->font) use = use->next;
    if (!use) {
        use = NEW(sheet->arena, struct font_use);
        *use = (struct font_use){.font = glyph->font, .more = hb_set_create(), .next = sheet->fonts};
        sheet->fonts = use;
    }
    if (!hb_set_has(glyph->font->common, glyph->glyph)) hb_set_add(use->more, glyph->glyph);
}

static void show_block(struct sheet *sheet, const char *type, const struct pdf_block *block, double x, double y)
{
    tags_begin_content(sheet, type);
    buffer_text(&sheet->page->content, "BT 1 0 0 1 ");
    pdf_number(&sheet->page->content, x);
    pdf_number(&sheet->page->content, SHEET_HEIGHT - y);
    buffer_text(&sheet->page->content, "Tm ");
    buffer_add(&sheet->page->content, buffer_bytes(&block->content));
    buffer_text(&sheet->page->content, "ET EMC\n");
    const struct pdf_glyph *glyphs = (const struct pdf_glyph *)(const void *)block->glyphs.data;
    for (size_t i = 0; i < block->glyphs.size / sizeof *glyphs; i++) use_glyph(sheet, &glyphs[i]);
}

double sheet_text(struct sheet *sheet, const char *type, const struct pdf_style *style, double x, double y,
                  double width, const char *text)
{
    struct pdf_block block;
    pdf_text_lay_out(style, width, bytes_of_text(text), &block);
    show_block(sheet, type, &block, x, y);
    pdf_block_free(&block);
    return block.height;
}

static double show_constant(struct sheet *sheet, const char *type, const struct pdf_style *style, double x, double y,
                            double width, struct bytes text)
{
    const struct pdf_block *block = pdf_text_constant(style, width, text);
    show_block(sheet, type, block, x, y);
    return block->height;
}

double sheet_constant(struct sheet *sheet, const char *type, const struct pdf_style *style, double x, double y,
                      double width, const char *text)
{
    return show_constant(sheet, type, style, x, y, width, bytes_of_text(text));
}

double sheet_paragraphs(struct sheet *sheet, const struct pdf_style *style, double x, double y, double width,
                        const char *text)
{
    double top = y;
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t size = end ? (size_t)(end - text) : strlen(text);
        struct bytes paragraph = {(const uint8_t *)text, size};
        y += show_constant(sheet, "P", style, x, y, width, paragraph) + PARAGRAPH_GAP * style->size;
        text += size;
        text += strspn(text, "\n");
    }
    return y - top;
}

/* `part` of the line's width stands to the left of x. */
static void text_at(struct sheet *sheet, const char *type, const struct pdf_style *style, double x, double part,
                    double y, const char *text)
{
    struct pdf_block block;
    pdf_text_lay_out(style, -1, bytes_of_text(text), &block);
    show_block(sheet, type, &block, x - part * block.width, y);
    pdf_block_free(&block);
}

void sheet_text_right(struct sheet *sheet, const char *type, const struct pdf_style *style, double right, double y,
                      const char *text)
{
    text_at(sheet, type, style, right, 1, y, text);
}

void sheet_text_middle(struct sheet *sheet, const char *type, const struct pdf_style *style, double middle, double y,
                       const char *text)
{
    text_at(sheet, type, style, middle, 0.5, y, text);
}

/* -- lines -- */

static void add_rectangle(struct sheet *sheet, double x, double y, double width, double height)
{
    pdf_number(&sheet->page->content, x);
    pdf_number(&sheet->page->content, SHEET_HEIGHT - y - height);
    pdf_number(&sheet->page->content, width);
    pdf_number(&sheet->page->content, height);
    buffer_text(&sheet->page->content, "re\n");
}

void sheet_line(struct sheet *sheet, double x, double y, double width)
{
    buffer_text(&sheet->page->content, "/Artifact BMC .6 g\n");
    add_rectangle(sheet, x, y - 0.25, width, 0.5);
    buffer_text(&sheet->page->content, "f EMC\n");
}

void sheet_box(struct sheet *sheet, double x, double y, double width, double height, double thickness)
{
    buffer_text(&sheet->page->content, "/Artifact BMC 0 G ");
    pdf_number(&sheet->page->content, thickness);
    buffer_text(&sheet->page->content, "w\n");
    add_rectangle(sheet, x, y, width, height);
    buffer_text(&sheet->page->content, "S EMC\n");
}
