/*
 * Purpose: the HTTP server: libmicrohttpd with epoll, a guard that refuses malformed requests before anything else
 * (RFC 9112; list in docs/http.md), a pool of threads for handlers, routes as tables, responses.
 *
 * A handler is straight-line code on a pool thread with an arena that lives as long as the request. It answers once by
 * one http_answer_*() call, or returns an error, for which the server shows the error page.
 */
#ifndef DIVIT_HTTP_HTTP_H
#define DIVIT_HTTP_HTTP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/language.h"

struct http_server;
struct http_request;
struct http_asset;

enum http_method { /* HEAD is served by the GET route, without the body */
                   HTTP_GET = 1,
                   HTTP_POST = 2,
                   HTTP_HEAD = 3,
                   HTTP_PUT = 4,
                   HTTP_PATCH = 5,
                   HTTP_DELETE = 6,
                   HTTP_METHOD_COUNT
};
const char *http_method_name(enum http_method method); /* "GET" */

typedef enum err (*http_handler)(struct http_request *request);

/* What a route asks of a request before its handler is called. */
enum http_guard {
    HTTP_OPEN = 0, /* nothing (pages; requests without effects) */
    HTTP_CSRF = 1, /* a form of ours: the field "csrf" must be the session's, and Origin/Sec-Fetch-Site ours */
};

struct http_route {
    enum http_method method;
    /* "/basvuru/{door}/form": {name} is one segment without '/', {name*} at the end all that is left; see http_path() */
    const char *path;
    unsigned roles; /* bits of the session roles that may; 0: anyone, with or without a session */
    enum http_guard guard;
    size_t body_max; /* bytes; 0: no body */
    http_handler handler;
    /* Called on the event thread: for answers that wait for nothing (no lock, no disk). Has no session and no guard. */
    bool is_quick;
};

/* The tables of a program. A desk is a path prefix ("/yetkili") with a session cookie of its own. */
struct http_desk {
    const char *prefix; /* "" for the rest */
    const char *login_path; /* where a request without the role is sent (303); NULL: 403 */
    const struct http_route *routes; /* ended by method 0 */
};

struct http_options {
    const char *address; /* "127.0.0.1" */
    int port;
    int event_threads; /* 1 to 64 */
    int pool_threads; /* 1 to 64 */
    int connections_max;
    const struct http_desk *const *desks; /* ended by NULL */
    void *context; /* http_context() of each request */
    /* Shows an error as a page of the desk; called for every error a handler returns and for the server's own. */
    void (*error_page)(struct http_request *request, enum err error, int status);
    bool is_session_less; /* the responder, the simulator: no cookies, no database */
    /* "X-Real-IP": in it the proxy before us tells a client's address; NULL or "": there is none, anybody could write it */
    const char *address_header;
    bool is_https; /* the public address is https: cookies are Secure */
    const struct http_asset *assets; /* ended by name NULL; NULL: none */
};

/* Listens; answers begin with http_start(), so that a program can be confined in between. */
enum err http_listen(const struct http_options *options, struct http_server **ret_server) MUST_CHECK;
enum err http_start(struct http_server *server) MUST_CHECK;
struct http_server *http_stop(struct http_server *server); /* finishes what runs; takes NULL, returns NULL */
int http_port(const struct http_server *server); /* useful when the port asked for was 0 */

/* The request */
struct arena *http_arena(struct http_request *request);
void *http_context(struct http_request *request);
enum http_method http_method(const struct http_request *request);
const char *http_url(const struct http_request *request); /* path, decoded, without the query */
const char *http_path(const struct http_request *request, const char *name); /* segment {name}, decoded; never NULL */
const char *http_query(const struct http_request *request, const char *name); /* NULL if absent */
const char *http_header(const struct http_request *request, const char *name); /* NULL if absent */
const char *http_cookie(const struct http_request *request, const char *name); /* NULL if absent */
const char *http_route_path(const struct http_request *request); /* as in the table, for logs; "" without a route */
struct bytes http_body(const struct http_request *request);
const char *http_client_address(const struct http_request *request);
const char *http_request_id(const struct http_request *request); /* 16 hexadecimal digits, also in the log */
enum language http_language(const struct http_request *request); /* cookie "dil", else Turkish */

/* The answer; security headers are added to every one. `body` is copied. */
enum err http_answer(struct http_request *request, int status, const char *media_type, struct bytes body) MUST_CHECK;
enum err http_answer_page(struct http_request *request, int status, const struct buffer *html) MUST_CHECK;
enum err http_answer_json(struct http_request *request, int status, const char *json) MUST_CHECK;
enum err http_redirect(struct http_request *request, const char *path) MUST_CHECK; /* 303; a path of ours only */
/* 301, RFC 9110 15.4.2: for an address of former times. */
enum err http_redirect_for_good(struct http_request *request, const char *path) MUST_CHECK;
/* Content-Disposition: attachment, with this ASCII name. */
enum err http_answer_file(struct http_request *request, const char *name, const char *media_type,
                          struct bytes body) MUST_CHECK;
void http_set_header(struct http_request *request, const char *name, const char *value); /* before the answer */
void http_set_cookie(struct http_request *request, const char *name, const char *value, const char *path,
                     int64_t max_age_s);
/*
 * For answers that wait for the outside: after http_defer() the handler returns ERR_NONE without an answer; the request
 * holds no thread until somebody, once, calls http_continue(), which runs `handler` for it on the pool.
 */
void http_defer(struct http_request *request);
void http_continue(struct http_request *request, http_handler handler);
void http_set_note(struct http_request *request, void *note); /* one pointer from before to after the wait */
void *http_note(const struct http_request *request);

/*
 * Files built into the program (assets): served with ETag, and a year of caching under /static/<etag>/<name>; an hour
 * under /static/<name> (for addresses inside style sheets).
 */
struct http_asset {
    const char *name; /* "divit.css" */
    const char *media_type;
    struct bytes body;
    const char *etag; /* first 16 hexadecimal digits of the SHA-256 */
    struct bytes gzip; /* the body as RFC 1952 packs it, for who takes it so; empty: it would not be smaller */
};

#endif
