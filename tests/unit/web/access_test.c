/*
 * Purpose: the access matrix (spec 09, For attacks). What stands open is listed here by hand; everything else must ask
 * for a role of its own desk. Then every route is asked by every role over a real listener: it is reached exactly when
 * its table says so, and a form only with its session's token.
 */
#include "base/secret.h"
#include "http/session.h"
#include "http/raw_client.h"
#include "web/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DESKS_MAX 16
#define ROUTES_MAX 128
#define REACHED "reached"

static const int roles[] = {
    0,           ROLE_ANYONE,        ROLE_APPLICANT, ROLE_OFFICER_PENDING, ROLE_OFFICER, ROLE_HOLDER_PENDING,
    ROLE_HOLDER, ROLE_STAFF_PENDING, ROLE_OPERATOR,  ROLE_ADMINISTRATOR};
#define ROLE_COUNT (sizeof(roles) / sizeof(roles[0]))

/* Which roles a desk knows. */
static const struct {
    const char *prefix;
    unsigned roles;
} desk_roles[] = {
    {"/basvuru", ROLE_ANYONE | ROLE_APPLICANT},
    {"/yetkili", ROLE_ANYONE | ROLE_OFFICER_PENDING | ROLE_OFFICER},
    {"/yonetim", ROLE_ANYONE | ROLE_STAFF_PENDING | ROLE_OPERATOR | ROLE_ADMINISTRATOR},
    {"/online", ROLE_HOLDER_PENDING | ROLE_HOLDER},
};

/* All that anybody may ask for. */
static const char *const open_routes[] = {
    "GET /",
    "GET /duyurular",
    "GET /yasal-uyari",
    "GET /iletisim",
    "GET /itiraz",
    "POST /itiraz", /* by whoever has the code of a notice */
    "GET /dil/{code}",
    "GET /resim/{token}",
    "GET /resim/{token}/ses",
    "GET /bildirim/sms/{uid}",
    "GET /healthz",
    "GET /bp/{address}",
    "GET /basvuru",
    "GET /basvuru/{door}",
    "GET /basvuru/{door}/giris",
    "POST /basvuru/{door}/giris",
    "GET /basvuru/{door}/geri-cekildi", /* its person is logged out by then */
    "GET /basvuru/{door}/imza/don/{ticket}", /* from a program; worth nothing without the session that asked */
    "GET /basvurum-nerede",
    "POST /basvurum-nerede",
    "GET /yetkili",
    "GET /yetkili/giris",
    "POST /yetkili/giris",
    "GET /yetkili/e-imza",
    "POST /yetkili/e-imza",
    "GET /yetkili/imza/don/{ticket}",
    "POST /yetkili/giris/anahtar",
    /* the token of the one-time link is the right */
    "GET /yetkili/kurulum/{token}",
    "POST /yetkili/kurulum/{token}",
    "GET /yetkili/kurulum/{token}/kare-kod.png",
    "GET /yonetim",
    "GET /yonetim/giris",
    "POST /yonetim/giris",
    "POST /yonetim/giris/anahtar",
    "GET /yonetim/e-imza",
    "POST /yonetim/e-imza",
    "GET /yonetim/imza/don/{ticket}",
    "GET /yonetim/kurulum/{token}",
    "POST /yonetim/kurulum/{token}",
    "GET /yonetim/kurulum/{token}/kare-kod.png",
    "GET /online",
    "GET /online/giris",
    "POST /online/giris",
    "GET /online/imza/don/{ticket}",
    "GET /eimza/don/{ticket}",
    /* the signing program has no session: the code is the right */
    "GET /agent/v1/openapi.json",
    "POST /agent/v1/open",
    "POST /agent/v1/submit",
    "POST /agent/v1/pin",
    "POST /agent/v1/pin/puk",
    "POST /agent/v1/pin/done",
    /* an identity system has no session: the bearer token is the right, and the worker looks at it */
    "GET /scim/v2/Users",
    "POST /scim/v2/Users",
    "GET /scim/v2/Users/{id}",
    "PUT /scim/v2/Users/{id}",
    "PATCH /scim/v2/Users/{id}",
    "DELETE /scim/v2/Users/{id}",
    "GET /scim/v2/ServiceProviderConfig",
    "GET /scim/v2/ResourceTypes",
    "GET /scim/v2/ResourceTypes/{id}",
    "GET /scim/v2/Schemas",
    "GET /scim/v2/Schemas/{id}",
};

static enum err reach(struct http_request *request)
{
    return http_answer(request, 200, "text/plain", bytes_of_text(REACHED));
}

/* GET <prefix>/rol/{role}: that role's session of this desk; answers with its token for forms. */
static enum err take_role(struct http_request *request)
{
    TRY(session_become(request, (enum session_role)atoi(http_path(request, "role")), 1));
    return http_answer(request, 200, "text/plain", bytes_of_text(session_of(request)->csrf));
}

static struct http_route routes[DESKS_MAX][ROUTES_MAX];
static struct http_desk desks[DESKS_MAX];
static const struct http_desk *desk_list[DESKS_MAX + 1];
static char role_paths[DESKS_MAX][64];
static struct http_server *server;
static struct db *db;
static char folder[] = "/tmp/divit-access-XXXXXX";

static void copy_desk(size_t number)
{
    const struct http_desk *desk = web_desks[number];
    snprintf(role_paths[number], sizeof(role_paths[number]), "%s/rol/{role}", desk->prefix);
    routes[number][0] = (struct http_route){HTTP_GET, role_paths[number], 0, HTTP_OPEN, 0, take_role};
    for (size_t i = 0; desk->routes[i].method != 0; i++) {
        assert_true(i + 2 < ROUTES_MAX);
        routes[number][i + 1] = desk->routes[i];
        routes[number][i + 1].handler = reach;
    }
    desks[number] = (struct http_desk){desk->prefix, desk->login_path, routes[number]};
    desk_list[number] = &desks[number];
}

static int start(void **state)
{
    static char address[64];
    uint8_t key[KEY_SIZE] = {1};
    for (size_t i = 0; web_desks[i] != NULL && i < DESKS_MAX; i++) copy_desk(i);
    struct http_options options = {
        .address = "127.0.0.1", .event_threads = 1, .pool_threads = 2, .connections_max = 50, .desks = desk_list};
    if (secret_init() != ERR_NONE || mkdtemp(folder) == NULL) return -1;
    snprintf(address, sizeof(address), "sqlite:%s/divit.db", folder);
    if (db_open(address, 2, &db) != ERR_NONE || db_migrate(db) != ERR_NONE) return -1;
    if (http_listen(&options, &server) != ERR_NONE) return -1;
    session_store(server, db, key);
    return http_start(server) == ERR_NONE ? 0 : -1;
}

static int stop(void **state)
{
    http_stop(server);
    db_close(db);
    CLEANUP_ARENA struct arena *arena = arena_new();
    return system(arena_printf(arena, "rm -r %s", folder));
}

/* Programs' routes have no session whose token could be asked for. */
static bool is_for_programs(const struct http_route *route)
{
    return strncmp(route->path, "/agent/", 7) == 0 || strncmp(route->path, "/scim/", 6) == 0;
}

static const char *method_name(const struct http_route *route)
{
    return http_method_name(route->method);
}

static bool is_listed_open(struct arena *arena, const struct http_route *route)
{
    const char *name = arena_printf(arena, "%s %s", method_name(route), route->path);
    for (size_t i = 0; i < sizeof(open_routes) / sizeof(open_routes[0]); i++) {
        if (strcmp(open_routes[i], name) == 0) return true;
    }
    return false;
}

static unsigned roles_of_desk(const char *prefix)
{
    for (size_t i = 0; i < sizeof(desk_roles) / sizeof(desk_roles[0]); i++) {
        if (strcmp(desk_roles[i].prefix, prefix) == 0) return desk_roles[i].roles;
    }
    return 0;
}

static void what_is_not_listed_asks_for_a_role_of_its_desk(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t d = 0; web_desks[d] != NULL; d++) {
        unsigned known = roles_of_desk(web_desks[d]->prefix);
        for (const struct http_route *route = web_desks[d]->routes; route->method != 0; route++) {
            bool is_open = route->roles == 0;
            if (is_open != is_listed_open(arena, route)) fail_msg("%s %s", method_name(route), route->path);
            if ((route->roles & ~known) != 0)
                fail_msg("%s %s: a role of another desk", method_name(route), route->path);
            if (strncmp(route->path, web_desks[d]->prefix, strlen(web_desks[d]->prefix)) != 0) {
                fail_msg("%s is outside its desk", route->path);
            }
            if (route->method == HTTP_POST && (route->guard == HTTP_CSRF) == is_for_programs(route))
                fail_msg("POST %s without token", route->path);
            if (route->method == HTTP_POST && route->body_max == 0) fail_msg("POST %s takes no body", route->path);
            if (route->method == HTTP_GET && route->body_max != 0) fail_msg("GET %s takes a body", route->path);
        }
    }
}

/* "/a/{b}/c" with something in the braces */
static const char *fill_path(struct arena *arena, const char *path)
{
    CLEANUP_BUFFER struct buffer filled = BUFFER_EMPTY;
    for (const char *c = path; *c != '\0'; c++) {
        if (*c != '{') {
            buffer_char(&filled, *c);
            continue;
        }
        buffer_text(&filled, "a1");
        c = strchr(c, '}');
    }
    return buffer_to_text(&filled, arena);
}

struct visitor {
    const char *cookie; /* "Cookie: …\r\n", "" for none */
    const char *csrf;
};

static const char *ask(struct arena *arena, const char *method, const char *path, const char *cookie, const char *body)
{
    const char *request =
        arena_printf(arena,
                     "%s %s HTTP/1.1\r\nHost: localhost\r\n%s"
                     "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                     method, path, cookie, strlen(body), body);
    return raw_ask(arena, http_port(server), bytes_of_text(request), 1);
}

static struct visitor visitor_new(struct arena *arena, const char *prefix, int role)
{
    if (role == 0) return (struct visitor){"", "0"};
    const char *answer = ask(arena, "GET", arena_printf(arena, "%s/rol/%d", prefix, role), "", "");
    const char *set = raw_header(arena, answer, "Set-Cookie");
    assert_non_null(set);
    return (struct visitor){arena_printf(arena, "Cookie: %s\r\n", arena_text_n(arena, set, strcspn(set, ";"))),
                            raw_body(answer)};
}

static bool is_reached(struct arena *arena, const struct http_route *route, const char *cookie, const char *csrf)
{
    const char *body = route->method == HTTP_POST ? arena_printf(arena, "csrf=%s", csrf) : "";
    const char *answer = ask(arena, method_name(route), fill_path(arena, route->path), cookie, body);
    int status = raw_status(answer);
    bool reached = status == 200 && strcmp(raw_body(answer), REACHED) == 0;
    if (!reached && status != 303 && status != 403 && status != 410) {
        fail_msg("%s %s: %d", method_name(route), route->path, status);
    }
    return reached;
}

static void check_route(const struct http_desk *desk, const struct http_route *route)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        struct visitor visitor = visitor_new(arena, desk->prefix, roles[i]);
        struct visitor other = visitor_new(arena, desk->prefix, ROLE_ANYONE);
        bool has_role = route->roles == 0 || (route->roles & (unsigned)roles[i]) != 0;
        bool has_token = route->guard != HTTP_CSRF || roles[i] != 0;
        bool reached = is_reached(arena, route, visitor.cookie, visitor.csrf);
        if (reached != (has_role && has_token)) fail_msg("%s %s as %d", method_name(route), route->path, roles[i]);
        if (route->guard == HTTP_CSRF && is_reached(arena, route, visitor.cookie, other.csrf)) {
            fail_msg("POST %s as %d with another session's token", route->path, roles[i]);
        }
    }
}

static void every_role_reaches_its_routes_and_no_other(void **state)
{
    size_t count = 0;
    for (size_t d = 0; web_desks[d] != NULL; d++) {
        for (const struct http_route *route = web_desks[d]->routes; route->method != 0; route++) {
            check_route(web_desks[d], route);
            count++;
        }
    }
    assert_true(count > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_listed_asks_for_a_role_of_its_desk),
        cmocka_unit_test(every_role_reaches_its_routes_and_no_other),
    };
    return cmocka_run_group_tests_name("web-access", tests, start, stop);
}
