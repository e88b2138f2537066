#include "certificate/certificate.h"
#include "web/challenge.h"
#include "web/online/online.h"
#include "web/online/page_online_code.h"
#include "web/online/page_online_log_in.h"

#include <string.h>

#define NUMBER_ATTEMPTS_MAX 10
#define NUMBER_WINDOW_S (15 * 60)

static const struct form_rule log_in_rules[] = {
    {.name = "identity_number", .length_max = 20, .is_required = true, .missing = TR("Enter your identity number")},
    {.name = "security_word",
     .length_max = 200,
     .is_required = true,
     .is_kept_raw = true,
     .missing = TR("Enter your security word")},
    {.name = "picture", .length_max = 20},
    CHALLENGE_RULES,
    {0},
};

static enum err show_log_in(struct http_request *request, int status, struct form *form)
{
    struct challenge challenge;
    TRY(challenge_of_form(request, form, "picture", &challenge));
    const char *ended = http_query(request, "oturum");
    return page_online_log_in(request, status,
                              &(const struct page_online_log_in){
                                  .has_ended = ended != NULL && strcmp(ended, "bitti") == 0,
                                  .has_left = ended != NULL && strcmp(ended, "kapandi") == 0,
                                  .identity_number = form_field(form, "identity_number"),
                                  .security_word = form_field(form, "security_word"),
                                  .picture = form_field(form, "picture"),
                                  .challenge = challenge.token,
                                  .picture_answer = challenge.answer,
                              });
}

enum err online_show_log_in(struct http_request *request)
{
    struct form form = form_empty(request, log_in_rules);
    return show_log_in(request, 200, &form);
}

/* Counts the attempt; the wait is told at the first field. */
static enum err count_attempts(struct http_request *request, struct form *form)
{
    int64_t wait_s = 0;
    enum err error = web_count_address(request, "holder_log_in", &wait_s);
    if (error == ERR_NONE) {
        error = count_attempt(web_of(request)->db, http_arena(request), "holder_number",
                              form_value(form, "identity_number"), NUMBER_ATTEMPTS_MAX, NUMBER_WINDOW_S, &wait_s);
    }
    if (error != ERR_TOO_MANY) return error;
    form_mistake(form, "identity_number", web_wait_text(request, wait_s));
    return ERR_NONE;
}

/* spec 03: for those who have a certificate that was at least produced; the others are told what strangers are told */
static enum err has_certificate(struct http_request *request, const struct person *person, bool *ret_has)
{
    const struct certificate_record *certificates;
    size_t count;
    *ret_has = false;
    TRY(list_certificates(web_of(request)->db, http_arena(request), person->id, &certificates, &count));
    for (size_t i = 0; i < count; i++) {
        if (certificates[i].written_s != 0) *ret_has = true;
    }
    return ERR_NONE;
}

static enum err check_person(struct http_request *request, struct form *form, struct person *ret_person)
{
    struct web *web = web_of(request);
    const char *number = form_value(form, "identity_number");
    enum err error = check_security_word(web->db, web->keeper, http_arena(request), number,
                                         form_value(form, "security_word"), ret_person);
    bool has = false;
    if (error == ERR_NONE) error = has_certificate(request, ret_person, &has);
    if (error == ERR_NONE && has) error = forget_attempts(web->db, http_arena(request), "holder_number", number);
    if (error == ERR_NONE && has) error = web_count_address_right(request, "holder_log_in");
    if (error != ERR_NONE && error != ERR_WRONG) return error;
    if (!has) {
        form_mistake(form, "identity_number",
                     TR("These do not match, or there is no certificate yet that could be used here"));
    }
    return ERR_NONE;
}

static enum err send_code(struct http_request *request, const struct person *person, struct form *form, bool *ret_sent)
{
    struct web *web = web_of(request);
    struct actor actor = web_actor(request, ACTOR_PERSON, person->id);
    int64_t valid_until_s = 0, wait_s = 0;
    enum err error =
        send_log_in_code(web->db, web->keeper, http_arena(request), &actor, person, &valid_until_s, &wait_s);
    *ret_sent = error == ERR_NONE;
    if (is_code_on_its_way(error, wait_s)) {
        return error == ERR_NONE ? online_keep_code_end(request, valid_until_s) : ERR_NONE;
    }
    if (error != ERR_TOO_MANY) return error;
    form_mistake(form, form->fields[0].name, web_wait_text(request, wait_s));
    return ERR_NONE;
}

enum err online_log_in(struct http_request *request)
{
    struct form form;
    CLEANUP_PERSON struct person person = {0};
    TRY(form_read(request, log_in_rules, &form));
    if (challenge_is_new_wanted(&form, "picture")) return show_log_in(request, 200, &form);
    if (form.errors == 0 && !identity_number_is_valid(form_value(&form, "identity_number"))) {
        form_mistake(&form, "identity_number", TR("An identity number has 11 digits; check what you typed"));
    }
    TRY(challenge_check_form(request, &form, "picture"));
    if (form.errors == 0) TRY(count_attempts(request, &form));
    if (form.errors == 0) TRY(check_person(request, &form, &person));
    bool is_sent;
    if (form.errors == 0) {
        TRY(session_become(request, ROLE_HOLDER_PENDING, person.id));
        TRY(send_code(request, &person, &form, &is_sent));
    }
    if (form.errors == 0) return http_redirect(request, "/online/kod");
    form_set(&form, "security_word", "");
    return show_log_in(request, 422, &form);
}

static enum err show_code(struct http_request *request, int status, const struct person *person,
                          const struct form *form)
{
    return page_online_code(request, status,
                            &(const struct page_online_code){
                                .is_sent_again = http_query(request, "yeni") != NULL,
                                .mobile = mobile_masked(http_arena(request), person->contact.mobile),
                                .seconds_left = online_code_seconds_left(request),
                                .code = form_field(form, "code"),
                            });
}

enum err online_show_code(struct http_request *request)
{
    CLEANUP_PERSON struct person person = {0};
    TRY(online_person(request, &person));
    struct form form = form_empty(request, online_code_rules);
    return show_code(request, 200, &person, &form);
}

enum err online_check_code(struct http_request *request)
{
    struct web *web = web_of(request);
    CLEANUP_PERSON struct person person = {0};
    struct form form;
    TRY(online_person(request, &person));
    TRY(form_read(request, online_code_rules, &form));
    if (form.errors == 0) {
        struct actor actor = online_actor(request);
        enum err error = check_log_in_code(web->db, web->keeper, &actor, &person, online_code_of_form(request, &form));
        if (error != ERR_NONE) TRY(online_code_mistake(&form, error));
    }
    if (form.errors > 0) {
        form_set(&form, "code", "");
        return show_code(request, 422, &person, &form);
    }
    TRY(session_become(request, ROLE_HOLDER, person.id));
    return http_redirect(request, "/online/sertifikalar");
}

enum err online_send_code_again(struct http_request *request)
{
    CLEANUP_PERSON struct person person = {0};
    TRY(online_person(request, &person));
    struct form form = form_empty(request, online_code_rules);
    bool is_sent;
    TRY(send_code(request, &person, &form, &is_sent));
    if (form.errors == 0 && !is_sent) {
        form_mistake(&form, "code",
                     TR("A code was sent less than a minute ago. Wait a little before you ask for another"));
    }
    if (form.errors > 0) return show_code(request, 422, &person, &form);
    return http_redirect(request, "/online/kod?yeni=1");
}

enum err online_log_out(struct http_request *request)
{
    TRY(session_end(request));
    return http_redirect(request, "/online/giris?oturum=kapandi");
}
