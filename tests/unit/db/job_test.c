#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/job.h"
#include "fixture_db.h"
#include "test_sql.h"

#include <pthread.h>

static struct db *db;
static struct arena *arena;
static const char *const all_kinds[] = {"mail", "sign", NULL};

static int setup(void **state)
{
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena = arena_free(arena);
    return 0;
}

struct new_job {
    const char *kind, *key, *payload;
    int64_t due_s;
};

static enum err add(struct db_tx *tx, void *context)
{
    const struct new_job *job = context;
    return job_add(tx, job->kind, job->key, job->payload, job->due_s);
}

static void add_job(const char *kind, const char *key, const char *payload, int64_t due_s)
{
    struct new_job job = {kind, key, payload, due_s};
    assert_int_equal(db_run(db, add, &job), ERR_NONE);
}

static enum err finish(struct db_tx *tx, void *context)
{
    return job_finish(tx, context);
}

static enum err fail_job(struct db_tx *tx, void *context)
{
    return job_fail(tx, context, "for good");
}

static void test_order_and_keys(void **state)
{
    int64_t now = clock_now_s();
    struct job job;
    assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NOT_FOUND);
    add_job("mail", "1", "first", 0);
    add_job("mail", "1", "the same again", 0);
    add_job("sign", "1", "second", 0);
    add_job("mail", "2", "later", now + 1000 * DAY_S);
    add_job("other", "1", "not ours", 0);
    static const char *const signs[] = {"sign", NULL};
    assert_int_equal(job_take(db, arena, signs, 60, &job), ERR_NONE);
    assert_string_equal(job.payload, "second");
    struct job first;
    assert_int_equal(job_take(db, arena, all_kinds, 60, &first), ERR_NONE);
    assert_string_equal(first.kind, "mail");
    assert_string_equal(first.key, "1");
    assert_string_equal(first.payload, "first"); /* the first counts */
    assert_int_equal(first.tries, 0);
    struct job none;
    assert_int_equal(job_take(db, arena, all_kinds, 60, &none),
                     ERR_NOT_FOUND); /* leased, or not due, or not asked for */
    assert_int_equal(db_run(db, finish, &job), ERR_NONE);
    assert_int_equal(db_run(db, finish, &first), ERR_NONE);
    assert_int_equal(db_run(db, finish, &first), ERR_STATE); /* it is gone */
    add_job("mail", "1", "anew", 0); /* finished: the key is free */
    assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NONE);
    assert_string_equal(job.payload, "anew");
    assert_int_equal(db_run(db, finish, &job), ERR_NONE);
}

static void test_lease_lost(void **state)
{
    add_job("sign", "lease", "x", 0);
    struct job first, second;
    assert_int_equal(job_take(db, arena, all_kinds, 0, &first), ERR_NONE); /* a lease that ends at once */
    assert_int_equal(job_take(db, arena, all_kinds, 60, &second), ERR_NONE);
    assert_int_equal(first.id, second.id);
    assert_int_not_equal(first.lease, second.lease);
    assert_int_equal(second.tries, 1); /* the lost one counts */
    assert_int_equal(db_run(db, finish, &first), ERR_STATE);
    assert_int_equal(db_run(db, fail_job, &first), ERR_STATE);
    assert_int_equal(job_again(db, &first, "late"), ERR_STATE);
    assert_int_equal(db_run(db, finish, &second), ERR_NONE);
}

static void test_growing_waits(void **state)
{
    char offset_path[] = "/tmp/divit-test-offset.XXXXXX";
    int fd = mkstemp(offset_path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(clock_set_offset(offset_path, 0), ERR_NONE);
    assert_int_equal(clock_use_offset(offset_path), ERR_NONE);
    add_job("mail", "waits", "x", 0);
    static const int64_t waits_s[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600};
    int64_t offset_s = 0;
    for (size_t i = 0; i < sizeof waits_s / sizeof *waits_s; i++) {
        struct job job, none;
        assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NONE);
        assert_int_equal(job.tries, i);
        assert_int_equal(job_again(db, &job, "no answer"), ERR_NONE);
        if (waits_s[i] > 8) { /* a second may pass by itself */
            assert_int_equal(clock_set_offset(offset_path, offset_s + waits_s[i] - 4), ERR_NONE);
            assert_int_equal(job_take(db, arena, all_kinds, 60, &none), ERR_NOT_FOUND);
        }
        offset_s += waits_s[i];
        assert_int_equal(clock_set_offset(offset_path, offset_s), ERR_NONE);
    }
    struct job job;
    assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NONE);
    /* a demo's clock that is moved takes no lease away */
    assert_int_equal(clock_set_offset(offset_path, offset_s + 100000), ERR_NONE);
    struct job none;
    static const char *const mails[] = {"none", NULL};
    assert_int_equal(job_take(db, arena, mails, 60, &none), ERR_NOT_FOUND);
    assert_int_equal(db_run(db, finish, &job), ERR_NONE);
    assert_int_equal(clock_set_offset(offset_path, 0), ERR_NONE);
    unlink(offset_path);
}

static void test_failed(void **state)
{
    add_job("sign", "fails", "x", 0);
    struct job job;
    assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NONE);
    assert_int_equal(db_run(db, fail_job, &job), ERR_NONE);
    assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NOT_FOUND);
    add_job("sign", "fails", "y", 0); /* asked for again: it begins anew */
    assert_int_equal(job_take(db, arena, all_kinds, 60, &job), ERR_NONE);
    assert_string_equal(job.payload, "y");
    assert_int_equal(job.tries, 0);
    assert_int_equal(db_run(db, finish, &job), ERR_NONE);
}

#define JOBS 30
#define TAKERS 4

static int taken[JOBS];

static void *take_many(void *context)
{
    CLEANUP_ARENA struct arena *own = arena_new();
    for (;;) {
        struct job job;
        enum err error = job_take(db, own, all_kinds, 60, &job);
        if (error == ERR_NOT_FOUND) return NULL;
        if (error == ERR_RETRY) continue;
        if (error != ERR_NONE) return (void *)1;
        __atomic_fetch_add(&taken[strtol(job.payload, NULL, 10)], 1, __ATOMIC_SEQ_CST);
        if (db_run(db, finish, &job) != ERR_NONE) return (void *)1;
    }
}

static void test_each_taken_once(void **state)
{
    for (int i = 0; i < JOBS; i++) {
        const char *number = arena_printf(arena, "%d", i);
        add_job("sign", number, number, 0);
    }
    pthread_t threads[TAKERS];
    for (int i = 0; i < TAKERS; i++) pthread_create(&threads[i], NULL, take_many, NULL);
    for (int i = 0; i < TAKERS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    take_many(NULL); /* what collided away while the others were leaving */
    for (int i = 0; i < JOBS; i++) assert_int_equal(taken[i], 1);
}

int main(void)
{
    db = fixture_db_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_and_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lease_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(test_growing_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_each_taken_once, setup, teardown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_db_close(db);
    return failed;
}
