/* Answers of an earlier application, for the person who gave them: a code to the account's telephone (spec 01, 1). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_earlier.h"

static enum err show_earlier(struct http_request *request, const struct visit *visit, int64_t wait_s, int status)
{
    return page_apply_earlier(
        request, status,
        &(const struct page_apply_earlier){
            .form = visit_path(request, "form"),
            .action = visit_path(request, "onceki"),
            .mobile = mobile_masked(http_arena(request), visit->application.person.contact.mobile),
            .phone = web_contacts(request).phone,
            .wait = wait_s > 0 && wait_s <= CODE_AGAIN_S ? wait_s : 0,
            .is_many = wait_s > CODE_AGAIN_S,
        });
}

enum err apply_show_earlier(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    bool has_earlier;

    TRY(visit_open(request, &visit));
    TRY(has_earlier_answers(web_of(request)->db, &visit.application, &has_earlier));
    return has_earlier ? show_earlier(request, &visit, 0, 200) : visit_go_on(request, &visit);
}

/* Was a code sent for this draft in this session? */
static bool is_sent(struct http_request *request, const struct visit *visit, struct code_note *ret_note)
{
    return code_note_read(request, ret_note) && ret_note->application_id == visit->application.id;
}

static enum err show_code(struct http_request *request, const struct visit *visit, const struct code_note *note,
                          const struct form *form, int64_t wait_s, int status)
{
    const struct code_page page = {.event = MESSAGE_PHONE_CODE,
                                   .action = visit_path(request, "onceki/kod"),
                                   .resend = visit_path(request, "onceki"),
                                   .form = visit_path(request, "form"),
                                   .mobile = visit->application.person.contact.mobile};
    return show_code_page(request, &page, note, form, wait_s, status);
}

enum err apply_send_earlier_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct form form = form_empty(request, code_rules);
    struct code_note note;
    struct sent_code code;
    int64_t wait_s = 0;

    TRY(visit_open(request, &visit));
    bool was_sent = is_sent(request, &visit, &note);
    enum err error =
        send_answers_code(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application, &code, &wait_s);
    if (error == ERR_TOO_MANY && was_sent) return show_code(request, &visit, &note, &form, wait_s, 429);
    if (error == ERR_TOO_MANY) return show_earlier(request, &visit, wait_s, 429);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    note = code_note_of(&code, visit.application.id, was_sent);
    TRY(code_note_keep(request, &note));
    return http_redirect(request, visit_path(request, "onceki/kod"));
}

enum err apply_show_earlier_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, code_rules);
    struct code_note note;
    bool has_earlier;

    TRY(visit_open(request, &visit));
    TRY(has_earlier_answers(web_of(request)->db, &visit.application, &has_earlier));
    if (!has_earlier || !is_sent(request, &visit, &note)) return visit_go_on(request, &visit);
    return show_code(request, &visit, &note, &form, 0, 200);
}

enum err apply_check_earlier_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct code_note note;
    struct form form;

    TRY(visit_open(request, &visit));
    if (!is_sent(request, &visit, &note)) return visit_go_on(request, &visit);
    TRY(form_read(request, code_rules, &form));
    if (form.errors == 0) {
        enum err error = take_earlier_answers(web->db, web->keeper, arena, &visit.actor, &visit.application,
                                              barcode_normalise(arena, form_value(&form, "code")));
        if (error == ERR_NONE) return http_redirect(request, visit_path(request, "form"));
        if (code_mistake(error) == NULL) return visit_go_on_after(request, error);
        form_mistake(&form, "code", code_mistake(error));
    }
    form_set(&form, "code", "");
    return show_code(request, &visit, &note, &form, 0, 422);
}
