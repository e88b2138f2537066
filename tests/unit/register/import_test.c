/* Registers and institutions from files: good rows are taken once, bad ones are named with line and reason. */
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"
#include "register/register.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define STAFF_HEADER "tckn;ad;soyad;dogum_yeri;dogum_tarihi;sicil_no;kurum_kodu;grup;ahb_kodu;posta_kodu;eposta;cep\n"
#define AYSE "10000000146;Ayşe Gül;Işık;İzmir;28.02.1985;123;3401;personel;;34710;a@b.example;0532 123 45 67\n"
#define ALI "10000000078;Ali;Öz;Ağrı;1.3.1990;124;34;aile_hekimi;34.01.001;;;\n"
#define KNOWN_S ((int64_t)1700000000)

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static const struct actor actor = {ACTOR_SYSTEM, 0, "", "test"};

static struct import_report import_file(const char *file, int64_t known_since_s, bool is_dry_run)
{
    struct import_report report;
    assert_int_equal(import_staff(db, fixture_keeper_tool, arena, &actor, "saglik", bytes_of_text(file), known_since_s,
                                  is_dry_run, &report),
                     ERR_NONE);
    return report;
}

static void check_report(struct import_report report, int64_t rows, int64_t added, int64_t changed, int64_t unchanged,
                         size_t mistakes)
{
    for (size_t i = 0; report.mistake_count != mistakes && i < report.mistake_count; i++)
        print_message("line %d: %s\n", (int)report.mistakes[i].line, report.mistakes[i].reason);
    assert_int_equal(report.rows, rows);
    assert_int_equal(report.added, added);
    assert_int_equal(report.changed, changed);
    assert_int_equal(report.unchanged, unchanged);
    assert_int_equal(report.mistake_count, mistakes);
}

static struct staff_member member_of(const char *identity_number)
{
    struct person person;
    struct staff_member member;
    assert_int_equal(find_person(db, keeper, arena, identity_number, &person), ERR_NONE);
    assert_int_equal(find_staff_member(db, arena, &person, "saglik", &member), ERR_NONE);
    person_close(&person);
    return member;
}

static void institutions_lie_below_each_other(void **state)
{
    static const char file[] = "kod;ust_kod;ad;birim;adres;telefon;dahili;eposta\n"
                               "34;;İstanbul İl Sağlık Müdürlüğü;Personel;Cadde 1;5003400000;1000;i@s.example\n"
                               "3401;34;Kadıköy İlçe Sağlık Müdürlüğü;Özlük;Cadde 2;;;\n"
                               "340101;3401;Birim;;;;;\n"
                               "06;;Ankara;;;;;\n"
                               "99;98;Yetim;;;;;\n" /* 6 */
                               "34;;Yine;;;;;\n" /* 7 */
                               ";;Kodsuz;;;;;\n" /* 8 */
                               "3/4;;Eğik;;;;;\n" /* 9 */
                               "35;;;;;;;\n" /* 10 */
                               "36;;X;;;;;posta\n" /* 11 */
                               "37;37;Kendisi;;;;;\n"; /* 12 */
    struct import_report report;
    assert_int_equal(import_institutions(db, arena, &actor, bytes_of_text(file), &report), ERR_NONE);
    check_report(report, 11, 4, 0, 0, 7);
    for (size_t i = 0; i < 7; i++) assert_int_equal(report.mistakes[i].line, (int64_t)(6 + i));
    assert_int_equal(
        import_institutions(db, arena, &actor, bytes_of_text("kod;ad;ust_kod\n34;İl;340101\n06;Ankara;\n"), &report),
        ERR_NONE);
    check_report(report, 2, 0, 0, 1, 1);
    assert_string_equal(report.mistakes[0].reason, "An institution cannot lie below itself");
    assert_int_equal(import_institutions(db, arena, &actor, bytes_of_text("kod;ad\n06;Ankara İl\n"), &report),
                     ERR_NONE);
    check_report(report, 1, 0, 1, 0, 0);
    assert_int_equal(import_institutions(db, arena, &actor, bytes_of_text("ad\nAnkara\n"), &report), ERR_INVALID);
}

static void a_dry_run_writes_nothing(void **state)
{
    struct person person;
    check_report(import_file(STAFF_HEADER AYSE ALI, KNOWN_S, true), 2, 2, 0, 0, 0);
    assert_int_equal(find_person(db, keeper, arena, "10000000146", &person), ERR_NOT_FOUND);
}

static void rows_are_taken_once(void **state)
{
    check_report(import_file(STAFF_HEADER AYSE ALI, KNOWN_S, false), 2, 2, 0, 0, 0);
    check_report(import_file(STAFF_HEADER AYSE ALI, KNOWN_S + 9, false), 2, 0, 0, 2, 0);
    struct staff_member member = member_of("10000000146");
    assert_string_equal(member.given_names, "AYŞE GÜL");
    assert_string_equal(member.surname, "IŞIK");
    assert_string_equal(member.birth_place, "İZMİR");
    assert_string_equal(date_to_iso(arena, member.birth_date), "1985-02-28");
    assert_string_equal(member.institution_code, "3401");
    assert_string_equal(member.staff_number, "123");
    assert_string_equal(member.group, "personel");
    assert_string_equal(member.postal_code, "34710");
    assert_string_equal(member.email, "a@b.example");
    assert_string_equal(member.mobile, "5321234567");
    assert_string_equal(member.unit, "");
    assert_int_equal(member.known_since_s, KNOWN_S);
    assert_string_equal(member_of("10000000078").family_unit_code, "34.01.001");
}

static void a_changed_number_is_known_anew(void **state)
{
    static const char moved[] = "10000000078;Ali;Öz;Ağrı;1.3.1990;125;3401;aile_hekimi;34.01.001;;;\n";
    static const char phoned[] = "10000000078;Ali;Öz;Ağrı;1.3.1990;125;3401;aile_hekimi;34.01.001;;;5329999999\n";
    const char *file = arena_printf(arena, "%s%s", STAFF_HEADER, moved);
    check_report(import_file(file, KNOWN_S + 100, true), 1, 0, 1, 0, 0);
    assert_string_equal(member_of("10000000078").staff_number, "124");
    check_report(import_file(file, KNOWN_S + 100, false), 1, 0, 1, 0, 0);
    assert_string_equal(member_of("10000000078").staff_number, "125");
    assert_string_equal(member_of("10000000078").institution_code, "3401");
    assert_int_equal(member_of("10000000078").known_since_s, KNOWN_S);
    check_report(import_file(arena_printf(arena, "%s%s", STAFF_HEADER, phoned), KNOWN_S + 200, false), 1, 0, 1, 0, 0);
    assert_int_equal(member_of("10000000078").known_since_s, KNOWN_S + 200);
}

static void bad_rows_are_refused_with_line_and_reason(void **state)
{
#define GOOD "99999999990;Can;Su;Van;2.2.1992;7;34;personel;;;;\n"
#define REST ";7;34;personel;;;;\n"
    static const struct {
        const char *row, *reason;
    } cases[] = {
        {"99999999991;Can;Su;Van;2.2.1992" REST, "The identity number is not valid"},
        {";Can;Su;Van;2.2.1992" REST, "The identity number is not valid"},
        {"10000000146;Can;Su;Van;2.2.1992", "The row has too few or too many fields"},
        {"99999999990;\"Can;Su;Van;2.2.1992" REST, "A quotation mark is open or out of place"},
        {"99999999990;;Su;Van;2.2.1992" REST, "A name is missing or is not made of letters"},
        {"99999999990;Can;<b>Su</b>;Van;2.2.1992" REST, "A name is missing or is not made of letters"},
        {"99999999990;C4n;Su;Van;2.2.1992" REST, "A name is missing or is not made of letters"},
        {"99999999990;Can;Su;;2.2.1992" REST, "The place of birth is missing"},
        {"99999999990;Can;Su;Van;31.2.1992" REST, "The date of birth is not valid"},
        {"99999999990;Can;Su;Van;2.2.2199" REST, "The date of birth is not valid"},
        {"99999999990;Can;Su;Van;" REST, "The date of birth is not valid"},
        {"99999999990;Can;Su;Van;2.2.1992;7;77;personel;;;;", "The institution's code is unknown"},
        {"99999999990;Can;Su;Van;2.2.1992;7;;personel;;;;", "The institution's code is unknown"},
        {"99999999990;Can;Su;Van;2.2.1992;7;34;memur;;;;", "The group is neither personel nor aile_hekimi"},
        {"99999999990;Can;Su;Van;2.2.1992;7;34;aile_hekimi;34.01;;;", "The AHB code is not seven digits"},
        {"99999999990;Can;Su;Van;2.2.1992;7;34;personel;;3471;;", "The postal code is not five digits"},
        {"99999999990;Can;Su;Van;2.2.1992;7;34;personel;;;posta;", "The e-mail address is not valid"},
        {"99999999990;Can;Su;Van;2.2.1992;7;34;personel;;;;212 123 45 67", "The mobile number is not valid"},
        {"99999999990;C\x01n;Su;Van;2.2.1992" REST, "A field is too long or holds characters that are not text"},
        {"99999999990;C\xe2\x80\xaen;Su;Van;2.2.1992" REST,
         "A field is too long or holds characters that are not text"},
        {"99999999990;Abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;Su;Van;2.2.1992" REST,
         "A field is too long or holds characters that are not text"},
        {"10000000146;Can;Su;Van;2.2.1992" REST, "This identity number stands in an earlier row"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import_report report =
            import_file(arena_printf(arena, "%s%s%s", STAFF_HEADER, AYSE, cases[i].row), KNOWN_S, true);
        if (report.mistake_count != 1) fail_msg("%s was taken", cases[i].row);
        assert_int_equal(report.mistakes[0].line, 3);
        assert_string_equal(report.mistakes[0].reason, cases[i].reason);
        assert_int_equal(report.rows, 2);
        assert_int_equal(report.unchanged, 1);
    }
    struct person person;
    check_report(import_file(STAFF_HEADER "1;2;3\n" GOOD "4;5;6\n", KNOWN_S, false), 3, 1, 0, 0, 2);
    assert_int_equal(find_person(db, keeper, arena, "99999999990", &person), ERR_NONE);
    person_close(&person);
}

static void files_in_the_old_encoding_are_taken(void **state)
{
    static const char file[] = "tckn,ad,soyad,dogum_yeri,dogum_tarihi,kurum_kodu\r\n"
                               "10000000214,\"G\xfcl\",\"\xddnce, \xde"
                               "en\",I\xf0"
                               "d\xfdr,3/4/1991,34\r\n";
    struct import_report report = import_file(file, KNOWN_S, false);
    check_report(report, 1, 0, 0, 0, 1); /* a comma is no part of a name */
    static const char better[] = "tckn,ad,soyad,dogum_yeri,dogum_tarihi,kurum_kodu\r\n"
                                 "10000000214,\"G\xfcl\",\"\xddnce \xde"
                                 "en\",I\xf0"
                                 "d\xfdr,3/4/1991,34\r\n";
    check_report(import_file(better, KNOWN_S, false), 1, 1, 0, 0, 0);
    assert_string_equal(member_of("10000000214").surname, "İNCE ŞEN");
    assert_string_equal(member_of("10000000214").birth_place, "IĞDIR");
}

static void a_header_that_is_not_understood_refuses_the_file(void **state)
{
    struct import_report report;
    static const char *const files[] = {"", "tckn;ad\n", STAFF_HEADER "",
                                        "tckn;ad;soyad;dogum_yeri;dogum_tarihi;kurum_kodu;maas\n"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            import_staff(db, fixture_keeper_tool, arena, &actor, "saglik", bytes_of_text(files[i]), 0, false, &report),
            i == 2 ? ERR_NONE : ERR_INVALID);
}

static enum err covers(struct db_tx *tx, void *context)
{
    int64_t *ids = context;
    bool is_covered;
    TRY(institution_covers(tx, arena, ids[0], ids[1], &is_covered));
    ids[2] = is_covered;
    return ERR_NONE;
}

static void an_officer_acts_on_what_lies_below(void **state)
{
    int64_t district = member_of("10000000146").institution_id;
    struct institution institution;
    assert_int_equal(find_institution(db, arena, district, &institution), ERR_NONE);
    assert_string_equal(institution.unit, "Özlük");
    int64_t province = institution.parent_id;
    const char *chain;
    assert_int_equal(institution_chain(db, arena, district, &chain), ERR_NONE);
    assert_string_equal(chain, "3401/34");
    assert_int_equal(institution_chain(db, arena, 999999, &chain), ERR_NOT_FOUND);
    int64_t cases[][3] = {
        {province, district, 0}, {district, district, 0}, {district, province, 1}, {999, district, 1}};
    for (size_t i = 0; i < 4; i++) {
        int64_t expected = cases[i][2] == 0;
        assert_int_equal(db_read(db, covers, cases[i]), ERR_NONE);
        assert_int_equal(cases[i][2], expected);
    }
    struct staff_account account;
    struct institution desk;
    assert_int_equal(find_officer_of(db, arena, district, 0, &account, &desk), ERR_NOT_FOUND);
    struct person person;
    assert_int_equal(find_person(db, keeper, arena, "10000000078", &person), ERR_NONE);
    const char *link;
    const struct staff_account officer = {.role = STAFF_OFFICER,
                                          .person_id = person.id,
                                          .institution_id = province,
                                          .display_name = "Ali Öz",
                                          .user_name = "ali.oz"};
    assert_int_equal(create_staff_account(db, arena, &actor, &officer, &link), ERR_NONE);
    person_close(&person);
    assert_int_equal(find_officer_of(db, arena, district, 0, &account, &desk), ERR_NONE);
    assert_string_equal(account.display_name, "Ali Öz");
    assert_int_equal(desk.id, province);
    assert_int_equal(find_officer_of(db, arena, province, 0, &account, &desk), ERR_NONE);
    /* who is the only officer brings the own form to nobody */
    assert_int_equal(find_officer_of(db, arena, province, officer.person_id, &account, &desk), ERR_NOT_FOUND);
}

static int set_up(void **state)
{
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    return 0;
}

static int tear_down(void **state)
{
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(institutions_lie_below_each_other),
        cmocka_unit_test(a_dry_run_writes_nothing),
        cmocka_unit_test(rows_are_taken_once),
        cmocka_unit_test(a_changed_number_is_known_anew),
        cmocka_unit_test(bad_rows_are_refused_with_line_and_reason),
        cmocka_unit_test(files_in_the_old_encoding_are_taken),
        cmocka_unit_test(a_header_that_is_not_understood_refuses_the_file),
        cmocka_unit_test(an_officer_acts_on_what_lies_below),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
