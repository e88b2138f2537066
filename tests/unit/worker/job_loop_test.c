#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_db.h"
#include "worker/jobs.h"
#include "worker_test_sql.h"

#include <stdatomic.h>

static struct db *db;
static struct arena *arena;
static atomic_int good_runs, passing_runs, refused_runs, broken_runs, lasting_runs;
static char offset_path[] = "/tmp/divit-test-offset.XXXXXX";

static enum err finish(struct db_tx *tx, void *context)
{
    return job_finish(tx, context);
}

static enum err run_good(const struct worker *worker, struct arena *into, const struct job *job)
{
    atomic_fetch_add(&good_runs, 1);
    assert_string_equal(job->payload, "payload");
    return db_run(worker->db, finish, (void *)job);
}

static enum err run_passing(const struct worker *worker, struct arena *into, const struct job *job)
{
    if (atomic_fetch_add(&passing_runs, 1) < 2) return err_set(ERR_UNAVAILABLE, "not yet");
    return db_run(worker->db, finish, (void *)job);
}

/* Refused for longer than others are tried: the keeper's budget of the hour. */
static enum err run_refused(const struct worker *worker, struct arena *into, const struct job *job)
{
    if (atomic_fetch_add(&refused_runs, 1) < 20) return err_set(ERR_TOO_MANY, "the budget of this hour is used up");
    return db_run(worker->db, finish, (void *)job);
}

static enum err run_broken(const struct worker *worker, struct arena *into, const struct job *job)
{
    atomic_fetch_add(&broken_runs, 1);
    return err_set(ERR_BROKEN, "no time mends this");
}

/* Broken longer than others are tried, and then mended: what asks for itself anew must outlive that. */
static enum err run_lasting(const struct worker *worker, struct arena *into, const struct job *job)
{
    if (atomic_fetch_add(&lasting_runs, 1) < 20) return err_set(ERR_BROKEN, "mended late");
    return db_run(worker->db, finish, (void *)job);
}

static const struct job_kind kinds[] = {{"good", run_good},
                                        {"passing", run_passing},
                                        {"refused", run_refused},
                                        {"broken", run_broken},
                                        {"lasting", run_lasting, .is_lasting = true},
                                        {0}};

static enum err add(struct db_tx *tx, void *context)
{
    for (int i = 0; i < 20; i++) TRY(job_add(tx, "good", arena_printf(arena, "%d", i), "payload", 0));
    TRY(job_add(tx, "passing", "1", "", 0));
    TRY(job_add(tx, "refused", "1", "", 0));
    TRY(job_add(tx, "lasting", "1", "", 0));
    return job_add(tx, "broken", "1", "", 0);
}

static enum err find_broken(struct db_tx *tx, void *context)
{
    return db_row(tx, arena, &sql_find_job, DB_WITH(DB_TEXT("kind", "broken"), DB_TEXT("key", "1")), context);
}

static enum err find_good(struct db_tx *tx, void *context)
{
    return db_row(tx, arena, &sql_find_job, DB_WITH(DB_TEXT("kind", "good"), DB_TEXT("key", "7")), context);
}

static enum err find_passing(struct db_tx *tx, void *context)
{
    return db_row(tx, arena, &sql_find_job, DB_WITH(DB_TEXT("kind", "passing"), DB_TEXT("key", "1")), context);
}

/* Each kind to its end: done once, done when the other side is back, given up with the reason. */
static void test_loop(void **state)
{
    struct worker worker = {.db = db};
    const struct db_rows *row;
    assert_int_equal(db_run(db, add, NULL), ERR_NONE);
    struct job_loop *loop = job_loop_start(&worker, kinds, 3);
    bool is_given_up = false;
    for (int i = 0; i < 400 && (!is_given_up || atomic_load(&lasting_runs) < 21 || atomic_load(&refused_runs) < 21);
         i++) {
        clock_pause_ms(50);
        assert_int_equal(clock_set_offset(offset_path, clock_offset_s() + 3600), ERR_NONE); /* waits are over */
        assert_int_equal(db_read(db, find_broken, &row), ERR_NONE);
        is_given_up = strcmp(db_text(row, 0, "state"), "failed") == 0;
    }
    assert_true(is_given_up);
    assert_non_null(strstr(db_text(row, 0, "why"), "no time mends this"));
    assert_int_equal(atomic_load(&broken_runs), 12);
    assert_int_equal(atomic_load(&refused_runs), 21);
    assert_int_equal(atomic_load(&lasting_runs), 21);
    assert_int_equal(atomic_load(&good_runs), 20);
    assert_int_equal(atomic_load(&passing_runs), 3);
    assert_int_equal(db_read(db, find_good, &row), ERR_NOT_FOUND);
    assert_int_equal(db_read(db, find_passing, &row), ERR_NOT_FOUND);
    job_loop_stop(loop);
    assert_int_equal(db_run(db, add, NULL), ERR_NONE);
    clock_pause_ms(300);
    assert_int_equal(atomic_load(&good_runs), 20); /* stopped */
    free(loop); /* the worker leaves it to the process's end */
}

int main(void)
{
    db = fixture_db_open();
    arena = arena_new();
    close(mkstemp(offset_path));
    if (clock_set_offset(offset_path, 0) != ERR_NONE || clock_use_offset(offset_path) != ERR_NONE) return 99;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_loop)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    fixture_db_close(db);
    unlink(offset_path);
    return failed;
}
