/* Budgets in distinct persons, grants, and the journal: what an asker gets at most, and what is kept of it. */
#include "fixture_documents.h"
#include "fixture_keys.h"
#include "keeper/service.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOUR_S 3600

static char folder[] = "/tmp/keeper-budget-XXXXXX";
static char db_path[64];
static struct keeper_service service;

static enum err open_as(enum ipc_role role, struct bytes grant, const char *who, int number, int64_t now_s)
{
    return spend_person(&service, arena, role, grant, arena_printf(arena, "%s%d", who, number), now_s);
}

static int opened_of(enum ipc_role role, struct bytes grant, const char *who, int tries, int64_t now_s)
{
    int opened = 0;
    for (int i = 0; i < tries; i++) opened += open_as(role, grant, who, i, now_s) == ERR_NONE;
    return opened;
}

static struct bytes grant_of(const char *officer, int64_t now_s)
{
    return make_grant(&service, arena, sha256(arena, bytes_of_text(officer)), now_s);
}

static void public_pages_share_one_budget(void **state)
{
    const struct bytes none = {0};
    assert_int_equal(opened_of(IPC_WEB, none, "a", 15, NOW), 10);
    assert_int_equal(open_as(IPC_WEB, none, "a", 0, NOW + 10), ERR_NONE); /* a person opened before is free */
    assert_int_equal(open_as(IPC_WEB, none, "b", 0, NOW + HOUR_S - 1), ERR_TOO_MANY);
    assert_int_equal(open_as(IPC_WEB, none, "b", 0, NOW + HOUR_S), ERR_NONE);
    assert_int_equal(opened_of(IPC_TOOL, none, "c", 100, NOW), 100);
    assert_int_equal(opened_of(IPC_WORKER, none, "c", 100, NOW + HOUR_S), 30);
}

/* However many persons come by staff registers, messages go on. */
static void registers_leave_the_workers_budget_alone(void **state)
{
    const struct bytes none = {0}, registers = bytes_of_text(KEEPER_REGISTERS);
    assert_int_equal(opened_of(IPC_WORKER, registers, "a", 100, NOW), 20);
    assert_int_equal(opened_of(IPC_WORKER, none, "b", 100, NOW), 30);
    assert_int_equal(opened_of(IPC_WEB, registers, "c", 100, NOW), 10); /* web cannot ask for it */
}

static void an_officer_has_one_of_their_own(void **state)
{
    struct bytes ayse = grant_of("ayse", NOW), ali = grant_of("ali", NOW), oya = grant_of("oya", NOW);
    assert_int_equal(opened_of(IPC_WEB, ayse, "a", 10, NOW), 4);
    assert_int_equal(opened_of(IPC_WEB, ali, "a", 10, NOW), 4);
    assert_int_equal(opened_of(IPC_WEB, oya, "a", 10, NOW), 1); /* all officers together: 9 */
    assert_int_equal(opened_of(IPC_WEB, (struct bytes){0}, "b", 20, NOW), 10);
}

/* What is no grant, or an old one, counts as the public. */
static void a_grant_is_the_keepers_and_ends(void **state)
{
    struct bytes good = grant_of("ayse", NOW);
    for (size_t i = 0; i < good.size; i += 7) {
        struct bytes bad = bytes_copy(arena, good);
        ((uint8_t *)(uintptr_t)bad.data)[i] ^= 1;
        (void)open_as(IPC_WEB, bad, "a", (int)i, NOW);
    }
    int64_t count;
    OK(count_spent(service.store, POOL_OFFICERS, NOW, &count));
    assert_int_equal(count, 0);
    assert_int_equal(open_as(IPC_WEB, good, "b", 1, NOW + 8 * HOUR_S - 1), ERR_NONE);
    OK(count_spent(service.store, POOL_OFFICERS, NOW + 8 * HOUR_S - 1, &count));
    assert_int_equal(count, 1);
    assert_int_equal(open_as(IPC_WEB, good, "b", 2, NOW + 8 * HOUR_S), ERR_NONE);
    OK(count_spent(service.store, POOL_OFFICERS, NOW + 8 * HOUR_S, &count));
    assert_int_equal(count, 1);
}

static void start_again(void)
{
    keeper_store_close(service.store);
    OK(keeper_store_open(db_path, &service.store));
}

/* However often the keeper is started again: no more than one budget in the hour, and a new one after it. */
static void a_restart_gives_no_fresh_budget(void **state)
{
    const struct bytes none = {0};
    int public = 0, officers = 0;
    for (int i = 0; i < 40; i++) {
        const char *who = arena_printf(arena, "start %d ", i);
        public += opened_of(IPC_WEB, none, who, 1, NOW + i);
        officers += opened_of(IPC_WEB, grant_of("ayse", NOW), who, 1, NOW + i);
        start_again();
    }
    assert_int_equal(public, 10);
    assert_int_equal(officers, 4);
    assert_int_equal(opened_of(IPC_WEB, none, "later", 15, NOW + 2 * HOUR_S), 10);
    assert_int_equal(opened_of(IPC_WEB, grant_of("ayse", NOW), "later", 15, NOW + 2 * HOUR_S), 4);
}

static int blocks(void)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(db_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT COUNT(*) FROM budget_block", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

/* A budget of 500 is written down in blocks of 10: what is left of the last one is lost by a restart, no more. */
static void one_write_takes_a_block(void **state)
{
    const struct bytes none = {0};
    service.limits.public_persons = 500;
    assert_int_equal(opened_of(IPC_WEB, none, "a", 101, NOW), 101);
    assert_int_equal(blocks(), 11);
    start_again();
    int64_t count;
    OK(count_spent(service.store, POOL_PUBLIC, NOW + 1, &count));
    assert_int_equal(count, 110);
    assert_int_equal(opened_of(IPC_WEB, none, "b", 600, NOW + 1), 390);
    /* a block is spent within five minutes: else it would count longer than an hour, or too short */
    assert_int_equal(opened_of(IPC_WEB, none, "c", 1, NOW + 2 * HOUR_S), 1);
    assert_int_equal(opened_of(IPC_WEB, none, "d", 1, NOW + 2 * HOUR_S + 300), 1);
    assert_int_equal(blocks(), 2);
}

static void searches_and_secrets_are_counted_too(void **state)
{
    int searches = 0, secrets = 0;
    for (int i = 0; i < 20; i++) {
        struct bytes tag = person_tag(&service, arena, arena_printf(arena, "%d", i));
        searches += spend_search(&service, arena, IPC_WEB, tag, NOW) == ERR_NONE;
        secrets += spend_secret(&service, arena, IPC_WEB, NOW) == ERR_NONE;
        OK(spend_search(&service, arena, IPC_WORKER, tag, NOW));
    }
    assert_int_equal(searches, 12);
    assert_int_equal(secrets, 3);
}

static void a_refusal_is_journalled_once_an_hour(void **state)
{
    const struct bytes none = {0};
    int64_t records, count;
    (void)opened_of(IPC_WEB, none, "a", 100, NOW);
    (void)opened_of(IPC_WEB, none, "b", 100, NOW + HOUR_S + 1);
    OK(journal_check(service.store, &records));
    assert_int_equal(records, 2);
    OK(journal_count(service.store, "budget " POOL_PUBLIC, NOW, &count));
    assert_int_equal(count, 2);
}

static void the_journal_shows_what_was_changed(void **state)
{
    for (int i = 0; i < 5; i++) OK(journal_add(service.store, NOW + i, "test", "subject", "body"));
    int64_t records;
    OK(journal_check(service.store, &records));
    assert_int_equal(records, 5);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(db_path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE journal SET body = 'x' WHERE number = 3", NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM journal", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER journal_stays; UPDATE journal SET body = 'x' WHERE number = 3",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(journal_check(service.store, &records), ERR_BROKEN);
}

static void a_wrap_is_one_persons(void **state)
{
    uint8_t key[KEY_SIZE];
    struct wrapped_key wrapped;
    struct bytes opened;
    OK(new_person_key(&service, arena, "a", key, &wrapped));
    OK(open_person_key(&service, arena, "a", &wrapped, &opened));
    assert_memory_equal(opened.data, key, KEY_SIZE);
    assert_int_equal(open_person_key(&service, arena, "b", &wrapped, &opened), ERR_BROKEN);
    assert_int_equal(open_person_key(&service, arena, "a", &(struct wrapped_key){0}, &opened), ERR_NOT_FOUND);
}

static int set_up(void **state)
{
    arena = arena_new();
    service.keys = fixture_keys();
    service.limits = (struct keeper_limits){.public_persons = 10,
                                            .officer_persons = 4,
                                            .officers_persons = 9,
                                            .worker_persons = 30,
                                            .register_persons = 20,
                                            .searches = 12,
                                            .secrets = 3};
    return keeper_store_open(db_path, &service.store) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    keeper_store_close(service.store);
    secret_free(service.keys);
    arena_free(arena);
    return unlink(db_path);
}

int main(void)
{
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE) return 1;
    snprintf(db_path, sizeof db_path, "%s/keeper.db", folder);
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(public_pages_share_one_budget),        CASE(registers_leave_the_workers_budget_alone),
        CASE(an_officer_has_one_of_their_own),      CASE(a_grant_is_the_keepers_and_ends),
        CASE(a_restart_gives_no_fresh_budget),      CASE(one_write_takes_a_block),
        CASE(searches_and_secrets_are_counted_too), CASE(a_refusal_is_journalled_once_an_hour),
        CASE(the_journal_shows_what_was_changed),   CASE(a_wrap_is_one_persons),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
