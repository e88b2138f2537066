#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/turkish.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void case_follows_turkish(void **state)
{
    static const struct {
        const char *text, *upper, *lower, *title;
    } table[] = {
        {"", "", "", ""},
        {"ışık izmir", "IŞIK İZMİR", "ışık izmir", "Işık İzmir"},
        {"AYŞE IŞIK", "AYŞE IŞIK", "ayşe ışık", "Ayşe Işık"},
        {"İPEK ÇAĞLA", "İPEK ÇAĞLA", "ipek çağla", "İpek Çağla"},
        {"o'neil-öz", "O'NEİL-ÖZ", "o'neil-öz", "O'neil-Öz"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_string_equal(turkish_upper(arena, table[i].text), table[i].upper);
        assert_string_equal(turkish_lower(arena, table[i].text), table[i].lower);
        assert_string_equal(turkish_title(arena, table[i].text), table[i].title);
    }
    assert_null(turkish_upper(arena, NULL));
    arena_free(arena);
}

static void names_are_compared_as_people_mean(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } table[] = {
        {"  ayşe   nur ", "AYŞE NUR", true},
        {"Işıl", "IŞIL", true},
        {"ışıl", "İŞİL", false},
        {"i\xCC\x87", "i\xCC\x87", true},
        {"Gu\xCC\x88l", "GÜL", true}, /* u and a combining diaeresis: NFC */
        {"AYŞENUR", "AYŞE NUR", false},
        {"ÖZ", "OZ", false},
        {"AYŞE\xC2\xA0NUR", "AYŞE NUR", true}, /* a no-break space is a space */
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(turkish_same_name(table[i].a, table[i].b), table[i].same);
    struct arena *arena = arena_new();
    assert_string_equal(turkish_name(arena, "\t ali \n  can "), "ALİ CAN");
    assert_string_equal(turkish_name(arena, "   "), "");
    arena_free(arena);
}

static int compare_entries(const void *a, const void *b)
{
    return turkish_compare(*(const char *const *)a, *(const char *const *)b);
}

static void lists_follow_the_alphabet(void **state)
{
    static const char *const sorted[] = {"5. ASM", "Ağrı",   "Ankara", "Bolu",    "Corlu",    "Çankırı",
                                         "Çorum",  "Düzce",  "Ilgın",  "Isparta", "İstanbul", "İzmir",
                                         "Oltu",   "Ödemiş", "Sivas",  "Şırnak",  "Zonguldak"};
    const char *shuffled[COUNT(sorted)];
    for (size_t i = 0; i < COUNT(sorted); i++) shuffled[i] = sorted[COUNT(sorted) - 1 - i];
    qsort(shuffled, COUNT(shuffled), sizeof shuffled[0], compare_entries);
    for (size_t i = 0; i < COUNT(sorted); i++) assert_string_equal(shuffled[i], sorted[i]);
    assert_int_equal(turkish_compare("can", "can"), 0);
    assert_true(turkish_compare("can", "cana") < 0);
    assert_true(turkish_compare("ab", "a b") > 0);
}

static void what_hides_is_refused(void **state)
{
    static const struct {
        const char *text, *clean; /* NULL: refused */
    } table[] = {
        {"  Ayşe Öz  ", "Ayşe Öz"},
        {"Gu\xCC\x88l", "Gül"},
        {"", ""},
        {"\xE2\x80\x83", ""}, /* an em space alone */
        {"a\tb", NULL}, /* control */
        {"a\x7F", NULL},
        {"a\xC2\x85"
         "b",
         NULL}, /* C1 control */
        {"a\xE2\x80\xAE"
         "b",
         NULL}, /* right-to-left override */
        {"a\xE2\x81\xA6"
         "b",
         NULL}, /* isolate */
        {"a\xE2\x80\x8B"
         "b",
         NULL}, /* zero-width space */
        {"a\xEF\xBB\xBF"
         "b",
         NULL}, /* byte order mark */
        {"a\xC2\xAD"
         "b",
         NULL}, /* soft hyphen */
        {"a\xEE\x80\x80", NULL}, /* private use */
        {"a\xEF\xBF\xBF", NULL}, /* not a character */
        {"a\xFF", NULL}, /* not UTF-8 */
        {"\xC0\x80", NULL}, /* overlong NUL */
        {"\xED\xA0\x80", NULL}, /* surrogate */
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *clean = "untouched";
        enum err error = text_clean(arena, table[i].text, &clean);
        assert_int_equal(error, table[i].clean == NULL ? ERR_INVALID : ERR_NONE);
        assert_string_equal(clean, table[i].clean == NULL ? "untouched" : table[i].clean);
    }
    assert_true(text_is_utf8("ığüşöç"));
    assert_false(text_is_utf8("\xFD"));
    assert_int_equal(text_length("ığüşöç"), 6);
    arena_free(arena);
}

static void what_is_refused_can_be_left_out(void **state)
{
    struct arena *arena = arena_new();
    assert_string_equal(text_without_refused(arena, " abc\u202Ed\u200Bef\a "), "abcdef");
    assert_string_equal(text_without_refused(arena, "two\nlines\tand I\u0307"), "two lines and \u0130");
    assert_string_equal(text_without_refused(arena, "\uFEFF\u2066"), "");
    arena_free(arena);
}

static void ascii_comes_near(void **state)
{
    static const char *const table[][2] = {
        {"", ""},
        {"Şişli İlçesi, IĞDIR", "Sisli Ilcesi, IGDIR"},
        {"ığüşöç ÂÎÛ", "igusoc AIU"},
        {"’tırnak’ – “söz”", "'tirnak' - \"soz\""},
        {"100 ₺ 😀", "100 ? ?"},
        {"straße", "strasse"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(table); i++) assert_string_equal(text_to_ascii(arena, table[i][0]), table[i][1]);
    arena_free(arena);
}

static void windows_1254_becomes_utf8(void **state)
{
    static const struct {
        const char *text, *utf8; /* NULL: refused */
    } table[] = {
        {"", ""},
        {"\xD0\xDD\xDE\xF0\xFD\xFE \xC7\xD6\xDC\xE7\xF6\xFC", "ĞİŞğış ÇÖÜçöü"},
        {"\x80 5\x92", "€ 5’"},
        {"\x81", NULL},
        {"abc\x9D", NULL},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *utf8 = "untouched";
        enum err error = text_from_windows_1254(arena, table[i].text, &utf8);
        assert_int_equal(error, table[i].utf8 == NULL ? ERR_INVALID : ERR_NONE);
        assert_string_equal(utf8, table[i].utf8 == NULL ? "untouched" : table[i].utf8);
    }
    arena_free(arena);
}

static void protocol_words_use_ascii(void **state)
{
    assert_true(ascii_equal_fold("Content-Type", "content-type"));
    assert_true(ascii_equal_fold("", ""));
    assert_false(ascii_equal_fold("a", "ab"));
    assert_false(ascii_equal_fold("ab", "a"));
    assert_false(ascii_equal_fold("İ", "i"));
    assert_false(ascii_equal_fold("@", "`")); /* only letters fold */
    assert_true(ascii_is_digits("0123456789"));
    assert_false(ascii_is_digits(""));
    assert_false(ascii_is_digits("12a"));
    assert_false(ascii_is_digits("٣"));
    assert_false(ascii_is_digits("-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_follows_turkish),
        cmocka_unit_test(names_are_compared_as_people_mean),
        cmocka_unit_test(lists_follow_the_alphabet),
        cmocka_unit_test(what_hides_is_refused),
        cmocka_unit_test(what_is_refused_can_be_left_out),
        cmocka_unit_test(ascii_comes_near),
        cmocka_unit_test(windows_1254_becomes_utf8),
        cmocka_unit_test(protocol_words_use_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
