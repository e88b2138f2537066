/*
 * Purpose: what compiled templates are made of. A handler fills the struct of its page and calls the page's function
 * (docs/templates.md); this header is for the generated code, the layout and the program's start.
 *
 * All values are escaped here, at one place; nothing but the templates' own literal text is written raw. The page lives
 * in the request's arena.
 */
#ifndef DIVIT_WEB_PAGE_H
#define DIVIT_WEB_PAGE_H

#include "base/buffer.h"
#include "base/language.h"
#include "http/form.h"
#include "http/http.h"

struct page {
    struct http_request *request; /* NULL in tests of a body alone */
    struct arena *arena;
    enum language language;
    struct buffer html;
    const char *csrf; /* NULL: this page has no form and its visitor no session */
};

/* A choice of a select or of radios: the value that is sent, the text that is read (in the page's language). */
struct page_option {
    const char *value;
    const char *label;
};

/* What a page says about itself to the layout. */
struct page_head {
    const char *title; /* translated */
    const struct form_field *const *fields; /* ended by NULL; those with an error make the error summary */
    const char *back; /* address of the back link; NULL: none */
    bool has_form; /* needs a session for its CSRF token */
    bool is_wide; /* full width instead of two thirds: tables */
};

struct page_support {
    const char *email;
    const char *phone; /* call centre, as people write it: "0850 000 00 00" */
};

/* What stands on every page; set once, before threads are made. */
struct page_settings {
    bool is_demo; /* red TEST ribbon */
    struct page_support (*find_support)(struct http_request *request); /* as it stands now */
};
void page_setup(const struct page_settings *settings); /* must outlive the program's threads */

struct page *page_new(struct http_request *request);
enum err page_begin(struct page *page, const struct page_head *head) MUST_CHECK; /* writes the layout's first half */
enum err page_end(struct page *page, int status) MUST_CHECK; /* writes the rest, answers and frees the page */

/* For generated code */
void page_raw(struct page *page, const char *html); /* a template's own text */
void page_text(struct page *page, const char *value); /* escaped for content and for quoted attributes */
void page_url(struct page *page, const char *value); /* likewise; anything but a path or http(s) address becomes "#" */
/* A translated HTML text of a template; pairs of name and value, ended by NULL; the values are escaped. */
void page_words(struct page *page, const char *english, ...) __attribute__((sentinel));
void page_words_attribute(struct page *page, const char *english, ...) __attribute__((sentinel)); /* all escaped */
const char *page_fill(struct page *page, const char *text, ...) __attribute__((sentinel)); /* without translation */
const char *page_int_text(struct page *page, int64_t value);
bool page_has(const char *text); /* not NULL, not empty */
bool page_is_chosen(const struct form_field *field, const struct page_option *option);
const struct form_field *page_field(const struct form_field *field); /* an empty field for NULL */

#endif
