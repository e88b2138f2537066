/* Purpose: sessions, roles and CSRF by a real listener on a real database; their time by the movable clock. */
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "http/form.h"
#include "http/session.h"
#include "raw_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static enum err show_form(struct http_request *request)
{
    const struct session *session;
    TRY(session_need(request, &session));
    return http_answer(request, 200, "text/plain", bytes_of_text(session->csrf));
}

static enum err show_session(struct http_request *request)
{
    const struct session *session = session_of(request);
    struct arena *arena = http_arena(request);
    const char *kept = session_kept(request);
    const char *text = session == NULL ? "none"
                                       : arena_printf(arena, "%d %lld %s", session->role, (long long)session->subject,
                                                      kept == NULL ? "-" : kept);
    return http_answer(request, 200, "text/plain", bytes_of_text(text));
}

static enum err log_in(struct http_request *request)
{
    TRY(session_become(request, ROLE_OFFICER, 7));
    TRY(session_keep(request, "kept"));
    return http_redirect(request, "/masa/ic");
}

static enum err log_out(struct http_request *request)
{
    TRY(session_end(request));
    return http_redirect(request, "/masa/giris");
}

static const struct http_route desk_routes[] = {
    {HTTP_GET, "/masa/giris", 0, HTTP_OPEN, 0, show_form},
    {HTTP_POST, "/masa/giris", 0, HTTP_CSRF, 1000, log_in},
    {HTTP_GET, "/masa/ic", ROLE_OFFICER, HTTP_OPEN, 0, show_session},
    {HTTP_POST, "/masa/ic", ROLE_OFFICER, HTTP_CSRF, 1000, show_session},
    {HTTP_POST, "/masa/cikis", ROLE_OFFICER, HTTP_CSRF, 1000, log_out},
    {HTTP_GET, "/masa/tutan", ROLE_HOLDER, HTTP_OPEN, 0, show_session},
    {0},
};
static const struct http_route open_routes[] = {{HTTP_GET, "/kim", 0, HTTP_OPEN, 0, show_session}, {0}};

static struct http_server *server;
static struct db *db;
static char folder[] = "/tmp/divit-session-XXXXXX";
static char clock_path[64], database_path[64];

static int start(void **state)
{
    static const struct http_desk desk = {"/masa", "/masa/giris", desk_routes};
    static const struct http_desk rest = {"", NULL, open_routes};
    static const struct http_desk *const desks[] = {&desk, &rest, NULL};
    struct http_options options = {
        .address = "127.0.0.1", .event_threads = 1, .pool_threads = 2, .connections_max = 50, .desks = desks};
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(clock_path, sizeof(clock_path), "%s/clock", folder);
    snprintf(database_path, sizeof(database_path), "sqlite:%s/divit.db", folder);
    uint8_t key[KEY_SIZE];
    if (secret_init() != ERR_NONE || clock_set_offset(clock_path, 0) != ERR_NONE) return -1;
    random_fill(key, sizeof(key));
    if (clock_use_offset(clock_path) != ERR_NONE || db_open(database_path, 2, &db) != ERR_NONE) return -1;
    if (db_migrate(db) != ERR_NONE || http_listen(&options, &server) != ERR_NONE) return -1;
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

struct browser {
    struct arena *arena;
    const char *cookie; /* "name=value"; NULL: none */
    const char *csrf;
    const char *answer;
};

static int ask(struct browser *browser, const char *method, const char *path, const char *extra, const char *body)
{
    const char *cookie = browser->cookie == NULL ? "" : arena_printf(browser->arena, "Cookie: %s\r\n", browser->cookie);
    const char *request =
        arena_printf(browser->arena,
                     "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%sContent-Type: application/x-www-form-urlencoded\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     method, path, cookie, extra, strlen(body), body);
    browser->answer = raw_ask(browser->arena, http_port(server), bytes_of_text(request), 1);
    const char *set = raw_header(browser->arena, browser->answer, "Set-Cookie");
    if (set != NULL) browser->cookie = arena_text_n(browser->arena, set, strcspn(set, ";"));
    return raw_status(browser->answer);
}

static int get(struct browser *browser, const char *path)
{
    return ask(browser, "GET", path, "", "");
}

static int post(struct browser *browser, const char *path, const char *extra)
{
    return ask(browser, "POST", path, extra, arena_printf(browser->arena, "a=b&csrf=%s", browser->csrf));
}

static void open_form(struct browser *browser)
{
    assert_int_equal(get(browser, "/masa/giris"), 200);
    browser->csrf = arena_text(browser->arena, raw_body(browser->answer));
}

static void enter(struct browser *browser)
{
    open_form(browser);
    assert_int_equal(post(browser, "/masa/giris", ""), 303);
    open_form(browser); /* the token of the new session */
}

static void cookies_are_fenced(void **state)
{
    struct browser browser = {.arena = arena_new()};
    open_form(&browser);
    const char *set = raw_header(browser.arena, browser.answer, "Set-Cookie");
    assert_non_null(strstr(set, "oturum_masa="));
    assert_non_null(strstr(set, "; Path=/masa; HttpOnly; SameSite=Lax"));
    assert_null(strstr(set, "Max-Age"));
    arena_free(browser.arena);
}

static void log_in_changes_the_token_and_voids_the_old_one(void **state)
{
    struct browser browser = {.arena = arena_new()};
    open_form(&browser);
    const char *before = browser.cookie, *csrf_before = browser.csrf;
    assert_int_equal(post(&browser, "/masa/giris", ""), 303);
    assert_string_not_equal(before, browser.cookie);
    assert_int_equal(get(&browser, "/masa/ic"), 200);
    assert_string_equal(raw_body(browser.answer), "8 7 kept");
    open_form(&browser);
    assert_string_not_equal(csrf_before, browser.csrf);

    struct browser thief = {.arena = browser.arena, .cookie = before, .csrf = csrf_before};
    assert_int_equal(get(&thief, "/masa/ic"), 303);
    assert_string_equal(raw_header(thief.arena, thief.answer, "Location"), "/masa/giris?oturum=bitti");
    arena_free(browser.arena);
}

static void roles_are_asked_for(void **state)
{
    struct browser browser = {.arena = arena_new()};
    assert_int_equal(get(&browser, "/masa/ic"), 303);
    assert_string_equal(raw_header(browser.arena, browser.answer, "Location"), "/masa/giris");
    open_form(&browser);
    assert_int_equal(get(&browser, "/masa/ic"), 303); /* a session without the role */
    assert_int_equal(post(&browser, "/masa/ic", ""), 303);
    enter(&browser);
    assert_int_equal(post(&browser, "/masa/ic", ""), 200);
    assert_int_equal(get(&browser, "/masa/tutan"), 303); /* another role's */
    assert_int_equal(get(&browser, "/kim"), 200); /* another desk's session is none here */
    assert_string_equal(raw_body(browser.answer), "none");
    arena_free(browser.arena);
}

static void forms_need_their_own_token(void **state)
{
    struct browser browser = {.arena = arena_new()}, other = {.arena = browser.arena};
    enter(&browser);
    enter(&other);
    const char *right = browser.csrf;
    static const struct {
        const char *body;
        const char *extra;
        int status;
    } cases[] = {
        {"csrf=", "", 403},
        {"a=b", "", 403},
        {"csrf=0000000000000000000000000000000000000000000000000000000000000000", "", 403},
        {NULL, "Origin: http://evil.example\r\n", 403},
        {NULL, "Origin: null\r\n", 403},
        {NULL, "Sec-Fetch-Site: cross-site\r\n", 403},
        {NULL, "Sec-Fetch-Site: same-site\r\n", 403},
        {NULL, "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n", 200},
        {NULL, "", 200},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *body = cases[i].body != NULL ? cases[i].body : arena_printf(browser.arena, "csrf=%s", right);
        int status = ask(&browser, "POST", "/masa/ic", cases[i].extra, body);
        if (status != cases[i].status) fail_msg("%zu: %d", i, status);
    }
    browser.csrf = other.csrf;
    assert_int_equal(post(&browser, "/masa/ic", ""), 403);
    struct browser nobody = {.arena = browser.arena, .csrf = right};
    assert_int_equal(post(&nobody, "/masa/giris", ""), 410);
    arena_free(browser.arena);
}

static void sessions_end(void **state)
{
    struct browser browser = {.arena = arena_new()};
    enter(&browser);
    struct browser copy = browser;
    assert_int_equal(post(&browser, "/masa/cikis", ""), 303);
    assert_non_null(strstr(raw_header(browser.arena, browser.answer, "Set-Cookie"), "Max-Age=0"));
    assert_int_equal(get(&copy, "/masa/ic"), 303);

    enter(&browser);
    int64_t now_s = 0;
    assert_int_equal(clock_set_offset(clock_path, now_s += SESSION_IDLE_S - 60), ERR_NONE);
    assert_int_equal(get(&browser, "/masa/ic"), 200);
    assert_int_equal(clock_set_offset(clock_path, now_s += SESSION_IDLE_S - 60), ERR_NONE);
    assert_int_equal(get(&browser, "/masa/ic"), 200); /* use keeps it */
    assert_int_equal(clock_set_offset(clock_path, now_s += SESSION_IDLE_S + 1), ERR_NONE);
    assert_int_equal(get(&browser, "/masa/ic"), 303);

    enter(&browser);
    int last = 200;
    for (int64_t used_s = 0; used_s < SESSION_TOTAL_S + 600 && last == 200; used_s += 600) {
        assert_int_equal(clock_set_offset(clock_path, now_s += 600), ERR_NONE);
        last = get(&browser, "/masa/ic");
        assert_int_equal(last, used_s + 600 < SESSION_TOTAL_S ? 200 : 303);
    }
    assert_int_equal(last, 303);
    arena_free(browser.arena);
}

static void strange_cookies_are_no_sessions(void **state)
{
    static const char *const cookies[] = {
        "oturum_masa=",
        "oturum_masa=abc",
        "oturum_masa",
        "=",
        ";;;",
        "oturum=1",
        "oturum_masa=gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg",
        "oturum_masa=' OR 1=1 --                                                     "};
    for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++) {
        struct browser browser = {.arena = arena_new(), .cookie = cookies[i]};
        assert_int_equal(get(&browser, "/masa/ic"), 303);
        arena_free(browser.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_are_fenced),  cmocka_unit_test(log_in_changes_the_token_and_voids_the_old_one),
        cmocka_unit_test(roles_are_asked_for), cmocka_unit_test(forms_need_their_own_token),
        cmocka_unit_test(sessions_end),        cmocka_unit_test(strange_cookies_are_no_sessions),
    };
    return cmocka_run_group_tests_name("http-session", tests, start, stop);
}
