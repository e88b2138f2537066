#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sim/servers.h"

#include <string.h>

struct mail_case {
    const char *name, *raw;
    struct mail expected;
};

static const struct mail_case cases[] = {
    {"plain",
     "Subject: Merhaba\r\nFrom: a@b.c\r\nMessage-ID: <1@b.c>\r\n\r\nbir\r\niki\r\n",
     {"Merhaba", "a@b.c", "<1@b.c>", "bir\r\niki\r\n", ""}},
    {"words of both kinds, folded",
     "subject: =?UTF-8?B?xZ4=?=\r\n =?utf-8?q?=C4=B1_b?= son\r\n\r\n",
     {"Şı b son", "", "", "", ""}},
    {"base64", "Content-Transfer-Encoding: base64\r\n\r\nTWVy\r\naGFiYQ==\r\n", {"", "", "", "Merhaba", ""}},
    {"quoted-printable",
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C5=9Fa=\r\nb=3D",
     {"", "", "", "şab=", ""}},
    {"html alone", "Content-Type: text/html\r\n\r\n<p>x</p>", {"", "", "", "", "<p>x</p>"}},
    {"two parts",
     "Content-Type: multipart/alternative; boundary=\"=_1\"\r\n\r\n--=_1\r\nContent-Type: text/plain\r\n\r\nmetin\r\n"
     "--=_1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n--=_1--\r\n",
     {"", "", "", "metin", "<b>"}},
    {"a boundary that never comes", "Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing", {"", "", "", "", ""}},
    {"a part cut off", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nnothing", {"", "", "", "", ""}},
    {"a word cut off", "Subject: =?UTF-8?B?xZ4\r\n\r\n", {"=?UTF-8?B?xZ4", "", "", "", ""}},
    {"no head", "\r\nonly text", {"", "", "", "only text", ""}},
    {"nothing", "", {"", "", "", "", ""}},
};

static void compare(const char *name, const char *what, const char *found, const char *expected)
{
    if (strcmp(found, expected) != 0) fail_msg("%s, %s: '%s' instead of '%s'", name, what, found, expected);
}

static void test_mails(void **state)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct mail_case *test = &cases[i];
        struct mail mail;
        mail_read(arena, test->raw, &mail);
        compare(test->name, "subject", mail.subject, test->expected.subject);
        compare(test->name, "from", mail.from, test->expected.from);
        compare(test->name, "message id", mail.message_id, test->expected.message_id);
        compare(test->name, "text", mail.text, test->expected.text);
        compare(test->name, "html", mail.html, test->expected.html);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
