#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/audit.h"
#include "fixture_db.h"
#include "record_test_sql.h"

static struct db *db;
static struct arena *arena;

static const struct {
    struct actor actor;
    const char *event, *subject_kind;
    int64_t subject;
    const char *detail;
} cases[] = {
    {{ACTOR_NOBODY, 0, "192.0.2.1", "r1"}, "log_in", "person", 0, "wrong_code"},
    {{ACTOR_PERSON, 7, "2001:db8::1", "r2"}, "confirm_application", "application", 12, ""},
    {{ACTOR_STAFF, 8, "192.0.2.2", "r3"}, "take_in_application", "application", 12, ""},
    {{ACTOR_SYSTEM, 0, "", "j4"}, "issue_certificate", "certificate", 3, "attempt 1"},
};
#define CASES (sizeof cases / sizeof *cases)

static enum err write_all(struct db_tx *tx, void *context)
{
    for (size_t i = 0; i < CASES; i++) {
        TRY(audit_record(tx, &cases[i].actor, cases[i].event, cases[i].subject_kind, cases[i].subject,
                         cases[i].detail));
    }
    return *(enum err *)context;
}

static enum err find_all(struct db_tx *tx, void *context)
{
    return db_rows(tx, arena, &sql_find_records, DB_NOTHING, context);
}

static void test_records(void **state)
{
    static const char *const kinds[] = {"nobody", "person", "staff", "system"};
    const struct db_rows *rows;
    enum err undone = ERR_STATE, done = ERR_NONE;
    assert_int_equal(db_run(db, write_all, &undone), ERR_STATE); /* an act that fails leaves no trace of success */
    assert_int_equal(db_read(db, find_all, &rows), ERR_NONE);
    assert_int_equal(db_count(rows), 0);
    int64_t before_s = clock_now_s();
    assert_int_equal(db_run(db, write_all, &done), ERR_NONE);
    assert_int_equal(db_read(db, find_all, &rows), ERR_NONE);
    assert_int_equal(db_count(rows), CASES);
    for (size_t i = 0; i < CASES; i++) {
        assert_true(db_int64(rows, i, "at_s") >= before_s && db_int64(rows, i, "at_s") <= clock_now_s());
        assert_string_equal(db_text(rows, i, "actor_kind"), kinds[i]);
        assert_int_equal(db_int64(rows, i, "actor"), cases[i].actor.id);
        assert_string_equal(db_text(rows, i, "event"), cases[i].event);
        assert_string_equal(db_text(rows, i, "subject_kind"), cases[i].subject_kind);
        assert_int_equal(db_int64(rows, i, "subject"), cases[i].subject);
        assert_string_equal(db_text(rows, i, "address"), cases[i].actor.address);
        assert_string_equal(db_text(rows, i, "request"), cases[i].actor.request);
        assert_string_equal(db_text(rows, i, "detail"), cases[i].detail);
    }
}

int main(void)
{
    db = fixture_db_open();
    arena = arena_new();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_records)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    fixture_db_close(db);
    return failed;
}
