#include "signing/signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static void what_people_type_becomes_a_code_or_nothing(void **state)
{
    static const char *const good[] = {"123456789123456", "123 456 789 123 456", " 123-456-789-123-456\n",
                                       "123\t456789 123456"};
    static const char *const bad[] = {"",
                                      "12345678912345",
                                      "1234567891234567",
                                      "120456789123456",
                                      "123456789a23456",
                                      "123.456.789.123.456",
                                      "１２３456789123456"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_string_equal(signing_code_normalise(arena, good[i]), "123456789123456");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_null(signing_code_normalise(arena, bad[i]));
    assert_string_equal(signing_code_grouped(arena, "123456789123456"), "123 456 789 123 456");
}

static void a_ticket_is_found_in_what_was_pasted(void **state)
{
#define TICKET "0123456789abcdef0123456789abcdef"
    static const char *const good[] = {TICKET, "http://localhost:8080/eimza/don/" TICKET, "/eimza/don/" TICKET " \n",
                                       "Bağlantı: " TICKET};
    static const char *const bad[] = {"", "0123456789abcdef", TICKET "0", "x" TICKET, TICKET "/", "https://a.example/"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_string_equal(signing_ticket_of(arena, good[i]), TICKET);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_null(signing_ticket_of(arena, bad[i]));
}

static void places_are_one_or_two(void **state)
{
    assert_true(signing_same_place("127.0.0.1", "127.0.0.1"));
    assert_false(signing_same_place("127.0.0.1", "127.0.0.2"));
    assert_true(signing_same_place("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
    assert_false(signing_same_place("2001:db8:1:2::1", "2001:db8:1:3::1"));
    assert_false(signing_same_place("2001:db8:1:2::1", "127.0.0.1"));
    assert_false(signing_same_place("", "127.0.0.1"));
}

static size_t distance_is_one(const char *a, const char *b)
{
    size_t size = strlen(a), differences = 0;
    if (size != strlen(b)) return 0;
    for (size_t i = 0; i < size; i++) differences += a[i] != b[i];
    return differences <= 1;
}

static void no_two_words_are_alike(void **state)
{
    for (size_t i = 0; i < SIGNING_WORD_COUNT; i++) {
        assert_non_null(signing_words[i]);
        for (size_t k = 0; k < i; k++) {
            if (distance_is_one(signing_words[i], signing_words[k]))
                fail_msg("%s %s", signing_words[i], signing_words[k]);
        }
    }
}

static void names_go_back_and_forth(void **state)
{
    for (int i = 0; i < SIGNING_PURPOSE_COUNT; i++) {
        enum signing_purpose purpose;
        assert_int_equal(signing_purpose_from_name(signing_purpose_name((enum signing_purpose)i), &purpose), ERR_NONE);
        assert_int_equal(purpose, i);
        assert_true(strlen(signing_purpose_title(purpose)) > 0);
    }
    enum signing_purpose none;
    assert_int_equal(signing_purpose_from_name("oturum", &none), ERR_INVALID);
    assert_string_equal(signature_refusal_name(REFUSED_SEAL), "seal");
}

static int make_arena(void **state)
{
    arena = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_type_becomes_a_code_or_nothing),
        cmocka_unit_test(a_ticket_is_found_in_what_was_pasted),
        cmocka_unit_test(places_are_one_or_two),
        cmocka_unit_test(no_two_words_are_alike),
        cmocka_unit_test(names_go_back_and_forth),
    };
    return cmocka_run_group_tests_name("signing-rules", tests, make_arena, free_arena);
}
