/* Purpose: finds the route of a request in the program's tables. */
#include "http/internal.h"

#include "base/turkish.h"

#include <string.h>

static size_t segment_length(const char *text)
{
    return strcspn(text, "/");
}

static bool take_parameter(struct http_request *request, const char *name, size_t name_size, const char *raw,
                           size_t raw_size)
{
    struct bytes decoded;
    struct arena *arena = http_arena(request);
    if (percent_decode(arena, raw, raw_size, false, &decoded) != ERR_NONE) return false;
    const char *value = bytes_to_text(arena, decoded);
    if (value == NULL || !text_is_utf8(value) || request->parameter_count == PARAMETERS_MAX) return false;
    request->parameters[request->parameter_count++] =
        (struct http_pair){.name = arena_text_n(arena, name, name_size), .value = value};
    return true;
}

/* `pattern` of a route, `path` as sent; both begin with '/'. */
static bool route_matches(struct http_request *request, const char *pattern, const char *path, size_t path_size)
{
    const char *end = path + path_size;
    request->parameter_count = 0;
    while (*pattern == '/' && path < end && *path == '/') {
        pattern++;
        path++;
        size_t wanted = segment_length(pattern);
        size_t given = segment_length(path);
        if (path + given > end) given = (size_t)(end - path);
        if (wanted > 3 && pattern[0] == '{' && pattern[wanted - 2] == '*') {
            return take_parameter(request, pattern + 1, wanted - 3, path, (size_t)(end - path));
        }
        if (wanted > 2 && pattern[0] == '{') {
            if (given == 0 || !take_parameter(request, pattern + 1, wanted - 2, path, given)) return false;
        } else if (wanted != given || memcmp(pattern, path, given) != 0) {
            return false;
        }
        pattern += wanted;
        path += given;
    }
    return *pattern == '\0' && path == end;
}

static bool is_under(const char *prefix, const char *uri)
{
    size_t size = strlen(prefix);
    if (strncmp(prefix, uri, size) != 0) return false;
    return size == 0 || uri[size] == '\0' || uri[size] == '/' || uri[size] == '?';
}

void route_find(struct http_request *request)
{
    size_t path_size = strcspn(request->uri, "?");
    for (const struct http_desk *const *desk = request->server->options.desks; *desk != NULL; desk++) {
        if (!is_under((*desk)->prefix, request->uri)) continue;
        /* a request that no route takes still belongs to the nearest desk, for its error page */
        if (request->desk == NULL || strlen((*desk)->prefix) > strlen(request->desk->prefix)) request->desk = *desk;
        for (const struct http_route *route = (*desk)->routes; route->method != 0; route++) {
            if (!route_matches(request, route->path, request->uri, path_size)) continue;
            request->allowed |= 1u << route->method;
            enum http_method wanted = request->method == HTTP_HEAD ? HTTP_GET : request->method;
            if (route->method != wanted) continue;
            request->desk = *desk;
            request->route = route;
            return;
        }
    }
    request->refusal = request->allowed == 0 ? 404 : 405;
}
