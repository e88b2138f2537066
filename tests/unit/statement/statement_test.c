/* Statements (spec 10): what is written is read; whatever is not in its one form is refused. */
#include "base/secret.h"
#include "statement/application_statement.h"
#include "statement/decision_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUTATIONS 10000
#define UID "0123456789abcdef0123456789abcdef"
#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const struct application_statement example = {
    .application_uid = UID,
    .revision = 2,
    .barcode = "0a1b2c3d4e5f678",
    .door = "saglik",
    .reason = "ilk başvuru",
    .term_years = 3,
    .profile = "nes-1",
    .identity_number = "10000000146",
    .given_names = "AYŞE NUR",
    .surname = "IŞIKÇI",
    .birth_place = "İZMİR",
    .birth_date = {1984, 2, 29},
    .institution_code = "3401",
    .institution_name = "İstanbul İl Sağlık Müdürlüğü",
    .staff_number = "A-778",
    .unit = "Acil Servis",
    .title = "Hekim",
    .address = "Ölçek Sok. No: 5 \"B\" Blok <zemin>",
    .province = "İstanbul",
    .district = "Kadıköy",
    .postal_code = "34710",
    .email = "ayse@ornek.gov.tr",
    .work_phone = "2165550101",
    .mobile = "5321234567",
    .mobile_operator = "Turkcell",
    .channel = "e-posta ve SMS",
    .reader = "mini kart okuyucu",
    .vpn = "istenmiyor",
    .declaration = "Yazdıklarım doğrudur.",
    .notice = "1 " DIGEST,
    .information = "1 " DIGEST,
    .form = "1 " DIGEST,
    .undertaking = "1 " DIGEST,
    .has_security_word = true,
    .server = "http://localhost:8080",
    .made_s = 1790000000,
    .salt = UID,
};

static const struct decision_statement_line lines[] = {
    {UID, 1, DIGEST, "ıslak", NULL},
    {"fedcba9876543210fedcba9876543210", 12, DIGEST, "e-onay", DIGEST},
};
static const struct decision_statement decision = {
    .decision_uid = UID,
    .is_received = true,
    .is_approved = true,
    .institution_code = "34",
    .made_s = 1790000000,
    .valid_until_s = 1790000000 + 30 * DAY_S,
    .registry_number = 1,
    .lines = lines,
    .line_count = 2,
};

static struct arena *arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static struct bytes application_text(void)
{
    struct bytes text;
    assert_int_equal(application_statement_write(arena, &example, &text), ERR_NONE);
    return text;
}

static void test_application_round(void **state)
{
    (void)state;
    struct application_statement read;
    struct bytes text = application_text();

    assert_int_equal(application_statement_read(arena, text, &read), ERR_NONE);
    assert_string_equal(read.surname, "IŞIKÇI");
    assert_int_equal(read.revision, 2);
    assert_int_equal(read.birth_date.day, 29);
    assert_int_equal(read.made_s, 1790000000);
    assert_true(read.has_security_word);
    assert_null(read.certificate);
    assert_null(read.extension);
    assert_string_equal(read.salt, UID);
}

static void test_application_format(void **state)
{
    (void)state;
    const char *text = bytes_to_text(arena, application_text());
    const char *start = "divit application 1\nBaşvuru No: " UID "\nRevizyon: 2\nBarkod: 0a1b2c3d4e5f678\nKapı: saglik\n"
                        "Başvuru Nedeni: ilk başvuru\nİlgili Sertifika: -\nSertifika Süresi (yıl): 3\n";
    const char *end = "Sunucu: http://localhost:8080\nDüzenlenme Zamanı: 2026-09-21T14:13:20Z\nTuz: " UID "\n";

    assert_int_equal(strncmp(text, start, strlen(start)), 0);
    assert_string_equal(text + strlen(text) - strlen(end), end);
}

/* What may not be written. */
static void test_application_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        size_t offset;
        const char *value;
    } cases[] = {
        {"line break", offsetof(struct application_statement, surname), "A\nİl: B"},
        {"carriage return", offsetof(struct application_statement, surname), "A\rB"},
        {"tab", offsetof(struct application_statement, unit), "A\tB"},
        {"bidirectional", offsetof(struct application_statement, surname), "A\u202EB"},
        {"zero width", offsetof(struct application_statement, surname), "A\u200BB"},
        {"zero width no-break", offsetof(struct application_statement, address), "\uFEFFA"},
        {"not NFC", offsetof(struct application_statement, surname), "S\u0327"},
        {"not UTF-8", offsetof(struct application_statement, surname), "A\xff"},
        {"outer space", offsetof(struct application_statement, surname), " A"},
        {"absent and required", offsetof(struct application_statement, surname), NULL},
        {"absence as a value", offsetof(struct application_statement, surname), "-"},
        {"short identity number", offsetof(struct application_statement, identity_number), "1000000014"},
        {"letters in it", offsetof(struct application_statement, identity_number), "1000000014A"},
        {"upper-case hexadecimal", offsetof(struct application_statement, salt), "0123456789ABCDEF0123456789ABCDEF"},
        {"unknown reason", offsetof(struct application_statement, reason), "başka"},
        {"long barcode", offsetof(struct application_statement, barcode), "0a1b2c3d4e5f6789"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct application_statement changed = example;
        struct bytes text = {0};
        *(const char **)((char *)&changed + cases[i].offset) = cases[i].value;
        if (application_statement_write(arena, &changed, &text) != ERR_INVALID) fail_msg("%s", cases[i].what);
        assert_int_equal(text.size, 0);
    }
}

static void test_application_size(void **state)
{
    (void)state;
    struct application_statement changed = example;
    char *long_text = arena_alloc(arena, STATEMENT_SIZE_MAX + 1);
    struct bytes text;

    memset(long_text, 'a', STATEMENT_SIZE_MAX - 4096);
    changed.declaration = long_text;
    assert_int_equal(application_statement_write(arena, &changed, &text), ERR_NONE);
    memset(long_text, 'a', STATEMENT_SIZE_MAX);
    assert_int_equal(application_statement_write(arena, &changed, &text), ERR_INVALID);
}

/* Texts that say the same in another form, or something besides. */
static void test_application_strict(void **state)
{
    (void)state;
    static const struct {
        const char *find, *put;
    } cases[] = {
        {"divit application 1\n", "divit application 2\n"},
        {"divit application 1\n", "divit decision 1\n"},
        {"divit application 1\n", "\nDivit application 1\n"},
        {"Revizyon: 2\n", "Revizyon: 02\n"},
        {"Revizyon: 2\n", "Revizyon: +2\n"},
        {"Revizyon: 2\n", "Revizyon: 0\n"},
        {"Revizyon: 2\n", "Revizyon:  2\n"},
        {"Revizyon: 2\n", "Revizyon: 2\r\n"},
        {"Revizyon: 2\n", "Revizyon: 99999999999999999999\n"},
        {"Revizyon: 2\n", ""},
        {"Revizyon: 2\n", "Revizyon: 2\nRevizyon: 2\n"},
        {"Revizyon: 2\n", "Revizyon:\n"},
        {"Dahili: -\n", "Dahili: \n"},
        {"Doğum Tarihi: 1984-02-29\n", "Doğum Tarihi: 1983-02-29\n"},
        {"Doğum Tarihi: 1984-02-29\n", "Doğum Tarihi: 29.02.1984\n"},
        {"Belirlendi: evet\n", "Belirlendi: Evet\n"},
        {"2026-09-21T14:13:20Z", "2026-09-21T14:13:20+00:00"},
        {"Tuz: " UID "\n", "Tuz: " UID "\nTuz: " UID "\n"},
        {"Tuz: " UID "\n", "Tuz: " UID},
        {"Soyad: IŞIKÇI\n", "Soyad: IŞIKC\u0327I\n"},
        {"Ad: AYŞE NUR\nSoyad: IŞIKÇI\n", "Soyad: IŞIKÇI\nAd: AYŞE NUR\n"},
    };
    const char *text = bytes_to_text(arena, application_text());

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct application_statement read;
        const char *at = strstr(text, cases[i].find);
        assert_non_null(at);
        const char *changed =
            arena_printf(arena, "%.*s%s%s", (int)(at - text), text, cases[i].put, at + strlen(cases[i].find));
        if (application_statement_read(arena, bytes_of_text(changed), &read) != ERR_INVALID)
            fail_msg("%zu: %s", i, cases[i].put);
    }
}

static void test_decision_round(void **state)
{
    (void)state;
    struct decision_statement read;
    struct bytes text;

    assert_int_equal(decision_statement_write(arena, &decision, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text),
                        "divit decision 1\nKarar No: " UID "\nTeslim: evet\nGörüldü: -\nOnay: evet\nKurum Kodu: 34\n"
                        "Düzenlenme Zamanı: 2026-09-21T14:13:20Z\nGeçerlilik Sonu: 2026-10-21T14:13:20Z\n"
                        "Sicil Defteri No: 1\n"
                        "Başvuru: " UID " 1 " DIGEST " ıslak -\n"
                        "Başvuru: fedcba9876543210fedcba9876543210 12 " DIGEST " e-onay " DIGEST "\n");
    assert_int_equal(decision_statement_read(arena, text, &read), ERR_NONE);
    assert_int_equal(read.line_count, 2);
    assert_string_equal(read.lines[1].scan_digest, DIGEST);
    assert_null(read.lines[0].scan_digest);
    assert_int_equal(read.lines[1].revision, 12);
    assert_false(read.is_seen);
}

static void refuse_decision(const struct decision_statement *changed, const char *what)
{
    struct bytes text;
    if (decision_statement_write(arena, changed, &text) != ERR_INVALID) fail_msg("%s", what);
}

static void test_decision_refused(void **state)
{
    (void)state;
    struct decision_statement changed = decision;
    struct decision_statement_line many[DECISION_LINES_MAX + 1];
    struct bytes text;

    changed.is_received = changed.is_approved = false;
    refuse_decision(&changed, "decides nothing");
    changed = decision;
    changed.valid_until_s++;
    refuse_decision(&changed, "longer than 30 days");
    changed.valid_until_s = changed.made_s;
    refuse_decision(&changed, "never valid");
    changed = decision;
    changed.line_count = 0;
    refuse_decision(&changed, "no line");

    for (size_t i = 0; i <= DECISION_LINES_MAX; i++) {
        many[i] = lines[0];
        many[i].application_uid = arena_printf(arena, "%032zx", i);
    }
    changed.lines = many;
    changed.line_count = DECISION_LINES_MAX;
    assert_int_equal(decision_statement_write(arena, &changed, &text), ERR_NONE);
    changed.line_count++;
    refuse_decision(&changed, "too many lines");
    changed.line_count = 2;
    many[1] = many[0];
    refuse_decision(&changed, "an application twice");
    many[1].application_uid = "xyz";
    refuse_decision(&changed, "not an id");
    many[1] = lines[1];
    many[1].way = "başka";
    refuse_decision(&changed, "unknown way");
}

typedef enum err (*again_fn)(struct bytes text, struct bytes *ret_again);

static enum err application_again(struct bytes text, struct bytes *ret_again)
{
    struct application_statement read;
    TRY(application_statement_read(arena, text, &read));
    return application_statement_write(arena, &read, ret_again);
}

static enum err decision_again(struct bytes text, struct bytes *ret_again)
{
    struct decision_statement read;
    TRY(decision_statement_read(arena, text, &read));
    return decision_statement_write(arena, &read, ret_again);
}

/* One change: a byte put, taken, changed, a bit turned, a run doubled, or the end cut off. */
static struct bytes mutate(struct bytes text)
{
    uint8_t *data = arena_alloc(arena, text.size * 2 + 1);
    size_t at = random_below((uint32_t)text.size), size = text.size;

    memcpy(data, text.data, size);
    switch (random_below(6)) {
    case 0: data[at] ^= (uint8_t)(1u << random_below(8)); break;
    case 1: data[at] = (uint8_t)random_below(256); break;
    case 2:
        memmove(data + at, data + at + 1, size - at - 1);
        size--;
        break;
    case 3:
        memmove(data + at + 1, data + at, size - at);
        data[at] = (uint8_t)random_below(256);
        size++;
        break;
    case 4: {
        size_t run = 1 + random_below((uint32_t)(size - at));
        memmove(data + at + run, data + at, size - at);
        size += run;
        break;
    }
    default: size = at;
    }
    return (struct bytes){data, size};
}

/* Each mutated text is refused, or is itself the one form of what was read. */
static void mutate_many(struct bytes text, again_fn again)
{
    struct arena *kept = arena;
    size_t refused = 0;

    for (int i = 0; i < MUTATIONS; i++) {
        struct bytes result;
        arena = arena_new();
        struct bytes mutated = mutate(text);
        if (again(mutated, &result) != ERR_NONE) refused++;
        else if (!bytes_equal(mutated, result)) fail_msg("accepted in another form");
        arena = arena_free(arena);
    }
    arena = kept;
    assert_in_range(refused, MUTATIONS / 4, MUTATIONS - 1);
}

static void test_application_mutations(void **state)
{
    (void)state;
    mutate_many(application_text(), application_again);
}

static void test_decision_mutations(void **state)
{
    (void)state;
    struct bytes text;
    assert_int_equal(decision_statement_write(arena, &decision, &text), ERR_NONE);
    mutate_many(text, decision_again);
}

int main(void)
{
    if (secret_init() != ERR_NONE) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_application_round),   cmocka_unit_test(test_application_format),
        cmocka_unit_test(test_application_refused), cmocka_unit_test(test_application_size),
        cmocka_unit_test(test_application_strict),  cmocka_unit_test(test_decision_round),
        cmocka_unit_test(test_decision_refused),    cmocka_unit_test(test_application_mutations),
        cmocka_unit_test(test_decision_mutations),
    };
    return cmocka_run_group_tests_name("statement", tests, make_arena, free_arena);
}
