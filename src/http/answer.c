/* Purpose: answers, their security headers and cookies. */
#include "http/internal.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

/* No inline script or style; nothing from elsewhere; no framing. */
static const char content_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES) {
        log_event(LOG_ERROR, "response_header_refused", "name", name, NULL);
        abort(); /* no memory, or a line end in a value: both end the process rather than lose a header */
    }
}

void add_security_headers(struct MHD_Response *response)
{
    add_header(response, "Content-Security-Policy", content_policy);
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Referrer-Policy", "same-origin"); /* so that Origin comes with our own forms */
    add_header(response, "Cross-Origin-Opener-Policy", "same-origin");
    add_header(response, "Cross-Origin-Resource-Policy", "same-origin");
}

void http_set_header(struct http_request *request, const char *name, const char *value)
{
    if (request->header_count == HEADERS_MAX || strpbrk(value, "\r\n") != NULL) {
        log_event(LOG_ERROR, "response_header_refused", "name", name, NULL);
        abort();
    }
    struct arena *arena = http_arena(request);
    request->headers[request->header_count++] =
        (struct http_pair){.name = arena_text(arena, name), .value = arena_text(arena, value)};
}

void http_set_cookie(struct http_request *request, const char *name, const char *value, const char *path,
                     int64_t max_age_s)
{
    struct arena *arena = http_arena(request);
    const char *age = max_age_s < 0 ? "" : arena_printf(arena, "; Max-Age=%lld", (long long)max_age_s);
    http_set_header(request, "Set-Cookie",
                    arena_printf(arena, "%s=%s; Path=%s; HttpOnly; SameSite=Lax%s%s", name, value, path, age,
                                 request->server->options.is_https ? "; Secure" : ""));
}

void answer_drop(struct http_request *request)
{
    if (request->response != NULL) MHD_destroy_response(request->response);
    request->response = NULL;
}

static bool has_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0) return true;
    }
    return false;
}

enum err http_answer(struct http_request *request, int status, const char *media_type, struct bytes body)
{
    if (request->response != NULL) return err_set(ERR_BROKEN, "a second answer to one request");
    void *copy = memory_new(body.size + 1);
    if (body.size > 0) memcpy(copy, body.data, body.size);
    struct MHD_Response *response = MHD_create_response_from_buffer(body.size, copy, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(copy);
        return err_set(ERR_BROKEN, "no response");
    }
    if (media_type != NULL) add_header(response, "Content-Type", media_type);
    add_security_headers(response);
    if (!has_header(request, "Cache-Control")) add_header(response, "Cache-Control", "no-store");
    for (size_t i = 0; i < request->header_count; i++) {
        add_header(response, request->headers[i].name, request->headers[i].value);
    }
    request->response = response;
    request->status = status;
    return ERR_NONE;
}

enum err http_answer_page(struct http_request *request, int status, const struct buffer *html)
{
    return http_answer(request, status, "text/html; charset=utf-8", buffer_bytes(html));
}

enum err http_answer_json(struct http_request *request, int status, const char *json)
{
    return http_answer(request, status, "application/json", bytes_of_text(json));
}

/* A path of ours: never "//host", never a line end. */
static bool is_own_path(const char *path)
{
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\') return false;
    for (const char *c = path; *c != '\0'; c++) {
        if (*c <= 0x20 || *c >= 0x7f) return false;
    }
    return true;
}

static enum err redirect(struct http_request *request, int status, const char *path)
{
    if (!is_own_path(path)) return err_set(ERR_INVALID, "redirect to no path of ours");
    http_set_header(request, "Location", path);
    return http_answer(request, status, NULL, (struct bytes){NULL, 0});
}

enum err http_redirect(struct http_request *request, const char *path)
{
    return redirect(request, MHD_HTTP_SEE_OTHER, path);
}

enum err http_redirect_for_good(struct http_request *request, const char *path)
{
    return redirect(request, MHD_HTTP_MOVED_PERMANENTLY, path);
}

enum err http_answer_file(struct http_request *request, const char *name, const char *media_type, struct bytes body)
{
    for (const char *c = name; *c != '\0'; c++) {
        if (*c <= 0x20 || *c >= 0x7f || strchr("\"\\/;", *c) != NULL) return err_set(ERR_BROKEN, "bad file name");
    }
    http_set_header(request, "Content-Disposition",
                    arena_printf(http_arena(request), "attachment; filename=\"%s\"", name));
    return http_answer(request, MHD_HTTP_OK, media_type, body);
}

void answer_plain(struct http_request *request, int status, const char *text)
{
    answer_drop(request);
    if (http_answer(request, status, "text/plain; charset=utf-8", bytes_of_text(text)) != ERR_NONE) abort();
}
