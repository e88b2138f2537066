/* The form (spec 01, 2): all mistakes at once, what was typed is kept as a draft, right or wrong. */
#include "web/apply/apply.h"
#include "web/apply/page_apply_form.h"
#include "web/apply/page_apply_saved.h"

#include <stdlib.h>
#include <string.h>

#define RULE(member) {.name = #member, .length_max = 250},
static const struct form_rule rules[] = {
    APPLICATION_FORM_FIELDS(RULE){.name = "security_word", .length_max = 100, .is_kept_raw = true},
    {.name = "security_word_again", .length_max = 100, .is_kept_raw = true},
    {.name = "act", .length_max = 20},
    {.name = "district_search", .length_max = 100},
    {.name = "place", .length_max = 100},
    {0},
};

static void form_of_application(struct form *form, const struct application_form *values)
{
#define SET(member) form_set(form, #member, values->member);
    APPLICATION_FORM_FIELDS(SET)
#undef SET
}

static struct application_form application_of_form(const struct form *form, const struct application_form *kept)
{
    struct application_form values = *kept;
#define GET(member) values.member = form_value(form, #member);
    APPLICATION_FORM_FIELDS(GET)
#undef GET
    return values;
}

static struct page_option *term_options(struct http_request *request, const struct door *door, size_t *ret_count)
{
    struct arena *arena = http_arena(request);
    struct page_option *options = NEW_ARRAY(arena, struct page_option, 8);
    size_t count = 0;

    for (; count < 7 && door->terms[count] != 0; count++) {
        const char *years = arena_printf(arena, "%d", door->terms[count]);
        const char *label = door->terms[count] == 1
                                ? tr(http_language(request), "1 year")
                                : tr_fill(arena, http_language(request), "{years} years", "years", years, NULL);
        options[count] = (struct page_option){years, label};
    }
    *ret_count = count;
    return options;
}

static struct page_option *province_options(struct arena *arena, size_t *ret_count)
{
    size_t count = 0;

    while (provinces[count].name != NULL) count++;
    struct page_option *options = NEW_ARRAY(arena, struct page_option, count);
    for (size_t i = 0; i < count; i++) options[i] = (struct page_option){provinces[i].name, provinces[i].name};
    *ret_count = count;
    return options;
}

static struct page_option *district_options(struct arena *arena, const char *province_name, size_t *ret_count)
{
    const struct province *province = province_find(province_name);
    size_t count = 0;

    while (province != NULL && province->districts[count] != NULL) count++;
    struct page_option *options = NEW_ARRAY(arena, struct page_option, count + 1);
    for (size_t i = 0; i < count; i++)
        options[i] = (struct page_option){province->districts[i], province->districts[i]};
    *ret_count = count;
    return options;
}

struct shown { /* beside the fields */
    bool has_security_word;
    const char *email_hint;
    const char *searched; /* for a district; NULL: nothing */
};

/* A button for each place found; its value sets province and district. */
static void list_places(struct http_request *request, const char *searched, struct page_apply_form *page)
{
    struct arena *arena = http_arena(request);
    struct place places[PLACES_MAX];
    size_t count = find_places(arena, searched, places);
    page->finds_too_many = count > PLACES_MAX;
    if (count == 0 || count > PLACES_MAX) return;
    struct page_apply_form_places *items = NEW_ARRAY(arena, struct page_apply_form_places, count);
    for (size_t i = 0; i < count; i++) {
        items[i].value = arena_printf(arena, "%d/%s", places[i].province->number, places[i].district);
        items[i].label = arena_printf(arena, "%s, %s", places[i].district, places[i].province->name);
    }
    page->places = items;
    page->places_count = count;
}

static enum err show(struct http_request *request, const struct visit *visit, const struct form *form,
                     const struct shown *shown, int status)
{
    struct arena *arena = http_arena(request);
    const struct application_form *values = &visit->application.form;
    struct legal_text declaration;
    struct institution institution;
    struct date birth_date;
    struct page_apply_form page = {
        .action = visit_path(request, "form"),
        .door_name = door_title(&visit->door, http_language(request)),
        .identity_number = visit->application.person.details.identity_number,
        .given_names = values->given_names,
        .surname = values->surname,
        .birth_place = values->birth_place,
        .staff_number = values->staff_number,
        .register_name = visit->door.register_name,
        .is_family_physician = strcmp(values->is_family_physician, "yes") == 0,
        .has_security_word = shown->has_security_word,
        .district_search = form_field(form, "district_search"),
        .searched = shown->searched,
        .offers_reader = visit->door.offers_reader,
        .offers_vpn = visit->door.offers_vpn,
        .asks_reason = strcmp(values->reason, "first") != 0,
        .reason = tr(http_language(request), application_reason_title(application_reason_from_name(values->reason))),
        .change_reason = visit_path(request, "neden"),
        .certificate = values->certificate,
        .start = reason_time(arena, values->start),
        .end = reason_time(arena, values->end),
        .return_reason = visit->application.return_reason,
        .email_hint = shown->email_hint,
        .security_word = form_field(form, "security_word"),
        .security_word_again = form_field(form, "security_word_again"),
#define FIELD(member) .member = form_field(form, #member),
        APPLICATION_FORM_FIELDS(FIELD)
#undef FIELD
    };

    TRY(has_earlier_answers(web_of(request)->db, &visit->application, &page.offers_earlier));
    TRY(find_legal_text(web_of(request)->db, arena, LEGAL_DECLARATION, &declaration));
    page.declaration = http_language(request) == LANGUAGE_ENGLISH && declaration.english != NULL ? declaration.english
                                                                                                 : declaration.text;
    TRY(find_institution(web_of(request)->db, arena, visit->application.institution_id, &institution));
    TRY(date_from_iso(values->birth_date, &birth_date));
    page.institution_name = institution.name;
    page.birth_date = date_to_text(arena, birth_date);
    const struct province *province = province_find(form_value(form, "province"));
    if (province != NULL)
        page.postal_hint =
            tr_fill(arena, http_language(request), "Postal codes of {province} begin with {number}", "province",
                    province->name, "number", arena_printf(arena, "%02d", province->number), NULL);
    page.terms = term_options(request, &visit->door, &page.terms_count);
    page.provinces = province_options(arena, &page.provinces_count);
    page.districts = district_options(arena, form_value(form, "province"), &page.districts_count);
    if (shown->searched != NULL) list_places(request, shown->searched, &page);
    return page_apply_form(request, status, &page);
}

/* What the officer asks to be corrected stands at its fields until the form is sent. */
static void mark_returned(const struct application *application, struct form *form)
{
#define MARK(member)                                                                                                   \
    if (application_has_note(application->return_fields, #member))                                                     \
        form_mistake(form, #member, TR("The officer asks you to correct this"));
    APPLICATION_FORM_FIELDS(MARK)
#undef MARK
}

enum err apply_show_form(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, rules);
    bool holds;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_DRAFT) return visit_go_on(request, &visit);
    TRY(apply_reason_holds(request, &visit, &holds));
    if (!holds) return http_redirect(request, visit_path(request, "neden"));
    form_of_application(&form, &visit.application.form);
    mark_returned(&visit.application, &form);
    return show(request, &visit, &form,
                &(const struct shown){.has_security_word = visit.application.security_word_hash != NULL}, 200);
}

/* Puts the rules' mistakes at their fields; the checked values when there are none. */
static void check(struct arena *arena, const struct visit *visit, const char *word, struct form *form,
                  const struct application_form *typed, struct application_form *ret_values)
{
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    size_t count = check_application_form(arena, &visit->door, visit->application.person.details.identity_number, typed,
                                          word, form_value(form, "security_word_again"), ret_values, mistakes);

    for (size_t i = 0; i < count; i++) form_mistake(form, mistakes[i].field, mistakes[i].message);
}

/* The button of a place that was found: "34/Kadıköy". */
static bool choose_place(const char *value, struct form *form)
{
    char *rest;
    long number = strtol(value, &rest, 10);
    for (const struct province *province = provinces; *rest == '/' && province->name != NULL; province++) {
        const char *district = province->number == number ? province_district(province, rest + 1) : NULL;
        if (district == NULL) continue;
        form_set(form, "province", province->name);
        form_set(form, "district", district);
        return true;
    }
    return false;
}

/* Looks for a district; Enter in that field presses the form's first button, which is to go on. */
static const char *take_search(struct http_request *request, struct form *form, bool is_enter)
{
    struct place places[PLACES_MAX];
    const char *searched = form_value(form, "district_search");
    size_t count = find_places(http_arena(request), searched, places);
    if (count == 0)
        form_mistake(form, "district_search",
                     TR("No district begins so. Try other letters, or choose province and district"));
    else if (is_enter) form_mistake(form, "district_search", TR("Choose one of the districts that were found"));
    form_set(form, "district_search", "");
    return searched;
}

enum err apply_save_form(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct arena *arena = http_arena(request);
    struct application_form values;
    struct form form;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_DRAFT) return visit_go_on(request, &visit);
    TRY(form_read(request, rules, &form));
    const char *act = form_value(&form, "act");
    bool is_place = choose_place(form_value(&form, "place"), &form);
    bool is_enter = strcmp(act, "enter") == 0 && form_value(&form, "district_search")[0] != '\0';
    bool is_word_typed =
        form_value(&form, "security_word")[0] != '\0' || form_value(&form, "security_word_again")[0] != '\0';
    bool is_word_asked = is_word_typed || visit.application.security_word_hash == NULL;
    const char *word = is_word_asked ? form_value(&form, "security_word") : NULL;
    struct application_form typed = application_of_form(&form, &visit.application.form);
    struct form checked = form;
    checked.fields = NEW_ARRAY(arena, struct form_field, form.count + 1);
    memcpy(checked.fields, form.fields, form.count * sizeof(struct form_field));
    check(arena, &visit, word, &checked, &typed, &values);
    bool is_word_right = is_word_typed && form_field(&checked, "security_word")->error == NULL &&
                         form_field(&checked, "security_word_again")->error == NULL;

    enum err error = save_draft(web_of(request)->db, arena, &visit.actor, &visit.application,
                                checked.errors == 0 ? &values : &typed, is_word_right ? word : NULL);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    if (strcmp(act, "keep") == 0) return http_answer_json(request, 200, "{\"kept\":true}"); /* divit.js, by itself */
    if (strcmp(act, "save") == 0) return http_redirect(request, visit_path(request, "saklandi"));
    if (strcmp(act, "earlier") == 0) return http_redirect(request, visit_path(request, "onceki"));
    bool has_word = is_word_right || visit.application.security_word_hash != NULL;
    struct shown shown = {.has_security_word = has_word};
    if (strcmp(act, "search") == 0 || is_enter) {
        shown.searched = take_search(request, &form, is_enter);
        return show(request, &visit, &form, &shown, form.errors > 0 ? 422 : 200);
    }
    if (is_place || strcmp(act, "districts") == 0) return show(request, &visit, &form, &shown, 200);
    if (checked.errors == 0) return http_redirect(request, visit_path(request, "kontrol"));
    shown.email_hint = email_typo_hint(arena, typed.email);
    return show(request, &visit, &checked, &shown, 422);
}

enum err apply_show_saved(struct http_request *request)
{
    return page_apply_saved(request, 200, &(const struct page_apply_saved){.form = visit_path(request, "form")});
}
