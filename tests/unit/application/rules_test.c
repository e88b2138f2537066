/* Applications' pure rules: states, form fields, barcodes, provinces (spec 01). */
#include "application/application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static const struct door door = {.path = "saglik", .terms = {1, 2, 3}, .offers_reader = true, .offers_vpn = true};
static const struct door bare_door = {.path = "meb", .terms = {3}};
#define IDENTITY_NUMBER "10000000146"

static struct application_form good_form(void)
{
    return (struct application_form){
        .term = "3",
        .reader = "mini",
        .vpn = "no",
        .unit = "Acil Servis",
        .title = "Hekim",
        .family_district = "",
        .family_centre = "",
        .family_unit_code = "",
        .address = "Cumhuriyet Cad. No: 5",
        .province = "İstanbul",
        .district = "Kadıköy",
        .postal_code = "34710",
        .email = "ayse@ornek.gov.tr",
        .work_phone = "2165550101",
        .extension = "",
        .mobile = "5321234567",
        .mobile_operator = "turkcell",
        .home_phone = "",
        .channel = "both",
        .given_names = "AYŞE",
        .surname = "IŞIK",
        .birth_place = "İZMİR",
        .birth_date = "1984-02-29",
        .staff_number = "A-7",
        .is_family_physician = "no",
        .language = "tr",
        .has_security_word = "",
        .reason = "first",
        .certificate = "",
        .start = "",
        .end = "",
        .resume_hash = "",
    };
}

/* The fields with mistakes, joined by spaces, in the order they are told. */
static const char *mistakes_of(const struct door *at, const struct application_form *form, const char *word,
                               const char *again)
{
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    struct application_form checked;
    const char *fields = "";
    size_t count = check_application_form(arena, at, IDENTITY_NUMBER, form, word, again, &checked, mistakes);

    for (size_t i = 0; i < count; i++)
        fields = arena_printf(arena, "%s%s%s", fields, i > 0 ? " " : "", mistakes[i].field);
    return fields;
}

static void test_good_form(void **state)
{
    (void)state;
    struct application_form form = good_form();
    assert_string_equal(mistakes_of(&door, &form, "Gizli9Kelime", "Gizli9Kelime"), "");
    assert_string_equal(mistakes_of(&door, &form, NULL, NULL), "");
}

static void test_empty_form(void **state)
{
    (void)state;
    struct application_form form = good_form();

    form.term = form.reader = form.vpn = form.unit = form.title = form.address = form.province = form.district = "";
    form.postal_code = form.email = form.work_phone = form.mobile = form.mobile_operator = form.channel = "";
    assert_string_equal(mistakes_of(&door, &form, "", ""),
                        "term reader vpn channel security_word unit title address province district postal_code email "
                        "work_phone mobile mobile_operator");
}

/* One field changed: is that field, and no other, a mistake? */
static void test_fields(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *field, *value;
        bool is_mistake;
    } cases[] = {
#define CASE(member, value, is_mistake) {offsetof(struct application_form, member), #member, value, is_mistake}
        CASE(term, "2", false),
        CASE(term, "4", true),
        CASE(term, "03", true),
        CASE(reader, "none", false),
        CASE(reader, "other", true),
        CASE(vpn, "yes", false),
        CASE(vpn, "maybe", true),
        CASE(unit, "-", true),
        CASE(unit, "Göğüs <b>Hastalıkları</b> \"A\"", false),
        CASE(unit, "A\u202EB", true),
        CASE(title, "", true),
        CASE(postal_code, "34710", false),
        CASE(postal_code, "3471", true),
        CASE(postal_code, "347100", true),
        CASE(postal_code, "06710", true),
        CASE(postal_code, "34 71", true),
        CASE(postal_code, "3471O", true),
        CASE(district, "Çankaya", true),
        CASE(district, "KADIKÖY", false),
        CASE(email, "ayse", true),
        CASE(email, "ayse@ornek", true),
        CASE(work_phone, "0216 555 01 01", false),
        CASE(work_phone, "+90 (216) 555-01-01", false),
        CASE(work_phone, "555 01 01", true),
        CASE(work_phone, "1165550101", true),
        CASE(work_phone, "216555010a", true),
        CASE(extension, "1234", false),
        CASE(extension, "12a", true),
        CASE(extension, "1234567", true),
        CASE(mobile, "0532 123 45 67", false),
        CASE(mobile, "2165550101", true),
        CASE(mobile, "532123456", true),
        CASE(mobile_operator, "başka", true),
        CASE(home_phone, "02165550101", false),
        CASE(home_phone, "12", true),
        CASE(channel, "sms", false),
        CASE(channel, "mektup", true),
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct application_form form = good_form();
        *(const char **)((char *)&form + cases[i].offset) = cases[i].value;
        const char *fields = mistakes_of(&door, &form, NULL, NULL);
        if (strcmp(fields, cases[i].is_mistake ? cases[i].field : "") != 0)
            fail_msg("%s = '%s': mistakes at '%s'", cases[i].field, cases[i].value, fields);
    }
}

static void test_long_fields(void **state)
{
    (void)state;
    struct application_form form = good_form();
    char text[300];

    memset(text, 'a', sizeof(text));
    text[251] = '\0';
    form.address = text;
    assert_string_equal(mistakes_of(&door, &form, NULL, NULL), "address");
    form.address = text + 1;
    assert_string_equal(mistakes_of(&door, &form, NULL, NULL), "");
    form.title = text + 50;
    assert_string_equal(mistakes_of(&door, &form, NULL, NULL), "title");
}

static void test_one_spelling(void **state)
{
    (void)state;
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    struct application_form form = good_form(), checked;

    form.mobile = "+90 532 123 45 67";
    form.work_phone = "0 216 555 01 01";
    form.province = "istanbul";
    form.district = "kadıköy";
    assert_int_equal(check_application_form(arena, &door, IDENTITY_NUMBER, &form, NULL, NULL, &checked, mistakes), 0);
    assert_string_equal(checked.mobile, "5321234567");
    assert_string_equal(checked.work_phone, "2165550101");
    assert_string_equal(checked.province, "İstanbul");
    assert_string_equal(checked.district, "Kadıköy");
}

static void test_what_the_door_offers(void **state)
{
    (void)state;
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    struct application_form form = good_form(), checked;

    form.vpn = "yes";
    assert_int_equal(check_application_form(arena, &bare_door, IDENTITY_NUMBER, &form, NULL, NULL, &checked, mistakes),
                     0);
    assert_string_equal(checked.reader, "none");
    assert_string_equal(checked.vpn, "no");
    form.term = "1";
    assert_string_equal(mistakes_of(&bare_door, &form, NULL, NULL), "term");
}

static void test_family_physician(void **state)
{
    (void)state;
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    struct application_form form = good_form(), checked;

    form.is_family_physician = "yes";
    assert_string_equal(mistakes_of(&door, &form, NULL, NULL), "family_district family_centre family_unit_code");
    form.family_district = "Kadıköy";
    form.family_centre = "Moda ASM";
    form.family_unit_code = "34 01 001";
    form.unit = "";
    assert_int_equal(check_application_form(arena, &door, IDENTITY_NUMBER, &form, NULL, NULL, &checked, mistakes), 0);
    assert_string_equal(checked.family_unit_code, "34.01.001");
    form.family_unit_code = "34.01.01";
    assert_string_equal(mistakes_of(&door, &form, NULL, NULL), "family_unit_code");
}

static void test_security_word(void **state)
{
    (void)state;
    static const struct {
        const char *word, *again, *fields;
    } cases[] = {
        {"Gizli9Kelime", "Gizli9Kelime", ""},
        {"çokgizliİŞ", "çokgizliİŞ", ""},
        {"Gizli9Kelime", "gizli9Kelime", "security_word_again"}, /* case counts */
        {"Gizli9Kelime", "", "security_word_again"},
        {"", "", "security_word"},
        {"Gizli9K", "Gizli9K", "security_word"}, /* seven */
        {"Gizli9-Kelime", "Gizli9-Kelime", "security_word"},
        {"Gizli9 Kelime", "Gizli9 Kelime", "security_word"},
        {"Gizli9Kelime\u200B", "Gizli9Kelime\u200B", "security_word"},
        {"gizli\xff"
         "kelime",
         "gizli\xff"
         "kelime",
         "security_word"},
        {"пароль123", "пароль123", "security_word"},
        {"10000000146", "10000000146", "security_word"},
        {"a10000000146", "a10000000146", "security_word"},
        {"ayseIşık", "ayseIşık", ""},
        {"ayşeışık", "ayşeışık", "security_word"},
        {"IŞIKayşe", "IŞIKayşe", "security_word"},
        {"Password1", "Password1", "security_word"},
        {"GALATASARAY", "GALATASARAY", "security_word"},
        {"Fenerbahçe1907", "Fenerbahçe1907", "security_word"}, /* with Turkish letters or without, and a number */
        {"FENERBAHCE", "FENERBAHCE", "security_word"},
        {"İSTANBUL34", "İSTANBUL34", "security_word"},
        {"ISTANBUL34", "ISTANBUL34", "security_word"},
        {"şifre123", "şifre123", "security_word"},
        {"12345678", "12345678", "security_word"},
        {"istanbulda", "istanbulda", ""},
        {"48151623", "48151623", ""},
    };
    struct application_form form = good_form();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *fields = mistakes_of(&door, &form, cases[i].word, cases[i].again);
        if (strcmp(fields, cases[i].fields) != 0) fail_msg("'%s': mistakes at '%s'", cases[i].word, fields);
    }
}

static void test_email_hint(void **state)
{
    (void)state;
    assert_string_equal(email_typo_hint(arena, "ayse@gmial.com"), "ayse@gmail.com");
    assert_string_equal(email_typo_hint(arena, "ayse@gmal.com"), "ayse@gmail.com");
    assert_string_equal(email_typo_hint(arena, "ayse@hotmaill.com"), "ayse@hotmail.com");
    assert_null(email_typo_hint(arena, "ayse@gmail.com"));
    assert_null(email_typo_hint(arena, "ayse@ornek.gov.tr"));
    assert_null(email_typo_hint(arena, "ayse"));
}

static void test_states(void **state)
{
    (void)state;
    static const enum application_state line[] = {STATE_DRAFT,         STATE_PHONE_PENDING,   STATE_METHOD_PENDING,
                                                  STATE_FORM_AWAITED,  STATE_OFFICER_PENDING, STATE_APPROVED,
                                                  STATE_IN_PRODUCTION, STATE_PRODUCED,        STATE_COMPLETED};
    static const enum application_state ends[] = {STATE_COMPLETED, STATE_REJECTED, STATE_WITHDRAWN, STATE_LAPSED};

    for (size_t i = 0; i + 1 < sizeof(line) / sizeof(line[0]); i++)
        assert_true(application_may_follow(line[i], line[i + 1]));
    /* nobody skips the officer, nothing comes back after the end, no change of the form after approval */
    for (int from = 0; from < APPLICATION_STATE_COUNT; from++) {
        bool is_decided_by = from == STATE_OFFICER_PENDING || from == STATE_REGISTRATION_PENDING;
        assert_int_equal(application_may_follow((enum application_state)from, STATE_APPROVED), is_decided_by);
        assert_int_equal(application_may_follow((enum application_state)from, STATE_IN_PRODUCTION),
                         from == STATE_APPROVED);
        if (from >= STATE_APPROVED && from <= STATE_COMPLETED)
            assert_false(application_may_follow((enum application_state)from, STATE_DRAFT));
        assert_false(application_may_follow((enum application_state)from, (enum application_state)from));
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        assert_false(application_is_open(ends[i]));
        for (int to = 0; to < APPLICATION_STATE_COUNT; to++)
            assert_false(application_may_follow(ends[i], (enum application_state)to));
    }
    assert_false(application_may_follow(STATE_IN_PRODUCTION, STATE_WITHDRAWN));
    assert_true(application_may_follow(STATE_IN_PRODUCTION, STATE_OFFICER_PENDING)); /* the signer refused */
    assert_false(application_may_follow(STATE_OFFICER_PENDING, STATE_LAPSED)); /* waiting for others never lapses */
}

/* Names that the signer gives (docs/trust.md), and who can put them right. */
static void test_production_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        enum refusal_remedy remedy;
    } cases[] = {
        {"signer not in the registry", REMEDY_DECIDE},
        {"decision past its date", REMEDY_DECIDE},
        {"evidence missing: ıslak: iki-kişi", REMEDY_DECIDE},
        {"signature: not CAdES", REMEDY_DECIDE},
        {"applicant's signature over another application", REMEDY_RETURN},
        {"holder's certificate not valid now", REMEDY_RETURN},
        {"signature of another person", REMEDY_RETURN},
        {"certificate suspended or revoked", REMEDY_RETURN},
        {"certificate concerned has ended", REMEDY_RETURN},
        {"term of a replacement", REMEDY_RETURN},
        {"owner act over another D", REMEDY_RETURN},
        {"signature of another key than the service's", REMEDY_PROVIDER},
        {"service not in the registry", REMEDY_PROVIDER},
        {"no rule for this door and way", REMEDY_PROVIDER},
        {"public key was certified before", REMEDY_PROVIDER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct production_refusal refusal = production_refusal(cases[i].rule);
        if (refusal.remedy != cases[i].remedy) fail_msg("%s", cases[i].rule);
        assert_non_null(refusal.meaning);
    }
}

static void test_state_names(void **state)
{
    (void)state;
    for (int i = 0; i < APPLICATION_STATE_COUNT; i++) {
        enum application_state back;
        assert_int_equal(application_state_from_name(application_state_name((enum application_state)i), &back),
                         ERR_NONE);
        assert_int_equal(back, i);
        assert_non_null(application_state_title((enum application_state)i));
    }
    enum application_state back;
    assert_int_equal(application_state_from_name("nowhere", &back), ERR_INVALID);
    assert_int_equal(application_state_from_name(NULL, &back), ERR_INVALID);
}

static void test_barcode(void **state)
{
    (void)state;
    assert_true(barcode_is_valid(barcode_normalise(arena, " 0A1B2 C3D4E\t5F678\r\n")));
    assert_string_equal(barcode_normalise(arena, "0A1B2 C3D4E-5F678"), "0a1b2c3d4e5f678");
    assert_false(barcode_is_valid("0a1b2c3d4e5f67"));
    assert_false(barcode_is_valid("0a1b2c3d4e5f6789"));
    assert_false(barcode_is_valid("0a1b2c3d4e5f67g"));
    assert_false(barcode_is_valid(""));
}

static void test_notes(void **state)
{
    (void)state;
    assert_true(application_has_note("name_differs refused_unsigned", NOTE_NAME_DIFFERS));
    assert_true(application_has_note("name_differs refused_unsigned", form_refusal_name(REFUSED_UNSIGNED)));
    assert_false(application_has_note("name_differs refused_unsigned", form_refusal_name(REFUSED_ALTERED)));
    assert_false(application_has_note("", NOTE_NAME_DIFFERS));
    assert_false(application_has_note("xname_differs", NOTE_NAME_DIFFERS));
}

static void test_provinces(void **state)
{
    (void)state;
    size_t count = 0, districts = 0;
    bool seen[82] = {false};

    for (const struct province *province = provinces; province->name != NULL; province++, count++) {
        assert_in_range(province->number, 1, 81);
        assert_false(seen[province->number]);
        seen[province->number] = true;
        for (size_t i = 0; province->districts[i] != NULL; i++) districts++;
    }
    assert_int_equal(count, 81);
    assert_int_equal(districts, 973);
    assert_string_equal(provinces[0].name, "Adana");
    assert_int_equal(province_find("İZMİR")->number, 35);
    assert_null(province_find("Izmir"));
    assert_string_equal(province_district(province_find("Ankara"), "çankaya"), "Çankaya");
    assert_null(province_district(province_find("Ankara"), "Kadıköy"));
}

static void test_legal_texts(void **state)
{
    (void)state;
    for (int kind = 0; kind < LEGAL_TEXT_COUNT; kind++) {
        const struct legal_text *text = shipped_legal_text((enum legal_text_kind)kind);
        assert_int_equal(strlen(text->digest), 64);
        assert_true(strlen(text->name) > 0 && strlen(text->version) > 0 && strlen(text->title) > 0);
        assert_true(strlen(text->text) > 50);
    }
    assert_null(strchr(shipped_legal_text(LEGAL_DECLARATION)->text, '\n')); /* stands in the statement, in one line */
    assert_string_equal(shipped_legal_text(LEGAL_UNDERTAKING)->name, "FORM-001-042");
}

static void test_cost(void **state)
{
    (void)state;
    static const struct price_list prices = {
        .has_price = {[PRODUCT_CERTIFICATE_1] = true,
                      [PRODUCT_CERTIFICATE_3] = true,
                      [PRODUCT_REPLACEMENT] = true,
                      [PRODUCT_READER] = true},
        .gross_kurus = {[PRODUCT_CERTIFICATE_1] = 12980,
                        [PRODUCT_CERTIFICATE_3] = 41300,
                        [PRODUCT_REPLACEMENT] = 30000,
                        [PRODUCT_READER] = 11800},
    };
    static const struct {
        const char *reason, *term, *end, *reader, *vpn;
        enum payer of_door, payer;
        int64_t total_kurus; /* 0: not known */
    } cases[] = {
        {"first", "3", "", "mini", "no", PAYER_INSTITUTION, PAYER_INSTITUTION, 53100},
        {"renewal", "1", "", "none", "no", PAYER_PERSON_TO_INSTITUTION, PAYER_PERSON_TO_INSTITUTION, 12980},
        {"lost", "", "1900000000", "none", "no", PAYER_INSTITUTION, PAYER_INSTITUTION, 30000},
        {"lost", "", "1900000000", "none", "no", PAYER_PERSON_TO_INSTITUTION, PAYER_PERSON_TO_PROVIDER, 30000},
        {"faulty", "3", "", "none", "no", PAYER_PERSON_TO_PROVIDER, PAYER_PERSON_TO_PROVIDER, 41300},
        {"additional", "3", "", "none", "no", PAYER_PERSON_TO_INSTITUTION, PAYER_PERSON_TO_INSTITUTION, 41300},
        {"first", "3", "", "none", "yes", PAYER_INSTITUTION, PAYER_INSTITUTION, 0}, /* no price of it is listed */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct door paid = door;
        paid.payer = cases[i].of_door;
        const struct application_form form = {.reason = cases[i].reason,
                                              .term = cases[i].term,
                                              .end = cases[i].end,
                                              .reader = cases[i].reader,
                                              .vpn = cases[i].vpn};
        struct cost cost = application_cost(&paid, &form, &prices);
        assert_int_equal(cost.payer, cases[i].payer);
        assert_int_equal(cost.is_known, cases[i].total_kurus != 0);
        if (cost.is_known) assert_int_equal(cost.total_kurus, cases[i].total_kurus);
    }
}

static void test_places(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        size_t count;
        const char *district, *province; /* of the first */
    } cases[] = {
        {"Kadıköy", 1, "Kadıköy", "İstanbul"},
        {"KADIKOY", 1, "Kadıköy", "İstanbul"},
        {" kadik ", 1, "Kadıköy", "İstanbul"},
        {"kadik ist", 1, "Kadıköy", "İstanbul"},
        {"kadik ank", 0, NULL, NULL},
        {"merkez bol", 1, "Merkez", "Bolu"},
        {"İstanbul", 0, NULL, NULL}, /* that is no district: the province is in the list below */
        {"", 0, NULL, NULL},
        {"<&\"", 0, NULL, NULL},
        {"xyz", 0, NULL, NULL},
    };
    struct place places[PLACES_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(find_places(arena, cases[i].typed, places), cases[i].count);
        if (cases[i].count == 0) continue;
        assert_string_equal(places[0].district, cases[i].district);
        assert_string_equal(places[0].province->name, cases[i].province);
    }
    assert_true(find_places(arena, "a", places) > PLACES_MAX); /* counted, not written past the end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_form),
        cmocka_unit_test(test_empty_form),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_long_fields),
        cmocka_unit_test(test_one_spelling),
        cmocka_unit_test(test_what_the_door_offers),
        cmocka_unit_test(test_family_physician),
        cmocka_unit_test(test_security_word),
        cmocka_unit_test(test_email_hint),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_production_refusals),
        cmocka_unit_test(test_state_names),
        cmocka_unit_test(test_barcode),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_provinces),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_legal_texts),
    };
    return cmocka_run_group_tests_name("application rules", tests, make_arena, free_arena);
}
