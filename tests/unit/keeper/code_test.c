/* Every rule of one-time codes with the clock moved; what lies in keeper.db shows nothing. */
#include "base/clock.h"
#include "base/file.h"
#include "fixture_keys.h"
#include "keeper/service.h"
#include "keeper/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PURPOSE "phone"
#define SUBJECT "application:0011"
#define IDENTITY_NUMBER "10000000146"
#define NUMBER "5321234567"
#define NOW ((int64_t)1800000000)

static char folder[] = "/tmp/keeper-test-XXXXXX";
static char db_path[64];
static struct keeper_service service;
static struct arena *arena;

static enum err make(const char *subject, int64_t now_s, struct keeper_code_made *ret_made)
{
    const struct keeper_code_request request = {PURPOSE, subject, {0}, IDENTITY_NUMBER, NUMBER};
    return make_code(&service, arena, &request, now_s, ret_made);
}

static const char *make_at(const char *subject, int64_t now_s)
{
    struct keeper_code_made made;
    assert_int_equal(make(subject, now_s, &made), ERR_NONE);
    assert_int_equal(made.wait_s, 0);
    assert_int_equal(made.valid_until_s, now_s + 300);
    return made.code_id;
}

static int64_t wait_at(const char *subject, int64_t now_s)
{
    struct keeper_code_made made;
    assert_int_equal(make(subject, now_s, &made), ERR_NONE);
    assert_string_equal(made.code_id, "");
    return made.wait_s;
}

static const char *text_of(const char *code_id, int64_t now_s)
{
    struct keeper_code code = {"", "", ""};
    assert_int_equal(code_text(&service, arena, code_id, now_s, &code), ERR_NONE);
    assert_int_equal(strlen(code.digits), 6);
    assert_string_equal(code.number, NUMBER);
    return code.digits;
}

/* Six digits that are none of the given codes. */
static const char *other_than(const char *a, const char *b)
{
    static const char *const candidates[] = {"111111", "222222", "333333"};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(candidates[i], a) != 0 && strcmp(candidates[i], b) != 0) return candidates[i];
    return NULL;
}

static enum err check(const char *purpose, const char *subject, const char *typed, int64_t now_s)
{
    struct keeper_owner_act act;
    enum err error = check_code(&service, arena, purpose, subject, "", typed, now_s, &act);
    if (error == ERR_NONE) assert_int_equal(act.text.size, 0); /* logging in is no owner act */
    return error;
}

static enum err check_at(const char *typed, int64_t now_s)
{
    return check(PURPOSE, SUBJECT, typed, now_s);
}

static void a_code_works_once_in_its_time(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW);
    assert_int_equal(check_at(code, NOW + 299), ERR_NONE);
    assert_int_equal(check_at(code, NOW + 299), ERR_WRONG);
    assert_int_equal(check_at(code, NOW + 400), ERR_WRONG);
}

static void a_code_ends_after_300_seconds(void **state)
{
    const char *id = make_at(SUBJECT, NOW), *code = text_of(id, NOW + 299);
    struct keeper_code late = {0};
    assert_int_equal(code_text(&service, arena, id, NOW + 300, &late), ERR_EXPIRED);
    assert_int_equal(check_at(code, NOW + 300), ERR_EXPIRED);
    assert_int_equal(check_at(other_than(code, ""), NOW + 300), ERR_WRONG);
    assert_int_equal(code_text(&service, arena, "00", NOW, &late), ERR_NOT_FOUND);
    assert_null(late.digits);
}

static void a_code_is_for_one_purpose_and_subject(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW);
    assert_int_equal(check("login", SUBJECT, code, NOW), ERR_WRONG);
    assert_int_equal(check(PURPOSE, "application:0012", code, NOW), ERR_WRONG);
    assert_int_equal(check("phon", "eapplication:0011", code, NOW), ERR_WRONG);
    assert_int_equal(check("", SUBJECT, code, NOW), ERR_INVALID);
    assert_int_equal(check_at(code, NOW), ERR_NONE);
}

static void what_is_no_code_is_wrong(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW);
    const char *typed[] = {"", arena_text_n(arena, code, 5), arena_printf(arena, "%s0", code),
                           arena_printf(arena, " %s", code)};
    for (size_t i = 0; i < 4; i++) assert_int_equal(check_at(typed[i], NOW), ERR_WRONG);
    assert_int_equal(check_at(code, NOW), ERR_NONE);
}

static void five_wrong_tries_and_a_new_code_is_needed(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW), *wrong = other_than(code, "");
    for (int i = 0; i < 5; i++) assert_int_equal(check_at(wrong, NOW + i), ERR_WRONG);
    assert_int_equal(check_at(wrong, NOW + 6), ERR_TOO_MANY);
    assert_int_equal(check_at(code, NOW + 7), ERR_TOO_MANY);
    const char *next = text_of(make_at(SUBJECT, NOW + 60), NOW + 60);
    assert_int_equal(check_at(next, NOW + 61), ERR_NONE);
}

static void four_wrong_tries_are_forgiven(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW), *wrong = other_than(code, "");
    for (int i = 0; i < 4; i++) assert_int_equal(check_at(wrong, NOW), ERR_WRONG);
    assert_int_equal(check_at(code, NOW), ERR_NONE);
}

static void a_code_sent_before_stays_valid(void **state)
{
    const char *first = text_of(make_at(SUBJECT, NOW), NOW);
    const char *second = text_of(make_at(SUBJECT, NOW + 60), NOW + 60);
    assert_int_equal(check_at(first, NOW + 299), ERR_NONE);
    assert_int_equal(check_at(second, NOW + 359), ERR_NONE);
}

static void a_wrong_try_counts_for_every_open_code(void **state)
{
    const char *first = text_of(make_at(SUBJECT, NOW), NOW);
    const char *second = text_of(make_at(SUBJECT, NOW + 60), NOW + 60), *wrong = other_than(first, second);
    for (int i = 0; i < 5; i++) assert_int_equal(check_at(wrong, NOW + 61), ERR_WRONG);
    assert_int_equal(check_at(first, NOW + 62), ERR_TOO_MANY);
    assert_int_equal(check_at(second, NOW + 62), ERR_TOO_MANY);
}

static void a_minute_between_and_five_a_day(void **state)
{
    int64_t now_s = NOW;
    for (int i = 0; i < 5; i++) {
        make_at(SUBJECT, now_s);
        assert_true(wait_at(SUBJECT, now_s) >= 60);
        assert_true(wait_at(SUBJECT, now_s + 59) >= 1);
        now_s += 60;
    }
    assert_int_equal(wait_at(SUBJECT, now_s), NOW + DAY_S - now_s);
    assert_int_equal(wait_at(SUBJECT, NOW + DAY_S - 1), 1);
    make_at("application:0012", now_s); /* others are not held up */
    make_at(SUBJECT, NOW + DAY_S);
    assert_int_equal(wait_at(SUBJECT, NOW + DAY_S), 60);
    make_at(SUBJECT, NOW + DAY_S + 60);
}

static void codes_differ(void **state)
{
    int same = 0;
    const char *before = "";
    for (int i = 0; i < 20; i++) {
        const char *code = text_of(make_at(arena_printf(arena, "s%d", i), NOW), NOW);
        for (int k = 0; k < 6; k++) assert_true(code[k] >= '0' && code[k] <= '9');
        same += strcmp(code, before) == 0;
        before = code;
    }
    assert_true(same <= 1);
}

static void nothing_is_readable_in_the_file(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW);
    for (int i = 0; i < 2; i++) {
        struct bytes file;
        const char *path = arena_printf(arena, "%s%s", db_path, i == 0 ? "" : "-wal");
        assert_int_equal(file_read(arena, path, 8 * 1024 * 1024, &file), ERR_NONE);
        assert_null(memmem(file.data, file.size, code, 6));
        assert_null(memmem(file.data, file.size, SUBJECT, strlen(SUBJECT)));
        assert_null(memmem(file.data, file.size, NUMBER, strlen(NUMBER)));
        assert_null(memmem(file.data, file.size, IDENTITY_NUMBER, strlen(IDENTITY_NUMBER)));
    }
}

static void codes_outlive_a_restart(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW);
    keeper_store_close(service.store);
    assert_int_equal(keeper_store_open(db_path, &service.store), ERR_NONE);
    assert_int_equal(wait_at(SUBJECT, NOW + 1), 59);
    assert_int_equal(check_at(code, NOW + 1), ERR_NONE);
}

/* A rotation in the midst of it: the code goes into the next epoch, and opens without the one before. */
static void a_code_outlives_a_rotation(void **state)
{
    const char *code = text_of(make_at(SUBJECT, NOW), NOW);
    int64_t left;
    service.keys->epoch_count = 2;
    assert_int_equal(destroy_epoch(&service, arena, 1, NOW), ERR_STATE); /* the code needs it */
    assert_int_equal(reseal_some(&service, arena, 100, &left), ERR_NONE);
    assert_int_equal(left, 0);
    service.keys->epochs[0] = service.keys->epochs[1];
    service.keys->epoch_count = 1;
    assert_int_equal(wait_at(SUBJECT, NOW + 1), 59);
    assert_int_equal(check_at(code, NOW + 1), ERR_NONE);
}

/* A rotation more often than once a year: the newest epoch is found however many there were. */
static void every_epoch_is_listed(void **state)
{
    enum { EPOCHS = 600 };
    for (int64_t number = 2; number <= EPOCHS; number++)
        assert_int_equal(store_epoch(service.store, number, NOW + number), ERR_NONE);
    assert_int_equal(finish_epoch(service.store, EPOCHS - 1, NOW), ERR_NONE);
    const struct kept_epoch *epochs;
    size_t count;
    assert_int_equal(list_epochs(service.store, arena, &epochs, &count), ERR_NONE);
    assert_int_equal(epochs[count - 1].number, EPOCHS);
    assert_int_equal(epochs[count - 1].made_s, NOW + EPOCHS);
    assert_int_equal(epochs[count - 2].state, EPOCH_DESTROYED);
    for (size_t i = 1; i < count; i++) assert_true(epochs[i].number > epochs[i - 1].number);
    assert_true(count >= EPOCHS - 1);
}

static void each_totp_step_works_once(void **state)
{
    const struct bytes secret = bytes_of_text("12345678901234567890");
    struct bytes sealed = seal_totp(&service, arena, "account:1", IDENTITY_NUMBER, secret);
    char digits[7], next[7];
    totp_at(secret, NOW / TOTP_STEP_S, digits);
    totp_at(secret, NOW / TOTP_STEP_S + 1, next);
    int64_t step = 0;
    struct bytes grant;
    assert_int_equal(check_totp(&service, arena, "account:2", sealed, digits, 0, NOW, &step, &grant), ERR_BROKEN);
    assert_int_equal(check_totp(&service, arena, "account:1", sealed, digits, 0, NOW, &step, &grant), ERR_NONE);
    assert_int_equal(step, NOW / TOTP_STEP_S);
    assert_int_equal(check_totp(&service, arena, "account:1", sealed, digits, 0, NOW, &step, &grant), ERR_WRONG);
    assert_int_equal(check_totp(&service, arena, "account:1", sealed, next, step, NOW, &step, &grant), ERR_NONE);
    assert_int_equal(check_totp(&service, arena, "account:1", sealed, digits, 0, NOW, &step, &grant), ERR_WRONG);
}

static void five_wrong_totp_codes_in_a_quarter_of_an_hour(void **state)
{
    const struct bytes secret = bytes_of_text("12345678901234567890");
    struct bytes sealed = seal_totp(&service, arena, "a", IDENTITY_NUMBER, secret), grant;
    struct bytes other = seal_totp(&service, arena, "a", "10000000078", secret); /* another officer's */
    char digits[7];
    int64_t step;
    for (int64_t i = 0; i < 6; i++) {
        enum err expected = i < 5 ? ERR_WRONG : ERR_TOO_MANY;
        assert_int_equal(check_totp(&service, arena, "a", sealed, "wrong!", 0, NOW + i, &step, &grant), expected);
    }
    keeper_store_close(service.store); /* a restart gives no fresh tries */
    assert_int_equal(keeper_store_open(db_path, &service.store), ERR_NONE);
    totp_at(secret, (NOW + 6) / TOTP_STEP_S, digits);
    assert_int_equal(check_totp(&service, arena, "a", sealed, digits, 0, NOW + 6, &step, &grant), ERR_TOO_MANY);
    assert_int_equal(check_totp(&service, arena, "a", other, digits, 0, NOW + 6, &step, &grant), ERR_NONE);
    totp_at(secret, (NOW + 900) / TOTP_STEP_S, digits); /* the first has gone by */
    assert_int_equal(check_totp(&service, arena, "a", sealed, digits, 0, NOW + 900, &step, &grant), ERR_NONE);
}

/* Web guesses at one person's code after another's, five tries each: all of them together are few. */
static void wrong_codes_of_all_persons_share_a_budget(void **state)
{
    struct keeper_code_made code_made;
    const char *code = NULL;
    int64_t records;
    int wrong = 0;
    service.limits.wrong_codes = 30;
    for (int i = 0; i < 20; i++) {
        const char *subject = arena_printf(arena, "application:%d", i);
        const struct keeper_code_request request = {
            PURPOSE, subject, {0}, IDENTITY_NUMBER, arena_printf(arena, "53200000%02d", i)};
        struct keeper_code text = {0};
        assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_NONE);
        assert_int_equal(code_text(&service, arena, code_made.code_id, NOW, &text), ERR_NONE);
        code = text.digits;
        for (int try = 0; try < 5; try++) wrong += check(PURPOSE, subject, other_than(code, ""), NOW + 1) == ERR_WRONG;
    }
    assert_int_equal(wrong, 30);
    assert_int_equal(check(PURPOSE, "application:19", code, NOW + 1), ERR_UNAVAILABLE); /* a lucky one neither */
    keeper_store_close(service.store);
    assert_int_equal(keeper_store_open(db_path, &service.store), ERR_NONE);
    assert_int_equal(check(PURPOSE, "application:19", code, NOW + 2), ERR_UNAVAILABLE);
    assert_int_equal(journal_count(service.store, "budget " POOL_WRONG_CODES, NOW, &records), ERR_NONE);
    assert_int_equal(records, 1);
    service.limits.wrong_codes = 1000;
    assert_int_equal(check(PURPOSE, "application:19", code, NOW + 2), ERR_NONE);
}

/* -- a new, empty keeper for each -- */

static int set_up(void **state)
{
    arena = arena_new();
    service.keys = fixture_keys();
    service.limits.wrong_codes = 1000;
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
        CASE(a_code_works_once_in_its_time),
        CASE(a_code_ends_after_300_seconds),
        CASE(a_code_is_for_one_purpose_and_subject),
        CASE(what_is_no_code_is_wrong),
        CASE(five_wrong_tries_and_a_new_code_is_needed),
        CASE(four_wrong_tries_are_forgiven),
        CASE(a_code_sent_before_stays_valid),
        CASE(a_wrong_try_counts_for_every_open_code),
        CASE(a_minute_between_and_five_a_day),
        CASE(codes_differ),
        CASE(nothing_is_readable_in_the_file),
        CASE(codes_outlive_a_restart),
        CASE(a_code_outlives_a_rotation),
        CASE(every_epoch_is_listed),
        CASE(each_totp_step_works_once),
        CASE(five_wrong_totp_codes_in_a_quarter_of_an_hour),
        CASE(wrong_codes_of_all_persons_share_a_budget),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
