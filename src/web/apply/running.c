/* A running application met from another browser: only that there is one, until a code to its number (spec 01, 1). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_code.h"
#include "web/apply/page_apply_running.h"

#include <string.h>

static const struct form_rule rules[] = {
    {.name = "code", .length_max = 20, .is_required = true, .missing = TR("Type the code of 6 digits")},
    {0},
};

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
    int64_t now_s = clock_now_s();
    enum code_way way;

    TRY(find_code_way(request, MESSAGE_PHONE_CODE, note, &way));
    return page_apply_code(request, status,
                           &(const struct page_apply_code){
                               .action = visit_path(request, "devam/kod"),
                               .resend = visit_path(request, "devam"),
                               .mobile = mobile_masked(http_arena(request), visit->application.form.mobile),
                               .is_under_way = way == CODE_ON_ITS_WAY || way == CODE_LATE,
                               .is_late = way == CODE_LATE,
                               .is_unsent = way == CODE_UNSENT,
                               .seconds_left = note->valid_until_s > now_s ? note->valid_until_s - now_s : 0,
                               .resend_seconds = note->again_from_s > now_s ? note->again_from_s - now_s : 0,
                               .is_sent_again = note->is_again && status == 200,
                               .wait = wait_s > 0 && wait_s <= CODE_AGAIN_S ? wait_s : 0,
                               .is_many = wait_s > CODE_AGAIN_S,
                               .code = form_field(form, "code"),
                           });
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
        struct form form = form_empty(request, rules);
        return show_code(request, &visit, &note, &form, wait_s, 429);
    }
    if (error != ERR_NONE) return error;
    note.is_again = note.valid_until_s != 0;
    note.valid_until_s = code.valid_until_s;
    note.again_from_s = clock_now_s() + CODE_AGAIN_S;
    note.message = code.message;
    TRY(code_note_keep(request, &note));
    return http_redirect(request, visit_path(request, "devam/kod"));
}

enum err apply_show_resume_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, rules);
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
    TRY(form_read(request, rules, &form));
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
