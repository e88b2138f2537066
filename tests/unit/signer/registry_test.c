#include "signer/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD "divit registry 1\nNumara: 1\nÖnceki: -\n"
#define DATES " 2026-01-01T00:00:00Z 2027-01-01T00:00:00Z\n"
#define PERSON "Kişi: 10000000146 yetkili 34 " DIGEST DATES

static struct arena *arena;

static void reads_its_own(void **state)
{
    struct registry registry;
    const char *text = HEAD "Kurum: 34 -\nKurum: 3401 34\n" PERSON;
    assert_int_equal(registry_read(arena, bytes_of_text(text), &registry), ERR_NONE);
    assert_int_equal(registry.institutions_count, 2);
    assert_null(registry.institutions[0].parent_code);
    assert_string_equal(registry.institutions[1].parent_code, "34");
    const struct registry_officer *officer = registry_find_officer(&registry, DIGEST);
    assert_non_null(officer);
    assert_int_equal(officer->from_s, 1767225600);
    assert_null(registry_find_officer(&registry, OTHER));
}

static void refuses(void **state)
{
    static const struct {
        const char *what, *text;
    } cases[] = {
        {"nothing", ""},
        {"another type", "divit decision 1\n"},
        {"no last line end", HEAD "Kurum: 34 -"},
        {"empty line", HEAD "\nKurum: 34 -\n"},
        {"carriage return", HEAD "Kurum: 34 -\r\n"},
        {"two spaces", HEAD "Kurum: 34  -\n"},
        {"a word too many", HEAD "Kurum: 34 - -\n"},
        {"number with a sign", "divit registry 1\nNumara: +1\nÖnceki: -\n"},
        {"number zero", "divit registry 1\nNumara: 0\nÖnceki: -\n"},
        {"second without previous", "divit registry 1\nNumara: 2\nÖnceki: -\n"},
        {"first with previous", "divit registry 1\nNumara: 1\nÖnceki: " DIGEST "\n"},
        {"order", "divit registry 1\nÖnceki: -\nNumara: 1\n"},
        {"below before above", HEAD "Kurum: 3401 34\nKurum: 34 -\n"},
        {"above itself", HEAD "Kurum: 34 34\n"},
        {"institution twice", HEAD "Kurum: 34 -\nKurum: 34 -\n"},
        {"code with a slash", HEAD "Kurum: 3401/34 -\n"},
        {"unknown label", HEAD "Kurul: 34 -\n"},
        {"person before institution", HEAD PERSON "Kurum: 34 -\n"},
        {"person without institution", HEAD PERSON},
        {"other role", HEAD "Kurum: 34 -\nKişi: 10000000146 müdür 34 " DIGEST DATES},
        {"identity number", HEAD "Kurum: 34 -\nKişi: 1000000014 yetkili 34 " DIGEST DATES},
        {"short digest", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 0123" DATES},
        {"person twice", HEAD "Kurum: 34 -\n" PERSON "Kişi: 10000000146 yetkili 34 " OTHER DATES},
        {"key twice", HEAD "Kurum: 34 -\n" PERSON "Kişi: 20000000292 yetkili 34 " DIGEST DATES},
        {"dates turned",
         HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 " DIGEST " 2027-01-01T00:00:00Z 2026-01-01T00:00:00Z\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct registry registry;
        if (registry_read(arena, bytes_of_text(cases[i].text), &registry) != ERR_INVALID)
            fail_msg("not refused: %s", cases[i].what);
    }
}

static int begin(void **state)
{
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_its_own), cmocka_unit_test(refuses)};
    return cmocka_run_group_tests_name("signer-registry", tests, begin, end);
}
