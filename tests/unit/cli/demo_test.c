#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/turkish.h"
#include "cli/demo.h"

#include <string.h>

/* spec 08: d10 = ((d1+d3+d5+d7+d9)·7 − (d2+d4+d6+d8)) mod 10; d11 = (d1+…+d10) mod 10 */
static bool has_check_digits(const char *number)
{
    int odd = 0, even = 0, sum = 0;
    for (int i = 0; i < 9; i++) *(i % 2 == 0 ? &odd : &even) += number[i] - '0';
    int tenth = ((odd * 7 - even) % 10 + 10) % 10;
    for (int i = 0; i < 10; i++) sum += number[i] - '0';
    return number[9] - '0' == tenth && number[10] - '0' == sum % 10;
}

static const struct demo_institution *find_institution(const struct demo *demo, const char *code)
{
    for (size_t i = 0; i < demo->institutions_count; i++)
        if (strcmp(demo->institutions[i].code, code) == 0) return &demo->institutions[i];
    return NULL;
}

static void the_people_are_whole(void **state)
{
    struct arena *arena = arena_new();
    struct demo demo = demo_read(arena);
    assert_int_equal(demo.people_count, 200);
    assert_string_equal(demo.people[0].identity_number, "10000000146");
    assert_string_equal(demo.people[1].identity_number, "10000000078");
    for (size_t i = 0; i < demo.people_count; i++) {
        const struct demo_person *person = &demo.people[i];
        assert_int_equal(strlen(person->identity_number), 11);
        assert_true(ascii_is_digits(person->identity_number));
        assert_true(has_check_digits(person->identity_number));
        struct date birth;
        assert_int_equal(date_parse(person->birth_date, &birth), ERR_NONE);
        assert_true(birth.year > 1960 && birth.year < 2002);
        assert_int_equal(strlen(person->mobile), 10);
        assert_int_equal(person->mobile[0], '5');
        assert_true(ascii_is_digits(person->staff_number));
        assert_non_null(strchr(person->email, '@'));
        assert_non_null(find_institution(&demo, person->institution_code));
        const char *clean;
        assert_int_equal(text_clean(arena, person->given_names, &clean), ERR_NONE);
        assert_string_equal(clean, person->given_names);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(person->identity_number, demo.people[j].identity_number);
            assert_string_not_equal(person->mobile, demo.people[j].mobile);
            assert_string_not_equal(person->email, demo.people[j].email);
        }
    }
    arena_free(arena);
}

static void parents_come_before_children(void **state)
{
    struct arena *arena = arena_new();
    struct demo demo = demo_read(arena);
    size_t roots = 0;
    for (size_t i = 0; i < demo.institutions_count; i++) {
        const char *parent = demo.institutions[i].parent_code;
        if (*parent == '\0') roots++;
        else assert_true(find_institution(&demo, parent) < &demo.institutions[i]);
    }
    assert_int_equal(roots, 2);
    assert_true(demo.institutions_count > 10);
    arena_free(arena);
}

static void the_ceremony_knows_who_decides(void **state)
{
    struct arena *arena = arena_new();
    struct demo demo = demo_read(arena);
    struct ceremony ceremony = demo_ceremony(arena, &demo);
    assert_int_equal(ceremony.institutions_count, demo.institutions_count);
    assert_null(ceremony.institutions[0].parent_code);
    assert_string_equal(ceremony.institutions[1].parent_code, ceremony.institutions[0].code);
    assert_int_equal(ceremony.people_count, 7);
    for (size_t i = 0; i < 4; i++) { /* the heads, then their deputies */
        const struct demo_institution *institution = find_institution(&demo, ceremony.people[i].institution_code);
        assert_int_equal(ceremony.people[i].role, REGISTRY_OFFICER);
        assert_non_null(institution);
        assert_string_equal(institution->parent_code, "");
    }
    for (size_t i = 0; i < 4; i += 2)
        assert_string_not_equal(ceremony.people[i].institution_code, ceremony.people[i + 1].institution_code);
    assert_int_equal(ceremony.people[4].role, REGISTRY_OPERATOR);
    assert_int_equal(ceremony.people[5].role, REGISTRY_ADMINISTRATOR);
    assert_int_equal(ceremony.people[6].role, REGISTRY_ADMINISTRATOR);
    for (size_t i = 0; i < ceremony.people_count; i++) {
        assert_true(has_check_digits(ceremony.people[i].identity_number));
        assert_string_not_equal(ceremony.people[i].token_label, "");
        assert_null(strchr(ceremony.people[i].token_label, '@'));
        if (i >= 4) assert_null(ceremony.people[i].institution_code);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_people_are_whole),
        cmocka_unit_test(parents_come_before_children),
        cmocka_unit_test(the_ceremony_knows_who_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
