#include "worker/sheet_tags.h"

#include <string.h>

struct element {
    const char *type;
    struct element *parent, *first, *last, *next;
    int object;
    const struct sheet_page *page;
    int mark; /* the content it holds on that page; < 0: it holds elements */
    const struct sheet_figure *figure; /* NULL: no figure */
};

static struct element *add_element(struct sheet *sheet, const char *type)
{
    struct element *element = NEW(sheet->arena, struct element), *parent = sheet->open;
    *element = (struct element){.type = type, .parent = parent, .page = sheet->page, .mark = -1};
    element->object = pdf_reserve(&sheet->file);
    if (!parent) return element;
    if (parent->last) parent->last->next = element;
    else parent->first = element;
    return parent->last = element;
}

void tags_begin(struct sheet *sheet)
{
    sheet->document = sheet->open = add_element(sheet, "Document");
}

void sheet_open(struct sheet *sheet, const char *type)
{
    sheet->open = add_element(sheet, type);
}

void sheet_close(struct sheet *sheet)
{
    sheet->open = sheet->open->parent;
}

static struct element *begin_marked(struct sheet *sheet, const char *type)
{
    struct element *element = add_element(sheet, type);
    element->mark = sheet->page->marks++;
    buffer_printf(&sheet->page->marked, "%d 0 R ", element->object);
    buffer_printf(&sheet->page->content, "/%s<</MCID %d>>BDC\n", type, element->mark);
    return element;
}

void tags_begin_content(struct sheet *sheet, const char *type)
{
    if (type) begin_marked(sheet, type);
    else buffer_text(&sheet->page->content, "/Artifact BMC\n");
}

void tags_begin_figure(struct sheet *sheet, const struct sheet_figure *figure)
{
    struct sheet_figure *kept = NEW(sheet->arena, struct sheet_figure);
    *kept = *figure;
    begin_marked(sheet, "Figure")->figure = kept;
}

/* From content to element: one array for each page (14.7.4.4). */
static void write_marked(struct sheet *sheet, const struct sheet_page *page)
{
    struct buffer *text = pdf_object(&sheet->file, page->marked_object);
    buffer_char(text, '[');
    buffer_add(text, buffer_bytes(&page->marked));
    buffer_char(text, ']');
}

static void write_figure(const struct sheet_figure *figure, struct buffer *text)
{
    buffer_text(text, "/Alt");
    pdf_text_string(text, figure->spoken, strlen(figure->spoken));
    buffer_text(text, "/A<</O/Layout/BBox[");
    pdf_number(text, figure->x);
    pdf_number(text, SHEET_HEIGHT - figure->y - figure->height);
    pdf_number(text, figure->x + figure->width);
    pdf_number(text, SHEET_HEIGHT - figure->y);
    buffer_text(text, "]>>");
}

static void write_element(struct sheet *sheet, const struct element *element, int parent)
{
    struct buffer *text = pdf_object(&sheet->file, element->object);
    buffer_printf(text, "<</S/%s/P %d 0 R", element->type, parent);
    if (strcmp(element->type, "TH") == 0) buffer_text(text, "/A<</O/Table/Scope/Row>>");
    if (element->figure) write_figure(element->figure, text);
    if (element->mark >= 0) {
        buffer_printf(text, "/Pg %d 0 R/K %d>>", element->page->object, element->mark);
        return;
    }
    buffer_text(text, "/K[");
    for (const struct element *child = element->first; child; child = child->next)
        buffer_printf(text, "%d 0 R ", child->object);
    buffer_text(text, "]>>");
    for (const struct element *child = element->first; child; child = child->next)
        write_element(sheet, child, element->object);
}

int tags_write(struct sheet *sheet)
{
    int root = pdf_reserve(&sheet->file);
    struct buffer *text = pdf_object(&sheet->file, root);
    buffer_printf(text, "<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Nums[", sheet->document->object);
    for (int i = 0; i < SHEET_PAGES; i++) buffer_printf(text, "%d %d 0 R ", i, sheet->pages[i].marked_object);
    buffer_text(text, "]>>>>");
    for (int i = 0; i < SHEET_PAGES; i++) write_marked(sheet, &sheet->pages[i]);
    write_element(sheet, sheet->document, root);
    return root;
}
