#include "web/page.h"

#include <stdarg.h>
#include <string.h>

void page_raw(struct page *page, const char *html)
{
    buffer_text(&page->html, html);
}

void page_text(struct page *page, const char *value)
{
    buffer_html(&page->html, value);
}

/* An address from data may lead to a place, not run a script: javascript:, data: and //host are refused. */
void page_url(struct page *page, const char *value)
{
    if (value == NULL) return;
    bool is_path = value[0] == '/' && value[1] != '/' && value[1] != '\\';
    bool is_fragment = value[0] == '#';
    bool is_web = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;
    buffer_html(&page->html, is_path || is_fragment || is_web ? value : "#");
}

const char *page_int_text(struct page *page, int64_t value)
{
    return arena_printf(page->arena, "%lld", (long long)value);
}

bool page_has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

const struct form_field *page_field(const struct form_field *field)
{
    static const struct form_field none = {"", "", NULL};
    return field != NULL ? field : &none;
}

bool page_is_chosen(const struct form_field *field, const struct page_option *option)
{
    return field != NULL && field->value != NULL && strcmp(field->value, option->value) == 0;
}

#define PAIRS_MAX 16

struct pair {
    const char *name;
    const char *value;
};

static size_t pairs_read(struct pair pairs[PAIRS_MAX], va_list arguments)
{
    size_t count = 0;
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): every caller has started it */
    for (const char *name; count < PAIRS_MAX && (name = va_arg(arguments, const char *)) != NULL; count++)
        pairs[count] = (struct pair){name, va_arg(arguments, const char *)};
    return count;
}

enum filling { FILL_HTML, FILL_ATTRIBUTE, FILL_PLAIN };

/* Writes `text` with each {name} replaced; the text itself is escaped only where it is an attribute. */
static void text_fill(struct buffer *buffer, const char *text, const struct pair *pairs, size_t count,
                      enum filling filling)
{
    for (const char *rest = text; *rest != '\0';) {
        const struct pair *found = NULL;
        for (size_t i = 0; i < count && *rest == '{'; i++) {
            size_t size = strlen(pairs[i].name);
            if (strncmp(rest + 1, pairs[i].name, size) == 0 && rest[1 + size] == '}') found = &pairs[i];
        }
        if (found != NULL) {
            if (filling == FILL_PLAIN) buffer_text(buffer, found->value);
            else buffer_html(buffer, found->value);
            rest += strlen(found->name) + 2;
            continue;
        }
        if (filling == FILL_ATTRIBUTE) buffer_html(buffer, (const char[]){*rest, '\0'});
        else buffer_char(buffer, *rest);
        rest++;
    }
}

void page_words(struct page *page, const char *english, ...)
{
    struct pair pairs[PAIRS_MAX];
    va_list arguments;
    va_start(arguments, english);
    size_t count = pairs_read(pairs, arguments);
    va_end(arguments);
    text_fill(&page->html, tr(page->language, english), pairs, count, FILL_HTML);
}

void page_words_attribute(struct page *page, const char *english, ...)
{
    struct pair pairs[PAIRS_MAX];
    va_list arguments;
    va_start(arguments, english);
    size_t count = pairs_read(pairs, arguments);
    va_end(arguments);
    text_fill(&page->html, tr(page->language, english), pairs, count, FILL_ATTRIBUTE);
}

const char *page_fill(struct page *page, const char *text, ...)
{
    struct pair pairs[PAIRS_MAX];
    va_list arguments;
    va_start(arguments, text);
    size_t count = pairs_read(pairs, arguments);
    va_end(arguments);
    CLEANUP_BUFFER struct buffer filled = BUFFER_EMPTY;
    text_fill(&filled, text, pairs, count, FILL_PLAIN);
    return buffer_to_text(&filled, page->arena);
}
