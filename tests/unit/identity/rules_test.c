/* The pure rules of the room, case by case. */
#include "identity/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void identity_numbers(void **state)
{
    static const struct {
        const char *text;
        bool is_valid;
    } cases[] = {
        {"10000000146", true},  {"10000000078", true},  {"99999999990", true},    {"10000000147", false},
        {"10000000156", false}, {"10000000141", false}, {"20000000146", false},   {"00000000000", false},
        {"01000000146", false}, {"1000000014", false},  {"100000001460", false},  {"", false},
        {"1000000014a", false}, {" 1000000014", false}, {"10000000146 ", false},  {"١٠٠٠٠٠٠٠١٤٦", false},
        {"-1000000014", false}, {NULL, false},          {"01000000146\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (identity_number_is_valid(cases[i].text) != cases[i].is_valid) fail_msg("%s", cases[i].text);
}

static void words_of_names(void **state)
{
    static const struct {
        const char *name, *words;
    } cases[] = {
        {"AYŞE GÜL IŞIK", "ayse gul isik"},
        {"ayşe  gül ışık", "ayse gul isik"},
        {"İIiı", "iiii"},
        {"ÇAĞRI ÖĞÜT", "cagri ogut"},
        {"Ali ALİ ali", "ali"},
        {"D'Avila-Öz", "d avila oz"},
        {" ?! ", ""},
        {"", ""},
        {"a b c d e f g h i j", "a b c d e f g h"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *words[NAME_WORDS_MAX], *joined = "";
        size_t count = name_words(arena, cases[i].name, words);
        for (size_t k = 0; k < count; k++) joined = arena_printf(arena, "%s%s%s", joined, k > 0 ? " " : "", words[k]);
        assert_string_equal(joined, cases[i].words);
    }
    arena_free(arena);
}

/* spec 08: whatever single digit is mistyped, the check digits tell. */
static void one_wrong_digit_is_noticed(void **state)
{
    char text[] = "10000000146";
    for (size_t i = 0; i < 11; i++)
        for (char digit = '0'; digit <= '9'; digit++) {
            char right = text[i];
            text[i] = digit;
            assert_int_equal(identity_number_is_valid(text), digit == right);
            text[i] = right;
        }
}

static void mobile_numbers(void **state)
{
    static const struct {
        const char *text, *mobile;
    } cases[] = {
        {"5321234567", "5321234567"},
        {"05321234567", "5321234567"},
        {"905321234567", "5321234567"},
        {"+905321234567", "5321234567"},
        {"+90 532 123 45 67", "5321234567"},
        {"0 (532) 123-45-67", "5321234567"},
        {"0532.123.45.67", "5321234567"},
        {"00905321234567", "5321234567"},
        {" 532 123 45 67 ", "5321234567"},
        {"4321234567", NULL},
        {"532123456", NULL},
        {"53212345678", NULL},
        {"+15321234567", NULL},
        {"+5321234567", NULL},
        {"+05321234567", NULL},
        {"++905321234567", NULL},
        {"90+5321234567", NULL},
        {"", NULL},
        {"telefon", NULL},
        {"532123456x", NULL},
        {"0090905321234567", NULL},
        {"5321234567;5321234568", NULL},
        {"٥٣٢١٢٣٤٥٦٧", NULL},
        {"2125321234567", NULL},
        {"00000000000000000005321234567", NULL},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *mobile = "untouched";
        enum err error = mobile_normalise(arena, cases[i].text, &mobile);
        if (error != (cases[i].mobile ? ERR_NONE : ERR_INVALID)) fail_msg("%s: %s", cases[i].text, err_name(error));
        assert_string_equal(mobile, cases[i].mobile ? cases[i].mobile : "untouched");
    }
    assert_true(mobile_is_valid("5321234567"));
    assert_false(mobile_is_valid("05321234567"));
    assert_false(mobile_is_valid("6321234567"));
    assert_false(mobile_is_valid(NULL));
    assert_string_equal(mobile_masked(arena, "5321234567"), "5** *** ** 67");
    assert_string_equal(mobile_masked(arena, ""), "5** *** ** ");
    assert_string_equal(phone_text(arena, "2165550101", ""), "0216 555 01 01");
    assert_string_equal(phone_text(arena, "2165550101", "1120"), "0216 555 01 01 / 1120");
    assert_string_equal(phone_text(arena, "", ""), "");
    assert_string_equal(phone_text(arena, "112", ""), "112");
}

static void email_addresses(void **state)
{
    static const struct {
        const char *text;
        bool is_valid;
    } cases[] = {
        {"a@b.co", true},
        {"ayse.yilmaz@saglik.gov.tr", true},
        {"a+b_c-d@x-y.example", true},
        {"o'neil@example.com", true},
        {"a@b.c", false},
        {"a@b", false},
        {"@b.co", false},
        {"a@", false},
        {"", false},
        {".a@b.co", false},
        {"a.@b.co", false},
        {"a..b@b.co", false},
        {"a@b..co", false},
        {"a@.b.co", false},
        {"a@b.co.", false},
        {"a@-b.co", false},
        {"a@b-.co", false},
        {"a b@c.co", false},
        {"a@b@c.co", false},
        {"a@b_c.co", false},
        {"a\n@b.co", false},
        {"a@b.co\r\nBcc: x@y.zz", false},
        {"ayşe@b.co", false},
        {"a@şirket.com", false},
        {"<a@b.co>", false},
        {"a,b@c.co", false},
        {NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (email_is_valid(cases[i].text) != cases[i].is_valid) fail_msg("%s", cases[i].text);
    char text[300];
    memset(text, 'a', sizeof text);
    snprintf(text + 64, sizeof text - 64, "@b.co");
    assert_true(email_is_valid(text));
    memset(text, 'a', 65);
    snprintf(text + 65, sizeof text - 65, "@b.co");
    assert_false(email_is_valid(text));
}

static void passwords(void **state)
{
    static const struct {
        const char *text;
        bool is_fine;
    } cases[] = {
        {"", false},
        {"kisa", false},
        {"dokuzharf", false},
        {"şğüöçıİŞĞ", false}, /* 9 characters, 18 bytes */
        {"on harfli!", true},
        {"kırmızı at koşar", true},
        {"1234567890", false},
        {"PASSWORD123", false},
        {"Parola1234", false},
        {"ŞİFRE12345", false},
        {"aaaaaaaaaaaa", false},
        {"Galatasaray1905", false},
        {"İSTANBUL34", false},
        {"zx81-spectrum", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if ((password_mistake(cases[i].text) == NULL) != cases[i].is_fine) fail_msg("%s", cases[i].text);
    char text[300];
    for (size_t i = 0; i < sizeof text - 1; i++) text[i] = (char)('a' + i % 26);
    text[257] = '\0';
    assert_non_null(password_mistake(text));
    text[256] = '\0';
    assert_null(password_mistake(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_numbers), cmocka_unit_test(one_wrong_digit_is_noticed),
        cmocka_unit_test(mobile_numbers),   cmocka_unit_test(email_addresses),
        cmocka_unit_test(passwords),        cmocka_unit_test(words_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
