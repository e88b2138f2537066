#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "ipc/messages.h"
#include "ipc/question.h"
#include "register/register.h"
#include "worker/form_pdf.h"
#include "worker/gather_validation.h"
#include "worker/questions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE 16

static char folder[] = "/tmp/divit-test.XXXXXX";
static char path[64];
static struct worker worker;
static atomic_int waiting;

/* -- the register and the form, played by this test -- */
enum question_answer population_verify(const struct population_settings *settings, const struct question_person *person)
{
    assert_string_equal(settings->url, "http://register");
    if (strcmp(person->surname, "SLOW") == 0) {
        atomic_fetch_add(&waiting, 1);
        for (int i = 0; i < 500 && atomic_load(&waiting) < AT_ONCE; i++) clock_pause_ms(10);
        return atomic_load(&waiting) == AT_ONCE ? QUESTION_YES : QUESTION_NO;
    }
    if (strcmp(person->surname, "DOWN") == 0) return QUESTION_UNAVAILABLE;
    return strcmp(person->given_names, "AYŞE") == 0 && person->birth_year == 1980 ? QUESTION_YES : QUESTION_NO;
}

enum err form_pdf(struct db *db, struct keeper *keeper, struct arena *arena, const struct installation *installation,
                  int64_t application_id, struct bytes *ret_pdf)
{
    if (application_id != 12) return err_set(ERR_STATE, "has no barcode");
    *ret_pdf = bytes_of_text("%PDF-");
    return ERR_NONE;
}

enum err gather_validation(const struct worker *asked, struct arena *arena, struct bytes certificate,
                           struct bytes *ret_data)
{
    assert_ptr_equal(asked, &worker);
    if (bytes_equal(certificate, bytes_of_text("silent"))) return err_set(ERR_UNAVAILABLE, "no answer");
    *ret_data = bytes_copy(arena, certificate);
    return ERR_NONE;
}

enum err answer_scim(struct db *db, struct keeper *keeper, struct arena *arena, const struct scim_call *call,
                     struct scim_answer *ret_answer)
{
    return err_set(ERR_NOT_FOUND, "no identity system asks here");
}

static enum question_answer ask(const char *given_names, const char *surname)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct ipc_client *client = ipc_client_new(path);
    struct question_person person = {"10000000146", given_names, surname, 1980, 1, 2};
    question_person_put(&payload, &person);
    struct ipc_reader reply;
    enum question_answer answer = QUESTION_NO;
    assert_int_equal(ipc_call(client, QUESTION_VERIFY_PERSON, &payload, 10000, arena, &reply), ERR_NONE);
    assert_int_equal(question_answer_get(&reply, &answer), ERR_NONE);
    ipc_client_free(client);
    return answer;
}

static void test_person(void **state)
{
    assert_int_equal(ask("AYŞE", "YILMAZ"), QUESTION_YES);
    assert_int_equal(ask("FATMA", "YILMAZ"), QUESTION_NO);
    assert_int_equal(ask("AYŞE", "DOWN"), QUESTION_UNAVAILABLE);
}

static void *ask_slow(void *context)
{
    return (void *)(intptr_t)ask("AYŞE", "SLOW");
}

/* A slow register keeps nobody else from asking: all of them wait side by side. */
static void test_side_by_side(void **state)
{
    pthread_t threads[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) assert_int_equal(pthread_create(&threads[i], NULL, ask_slow, NULL), 0);
    for (int i = 0; i < AT_ONCE; i++) {
        void *answer;
        pthread_join(threads[i], &answer);
        assert_int_equal((intptr_t)answer, QUESTION_YES);
    }
}

static void test_form_pdf(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_client *client = ipc_client_new(path);
    static const struct {
        int64_t ids[2];
        int count;
        enum err error;
    } cases[] = {{{12}, 1, ERR_NONE}, {{13}, 1, ERR_STATE}, {{0}, 0, ERR_INVALID}, {{12, 12}, 2, ERR_INVALID}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
        for (int j = 0; j < cases[i].count; j++) ipc_put_int64(&payload, cases[i].ids[j]);
        struct ipc_reader reply;
        assert_int_equal(ipc_call(client, QUESTION_FORM_PDF, &payload, 10000, arena, &reply), cases[i].error);
        if (cases[i].error != ERR_NONE) continue;
        struct bytes pdf;
        assert_int_equal(ipc_get_bytes(&reply, &pdf), ERR_NONE);
        assert_int_equal(ipc_get_end(&reply), ERR_NONE);
        assert_true(bytes_equal(pdf, bytes_of_text("%PDF-")));
    }
    ipc_client_free(client);
}

/* The table of messages lets web ask, nobody else. */
static enum err ask_validation(struct arena *arena, const char *certificate, struct bytes *ret_data)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct ipc_client *client = ipc_client_new(path);
    struct ipc_reader reply;
    ipc_put_bytes(&payload, bytes_of_text(certificate));
    enum err error = ipc_call(client, QUESTION_VALIDATION, &payload, 10000, arena, &reply);
    if (error == ERR_NONE) error = ipc_get_bytes(&reply, ret_data);
    ipc_client_free(client);
    return error;
}

static void test_validation(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct bytes data;
    assert_int_equal(ask_validation(arena, "der", &data), ERR_NONE);
    assert_true(bytes_equal(data, bytes_of_text("der")));
    assert_int_equal(ask_validation(arena, "silent", &data), ERR_UNAVAILABLE);
}

static void test_others_refused(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_int64(&payload, 12);
    peers_set(IPC_WEB, 0);
    peers_set(IPC_RESPONDER, getpid());
    struct ipc_client *client = ipc_client_new(path);
    struct ipc_reader reply;
    assert_int_not_equal(ipc_call(client, QUESTION_FORM_PDF, &payload, 10000, arena, &reply), ERR_NONE);
    ipc_client_free(client);
    peers_set(IPC_RESPONDER, 0);
    peers_set(IPC_WEB, getpid());
}

int main(void)
{
    int peers_fd;
    struct ipc_server *server;
    worker.population.url = "http://register";
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE || peers_make(&peers_fd) != ERR_NONE) return 99;
    snprintf(path, sizeof path, "%s/worker.sock", folder);
    peers_set(IPC_WEB, getpid());
    if (ipc_listen(path, question_routes, AT_ONCE, &worker, &server) != ERR_NONE || ipc_serve(server) != ERR_NONE) {
        return 99;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_person),     cmocka_unit_test(test_side_by_side),   cmocka_unit_test(test_form_pdf),
        cmocka_unit_test(test_validation), cmocka_unit_test(test_others_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ipc_stop(server);
    rmdir(folder);
    return failed;
}
