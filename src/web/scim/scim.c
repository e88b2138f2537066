#include "web/scim/scim.h"

#include "base/log.h"
#include "ipc/messages.h"
#include "web/ask.h"
#include "web/context.h"
#include "web/web.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_MAX (64 * 1024) /* one user */
#define COUNT_MAX 100
#define MEDIA_TYPE "application/scim+json"

static enum err answer_with(struct http_request *request, int status, const char *json)
{
    if (status == 401) http_set_header(request, "WWW-Authenticate", "Bearer realm=\"scim\""); /* RFC 6750 3 */
    if (status == 429 || status == 503) http_set_header(request, "Retry-After", "60");
    return http_answer(request, status, MEDIA_TYPE, bytes_of_text(json));
}

static enum err refuse(struct http_request *request, int status, const char *detail)
{
    return answer_with(request, status,
                       arena_printf(http_arena(request),
                                    "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],"
                                    "\"status\":\"%d\",\"detail\":\"%s\"}",
                                    status, detail));
}

void scim_show_error(struct http_request *request, enum err error, int status)
{
    static const struct {
        int status;
        const char *detail;
    } details[] = {{400, "The request could not be read."},
                   {404, "There is nothing at this address."},
                   {405, "This address has no such method."},
                   {413, "The body is too large."},
                   {429, "Too many requests. Go on later."},
                   {503, "A part of the service does not answer, or too many wait. Go on later."}};
    const char *detail = "It is our fault, and it was written down.";
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        if (details[i].status == status) detail = details[i].detail;
    enum err shown = refuse(request, status, detail);
    if (shown != ERR_NONE) log_error("scim_error", shown, "request", http_request_id(request), NULL);
}

/* RFC 6750 2.1. NULL: none. */
static const char *bearer_token(struct http_request *request)
{
    const char *header = http_header(request, "Authorization");
    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0) return NULL;
    header += 7 + strspn(header + 7, " ");
    return *header == '\0' || strlen(header) > 200 ? NULL : header;
}

static bool is_json(const char *media_type)
{
    if (media_type == NULL) return false;
    size_t size = strcspn(media_type, "; ");
    return (size == 16 && strncasecmp(media_type, "application/json", size) == 0) ||
           (size == 21 && strncasecmp(media_type, MEDIA_TYPE, size) == 0);
}

static int64_t number_of(struct http_request *request, const char *name, int64_t initial)
{
    const char *text = http_query(request, name);
    return text == NULL || *text == '\0' ? initial : strtoll(text, NULL, 10);
}

static enum err go_on(struct http_request *request)
{
    struct ipc_reader reply;
    int64_t status;
    const char *json, *location;
    TRY(ask_reply(request, &reply));
    TRY(ipc_get_int64(&reply, &status));
    TRY(ipc_get_text(&reply, &json));
    TRY(ipc_get_text(&reply, &location));
    if (*location != '\0') http_set_header(request, "Location", location);
    return answer_with(request, (int)status, json);
}

static enum err pass_on(struct http_request *request, const char *path)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    const char *token = bearer_token(request), *filter = http_query(request, "filter");
    enum http_method method = http_method(request);
    if (token == NULL) return refuse(request, 401, "A bearer token is needed.");
    if (http_body(request).size > 0 && !is_json(http_header(request, "Content-Type")))
        return refuse(request, 415, "The body is no application/scim+json.");
    ipc_put_text(&payload, token);
    ipc_put_text(&payload, http_method_name(method == HTTP_HEAD ? HTTP_GET : method));
    ipc_put_text(&payload, path);
    ipc_put_text(&payload, filter);
    ipc_put_int64(&payload, number_of(request, "startIndex", 1));
    ipc_put_int64(&payload, number_of(request, "count", COUNT_MAX));
    ipc_put_bytes(&payload, http_body(request));
    ipc_put_text(&payload, http_client_address(request));
    ipc_put_text(&payload, http_request_id(request));
    return ask_worker(request, QUESTION_SCIM, &payload, go_on, NULL);
}

static enum err pass_on_users(struct http_request *request)
{
    return pass_on(request, "Users");
}

static enum err pass_on_user(struct http_request *request)
{
    return pass_on(request, arena_printf(http_arena(request), "Users/%s", http_path(request, "id")));
}

static enum err pass_on_description(struct http_request *request)
{
    return pass_on(request, http_url(request) + strlen(SCIM_PREFIX "/v2/"));
}

/* The token is the right, and the worker looks at it. */
static const struct http_route routes[] = {
    {HTTP_GET, "/scim/v2/Users", 0, HTTP_OPEN, 0, pass_on_users},
    {HTTP_POST, "/scim/v2/Users", 0, HTTP_OPEN, BODY_MAX, pass_on_users},
    {HTTP_GET, "/scim/v2/Users/{id}", 0, HTTP_OPEN, 0, pass_on_user},
    {HTTP_PUT, "/scim/v2/Users/{id}", 0, HTTP_OPEN, BODY_MAX, pass_on_user},
    {HTTP_PATCH, "/scim/v2/Users/{id}", 0, HTTP_OPEN, BODY_MAX, pass_on_user},
    {HTTP_DELETE, "/scim/v2/Users/{id}", 0, HTTP_OPEN, 0, pass_on_user},
    {HTTP_GET, "/scim/v2/ServiceProviderConfig", 0, HTTP_OPEN, 0, pass_on_description},
    {HTTP_GET, "/scim/v2/ResourceTypes", 0, HTTP_OPEN, 0, pass_on_description},
    {HTTP_GET, "/scim/v2/ResourceTypes/{id}", 0, HTTP_OPEN, 0, pass_on_description},
    {HTTP_GET, "/scim/v2/Schemas", 0, HTTP_OPEN, 0, pass_on_description},
    {HTTP_GET, "/scim/v2/Schemas/{id}", 0, HTTP_OPEN, 0, pass_on_description},
    {0},
};
const struct http_desk scim_desk = {SCIM_PREFIX, NULL, routes};
