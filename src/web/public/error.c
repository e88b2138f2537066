#include "web/public/public.h"

#include "base/log.h"
#include "web/agent/agent.h"
#include "web/context.h"
#include "web/public/page_public_error.h"
#include "web/scim/scim.h"

#include <string.h>

/* Every error says what happened, what was kept, what to do (spec 09, For people). */
struct words {
    const char *heading;
    const char *happened;
    const char *todo;
};

static struct words words_of_status(int status)
{
    switch (status) {
    case 400:
        return (struct words){
            TR("The request could not be read"),
            TR("What your browser sent is not something this service understands. Nothing was changed."),
            TR("Go back to the page you came from and try again.")};
    case 401:
    case 403:
        return (struct words){
            TR("You cannot do this"),
            TR("This page or form is not open to you, or the form was opened before you logged in. "
               "Nothing was changed."),
            TR("Open the page anew and try again. If you think you should be able to do this, write to "
               "us or call us.")};
    case 404:
        return (struct words){TR("Page not found"), TR("There is nothing at this address."),
                              TR("Check the address, or start from the home page.")};
    case 405:
        return (struct words){TR("This address is not opened this way"),
                              TR("The address belongs to a form. Nothing was changed."),
                              TR("Start from the home page.")};
    case 409:
        return (struct words){
            TR("This is no longer possible"),
            TR("Something changed in the meantime, or this was done before. Nothing more was changed."),
            TR("Open the page anew to see how things stand.")};
    case 410:
        return (struct words){TR("Your time for this is over"),
                              TR("Your session or the link has ended. What you had already sent is kept; what stood on "
                                 "this page was not sent."),
                              TR("Log in or start again.")};
    case 413:
        return (struct words){TR("This is too large"),
                              TR("What you sent is larger than this page takes. Nothing was kept."),
                              TR("Choose a smaller file and try again.")};
    case 422:
        return (struct words){TR("This does not match"), TR("A code or a detail is not right. Nothing was changed."),
                              TR("Go back and check what you typed.")};
    case 429:
        return (struct words){TR("Too many attempts"), TR("This was tried too often. Nothing was changed."),
                              TR("Wait a few minutes and try again.")};
    case 503:
        return (struct words){TR("This is not available just now"),
                              TR("A system that we need does not answer, or too many people are waiting. What you had "
                                 "already sent is kept."),
                              TR("Wait a minute, then open the page anew and try again.")};
    default:
        return (struct words){TR("Something went wrong with us"),
                              TR("It is our fault, and it was written down. What you had already sent is kept."),
                              TR("Try again in a few minutes. If it happens again, tell us the number below.")};
    }
}

/* What a person mistyped is no event; what we or others broke, and what was denied, is. */
static void log_failure(struct http_request *request, enum err error)
{
    enum err_class class = err_class(error);
    if (class == ERR_CLASS_BROKEN || class == ERR_CLASS_TEMPORARY || error == ERR_FORBIDDEN) {
        log_error("request_failed", error, "request", http_request_id(request), "route", http_route_path(request),
                  NULL);
    }
}

struct denial {
    struct actor actor;
    const char *route;
};

static enum err record_denial(struct db_tx *tx, void *context)
{
    const struct denial *denial = context;
    return audit_record(tx, &denial->actor, "deny_access", "route", 0, denial->route);
}

/* spec 04: every denied attempt is recorded */
static void record_denied(struct http_request *request)
{
    const struct session *session = session_of(request);
    enum actor_kind kind = ACTOR_NOBODY;
    int64_t id = 0;
    if (session != NULL && (session->role & (ROLE_OFFICER | ROLE_OFFICER_PENDING)) != 0) kind = ACTOR_STAFF;
    if (session != NULL && (session->role & (ROLE_HOLDER | ROLE_HOLDER_PENDING)) != 0) kind = ACTOR_PERSON;
    if (kind != ACTOR_NOBODY) id = session->subject;
    struct denial denial = {.actor = web_actor(request, kind, id), .route = http_route_path(request)};
    enum err error = db_run(web_of(request)->db, record_denial, &denial);
    if (error != ERR_NONE) log_error("denial_not_recorded", error, "request", http_request_id(request), NULL);
}

void show_error(struct http_request *request, enum err error, int status)
{
    log_failure(request, error);
    if (error == ERR_FORBIDDEN) record_denied(request);
    if (strncmp(http_url(request), AGENT_PREFIX "/", strlen(AGENT_PREFIX) + 1) == 0) {
        agent_show_error(request, error, status);
        return;
    }
    if (strncmp(http_url(request), SCIM_PREFIX "/", strlen(SCIM_PREFIX) + 1) == 0) {
        scim_show_error(request, error, status);
        return;
    }
    enum language language = http_language(request);
    struct words words = words_of_status(status);
    enum err shown = page_public_error(request, status,
                                       &(const struct page_public_error){
                                           .heading = tr(language, words.heading),
                                           .happened = tr(language, words.happened),
                                           .todo = tr(language, words.todo),
                                           .number = status == 500 ? http_request_id(request) : NULL,
                                       });
    if (shown != ERR_NONE) log_error("error_page_failed", shown, "request", http_request_id(request), NULL);
}
