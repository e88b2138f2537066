/* The person does not want it any more (spec 01, States). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_withdraw.h"
#include "web/apply/page_apply_withdrawn.h"

enum err apply_show_withdraw(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};

    TRY(visit_open(request, &visit));
    if (!application_may_follow(visit.application.state, STATE_WITHDRAWN) || visit.application.barcode == NULL)
        return visit_go_on(request, &visit);
    return page_apply_withdraw(request, 200,
                               &(const struct page_apply_withdraw){
                                   .result = visit_path(request, step_page(&visit.application)),
                                   .action = visit_path(request, "geri-cek"),
                                   .barcode = visit.application.barcode,
                               });
}

enum err apply_withdraw(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};

    TRY(visit_open(request, &visit));
    if (!application_may_follow(visit.application.state, STATE_WITHDRAWN)) return visit_go_on(request, &visit);
    enum err error = withdraw_application(web_of(request)->db, http_arena(request), &visit.actor, &visit.application);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    TRY(session_end(request));
    return http_redirect(request, visit_path(request, "geri-cekildi"));
}

enum err apply_show_withdrawn(struct http_request *request)
{
    return page_apply_withdrawn(request, 200, &(const struct page_apply_withdrawn){.door = visit_path(request, "")});
}
