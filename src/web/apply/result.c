/* The result: number, paper, and what happens next (spec 01, 6). */
#include "ipc/messages.h"
#include "ipc/question.h"
#include "web/apply/apply.h"
#include "web/apply/page_apply_result.h"
#include "web/ask.h"

#include <string.h>

static enum err show_ready(struct http_request *request, const struct visit *visit)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    struct web *web = web_of(request);
    const struct application *application = &visit->application;
    struct page_apply_result_steps steps[MILESTONES_MAX] = {0};
    struct milestone_line lines[MILESTONES_MAX];
    struct timeline timeline;
    size_t count;
    struct form_desk desk;
    bool gives_way;

    TRY(find_form_desk(web->db, arena, application, &desk));
    TRY(apply_gives_way(request, visit, &gives_way));
    TRY(application_steps(web->db, arena, application->id, &timeline));
    TRY(apply_list_milestones(request, &timeline, lines, &count));
    for (size_t i = 0; i < count; i++) {
        steps[i] = (struct page_apply_result_steps){lines[i].what, lines[i].who, lines[i].when, lines[i].is_done,
                                                    lines[i].is_now};
    }
    bool is_form_awaited = application->state == STATE_FORM_AWAITED;
    return page_apply_result(
        request, 200,
        &(const struct page_apply_result){
            .headline = tr(language, is_form_awaited ? TR("Your application is ready to be signed")
                                                     : application_state_title(application->state)),
            .barcode = application->barcode,
            .state = tr(language, application_state_title(application->state)),
            .pdf = visit_path(request, "form.pdf"),
            .change = visit_path(request, "degistir"),
            .officer = desk.officer,
            .officer_institution = desk.institution.name,
            .officer_unit = desk.institution.unit,
            .officer_address = desk.institution.address,
            .officer_phone = phone_text(arena, desk.institution.phone, desk.institution.extension),
            .is_form_awaited = is_form_awaited,
            .has_ended = application_has_ended(application->state),
            .lost = gives_way ? visit_path(request, "kayip") : NULL,
            .withdraw = visit_path(request, "geri-cek"),
            .can_withdraw = application_may_follow(application->state, STATE_WITHDRAWN),
            .refusal = application->return_reason[0] != '\0'
                           ? NULL
                           : refusal_shown(language, application->state, application->note, application->refusal),
            .is_locked = timeline.is_locked,
            .return_reason = application->return_reason,
            .is_returned = application->state == STATE_RETURNED,
            .steps = steps,
            .steps_count = count,
        });
}

enum err apply_show_result(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};

    TRY(visit_open(request, &visit));
    if (strcmp(step_page(&visit.application), "sonuc") != 0) return visit_go_on(request, &visit);
    /* withdrawn before it was confirmed: there is no number to follow */
    if (visit.application.barcode == NULL) return http_redirect(request, visit_path(request, ""));
    return show_ready(request, &visit);
}

struct pdf {
    const char *name;
};

static enum err answer_pdf(struct http_request *request)
{
    const struct pdf *pdf = ask_note(request);
    struct ipc_reader reply;
    struct bytes file;

    TRY(ask_reply(request, &reply));
    TRY(ipc_get_bytes(&reply, &file));
    TRY(ipc_get_end(&reply));
    return http_answer_file(request, pdf->name, "application/pdf", file);
}

enum err apply_show_pdf(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct pdf *pdf = NEW(http_arena(request), struct pdf);

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_FORM_AWAITED) return visit_go_on(request, &visit);
    pdf->name = arena_printf(http_arena(request), "basvuru-%s.pdf", visit.application.barcode);
    ipc_put_int64(&payload, visit.application.id);
    return ask_worker(request, QUESTION_FORM_PDF, &payload, answer_pdf, pdf);
}
