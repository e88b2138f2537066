/* Officers: the one-time link, password and one-time code. On both databases, with the clock moved. */
#include "base/file.h"
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"
#include "register/register.h"
#include "keeper/totp.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PASSWORD "kırmızı at koşar"

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static const struct actor actor = {ACTOR_STAFF, 0, "10.0.0.1", "test"};
#define PERSONS 4
static const char *const numbers[PERSONS] = {"10000000146", "10000000078", "10000000214", "10000000382"};
static int64_t person_ids[PERSONS], institution_id, offset_s;
static char offset_path[] = "/tmp/officer-test-XXXXXX";

static void move_clock(int64_t seconds)
{
    offset_s += seconds;
    assert_int_equal(clock_set_offset(offset_path, offset_s), ERR_NONE);
}

/* So that a slow machine does not fall into the next step between a code and its check. */
static void begin_step(void)
{
    move_clock(TOTP_STEP_S - clock_now_s() % TOTP_STEP_S);
}

static const char *code_now(struct bytes secret)
{
    char digits[7];
    totp_at(secret, clock_now_s() / TOTP_STEP_S, digits);
    return arena_text(arena, digits);
}

static enum err make_officer(size_t person, const char *display_name, const char *user_name, const char **ret_link)
{
    const struct staff_account account = {.role = STAFF_OFFICER,
                                          .person_id = person_ids[person],
                                          .institution_id = institution_id,
                                          .display_name = display_name,
                                          .user_name = user_name};
    return create_staff_account(db, arena, &actor, &account, ret_link);
}

static const char *new_officer(size_t person, const char *user_name)
{
    const char *link;
    assert_int_equal(make_officer(person, "Ayşe Işık", user_name, &link), ERR_NONE);
    assert_int_equal(strlen(link), 32);
    return link;
}

static void a_link_is_used_once(void **state)
{
    begin_step();
    const char *link = new_officer(0, "ayse.isik");
    struct staff_account account;
    struct bytes secret = bytes_of_text("12345678901234567890");
    assert_int_equal(find_link(db, arena, link, &account), ERR_NONE);
    struct bytes grant;
    assert_string_equal(account.user_name, "ayse.isik");
    assert_int_equal(account.institution_id, institution_id);
    assert_int_equal(find_link(db, arena, "00000000000000000000000000000000", &account), ERR_NOT_FOUND);
    assert_int_equal(find_link(db, arena, "", &account), ERR_NOT_FOUND);

    assert_int_equal(check_staff_password(db, arena, "ayse.isik", PASSWORD, &account), ERR_WRONG);
    assert_int_equal(use_link(db, keeper, arena, &actor, link, "1234567890", secret, code_now(secret)), ERR_INVALID);
    assert_int_equal(use_link(db, keeper, arena, &actor, link, PASSWORD, secret, "000000"), ERR_WRONG);
    assert_int_equal(use_link(db, keeper, arena, &actor, link, PASSWORD, secret, code_now(secret)), ERR_NONE);
    assert_int_equal(use_link(db, keeper, arena, &actor, link, PASSWORD, secret, code_now(secret)), ERR_NOT_FOUND);
    assert_int_equal(find_link(db, arena, link, &account), ERR_NOT_FOUND);

    assert_int_equal(check_staff_password(db, arena, "ayse.isik", "falsches wort", &account), ERR_WRONG);
    assert_int_equal(check_staff_password(db, arena, "nobody", PASSWORD, &account), ERR_WRONG);
    assert_int_equal(check_staff_password(db, arena, "ayse.isik", PASSWORD, &account), ERR_NONE);
    assert_int_equal(check_staff_code(db, keeper, arena, &actor, account.id, code_now(secret), &grant),
                     ERR_WRONG); /* used */
    move_clock(TOTP_STEP_S);
    const char *code = code_now(secret);
    assert_int_equal(check_staff_code(db, keeper, arena, &actor, account.id, code, &grant), ERR_NONE);
    assert_int_equal(check_staff_code(db, keeper, arena, &actor, account.id, code, &grant), ERR_WRONG);
    assert_int_equal(check_staff_code(db, keeper, arena, &actor, 999999, code, &grant), ERR_NOT_FOUND);
}

static void a_link_ends_after_seven_days(void **state)
{
    const char *link = new_officer(1, "old.link");
    struct staff_account account;
    move_clock(7 * DAY_S - 5);
    assert_int_equal(find_link(db, arena, link, &account), ERR_NONE);
    move_clock(6);
    assert_int_equal(find_link(db, arena, link, &account), ERR_NOT_FOUND);
    struct bytes secret = bytes_of_text("12345678901234567890");
    assert_int_equal(use_link(db, keeper, arena, &actor, link, PASSWORD, secret, code_now(secret)), ERR_NOT_FOUND);
}

static void user_names_are_plain_and_single(void **state)
{
    static const char *const names[] = {"", "ab", "Ayse", "ayşe.işık", "a b c", "a'; DROP TABLE person; --"};
    const char *link;
    for (size_t i = 0; i < 6; i++) assert_int_equal(make_officer(2, "X", names[i], &link), ERR_INVALID);
    new_officer(2, "single");
    assert_int_equal(make_officer(3, "X", "single", &link), ERR_EXISTS);
    assert_int_equal(make_officer(2, "X", "another", &link), ERR_STATE); /* one account a person */
    struct staff_account account;
    assert_int_equal(find_staff_account(db, arena, 999999, &account), ERR_NOT_FOUND);
}

static const struct db_sql refused_sql = {
    "refused",
    "SELECT COUNT(*) AS number FROM audit_record WHERE event = 'refuse_staff_code' AND address = '10.0.0.1'"};

static enum err count_refused(struct db_tx *tx, void *context)
{
    return db_row(tx, arena, &refused_sql, DB_NOTHING, context);
}

static void denied_codes_are_recorded(void **state)
{
    begin_step();
    const struct db_rows *row;
    assert_int_equal(db_read(db, count_refused, &row), ERR_NONE);
    assert_int_equal(db_int64(row, 0, "number"), 2);
}

static int set_up(void **state)
{
    arena = arena_new();
    int fd = mkstemp(offset_path);
    close(fd);
    if (clock_set_offset(offset_path, 0) != ERR_NONE || clock_use_offset(offset_path) != ERR_NONE) return -1;
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    struct import_report report;
    if (import_institutions(db, arena, &actor, bytes_of_text("kod;ad\n34;İl\n"), &report) != ERR_NONE) return -1;
    static const char staff[] =
        "tckn;ad;soyad;dogum_yeri;dogum_tarihi;kurum_kodu\n10000000146;Ayşe;Işık;Van;1.1.1980;34\n"
        "10000000078;Can;Öz;Van;1.1.1980;34\n10000000214;Ece;Ak;Van;1.1.1980;34\n10000000382;Oya;Su;Van;1.1.1980;34\n";
    if (import_staff(db, fixture_keeper_tool, arena, &actor, "saglik", bytes_of_text(staff), 0, false, &report) !=
        ERR_NONE)
        return -1;
    struct person person;
    struct staff_member member;
    for (size_t i = 0; i < PERSONS; i++) {
        if (find_person(db, keeper, arena, numbers[i], &person) != ERR_NONE) return -1;
        if (find_staff_member(db, arena, &person, "saglik", &member) != ERR_NONE) return -1;
        person_ids[i] = person.id;
        institution_id = member.institution_id;
        person_close(&person);
    }
    return 0;
}

static int tear_down(void **state)
{
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    unlink(offset_path);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_used_once),
        cmocka_unit_test(a_link_ends_after_seven_days),
        cmocka_unit_test(user_names_are_plain_and_single),
        cmocka_unit_test(denied_codes_are_recorded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
