/* The SMS and its code (spec 01, 3 and 4). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_sms.h"

#include <string.h>

/* Was a code sent for this form in this session, and is the application still waiting for it? */
static bool is_sent(struct http_request *request, struct code_note *ret_note)
{
    return code_note_read(request, ret_note) && ret_note->application_id == 0;
}

/* In full to who has just typed it, masked from then on (spec 01, 3). */
static const char *number_shown(struct http_request *request, const char *mobile)
{
    struct code_note note;

    return is_sent(request, &note) ? mobile_masked(http_arena(request), mobile)
                                   : phone_text(http_arena(request), mobile, "");
}

static enum err show_sms(struct http_request *request, const struct visit *visit, int64_t wait_s, int status)
{
    return page_apply_sms(request, status,
                          &(const struct page_apply_sms){
                              .action = visit_path(request, "sms"),
                              .change = visit_path(request, "degistir"),
                              .mobile = number_shown(request, visit->application.form.mobile),
                              .wait = wait_s > 0 && wait_s <= CODE_AGAIN_S ? wait_s : 0,
                              .is_many = wait_s > CODE_AGAIN_S,
                          });
}

static enum err show_code(struct http_request *request, const struct visit *visit, const struct code_note *note,
                          const struct form *form, int64_t wait_s, int status)
{
    const struct code_page page = {.event = MESSAGE_PHONE_CODE,
                                   .action = visit_path(request, "kod"),
                                   .resend = visit_path(request, "sms"),
                                   .change = visit_path(request, "degistir"),
                                   .mobile = visit->application.form.mobile};
    return show_code_page(request, &page, note, form, wait_s, status);
}

enum err apply_show_sms(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_PHONE_PENDING) return visit_go_on(request, &visit);
    return show_sms(request, &visit, 0, 200);
}

enum err apply_send_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct code_note note = {0};
    struct form form = form_empty(request, code_rules);
    struct sent_code code;
    int64_t wait_s = 0;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_PHONE_PENDING) return visit_go_on(request, &visit);
    enum err error =
        send_phone_code(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application, &code, &wait_s);
    bool was_sent = is_sent(request, &note);
    if (error == ERR_TOO_MANY && was_sent) return show_code(request, &visit, &note, &form, wait_s, 429);
    if (error == ERR_TOO_MANY) return show_sms(request, &visit, wait_s, 429);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    note = code_note_of(&code, 0, was_sent);
    TRY(code_note_keep(request, &note));
    return http_redirect(request, visit_path(request, "kod"));
}

enum err apply_show_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, code_rules);
    struct code_note note;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_PHONE_PENDING || !is_sent(request, &note)) return visit_go_on(request, &visit);
    return show_code(request, &visit, &note, &form, 0, 200);
}

const char *apply_objection_page(struct http_request *request)
{
    const char *url = web_of(request)->installation->public_url;
    return arena_printf(http_arena(request), "%s" OBJECTION_PATH, strstr(url, "://") + 3);
}

enum err apply_check_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct code_note note;
    struct form form;

    TRY(visit_open(request, &visit));
    if (visit.application.state != STATE_PHONE_PENDING || !is_sent(request, &note)) return visit_go_on(request, &visit);
    TRY(form_read(request, code_rules, &form));
    if (form.errors == 0) {
        /* codes may be typed with spaces (spec 09) */
        enum err error = confirm_phone(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application,
                                       barcode_normalise(http_arena(request), form_value(&form, "code")),
                                       apply_objection_page(request));
        if (error == ERR_NONE) return http_redirect(request, visit_path(request, "yontem"));
        if (code_mistake(error) == NULL) return visit_go_on_after(request, error);
        form_mistake(&form, "code", code_mistake(error));
    }
    form_set(&form, "code", "");
    return show_code(request, &visit, &note, &form, 0, 422);
}
