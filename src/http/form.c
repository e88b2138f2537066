/* Purpose: fields by a table of rules from a form's body; see form.h. */
#include "http/internal.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/turkish.h"

#include <stdlib.h>
#include <string.h>

#define FIELD_LENGTH_MAX 200 /* characters, where the rule names none */

static struct form form_new(struct http_request *request, const struct form_rule *rules)
{
    struct form form = {.language = http_language(request), .arena = http_arena(request)};
    while (rules[form.count].name != NULL) form.count++;
    form.fields = NEW_ARRAY(form.arena, struct form_field, form.count + 1);
    for (size_t i = 0; i < form.count; i++) form.fields[i] = (struct form_field){.name = rules[i].name, .value = ""};
    return form;
}

struct form form_empty(struct http_request *request, const struct form_rule *rules)
{
    return form_new(request, rules);
}

/* An error where something had to be taken out. */
static enum err clean_line(struct arena *arena, const char **text)
{
    enum err error = text_clean(arena, *text, text);
    if (error != ERR_NONE) *text = text_without_refused(arena, *text);
    return error;
}

/* Each line cleaned; at most one empty line between two, none before the first and after the last. */
static enum err clean_paragraphs(struct arena *arena, const char **text)
{
    CLEANUP_BUFFER struct buffer cleaned = BUFFER_EMPTY;
    enum err worst = ERR_NONE;
    size_t empty = 0;
    for (const char *at = *text; *at != '\0';) {
        size_t size = strcspn(at, "\r\n");
        const char *line = arena_text_n(arena, at, size);
        enum err error = clean_line(arena, &line);
        if (error != ERR_NONE) worst = error;
        if (line[0] == '\0') {
            empty++;
        } else {
            if (cleaned.size > 0) buffer_text(&cleaned, empty > 0 ? "\n\n" : "\n");
            buffer_text(&cleaned, line);
            empty = 0;
        }
        at += size;
        at += at[0] == '\r' && at[1] == '\n' ? 2 : at[0] != '\0';
    }
    *text = buffer_to_text(&cleaned, arena);
    return worst;
}

static enum err clean(struct arena *arena, const struct form_rule *rule, const char **text)
{
    return rule->has_paragraphs ? clean_paragraphs(arena, text) : clean_line(arena, text);
}

static void read_field(struct form *form, struct form_field *field, const struct form_rule *rule)
{
    size_t sent = 0;
    const char *value = "";
    for (size_t i = 0; i < form->body->pair_count; i++) {
        if (strcmp(form->body->pairs[i].name, rule->name) != 0) continue;
        value = form->body->pairs[i].value;
        if (++sent == 1) continue;
        form_mistake(form, rule->name, TR("This was sent twice. Fill it in again"));
        return;
    }
    if (value == NULL) {
        form_mistake(form, rule->name, TR("This has characters that cannot be used. Type it again"));
        return;
    }
    if (!rule->is_kept_raw && clean(form->arena, rule, &value) != ERR_NONE) {
        /* they came with a paste and are not seen: nobody could take them out by hand */
        form_mistake(form, rule->name,
                     TR("Characters that cannot be used were taken out. Look at it and send it again"));
    }
    size_t length_max = rule->length_max == 0 ? FIELD_LENGTH_MAX : rule->length_max;
    if (text_length(value) > length_max) {
        form_mistake(form, rule->name, TR("This is longer than allowed"));
        if (rule->is_kept_raw) return;
    }
    field->value = value;
    if (rule->is_required && value[0] == '\0') {
        form_mistake(form, rule->name, rule->missing != NULL ? rule->missing : TR("Fill this in"));
    }
}

enum err form_read(struct http_request *request, const struct form_rule *rules, struct form *ret_form)
{
    const struct form_body *body;
    TRY(request_form(request, &body));
    struct form form = form_new(request, rules);
    form.body = body;
    form.files = body->files;
    form.file_count = body->file_count;
    for (size_t i = 0; i < form.count; i++) read_field(&form, &form.fields[i], &rules[i]);
    *ret_form = form;
    return ERR_NONE;
}

static struct form_field *find_field(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0) return &form->fields[i];
    }
    log_event(LOG_ERROR, "unknown_form_field", "name", name, NULL);
    abort();
}

const char *form_value(const struct form *form, const char *name)
{
    return find_field(form, name)->value;
}

const struct form_field *form_field(const struct form *form, const char *name)
{
    return find_field(form, name);
}

void form_set(struct form *form, const char *name, const char *value)
{
    find_field(form, name)->value = value == NULL ? "" : arena_text(form->arena, value);
}

void form_mistake(struct form *form, const char *name, const char *english)
{
    struct form_field *field = find_field(form, name);
    if (field->error != NULL) return;
    field->error = tr(form->language, english);
    form->errors++;
}

void form_forget_mistakes(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) form->fields[i].error = NULL;
    form->errors = 0;
}

size_t form_values(const struct form *form, const char *name, const char *const **ret_values)
{
    size_t count = 0;
    if (form->body == NULL) return 0;
    const char **values = NEW_ARRAY(form->arena, const char *, form->body->pair_count + 1);
    for (size_t i = 0; i < form->body->pair_count; i++) {
        const struct form_pair *pair = &form->body->pairs[i];
        if (strcmp(pair->name, name) == 0 && pair->value != NULL) values[count++] = pair->value;
    }
    *ret_values = values;
    return count;
}

const struct form_file *form_file(const struct form *form, const char *field)
{
    for (size_t i = 0; i < form->file_count; i++) {
        if (strcmp(form->files[i].field, field) == 0) return &form->files[i];
    }
    return NULL;
}
