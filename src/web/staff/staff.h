/*
 * Purpose: what the desks of staff share (spec 04): the one-time link, log-in by password and one-time code or by
 * passkey, passkeys of one's own. A desk names itself by a struct staff_desk and puts STAFF_ROUTES into its table.
 */
#ifndef DIVIT_WEB_STAFF_H
#define DIVIT_WEB_STAFF_H

#include "http/form.h"
#include "identity/identity.h"
#include "statement/login_statement.h"
#include "web/context.h"
#include "web/passkey.h"
#include "web/signing.h"

struct staff_desk {
    const char *path; /* "/yetkili" */
    const char *home; /* path after the log-in */
    const char *title; /* English (TR): heading of the log-in page */
    enum login_service service; /* what `login 1` calls it */
    enum session_role pending; /* password right, one-time code still asked */
    enum session_role roles[STAFF_ROLE_COUNT]; /* what an account is here; 0: it has no business here */
};
extern const struct staff_desk officer_staff_desk, admin_staff_desk;

/* log_in.c */
enum err staff_show_log_in(struct http_request *request);
enum err staff_log_in(struct http_request *request);
enum err staff_log_in_by_passkey(struct http_request *request);
enum err staff_show_code(struct http_request *request);
enum err staff_check_code(struct http_request *request);
enum err staff_log_out(struct http_request *request);
const struct staff_desk *staff_desk_of(struct http_request *request);
const struct staff_desk *staff_desk_at(const char *path); /* of a page below it */
/* The account's TOTP code in the form's field "code"; what is wrong goes there. */
enum err staff_check_one_time_code(struct http_request *request, int64_t account_id, struct form *form,
                                   struct bytes *ret_grant);
extern const char
    staff_closed_account[]; /* English (TR): what is told to its owner, once they have shown who they are */
/* A one-time code as typed: people put spaces into it. */
const char *staff_code_of(struct http_request *request, const char *typed);

/* e_log_in.c: by an electronic signature; staff_log_in_flow says the rest */
enum err staff_show_e_log_in(struct http_request *request);
enum err staff_e_log_in(struct http_request *request);

/* signature.c: a decision, a proposal of the registry */
struct staff_text {
    const void *context; /* the text's own, for what follows */
    const char *path; /* of its page */
    enum err (*show)(struct http_request *request, int status, const void *context, const struct form *form);
    enum err (*take_file)(struct http_request *request, const void *context, struct bytes signature);
    enum err (*take_assertion)(struct http_request *request, const void *context,
                               const struct passkey_assertion *assertion);
    const char *(*mistake_of)(enum err error); /* English (TR); NULL: it goes up */
};
extern const struct form_rule staff_signature_rules[];
enum err staff_sign_by_file(struct http_request *request, const struct staff_text *text) MUST_CHECK;
enum err staff_sign_by_passkey(struct http_request *request, const struct staff_text *text) MUST_CHECK;
/* Ids of those of one's own passkeys that count; "" when there is none. */
enum err staff_find_counting_passkeys(struct http_request *request, const char **ret_ids) MUST_CHECK;
/* In a signing_flow of staff: where page and program stand in different places, the authenticator's code is asked for. */
enum err staff_prove(struct http_request *request, const struct signing_code *code, struct form *form);
#define STAFF_PROOF                                                                                                    \
    .proof_label = TR("Enter the code from your authenticator app"),                                                   \
    .proof_hint = TR("6 digits; each code can be used once and changes every 30 seconds")

/* set_up.c */
enum err staff_show_set_up(struct http_request *request);
enum err staff_set_up(struct http_request *request);
enum err staff_show_qr_code(struct http_request *request);

/* passkeys.c */
enum err staff_show_passkeys(struct http_request *request);
enum err staff_make_passkey(struct http_request *request);
enum err staff_remove_passkey(struct http_request *request);

#define STAFF_FORM_MAX 4096
#define STAFF_ROUTES(path, pending, roles)                                                                             \
    {HTTP_GET, path "/giris", 0, HTTP_OPEN, 0, staff_show_log_in},                                                     \
        {HTTP_POST, path "/giris", 0, HTTP_CSRF, STAFF_FORM_MAX, staff_log_in},                                        \
        {HTTP_GET, path "/e-imza", 0, HTTP_OPEN, 0, staff_show_e_log_in},                                              \
        {HTTP_POST, path "/e-imza", 0, HTTP_CSRF, STAFF_FORM_MAX, staff_e_log_in},                                     \
        {HTTP_POST, path "/giris/anahtar", 0, HTTP_CSRF, PASSKEY_FORM_MAX, staff_log_in_by_passkey},                   \
        {HTTP_GET, path "/kod", pending, HTTP_OPEN, 0, staff_show_code},                                               \
        {HTTP_POST, path "/kod", pending, HTTP_CSRF, STAFF_FORM_MAX, staff_check_code},                                \
        {HTTP_POST, path "/cikis", (pending) | (roles), HTTP_CSRF, STAFF_FORM_MAX, staff_log_out},                     \
        {HTTP_GET, path "/kurulum/{token}", 0, HTTP_OPEN, 0, staff_show_set_up},                                       \
        {HTTP_POST, path "/kurulum/{token}", 0, HTTP_CSRF, STAFF_FORM_MAX, staff_set_up},                              \
        {HTTP_GET, path "/kurulum/{token}/kare-kod.png", 0, HTTP_OPEN, 0, staff_show_qr_code},                         \
        {HTTP_GET, path "/anahtar", roles, HTTP_OPEN, 0, staff_show_passkeys},                                         \
        {HTTP_POST, path "/anahtar", roles, HTTP_CSRF, PASSKEY_FORM_MAX, staff_make_passkey},                          \
    {                                                                                                                  \
        HTTP_POST, path "/anahtar/{uid}/sil", roles, HTTP_CSRF, STAFF_FORM_MAX, staff_remove_passkey                   \
    }

static inline int64_t staff_account_id(struct http_request *request)
{
    return session_of(request)->subject; /* the routes ask for the role, so there is a session */
}

/* The keeper for this person's work: persons opened count against their own budget. */
static inline struct keeper *staff_keeper(struct http_request *request)
{
    struct keeper *keeper = web_of(request)->keeper;
    struct bytes grant;
    /* whose card or passkey the registry does not name has none, and shares the public's budget */
    return session_secret(request, &grant) == ERR_NONE ? keeper_for(keeper, http_arena(request), grant) : keeper;
}

static inline struct actor staff_actor(struct http_request *request)
{
    return web_actor(request, ACTOR_STAFF, staff_account_id(request));
}

#endif
