/*
 * Log-in (spec 01, 1): check digits first, then the population register through the worker, then the staff register.
 * One answer for every mismatch; a register that does not answer is never a no.
 */
#include "base/turkish.h"
#include "ipc/messages.h"
#include "ipc/question.h"
#include "web/apply/apply.h"
#include "web/apply/page_apply_login.h"
#include "web/apply/page_apply_no_institution.h"
#include "web/ask.h"
#include "web/challenge.h"

#include <string.h>

#define ATTEMPTS_MAX 10 /* for one identity number */
#define ATTEMPTS_WINDOW_S (15 * 60)

static const struct form_rule rules[] = {
    {.name = "answer", .length_max = 20, .is_required = true, .missing = TR("Type the characters in the picture")},
    CHALLENGE_RULES,
    {.name = "identity_number", .length_max = 20, .is_required = true, .missing = TR("Enter your identity number")},
    {.name = "given_names", .length_max = 100, .is_required = true, .missing = TR("Enter your given names")},
    {.name = "surname", .length_max = 100, .is_required = true, .missing = TR("Enter your surname")},
    {.name = "birth_place", .length_max = 100, .is_required = true, .missing = TR("Enter your place of birth")},
    {.name = "birth_date", .length_max = 20, .is_required = true, .missing = TR("Enter your date of birth")},
    {.name = "staff_number", .length_max = 40},
    {0},
};

struct login {
    struct door door;
    struct form form;
    struct person_details details;
    bool is_date_checked; /* by the population register, the whole of it */
};

struct outcome {
    bool is_unavailable;
    int64_t wait_s;
    int status;
};

static enum err show(struct http_request *request, const struct door *door, struct form *form, struct outcome outcome)
{
    struct challenge challenge;

    TRY(challenge_of_form(request, form, "answer", &challenge));
    return page_apply_login(request, outcome.status,
                            &(const struct page_apply_login){
                                .door_name = door_title(door, http_language(request)),
                                .door = visit_path(request, ""),
                                .action = visit_path(request, "giris"),
                                .is_unavailable = outcome.is_unavailable,
                                .wait_minutes = (outcome.wait_s + 59) / 60,
                                .register_name = door->register_name,
                                .asks_staff_number = door->asks_staff_number,
                                .answer = form_field(form, "answer"),
                                .identity_number = form_field(form, "identity_number"),
                                .given_names = form_field(form, "given_names"),
                                .surname = form_field(form, "surname"),
                                .birth_place = form_field(form, "birth_place"),
                                .birth_date = form_field(form, "birth_date"),
                                .staff_number = form_field(form, "staff_number"),
                                .challenge_token = challenge.token,
                                .challenge_answer = challenge.answer,
                            });
}

/* One answer for every mismatch, whichever register found it. */
static enum err show_mismatch(struct http_request *request, struct login *login)
{
    form_mistake(&login->form, "identity_number",
                 TR("The details do not match the register. Check each of them, as they stand on your identity card"));
    return show(request, &login->door, &login->form, (struct outcome){.status = 422});
}

enum err apply_show_login(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    struct door door;

    TRY(visit_door(request, &door));
    return show(request, &door, &form, (struct outcome){.status = 200});
}

/* What was typed, as the registers write it; mistakes go to their fields. */
static void read_details(struct arena *arena, struct login *login)
{
    struct form *form = &login->form;
    struct person_details *details = &login->details;
    const char *number = form_value(form, "identity_number");

    details->identity_number = number;
    details->given_names = turkish_name(arena, form_value(form, "given_names"));
    details->surname = turkish_name(arena, form_value(form, "surname"));
    details->birth_place = turkish_name(arena, form_value(form, "birth_place"));
    if (number[0] != '\0' && !identity_number_is_valid(number))
        form_mistake(form, "identity_number", TR("This is not an identity number. Check its 11 digits"));
    const char *date = form_value(form, "birth_date");
    if (date[0] != '\0' && (date_parse(date, &details->birth_date) != ERR_NONE ||
                            date_compare(details->birth_date, date_of_time(clock_now_s())) >= 0))
        form_mistake(form, "birth_date", TR("Enter a date like 29.02.1984"));
    if (login->door.asks_staff_number && form_value(form, "staff_number")[0] == '\0')
        form_mistake(form, "staff_number", TR("Enter your staff number"));
}

static enum err count_attempts(struct http_request *request, const char *identity_number, int64_t *ret_wait_s)
{
    TRY(web_count_address(request, "login_apply", ret_wait_s));
    return count_attempt(web_of(request)->db, http_arena(request), "login_apply_person", identity_number, ATTEMPTS_MAX,
                         ATTEMPTS_WINDOW_S, ret_wait_s);
}

/* What the population register cannot check is compared with the staff register (spec 01). */
static bool matches_member(const struct login *login, const struct staff_member *member)
{
    if (!turkish_same_name(member->birth_place, login->details.birth_place)) return false;
    if (!login->is_date_checked && date_compare(member->birth_date, login->details.birth_date) != 0) return false;
    if (!login->door.asks_staff_number) return true;
    return ascii_equal_fold(member->staff_number, form_value(&login->form, "staff_number"));
}

/* The running application, if this browser wrote it; else what can be told of it. */
static enum err enter_running(struct http_request *request, int64_t application_id)
{
    CLEANUP_APPLICATION struct application application = {0};
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct session *session = session_of(request);

    TRY(open_application(web->db, web->keeper, arena, application_id, &application));
    bool is_same_session = session != NULL && session->role == ROLE_APPLICANT && session->subject == application_id;
    if (is_same_session || application_is_resumed_by(arena, &application, http_cookie(request, RESUME_COOKIE)))
        return apply_enter(request, application_id);
    return ERR_EXISTS;
}

static enum err enter(struct http_request *request, const struct login *login, const struct person *person,
                      const struct staff_member *member)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = web_actor(request, ACTOR_PERSON, person->id);
    const char *token = random_hex(arena, 16);
    enum application_state state;
    int64_t application_id;

    enum err error = find_running_application(web->db, arena, person->id, &application_id, &state);
    if (error == ERR_NONE) error = enter_running(request, application_id);
    if (error != ERR_EXISTS && error != ERR_NOT_FOUND) return error;
    int64_t running_id = error == ERR_EXISTS ? application_id : 0;
    const struct draft_request draft = {.door = &login->door,
                                        .person = person,
                                        .member = member,
                                        .language = http_language(request),
                                        .resume_token = token,
                                        .renewal_days = web->installation->renewal_days};
    bool may_begin = member->left_s == 0 && login->door.closed_s == 0;
    error = may_begin ? open_draft(web->db, arena, &actor, &draft, &application_id) : ERR_EXISTS;
    if (error == ERR_NONE) return apply_enter_draft(request, token, application_id);
    if (error == ERR_STATE) { /* closed while the registers were asked */
        struct door now;
        TRY(visit_door(request, &now));
        if (now.closed_s != 0) return apply_show_closed(request, &now, true);
    }
    if (error != ERR_EXISTS || running_id == 0) return error;
    TRY(session_become(request, ROLE_ANYONE, 0));
    TRY(code_note_keep(request, &(const struct code_note){.application_id = running_id}));
    return http_redirect(request, visit_path(request, "devam"));
}

enum err apply_show_no_institution(struct http_request *request, const struct door *door, int64_t left_s)
{
    return page_apply_no_institution(request, 200,
                                     &(const struct page_apply_no_institution){
                                         .door = visit_path(request, ""),
                                         .door_name = door_title(door, http_language(request)),
                                         .register_name = door->register_name,
                                         .left = left_s != 0 ? time_to_date(http_arena(request), left_s) : NULL,
                                     });
}

/* Whom the register no longer names, and who comes through a closed door, goes on with what was begun, and begins nothing
 * (spec 01, 1 Log in). */
static enum err has_running(struct http_request *request, const struct person *person, bool *ret_has_running)
{
    int64_t application_id;
    enum application_state state;
    enum err error =
        find_running_application(web_of(request)->db, http_arena(request), person->id, &application_id, &state);
    *ret_has_running = error == ERR_NONE;
    return error == ERR_NOT_FOUND ? ERR_NONE : error;
}

/* The register said yes. */
static enum err go_on_with_person(struct http_request *request, struct login *login)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = web_actor(request, ACTOR_NOBODY, 0);
    struct staff_member member;
    struct person person;

    enum err error = find_person(web->db, web->keeper, arena, login->details.identity_number, &person);
    if (error == ERR_NOT_FOUND) return apply_show_no_institution(request, &login->door, 0);
    if (error != ERR_NONE) return error;
    bool is_running = false;
    error = find_staff_row(web->db, arena, &person, login->door.register_code, &member);
    if (error == ERR_NONE) error = has_running(request, &person, &is_running);
    person_close(&person);
    if (error == ERR_NOT_FOUND) return apply_show_no_institution(request, &login->door, 0);
    if (error != ERR_NONE) return error;
    if (!matches_member(login, &member)) return show_mismatch(request, login);
    TRY(web_count_address_right(request, "login_apply"));
    if (member.left_s != 0 && !is_running) return apply_show_no_institution(request, &login->door, member.left_s);
    if (login->door.closed_s != 0 && !is_running) return apply_show_closed(request, &login->door, true);
    TRY(need_person(web->db, web->keeper, arena, &actor, &login->details, &person));
    error = enter(request, login, &person, &member);
    person_close(&person);
    return error;
}

static enum err go_on(struct http_request *request)
{
    struct login *login = ask_note(request);
    enum question_answer answer = QUESTION_UNAVAILABLE;
    struct ipc_reader reply;

    enum err error = ask_reply(request, &reply);
    if (error == ERR_NONE) error = question_answer_get(&reply, &answer);
    if (error != ERR_NONE && err_class(error) != ERR_CLASS_TEMPORARY) return error;
    if (answer == QUESTION_UNAVAILABLE)
        return show(request, &login->door, &login->form, (struct outcome){.is_unavailable = true, .status = 503});
    if (answer == QUESTION_NO) return show_mismatch(request, login);
    login->is_date_checked = answer == QUESTION_YES_BY_DATE;
    return go_on_with_person(request, login);
}

enum err apply_log_in(struct http_request *request)
{
    struct login *login = NEW(http_arena(request), struct login);
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    int64_t wait_s = 0;

    TRY(visit_door(request, &login->door));
    TRY(form_read(request, rules, &login->form));
    if (challenge_is_new_wanted(&login->form, "answer"))
        return show(request, &login->door, &login->form, (struct outcome){.status = 200});
    read_details(http_arena(request), login);
    TRY(challenge_check_form(request, &login->form, "answer"));
    if (login->form.errors > 0) return show(request, &login->door, &login->form, (struct outcome){.status = 422});
    enum err error = count_attempts(request, login->details.identity_number, &wait_s);
    if (error == ERR_TOO_MANY)
        return show(request, &login->door, &login->form, (struct outcome){.wait_s = wait_s, .status = 429});
    if (error != ERR_NONE) return error;
    struct question_person person = {
        .identity_number = login->details.identity_number,
        .given_names = login->details.given_names,
        .surname = login->details.surname,
        .birth_year = login->details.birth_date.year,
        .birth_month = login->details.birth_date.month,
        .birth_day = login->details.birth_date.day,
    };
    question_person_put(&payload, &person);
    error = ask_worker(request, QUESTION_VERIFY_PERSON, &payload, go_on, login);
    if (error != ERR_NONE && err_class(error) == ERR_CLASS_TEMPORARY)
        return show(request, &login->door, &login->form, (struct outcome){.is_unavailable = true, .status = 503});
    return error;
}
