/* Purpose: the handlers of the institution officer's desk, /yetkili (spec 04). */
#ifndef DIVIT_WEB_OFFICER_H
#define DIVIT_WEB_OFFICER_H

#include "application/application.h"
#include "web/staff/staff.h"

/* signing.c: with a verification code and a card */
enum err officer_begin_signing(struct http_request *request);

/* inbox.c */
enum err officer_show_inbox(struct http_request *request);
enum err officer_find_barcode(struct http_request *request);
enum err officer_find_name(struct http_request *request);

/* application.c */
enum err officer_show_application(struct http_request *request);
enum err officer_take_in(struct http_request *request);
enum err officer_show_refusal(struct http_request *request);
enum err officer_refuse(struct http_request *request);
/* The one of the address, if it is this officer's to see; ERR_NOT_FOUND. */
enum err officer_open_by_barcode(struct http_request *request, struct application *ret_application) MUST_CHECK;
/* To its page, which says what was done. */
enum err officer_go_back(struct http_request *request, const struct application *application,
                         const char *result) MUST_CHECK;

/* return.c */
enum err officer_show_return(struct http_request *request);
enum err officer_return(struct http_request *request);

/* decision.c */
enum err officer_propose(struct http_request *request);
enum err officer_show_decision(struct http_request *request);
enum err officer_download_decision(struct http_request *request);
enum err officer_sign_decision(struct http_request *request);
enum err officer_decide_by_passkey(struct http_request *request);

/* missing.c: "a signature of approval; at least one of them by card": what this mask of missing_evidence() means */
const char *officer_missing_text(struct http_request *request, unsigned missing, bool has_signatures);

#endif
