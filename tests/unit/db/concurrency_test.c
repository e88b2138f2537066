#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_db.h"
#include "test_sql.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define THREADS 8
#define ACTS 40

static struct db *db;

static enum err make_counter(struct db_tx *tx, void *context)
{
    TRY(db_exec(tx, &sql_make_table, DB_NOTHING, NULL));
    TRY(db_exec(tx, &sql_clear, DB_NOTHING, NULL));
    return db_exec(tx, &sql_insert, DB_WITH(DB_TEXT("name", "counter"), DB_INT64("amount", 0), DB_TEXT("note", NULL)),
                   NULL);
}

static int setup(void **state)
{
    return db_run(db, make_counter, NULL) == ERR_NONE ? 0 : -1;
}

static enum err get_counter(struct db_tx *tx, void *context)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find, DB_WITH(DB_TEXT("name", "counter")), &row));
    *(int64_t *)context = db_int64(row, 0, "amount");
    return ERR_NONE;
}

static atomic_int runs;

/* Reads, then writes what it read and one more: two side by side lose one unless the database says no to one. */
static enum err count_up(struct db_tx *tx, void *context)
{
    atomic_fetch_add(&runs, 1);
    int64_t amount;
    TRY(get_counter(tx, &amount));
    return db_exec(tx, &sql_set_amount, DB_WITH(DB_TEXT("name", "counter"), DB_INT64("amount", amount + 1)), NULL);
}

/* Each third one fails after its write: its savepoint alone is undone. */
static enum err count_up_or_fail(struct db_tx *tx, void *context)
{
    TRY(count_up(tx, NULL));
    return *(const int *)context % 3 == 0 ? err_set(ERR_WRONG, "number %d", *(const int *)context) : ERR_NONE;
}

static void *count_up_many(void *context)
{
    struct db *with = context;
    intptr_t wrong = 0;
    for (int i = 0; i < ACTS; i++) {
        enum err expected = i % 3 == 0 ? ERR_WRONG : ERR_NONE;
        char detail[32];
        snprintf(detail, sizeof detail, "number %d", i);
        enum err error = db_run(with, count_up_or_fail, &i);
        while (error == ERR_RETRY) error = db_run(with, count_up_or_fail, &i); /* many collide here on purpose */
        if (error != expected) wrong++;
        if (error == ERR_WRONG && strcmp(err_detail(), detail) != 0) wrong++;
    }
    return (void *)wrong;
}

static int64_t successes_of(int threads)
{
    int64_t done = 0;
    for (int i = 0; i < ACTS; i++) done += i % 3 != 0;
    return done * threads;
}

static void test_threads(void **state)
{
    pthread_t threads[THREADS];
    atomic_store(&runs, 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, count_up_many, db), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_int_equal((intptr_t)wrong, 0);
    }
    int64_t amount;
    assert_int_equal(db_read(db, get_counter, &amount), ERR_NONE);
    assert_int_equal(amount, successes_of(THREADS));
    if (db_is_postgresql(db)) assert_true(atomic_load(&runs) > THREADS * ACTS); /* some had to be run again */
}

static void test_processes(void **state)
{
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] != 0) continue;
        struct db *own; /* the parent's must not be used after fork */
        if (db_open(fixture_db_address(), 1, &own) != ERR_NONE) _exit(1);
        intptr_t wrong = (intptr_t)count_up_many(own);
        db_close(own);
        _exit(wrong == 0 ? 0 : 1);
    }
    for (int i = 0; i < 2; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    int64_t amount;
    assert_int_equal(db_read(db, get_counter, &amount), ERR_NONE);
    assert_int_equal(amount, successes_of(2));
}

static enum err fail_first(struct db_tx *tx, void *context)
{
    int *tries = context;
    TRY(count_up(tx, NULL));
    return ++*tries < 3 ? err_set(ERR_RETRY, "try %d", *tries) : ERR_NONE;
}

static enum err fail_always(struct db_tx *tx, void *context)
{
    ++*(int *)context;
    return err_set(ERR_RETRY, "always");
}

static void test_retry(void **state)
{
    int tries = 0;
    int64_t amount;
    assert_int_equal(db_run(db, fail_first, &tries), ERR_NONE);
    assert_int_equal(tries, 3);
    assert_int_equal(db_read(db, get_counter, &amount), ERR_NONE);
    assert_int_equal(amount, 1);
    tries = 0;
    assert_int_equal(db_run(db, fail_always, &tries), ERR_RETRY);
    assert_int_equal(tries, 20);
}

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t opened;
    bool is_open;
    atomic_int inside;
};

static enum err wait_at_gate(struct db_tx *tx, void *context)
{
    struct gate *gate = context;
    atomic_fetch_add(&gate->inside, 1);
    pthread_mutex_lock(&gate->mutex);
    while (!gate->is_open) pthread_cond_wait(&gate->opened, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
    return ERR_NONE;
}

static void *run_gate(void *context)
{
    return (void *)(intptr_t)db_run(db, wait_at_gate, context);
}

static void *run_count(void *context)
{
    return (void *)(intptr_t)db_run(db, count_up, NULL);
}

/* iChange of the wal-index header (sqlite.org/walformat.html): goes up by one with each commit that wrote. */
static uint32_t count_commits(void)
{
    char path[600];
    snprintf(path, sizeof path, "%s-shm", strchr(fixture_db_address(), ':') + 1);
    uint32_t header[3] = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(header, sizeof header, 1, file), 1);
    fclose(file);
    return header[2];
}

/* Acts that arrive while the writer is busy are acknowledged after one commit, and their effects are all there. */
static void test_group(void **state)
{
    if (db_is_postgresql(db)) return; /* its own affair there */
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};
    pthread_t first, others[THREADS];
    pthread_create(&first, NULL, run_gate, &gate);
    while (atomic_load(&gate.inside) == 0) clock_pause_ms(1);
    uint32_t commits = count_commits();
    for (int i = 0; i < THREADS; i++) pthread_create(&others[i], NULL, run_count, NULL);
    clock_pause_ms(50);
    int64_t amount = -1;
    assert_int_equal(db_read(db, get_counter, &amount), ERR_NONE); /* readers do not wait for the writer */
    assert_int_equal(amount, 0);
    pthread_mutex_lock(&gate.mutex);
    gate.is_open = true;
    pthread_cond_broadcast(&gate.opened);
    pthread_mutex_unlock(&gate.mutex);
    void *error;
    pthread_join(first, &error);
    assert_int_equal((intptr_t)error, ERR_NONE);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(others[i], &error);
        assert_int_equal((intptr_t)error, ERR_NONE);
    }
    assert_int_equal(db_read(db, get_counter, &amount), ERR_NONE);
    assert_int_equal(amount, THREADS);
    commits = count_commits() - commits;
    assert_true(commits >= 1 && commits < THREADS); /* one, unless a thread came late */
}

static enum err look_at_settings(struct db_tx *tx, void *context)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;
    if (db_is_postgresql(db)) {
        TRY(db_row(tx, arena, &sql_isolation, DB_NOTHING, &row));
        assert_string_equal(db_text(row, 0, "transaction_isolation"), "serializable");
        return ERR_NONE;
    }
    TRY(db_row(tx, arena, &sql_journal_mode, DB_NOTHING, &row));
    assert_string_equal(db_text(row, 0, "journal_mode"), "wal");
    TRY(db_row(tx, arena, &sql_synchronous, DB_NOTHING, &row));
    assert_int_equal(db_int64(row, 0, "synchronous"), 2); /* FULL */
    TRY(db_row(tx, arena, &sql_foreign_keys, DB_NOTHING, &row));
    assert_int_equal(db_int64(row, 0, "foreign_keys"), 1);
    return ERR_NONE;
}

static void test_settings(void **state)
{
    assert_int_equal(db_run(db, look_at_settings, NULL), ERR_NONE);
}

static enum err run_inside(struct db_tx *tx, void *context)
{
    return db_run(db, count_up, NULL);
}

static void test_run_inside_act(void **state)
{
    if (db_is_postgresql(db)) return; /* another connection: allowed, if unwise */
    assert_int_equal(db_run(db, run_inside, NULL), ERR_BROKEN); /* and not: waits for ever */
}

int main(void)
{
    db = fixture_db_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_threads, setup),        cmocka_unit_test_setup(test_processes, setup),
        cmocka_unit_test_setup(test_retry, setup),          cmocka_unit_test_setup(test_group, setup),
        cmocka_unit_test_setup(test_run_inside_act, setup), cmocka_unit_test_setup(test_settings, setup),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_db_close(db);
    return failed;
}
