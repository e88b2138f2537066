#include "base/language.h"
#include "web/assets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A request with just what the language switch asks of it. */
struct http_request {
    const char *code;
    const char *page;
    const char *cookie;
    const char *target;
};

const char *http_path(const struct http_request *request, const char *name)
{
    return request->code;
}
const char *http_query(const struct http_request *request, const char *name)
{
    return request->page;
}

void http_set_cookie(struct http_request *request, const char *name, const char *value, const char *path,
                     int64_t max_age_s)
{
    assert_string_equal(name, "dil");
    assert_string_equal(path, "/");
    request->cookie = value;
}

enum err http_redirect(struct http_request *request, const char *path)
{
    request->target = path;
    return ERR_NONE;
}

static void the_language_switch_stays_on_this_site(void **state)
{
    static const struct {
        const char *code, *page, *cookie, *target;
    } cases[] = {
        {"en", "/basvuru/saglik/form", "en", "/basvuru/saglik/form"},
        {"tr", "/", "tr", "/"},
        {"xx", NULL, "tr", "/"},
        {"en", "", "en", "/"},
        {"en", "https://evil.example/", "en", "/"},
        {"en", "//evil.example/", "en", "/"},
        {"en", "/\\evil.example/", "en", "/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_request request = {.code = cases[i].code, .page = cases[i].page};
        assert_int_equal(language_choose(&request), ERR_NONE);
        assert_string_equal(request.cookie, cases[i].cookie);
        assert_string_equal(request.target, cases[i].target);
    }
}

static bool contains(struct bytes bytes, const char *text)
{
    return memmem(bytes.data, bytes.size, text, strlen(text)) != NULL;
}

static void addresses_hold_digests(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    size_t count = 0;
    for (; assets[count].name != NULL; count++) {
        const char *digest = hex_encode(arena, sha256(arena, assets[count].body));
        assert_memory_equal(assets[count].etag, digest, 16);
        assert_string_equal(asset_url(assets[count].name),
                            arena_printf(arena, "/static/%.16s/%s", digest, assets[count].name));
    }
    assert_int_equal(count, 5);
}

static void styles_name_our_fonts_alone(void **state)
{
    struct bytes css = {0};
    for (size_t i = 0; assets[i].name != NULL; i++)
        if (strcmp(assets[i].name, "divit.css") == 0) css = assets[i].body;
    assert_true(contains(css, asset_url("Inter-Regular.woff2")));
    assert_true(contains(css, asset_url("Inter-Bold.woff2")));
    assert_false(contains(css, "GDS Transport"));
    assert_false(contains(css, "crest"));
    assert_false(contains(css, "url(http"));
    assert_false(contains(css, "url(\"http"));
    assert_false(contains(css, "data:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_switch_stays_on_this_site),
        cmocka_unit_test(addresses_hold_digests),
        cmocka_unit_test(styles_name_our_fonts_alone),
    };
    return cmocka_run_group_tests_name("assets", tests, NULL, NULL);
}
