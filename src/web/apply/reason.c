/* Why somebody applies who has or had a certificate, and over which one (spec 01, Reasons). Others are not asked. */
#include "web/apply/apply.h"
#include "web/apply/page_apply_reason.h"

#include <string.h>

static const struct form_rule rules[] = {
    {.name = "reason", .length_max = 20, .is_required = true, .missing = TR("Choose why you apply")},
    {.name = "certificate", .length_max = 40},
    {0},
};

static enum err find(struct http_request *request, const struct visit *visit, struct holder *ret_holder)
{
    const struct web *web = web_of(request);
    return find_holder(web->db, http_arena(request), &visit->application.person, web->installation->renewal_days,
                       ret_holder);
}

const char *reason_time(struct arena *arena, const char *text)
{
    return text[0] == '\0' ? NULL : time_to_date_time(arena, form_time_s(text));
}

enum err apply_reason_holds(struct http_request *request, const struct visit *visit, bool *ret_holds)
{
    struct holder holder;
    TRY(find(request, visit, &holder));
    *ret_holds = form_reason_holds(http_arena(request), &visit->door, &holder, &visit->application.form);
    return ERR_NONE;
}

/* The certificates that one of the reasons on offer could mean. */
static size_t list_concerned(const struct holder *holder, size_t *ret_places)
{
    size_t count = 0;
    for (size_t at = 0; at < holder->count; at++) {
        bool is_meant = false;
        for (int reason = 0; reason < APPLICATION_REASON_COUNT; reason++)
            is_meant = is_meant || reason_may_concern((enum application_reason)reason, holder, at);
        if (is_meant) ret_places[count++] = at;
    }
    return count;
}

static enum err show(struct http_request *request, const struct holder *holder, const struct form *form,
                     bool holds_no_more, int status)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    size_t *places = NEW_ARRAY(arena, size_t, holder->count + 1), reason_count = 0;
    size_t place_count = list_concerned(holder, places);
    struct page_option *reasons = NEW_ARRAY(arena, struct page_option, APPLICATION_REASON_COUNT);
    struct page_option *certificates = NEW_ARRAY(arena, struct page_option, place_count + 1);

    for (int reason = REASON_RENEWAL; reason < APPLICATION_REASON_COUNT; reason++) {
        if (!reason_is_offered((enum application_reason)reason, holder)) continue;
        reasons[reason_count++] =
            (struct page_option){application_reason_name((enum application_reason)reason),
                                 tr(language, application_reason_title((enum application_reason)reason))};
    }
    for (size_t i = 0; i < place_count; i++) {
        const struct held_certificate *certificate = &holder->certificates[places[i]];
        certificates[i] = (struct page_option){
            certificate->serial, tr_fill(arena, language, "{serial}, ends on {end}", "serial", certificate->serial,
                                         "end", time_to_date_time(arena, certificate->not_after_s), NULL)};
    }
    return page_apply_reason(
        request, status,
        &(const struct page_apply_reason){
            .action = visit_path(request, "neden"),
            .holds_no_more = holds_no_more,
            .reason = form_field(form, "reason"),
            .reasons = reasons,
            .reasons_count = reason_count,
            .certificate = form_field(form, "certificate"),
            .certificates = certificates,
            .certificates_count = place_count,
            .asks_certificate = place_count > 1,
            .end = place_count == 1 ? time_to_date_time(arena, holder->certificates[places[0]].not_after_s) : NULL,
            .offers_lost = reason_is_offered(REASON_LOST, holder),
            .offers_renewal = reason_is_offered(REASON_RENEWAL, holder),
            .phone = web_contacts(request).phone,
        });
}

/* Nobody chooses the first application: it is set. */
static enum err set_reason(struct http_request *request, const struct visit *visit, enum application_reason reason,
                           const struct holder *holder, size_t at)
{
    struct arena *arena = http_arena(request);
    struct application_form values = visit->application.form;
    form_set_reason(arena, &visit->door, reason, holder, at, &values);
    enum err error = save_draft(web_of(request)->db, arena, &visit->actor, &visit->application, &values, NULL);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    return http_redirect(request, visit_path(request, "form"));
}

enum err apply_show_reason(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, rules);
    struct holder holder;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_DRAFT) return visit_go_on(request, &visit);
    TRY(find(request, &visit, &holder));
    if (holder.count == 0) return set_reason(request, &visit, REASON_FIRST, &holder, 0);
    const struct application_form *kept = &visit.application.form;
    form_set(&form, "reason", kept->reason);
    form_set(&form, "certificate", kept->certificate);
    bool holds = form_reason_holds(http_arena(request), &visit.door, &holder, kept);
    return show(request, &holder, &form, kept->reason[0] != '\0' && !holds, 200);
}

/* The place of the one that is meant: the chosen one, or the only one that can be. */
static bool find_meant(enum application_reason reason, const struct holder *holder, const char *serial, size_t *ret_at)
{
    size_t count = 0;
    for (size_t at = 0; at < holder->count; at++) {
        if (!reason_may_concern(reason, holder, at)) continue;
        *ret_at = at;
        if (strcmp(holder->certificates[at].serial, serial) == 0) return true;
        count++;
    }
    return count == 1 && serial[0] == '\0';
}

/* Puts what is wrong at its field. */
static void check(const struct holder *holder, struct form *form, enum application_reason *ret_reason, size_t *ret_at)
{
    const char *name = form_value(form, "reason");
    enum application_reason reason = application_reason_from_name(name);
    if (form->errors > 0) return;
    if (reason == REASON_FIRST || !reason_is_offered(reason, holder))
        form_mistake(form, "reason", TR("Choose why you apply"));
    else if (application_reason_kind(reason) != REASON_IS_NEW &&
             !find_meant(reason, holder, form_value(form, "certificate"), ret_at))
        form_mistake(form, "certificate", TR("Choose a certificate that this reason can mean"));
    *ret_reason = reason;
}

enum err apply_choose_reason(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct holder holder;
    struct form form;
    enum application_reason reason = REASON_FIRST;
    size_t at = 0;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_DRAFT) return visit_go_on(request, &visit);
    TRY(form_read(request, rules, &form));
    TRY(find(request, &visit, &holder));
    check(&holder, &form, &reason, &at);
    if (form.errors > 0) return show(request, &holder, &form, false, 422);
    return set_reason(request, &visit, reason, &holder, at);
}
