/* Check your answers, and Form Onayla (spec 01, 2). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_check.h"

#include <string.h>

static const char *payer_text(enum language language, enum payer payer)
{
    switch (payer) {
    case PAYER_INSTITUTION: return tr(language, "Your institution pays this. You pay nothing.");
    case PAYER_PERSON_TO_INSTITUTION:
        return tr(language, "You pay to your institution’s account and hand in the receipt with the form.");
    default: return tr(language, "You pay to the provider.");
    }
}

static const char *form_path(struct http_request *request, const char *field)
{
    return arena_printf(http_arena(request), "%s#%s", visit_path(request, "form"), field);
}

/* In lines where every price is listed; else only who pays. */
static enum err fill_cost(struct http_request *request, const struct door *door, const struct application_form *form,
                          struct page_apply_check *page)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    struct price_list prices;
    TRY(find_price_list(web_of(request)->db, clock_now_s(), &prices));
    struct cost cost = application_cost(door, form, &prices);
    page->payer = payer_text(language, cost.payer);
    if (!cost.is_known) return ERR_NONE;
    struct page_apply_check_costs *lines = NEW_ARRAY(arena, struct page_apply_check_costs, COST_LINES_MAX);
    for (size_t i = 0; i < cost.count; i++) {
        lines[i].what = tr(language, product_title(cost.lines[i]));
        lines[i].price = money_text(arena, prices.gross_kurus[cost.lines[i]]);
    }
    page->costs = lines;
    page->costs_count = cost.count;
    page->total = money_text(arena, cost.total_kurus);
    return ERR_NONE;
}

static void fill_links(struct http_request *request, struct page_apply_check *page)
{
    page->change_application = form_path(request, "term");
    page->change_word = form_path(request, "security_word");
    page->change_unit = form_path(request, "unit");
    page->change_family = form_path(request, "family_district");
    page->change_title = form_path(request, "title");
    page->change_address = form_path(request, "address");
    page->change_email = form_path(request, "email");
    page->change_work_phone = form_path(request, "work_phone");
    page->change_mobile = form_path(request, "mobile");
    page->change_operator = form_path(request, "mobile_operator");
    page->change_home_phone = form_path(request, "home_phone");
    page->change_channel = form_path(request, "channel");
}

static enum err show(struct http_request *request, const struct visit *visit, const struct application_form *form)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    struct legal_text declaration;
    struct institution institution;
    struct date birth_date;
    struct page_apply_check page = {
        .form = visit_path(request, "form"),
        .action = visit_path(request, "kontrol"),
        .is_family_physician = strcmp(form->is_family_physician, "yes") == 0,
        .asks_reason = strcmp(form->reason, "first") != 0,
        .reason = tr(language, application_reason_title(application_reason_from_name(form->reason))),
        .change_reason = visit_path(request, "neden"),
        .certificate = form->certificate,
        .start = reason_time(arena, form->start),
        .end = reason_time(arena, form->end),
        .term = strcmp(form->term, "1") == 0 ? tr(language, "1 year")
                                             : tr_fill(arena, language, "{years} years", "years", form->term, NULL),
        .reader = tr(language, form_choice_title(form->reader)),
        .vpn = tr(language, form_choice_title(form->vpn)),
        .identity_number = visit->application.person.details.identity_number,
        .names = arena_printf(arena, "%s %s", form->given_names, form->surname),
        .staff_number = form->staff_number,
        .unit = form->unit,
        .family = arena_printf(arena, "%s, %s, %s", form->family_district, form->family_centre, form->family_unit_code),
        .title = form->title,
        .address =
            arena_printf(arena, "%s, %s %s / %s", form->address, form->postal_code, form->district, form->province),
        .email = form->email,
        .email_hint = email_typo_hint(arena, form->email),
        .work_phone = phone_text(arena, form->work_phone, form->extension),
        .mobile = phone_text(arena, form->mobile, ""),
        .operator= tr(language, form_choice_title(form->mobile_operator)),
        .home_phone = phone_text(arena, form->home_phone, ""),
        .channel = tr(language, form_choice_title(form->channel)),
    };

    TRY(find_legal_text(web_of(request)->db, arena, LEGAL_DECLARATION, &declaration));
    page.declaration =
        language == LANGUAGE_ENGLISH && declaration.english != NULL ? declaration.english : declaration.text;
    TRY(find_institution(web_of(request)->db, arena, visit->application.institution_id, &institution));
    TRY(date_from_iso(form->birth_date, &birth_date));
    page.institution_name = institution.name;
    page.birth = arena_printf(arena, "%s, %s", form->birth_place, date_to_text(arena, birth_date));
    fill_links(request, &page);
    TRY(fill_cost(request, &visit->door, form, &page));
    return page_apply_check(request, 200, &page);
}

enum err apply_show_check(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    struct application_form form;
    bool holds;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_DRAFT) return visit_go_on(request, &visit);
    size_t count =
        check_application_form(http_arena(request), &visit.door, visit.application.person.details.identity_number,
                               &visit.application.form, NULL, NULL, &form, mistakes);
    TRY(apply_reason_holds(request, &visit, &holds));
    if (!holds || count > 0 || visit.application.security_word_hash == NULL) return visit_go_on(request, &visit);
    return show(request, &visit, &form);
}

enum err apply_confirm(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_DRAFT) return visit_go_on(request, &visit);
    enum err error = confirm_application(web->db, http_arena(request), &visit.actor, &visit.door, &visit.application,
                                         web->installation->public_url, apply_objection_page(request),
                                         web->installation->renewal_days);
    if (error == ERR_INVALID) return visit_go_on(request, &visit); /* the form shows what is missing */
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    return http_redirect(request, visit_path(request, "sms"));
}

/* Back to the form from a later step; what was printed is void. */
enum err apply_change(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};

    TRY(visit_open(request, &visit));
    if (!application_may_follow(visit.application.state, STATE_DRAFT)) return visit_go_on(request, &visit);
    enum err error = change_application(web_of(request)->db, http_arena(request), &visit.actor, &visit.application);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    return http_redirect(request, visit_path(request, "form"));
}
