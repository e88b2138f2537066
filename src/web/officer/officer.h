/* Purpose: the handlers of the institution officer's desk, /yetkili (spec 04). */
#ifndef DIVIT_WEB_OFFICER_H
#define DIVIT_WEB_OFFICER_H

#include "identity/identity.h"
#include "http/form.h"
#include "web/context.h"

/* log_in.c: password, then the one-time code; or a passkey alone */
enum err officer_log_in_by_passkey(struct http_request *request);
enum err officer_show_log_in(struct http_request *request);
enum err officer_log_in(struct http_request *request);
enum err officer_show_code(struct http_request *request);
enum err officer_check_code(struct http_request *request);
enum err officer_log_out(struct http_request *request);

/* The officer's TOTP code in the form's field "code"; what is wrong goes there. */
enum err officer_check_one_time_code(struct http_request *request, int64_t account_id, struct form *form,
                                     struct bytes *ret_grant);

/* signing.c: with a verification code and a card */
enum err officer_show_e_log_in(struct http_request *request);
enum err officer_e_log_in(struct http_request *request);
enum err officer_begin_signing(struct http_request *request);

/* set_up.c: the one-time link */
enum err officer_show_set_up(struct http_request *request);
enum err officer_set_up(struct http_request *request);
enum err officer_show_qr_code(struct http_request *request);

/* inbox.c */
enum err officer_show_inbox(struct http_request *request);
enum err officer_find_barcode(struct http_request *request);

/* application.c */
enum err officer_show_application(struct http_request *request);
enum err officer_take_in(struct http_request *request);
enum err officer_show_refusal(struct http_request *request);
enum err officer_refuse(struct http_request *request);

/* decision.c */
enum err officer_propose(struct http_request *request);
enum err officer_show_decision(struct http_request *request);
enum err officer_download_decision(struct http_request *request);
enum err officer_sign_decision(struct http_request *request);
enum err officer_decide_by_passkey(struct http_request *request);

/* missing.c: "a signature of approval; at least one of them by card": what this mask of missing_evidence() means */
const char *officer_missing_text(struct http_request *request, unsigned missing, bool has_signatures);

/* passkeys.c */
enum err officer_show_passkeys(struct http_request *request);
enum err officer_make_passkey(struct http_request *request);
enum err officer_remove_passkey(struct http_request *request);

static inline int64_t officer_account(struct http_request *request)
{
    return session_of(request)->subject; /* the routes ask for the role, so there is a session */
}

/* The keeper for this officer's work: persons opened count against their own budget. */
static inline struct keeper *officer_keeper(struct http_request *request)
{
    struct keeper *keeper = web_of(request)->keeper;
    struct bytes grant;
    /* who logged in with a card has none, and shares the public's budget */
    return session_secret(request, &grant) == ERR_NONE ? keeper_for(keeper, http_arena(request), grant) : keeper;
}

static inline struct actor officer_actor(struct http_request *request)
{
    return web_actor(request, ACTOR_STAFF, officer_account(request));
}

/* A one-time code as typed: people put spaces into it. */
const char *officer_code_of(struct http_request *request, const char *typed);

#endif
