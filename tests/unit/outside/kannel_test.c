#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "outside/kannel.h"

#include <string.h>

static const struct kannel_settings settings = {"http://localhost:13013/cgi-bin/sendsms", "divit", "gi&zli", "DIVIT"};

static void test_request(void **state)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct kannel_message message = {"5321234567", "Kod: 123456", NULL};
    assert_string_equal(kannel_request(arena, &settings, &message),
                        "http://localhost:13013/cgi-bin/sendsms?username=divit&password=gi%26zli&from=DIVIT"
                        "&to=905321234567&coding=0&charset=UTF-8&text=Kod%3A%20123456");
    message.report_url = "http://localhost:8080/r?t=%d&a=%A";
    const char *url = kannel_request(arena, &settings, &message);
    assert_non_null(strstr(url, "&dlr-mask=31&dlr-url=http%3A%2F%2Flocalhost%3A8080%2Fr%3Ft%3D%25d%26a%3D%25A"));
    message.mobile = "905321234567";
    assert_non_null(strstr(kannel_request(arena, &settings, &message), "&to=905321234567&"));
}

static void test_coding(void **state)
{
    static const struct {
        const char *text, *coding;
    } cases[] = {
        {"Basvurunuz alindi.\n", "&coding=0&"},
        {"Öğrenci", "&coding=2&"},
        {"ÖÜöüÇ€", "&coding=0&"},
        {"ç", "&coding=2&"},
        {"ş", "&coding=2&"},
        {"ı", "&coding=2&"},
        {"İ", "&coding=2&"},
        {"ğ", "&coding=2&"},
        {"`", "&coding=2&"},
        {"\t", "&coding=2&"},
        {"₺", "&coding=2&"},
        {"", "&coding=0&"},
        {"[]{}~^|\\", "&coding=0&"},
    };
    struct arena *arena CLEANUP_ARENA = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kannel_message message = {"5321234567", cases[i].text, NULL};
        const char *url = kannel_request(arena, &settings, &message);
        if (!strstr(url, cases[i].coding)) fail_msg("%s: %s", cases[i].text, url);
    }
}

static void test_answers(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum kannel_result expected;
    } cases[] = {
        {202, "0: Accepted for delivery", KANNEL_ACCEPTED},
        {202, "3: Queued for later delivery", KANNEL_QUEUED},
        {403, "Authorization failed for sendsms", KANNEL_REFUSED},
        {400, "Not routable", KANNEL_REFUSED},
        {404, "", KANNEL_REFUSED},
        {429, "", KANNEL_UNAVAILABLE},
        {503, "Temporal failure, try again later.", KANNEL_UNAVAILABLE},
        {202, "", KANNEL_UNKNOWN},
        {202, "0", KANNEL_UNKNOWN},
        {202, "9: what", KANNEL_UNKNOWN},
        {200, "0: Accepted for delivery", KANNEL_UNKNOWN},
        {200, "<html>", KANNEL_UNKNOWN},
        {302, "", KANNEL_UNKNOWN},
        {500, "0: Accepted for delivery", KANNEL_UNKNOWN},
        {502, "", KANNEL_UNKNOWN},
        {504, "", KANNEL_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum kannel_result result = kannel_answer(cases[i].status, bytes_of_text(cases[i].body));
        if (result != cases[i].expected) fail_msg("%d %s: %d", cases[i].status, cases[i].body, result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_request), cmocka_unit_test(test_coding),
                                       cmocka_unit_test(test_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
