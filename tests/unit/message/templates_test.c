#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "message/templates.h"

#include <ctype.h>
#include <string.h>

#define LONG_ADDRESS "Atatürk Mahallesi, Cumhuriyet Caddesi No: 128/4, 34083 Fatih/İstanbul"

/* Values as long as they get in practice. */
static const char *const values[] = {
    "code",      "123456",
    "minutes",   "5",
    "barcode",   "0123456789abcde",
    "officer",   "Ayşegül Kahramanoğlu",
    "unit",      "İstanbul İl Sağlık Müdürlüğü, Personel Hizmetleri Başkanlığı",
    "address",   LONG_ADDRESS,
    "phone",     "0 212 555 12 34 / 1234",
    "present",   "31.12.2026 23:59",
    "end",       "31.12.2029 23:59",
    "reason",    "Form üzerinde elle değişiklik ya da düzeltme yapılmış",
    "serial",    "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
    "card",      "a1b2c3d4e5f60718",
    "time",      "31.12.2029 23:59",
    "role",      "Kurum yetkilisi",
    "name",      "ayşegül.kahramanoğlu",
    "digest",    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "number",    "12",
    "changes",   "cep telefonu 5** *** ** 67, e-posta a***@personel.saglik.example, posta adresi",
    "page",      "sertifika.kurum.example/itiraz",
    "objection", "ABCD-EFGH-JKLM-NPQR",
    "state",     "Sahibinin onayı bekleniyor",
    "next",      "Önceden bilinen telefonunuza gönderilecek kodla onaylayın (siz)",
    NULL,
};

static const struct {
    enum message_event event;
    const char *names; /* what message.h promises; all are used, no others */
    bool is_code;
    size_t sms_parts_max[2]; /* Turkish, English */
} cases[] = {
    {MESSAGE_PHONE_CODE, "code minutes", true, {1, 1}},
    {MESSAGE_LOGIN_CODE, "code", true, {1, 1}},
    {MESSAGE_ACTIVATION_CODE, "code", true, {1, 1}},
    {MESSAGE_PIN_CODE, "code", true, {1, 1}},
    {MESSAGE_OWNER_CODE, "code", true, {1, 1}},
    {MESSAGE_FORM_AWAITED, "barcode next officer unit address phone", false, {5, 5}},
    {MESSAGE_TAKEN_IN, "barcode next", false, {3, 3}},
    {MESSAGE_TAKEN_IN_SIGNED, "barcode next", false, {3, 3}},
    {MESSAGE_FORM_REFUSED, "barcode reason", false, {4, 4}},
    {MESSAGE_RETURNED, "barcode reason", false, {4, 4}},
    {MESSAGE_WITHDRAWN, "barcode", false, {2, 1}},
    {MESSAGE_APPROVED, "barcode next", false, {3, 3}},
    {MESSAGE_PRODUCED, "barcode next end", false, {4, 4}},
    {MESSAGE_ACTIVATED, "serial end", false, {3, 1}},
    {MESSAGE_PIN_SET, "card time", false, {3, 1}},
    {MESSAGE_ACCOUNT_MADE, "role name", false, {3, 3}},
    {MESSAGE_KEY_REGISTERED, "role digest", false, {3, 2}},
    {MESSAGE_KEY_REMOVED, "role digest", false, {3, 2}},
    {MESSAGE_REGISTRY_PROPOSED, "number name", false, {2, 2}},
    {MESSAGE_CONTACT_CHANGED, "changes time page objection", false, {5, 5}},
    {MESSAGE_CONFIRMATION_ASKED, "barcode next", false, {3, 3}},
    {MESSAGE_OBJECTED, "time", false, {2, 1}},
    {MESSAGE_OBJECTED_OFFICER, "barcode", false, {3, 1}},
    {MESSAGE_REMINDER, "state end", false, {3, 3}},
    {MESSAGE_LAPSED, "state", false, {3, 3}},
    {MESSAGE_SUSPENDED, "serial time", false, {3, 1}},
    {MESSAGE_REVOKED, "serial time", false, {3, 1}},
    {MESSAGE_LOCKED, "time", false, {3, 1}},
    {MESSAGE_UNLOCK_ASKED, "end", false, {3, 1}},
    {MESSAGE_PRODUCED_RENEWAL, "barcode present end", false, {3, 1}},
};
#define CASES (sizeof cases / sizeof *cases)

static struct arena *arena;

/* Every placeholder is one of the names, and every name stands in the text. */
static void check_names(const char *text, const char *names)
{
    assert_non_null(text);
    if (text == NULL) return; /* the analyzer does not know that an assertion ends the test */
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        const char *name = arena_text_n(arena, at + 1, (size_t)(strchr(at, '}') - at) - 1);
        assert_non_null(strstr(arena_printf(arena, " %s ", names), arena_printf(arena, " %s ", name)));
    }
    char *copy = (char *)arena_text(arena, names), *rest;
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        assert_non_null(strstr(text, arena_printf(arena, "{%s}", name)));
    }
}

static void check_clean(const char *text)
{
    assert_true(strlen(text) > 20);
    assert_null(strstr(text, "http"));
    assert_null(strstr(text, "www"));
    assert_null(strstr(text, "  ."));
    for (const char *at = text; *at != '\0'; at++) assert_true(!iscntrl((unsigned char)*at) || *at == '\n');
}

static const char *filled(const char *text)
{
    const char *result;
    assert_int_equal(message_fill(arena, text, values, &result), ERR_NONE);
    return result;
}

static void check_sms(const char *sms, size_t i, enum language language)
{
    check_names(sms, cases[i].names);
    const char *text = filled(sms);
    check_clean(text);
    assert_null(strchr(text, '{'));
    assert_null(strchr(text, '\n'));
    assert_true(sms_parts(text) <= cases[i].sms_parts_max[language]);
    if (!cases[i].is_code) return;
    assert_non_null(strstr(text, "123456"));
    assert_true(strlen(text) <= 160);
    for (const char *at = text; *at != '\0'; at++) assert_true((unsigned char)*at < 0x80);
}

static void test_every_template(void **state)
{
    assert_int_equal(CASES, MESSAGE_EVENT_COUNT);
    for (size_t i = 0; i < CASES; i++) {
        const struct message_template *template = message_template_of(cases[i].event);
        assert_string_equal(template->event, message_event_name(cases[i].event));
        for (int language = 0; language < 2; language++) {
            const struct message_wording *wording = &template->wordings[language];
            check_sms(wording->sms, i, (enum language)language);
            assert_int_equal(wording->text == NULL, cases[i].is_code); /* codes go by SMS alone */
            assert_int_equal(wording->subject == NULL, cases[i].is_code);
            if (cases[i].is_code) continue;
            check_names(wording->text, cases[i].names);
            check_clean(filled(wording->text));
            assert_null(strchr(filled(wording->text), '{'));
            assert_null(strchr(wording->subject, '{'));
            assert_true(strlen(wording->subject) > 5 && strlen(wording->subject) < 78);
        }
        /* the two languages are two texts */
        assert_string_not_equal(template->wordings[0].sms, template->wordings[1].sms);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(template->event, message_template_of(cases[j].event)->event);
        }
    }
    check_clean(message_email_ends[0]);
    check_clean(message_email_ends[1]);
}

static void test_fill(void **state)
{
    static const char *const pairs[] = {"a", "{b}", "empty", "", NULL};
    const char *text = "";
    assert_int_equal(message_fill(arena, "x {a}{empty} {", pairs, &text), ERR_NONE);
    assert_string_equal(text, "x {b} {"); /* values are not filled in again */
    assert_int_equal(message_fill(arena, "{b}", pairs, &text), ERR_BROKEN);
    assert_int_equal(message_code_text(arena, MESSAGE_PHONE_CODE, LANGUAGE_ENGLISH, "{minutes}", 5, &text), ERR_NONE);
    assert_non_null(strstr(text, "is {minutes}. It is valid for 5 minutes."));
}

static const char *repeated(const char *text, size_t count)
{
    const char *result = "";
    for (size_t i = 0; i < count; i++) result = arena_printf(arena, "%s%s", result, text);
    return result;
}

static void test_sms_parts(void **state)
{
    static const struct {
        const char *text;
        size_t count, parts;
    } lengths[] = {
        {"", 0, 1},    {"a", 160, 1}, {"a", 161, 2}, {"a", 306, 2}, {"a", 307, 3}, {"€", 80, 1},
        {"€", 81, 2},  {"ö", 160, 1}, {"Ç", 161, 2}, {"ş", 70, 1},  {"ş", 71, 2},  {"ı", 134, 2},
        {"ğ", 135, 3}, {"😀", 35, 1},  {"😀", 36, 2},  {"[", 80, 1},  {"[", 81, 2},
    };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        assert_int_equal(sms_parts(repeated(lengths[i].text, lengths[i].count)), lengths[i].parts);
    }
}

int main(void)
{
    arena = arena_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_template),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_sms_parts),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
