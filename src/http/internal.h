/* Purpose: what the files of the http room share; no other room includes it. */
#ifndef DIVIT_HTTP_INTERNAL_H
#define DIVIT_HTTP_INTERNAL_H

#include "base/work.h"
#include "http/form.h"
#include "http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define PARAMETERS_MAX 4
#define HEADERS_MAX 12
#define BODY_FIELDS_MAX 600 /* an officer's list has 500 boxes (spec 10: at most 500 lines) */
#define BODY_FILES_MAX 8

struct session;

struct http_pair {
    const char *name;
    const char *value;
};

/* body.c: a posted form, taken apart. */
struct form_pair {
    const char *name;
    const char *value; /* NULL if it is no text: a NUL inside, or not UTF-8 */
};
struct form_body {
    struct form_pair *pairs;
    size_t pair_count;
    struct form_file *files;
    size_t file_count;
};
enum err form_body_parse(struct arena *arena, const char *media_type, struct bytes body,
                         struct form_body *ret_body) MUST_CHECK;
const char *form_body_value(const struct form_body *body, const char *name); /* of the first; NULL if absent */
/* Percent-decodes `size` bytes at `text`; `plus` also turns + into a space. ERR_INVALID: bad escape. */
enum err percent_decode(struct arena *arena, const char *text, size_t size, bool plus,
                        struct bytes *ret_bytes) MUST_CHECK;
/* value.c: of the first of this name; NULL if absent, or if a query's value is no text. */
const char *query_value(struct arena *arena, const char *query, const char *name);
const char *cookie_value(struct arena *arena, const char *cookies, const char *name);

enum request_stage { STAGE_LINE, STAGE_BODY, STAGE_RUNNING, STAGE_DONE };

struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    enum request_stage stage;
    struct arena *arena; /* made when first asked for */
    char *uri; /* as sent, with the query */
    const char *url; /* decoded, without the query */
    const char *query; /* as sent; NULL if none */
    enum http_method method;
    const struct http_desk *desk;
    const struct http_route *route;
    struct http_pair parameters[PARAMETERS_MAX];
    size_t parameter_count;
    int refusal; /* HTTP status of an answer known before the body was read; 0: none */
    unsigned allowed; /* for 405: bits 1 << http_method */

    struct buffer body;
    bool is_body_too_large;
    bool is_body_large; /* counted in the server's large_bodies */
    struct form_body *form; /* after the first look */

    struct MHD_Response *response;
    int status;
    struct http_pair headers[HEADERS_MAX];
    size_t header_count;
    char id[17];
    char address[46];

    http_handler handler; /* to run next */
    void *note;
    struct work_done work; /* of the threads that ran it */
    bool is_deferred; /* the handler said so; under the server's lock: */
    bool is_parked; /* no thread has it */
    struct http_request *next; /* in the pool's queue */

    const struct session *session;
    const char *session_token; /* of the session, for csrf and cookies */
    const char *session_kept;
    struct bytes session_sealed; /* session_keep_secret() */
};

struct db;

struct http_server {
    struct http_options options;
    int listen_fd;
    int port;
    struct MHD_Daemon *daemon;
    struct asset_answer *assets;
    size_t asset_count;

    pthread_mutex_t lock;
    pthread_cond_t work; /* the queue has something, or the end has come */
    pthread_cond_t idle; /* in_flight became 0 */
    struct http_request *queue_first, *queue_last;
    pthread_t *threads;
    int thread_count;
    size_t in_flight; /* suspended connections */
    atomic_int large_bodies; /* in memory */
    bool is_stopping;

    /* session.c, where the program has sessions: looks the request's session up. */
    enum err (*session_load)(struct http_request *request);
    /* around each run of a handler, so that it sees one snapshot (db.h); NULL without a session store */
    void (*view_begin)(struct db *db);
    void (*view_end)(void);
    struct db *session_db;
    uint8_t *session_key;
};

/* guard.c: is this a request as RFC 9112 means it? ERR_INVALID with the reason. Only in the first call of the handler. */
enum err guard_check(struct MHD_Connection *connection, const char *method, const char *url, const char *version,
                     const char *uri) MUST_CHECK;

/* route.c: fills desk, route, parameters, refusal and allowed. */
void route_find(struct http_request *request);

/* pool.c */
enum err pool_start(struct http_server *server) MUST_CHECK;
void pool_stop(struct http_server *server);
/* Suspends the connection and lets a thread run the request's handler. False when the server is stopping. */
bool pool_submit(struct http_request *request);
/* run.c: sessions, roles, guards, handler, error page; leaves an answer in the request unless it was deferred. */
void request_run(struct http_request *request);
void request_run_error(struct http_request *request, enum err error, int status);
bool request_is_from_us(const struct http_request *request); /* Origin and Sec-Fetch-Site */
enum err request_form(struct http_request *request, const struct form_body **ret_body) MUST_CHECK;

/* answer.c, asset.c */
void answer_plain(struct http_request *request, int status, const char *text);
void answer_drop(struct http_request *request);
void add_security_headers(struct MHD_Response *response);
enum err assets_prepare(struct http_server *server) MUST_CHECK;
void assets_free(struct http_server *server);
/* The kept answer for this path, NULL if it is no asset; 304 when the browser has it. */
struct MHD_Response *asset_find(const struct http_request *request, int *ret_status);

#endif
