#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_db.h"
#include "identity/identity.h"
#include "message/message.h"
#include "worker/jobs.h"
#include "worker_test_sql.h"

static struct db *db;
static struct arena *arena;
static char offset_path[] = "/tmp/divit-test-offset.XXXXXX";
static uint8_t person_key[KEY_SIZE] = "01234567890123456789012345678901";
static int64_t person_id;

/* -- what the worker asks, played by this test -- */
static enum kannel_result sms_result;
static enum smtp_result email_result;
static enum err code_result;
static const char *code_purpose;
static int sms_asked, email_asked;
static char last_text[1024], last_uid[64], last_report_url[256];
static bool is_report_early; /* the report comes before the gateway's answer */

enum kannel_result kannel_send(const struct kannel_settings *settings, const struct kannel_message *message)
{
    sms_asked++;
    snprintf(last_text, sizeof last_text, "%s", message->text);
    snprintf(last_report_url, sizeof last_report_url, "%s", message->report_url);
    assert_string_equal(message->mobile, "5321234567");
    if (is_report_early) {
        const char *uid = strstr(message->report_url, MESSAGE_REPORT_PATH) + strlen(MESSAGE_REPORT_PATH);
        assert_int_equal(report_delivery(db, arena_text_n(arena, uid, 32), 1), ERR_NONE);
    }
    enum err reason = err_set(ERR_INVALID, "as the centre said"); /* what the gateways leave behind */
    assert_int_equal(reason, ERR_INVALID);
    return sms_result;
}

enum smtp_result smtp_send(const struct smtp_settings *settings, const struct smtp_message *message)
{
    email_asked++;
    snprintf(last_text, sizeof last_text, "%s", message->html);
    snprintf(last_uid, sizeof last_uid, "%s", message->uid);
    assert_string_equal(message->to, "ayse@example.org");
    assert_true(strlen(message->subject) > 0);
    enum err reason = err_set(ERR_INVALID, "550");
    assert_int_equal(reason, ERR_INVALID);
    return email_result;
}

enum err open_person(struct db *with, struct keeper *keeper, struct arena *into, int64_t id, struct person *ret_person)
{
    assert_int_equal(id, person_id);
    *ret_person = (struct person){.id = id, .uid = "p1", .key = person_key};
    return ERR_NONE;
}

void person_close(struct person *person)
{
    person->key = NULL;
}

enum err keeper_code_text(struct keeper *keeper, struct arena *into, const char *code_id, struct keeper_code *ret_code)
{
    assert_string_equal(code_id, "code1");
    if (code_result != ERR_NONE) return err_set(code_result, "no code");
    *ret_code = (struct keeper_code){arena_text(into, "654321"), "5321234567", code_purpose};
    return ERR_NONE;
}

/* -- the steps of a case -- */
static const struct installation installation = {.public_url = "http://localhost:8080"};
static struct worker worker = {.installation = &installation};

static enum err insert_person(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_insert_person, DB_WITH(DB_TEXT("uid", "p1"), DB_BYTES("tag", BYTES(person_key))), &row));
    person_id = db_int64(row, 0, "id");
    return ERR_NONE;
}

static enum err queue(struct db_tx *tx, void *context)
{
    return message_queue(tx, context);
}

static enum err find_last(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_last_message, DB_NOTHING, &row));
    *(int64_t *)context = db_int64(row, 0, "id");
    return ERR_NONE;
}

static enum err find_job(struct db_tx *tx, void *context)
{
    const struct message *message = context;
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_job, DB_WITH(DB_TEXT("kind", MESSAGE_JOB), DB_TEXT("key", message->uid)), &row));
    if (strcmp(db_text(row, 0, "state"), "failed") != 0) return ERR_NONE;
    return strlen(db_text(row, 0, "why")) > 0 ? ERR_STATE : ERR_BROKEN; /* a task for staff says why */
}

static enum err clear_jobs(struct db_tx *tx, void *context)
{
    return db_exec(tx, &sql_clear_jobs, DB_NOTHING, NULL);
}

static void queue_message(unsigned channel, enum message_event event, const char *code_id)
{
    static int number;
    struct message_to to = {person_id, "p1", person_key, channel, LANGUAGE_TURKISH, "5321234567", "ayse@example.org"};
    const struct message_ready *ready;
    assert_int_equal(message_prepare(arena, &to, event, arena_printf(arena, "test:%d", number++), code_id, &ready,
                                     "barcode", "<b>&", "next", "onay", NULL),
                     ERR_NONE);
    assert_int_equal(db_run(db, queue, (void *)ready), ERR_NONE);
}

static struct message last_message(void)
{
    int64_t id;
    struct message message;
    assert_int_equal(db_read(db, find_last, &id), ERR_NONE);
    assert_int_equal(find_message(db, arena, id, &message), ERR_NONE);
    return message;
}

/* As the job loop does; the next try is made due by moving the clock. */
static enum err work(void)
{
    static const char *const kinds[] = {MESSAGE_JOB, NULL};
    struct job job;
    enum err error = job_take(db, arena, kinds, 60, &job);
    if (error != ERR_NONE) return error;
    error = send_message(&worker, arena, &job);
    if (error != ERR_NONE) assert_int_equal(job_again(db, &job, "again"), ERR_NONE);
    return error;
}

static void pass(int64_t seconds)
{
    assert_int_equal(clock_set_offset(offset_path, clock_offset_s() + seconds), ERR_NONE);
}

static void expect(enum message_state state, enum err job)
{
    struct message message = last_message();
    assert_int_equal(message.state, state);
    assert_int_equal(db_read(db, find_job, &message), job); /* NOT_FOUND: done; NONE: open; STATE: a task */
}

static int setup(void **state)
{
    arena = arena_new();
    worker.db = db;
    sms_result = KANNEL_ACCEPTED;
    email_result = SMTP_ACCEPTED;
    code_result = ERR_NONE;
    code_purpose = KEEPER_CODE_LOG_IN;
    sms_asked = email_asked = 0;
    is_report_early = false;
    return db_run(db, clear_jobs, NULL) == ERR_NONE ? 0 : -1;
}

static int teardown(void **state)
{
    arena = arena_free(arena);
    return 0;
}

static void test_accepted(void **state)
{
    queue_message(MESSAGE_SMS, MESSAGE_LOGIN_CODE, "code1");
    assert_int_equal(work(), ERR_NONE);
    assert_non_null(strstr(last_text, "654321"));
    assert_null(strchr(last_text, '{'));
    struct message message = last_message();
    assert_string_equal(last_report_url,
                        arena_printf(arena, "http://localhost:8080" MESSAGE_REPORT_PATH "%s?durum=%%d", message.uid));
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    assert_int_equal(work(), ERR_NOT_FOUND);
    sms_result = KANNEL_QUEUED;
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    queue_message(MESSAGE_EMAIL, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    assert_non_null(strstr(last_text, "&lt;b&gt;&amp;")); /* a value stays text in the HTML */
    assert_null(strstr(last_text, "<b>"));
    assert_int_equal(sms_asked, 2);
    assert_int_equal(email_asked, 1);
}

static void test_unavailable(void **state)
{
    static const unsigned channels[] = {MESSAGE_SMS, MESSAGE_EMAIL};
    for (size_t i = 0; i < 2; i++) {
        sms_result = KANNEL_UNAVAILABLE;
        email_result = SMTP_UNAVAILABLE;
        queue_message(channels[i], MESSAGE_APPROVED, NULL);
        for (int tries = 0; tries < 3; tries++) {
            assert_int_equal(work(), ERR_UNAVAILABLE);
            expect(MESSAGE_WAITING, ERR_NONE);
            pass(10);
        }
        sms_result = KANNEL_ACCEPTED;
        email_result = SMTP_ACCEPTED;
        assert_int_equal(work(), ERR_NONE);
        expect(MESSAGE_SENT, ERR_NOT_FOUND);
    }
    assert_int_equal(sms_asked, 4);
    assert_int_equal(email_asked, 4);
}

static void test_refused(void **state)
{
    sms_result = KANNEL_REFUSED;
    email_result = SMTP_REFUSED;
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    queue_message(MESSAGE_EMAIL, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    pass(10000);
    assert_int_equal(work(), ERR_NOT_FOUND);
    assert_int_equal(sms_asked + email_asked, 2);
}

static void test_sms_answer_lost(void **state)
{
    sms_result = KANNEL_UNKNOWN;
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_UNAVAILABLE);
    expect(MESSAGE_SENDING, ERR_NONE);
    sms_result = KANNEL_ACCEPTED;
    for (int i = 0; i < 3; i++) {
        pass(10);
        assert_int_equal(work(), ERR_UNAVAILABLE); /* not sent again */
    }
    struct message message = last_message();
    assert_int_equal(report_delivery(db, message.uid, 1), ERR_NONE);
    pass(10);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_DELIVERED, ERR_NOT_FOUND);

    sms_result = KANNEL_UNKNOWN; /* and one of which nothing is ever heard */
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_UNAVAILABLE);
    pass(901);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    assert_int_equal(sms_asked, 2);
    message = last_message();
    assert_int_equal(report_delivery(db, message.uid, 1), ERR_NONE); /* late, and true */
    expect(MESSAGE_DELIVERED, ERR_STATE);
}

static void test_report_before_answer(void **state)
{
    is_report_early = true;
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_DELIVERED, ERR_NOT_FOUND);
}

static void test_email_answer_lost(void **state)
{
    email_result = SMTP_UNKNOWN;
    queue_message(MESSAGE_EMAIL, MESSAGE_APPROVED, NULL);
    assert_int_equal(work(), ERR_UNAVAILABLE);
    const char *uid = arena_text(arena, last_uid);
    email_result = SMTP_ACCEPTED;
    pass(10);
    assert_int_equal(work(), ERR_NONE);
    assert_string_equal(last_uid, uid);
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    assert_int_equal(email_asked, 2);
}

static enum err mark_sending(struct db_tx *tx, void *context)
{
    return message_move(tx, *(const int64_t *)context, MESSAGE_WAITING, MESSAGE_SENDING);
}

/* The worker died after it had marked the message: an SMS may be out, an e-mail may be sent again. */
static void test_worker_died(void **state)
{
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, NULL);
    int64_t id = last_message().id;
    assert_int_equal(db_run(db, mark_sending, &id), ERR_NONE);
    assert_int_equal(work(), ERR_UNAVAILABLE);
    expect(MESSAGE_SENDING, ERR_NONE);
    assert_int_equal(db_run(db, clear_jobs, NULL), ERR_NONE);
    queue_message(MESSAGE_EMAIL, MESSAGE_APPROVED, NULL);
    id = last_message().id;
    assert_int_equal(db_run(db, mark_sending, &id), ERR_NONE);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    assert_int_equal(sms_asked, 0);
    assert_int_equal(email_asked, 1);
}

static void test_codes(void **state)
{
    code_result = ERR_EXPIRED;
    queue_message(MESSAGE_SMS, MESSAGE_LOGIN_CODE, "code1");
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_NOT_FOUND); /* no task: its owner asks for another */
    code_result = ERR_UNAVAILABLE; /* the keeper is being started again */
    queue_message(MESSAGE_SMS, MESSAGE_LOGIN_CODE, "code1");
    assert_int_equal(work(), ERR_UNAVAILABLE);
    expect(MESSAGE_WAITING, ERR_NONE);
    code_result = ERR_NONE;
    pass(10);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    assert_int_equal(sms_asked, 1);
}

static enum err put_text(struct db_tx *tx, void *context)
{
    const struct message *message = context;
    const char *json = "{\"language\":\"tr\",\"subject\":\"\",\"text\":\"Online Islemler giris kodunuz: {code}\"}";
    struct bytes sealed =
        seal(arena, person_key, bytes_of_text(json), arena_printf(arena, "message.sealed_text/%s/p1", message->uid));
    return db_exec(tx, &sql_set_text, DB_WITH(DB_INT64("id", message->id), DB_BYTES("sealed_text", sealed)), NULL);
}

static enum err count_refusals(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_count_refusals, DB_NOTHING, &row));
    *(int64_t *)context = db_int64(row, 0, "refusals");
    return ERR_NONE;
}

/* A web that fell has a PIN's code made and wants its owner to type it into a page: as one for logging in. */
static void test_code_under_other_words(void **state)
{
    int64_t refusals;
    code_purpose = KEEPER_CODE_PIN;
    queue_message(MESSAGE_SMS, MESSAGE_LOGIN_CODE, "code1");
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    queue_message(MESSAGE_SMS, MESSAGE_APPROVED, "code1");
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    code_purpose = "pin_but_nobody_knows_it";
    queue_message(MESSAGE_SMS, MESSAGE_PIN_CODE, "code1");
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    code_purpose = KEEPER_CODE_APPLICATION;
    queue_message(MESSAGE_EMAIL, MESSAGE_APPROVED, "code1");
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_FAILED, ERR_STATE);
    assert_int_equal(sms_asked + email_asked, 0);
    assert_int_equal(db_read(db, count_refusals, &refusals), ERR_NONE);
    assert_int_equal(refusals, 4);

    code_purpose = KEEPER_CODE_PIN; /* and one that fits, with words of its own in the row */
    queue_message(MESSAGE_SMS, MESSAGE_PIN_CODE, "code1");
    struct message message = last_message();
    assert_int_equal(db_run(db, put_text, &message), ERR_NONE);
    assert_int_equal(work(), ERR_NONE);
    expect(MESSAGE_SENT, ERR_NOT_FOUND);
    assert_string_equal(last_text, "Kartinizin PIN kodunu belirleme kodu: 654321. Yalniz eimza programina yazin; "
                                   "baslatmadiysaniz bizi arayin.");
}

int main(void)
{
    db = fixture_db_open();
    arena = arena_new();
    close(mkstemp(offset_path));
    if (db_run(db, insert_person, NULL) != ERR_NONE || clock_set_offset(offset_path, 0) != ERR_NONE ||
        clock_use_offset(offset_path) != ERR_NONE) {
        return 99;
    }
    arena_free(arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unavailable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sms_answer_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report_before_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_email_answer_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(test_worker_died, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_code_under_other_words, setup, teardown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_db_close(db);
    unlink(offset_path);
    return failed;
}
