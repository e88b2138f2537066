#include "base/catalogue.h"
#include "base/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void codes(void **state)
{
    static const struct {
        const char *code;
        enum language language;
    } cases[] = {
        {"tr", LANGUAGE_TURKISH}, {"en", LANGUAGE_ENGLISH}, {"de", LANGUAGE_TURKISH},
        {"EN", LANGUAGE_TURKISH}, {"", LANGUAGE_TURKISH},   {NULL, LANGUAGE_TURKISH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(language_from_code(cases[i].code), cases[i].language);
    assert_string_equal(language_code(LANGUAGE_TURKISH), "tr");
    assert_string_equal(language_code(LANGUAGE_ENGLISH), "en");
}

static void every_entry_is_found(void **state)
{
    assert_true(catalogue_count > 20);
    for (size_t i = 0; i < catalogue_count; i++) {
        if (i > 0) assert_true(strcmp(catalogue[i - 1].english, catalogue[i].english) < 0);
        assert_ptr_equal(tr(LANGUAGE_TURKISH, catalogue[i].english), catalogue[i].turkish);
        assert_ptr_equal(tr(LANGUAGE_ENGLISH, catalogue[i].english), catalogue[i].english);
    }
}

static void unknown_texts_stay_english(void **state)
{
    static const char *const cases[] = {"", "\x01", "no such text", "~~~~"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_ptr_equal(tr(LANGUAGE_TURKISH, cases[i]), cases[i]);
}

static void names_are_filled(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *filled = tr_fill(arena, LANGUAGE_TURKISH, "Step {step}/{of}", "of", "6", "step", "{of}", NULL);
    assert_string_equal(filled, "Adım {of}/6");
    static const struct {
        const char *text, *filled;
    } cases[] = {
        {"{a}{a}{ab}", "11{ab}"}, {"{a", "{a"}, {"{}", "{}"}, {"{{a}}", "{1}"}, {"a}", "a}"}, {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(tr_fill(arena, LANGUAGE_ENGLISH, cases[i].text, "a", "1", NULL), cases[i].filled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),
        cmocka_unit_test(every_entry_is_found),
        cmocka_unit_test(unknown_texts_stay_english),
        cmocka_unit_test(names_are_filled),
    };
    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
