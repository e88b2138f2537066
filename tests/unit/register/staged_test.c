/* A file that an administrator brings: checked without a change, shown, applied, undone; who is not in it leaves. */
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"
#include "register/register.h"
#include "staged_test_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal((expression), ERR_NONE)
#define HEADER "T.C. Kimlik No;Adı;Soyadı;Doğum Yeri;Doğum Tarihi;Kurum Kodu;Maaş;Cep Telefonu\n"
#define AYSE "10000000146;Ayşe;Işık;İzmir;28.02.1985;34;9;5321234567\n"
#define ALI "10000000078;Ali;Öz;Ağrı;1.3.1990;34;9;\n"
#define CAN "99999999990;Can;Su;Van;2.2.1992;34;9;5320000001\n"

static struct db *db;
static struct keeper *keeper; /* web's */
static struct arena *arena;
static int64_t account_id;
static const struct actor actor = {ACTOR_SYSTEM, 0, "", "test"};

static const char *stage(const char *file, bool is_whole)
{
    const char *uid;
    OK(stage_import(db, keeper, arena, &actor, account_id, "saglik", "personel.csv", is_whole, bytes_of_text(file),
                    &uid));
    return uid;
}

/* All that the worker has to do now; how many steps that were. */
static int work(void)
{
    static const char *const kinds[] = {STAFF_IMPORT_JOB, NULL};
    struct job job;
    int steps = 0;
    while (job_take(db, arena, kinds, 60, &job) == ERR_NONE) {
        OK(work_on_import(db, fixture_keeper_tool, arena, &job));
        steps++;
    }
    return steps;
}

static struct staff_import found(const char *uid)
{
    struct staff_import import;
    OK(find_import(db, arena, uid, &import));
    return import;
}

static struct staff_import check(const char *uid)
{
    struct import_header header;
    OK(find_import_header(db, keeper, arena, uid, &header));
    OK(check_import(db, arena, &actor, uid, header.guessed, false));
    work();
    return found(uid);
}

static const char *checked(const char *file, bool is_whole)
{
    const char *uid = stage(file, is_whole);
    assert_int_equal(check(uid).state, IMPORT_CHECKED);
    return uid;
}

static void apply(const char *uid)
{
    OK(apply_import(db, arena, &actor, uid));
    work();
    assert_int_equal(found(uid).state, IMPORT_APPLIED);
}

static void undo(const char *uid)
{
    OK(undo_import(db, arena, &actor, uid));
    work();
    assert_int_equal(found(uid).state, IMPORT_UNDONE);
}

static void check_counts(const char *uid, int64_t added, int64_t changed, int64_t same, int64_t left, int64_t refused)
{
    struct staff_import import = found(uid);
    assert_int_equal(import.added, added);
    assert_int_equal(import.changed, changed);
    assert_int_equal(import.same, same);
    assert_int_equal(import.left, left);
    assert_int_equal(import.refused, refused);
}

/* The mobile number of who is in the register; "-" for who is not, NULL for nobody. */
static const char *mobile_of(const char *identity_number)
{
    struct person person;
    struct staff_member member;
    if (find_person(db, keeper, arena, identity_number, &person) != ERR_NONE) return NULL;
    enum err error = find_staff_member(db, arena, &person, "saglik", &member);
    person_close(&person);
    return error == ERR_NONE ? member.mobile : "-";
}

static void a_check_changes_nothing_and_an_apply_what_it_said(void **state)
{
    const char *uid = checked(HEADER AYSE ALI, true);
    check_counts(uid, 2, 0, 0, 0, 0);
    assert_null(mobile_of("10000000146"));
    apply(uid);
    assert_string_equal(mobile_of("10000000146"), "5321234567");
    assert_string_equal(mobile_of("10000000078"), "");
    check_counts(checked(HEADER AYSE ALI, true), 0, 0, 2, 0, 0);
}

static void a_changed_row_is_shown_with_what_was_and_what_comes(void **state)
{
    const struct import_row *rows;
    size_t count;
    const char *uid = checked(HEADER AYSE "10000000078;Ali;Özlü;Ağrı;1.3.1990;34;9;5320000002\n", true);
    check_counts(uid, 0, 1, 1, 0, 0);
    const struct staff_import import = found(uid);
    OK(list_import_rows(db, keeper, arena, &import, IMPORT_CHANGED, 0, 10, &rows, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].line, 3);
    assert_string_equal(rows[0].identity_number, "10000000078");
    assert_int_equal(rows[0].change_count, 2);
    assert_int_equal(rows[0].changes[0].column, STAFF_SOYAD);
    assert_string_equal(rows[0].changes[0].before, "ÖZ");
    assert_string_equal(rows[0].changes[0].after, "ÖZLÜ");
    assert_string_equal(rows[0].changes[1].after, "5320000002");
    assert_string_equal(mobile_of("10000000078"), "");
}

static void who_is_not_in_the_file_leaves_and_comes_back_when_it_is_undone(void **state)
{
    const struct import_row *rows;
    size_t count;
    const char *uid = checked(HEADER ALI CAN, true);
    check_counts(uid, 1, 0, 1, 1, 0);
    const struct staff_import import = found(uid);
    OK(list_import_rows(db, keeper, arena, &import, IMPORT_LEFT, 0, 10, &rows, &count));
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].name, "AYŞE IŞIK");
    apply(uid);
    assert_string_equal(mobile_of("10000000146"), "-");
    assert_string_equal(mobile_of("99999999990"), "5320000001");
    struct person person;
    struct staff_member member;
    OK(find_person(db, keeper, arena, "10000000146", &person));
    OK(find_staff_row(db, arena, &person, "saglik", &member)); /* history stays */
    person_close(&person);
    assert_true(member.left_s > 0);
    undo(uid);
    assert_string_equal(mobile_of("10000000146"), "5321234567");
    assert_string_equal(mobile_of("99999999990"), "-");
    check_counts(checked(HEADER AYSE ALI, true), 0, 0, 2, 0, 0);
}

/* The first one's mobile cannot be read, so that row is refused; its person is in the file all the same. */
static void nobody_leaves_by_a_row_that_is_refused(void **state)
{
    const struct import_row *rows;
    size_t count;
    const char *uid = checked(HEADER "10000000146;Ayşe;Işık;İzmir;28.02.1985;34;9;12\n" CAN, true);
    check_counts(uid, 1, 0, 0, 1, 1); /* Ali */
    const struct staff_import import = found(uid);
    OK(list_import_rows(db, keeper, arena, &import, IMPORT_REFUSES, 0, 10, &rows, &count));
    assert_int_equal(rows[0].line, 2);
    assert_string_equal(rows[0].column, "cep");
    assert_string_equal(rows[0].reason, "The mobile number is not valid");
    /* a row that does not say whose it is may be anybody's */
    uid = checked(HEADER "1000000014;Ayşe;Işık;İzmir;28.02.1985;34;9;\n" CAN CAN, true);
    assert_int_equal(found(uid).unread, 1);
    check_counts(uid, 1, 0, 0, 0, 2);
    /* and in a file of additions alone nobody leaves */
    check_counts(checked(HEADER CAN, false), 1, 0, 0, 0, 0);
}

static void one_file_at_a_time_and_the_last_one_alone_is_undone(void **state)
{
    const char *first = checked(HEADER CAN, false), *second = checked(HEADER CAN, false);
    OK(apply_import(db, arena, &actor, first));
    assert_int_equal(apply_import(db, arena, &actor, second), ERR_EXISTS);
    work();
    assert_int_equal(apply_import(db, arena, &actor, second), ERR_EXPIRED); /* it was checked before that */
    assert_int_equal(apply_import(db, arena, &actor, first), ERR_STATE);
    check_counts(second, 1, 0, 0, 0, 0);
    assert_true(found(first).can_undo);
    second = checked(HEADER ALI, false);
    apply(second);
    assert_false(found(first).can_undo);
    assert_int_equal(undo_import(db, arena, &actor, first), ERR_EXPIRED);
    undo(second);
}

static void what_somebody_else_wrote_since_is_not_undone(void **state)
{
    struct import_report report;
    const char *uid = checked(HEADER "99999999990;Can;Su;Van;2.2.1992;34;9;5320000009\n", false);
    apply(uid);
    OK(import_staff(db, fixture_keeper_tool, arena, &actor, "saglik",
                    bytes_of_text("tckn;ad;soyad;dogum_yeri;dogum_tarihi;kurum_kodu;cep\n"
                                  "99999999990;Can;Su;Van;2.2.1992;34;5320000010\n"),
                    0, false, &report));
    undo(uid);
    assert_string_equal(mobile_of("99999999990"), "5320000010");
}

/* As an identity system would, between the check of a file and its applying. */
static void write_meanwhile(const char *row)
{
    struct import_report report;
    const char *csv = arena_printf(arena, "tckn;ad;soyad;dogum_yeri;dogum_tarihi;kurum_kodu;cep\n%s", row);
    OK(import_staff(db, fixture_keeper_tool, arena, &actor, "saglik", bytes_of_text(csv), 0, false, &report));
    assert_int_equal(report.added + report.changed, 1);
}

static void what_somebody_else_wrote_since_the_check_is_passed_over_and_told(void **state)
{
    apply(checked(HEADER AYSE ALI CAN, false));
    const char *uid = checked(HEADER "10000000078;Ali;Öz;Ağrı;1.3.1990;34;9;5320000003\n"
                                     "99999999990;Can;Su;Van;2.2.1992;34;9;5320000004\n",
                              true);
    check_counts(uid, 0, 2, 0, 1, 0);
    write_meanwhile("99999999990;Can;Su;Van;2.2.1992;34;5320000005\n");
    write_meanwhile("10000000146;Ayşe;Işık;İzmir;28.02.1985;34;5321234568\n");
    apply(uid);
    assert_string_equal(mobile_of("10000000078"), "5320000003");
    assert_string_equal(mobile_of("99999999990"), "5320000005");
    assert_string_equal(mobile_of("10000000146"), "5321234568"); /* and has not left */
    assert_int_equal(found(uid).passed, 2);
    undo(uid);
    assert_string_equal(mobile_of("10000000078"), "");
    assert_string_equal(mobile_of("99999999990"), "5320000005");
}

static enum err delete_parts_act(struct db_tx *tx, void *context)
{
    return db_exec(tx, &sql_delete_all_parts, DB_NOTHING, NULL);
}

/* The job loop's last try of a step: what time does not mend. */
static void a_step_in_vain_holds_no_register_up(void **state)
{
    static const char *const kinds[] = {STAFF_IMPORT_JOB, NULL};
    struct job job;
    const char *uid = checked(HEADER "10000000078;Ali;Öz;Ağrı;1.3.1990;34;9;5320000006\n", false);
    OK(apply_import(db, arena, &actor, uid));
    OK(db_run(db, delete_parts_act, NULL));
    OK(job_take(db, arena, kinds, 60, &job));
    assert_int_equal(work_on_import(db, fixture_keeper_tool, arena, &job), ERR_NOT_FOUND); /* tried again first */
    assert_int_equal(found(uid).state, IMPORT_APPLYING);
    job.tries = 5;
    OK(work_on_import(db, fixture_keeper_tool, arena, &job));
    const struct staff_import import = found(uid);
    assert_int_equal(import.state, IMPORT_APPLIED);
    assert_true(import.why[0] != '\0' && import.can_undo);
    undo(uid);
    assert_string_equal(found(uid).why, "");
    apply(checked(HEADER ALI, false));
}

static enum err remove_act(struct db_tx *tx, void *context)
{
    return db_exec(tx, &sql_remove_who_left, DB_NOTHING, NULL);
}

static enum err count_unremoved_act(struct db_tx *tx, void *context)
{
    return db_row(tx, arena, &sql_count_left_unremoved, DB_NOTHING, context);
}

/* Whom an identity system had deleted is deleted again. */
static void undoing_brings_a_removed_row_back_as_one(void **state)
{
    const struct db_rows *row;
    apply(checked(HEADER ALI, true));
    OK(db_run(db, remove_act, NULL));
    const char *uid = checked(HEADER AYSE, false);
    apply(uid);
    undo(uid);
    OK(db_read(db, count_unremoved_act, &row));
    assert_int_equal(db_int64(row, 0, "persons"), 0);
}

/* Who was unknown when their row was read, and came by another way before the last one was, has not left. */
static void who_came_during_the_check_has_not_left(void **state)
{
    static const char *const kinds[] = {STAFF_IMPORT_JOB, NULL};
    CLEANUP_BUFFER struct buffer file = BUFFER_EMPTY;
    struct import_header header;
    struct job job;
    buffer_text(&file, HEADER AYSE ALI CAN "12345678950;Yeni;Kişi;Van;2.2.1992;34;9;\n");
    for (int i = 0; i < 600; i++) buffer_text(&file, CAN); /* refused, as repeated: the check takes two steps */
    const char *uid = stage(buffer_to_text(&file, arena), true);
    OK(find_import_header(db, keeper, arena, uid, &header));
    OK(check_import(db, arena, &actor, uid, header.guessed, false));
    OK(job_take(db, arena, kinds, 60, &job));
    OK(work_on_import(db, fixture_keeper_tool, arena, &job));
    write_meanwhile("12345678950;Yeni;Kişi;Van;2.2.1992;34;\n");
    work();
    assert_int_equal(found(uid).state, IMPORT_CHECKED);
    assert_int_equal(found(uid).left, 0);
}

static void a_long_file_takes_many_short_steps(void **state)
{
    CLEANUP_BUFFER struct buffer file = BUFFER_EMPTY;
    buffer_text(&file, HEADER);
    for (int i = 0; i < 1200; i++) {
        int digits[11] = {1, 0, 0, 0, i / 10000 % 10, i / 1000 % 10, i / 100 % 10, i / 10 % 10, i % 10};
        digits[9] = ((digits[0] + digits[2] + digits[4] + digits[6] + digits[8]) * 7 -
                     (digits[1] + digits[3] + digits[5] + digits[7]) + 40) %
                    10;
        for (int j = 0; j < 10; j++) digits[10] = (digits[10] + digits[j]) % 10;
        for (int j = 0; j < 11; j++) buffer_printf(&file, "%d", digits[j]);
        buffer_text(&file, ";Çok;Kişi;Van;2.2.1992;34;1;\n");
    }
    const char *uid = stage(buffer_to_text(&file, arena), false);
    struct import_header header;
    OK(find_import_header(db, keeper, arena, uid, &header));
    OK(check_import(db, arena, &actor, uid, header.guessed, false));
    assert_int_equal(work(), 3);
    struct staff_import import = found(uid);
    assert_int_equal(import.done, 1200);
    assert_int_equal(import.added + import.same + import.changed, 1200);
    OK(drop_import(db, arena, &actor, uid));
    assert_int_equal(found(uid).state, IMPORT_DROPPED);
}

static void files_that_are_none_are_refused(void **state)
{
    const char *uid;
    struct import_header header;
    static const char *const files[] = {"", "tckn;ad\n", "\"tckn;ad;soyad;a;b;c;d\n"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            stage_import(db, keeper, arena, &actor, account_id, "saglik", "x", true, bytes_of_text(files[i]), &uid),
            ERR_INVALID);
    OK(stage_import(db, keeper, arena, &actor, account_id, "saglik", "x", true,
                    (struct bytes){(const uint8_t *)HEADER "1;2\0;3\n", sizeof HEADER + 6}, &uid));
    assert_int_equal(check(uid).state, IMPORT_REFUSED);
    uid = stage("a;b;c;d;e;f;=HYPERLINK(1)\n", true);
    OK(find_import_header(db, keeper, arena, uid, &header));
    assert_string_equal(header.cells[6], "=HYPERLINK(1)");
    assert_int_equal(header.guessed[STAFF_TCKN], -1);
    assert_int_equal(check_import(db, arena, &actor, uid, header.guessed, false), ERR_INVALID);
    const int twice[STAFF_COLUMN_COUNT] = {0, 1, 2, 3, 4, 4, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    assert_int_equal(check_import(db, arena, &actor, uid, twice, false), ERR_INVALID);
}

/* Whoever put a file in cannot get it out again: web gets no key of it. */
static void web_cannot_open_what_it_handed_over(void **state)
{
    uint8_t key[KEY_SIZE], again[KEY_SIZE];
    struct wrapped_key wrapped;
    OK(keeper_person_key_new(keeper, arena, KEEPER_DEPOSIT "0123", key, &wrapped));
    assert_int_equal(keeper_person_key_open(keeper, KEEPER_DEPOSIT "0123", &wrapped, again), ERR_FORBIDDEN);
    OK(keeper_person_key_open(fixture_keeper_tool, KEEPER_DEPOSIT "0123", &wrapped, again));
    assert_memory_equal(key, again, KEY_SIZE);
}

static int set_up(void **state)
{
    struct import_report report;
    struct person person;
    const char *link;
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    OK(import_institutions(db, arena, &actor, bytes_of_text("kod;ad\n34;İl\n"), &report));
    const struct person_details details = {"11111111110", "DENEME", "YÖNETİCİ", "VAN", {1980, 1, 1}};
    OK(need_person(db, keeper, arena, &actor, &details, &person));
    const struct staff_account account = {
        .role = STAFF_ADMINISTRATOR, .person_id = person.id, .display_name = "Deneme Yönetici", .user_name = "deneme"};
    OK(create_staff_account(db, arena, &actor, &account, &link));
    person_close(&person);
    struct staff_account made;
    OK(find_account_by_identity_number(db, keeper, arena, "11111111110", &made));
    account_id = made.id;
    return 0;
}

static void what_is_harmless_alone_is_applied_by_itself(void **state)
{
    const struct {
        struct staff_import import;
        bool applies;
    } cases[] = {
        {{.active = 1000, .changed = 1}, true},
        {{.active = 1000, .added = 900, .left = 50}, true},
        {{.active = 1000, .left = 51}, false},
        {{.active = 10, .left = 5}, true},
        {{.active = 10, .left = 6}, false},
        {{.active = 1000, .same = 1000}, false},
        {{.active = 1000, .added = 1, .refused = 1}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(applies_by_itself(&cases[i].import), cases[i].applies);
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
        cmocka_unit_test(a_check_changes_nothing_and_an_apply_what_it_said),
        cmocka_unit_test(a_changed_row_is_shown_with_what_was_and_what_comes),
        cmocka_unit_test(who_is_not_in_the_file_leaves_and_comes_back_when_it_is_undone),
        cmocka_unit_test(nobody_leaves_by_a_row_that_is_refused),
        cmocka_unit_test(one_file_at_a_time_and_the_last_one_alone_is_undone),
        cmocka_unit_test(what_somebody_else_wrote_since_is_not_undone),
        cmocka_unit_test(what_somebody_else_wrote_since_the_check_is_passed_over_and_told),
        cmocka_unit_test(a_step_in_vain_holds_no_register_up),
        cmocka_unit_test(undoing_brings_a_removed_row_back_as_one),
        cmocka_unit_test(who_came_during_the_check_has_not_left),
        cmocka_unit_test(a_long_file_takes_many_short_steps),
        cmocka_unit_test(files_that_are_none_are_refused),
        cmocka_unit_test(web_cannot_open_what_it_handed_over),
        cmocka_unit_test(what_is_harmless_alone_is_applied_by_itself),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
