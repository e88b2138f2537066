/* Purpose: the listener and its guard, asked by raw sockets: malformed requests, routes, limits, deferred answers. */
#include "http/form.h"
#include "http/http.h"
#include "raw_client.h"

#include "base/secret.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static enum err answer_echo(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const char *word = http_query(request, "kelime");
    return http_answer(request, 200, "text/plain; charset=utf-8",
                       bytes_of_text(arena_printf(arena, "%s|%s|%s", http_url(request), http_path(request, "name"),
                                                  word == NULL ? "-" : word)));
}

static enum err answer_body(struct http_request *request)
{
    return http_answer(request, 200, "application/octet-stream", http_body(request));
}

static enum err answer_nothing(struct http_request *request)
{
    return ERR_NONE;
}

static enum err answer_twice(struct http_request *request)
{
    TRY(http_answer_json(request, 200, "{}"));
    return http_answer_json(request, 200, "{}");
}

static enum err answer_missing(struct http_request *request)
{
    return err_set(ERR_NOT_FOUND, "no such row");
}

static enum err go_elsewhere(struct http_request *request)
{
    return http_redirect(request, http_query(request, "to"));
}

static enum err answer_file(struct http_request *request)
{
    http_set_cookie(request, "dil", "en", "/", 60);
    return http_answer_file(request, "karar.txt", "text/plain", bytes_of_text("metin"));
}

static enum err answer_note(struct http_request *request)
{
    return http_answer(request, 200, "text/plain", bytes_of_text(http_note(request)));
}

static void *continue_later(void *context)
{
    struct timespec wait = {.tv_nsec = 20 * 1000 * 1000};
    nanosleep(&wait, NULL);
    http_continue(context, answer_note);
    return NULL;
}

/* Answers from a second handler: continued by another thread later, or (?to=now) before the first one has returned. */
static enum err ask_outside(struct http_request *request)
{
    http_set_note(request, "later");
    http_defer(request);
    if (http_query(request, "to") != NULL) {
        http_continue(request, answer_note);
        return ERR_NONE;
    }
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &attributes, continue_later, request);
    pthread_attr_destroy(&attributes);
    return failed == 0 ? ERR_NONE : ERR_BROKEN;
}

static enum err answer_address(struct http_request *request)
{
    return http_answer(request, 200, "text/plain", bytes_of_text(http_client_address(request)));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/adres", 0, HTTP_OPEN, 0, answer_address},
    {HTTP_GET, "/", 0, HTTP_OPEN, 0, answer_echo},
    {HTTP_GET, "/ad/{name}", 0, HTTP_OPEN, 0, answer_echo},
    {HTTP_GET, "/ad/{name}/uzun", 0, HTTP_OPEN, 0, answer_echo},
    {HTTP_GET, "/hepsi/{name*}", 0, HTTP_OPEN, 0, answer_echo},
    {HTTP_GET, "/hemen", 0, HTTP_OPEN, 0, answer_echo, .is_quick = true},
    {HTTP_POST, "/govde", 0, HTTP_OPEN, 1000, answer_body},
    {HTTP_POST, "/dosyalar", 0, HTTP_OPEN, 3 * 1024 * 1024, answer_body},
    {HTTP_GET, "/yok", 0, HTTP_OPEN, 0, answer_missing},
    {HTTP_GET, "/bos", 0, HTTP_OPEN, 0, answer_nothing},
    {HTTP_GET, "/iki", 0, HTTP_OPEN, 0, answer_twice},
    {HTTP_GET, "/git", 0, HTTP_OPEN, 0, go_elsewhere},
    {HTTP_GET, "/dosya", 0, HTTP_OPEN, 0, answer_file},
    {HTTP_GET, "/sonra", 0, HTTP_OPEN, 0, ask_outside},
    {0},
};

static const struct http_asset assets[] = {
    {"divit.css", "text/css", {(const uint8_t *)"p{}", 3}, "0123456789abcdef", {(const uint8_t *)"gz", 2}},
    {"divit.woff2", "font/woff2", {(const uint8_t *)"wOF2", 4}, "fedcba9876543210", {NULL, 0}},
    {0},
};

static struct http_server *server;

static int start(void **state)
{
    static const struct http_desk desk = {"", NULL, routes};
    static const struct http_desk *const desks[] = {&desk, NULL};
    struct http_options options = {.address = "127.0.0.1",
                                   .event_threads = 2,
                                   .pool_threads = 3,
                                   .assets = assets,
                                   .connections_max = 200,
                                   .desks = desks,
                                   .is_session_less = true,
                                   .address_header = "X-Real-IP"};
    if (secret_init() != ERR_NONE || http_listen(&options, &server) != ERR_NONE) return -1;
    return http_start(server) == ERR_NONE ? 0 : -1;
}

static int stop(void **state)
{
    server = http_stop(server);
    return 0;
}

static const char *ask(struct arena *arena, const char *request)
{
    return raw_ask(arena, http_port(server), bytes_of_text(request), 1);
}

#define HOST "Host: localhost\r\n"

static void malformed_requests_get_400_and_the_connection_ends(void **state)
{
    static const struct {
        const char *why;
        const char *request;
        size_t size; /* 0: strlen */
    } cases[] = {
        {"length and encoding",
         "POST /govde HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"encoding and length",
         "POST /govde HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
        {"two lengths", "POST /govde HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"},
        {"two unlike lengths", "POST /govde HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {"list of lengths", "POST /govde HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\na"},
        {"signed length", "POST /govde HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\na"},
        {"no Host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"},
        {"no field at all", "GET / HTTP/1.1\r\n\r\n"},
        {"two Hosts", "GET / HTTP/1.1\r\n" HOST HOST "\r\n"},
        {"bad Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {"empty Host", "GET / HTTP/1.1\r\nHost: \r\n\r\n"},
        {"NUL in a value", "GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n",
         sizeof("GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n") - 1},
        {"NUL in a name", "GET / HTTP/1.1\r\n" HOST "A\0b: c\r\n\r\n",
         sizeof("GET / HTTP/1.1\r\n" HOST "A\0b: c\r\n\r\n") - 1},
        {"NUL in the target", "GET /\0b HTTP/1.1\r\n" HOST "\r\n", sizeof("GET /\0b HTTP/1.1\r\n" HOST "\r\n") - 1},
        {"escaped NUL", "GET /ad/a%00b HTTP/1.1\r\n" HOST "\r\n"},
        {"escaped NUL in the query", "GET /?kelime=a%00b HTTP/1.1\r\n" HOST "\r\n"},
        {"escaped line end", "GET /ad/a%0d%0ab HTTP/1.1\r\n" HOST "\r\n"},
        {"half an escape", "GET /ad/a%4 HTTP/1.1\r\n" HOST "\r\n"},
        {"no escape", "GET /ad/a%zz HTTP/1.1\r\n" HOST "\r\n"},
        {"space before the colon", "POST /govde HTTP/1.1\r\n" HOST "Content-Length : 1\r\n\r\na"},
        {"tab before the colon", "POST /govde HTTP/1.1\r\n" HOST "Content-Length\t: 1\r\n\r\na"},
        {"folded line", "GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n"},
        {"folded with a tab", "GET / HTTP/1.1\r\n" HOST "A: b\r\n\tc\r\n\r\n"},
        {"folded first line", "GET / HTTP/1.1\r\n A: b\r\n" HOST "\r\n"},
        {"bare CR", "GET / HTTP/1.1\r\n" HOST "A: b\rc: d\r\n\r\n"},
        {"bare LF", "GET / HTTP/1.1\r\n" HOST "A: b\nC: d\r\n\r\n"},
        {"bare LF everywhere", "GET / HTTP/1.1\nHost: localhost\n\n"},
        {"bare LF at the end", "GET / HTTP/1.1\r\n" HOST "A: b\r\n\n"},
        {"bare LF in the request line", "GET / HTTP/1.1\n" HOST "\r\n"},
        {"chunked in HTTP/1.0",
         "POST /govde HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"},
        {"unknown encoding", "POST /govde HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {"hidden encoding", "POST /govde HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        {"two encodings",
         "POST /govde HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"bad name", "GET / HTTP/1.1\r\n" HOST "A(b): c\r\n\r\n"},
        {"empty name", "GET / HTTP/1.1\r\n" HOST ": c\r\n\r\n"},
        {"no colon", "GET / HTTP/1.1\r\n" HOST "Abc\r\n\r\n"},
        {"letter beyond ASCII in a name", "GET / HTTP/1.1\r\n" HOST "Ad\xc4\xb1: c\r\n\r\n"},
        {"control in a value", "GET / HTTP/1.1\r\n" HOST "A: b\x01"
                               "c\r\n\r\n"},
        {"DEL in a value", "GET / HTTP/1.1\r\n" HOST "A: b\x7f"
                           "c\r\n\r\n"},
        {"bad method", "GE(T / HTTP/1.1\r\n" HOST "\r\n"},
        {"two spaces", "GET  / HTTP/1.1\r\n" HOST "\r\n"},
        {"space in the target", "GET /a b HTTP/1.1\r\n" HOST "\r\n"},
        {"tab in the target", "GET /a\tb HTTP/1.1\r\n" HOST "\r\n"},
        {"letter beyond ASCII in the target", "GET /\xc4\xb1 HTTP/1.1\r\n" HOST "\r\n"},
        {"no path", "GET ad HTTP/1.1\r\n" HOST "\r\n"},
        {"whole address", "GET http://localhost/ HTTP/1.1\r\n" HOST "\r\n"},
        {"fragment", "GET /#a HTTP/1.1\r\n" HOST "\r\n"},
        {"unknown version", "GET / HTTP/1.2\r\n" HOST "\r\n"},
        {"no version", "GET /\r\n" HOST "\r\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        size_t size = cases[i].size != 0 ? cases[i].size : strlen(cases[i].request);
        /* a second request behind it must not be answered: wait for more than one answer, that is for the end */
        const char *behind = "GET /hemen HTTP/1.1\r\n" HOST "\r\n";
        CLEANUP_BUFFER struct buffer request = BUFFER_EMPTY;
        buffer_add(&request, (struct bytes){(const uint8_t *)cases[i].request, size});
        buffer_text(&request, behind);
        const char *answer = raw_ask(arena, http_port(server), buffer_bytes(&request), 2);
        int status = raw_status(answer);
        if (status != 400 && status != 0 && status != 505) {
            fail_msg("%s: answered with %d: %s", cases[i].why, status, raw_body(answer));
        }
        if (strstr(answer, "/hemen|") != NULL) fail_msg("%s: the next request was answered", cases[i].why);
    }
}

static void good_requests_are_answered(void **state)
{
    static const struct {
        const char *request;
        int status;
        const char *body;
    } cases[] = {
        {"GET / HTTP/1.1\r\n" HOST "\r\n", 200, "/||-"},
        {"GET / HTTP/1.0\r\n\r\n", 200, "/||-"},
        {"GET / HTTP/1.1\r\nhost:localhost:8080\r\n\r\n", 200, "/||-"},
        {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\nX-Yaz\xc4\xb1: a\r\n\r\n", 400, NULL},
        {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\nX: yaz\xc4\xb1\tb\r\n\r\n", 200, "/||-"},
        {"GET /ad/%C4%B1%2Fb HTTP/1.1\r\n" HOST "\r\n", 200, "/ad/ı/b|ı/b|-"},
        {"GET /ad/%ff HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /ad/a/uzun?kelime=b+c%26d&e=f HTTP/1.1\r\n" HOST "\r\n", 200, "/ad/a/uzun|a|b c&d"},
        {"GET /hepsi/a//b%2Bc HTTP/1.1\r\n" HOST "\r\n", 200, "/hepsi/a//b+c|a//b+c|-"},
        {"GET /hemen?kelime= HTTP/1.1\r\n" HOST "\r\n", 200, "/hemen||"},
        {"GET /sonra HTTP/1.1\r\n" HOST "\r\n", 200, "later"},
        {"GET /sonra?to=now HTTP/1.1\r\n" HOST "\r\n", 200, "later"},
        {"GET /adres HTTP/1.1\r\n" HOST "\r\n", 200, "127.0.0.1"},
        {"GET /adres HTTP/1.1\r\n" HOST "X-Real-IP: 203.0.113.7\r\n\r\n", 200, "203.0.113.7"},
        {"GET /adres HTTP/1.1\r\n" HOST "X-Real-IP: 2001:db8::7\r\n\r\n", 200, "2001:db8::7"},
        {"GET /adres HTTP/1.1\r\n" HOST "X-Real-IP: <script>\r\n\r\n", 200, "127.0.0.1"},
        {"GET /adres HTTP/1.1\r\n" HOST "X-Forwarded-For: 203.0.113.7\r\n\r\n", 200, "127.0.0.1"},
        {"GET /ad/ HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /ad HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /ad/a/ HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /ad/../yok HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /static/../divit.css HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /static/divit.css HTTP/1.1\r\n" HOST "\r\n", 200, "p{}"},
        {"GET /static/0123456789abcdef/divit.css HTTP/1.1\r\n" HOST "\r\n", 200, "p{}"},
        {"GET /static/0123456789abcdee/divit.css HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /static/divit.css HTTP/1.1\r\n" HOST "If-None-Match: \"0123456789abcdef\"\r\n\r\n", 304, ""},
        {"GET /yok HTTP/1.1\r\n" HOST "\r\n", 404, NULL},
        {"GET /bos HTTP/1.1\r\n" HOST "\r\n", 500, NULL},
        {"GET /iki HTTP/1.1\r\n" HOST "\r\n", 500, NULL},
        {"GET /git?to=//evil.example/ HTTP/1.1\r\n" HOST "\r\n", 400, NULL},
        {"GET /git?to=https://evil.example/ HTTP/1.1\r\n" HOST "\r\n", 400, NULL},
        {"TRACE / HTTP/1.1\r\n" HOST "\r\n", 501, NULL},
        {"DELETE / HTTP/1.1\r\n" HOST "\r\n", 405, NULL},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 405, NULL},
        {"POST /govde HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nmerak", 200, "merak"},
        {"POST /govde HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nme\r\n3\r\nrak\r\n0\r\n\r\n", 200,
         "merak"},
        {"GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\na", 413, NULL},
        {"POST /govde HTTP/1.1\r\n" HOST "Content-Length: 99999999999999\r\n\r\n", 413, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        const char *answer = ask(arena, cases[i].request);
        if (raw_status(answer) != cases[i].status) fail_msg("%s: %s", cases[i].request, answer);
        if (cases[i].body != NULL) assert_string_equal(raw_body(answer), cases[i].body);
    }
}

static void bodies_are_taken_up_to_the_routes_limit(void **state)
{
    for (size_t size = 999; size <= 1001; size++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        char *body = arena_alloc(arena, size + 1);
        memset(body, 'a', size);
        const char *plain =
            arena_printf(arena, "POST /govde HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n%s", size, body);
        assert_int_equal(raw_status(ask(arena, plain)), size > 1000 ? 413 : 200);
        const char *chunked = arena_printf(
            arena, "POST /govde HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n", size,
            body);
        assert_int_equal(raw_status(ask(arena, chunked)), size > 1000 ? 413 : 200);
    }
}

static void every_answer_carries_the_security_headers(void **state)
{
    static const char *const urls[] = {"/", "/hemen", "/yok", "/nirde", "/dosya", "/static/divit.css", "/ad/%zz"};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        const char *answer = ask(arena, arena_printf(arena, "GET %s HTTP/1.1\r\n" HOST "\r\n", urls[i]));
        const char *policy = raw_header(arena, answer, "Content-Security-Policy");
        assert_non_null(policy);
        assert_non_null(strstr(policy, "script-src 'self'"));
        assert_non_null(strstr(policy, "frame-ancestors 'none'"));
        assert_null(strstr(policy, "unsafe"));
        assert_string_equal(raw_header(arena, answer, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(raw_header(arena, answer, "Referrer-Policy"), "same-origin");
        assert_string_equal(raw_header(arena, answer, "Cross-Origin-Opener-Policy"), "same-origin");
        bool is_asset = strncmp(urls[i], "/static/", 8) == 0;
        assert_string_equal(raw_header(arena, answer, "Cache-Control"), is_asset ? "public, max-age=3600" : "no-store");
    }
}

static void assets_go_out_packed_to_whom_takes_them_so(void **state)
{
    static const struct {
        const char *name, *headers, *body, *etag;
        int status;
    } cases[] = {
        {"divit.css", "", "p{}", "\"0123456789abcdef\"", 200},
        {"divit.css", "Accept-Encoding: gzip, deflate, br\r\n", "gz", "\"0123456789abcdef-gzip\"", 200},
        {"divit.css", "Accept-Encoding: br;q=1.0,GZIP ; q=0.5\r\n", "gz", "\"0123456789abcdef-gzip\"", 200},
        {"divit.css", "Accept-Encoding: gzip;q=0, *\r\n", "p{}", "\"0123456789abcdef\"", 200},
        {"divit.css", "Accept-Encoding: gzip;q=0.000\r\n", "p{}", "\"0123456789abcdef\"", 200},
        {"divit.css", "Accept-Encoding: x-gzip, gzipped\r\n", "p{}", "\"0123456789abcdef\"", 200},
        {"divit.css", "Accept-Encoding: gzip\r\nIf-None-Match: \"0123456789abcdef-gzip\"\r\n", "",
         "\"0123456789abcdef-gzip\"", 304},
        {"divit.css", "Accept-Encoding: gzip\r\nIf-None-Match: \"0123456789abcdef\"\r\n", "gz",
         "\"0123456789abcdef-gzip\"", 200},
        {"divit.woff2", "Accept-Encoding: gzip\r\n", "wOF2", "\"fedcba9876543210\"", 200},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        const char *answer = ask(arena, arena_printf(arena, "GET /static/%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
                                                     cases[i].name, cases[i].headers));
        assert_int_equal(raw_status(answer), cases[i].status);
        assert_string_equal(raw_body(answer), cases[i].body);
        assert_string_equal(raw_header(arena, answer, "ETag"), cases[i].etag);
        bool is_packed = strcmp(cases[i].body, "gz") == 0, varies = strcmp(cases[i].name, "divit.css") == 0;
        assert_int_equal(raw_header(arena, answer, "Content-Encoding") != NULL, is_packed);
        assert_int_equal(raw_header(arena, answer, "Vary") != NULL, varies);
    }
}

static void head_is_get_without_the_body(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    /* the answer to the GET behind it shows where the HEAD's ended */
    const char *two = "HEAD / HTTP/1.1\r\n" HOST "\r\nGET /hemen HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
    const char *answer = raw_ask(arena, http_port(server), bytes_of_text(two), 99);
    assert_int_equal(raw_status(answer), 200);
    assert_string_equal(raw_header(arena, answer, "Content-Length"), "4");
    assert_int_equal(strncmp(raw_body(answer), "HTTP/1.1 200", 12), 0);
}

/* A connection that has sent more than a megabyte of a body, and not its end. */
static int begin_large_body(struct arena *arena)
{
    static const char head[] = "POST /dosyalar HTTP/1.1\r\n" HOST "Content-Length: 2000000\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(server))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, head, sizeof head - 1, 0), sizeof head - 1);
    const size_t size = 1999999;
    const uint8_t *body = arena_alloc(arena, size);
    for (size_t at = 0; at < size;) {
        ssize_t sent = send(fd, body + at, size - at, 0);
        assert_true(sent > 0);
        at += (size_t)sent;
    }
    return fd;
}

/* Whoever may ask at all may begin to send: so only four large bodies are in memory at once. */
static void large_bodies_are_few_at_once(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *body = arena_printf(arena, "%0*d", 2000000, 0);
    const char *whole =
        arena_printf(arena, "POST /dosyalar HTTP/1.1\r\n" HOST "Content-Length: 2000000\r\n\r\n%s", body);
    const char *small = "POST /govde HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx";
    int held[40], status = 0;
    size_t count = 0;
    /* one that is asked before a held one has come so far takes its place, and another has to be held */
    for (; count < 40 && status != 503; count++) {
        held[count] = begin_large_body(arena);
        if (count >= 3) status = raw_status(ask(arena, whole));
    }
    assert_int_equal(status, 503);
    assert_int_equal(raw_status(ask(arena, small)), 200);
    for (size_t i = 0; i < count; i++) close(held[i]);
    for (int tries = 0; tries < 500 && status != 200; tries++) status = raw_status(ask(arena, whole));
    assert_int_equal(status, 200);
}

static void refusals_name_the_methods(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *answer = ask(arena, "POST /ad/a HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    assert_int_equal(raw_status(answer), 405);
    assert_string_equal(raw_header(arena, answer, "Allow"), "GET, HEAD");
    answer = ask(arena, "GET /govde HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(raw_header(arena, answer, "Allow"), "POST");
}

static void files_and_cookies_have_their_headers(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *answer = ask(arena, "GET /dosya HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(raw_header(arena, answer, "Content-Disposition"), "attachment; filename=\"karar.txt\"");
    assert_string_equal(raw_header(arena, answer, "Set-Cookie"), "dil=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
    answer = ask(arena, "GET /git?to=/ad/a HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(raw_status(answer), 303);
    assert_string_equal(raw_header(arena, answer, "Location"), "/ad/a");
}

static void heads_of_seven_kilobytes_are_taken(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    char *value = arena_alloc(arena, 7001);
    memset(value, 'a', 7000);
    static const char *const urls[] = {"/", "/hemen", "/dosya", "/yok", "/static/divit.css"};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        const char *answer =
            ask(arena, arena_printf(arena, "GET %s HTTP/1.1\r\n" HOST "X: %s\r\n\r\n", urls[i], value));
        assert_int_equal(raw_status(answer), strcmp(urls[i], "/yok") == 0 ? 404 : 200);
    }
}

static void a_connection_serves_many_requests(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer requests = BUFFER_EMPTY;
    for (int i = 0; i < 50; i++) {
        buffer_text(&requests, i % 2 == 0 ? "GET / HTTP/1.1\r\n" HOST "\r\n" : "GET /sonra HTTP/1.1\r\n" HOST "\r\n");
    }
    const char *answer = raw_ask(arena, http_port(server), buffer_bytes(&requests), 50);
    int count = 0;
    for (const char *at = answer; (at = strstr(at, "HTTP/1.1 200")) != NULL; at++) count++;
    assert_int_equal(count, 50);
}

static void *ask_in_thread(void *context)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    *(int *)context = raw_status(ask(arena, "GET /sonra HTTP/1.1\r\n" HOST "\r\n"));
    return NULL;
}

static void waiting_requests_hold_no_thread(void **state)
{
    enum { ASKERS = 40 };
    pthread_t threads[ASKERS];
    int statuses[ASKERS] = {0};
    for (int i = 0; i < ASKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_in_thread, &statuses[i]), 0);
    for (int i = 0; i < ASKERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(statuses[i], 200);
    }
}

static void stopping_finishes_what_waits(void **state)
{
    int status = 0;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask_in_thread, &status), 0);
    struct timespec wait = {.tv_nsec = 10 * 1000 * 1000};
    nanosleep(&wait, NULL);
    stop(state);
    pthread_join(thread, NULL);
    assert_true(status == 200 || status == 503 || status == 0);
    assert_int_equal(start(state), 0);
}

static void routes_that_need_sessions_are_refused_without_them(void **state)
{
    static const struct http_route guarded[] = {{HTTP_POST, "/a", 0, HTTP_CSRF, 10, answer_body}, {0}};
    static const struct http_desk desk = {"", NULL, guarded};
    static const struct http_desk *const desks[] = {&desk, NULL};
    struct http_options options = {.address = "127.0.0.1",
                                   .event_threads = 1,
                                   .pool_threads = 1,
                                   .connections_max = 10,
                                   .desks = desks,
                                   .is_session_less = true};
    struct http_server *other;
    assert_int_equal(http_listen(&options, &other), ERR_NONE);
    assert_int_equal(http_start(other), ERR_BROKEN);
    http_stop(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_requests_get_400_and_the_connection_ends),
        cmocka_unit_test(good_requests_are_answered),
        cmocka_unit_test(bodies_are_taken_up_to_the_routes_limit),
        cmocka_unit_test(every_answer_carries_the_security_headers),
        cmocka_unit_test(assets_go_out_packed_to_whom_takes_them_so),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(refusals_name_the_methods),
        cmocka_unit_test(large_bodies_are_few_at_once),
        cmocka_unit_test(files_and_cookies_have_their_headers),
        cmocka_unit_test(heads_of_seven_kilobytes_are_taken),
        cmocka_unit_test(a_connection_serves_many_requests),
        cmocka_unit_test(waiting_requests_hold_no_thread),
        cmocka_unit_test(stopping_finishes_what_waits),
        cmocka_unit_test(routes_that_need_sessions_are_refused_without_them),
    };
    return cmocka_run_group_tests_name("http-server", tests, start, stop);
}
