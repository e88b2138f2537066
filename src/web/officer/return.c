/* Returned to its applicant for correction: why, and which fields (spec 01, returned; spec 04, Decide). */
#include "base/buffer.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_return.h"

#include <string.h>

#define REASON_MAX 200 /* it goes out by SMS, too */

static const struct form_rule rules[] = {
    {.name = "reason", .length_max = REASON_MAX, .is_required = true, .missing = TR("Write why you return it")},
    {0},
};

#define NAME(member) #member,
static const char *const field_names[] = {APPLICATION_FORM_FIELDS(NAME)};
#undef NAME
#define FIELD_COUNT (sizeof field_names / sizeof *field_names)

/* A family physician has three fields instead of the unit. */
static bool is_asked(const struct application *application, const char *name)
{
    bool is_of_family = strncmp(name, "family_", strlen("family_")) == 0;
    if (strcmp(application->form.is_family_physician, "yes") == 0) return strcmp(name, "unit") != 0;
    return !is_of_family;
}

static bool is_among(const char *const *values, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(values[i], name) == 0) return true;
    }
    return false;
}

static enum err show(struct http_request *request, const struct application *application, const struct form *form,
                     int status)
{
    struct arena *arena = http_arena(request);
    struct page_officer_return_fields *fields = NEW_ARRAY(arena, struct page_officer_return_fields, FIELD_COUNT);
    const char *const *chosen = NULL;
    size_t count = 0, chosen_count = form->body != NULL ? form_values(form, "field", &chosen) : 0;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!is_asked(application, field_names[i])) continue;
        fields[count++] = (struct page_officer_return_fields){
            .value = field_names[i],
            .label = tr(http_language(request), form_field_title(field_names[i])),
            .is_chosen = is_among(chosen, chosen_count, field_names[i]),
        };
    }
    return page_officer_return(
        request, status,
        &(const struct page_officer_return){
            .barcode = application->barcode,
            .name = arena_printf(arena, "%s %s", application->form.given_names, application->form.surname),
            .reason = form_field(form, "reason"),
            .fields = fields,
            .fields_count = count,
        });
}

/* What the signer refused is the reason to start from, in the applicant's language. */
enum err officer_show_return(struct http_request *request)
{
    CLEANUP_APPLICATION struct application application = {0};
    TRY(officer_open_by_barcode(request, &application));
    struct form form = form_empty(request, rules);
    if (application.refusal[0] != '\0')
        form_set(&form, "reason",
                 tr(language_from_code(application.form.language), production_refusal(application.refusal).meaning));
    return show(request, &application, &form, 200);
}

enum err officer_return(struct http_request *request)
{
    CLEANUP_APPLICATION struct application application = {0};
    CLEANUP_BUFFER struct buffer fields = BUFFER_EMPTY;
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = staff_actor(request);
    const char *const *chosen;
    struct form form;
    TRY(officer_open_by_barcode(request, &application));
    TRY(form_read(request, rules, &form));
    if (form.errors > 0) return show(request, &application, &form, 422);
    size_t count = form_values(&form, "field", &chosen);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (is_asked(&application, field_names[i]) && is_among(chosen, count, field_names[i]))
            buffer_printf(&fields, "%s%s", fields.size == 0 ? "" : " ", field_names[i]);
    }
    TRY(return_application(web->db, arena, &actor, staff_account_id(request), &application, form_value(&form, "reason"),
                           buffer_to_text(&fields, arena)));
    return officer_go_back(request, &application, "geri");
}
