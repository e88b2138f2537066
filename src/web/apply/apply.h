/*
 * Purpose: the door of an application, /basvuru/{door} (spec 01): what its handlers share. A visit is a request by the
 * applicant of a running application; each page belongs to some states, and a page out of its order leads to the right
 * one.
 */
#ifndef DIVIT_WEB_APPLY_H
#define DIVIT_WEB_APPLY_H

#include "application/application.h"
#include "http/form.h"
#include "http/session.h"
#include "web/context.h"

struct visit {
    struct door door;
    struct application application;
    struct actor actor;
};
void visit_close(struct visit *visit);
#define CLEANUP_VISIT __attribute__((cleanup(visit_close)))

/* The door named by the address; ERR_NOT_FOUND. */
enum err visit_door(struct http_request *request, struct door *ret_door) MUST_CHECK;
/* The session's application, which must be of this door. */
enum err visit_open(struct http_request *request, struct visit *ret_visit) MUST_CHECK;
const char *visit_path(struct http_request *request, const char *page); /* "/basvuru/saglik/" and page */
/* To the page of the application's present state. */
enum err visit_go_on(struct http_request *request, const struct visit *visit) MUST_CHECK;
/* After an act that found the state changed by another window: ERR_STATE leads to the right page, others go up. */
enum err visit_go_on_after(struct http_request *request, enum err error) MUST_CHECK;

/* `start` or `end` of the form as a date with its hour; NULL: "" */
const char *reason_time(struct arena *arena, const char *text);
const char *step_page(const struct application *application); /* "form", "sms" … */

/* What is shown of a milestone, in the request's language. */
struct milestone_line {
    const char *what, *who;
    const char *when; /* "done on 03.12.2026", "expected by …", "by …"; NULL: not known yet */
    bool is_done, is_now;
};
enum err apply_list_milestones(struct http_request *request, const struct timeline *timeline,
                               struct milestone_line ret_lines[MILESTONES_MAX], size_t *ret_count) MUST_CHECK;
/* Why it came back to the applicant, was rejected, or the last paper was refused; NULL: none of these. */
const char *refusal_shown(enum language language, enum application_state state, const char *note, const char *rule);

/* reason.c: was the reason chosen, and is it still on offer as it was? Else its page comes before the form. */
enum err apply_reason_holds(struct http_request *request, const struct visit *visit, bool *ret_holds) MUST_CHECK;

/* signing.c: shows the code for signing the application electronically. */
enum err apply_begin_signing(struct http_request *request, const struct visit *visit) MUST_CHECK;

/* door.c: what is said instead of beginning. `has_logged_in`: nothing was begun before. */
enum err apply_show_closed(struct http_request *request, const struct door *door, bool has_logged_in) MUST_CHECK;

/* Marks the browser as the one that writes the form: a cookie of 30 days. */
#define RESUME_COOKIE "taslak"
/* Makes this session the applicant's, and leads on; of a new draft: this browser is the one that writes it. */
enum err apply_enter(struct http_request *request, int64_t application_id) MUST_CHECK;
enum err apply_enter_draft(struct http_request *request, const char *resume_token, int64_t application_id) MUST_CHECK;
/* login.c; `left_s`: since when the register no longer names the person; 0: it never did. */
enum err apply_show_no_institution(struct http_request *request, const struct door *door, int64_t left_s) MUST_CHECK;
/* lost.c: may the application that is open give way to one for a lost or faulty card? */
enum err apply_gives_way(struct http_request *request, const struct visit *visit, bool *ret_gives_way) MUST_CHECK;

/* Handlers, in the order of the steps */
enum err apply_show_doors(struct http_request *request);
enum err apply_show_door(struct http_request *request);
enum err apply_show_login(struct http_request *request);
enum err apply_log_in(struct http_request *request);
enum err apply_show_running(struct http_request *request);
enum err apply_send_resume_code(struct http_request *request);
enum err apply_show_resume_code(struct http_request *request);
enum err apply_check_resume_code(struct http_request *request);
enum err apply_show_reason(struct http_request *request);
enum err apply_choose_reason(struct http_request *request);
enum err apply_show_form(struct http_request *request);
enum err apply_save_form(struct http_request *request);
enum err apply_show_saved(struct http_request *request);
enum err apply_show_earlier(struct http_request *request);
enum err apply_send_earlier_code(struct http_request *request);
enum err apply_show_earlier_code(struct http_request *request);
enum err apply_check_earlier_code(struct http_request *request);
enum err apply_show_check(struct http_request *request);
enum err apply_confirm(struct http_request *request);
enum err apply_change(struct http_request *request);
enum err apply_show_sms(struct http_request *request);
enum err apply_send_code(struct http_request *request);
enum err apply_show_code(struct http_request *request);
enum err apply_check_code(struct http_request *request);
enum err apply_show_way(struct http_request *request);
enum err apply_choose_way(struct http_request *request);
enum err apply_show_owner(struct http_request *request);
enum err apply_send_owner_code(struct http_request *request);
enum err apply_show_owner_code(struct http_request *request);
enum err apply_check_owner_code(struct http_request *request);
enum err apply_sign_instead(struct http_request *request);
enum err apply_show_result(struct http_request *request);
enum err apply_show_lost(struct http_request *request);
enum err apply_replace_renewal(struct http_request *request);
enum err apply_show_withdraw(struct http_request *request);
enum err apply_withdraw(struct http_request *request);
enum err apply_show_withdrawn(struct http_request *request);
enum err apply_show_pdf(struct http_request *request);
enum err where_show(struct http_request *request);
enum err where_find(struct http_request *request);

#define CODE_AGAIN_S 60 /* until another code can be asked for */
/* The session's note of the code that was sent: until when it is valid, when the next may be asked for. */
struct code_note {
    int64_t application_id; /* of a resume code, or an owner's; 0 else */
    int64_t valid_until_s;
    int64_t again_from_s;
    bool is_again; /* sent once more */
    int owner_number; /* of an owner's code: which of the numbers known from before, from 1; 0: none of them */
    const char *message; /* sent_code's; NULL: none was sent */
};
enum err code_note_keep(struct http_request *request, const struct code_note *note) MUST_CHECK;
bool code_note_read(struct http_request *request, struct code_note *ret_note);
/* Of a code just sent; `is_again`: not the first of this session. */
struct code_note code_note_of(const struct sent_code *code, int64_t application_id, bool is_again);
/* code.c: where a code is typed. The addresses are of what else is offered; NULL: it is not. */
struct code_page {
    enum message_event event; /* whose SMS it is */
    const char *action, *resend, *change, *again, *form;
    const char *mobile; /* shown masked */
};
extern const struct form_rule code_rules[];
/* `wait_s`: another was asked for too early; 0 else. */
enum err show_code_page(struct http_request *request, const struct code_page *page, const struct code_note *note,
                        const struct form *form, int64_t wait_s, int status) MUST_CHECK;
/* phone.c: where objections are typed, as people type it, and no link: "divit.example/itiraz" */
const char *apply_objection_page(struct http_request *request);
/* One line for a code that did not fit; NULL: another error. */
const char *code_mistake(enum err error);

#endif
