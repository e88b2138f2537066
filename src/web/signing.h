/*
 * Purpose: pages that ask for a signature by verification code (spec 02). Every desk has the same routes below its page
 * (SIGNING_ROUTES), one page, and a flow for each purpose that says what is signed and what follows.
 */
#ifndef DIVIT_WEB_SIGNING_H
#define DIVIT_WEB_SIGNING_H

#include "http/form.h"
#include "signing/signing.h"
#include "web/context.h"

/* What the program shows beside the text: whatever the text names by its digest, in full. */
struct signing_document {
    const char *title;
    struct bytes text; /* its SHA-256 stands in the text to be signed */
};

struct signing_flow {
    enum signing_purpose purpose;
    /* A new code for the same thing as `before`: its text may have to be written anew. */
    enum err (*ask)(struct http_request *request, const struct signing_code *before, struct signing_asked *ret_asked);
    /* Where the page was reached from, for its back link. */
    const char *(*back)(struct arena *arena, const struct signing_code *code);
    /* For a program, which has no session; NULL: none. */
    enum err (*list_documents)(struct web *web, struct arena *arena, const struct signing_code *code,
                               struct signing_document **ret_documents, size_t *ret_count);
    /* The act itself, in the session that asked; where the browser goes then. */
    enum err (*complete)(struct http_request *request, const struct signing_code *code, const char **ret_path);
    /* One more proof, where page and program stand in different places (spec 10). */
    const char *proof_label, *proof_hint; /* English (TR); NULL: none is asked */
    enum err (*begin_proof)(struct http_request *request, const struct signing_code *code); /* NULL: nothing to send */
    /* What was wrong goes to the field "code" of the form. */
    enum err (*check_proof)(struct http_request *request, const struct signing_code *code, struct form *form);
};
const struct signing_flow *signing_flow_of(enum signing_purpose purpose);
extern const struct signing_flow staff_log_in_flow, officer_approval_flow, apply_signing_flow, online_pin_flow,
    admin_registry_flow, online_unlock_flow, online_activation_flow;

/* A code for this; answers by going to its page. The request has a session. */
enum err signing_begin(struct http_request *request, const struct signing_asked *asked) MUST_CHECK;

/* Handlers, for a page at `page`. */
enum err signing_show(struct http_request *request);
enum err signing_renew(struct http_request *request);
enum err signing_show_state(struct http_request *request);
enum err signing_go_on(struct http_request *request);
enum err signing_paste_link(struct http_request *request);
enum err signing_take_ticket(struct http_request *request);
enum err signing_show_proof(struct http_request *request);
enum err signing_check_proof(struct http_request *request);
/* The ticket's own route is open: it comes from a program, and is worth nothing without the session that asked. */
#define SIGNING_ROUTES(page, roles)                                                                                    \
    {HTTP_GET, page, roles, HTTP_OPEN, 0, signing_show}, {HTTP_POST, page, roles, HTTP_CSRF, 4096, signing_renew},     \
        {HTTP_GET, page "/durum", roles, HTTP_OPEN, 0, signing_show_state},                                            \
        {HTTP_POST, page "/devam", roles, HTTP_CSRF, 4096, signing_go_on},                                             \
        {HTTP_POST, page "/don", roles, HTTP_CSRF, 4096, signing_paste_link},                                          \
        {HTTP_GET, page "/don/{ticket}", 0, HTTP_OPEN, 0, signing_take_ticket},                                        \
        {HTTP_GET, page "/kanit", roles, HTTP_OPEN, 0, signing_show_proof},                                            \
    {                                                                                                                  \
        HTTP_POST, page "/kanit", roles, HTTP_CSRF, 4096, signing_check_proof                                          \
    }
#define SIGNING_PAGE "imza" /* the last part of every such page's path */

#endif
