/* A holder's log-in: security word, then the code that goes out by SMS. On both databases. */
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static const struct actor actor = {ACTOR_NOBODY, 0, "10.0.0.1", "test"};

static const struct person_details holder = {"10000000146", "AYŞE", "IŞIK", "VAN", {1985, 2, 28}};
static const struct person_details applicant = {"10000000078", "ALİ", "ÖZ", "VAN", {1985, 2, 28}};

static void only_number_and_word_together_fit(void **state)
{
    static const struct {
        const char *identity_number, *word;
        enum err expected;
    } cases[] = {
        {"10000000146", "mavi deniz", ERR_NONE}, {"10000000146", "Mavi deniz", ERR_WRONG},
        {"10000000146", "", ERR_WRONG},          {"10000000078", "mavi deniz", ERR_WRONG},
        {"10000000078", "", ERR_WRONG},          {"99999999990", "mavi deniz", ERR_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct person person = {0};
        assert_int_equal(check_security_word(db, keeper, arena, cases[i].identity_number, cases[i].word, &person),
                         cases[i].expected);
        assert_true((person.key != NULL) == (cases[i].expected == ERR_NONE));
        person_close(&person);
    }
}

static const struct db_sql sent_sql = {"sent", "SELECT code_id, channel FROM message ORDER BY id"};
static const struct db_sql recorded_sql = {"recorded",
                                           "SELECT event FROM audit_record WHERE address = '10.0.0.1' ORDER BY id"};

struct query {
    const struct db_sql *sql;
    const struct db_rows *rows;
};

static enum err query_act(struct db_tx *tx, void *context)
{
    struct query *query = context;
    return db_rows(tx, arena, query->sql, DB_NOTHING, &query->rows);
}

static void the_code_goes_out_by_sms_and_works_once(void **state)
{
    struct person person;
    int64_t valid_until_s, wait_s;
    assert_int_equal(check_security_word(db, keeper, arena, "10000000146", "mavi deniz", &person), ERR_NONE);
    assert_int_equal(send_log_in_code(db, keeper, arena, &actor, &person, &valid_until_s, &wait_s), ERR_NONE);
    assert_in_range(valid_until_s - clock_now_s(), 295, 300);
    assert_int_equal(send_log_in_code(db, keeper, arena, &actor, &person, &valid_until_s, &wait_s), ERR_TOO_MANY);
    assert_in_range(wait_s, 50, 60);
    struct query sent = {&sent_sql, NULL};
    assert_int_equal(db_read(db, query_act, &sent), ERR_NONE);
    assert_int_equal(db_count(sent.rows), 1); /* though the contact asks for e-mail too */
    assert_string_equal(db_text(sent.rows, 0, "channel"), "sms");
    const char *code = fixture_keeper_code(arena, db_text(sent.rows, 0, "code_id"));
    assert_int_equal(check_log_in_code(db, keeper, &actor, &person, strcmp(code, "123456") ? "123456" : "654321"),
                     ERR_WRONG);
    assert_int_equal(check_log_in_code(db, keeper, &actor, &person, code), ERR_NONE);
    assert_int_equal(check_log_in_code(db, keeper, &actor, &person, code), ERR_WRONG);
    struct log_in earlier;
    assert_int_equal(find_earlier_log_in(db, arena, person.id, &earlier), ERR_NOT_FOUND);
    person_close(&person);

    static const char *const expected[] = {"send_log_in_code", "fail_log_in", "log_in", "fail_log_in"};
    struct query recorded = {&recorded_sql, NULL};
    assert_int_equal(db_read(db, query_act, &recorded), ERR_NONE);
    assert_int_equal(db_count(recorded.rows), 4);
    for (size_t i = 0; i < 4; i++) assert_string_equal(db_text(recorded.rows, i, "event"), expected[i]);
}

struct in_force {
    int64_t id;
    const char *hash;
    struct bytes sealed_contact;
};

static enum err put_in_force(struct db_tx *tx, void *context)
{
    const struct in_force *in_force = context;
    TRY(person_set_security_word(tx, in_force->id, in_force->hash));
    return person_set_contact(tx, in_force->id, in_force->sealed_contact);
}

static int set_up(void **state)
{
    static const struct actor system_actor = {ACTOR_SYSTEM, 0, "", "test"};
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    struct person person;
    if (need_person(db, keeper, arena, &system_actor, &applicant, &person) != ERR_NONE) return -1;
    person_close(&person);
    if (need_person(db, keeper, arena, &system_actor, &holder, &person) != ERR_NONE) return -1;
    const struct contact contact = {"ayse@posta.example", "5321234567", "both", LANGUAGE_TURKISH};
    struct in_force in_force = {person.id, NULL, person_seal_contact(arena, &person, &contact)};
    person_close(&person);
    if (password_hash(arena, "mavi deniz", &in_force.hash) != ERR_NONE) return -1;
    return db_run(db, put_in_force, &in_force) == ERR_NONE ? 0 : -1;
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
        cmocka_unit_test(only_number_and_word_together_fit),
        cmocka_unit_test(the_code_goes_out_by_sms_and_works_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
