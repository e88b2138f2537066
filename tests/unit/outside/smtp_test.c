#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "outside/smtp.h"

#include <string.h>

static const struct smtp_settings settings = {
    .url = "smtp://localhost", .from_address = "bilgi@divit.example", .from_name = "Divit Çağrı"};

static const char *write_mail(struct arena *arena, struct smtp_message message)
{
    struct bytes mail;
    assert_int_equal(smtp_write(arena, &settings, &message, &mail), ERR_NONE);
    const char *text = bytes_to_text(arena, mail);
    assert_non_null(text);
    return text;
}

static const struct smtp_message plain = {.uid = "0a1b-2",
                                          .to = "ayse@example.org",
                                          .subject = "Form received",
                                          .text = "Merhaba\nşğı\n",
                                          .time_s = 1767225599};

static void test_plain(void **state)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    assert_string_equal(write_mail(arena, plain), "Date: Wed, 31 Dec 2025 23:59:59 +0000\r\n"
                                                  "From: =?UTF-8?B?RGl2aXQgw4dhxJ9yxLE=?=\r\n <bilgi@divit.example>\r\n"
                                                  "To: <ayse@example.org>\r\n"
                                                  "Subject: Form received\r\n"
                                                  "Message-ID: <0a1b-2@divit.example>\r\n"
                                                  "MIME-Version: 1.0\r\n"
                                                  "Auto-Submitted: auto-generated\r\n"
                                                  "Content-Type: text/plain; charset=utf-8\r\n"
                                                  "Content-Transfer-Encoding: base64\r\n\r\n"
                                                  "TWVyaGFiYQ0KxZ/En8SxDQo=\r\n");
}

static void test_html(void **state)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct smtp_message message = plain;
    message.html = "<p>ş</p>";
    const char *mail = write_mail(arena, message);
    const char *text = strstr(mail, "--=_0a1b-2\r\nContent-Type: text/plain; charset=utf-8\r\n");
    const char *html = strstr(mail, "--=_0a1b-2\r\nContent-Type: text/html; charset=utf-8\r\n");
    assert_non_null(strstr(mail, "Content-Type: multipart/alternative; boundary=\"=_0a1b-2\"\r\n\r\n"));
    assert_non_null(text);
    assert_true(text < html); /* RFC 2046 5.1.4: the plainest first */
    assert_non_null(strstr(html, "PHA+xZ88L3A+\r\n--=_0a1b-2--\r\n"));
}

/* Long texts: no line over the limits, and no letter cut in two by an encoded word. */
static void test_lines(void **state)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct smtp_message message = plain;
    char subject[601], *end = subject;
    for (int i = 0; i < 300; i++) end = stpcpy(end, "ş");
    message.subject = subject;
    message.text = subject;
    const char *mail = write_mail(arena, message);
    for (const char *line = mail; *line;) {
        const char *line_end = strstr(line, "\r\n");
        assert_non_null(line_end);
        assert_true(line_end - line <= 85);
        line = line_end + 2;
    }
    size_t decoded = 0;
    const char *after = strstr(mail, "Message-ID:");
    for (const char *word = strstr(mail, "Subject: ") + 9; word < after;) {
        word = strstr(word, "=?UTF-8?B?") + 10;
        const char *word_end = strstr(word, "?=\r\n");
        struct bytes part;
        assert_int_equal(base64_decode(arena, arena_text_n(arena, word, (size_t)(word_end - word)), &part), ERR_NONE);
        assert_int_equal(part.size % 2, 0); /* whole letters: each has two bytes */
        decoded += part.size;
        word = word_end + 4;
    }
    assert_int_equal(decoded, 600);
}

static void test_refused(void **state)
{
    static const char long_part[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct arena *arena CLEANUP_ARENA = arena_new();
    const char *long_address = arena_printf(arena, "%s%s%s@example.org", long_part, long_part, long_part);
    const char *const addresses[] = {"",
                                     "ayse",
                                     "@example.org",
                                     "ayse@",
                                     "a@b@c",
                                     "a b@example.org",
                                     "<a@example.org>",
                                     "a@example.org\r\nBcc: b@example.org",
                                     "ayşe@example.org",
                                     "a@example.org,b@x.org",
                                     long_address};
    struct bytes mail = {NULL, 7};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct smtp_message message = plain;
        message.to = addresses[i];
        if (smtp_write(arena, &settings, &message, &mail) != ERR_INVALID) fail_msg("taken: %s", addresses[i]);
    }
    struct smtp_message message = plain;
    message.subject = "one\r\nBcc: b@example.org";
    assert_int_equal(smtp_write(arena, &settings, &message, &mail), ERR_INVALID);
    message.subject = "\xC5";
    assert_int_equal(smtp_write(arena, &settings, &message, &mail), ERR_INVALID);
    message = plain;
    message.uid = "a>b";
    assert_int_equal(smtp_write(arena, &settings, &message, &mail), ERR_INVALID);
    assert_int_equal(mail.size, 7); /* untouched on failure */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain), cmocka_unit_test(test_html),
                                       cmocka_unit_test(test_lines), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
