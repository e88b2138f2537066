/* What officers sign with a verification code: logging in, and decisions (spec 04). */
#include "application/application.h"
#include "base/secret.h"
#include "http/form.h"
#include "statement/login_statement.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_e_log_in.h"
#include "web/signing.h"

#include <stdlib.h>
#include <string.h>

#define PAGE "/yetkili/" SIGNING_PAGE
#define DECISION_SUBJECT "decision:" /* and the account's number, ':', the decision's uid */

static const struct form_rule log_in_rules[] = {
    {.name = "identity_number", .length_max = 20, .is_required = true, .missing = TR("Enter your identity number")},
    {0},
};

/* -- logging in -- */

static enum err ask_log_in(struct http_request *request, const char *identity_number, struct signing_asked *ret_asked)
{
    struct arena *arena = http_arena(request);
    const struct login_statement statement = {
        .login_uid = random_hex(arena, 16),
        .identity_number = identity_number,
        .service = login_service_words[LOGIN_OFFICER],
        .server = web_of(request)->installation->public_url,
        .word = login_word,
        .made_s = clock_now_s(),
    };
    struct signing_asked asked = {
        .purpose = SIGNING_LOG_IN, .subject = "", .identity_number = identity_number, .page = PAGE};
    TRY(login_statement_write(arena, &statement, &asked.text));
    *ret_asked = asked;
    return ERR_NONE;
}

static enum err ask_log_in_again(struct http_request *request, const struct signing_code *before,
                                 struct signing_asked *ret_asked)
{
    return ask_log_in(request, before->asked.identity_number, ret_asked);
}

static const char *back_to_log_in(struct arena *arena, const struct signing_code *code)
{
    return "/yetkili/e-imza";
}

static enum err show_log_in(struct http_request *request, int status, const struct form *form)
{
    return page_officer_e_log_in(request, status,
                                 &(const struct page_officer_e_log_in){
                                     .has_no_account = http_query(request, "hesap") != NULL,
                                     .identity_number = form_field(form, "identity_number"),
                                 });
}

enum err officer_show_e_log_in(struct http_request *request)
{
    struct form form = form_empty(request, log_in_rules);
    return show_log_in(request, 200, &form);
}

/* Whether there is an account for the number is told to nobody before its person has signed. */
enum err officer_e_log_in(struct http_request *request)
{
    struct form form;
    struct signing_asked asked;
    int64_t wait_s = 0;
    TRY(form_read(request, log_in_rules, &form));
    const char *number = staff_code_of(request, form_value(&form, "identity_number"));
    if (form.errors == 0 && !identity_number_is_valid(number))
        form_mistake(&form, "identity_number", TR("An identity number has 11 digits. Check it and type it again"));
    if (form.errors == 0) {
        enum err error = web_count_address(request, "officer_e_log_in", &wait_s);
        if (error == ERR_TOO_MANY) form_mistake(&form, "identity_number", web_wait_text(request, wait_s));
        else if (error != ERR_NONE) return error;
    }
    if (form.errors > 0) return show_log_in(request, 422, &form);
    TRY(ask_log_in(request, number, &asked));
    return signing_begin(request, &asked);
}

static enum err find_account(struct http_request *request, const struct signing_code *code,
                             struct staff_account *ret_account)
{
    struct web *web = web_of(request);
    TRY(find_account_by_identity_number(web->db, web->keeper, http_arena(request), code->asked.identity_number,
                                        ret_account));
    return ret_account->role == STAFF_OFFICER ? ERR_NONE : err_set(ERR_NOT_FOUND, "an account of another desk");
}

static enum err complete_log_in(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    struct staff_account account;
    enum err error = find_account(request, code, &account);
    *ret_path = "/yetkili/e-imza?hesap=yok";
    if (error == ERR_NOT_FOUND) return ERR_NONE;
    if (error != ERR_NONE) return error;
    struct actor actor = web_actor(request, ACTOR_STAFF, account.id);
    TRY(record_e_log_in(web_of(request)->db, &actor, account.id));
    TRY(session_become(request, ROLE_OFFICER, account.id));
    *ret_path = "/yetkili/gelen";
    return ERR_NONE;
}

static enum err prove_log_in(struct http_request *request, const struct signing_code *code, struct form *form)
{
    struct staff_account account;
    enum err error = find_account(request, code, &account);
    if (error == ERR_NOT_FOUND) return ERR_NONE; /* the act will say so */
    if (error != ERR_NONE) return error;
    struct bytes none; /* the session is still to come */
    return staff_check_one_time_code(request, account.id, form, &none);
}

#define PROOF                                                                                                          \
    .proof_label = TR("Enter the code from your authenticator app"),                                                   \
    .proof_hint = TR("6 digits; each code can be used once and changes every 30 seconds")

const struct signing_flow officer_log_in_flow = {
    .purpose = SIGNING_LOG_IN,
    .ask = ask_log_in_again,
    .back = back_to_log_in,
    .complete = complete_log_in,
    PROOF,
    .check_proof = prove_log_in,
};

/* -- decisions -- */

static enum err open_subject(const char *subject, int64_t *ret_account, const char **ret_uid)
{
    char *end = NULL;
    if (strncmp(subject, DECISION_SUBJECT, strlen(DECISION_SUBJECT)) != 0)
        return err_set(ERR_BROKEN, "no decision is to be signed");
    *ret_account = strtoll(subject + strlen(DECISION_SUBJECT), &end, 10);
    if (*end != ':') return err_set(ERR_BROKEN, "no decision is to be signed");
    *ret_uid = end + 1;
    return ERR_NONE;
}

static enum err ask_decision(struct http_request *request, const char *uid, struct signing_asked *ret_asked)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct decision decision;
    struct staff_account account;
    struct person person;
    TRY(find_decision(web->db, arena, staff_account_id(request), uid, &decision));
    if (decision.signed_s != 0) return err_set(ERR_STATE, "decision: signed already");
    TRY(find_staff_account(web->db, arena, staff_account_id(request), &account));
    TRY(open_person(web->db, staff_keeper(request), arena, account.person_id, &person));
    *ret_asked = (struct signing_asked){
        .purpose = SIGNING_APPROVAL,
        .subject = arena_printf(arena, DECISION_SUBJECT "%lld:%s", (long long)account.id, decision.uid),
        .identity_number = person.details.identity_number,
        .text = bytes_of_text(decision.statement),
        .page = PAGE,
    };
    person_close(&person);
    return ERR_NONE;
}

static enum err ask_decision_again(struct http_request *request, const struct signing_code *before,
                                   struct signing_asked *ret_asked)
{
    int64_t account;
    const char *uid;
    TRY(open_subject(before->asked.subject, &account, &uid));
    return ask_decision(request, uid, ret_asked);
}

static const char *back_to_decision(struct arena *arena, const struct signing_code *code)
{
    return arena_printf(arena, "/yetkili/karar/%s", strrchr(code->asked.subject, ':') + 1);
}

enum err officer_begin_signing(struct http_request *request)
{
    struct signing_asked asked;
    TRY(ask_decision(request, http_path(request, "uid"), &asked));
    return signing_begin(request, &asked);
}

/* Each application in full, so that the program can see for itself what the digests in the text stand for. */
static enum err list_applications(struct web *web, struct arena *arena, const struct signing_code *code,
                                  struct signing_document **ret_documents, size_t *ret_count)
{
    int64_t account;
    const char *uid;
    struct decision decision;
    TRY(open_subject(code->asked.subject, &account, &uid));
    TRY(find_decision(web->db, arena, account, uid, &decision));
    struct signing_document *documents = NEW_ARRAY(arena, struct signing_document, decision.application_count);
    for (size_t i = 0; i < decision.application_count; i++) {
        CLEANUP_APPLICATION struct application application = {0};
        TRY(open_application_for_officer(web->db, web->keeper, arena, account, decision.application_ids[i],
                                         &application));
        documents[i] = (struct signing_document){
            .title = arena_printf(arena, "%s: %s %s", application.barcode == NULL ? "-" : application.barcode,
                                  application.form.given_names, application.form.surname),
            .text = application.statement,
        };
    }
    *ret_documents = documents;
    *ret_count = decision.application_count;
    return ERR_NONE;
}

static enum err complete_decision(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = staff_actor(request);
    int64_t account;
    const char *uid;
    TRY(open_subject(code->asked.subject, &account, &uid));
    if (account != staff_account_id(request)) return err_set(ERR_FORBIDDEN, "another officer's decision");
    TRY(accept_decision_signature(web->db, staff_keeper(request), arena, &actor, account, uid, code->signature));
    *ret_path = arena_printf(arena, "/yetkili/karar/%s?sonuc=imza", uid);
    return ERR_NONE;
}

static enum err prove_decision(struct http_request *request, const struct signing_code *code, struct form *form)
{
    struct bytes none; /* the session has its own */
    return staff_check_one_time_code(request, staff_account_id(request), form, &none);
}

const struct signing_flow officer_approval_flow = {
    .purpose = SIGNING_APPROVAL,
    .ask = ask_decision_again,
    .back = back_to_decision,
    .list_documents = list_applications,
    .complete = complete_decision,
    PROOF,
    .check_proof = prove_decision,
};
