/* A running application met from another browser: only that there is one, until a code to its number (spec 01, 1). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_running.h"

#include <string.h>

/* The application that the log-in of this session found; ERR_NOT_FOUND without one. */
static enum err open_found(struct http_request *request, struct code_note *ret_note, struct visit *ret_visit)
{
    struct web *web = web_of(request);
    struct visit visit = {0};

    TRY(visit_door(request, &visit.door));
    if (!code_note_read(request, ret_note) || ret_note->application_id == 0)
        return err_set(ERR_NOT_FOUND, "no application was found by this session");
    TRY(open_application(web->db, web->keeper, http_arena(request), ret_note->application_id, &visit.application));
    visit.actor = web_actor(request, ACTOR_PERSON, visit.application.person_id);
    *ret_visit = visit;
    return ERR_NONE;
}

enum err apply_show_running(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct code_note note;

    enum err error = open_found(request, &note, &visit);
    if (error == ERR_NOT_FOUND) return http_redirect(request, visit_path(request, "giris"));
    if (error != ERR_NONE) return error;
    return page_apply_running(request, 200,
                              &(const struct page_apply_running){
                                  .door = visit_path(request, ""),
                                  .action = visit_path(request, "devam"),
                                  .phone = web_contacts(request).phone,
                                  .can_continue = visit.application.form.mobile[0] != '\0',
                              });
}

static enum err show_code(struct http_request *request, const struct visit *visit, const struct code_note *note,
                          const struct form *form, int64_t wait_s, int status)
{
    const struct code_page page = {.event = MESSAGE_PHONE_CODE,
                                   .action = visit_path(request, "devam/kod"),
                                   .resend = visit_path(request, "devam"),
                                   .mobile = visit->application.form.mobile};
    return show_code_page(request, &page, note, form, wait_s, status);
}

enum err apply_send_resume_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct code_note note;
    struct sent_code code;
    int64_t wait_s = 0;

    enum err error = open_found(request, &note, &visit);
    if (error == ERR_NOT_FOUND) return http_redirect(request, visit_path(request, "giris"));
    if (error != ERR_NONE) return error;
    error =
        send_resume_code(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application, &code, &wait_s);
    if (error == ERR_TOO_MANY) {
        struct form form = form_empty(request, code_rules);
        return show_code(request, &visit, &note, &form, wait_s, 429);
    }
    if (error != ERR_NONE) return error;
    note = code_note_of(&code, note.application_id, note.valid_until_s != 0);
    TRY(code_note_keep(request, &note));
    return http_redirect(request, visit_path(request, "devam/kod"));
}

enum err apply_show_resume_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, code_rules);
    struct code_note note;

    enum err error = open_found(request, &note, &visit);
    if (error == ERR_NOT_FOUND) return http_redirect(request, visit_path(request, "giris"));
    if (error != ERR_NONE) return error;
    if (note.valid_until_s == 0) return http_redirect(request, visit_path(request, "devam"));
    return show_code(request, &visit, &note, &form, 0, 200);
}

enum err apply_check_resume_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct code_note note;
    struct form form;

    enum err error = open_found(request, &note, &visit);
    if (error == ERR_NOT_FOUND) return http_redirect(request, visit_path(request, "giris"));
    if (error != ERR_NONE) return error;
    TRY(form_read(request, code_rules, &form));
    if (form.errors == 0) {
        error = resume_application(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application,
                                   barcode_normalise(http_arena(request), form_value(&form, "code")));
        if (error == ERR_NONE) return apply_enter(request, visit.application.id);
        if (code_mistake(error) == NULL) return error;
        form_mistake(&form, "code", code_mistake(error));
    }
    form_set(&form, "code", "");
    return show_code(request, &visit, &note, &form, 0, 422);
}
