#include "http/form.h"
#include "web/staff/staff.h"
#include "web/staff/page_staff_code.h"
#include "web/staff/page_staff_log_in.h"

#include <string.h>

#define NAME_ATTEMPTS_MAX 10
#define NAME_WINDOW_S (15 * 60)
#define PURPOSE "log in"
#define CODE_ATTEMPTS_MAX 5
#define CODE_WINDOW_S (15 * 60)

static const struct form_rule log_in_rules[] = {
    {.name = "user_name", .length_max = 64, .is_required = true, .missing = TR("Enter your user name")},
    {.name = "password",
     .length_max = 200,
     .is_required = true,
     .is_kept_raw = true,
     .missing = TR("Enter your password")},
    {0},
};
const char staff_closed_account[] = TR(
    "Your account is closed: none of your keys stands in the registry now. It opens again as soon as two administrators "
    "have added a key of yours; ask one of them");
static const struct form_rule code_rules[] = {
    {.name = "code",
     .length_max = 20,
     .is_required = true,
     .missing = TR("Enter the code from your authenticator app")},
    {0},
};

const struct staff_desk *staff_desk_at(const char *path)
{
    bool is_admin = strncmp(path, admin_staff_desk.path, strlen(admin_staff_desk.path)) == 0;
    return is_admin ? &admin_staff_desk : &officer_staff_desk; /* routes are theirs alone */
}

const struct staff_desk *staff_desk_of(struct http_request *request)
{
    return staff_desk_at(http_url(request));
}

static enum err go(struct http_request *request, const char *rest)
{
    return http_redirect(request, arena_printf(http_arena(request), "%s%s", staff_desk_of(request)->path, rest));
}

/* `grant`: the keeper's, for this session's work; none for a passkey that the registry does not name. */
static enum err enter(struct http_request *request, const struct staff_account *account, struct bytes grant)
{
    const struct staff_desk *desk = staff_desk_of(request);
    if (desk->roles[account->role] == 0) return err_set(ERR_FORBIDDEN, "an account of another desk");
    TRY(session_become(request, desk->roles[account->role], account->id));
    if (grant.size > 0) TRY(session_keep_secret(request, grant));
    return http_redirect(request, desk->home);
}

const char *staff_code_of(struct http_request *request, const char *typed)
{
    char *code = arena_alloc(http_arena(request), strlen(typed) + 1);
    size_t length = 0;
    for (const char *c = typed; *c != '\0'; c++) {
        if (*c != ' ') code[length++] = *c;
    }
    return code;
}

/* The session's challenge, and the one the keeper makes of it: so it knows that the answer is fresh. */
static enum err make_challenge(struct http_request *request, struct bytes *ret_challenge)
{
    struct bytes of_session;
    TRY(passkey_challenge(request, PURPOSE, &of_session));
    return keeper_challenge(web_of(request)->keeper, http_arena(request), of_session, ret_challenge);
}

static enum err show_log_in(struct http_request *request, int status, const struct form *form)
{
    const char *ended = http_query(request, "oturum"), *account = http_query(request, "hesap");
    const struct staff_desk *desk = staff_desk_of(request);
    struct bytes challenge;
    TRY(make_challenge(request, &challenge));
    return page_staff_log_in(request, status,
                             &(const struct page_staff_log_in){
                                 .path = desk->path,
                                 .heading = tr(http_language(request), desk->title),
                                 .has_ended = ended != NULL && strcmp(ended, "bitti") == 0,
                                 .has_left = ended != NULL && strcmp(ended, "kapandi") == 0,
                                 .is_set_up = account != NULL && strcmp(account, "kapali") != 0,
                                 .closed = account != NULL && strcmp(account, "kapali") == 0
                                               ? tr(http_language(request), staff_closed_account)
                                               : NULL,
                                 .user_name = form_field(form, "user_name"),
                                 .password = form_field(form, "password"),
                                 .passkey_failed = http_query(request, "anahtar") != NULL,
                                 .challenge = base64url_encode(http_arena(request), challenge),
                                 .rp = passkey_rp(request),
                             });
}

enum err staff_show_log_in(struct http_request *request)
{
    struct form form = form_empty(request, log_in_rules);
    return show_log_in(request, 200, &form);
}

/* Counts the attempt and checks the password; what the person did wrong goes to the form. */
static enum err check_password(struct http_request *request, struct form *form, struct staff_account *ret_account)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    int64_t wait_s = 0;
    enum err error = web_count_address(request, "staff_log_in", &wait_s);
    if (error == ERR_NONE) {
        error = count_attempt(web->db, arena, "staff_name", form_value(form, "user_name"), NAME_ATTEMPTS_MAX,
                              NAME_WINDOW_S, &wait_s);
    }
    if (error == ERR_TOO_MANY) {
        form_mistake(form, "user_name", web_wait_text(request, wait_s));
        return ERR_NONE;
    }
    if (error != ERR_NONE) return error;
    error =
        check_staff_password(web->db, arena, form_value(form, "user_name"), form_value(form, "password"), ret_account);
    if (error == ERR_NONE && staff_desk_of(request)->roles[ret_account->role] == 0)
        error = err_set(ERR_WRONG, "an account of another desk");
    if (error == ERR_NONE && ret_account->is_closed) form_mistake(form, "user_name", staff_closed_account);
    if (error == ERR_NONE) return forget_attempts(web->db, arena, "staff_name", form_value(form, "user_name"));
    if (error != ERR_WRONG) return error;
    form_mistake(form, "user_name", TR("The user name or the password is not right"));
    return ERR_NONE;
}

enum err staff_log_in(struct http_request *request)
{
    struct form form;
    struct staff_account account = {0};
    TRY(form_read(request, log_in_rules, &form));
    if (form.errors == 0) TRY(check_password(request, &form, &account));
    if (form.errors > 0) {
        form_set(&form, "password", "");
        return show_log_in(request, 422, &form);
    }
    TRY(session_become(request, staff_desk_of(request)->pending, account.id));
    return go(request, "/kod");
}

static enum err show_wait(struct http_request *request, int64_t wait_s)
{
    struct form form = form_empty(request, log_in_rules);
    form_mistake(&form, "user_name", web_wait_text(request, wait_s));
    return show_log_in(request, 429, &form);
}

static enum err check_passkey(struct http_request *request, const struct form *form, struct staff_account *ret_account,
                              struct bytes *ret_grant)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct bytes of_session, challenge;
    struct passkey_assertion assertion;
    struct actor actor = web_actor(request, ACTOR_NOBODY, 0);
    TRY(passkey_challenge(request, PURPOSE, &of_session));
    TRY(passkey_read_assertion(request, form, &assertion));
    enum err error =
        keeper_grant_passkey(web->keeper, arena, of_session, passkey_pack(arena, &assertion), &challenge, ret_grant);
    if (error == ERR_INVALID) return err_set(ERR_WRONG, "passkey: malformed");
    TRY(error);
    TRY(log_in_by_passkey(web->db, arena, &actor, passkey_origin(request), challenge, &assertion, ret_account));
    if (staff_desk_of(request)->roles[ret_account->role] == 0) return err_set(ERR_WRONG, "an account of another desk");
    return ERR_NONE;
}

/* Whatever is wrong with the passkey is told in one sentence. */
enum err staff_log_in_by_passkey(struct http_request *request)
{
    struct form form;
    struct bytes grant;
    struct staff_account account;
    int64_t wait_s = 0;
    TRY(form_read(request, passkey_get_rules, &form));
    enum err error = web_count_address(request, "staff_log_in", &wait_s);
    if (error == ERR_TOO_MANY) return show_wait(request, wait_s);
    TRY(error);
    error = check_passkey(request, &form, &account, &grant);
    if (error == ERR_WRONG) return go(request, "/giris?anahtar=gecersiz");
    if (error == ERR_STATE) return go(request, "/giris?hesap=kapali");
    TRY(error);
    return enter(request, &account, grant);
}

static enum err show_code(struct http_request *request, int status, const struct form *form)
{
    return page_staff_code(
        request, status,
        &(const struct page_staff_code){.path = staff_desk_of(request)->path, .code = form_field(form, "code")});
}

enum err staff_show_code(struct http_request *request)
{
    struct form form = form_empty(request, code_rules);
    return show_code(request, 200, &form);
}

enum err staff_check_one_time_code(struct http_request *request, int64_t account, struct form *form,
                                   struct bytes *ret_grant)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    int64_t wait_s = 0;
    const char *key = arena_printf(arena, "%lld", (long long)account);
    enum err error = count_attempt(web->db, arena, "staff_code", key, CODE_ATTEMPTS_MAX, CODE_WINDOW_S, &wait_s);
    if (error == ERR_TOO_MANY) {
        form_mistake(form, "code", web_wait_text(request, wait_s));
        return ERR_NONE;
    }
    if (error != ERR_NONE) return error;
    struct actor actor = web_actor(request, ACTOR_STAFF, account);
    error = check_staff_code(web->db, web->keeper, arena, &actor, account,
                             staff_code_of(request, form_value(form, "code")), ret_grant);
    if (error == ERR_NONE) return forget_attempts(web->db, arena, "staff_code", key);
    if (error != ERR_WRONG) return error;
    form_mistake(form, "code", TR("The code is not right, or it was used already. Wait for the next one and enter it"));
    return ERR_NONE;
}

enum err staff_check_code(struct http_request *request)
{
    struct form form;
    struct staff_account account;
    struct bytes grant = {0};
    TRY(form_read(request, code_rules, &form));
    if (form.errors == 0) TRY(staff_check_one_time_code(request, staff_account_id(request), &form, &grant));
    if (form.errors > 0) {
        form_set(&form, "code", "");
        return show_code(request, 422, &form);
    }
    TRY(find_staff_account(web_of(request)->db, http_arena(request), staff_account_id(request), &account));
    return enter(request, &account, grant);
}

enum err staff_log_out(struct http_request *request)
{
    TRY(session_end(request));
    return go(request, "/giris?oturum=kapandi");
}
