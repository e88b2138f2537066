#include "base/language.h"
#include "page_test_hostile.h"
#include "web/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The generated page function wants these; only the body is tested here. */
struct page *page_new(struct http_request *request)
{
    return NULL;
}
enum err page_begin(struct page *page, const struct page_head *head)
{
    return ERR_BROKEN;
}
enum err page_end(struct page *page, int status)
{
    return ERR_BROKEN;
}

#define HOSTILE "<script>\"'&"
#define HARMLESS "&lt;script&gt;&quot;&#39;&amp;"

static const char *rendered(struct arena *arena, enum language language, const char *address)
{
    const struct form_field email = {"email", HOSTILE, HOSTILE};
    const struct page_option sizes[] = {{"a", "A" HOSTILE}, {HOSTILE, "B"}};
    const struct page_test_hostile_people_cards cards[] = {{"01" HOSTILE}, {"02"}};
    const struct page_test_hostile_people people[] = {{HOSTILE, cards, 2}, {"Ayşe", NULL, 0}};
    struct page page = {.arena = arena, .language = language, .csrf = HOSTILE};
    page_test_hostile_body(&page, &(const struct page_test_hostile){
                                      .name = HOSTILE,
                                      .address = address,
                                      .yes = true,
                                      .number = -7,
                                      .step = -7,
                                      .of = HOSTILE,
                                      .email = &email,
                                      .sizes = sizes,
                                      .sizes_count = 2,
                                      .people = people,
                                      .people_count = 2,
                                  });
    const char *text = buffer_to_text(&page.html, arena);
    buffer_free(&page.html);
    return text;
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("lacks %s in:\n%s", part, text);
}

static void values_are_escaped_everywhere(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *text = rendered(arena, LANGUAGE_ENGLISH, "/x");
    assert_null(strstr(text, "<script>"));
    has(text, "<p title=\"" HARMLESS "\">" HARMLESS "</p>");
    has(text, "Step -7/" HARMLESS);
    has(text, "value=\"" HARMLESS "\"");
    has(text, "</span> " HARMLESS "</p>");
    has(text, "action=\"/a/" HARMLESS "/b\"");
    has(text, "name=\"csrf\" value=\"" HARMLESS "\"");
    has(text, "(" HARMLESS " of -7 01" HARMLESS " 02)");
}

static void sections_lists_and_options(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *text = rendered(arena, LANGUAGE_ENGLISH, "/x");
    has(text, "[yesnothing]");
    has(text, "(Ayşe of -7 none)");
    has(text, "id=\"email\" name=\"email\" type=\"radio\" value=\"a\">");
    has(text, "type=\"radio\" value=\"" HARMLESS "\" checked>");
    has(text, "aria-describedby=\"email-hint email-error\"");
}

static void texts_are_translated(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *text = rendered(arena, LANGUAGE_TURKISH, "/x");
    has(text, "Adım -7/" HARMLESS);
    has(text, ">İletişim</label>");
    has(text, ">Destek</div>");
}

static void addresses_run_no_script(void **state)
{
    static const struct {
        const char *address, *written;
    } cases[] = {
        {"/yetkili/gelen?a=1&b=2", "href=\"/yetkili/gelen?a=1&amp;b=2\""},
        {"https://example.com/", "href=\"https://example.com/\""},
        {"#top", "href=\"#top\""},
        {"javascript:alert(1)", "href=\"#\""},
        {" javascript:alert(1)", "href=\"#\""},
        {"data:text/html,x", "href=\"#\""},
        {"//evil.example/", "href=\"#\""},
        {"/\\evil.example/", "href=\"#\""},
        {"", "href=\"#\""},
        {NULL, "href=\"\""},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        has(rendered(arena, LANGUAGE_ENGLISH, cases[i].address), cases[i].written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_everywhere),
        cmocka_unit_test(sections_lists_and_options),
        cmocka_unit_test(texts_are_translated),
        cmocka_unit_test(addresses_run_no_script),
    };
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
