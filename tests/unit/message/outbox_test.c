#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_db.h"
#include "message/message.h"
#include "outbox_test_sql.h"

static struct db *db;
static struct arena *arena;
static const uint8_t key[KEY_SIZE] = "01234567890123456789012345678901";
static struct message_to to = {
    .person_uid = "p1",
    .person_key = key,
    .channels = MESSAGE_SMS | MESSAGE_EMAIL,
    .language = LANGUAGE_TURKISH,
    .mobile = "5321234567",
    .email = "ayse@example.org",
};

static enum err insert_person(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_insert_person, DB_WITH(DB_TEXT("uid", "p1"), DB_BYTES("tag", BYTES(key))), &row));
    to.person_id = db_int64(row, 0, "id");
    return ERR_NONE;
}

static enum err queue(struct db_tx *tx, void *context)
{
    return message_queue(tx, context);
}

static enum err find_messages(struct db_tx *tx, void *context)
{
    return db_rows(tx, arena, &sql_find_messages, DB_NOTHING, context);
}

static enum err find_jobs(struct db_tx *tx, void *context)
{
    return db_rows(tx, arena, &sql_find_jobs, DB_NOTHING, context);
}

static const struct db_rows *messages(void)
{
    const struct db_rows *rows;
    assert_int_equal(db_read(db, find_messages, &rows), ERR_NONE);
    return rows;
}

static bool holds(struct bytes bytes, const char *text)
{
    return memmem(bytes.data, bytes.size, text, strlen(text)) != NULL;
}

static void test_queue(void **state)
{
    const struct message_ready *ready;
    assert_int_equal(message_prepare(arena, &to, MESSAGE_TAKEN_IN, "application:u1:1", NULL, &ready, "barcode",
                                     "0123456789abcde", "next", "onay", NULL),
                     ERR_NONE);
    assert_int_equal(db_run(db, queue, (void *)ready), ERR_NONE);
    assert_int_equal(db_run(db, queue, (void *)ready), ERR_NONE); /* the act ran again: told once */
    const struct db_rows *rows = messages(), *jobs;
    assert_int_equal(db_count(rows), 2);
    assert_int_equal(db_read(db, find_jobs, &jobs), ERR_NONE);
    assert_int_equal(db_count(jobs), 2);
    for (size_t i = 0; i < 2; i++) {
        bool is_sms = strcmp(db_text(rows, i, "channel"), "sms") == 0;
        assert_string_equal(db_text(rows, i, "state"), "waiting");
        assert_false(holds(db_bytes(rows, i, "sealed_text"), "0123456789abcde"));
        assert_false(holds(db_bytes(rows, i, "sealed_recipient"), is_sms ? to.mobile : to.email));
        assert_string_equal(db_text(jobs, i, "kind"), MESSAGE_JOB);
        assert_string_equal(db_text(jobs, i, "key"), db_text(rows, i, "uid"));
        struct message message;
        assert_int_equal(find_message(db, arena, strtoll(db_text(jobs, i, "payload"), NULL, 10), &message), ERR_NONE);
        assert_string_equal(message.uid, db_text(rows, i, "uid"));
        assert_int_equal(message.channel, is_sms ? MESSAGE_SMS : MESSAGE_EMAIL);
        struct message_content content;
        assert_int_equal(message_unseal(arena, &message, "p1", key, &content), ERR_NONE);
        assert_int_equal(content.language, LANGUAGE_TURKISH);
        assert_string_equal(content.recipient, is_sms ? to.mobile : to.email);
        assert_non_null(strstr(content.text, "0123456789abcde"));
        assert_int_equal(*content.subject == '\0', is_sms);
        assert_int_equal(message_unseal(arena, &message, "p2", key, &content), ERR_BROKEN); /* another person's */
    }
}

static size_t rows_after(unsigned channels, const char *mobile, const char *email, const char *about)
{
    size_t before = db_count(messages());
    struct message_to other = to;
    other.channels = channels;
    other.mobile = mobile;
    other.email = email;
    const struct message_ready *ready;
    assert_int_equal(
        message_prepare(arena, &other, MESSAGE_APPROVED, about, NULL, &ready, "barcode", "b", "next", "kart", NULL),
        ERR_NONE);
    assert_int_equal(db_run(db, queue, (void *)ready), ERR_NONE);
    return db_count(messages()) - before;
}

static void test_channels(void **state)
{
    assert_int_equal(rows_after(MESSAGE_SMS, "5321234567", "a@example.org", "c1"), 1);
    assert_int_equal(rows_after(MESSAGE_EMAIL, "5321234567", "a@example.org", "c2"), 1);
    assert_int_equal(rows_after(MESSAGE_SMS | MESSAGE_EMAIL, "5321234567", "", "c3"), 1);
    assert_int_equal(rows_after(MESSAGE_SMS | MESSAGE_EMAIL, NULL, NULL, "c4"), 0);
    struct message_to other = to;
    other.mobile = NULL;
    const struct message_ready *ready;
    assert_int_equal(message_prepare(arena, &other, MESSAGE_LOGIN_CODE, "c5", "code1", &ready, NULL), ERR_INVALID);
    assert_int_equal(message_prepare(arena, &to, MESSAGE_APPROVED, "c6", NULL, &ready, "wrong", "x", NULL), ERR_BROKEN);
}

struct step {
    int64_t id;
    enum message_state from, to;
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct step *step = context;
    return message_move(tx, step->id, step->from, step->to);
}

static void test_states(void **state)
{
    const struct message_ready *ready;
    assert_int_equal(message_prepare(arena, &to, MESSAGE_LOGIN_CODE, "s1", "code1", &ready, NULL), ERR_NONE);
    assert_int_equal(db_run(db, queue, (void *)ready), ERR_NONE);
    const struct db_rows *rows = messages();
    int64_t id = db_int64(rows, db_count(rows) - 1, "id");
    const char *uid = db_text(rows, db_count(rows) - 1, "uid");
    assert_string_equal(db_text(rows, db_count(rows) - 1, "code_id"), "code1");
    struct message message;
    const struct {
        struct step step;
        enum err error;
    } steps[] = {
        {{id, MESSAGE_SENDING, MESSAGE_SENT}, ERR_STATE},    {{id, MESSAGE_WAITING, MESSAGE_SENDING}, ERR_NONE},
        {{id, MESSAGE_WAITING, MESSAGE_SENDING}, ERR_STATE}, {{id, MESSAGE_SENDING, MESSAGE_WAITING}, ERR_NONE},
        {{id, MESSAGE_WAITING, MESSAGE_SENDING}, ERR_NONE},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct step step = steps[i].step;
        assert_int_equal(db_run(db, move, &step), steps[i].error);
    }
    assert_int_equal(find_message(db, arena, id, &message), ERR_NONE);
    assert_int_equal(message.state, MESSAGE_SENDING);
    assert_true(message.sent_s > 0);
    const struct {
        int64_t type;
        enum err error;
        enum message_state state;
    } reports[] = {
        {99, ERR_NONE, MESSAGE_SENDING},  {8, ERR_NONE, MESSAGE_SENT},      {2, ERR_NONE, MESSAGE_FAILED},
        {1, ERR_NONE, MESSAGE_DELIVERED}, {2, ERR_NONE, MESSAGE_DELIVERED}, {8, ERR_NONE, MESSAGE_DELIVERED},
    };
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        assert_int_equal(report_delivery(db, uid, reports[i].type), reports[i].error);
        assert_int_equal(find_message(db, arena, id, &message), ERR_NONE);
        assert_int_equal(message.state, reports[i].state);
    }
    assert_int_equal(report_delivery(db, "0000", 1), ERR_NONE);
    assert_int_equal(find_message(db, arena, 999999, &message), ERR_NOT_FOUND);
}

int main(void)
{
    db = fixture_db_open();
    arena = arena_new();
    if (db_run(db, insert_person, NULL) != ERR_NONE) return 99;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_states),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    fixture_db_close(db);
    return failed;
}
