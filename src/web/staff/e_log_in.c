/* Log-in of staff with an electronic signature: verification code and card (spec 04). */
#include "base/secret.h"
#include "web/staff/page_staff_e_log_in.h"
#include "web/staff/staff.h"

#include <string.h>

static const struct form_rule log_in_rules[] = {
    {.name = "identity_number", .length_max = 20, .is_required = true, .missing = TR("Enter your identity number")},
    {0},
};

static enum err ask(struct http_request *request, const char *identity_number, struct signing_asked *ret_asked)
{
    struct arena *arena = http_arena(request);
    const struct staff_desk *desk = staff_desk_of(request);
    const struct login_statement statement = {
        .login_uid = random_hex(arena, 16),
        .identity_number = identity_number,
        .service = login_service_words[desk->service],
        .server = web_of(request)->installation->public_url,
        .word = login_word,
        .made_s = clock_now_s(),
    };
    struct signing_asked asked = {.purpose = SIGNING_LOG_IN,
                                  .subject = "",
                                  .identity_number = identity_number,
                                  .page = arena_printf(arena, "%s/" SIGNING_PAGE, desk->path)};
    TRY(login_statement_write(arena, &statement, &asked.text));
    *ret_asked = asked;
    return ERR_NONE;
}

static enum err ask_again(struct http_request *request, const struct signing_code *before,
                          struct signing_asked *ret_asked)
{
    return ask(request, before->asked.identity_number, ret_asked);
}

static const char *back(struct arena *arena, const struct signing_code *code)
{
    return arena_printf(arena, "%s/e-imza", staff_desk_at(code->asked.page)->path);
}

static enum err show(struct http_request *request, int status, const struct form *form)
{
    const char *account = http_query(request, "hesap");
    bool is_closed = account != NULL && strcmp(account, "kapali") == 0;
    return page_staff_e_log_in(request, status,
                               &(const struct page_staff_e_log_in){
                                   .path = staff_desk_of(request)->path,
                                   .has_no_account = account != NULL && !is_closed,
                                   .closed = is_closed ? tr(http_language(request), staff_closed_account) : NULL,
                                   .identity_number = form_field(form, "identity_number"),
                               });
}

enum err staff_show_e_log_in(struct http_request *request)
{
    struct form form = form_empty(request, log_in_rules);
    return show(request, 200, &form);
}

/* Whether there is an account for the number is told to nobody before its person has signed. */
enum err staff_e_log_in(struct http_request *request)
{
    struct form form;
    struct signing_asked asked;
    int64_t wait_s = 0;
    TRY(form_read(request, log_in_rules, &form));
    const char *number = staff_code_of(request, form_value(&form, "identity_number"));
    if (form.errors == 0 && !identity_number_is_valid(number))
        form_mistake(&form, "identity_number", TR("An identity number has 11 digits. Check it and type it again"));
    if (form.errors == 0) {
        enum err error = web_count_address(request, "staff_e_log_in", &wait_s);
        if (error == ERR_TOO_MANY) form_mistake(&form, "identity_number", web_wait_text(request, wait_s));
        else if (error != ERR_NONE) return error;
    }
    if (form.errors > 0) return show(request, 422, &form);
    TRY(ask(request, number, &asked));
    return signing_begin(request, &asked);
}

/* The text names the service that is logged in to: the desk that asked, and no other. */
static enum err find_account(struct http_request *request, const struct signing_code *code,
                             struct staff_account *ret_account, enum session_role *ret_role)
{
    struct web *web = web_of(request);
    struct staff_account account;
    TRY(find_account_by_identity_number(web->db, web->keeper, http_arena(request), code->asked.identity_number,
                                        &account));
    *ret_role = staff_desk_at(code->asked.page)->roles[account.role];
    if (*ret_role == 0) return err_set(ERR_NOT_FOUND, "an account of another desk");
    *ret_account = account;
    return ERR_NONE;
}

/* None for a card that the registry does not name: its work counts as the public's. */
static enum err ask_grant(struct http_request *request, struct bytes signature, struct bytes *ret_grant)
{
    *ret_grant = (struct bytes){0};
    enum err error = keeper_grant_card(web_of(request)->keeper, http_arena(request), signature, ret_grant);
    return error == ERR_FORBIDDEN ? ERR_NONE : error;
}

static enum err complete(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    const struct staff_desk *desk = staff_desk_at(code->asked.page);
    struct staff_account account;
    enum session_role role;
    enum err error = find_account(request, code, &account, &role);
    *ret_path = arena_printf(http_arena(request), "%s/e-imza?hesap=yok", desk->path);
    if (error == ERR_NOT_FOUND) return ERR_NONE;
    if (error != ERR_NONE) return error;
    if (account.is_closed) {
        *ret_path = arena_printf(http_arena(request), "%s/e-imza?hesap=kapali", desk->path);
        return ERR_NONE;
    }
    struct actor actor = web_actor(request, ACTOR_STAFF, account.id);
    struct bytes grant;
    TRY(ask_grant(request, code->signature, &grant));
    TRY(record_e_log_in(web_of(request)->db, &actor, account.id));
    TRY(session_become(request, role, account.id));
    if (grant.size > 0) TRY(session_keep_secret(request, grant));
    *ret_path = desk->home;
    return ERR_NONE;
}

static enum err prove(struct http_request *request, const struct signing_code *code, struct form *form)
{
    struct staff_account account;
    enum session_role role;
    enum err error = find_account(request, code, &account, &role);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (error == ERR_NOT_FOUND || account.is_closed) return ERR_NONE; /* the act will say so */
    struct bytes none; /* the session is still to come */
    return staff_check_one_time_code(request, account.id, form, &none);
}

const struct signing_flow staff_log_in_flow = {
    .purpose = SIGNING_LOG_IN,
    .ask = ask_again,
    .back = back,
    .complete = complete,
    STAFF_PROOF,
    .check_proof = prove,
};
