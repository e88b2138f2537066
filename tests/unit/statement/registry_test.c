#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define KEY "a123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_KEY "b123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define KEY_3059 "07bef2206a89b8ddd31002970520c9aae135576c12aaa5fe72c96de3b217157d" /* SHA-256 of 30 59 */
#define HEAD "divit registry 1\nNumara: 1\nÖnceki: -\n"
#define DATES " 2026-01-01T00:00:00Z 2027-01-01T00:00:00Z\n"
#define PERSON "Kişi: 10000000146 yetkili 34 kart " DIGEST " " KEY DATES

static struct arena *arena;

static void reads_its_own(void **state)
{
    struct registry registry;
    const char *text = HEAD "Kurum: 34 -\nKurum: 3401 34\n" PERSON;
    assert_int_equal(registry_read(arena, bytes_of_text(text), &registry), ERR_NONE);
    assert_int_equal(registry.institutions_count, 2);
    assert_null(registry.institutions[0].parent_code);
    assert_string_equal(registry.institutions[1].parent_code, "34");
    const struct registry_person *officer = registry_find_card(&registry, DIGEST);
    assert_non_null(officer);
    assert_int_equal(officer->from_s, 1767225600);
    assert_null(registry_find_card(&registry, OTHER));
    const char *named = HEAD "Kurum: 34 - İstanbul İl Müdürlüğü\nKurum: 3401 34 Kadıköy\n";
    assert_int_equal(registry_read(arena, bytes_of_text(named), &registry), ERR_NONE);
    assert_string_equal(registry.institutions[0].name, "İstanbul İl Müdürlüğü");
    assert_string_equal(registry.institutions[1].name, "Kadıköy");
    const char *longer = HEAD "Kural: * ıslak iki-kişi tek-kişi başvuran rıza sahip kart-onayı iki-anahtar-onayı\n"
                              "Kurum: 06 - Ankara İl Sağlık Müdürlüğü Çankaya Devlet Hastanesi Başhekimliği\n";
    assert_int_equal(registry_read(arena, bytes_of_text(longer), &registry), ERR_NONE);
    assert_string_equal(registry.institutions[0].name,
                        "Ankara İl Sağlık Müdürlüğü Çankaya Devlet Hastanesi Başhekimliği");
    assert_int_equal(registry.rules[0].needs, NEED(REGISTRY_NEED_COUNT) - 1);
}

static void rules_let_something_through_and_not_everything(void **state)
{
    for (size_t i = 0; i < registry_shipped_rules_count; i++)
        assert_int_equal(registry_rule_check(&registry_shipped_rules[i]), RULE_FINE);
    static const struct registry_rule nobody = {"*", "ıslak", NEED(NEED_OWNER)};
    static const struct registry_rule nothing[] = {
        {"*", "ıslak", NEED(NEED_TWO_PERSONS) | NEED(NEED_APPLICANT)}, /* paper comes without a card's signature */
        {"*", "ıslak", NEED(NEED_ONE_PERSON) | NEED(NEED_CONSENT)},
        {"*", "e-imza", NEED(NEED_TWO_PERSONS)}, /* nothing is received on paper */
        {"*", "e-onay", NEED(NEED_APPLICANT) | NEED(NEED_CARD_APPROVAL)},
    };
    assert_int_equal(registry_rule_check(&nobody), RULE_WITHOUT_APPROVAL);
    for (size_t i = 0; i < 4; i++) assert_int_equal(registry_rule_check(&nothing[i]), RULE_NEVER_MET);
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
        {"a name with a control character", HEAD "Kurum: 34 - \a\n"},
        {"a rule with a need twice", HEAD "Kural: * ıslak sahip sahip sahip sahip sahip sahip sahip sahip\n"},
        {"a name that ends with a space", HEAD "Kurum: 34 - Van \n"},
        {"code with a slash", HEAD "Kurum: 3401/34 -\n"},
        {"unknown label", HEAD "Kurul: 34 -\n"},
        {"person before institution", HEAD PERSON "Kurum: 34 -\n"},
        {"person without institution", HEAD PERSON},
        {"other role", HEAD "Kurum: 34 -\nKişi: 10000000146 müdür 34 kart " DIGEST " " KEY DATES},
        {"identity number", HEAD "Kurum: 34 -\nKişi: 1000000014 yetkili 34 kart " DIGEST " " KEY DATES},
        {"short digest", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 kart 0123 " KEY DATES},
        {"short digest of a card's key", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 kart " DIGEST " 0123" DATES},
        {"person with two institutions",
         HEAD "Kurum: 34 -\nKurum: 06 -\n" PERSON "Kişi: 10000000146 yetkili 06 kart " OTHER " " OTHER_KEY DATES},
        {"person with two roles",
         HEAD "Kurum: 34 -\n" PERSON "Kişi: 10000000146 yönetici 34 kart " OTHER " " OTHER_KEY DATES},
        {"officer without institution", HEAD "Kişi: 10000000146 yetkili - kart " DIGEST " " KEY DATES},
        {"neither card nor passkey", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 parola " DIGEST DATES},
        {"passkey without key", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 anahtar " DIGEST DATES},
        {"card without its key", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 kart " DIGEST DATES},
        {"key in capitals", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 anahtar " DIGEST " 3059AB" DATES},
        {"service twice", HEAD "Servis: keeper 3059" DATES "Servis: keeper 305a" DATES},
        {"service without key", HEAD "Servis: keeper" DATES},
        {"service after a person", HEAD "Kurum: 34 -\n" PERSON "Servis: keeper 3059" DATES},
        {"authority twice", HEAD "Makam: 3059\nMakam: 3059\n"},
        {"authority without certificate", HEAD "Makam: \n"},
        {"rule without need", HEAD "Kural: * ıslak\n"},
        {"rule of an unknown way", HEAD "Kural: * posta sahip\n"},
        {"rule of an unknown need", HEAD "Kural: * ıslak ödeme\n"},
        {"needs out of order", HEAD "Kural: * ıslak sahip tek-kişi\n"},
        {"a need twice", HEAD "Kural: * ıslak sahip sahip\n"},
        {"rule twice", HEAD "Kural: * ıslak sahip\nKural: * ıslak sahip\n"},
        {"key twice", HEAD "Kurum: 34 -\n" PERSON "Kişi: 20000000292 yetkili 34 kart " DIGEST " " OTHER_KEY DATES},
        {"one card's key under two numbers, certified twice",
         HEAD "Kurum: 34 -\n" PERSON "Kişi: 20000000292 yetkili 34 kart " OTHER " " KEY DATES},
        {"one key as a card's and a passkey's, of two persons",
         HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 kart " DIGEST " " KEY_3059 DATES
              "Kişi: 20000000292 yetkili 34 anahtar " OTHER " 3059" DATES},
        {"one passkey under two names, of two persons",
         HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 anahtar " DIGEST " 3059" DATES
              "Kişi: 20000000292 yetkili 34 anahtar " OTHER " 3059" DATES},
        {"dates turned", HEAD "Kurum: 34 -\nKişi: 10000000146 yetkili 34 kart " DIGEST " " KEY
                              " 2027-01-01T00:00:00Z 2026-01-01T00:00:00Z\n"},
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

#define ADMINISTRATORS                                                                                                 \
    "Kişi: 40000000584 yönetici - kart " OTHER " " OTHER_KEY DATES "Kişi: 40000000584 yönetici - anahtar " OTHER       \
    " 3059aabb" DATES "Kişi: 50000000730 yönetici - anahtar " DIGEST " 3059aabc" DATES

static void reads_all_kinds_of_lines(void **state)
{
    struct registry registry;
    const struct registry_rule *rules;
    size_t count;
    const char *text = HEAD "Kural: * ıslak iki-kişi\nKural: * ıslak tek-kişi sahip\nKural: ordu ıslak iki-kişi sahip\n"
                            "Kurum: 34 -\nMakam: 3082\nServis: keeper 3059" DATES PERSON ADMINISTRATORS;
    assert_int_equal(registry_read(arena, bytes_of_text(text), &registry), ERR_NONE);
    assert_int_equal(registry_count_persons(&registry, REGISTRY_ADMINISTRATOR), 2); /* three keys */
    assert_string_equal(registry_find_passkey(&registry, DIGEST)->identity_number, "50000000730");
    assert_int_equal(registry_find_passkey(&registry, DIGEST)->public_key.size, 4);
    assert_null(registry_find_passkey(&registry, "0"));
    assert_int_equal(registry_find_service(&registry, "keeper")->public_key.size, 2);
    assert_null(registry_find_service(&registry, "istasyon-1"));
    registry_find_rules(&registry, arena, "saglik", "ıslak", &rules, &count);
    assert_int_equal(count, 2);
    assert_int_equal(rules[1].needs, NEED(NEED_ONE_PERSON) | NEED(NEED_OWNER));
    registry_find_rules(&registry, arena, "ordu", "ıslak", &rules, &count); /* its own take the place of the general */
    assert_int_equal(count, 1);
    registry_find_rules(&registry, arena, "saglik", "e-imza", &rules, &count);
    assert_int_equal(count, 0);
}

static const char *next_of(const char *before, const char *lines)
{
    return arena_printf(arena, "divit registry 1\nNumara: 2\nÖnceki: %s\n%s",
                        hex_encode(arena, sha256(arena, bytes_of_text(before))), lines);
}

static void says_what_a_change_needs(void **state)
{
#define RULE "Kural: ordu ıslak iki-kişi\n"
    static const char before[] = HEAD RULE "Kurum: 34 -\nKurum: 3401 34\n" PERSON ADMINISTRATORS;
    static const struct {
        const char *lines;
        enum err error;
        int administrators;
    } cases[] = {
        {RULE "Kurum: 34 -\nKurum: 3401 34\n" ADMINISTRATORS, ERR_NONE, 1}, /* a person removed */
        {RULE "Kurum: 34 -\n" PERSON ADMINISTRATORS, ERR_NONE, 1},
        {RULE "Kurum: 34 -\nKurum: 3401 34\nKurum: 3402 34\n" PERSON ADMINISTRATORS, ERR_NONE, 2}, /* added */
        {RULE "Kurum: 34 -\nKurum: 3401 -\n" PERSON ADMINISTRATORS, ERR_NONE, 2}, /* changed */
        {"Kurum: 34 -\nKurum: 3401 34\n" PERSON ADMINISTRATORS, ERR_NONE, 2}, /* the door's own rule removed */
        {RULE "Kurum: 34 -\nKurum: 3401 34\n" PERSON ADMINISTRATORS, ERR_STATE, 0}, /* nothing */
    };
    struct registry_change change;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *after = next_of(before, cases[i].lines);
        assert_int_equal(registry_compare(arena, bytes_of_text(before), bytes_of_text(after), &change), cases[i].error);
        if (cases[i].error == ERR_NONE) assert_int_equal(change.administrators, cases[i].administrators);
    }
    const char *other = next_of("another one", RULE ADMINISTRATORS);
    assert_int_equal(registry_compare(arena, bytes_of_text(before), bytes_of_text(other), &change), ERR_STATE);
}

static void is_edited_line_by_line(void **state)
{
    static const char before[] = HEAD "Kurum: 34 -\nServis: keeper 3059" DATES PERSON ADMINISTRATORS;
    static uint8_t key_bytes[] = {0x30, 0x5a};
    static const char new_digest[] = "2123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const struct bytes text = bytes_of_text(before);
    const struct registry_service service = {"istasyon-1", {key_bytes, 2}, 1767225600, 1798761600};
    struct registry_person person = {.identity_number = "20000000292",
                                     .role = REGISTRY_OFFICER,
                                     .institution_code = "34",
                                     .card_digest = new_digest,
                                     .card_key_digest = KEY_3059,
                                     .from_s = 1767225600,
                                     .until_s = 1798761600};
    struct bytes after;
    struct registry_change change;
    assert_int_equal(registry_add_person(arena, text, &person, &after), ERR_NONE);
    assert_int_equal(registry_compare(arena, text, after, &change), ERR_NONE);
    assert_int_equal(change.added_count, 1);
    assert_int_equal(change.removed_count, 0);
    assert_int_equal(change.administrators, 2);
    assert_string_equal(change.added[0], arena_printf(arena,
                                                      "Kişi: 20000000292 yetkili 34 kart %s " KEY_3059 " "
                                                      "2026-01-01T00:00:00Z 2027-01-01T00:00:00Z",
                                                      new_digest));
    assert_int_equal(registry_add_service(arena, text, &service, &after), ERR_NONE);
    assert_int_equal(registry_compare(arena, text, after, &change), ERR_NONE);
    assert_string_equal(change.added[0], "Servis: istasyon-1 305a 2026-01-01T00:00:00Z 2027-01-01T00:00:00Z");
    assert_int_equal(registry_remove_person(arena, text, DIGEST, &after), ERR_NONE);
    assert_int_equal(registry_compare(arena, text, after, &change), ERR_NONE);
    assert_int_equal(change.added_count, 0);
    assert_int_equal(change.administrators, 1);
    assert_int_equal(registry_remove_service(arena, text, "keeper", &after), ERR_NONE);
    assert_int_equal(registry_compare(arena, text, after, &change), ERR_NONE);
    assert_int_equal(change.administrators, 1);
    assert_int_equal(registry_remove_service(arena, text, "istasyon-1", &after), ERR_NOT_FOUND);
    assert_int_equal(registry_remove_person(arena, text, new_digest, &after), ERR_NOT_FOUND);
    person.identity_number = "40000000584"; /* an administrator */
    assert_int_equal(registry_add_person(arena, text, &person, &after), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_its_own),
                                       cmocka_unit_test(refuses),
                                       cmocka_unit_test(reads_all_kinds_of_lines),
                                       cmocka_unit_test(says_what_a_change_needs),
                                       cmocka_unit_test(is_edited_line_by_line),
                                       cmocka_unit_test(rules_let_something_through_and_not_everything)};
    return cmocka_run_group_tests_name("statement-registry", tests, begin, end);
}
