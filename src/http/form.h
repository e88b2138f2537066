/*
 * Purpose: typed, bounded fields from a posted form (application/x-www-form-urlencoded or multipart/form-data, RFC
 * 7578, parsed here), or all mistakes at once. A form is a table; a desk's own rules add mistakes to the same list.
 */
#ifndef DIVIT_HTTP_FORM_H
#define DIVIT_HTTP_FORM_H

#include "http/http.h"

struct form_rule {
    const char *name; /* of the input; ended by NULL */
    const char *label; /* English (TR); used in the summary: "Phone: …" is not needed, the message says it all */
    size_t length_max; /* characters after cleaning; 0 is 200 */
    bool is_required;
    bool has_paragraphs; /* its line breaks stay, each line cleaned; an empty line parts paragraphs */
    bool is_kept_raw; /* secrets: not trimmed, not normalised, never shown again */
    const char *missing; /* English (TR) message when required and empty: "Enter your e-mail address" */
};

struct form_field {
    const char *name;
    const char *value; /* cleaned: UTF-8, NFC, trimmed; "" if absent; for pages: what to show in the input */
    const char *error; /* translated message, NULL if right */
};

struct form_file {
    const char *field;
    const char *file_name; /* as sent, cleaned; for display only */
    struct bytes body;
};

struct form {
    struct form_field *fields; /* in the table's order */
    size_t count;
    struct form_file *files;
    size_t file_count;
    const struct form_body *body; /* as posted; NULL for an empty form */
    size_t errors; /* fields with an error */
    enum language language;
    struct arena *arena;
};

/* Reads the request's body by the rules. Errors only for a body that is no form; mistakes of fields are in the form. */
enum err form_read(struct http_request *request, const struct form_rule *rules, struct form *ret_form) MUST_CHECK;
/* An empty form for showing the page the first time; values by form_set(). */
struct form form_empty(struct http_request *request, const struct form_rule *rules);
const char *form_value(const struct form *form, const char *name); /* "" if empty; unknown name ends the process */
const struct form_field *form_field(const struct form *form, const char *name);
void form_set(struct form *form, const char *name, const char *value);
/* Adds a mistake (English, translated here) to a field; the first one of a field stays. */
void form_mistake(struct form *form, const char *name, const char *english);
void form_forget_mistakes(struct form *form); /* for a form that is shown again without being judged */
/* All values of a name that may come more than once (boxes of a list); names outside the table too. */
size_t form_values(const struct form *form, const char *name, const char *const **ret_values);
const struct form_file *form_file(const struct form *form, const char *field); /* NULL if none */

#endif
