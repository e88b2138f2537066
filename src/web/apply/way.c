/*
 * The way of signing (spec 01, 5). Who holds a qualified certificate from somewhere says so by choosing the electronic
 * way; whether it counts is seen when it has signed.
 */
#include "web/apply/apply.h"
#include "web/apply/page_apply_way.h"

#include <string.h>

static const struct form_rule rules[] = {
    {.name = "way", .length_max = 20},
    {0},
};

/* One that is valid now and is not the one reported: what can sign an application (spec 01, 5). */
static enum err holds_valid(struct http_request *request, const struct application *application, bool *ret_holds)
{
    const struct web *web = web_of(request);
    bool is_reported = application->reason == REASON_LOST || application->reason == REASON_FAULTY;
    struct holder holder;
    *ret_holds = false;
    TRY(find_holder(web->db, http_arena(request), &application->person, web->installation->renewal_days, &holder));
    for (size_t i = 0; i < holder.count; i++) {
        const struct held_certificate *held = &holder.certificates[i];
        if (is_reported && strcmp(held->serial, application->form.certificate) == 0) continue;
        if (held->status == CERTIFICATE_ACTIVE && held->not_before_s <= holder.now_s &&
            holder.now_s <= held->not_after_s)
            *ret_holds = true;
    }
    return ERR_NONE;
}

enum err apply_show_way(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct arena *arena = http_arena(request);
    struct web *web = web_of(request);
    struct form_desk desk;
    bool holds;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_METHOD_PENDING) return visit_go_on(request, &visit);
    TRY(find_form_desk(web->db, arena, &visit.application, &desk));
    TRY(holds_valid(request, &visit.application, &holds));
    return page_apply_way(
        request, 200,
        &(const struct page_apply_way){
            .action = visit_path(request, "yontem"),
            .holds_certificate = holds,
            .is_reported = visit.application.reason == REASON_LOST || visit.application.reason == REASON_FAULTY,
            .officer = desk.officer != NULL ? desk.officer : desk.institution.name,
            .unit = desk.institution.unit,
            .address = desk.institution.address,
        });
}

enum err apply_choose_way(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_METHOD_PENDING) return visit_go_on(request, &visit);
    TRY(form_read(request, rules, &form));
    if (strcmp(form_value(&form, "way"), "e_signed") == 0) return apply_begin_signing(request, &visit);
    if (strcmp(form_value(&form, "way"), "wet") != 0) return err_set(ERR_INVALID, "a way that is not on offer");
    enum err error = choose_wet_way(web_of(request)->db, http_arena(request), &visit.actor, &visit.application);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    return http_redirect(request, visit_path(request, "sonuc"));
}
