#include "base/file.h"
#include "http/session.h"
#include "page_test_gallery.h"
#include "web/assets.h"
#include "web/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A request with just what the layout asks of it. */
struct http_request {
    struct arena *arena;
    enum language language;
    const char *url;
    const struct session *session;
    bool is_session_made;
    int status;
    const char *html;
};

static const struct session fresh = {.id = 1, .role = ROLE_ANYONE, .csrf = "fresh\"token"};

struct arena *http_arena(struct http_request *request)
{
    return request->arena;
}
enum language http_language(const struct http_request *request)
{
    return request->language;
}
const char *http_url(const struct http_request *request)
{
    return request->url;
}
const struct session *session_of(struct http_request *request)
{
    return request->session;
}

enum err session_need(struct http_request *request, const struct session **ret_session)
{
    request->is_session_made = true;
    *ret_session = &fresh;
    return ERR_NONE;
}

enum err http_answer_page(struct http_request *request, int status, const struct buffer *html)
{
    request->status = status;
    request->html = buffer_to_text(html, request->arena);
    return ERR_NONE;
}

const char *asset_url(const char *name)
{
    if (strcmp(name, "divit.css") == 0) return "/static/d/divit.css";
    return strcmp(name, "divit.js") == 0 ? "/static/d/divit.js" : "/static/d/divit.svg";
}

static struct page_support find_support(struct http_request *request)
{
    (void)request;
    return (struct page_support){"destek@example.com", "0850 000 00 00"};
}

static const struct page_settings demo = {true, find_support};

static void answer(struct http_request *request, bool has_errors)
{
    const char *error = has_errors ? "Enter <all> 11 digits" : NULL;
    const struct form_field identity = {"identity_number", "100", error}, password = {"password", "", error};
    const struct form_field reader = {"reader", "b", error}, province = {"province", "34", error};
    const struct form_field file = {"file", "", error}, typed = {"answer", "", error};
    enum err result = page_test_gallery(request, has_errors ? 422 : 200,
                                        &(const struct page_test_gallery){
                                            .identity_number = &identity,
                                            .password = &password,
                                            .reader = &reader,
                                            .province = &province,
                                            .file = &file,
                                            .answer = &typed,
                                            .token = "0123456789abcdef",
                                            .demo_answer = "K7M2P",
                                        });
    assert_int_equal(result, ERR_NONE);
}

/* For looking at: DIVIT_GALLERY=folder writes what was rendered. */
static void keep(const struct http_request *request, const char *name)
{
    const char *folder = getenv("DIVIT_GALLERY");
    if (folder == NULL) return;
    enum err error =
        file_write(arena_printf(request->arena, "%s/%s.html", folder, name), bytes_of_text(request->html), 0644);
    assert_int_equal(error, ERR_NONE);
}

static void has(const struct http_request *request, const char *part)
{
    if (strstr(request->html, part) == NULL) fail_msg("lacks %s in:\n%s", part, request->html);
}

static void lacks(const struct http_request *request, const char *part)
{
    if (strstr(request->html, part) != NULL) fail_msg("has %s in:\n%s", part, request->html);
}

static void a_page_of_a_stranger(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct http_request request = {.arena = arena, .url = "/basvuru/saglik/form"};
    page_setup(&demo);
    answer(&request, false);
    keep(&request, "plain");
    assert_int_equal(request.status, 200);
    assert_true(request.is_session_made);
    has(&request, "<html lang=\"tr\"");
    has(&request, "<title>İletişim – Divit</title>");
    has(&request, "<strong>TEST</strong>");
    has(&request, "name=\"csrf\" value=\"fresh&quot;token\"");
    has(&request, "href=\"/dil/en?sayfa=%2Fbasvuru%2Fsaglik%2Fform\"");
    has(&request, "href=\"mailto:destek@example.com\"");
    has(&request, "href=\"tel:08500000000\"");
    has(&request, "<a href=\"/basvuru/saglik\" class=\"govuk-back-link\"");
    has(&request, "/static/d/divit.css");
    has(&request, "</html>");
    lacks(&request, "govuk-error-summary");
    lacks(&request, "Çıkış");
    lacks(&request, "data-session");
}

static void mistakes_make_a_summary(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct http_request request = {.arena = arena, .url = "/x", .language = LANGUAGE_ENGLISH};
    page_setup(&demo);
    answer(&request, true);
    keep(&request, "mistakes");
    assert_int_equal(request.status, 422);
    has(&request, "<title>Error: Contact – Divit</title>");
    has(&request, "<li><a href=\"#identity_number\">Enter &lt;all&gt; 11 digits</a></li>");
    has(&request, "<li><a href=\"#file\">");
    has(&request, "<p id=\"province-error\"");
    has(&request, "href=\"/dil/tr?sayfa=%2Fx\"");
}

static void an_officer_has_navigation_there_and_nowhere_else(void **state)
{
    static const struct session officer = {.id = 2, .role = ROLE_OFFICER, .csrf = "o"};
    static const struct session pending = {.id = 2, .role = ROLE_OFFICER_PENDING, .csrf = "o"};
    static const struct {
        const char *url;
        const struct session *session;
        bool is_shown;
    } cases[] = {
        {"/yetkili/gelen", &officer, true},        {"/yetkili", &officer, true},      {"/yetkililer", &officer, false},
        {"/online/sertifikalar", &officer, false}, {"/yetkili/kod", &pending, false},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    page_setup(&demo);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_request request = {.arena = arena, .url = cases[i].url, .session = cases[i].session};
        answer(&request, false);
        if (i == 0) keep(&request, "officer");
        assert_false(request.is_session_made);
        assert_int_equal(strstr(request.html, "action=\"/yetkili/cikis\"") != NULL, cases[i].is_shown);
        assert_int_equal(strstr(request.html, "Gelen başvurular") != NULL, cases[i].is_shown);
        has(&request, "data-session=\"900\"");
    }
}

static void no_ribbon_outside_a_demo(void **state)
{
    static const struct page_settings real = {false, find_support};
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct http_request request = {.arena = arena, .url = "/"};
    page_setup(&real);
    answer(&request, false);
    lacks(&request, "divit-ribbon");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_of_a_stranger),
        cmocka_unit_test(mistakes_make_a_summary),
        cmocka_unit_test(an_officer_has_navigation_there_and_nowhere_else),
        cmocka_unit_test(no_ribbon_outside_a_demo),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
