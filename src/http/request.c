/* Purpose: what a handler asks of its request. */
#include "http/internal.h"

#include "base/secret.h"
#include "base/turkish.h"

#include <arpa/inet.h>
#include <string.h>

struct arena *http_arena(struct http_request *request)
{
    if (request->arena == NULL) request->arena = arena_new();
    return request->arena;
}

void *http_context(struct http_request *request)
{
    return request->server->options.context;
}

const char *http_method_name(enum http_method method)
{
    static const char *const names[HTTP_METHOD_COUNT] = {"", "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE"};
    return names[method];
}

enum http_method http_method(const struct http_request *request)
{
    return request->method;
}

const char *http_url(const struct http_request *request)
{
    return request->url;
}

const char *http_path(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->parameter_count; i++) {
        if (strcmp(request->parameters[i].name, name) == 0) return request->parameters[i].value;
    }
    return "";
}

const char *http_route_path(const struct http_request *request)
{
    return request->route == NULL ? "" : request->route->path;
}

const char *http_query(const struct http_request *request, const char *name)
{
    if (request->query == NULL) return NULL;
    return query_value(http_arena((struct http_request *)request), request->query, name);
}

const char *http_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_cookie(const struct http_request *request, const char *name)
{
    const char *cookies = http_header(request, "Cookie");
    return cookies == NULL ? NULL : cookie_value(http_arena((struct http_request *)request), cookies, name);
}

struct bytes http_body(const struct http_request *request)
{
    return buffer_bytes(&request->body);
}

/* What the proxy says, if it is an address at all. */
static bool take_told_address(struct http_request *request)
{
    const char *name = request->server->options.address_header;
    const char *told = name == NULL || name[0] == '\0' ? NULL : http_header(request, name);
    struct in6_addr address;
    if (told == NULL || strlen(told) >= sizeof(request->address)) return false;
    if (inet_pton(AF_INET, told, &address) != 1 && inet_pton(AF_INET6, told, &address) != 1) return false;
    memcpy(request->address, told, strlen(told) + 1);
    return true;
}

const char *http_client_address(const struct http_request *request)
{
    struct http_request *mine = (struct http_request *)request;
    if (mine->address[0] != '\0' || take_told_address(mine)) return mine->address;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL && info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)info->client_addr;
        inet_ntop(AF_INET, &in->sin_addr, mine->address, sizeof(mine->address));
    } else if (info != NULL && info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)info->client_addr;
        inet_ntop(AF_INET6, &in->sin6_addr, mine->address, sizeof(mine->address));
    }
    return mine->address;
}

const char *http_request_id(const struct http_request *request)
{
    struct http_request *mine = (struct http_request *)request;
    if (mine->id[0] == '\0') {
        const char *id = random_hex(http_arena(mine), 8);
        memcpy(mine->id, id, sizeof(mine->id));
    }
    return mine->id;
}

enum language http_language(const struct http_request *request)
{
    return language_from_code(http_cookie(request, "dil"));
}

void http_set_note(struct http_request *request, void *note)
{
    request->note = note;
}

void *http_note(const struct http_request *request)
{
    return request->note;
}

enum err request_form(struct http_request *request, const struct form_body **ret_body)
{
    if (request->form == NULL) {
        struct form_body body;
        struct arena *arena = http_arena(request);
        TRY(form_body_parse(arena, http_header(request, "Content-Type"), http_body(request), &body));
        request->form = NEW(arena, struct form_body);
        *request->form = body;
    }
    *ret_body = request->form;
    return ERR_NONE;
}
