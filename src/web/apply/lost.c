/* An open renewal gives way to an application for a lost or faulty card (spec 01, Reasons). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_lost.h"

enum err apply_gives_way(struct http_request *request, const struct visit *visit, bool *ret_gives_way)
{
    const struct application *application = &visit->application;
    const struct web *web = web_of(request);
    struct holder holder;
    *ret_gives_way = false;
    if (application->reason != REASON_RENEWAL) return ERR_NONE;
    TRY(find_holder(web->db, http_arena(request), &application->person, web->installation->renewal_days, &holder));
    *ret_gives_way = renewal_gives_way(application->reason, application->state, &holder);
    return ERR_NONE;
}

enum err apply_show_lost(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    bool gives_way;

    TRY(visit_open(request, &visit));
    TRY(apply_gives_way(request, &visit, &gives_way));
    if (!gives_way || visit.application.barcode == NULL) return visit_go_on(request, &visit);
    return page_apply_lost(request, 200,
                           &(const struct page_apply_lost){
                               .result = visit_path(request, step_page(&visit.application)),
                               .action = visit_path(request, "kayip"),
                               .barcode = visit.application.barcode,
                               .phone = web_contacts(request).phone,
                           });
}

enum err apply_replace_renewal(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct staff_member member;
    int64_t application_id;

    TRY(visit_open(request, &visit));
    TRY(find_staff_row(web->db, arena, &visit.application.person, visit.door.register_code, &member));
    if (member.left_s != 0) return apply_show_no_institution(request, &visit.door, member.left_s);
    const struct draft_request draft = {.door = &visit.door,
                                        .person = &visit.application.person,
                                        .member = &member,
                                        .language = http_language(request),
                                        .resume_token = random_hex(arena, 16),
                                        .renewal_days = web->installation->renewal_days,
                                        .renewal = &visit.application};
    enum err error = open_draft(web->db, arena, &visit.actor, &draft, &application_id);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    return apply_enter_draft(request, draft.resume_token, application_id);
}
