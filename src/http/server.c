/*
 * Purpose: libmicrohttpd's callbacks. The first call for a request runs the guard and finds the route, those between
 * bring the body, the last one hands the request to the pool; after its thread is done, one more fetches the answer.
 */
#include "http/internal.h"

#include "base/log.h"
#include "base/secret.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTION_MEMORY_BYTES (8 * 1024 + 512) /* heads of 7 KB and our answer's; each costs it whole */
#define IDLE_TIMEOUT_S 30
#define LISTEN_BACKLOG 1024
/* A larger body is not even read: the connection ends at once. Up to here it is read away, so that people see why. */
#define BODY_DISCARD_MAX (8 * 1024 * 1024)
/* Strangers too may begin to send what a route takes: of large bodies only so many are in memory at once. */
#define BODY_LARGE ((size_t)1024 * 1024)
#define LARGE_BODIES_MAX 4

static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_request *request = memory_new(sizeof(*request));
    request->server = context;
    request->connection = connection;
    request->uri = memory_text(uri);
    return request;
}

static void end_request(void *context, struct MHD_Connection *connection, void **state,
                        enum MHD_RequestTerminationCode code)
{
    struct http_request *request = *state;
    if (request == NULL) return;
    answer_drop(request);
    if (request->is_body_large) atomic_fetch_sub(&request->server->large_bodies, 1);
    buffer_free(&request->body);
    arena_free(request->arena);
    free(request->uri);
    free(request);
    *state = NULL;
}

static enum MHD_Result queue(struct http_request *request, int status, struct MHD_Response *response)
{
    return MHD_queue_response(request->connection, (unsigned)status, response);
}

static enum MHD_Result queue_plain(struct http_request *request, int status, const char *text)
{
    answer_plain(request, status, text);
    return queue(request, status, request->response);
}

static enum http_method method_of(const char *name)
{
    for (enum http_method method = HTTP_GET; method < HTTP_METHOD_COUNT; method++)
        if (strcmp(name, http_method_name(method)) == 0) return method;
    return 0;
}

static bool is_reading(const struct http_request *request)
{
    return request->method == HTTP_GET || request->method == HTTP_HEAD;
}

/* The path without the query, decoded; the guard has seen to its escapes. */
static bool decode_url(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    size_t size = strcspn(request->uri, "?");
    struct bytes decoded;
    if (percent_decode(arena, request->uri, size, false, &decoded) != ERR_NONE) return false;
    request->url = bytes_to_text(arena, decoded);
    request->query = request->uri[size] == '?' ? request->uri + size + 1 : NULL;
    return request->url != NULL;
}

static enum MHD_Result first_call(struct http_request *request, const char *url, const char *method,
                                  const char *version)
{
    request->stage = STAGE_BODY;
    enum err error = guard_check(request->connection, method, url, version, request->uri);
    if (error != ERR_NONE) return queue_plain(request, MHD_HTTP_BAD_REQUEST, err_detail());
    request->method = method_of(method);
    if (request->method == 0) return queue_plain(request, MHD_HTTP_NOT_IMPLEMENTED, "unknown method");
    if (strncmp(request->uri, "/static/", 8) == 0 && is_reading(request)) return MHD_YES;
    if (!decode_url(request)) return queue_plain(request, MHD_HTTP_BAD_REQUEST, "bad request target");
    route_find(request);

    size_t limit = request->route == NULL ? 0 : request->route->body_max;
    const char *length = http_header(request, "Content-Length");
    if (length == NULL) return MHD_YES;
    unsigned long long announced = strtoull(length, NULL, 10);
    if (announced > limit + BODY_DISCARD_MAX) {
        return queue_plain(request, MHD_HTTP_CONTENT_TOO_LARGE, err_meaning(ERR_TOO_LARGE));
    }
    if (announced > limit) request->is_body_too_large = true;
    return MHD_YES;
}

/* Is there room for one more large body? It is given back when the request ends. */
static bool take_large_body(struct http_request *request)
{
    if (request->is_body_large) return true;
    if (atomic_fetch_add(&request->server->large_bodies, 1) < LARGE_BODIES_MAX) {
        request->is_body_large = true;
        return true;
    }
    atomic_fetch_sub(&request->server->large_bodies, 1);
    return false;
}

static enum MHD_Result take_body(struct http_request *request, const char *data, size_t size)
{
    size_t limit = request->route == NULL ? 0 : request->route->body_max, wanted = request->body.size + size;
    if (wanted > limit) request->is_body_too_large = true;
    else if (wanted > BODY_LARGE && request->refusal == 0 && !take_large_body(request))
        request->refusal = MHD_HTTP_SERVICE_UNAVAILABLE;
    if (request->is_body_too_large || request->refusal != 0) {
        buffer_free(&request->body);
    } else {
        buffer_add(&request->body, (struct bytes){(const uint8_t *)data, size});
    }
    return MHD_YES;
}

static enum MHD_Result last_call(struct http_request *request)
{
    int status;
    struct MHD_Response *asset = is_reading(request) ? asset_find(request, &status) : NULL;
    if (asset != NULL) return queue(request, status, asset);
    if (request->url == NULL) { /* under /static/, but no asset */
        decode_url(request);
        route_find(request);
    }
    if (request->is_body_too_large && request->refusal == 0) request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    if (request->refusal == 0 && request->route->is_quick) {
        request->handler = request->route->handler;
        request_run(request);
        return queue(request, request->status, request->response);
    }
    if (pool_submit(request)) return MHD_YES;
    return queue_plain(request, MHD_HTTP_SERVICE_UNAVAILABLE, "ending; ask again in a moment");
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *data_size, void **state)
{
    struct http_request *request = *state;
    switch (request->stage) {
    case STAGE_LINE: return first_call(request, url, method, version);
    case STAGE_BODY:
        if (*data_size == 0) return last_call(request);
        size_t size = *data_size;
        *data_size = 0;
        return take_body(request, data, size);
    case STAGE_DONE: return queue(request, request->status, request->response);
    default: return MHD_NO;
    }
}

/* The guard needs the URI as it came, and decodes itself. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    return strlen(text);
}

static void log_daemon(void *context, const char *format, va_list arguments)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *text = arena_vprintf(arena, format, arguments);
    log_event(LOG_DEBUG, "http_connection", "detail", text, NULL); /* strangers cause most of these */
}

static enum err open_listener(const struct http_options *options, int *ret_fd, int *ret_port)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (getaddrinfo(options->address, arena_printf(arena, "%d", options->port), &hints, &found) != 0) {
        return err_set(ERR_INVALID, "no network address: %s", options->address);
    }
    int one = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool is_open = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
                   bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0;
    freeaddrinfo(found);
    struct sockaddr_storage bound = {0};
    socklen_t size = sizeof(bound);
    if (!is_open || getsockname(fd, (struct sockaddr *)&bound, &size) != 0) {
        if (fd >= 0) close(fd);
        return err_set(ERR_UNAVAILABLE, "cannot listen on %s port %d: %m", options->address, options->port);
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): all of bound is set above */
    *ret_port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                  : ((struct sockaddr_in *)&bound)->sin_port);
    *ret_fd = fd;
    return ERR_NONE;
}

enum err http_listen(const struct http_options *options, struct http_server **ret_server)
{
    int fd, port;
    TRY(open_listener(options, &fd, &port));
    struct http_server *server = memory_new(sizeof(*server));
    server->options = *options;
    server->listen_fd = fd;
    server->port = port;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->work, NULL);
    pthread_cond_init(&server->idle, NULL);
    *ret_server = server;
    return ERR_NONE;
}

/* What the routes ask for must be there: a role or a token means nothing without sessions. */
static enum err check_routes(const struct http_server *server)
{
    for (const struct http_desk *const *desk = server->options.desks; *desk != NULL; desk++) {
        for (const struct http_route *route = (*desk)->routes; route->method != 0; route++) {
            bool needs_session = route->roles != 0 || route->guard == HTTP_CSRF;
            if (needs_session && (server->session_load == NULL || server->options.is_session_less || route->is_quick)) {
                return err_set(ERR_BROKEN, "%s asks for a session that cannot be", route->path);
            }
        }
    }
    return ERR_NONE;
}

enum err http_start(struct http_server *server)
{
    TRY(check_routes(server));
    TRY(assets_prepare(server));
    TRY(pool_start(server));
    const struct http_options *options = &server->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_daemon, server, MHD_OPTION_LISTEN_SOCKET,
        server->listen_fd, MHD_OPTION_THREAD_POOL_SIZE,
        options->event_threads > 1 ? (unsigned)options->event_threads : 0, /* it knows no pool of one */
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)options->connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, begin_request, server,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, server, MHD_OPTION_NOTIFY_COMPLETED, end_request, server,
        MHD_OPTION_END);
    if (server->daemon == NULL) return err_set(ERR_BROKEN, "the HTTP server does not start");
    return ERR_NONE;
}

struct http_server *http_stop(struct http_server *server)
{
    if (server == NULL) return NULL;
    if (server->daemon != NULL) MHD_quiesce_daemon(server->daemon);
    pool_stop(server);
    if (server->daemon != NULL) MHD_stop_daemon(server->daemon);
    close(server->listen_fd);
    assets_free(server);
    secret_free(server->session_key);
    pthread_cond_destroy(&server->idle);
    pthread_cond_destroy(&server->work);
    pthread_mutex_destroy(&server->lock);
    free(server);
    return NULL;
}

int http_port(const struct http_server *server)
{
    return server->port;
}
