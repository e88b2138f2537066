/* Purpose: one request on its thread: session, role, guard, handler, error page. */
#include "http/internal.h"

#include "base/turkish.h"
#include "http/session.h"

#include <string.h>

void request_run_error(struct http_request *request, enum err error, int status)
{
    answer_drop(request);
    request->header_count = 0; /* nothing of a half-made answer: no file name, no cookie */
    if (request->server->options.error_page != NULL) request->server->options.error_page(request, error, status);
    if (request->response == NULL) answer_plain(request, status, err_meaning(error));
}

/*
 * Browsers say where a request comes from; one that says another site is refused. Neither header comes from old
 * browsers and from tools: then the token decides alone.
 */
bool request_is_from_us(const struct http_request *request)
{
    const char *site = http_header(request, "Sec-Fetch-Site");
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) return false;
    const char *origin = http_header(request, "Origin");
    if (origin == NULL) return true;
    const char *host = http_header(request, "Host");
    const char *start = strstr(origin, "://");
    return host != NULL && start != NULL && ascii_equal_fold(start + 3, host);
}

static enum err check_csrf(struct http_request *request)
{
    if (!request_is_from_us(request)) return err_set(ERR_FORBIDDEN, "the form came from another site");
    if (request->session == NULL) return err_set(ERR_EXPIRED, "no session for this form");
    const struct form_body *body;
    TRY(request_form(request, &body));
    const char *token = form_body_value(body, "csrf");
    if (!bytes_equal(bytes_of_text(token), bytes_of_text(request->session->csrf))) {
        return err_set(ERR_FORBIDDEN, "the form's token is not this session's");
    }
    return ERR_NONE;
}

/* To the desk's log-in; it says that a session has ended if there was one. */
static enum err refuse_role(struct http_request *request)
{
    if (request->session != NULL && request->session->role != ROLE_ANYONE && request->method == HTTP_POST) {
        return err_set(ERR_FORBIDDEN, "this role may not");
    }
    if (request->desk->login_path == NULL) return err_set(ERR_FORBIDDEN, "this role may not");
    bool had_one = request->session == NULL && request->session_token != NULL;
    const char *path = request->desk->login_path;
    return http_redirect(request, had_one ? arena_printf(http_arena(request), "%s?oturum=bitti", path) : path);
}

static enum err run_route(struct http_request *request)
{
    const struct http_route *route = request->route;
    if (request->server->session_load != NULL) TRY(request->server->session_load(request));
    if (route->roles != 0 && (request->session == NULL || (request->session->role & route->roles) == 0)) {
        return refuse_role(request);
    }
    if (route->guard == HTTP_CSRF) TRY(check_csrf(request));
    return route->handler(request);
}

static enum err refuse(struct http_request *request)
{
    switch (request->refusal) {
    case MHD_HTTP_NOT_FOUND: return err_set(ERR_NOT_FOUND, "no such page");
    case MHD_HTTP_SERVICE_UNAVAILABLE: return err_set(ERR_FULL, "too many large bodies at once");
    case MHD_HTTP_CONTENT_TOO_LARGE: return err_set(ERR_TOO_LARGE, "the body is larger than this page takes");
    default: return err_set(ERR_INVALID, "method not allowed");
    }
}

static const char *allowed_methods(struct http_request *request)
{
    const char *all = "";
    for (enum http_method method = HTTP_GET; method < HTTP_METHOD_COUNT; method++) {
        enum http_method served = method == HTTP_HEAD ? HTTP_GET : method;
        if ((request->allowed & (1u << served)) == 0) continue;
        all = arena_printf(http_arena(request), "%s%s%s", all, *all == '\0' ? "" : ", ", http_method_name(method));
    }
    return all;
}

static void run_refusal(struct http_request *request)
{
    /* the error page shows the session's language and desk; a session that cannot be read does not matter here */
    if (request->server->session_load != NULL && request->server->session_load(request) != ERR_NONE) err_clear();
    request_run_error(request, refuse(request), request->refusal);
    if (request->refusal == MHD_HTTP_METHOD_NOT_ALLOWED &&
        MHD_add_response_header(request->response, "Allow", allowed_methods(request)) != MHD_YES) {
        answer_plain(request, request->refusal, "method not allowed");
    }
}

static void run_in_view(struct http_request *request)
{
    http_handler handler = request->handler;
    request->handler = NULL;
    request->is_deferred = false;
    if (request->refusal != 0) {
        run_refusal(request);
        return;
    }
    enum err error = handler != NULL ? handler(request) : run_route(request);
    if (error == ERR_NONE && request->is_deferred) return;
    request->is_deferred = false;
    if (error == ERR_NONE && request->response == NULL) error = err_set(ERR_BROKEN, "a handler did not answer");
    if (error != ERR_NONE) request_run_error(request, error, err_http_status(error));
}

void request_run(struct http_request *request)
{
    struct http_server *server = request->server;
    if (server->view_begin != NULL) server->view_begin(server->session_db);
    run_in_view(request);
    if (server->view_end != NULL) server->view_end();
}
