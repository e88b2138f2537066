/* Frames, servers, clients and askers over real sockets, with peers that break every rule of theirs. */
#include "base/clock.h"
#include "base/secret.h"
#include "ipc/frame.h"
#include "ipc/messages.h"
#include "ipc/question.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/ipc-test-XXXXXX";
static char path[64];
static sem_t begun, gate; /* slow_handler says that it has begun, and waits at the gate */

/* -- a server with a few of the messages -- */

static enum err echo_handler(struct ipc_call *call)
{
    const char *kind, *text;
    TRY(ipc_get_text(&call->request, &kind));
    TRY(ipc_get_text(&call->request, &text));
    TRY(ipc_get_end(&call->request));
    ipc_put_bytes(call->reply, bytes_of_text(text));
    return ERR_NONE;
}

static enum err failing_handler(struct ipc_call *call)
{
    ipc_put_text(call->reply, "a half reply that must not be sent");
    return err_set(ERR_EXPIRED, "the code is %d s old", 301);
}

static enum err slow_handler(struct ipc_call *call)
{
    sem_post(&begun);
    while (sem_wait(&gate) != 0) continue;
    question_answer_put(call->reply, QUESTION_YES);
    return ERR_NONE;
}

static const struct ipc_route routes[] = {
    {KEEPER_SEARCH_TAG, echo_handler},
    {KEEPER_CODE_TEXT, failing_handler},
    {QUESTION_VERIFY_PERSON, slow_handler},
    {0},
};

static struct ipc_server *start(int threads)
{
    struct ipc_server *server;
    assert_int_equal(ipc_listen(path, routes, threads, NULL, &server), ERR_NONE);
    assert_int_equal(ipc_serve(server), ERR_NONE);
    return server;
}

static enum err call_echo(struct ipc_client *client, struct arena *arena, const char *text, const char **ret_text)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, "kind");
    ipc_put_text(&payload, text);
    struct ipc_reader reply;
    TRY(ipc_call(client, KEEPER_SEARCH_TAG, &payload, 5000, arena, &reply));
    TRY(ipc_get_text(&reply, ret_text));
    return ipc_get_end(&reply);
}

/* -- payloads -- */

static void fields_come_back_as_they_went(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, 0x0102030405060708};
    for (size_t i = 0; i < 6; i++) ipc_put_int64(&payload, numbers[i]);
    ipc_put_text(&payload, "İğne");
    ipc_put_text(&payload, NULL);
    ipc_put_bytes(&payload, (struct bytes){(const uint8_t *)"a\0b", 3});
    struct ipc_reader reader = {buffer_bytes(&payload), arena};
    for (size_t i = 0; i < 6; i++) {
        int64_t number;
        assert_int_equal(ipc_get_int64(&reader, &number), ERR_NONE);
        assert_int_equal(number, numbers[i]);
    }
    const char *text;
    struct bytes bytes;
    assert_int_equal(ipc_get_text(&reader, &text), ERR_NONE);
    assert_string_equal(text, "İğne");
    assert_int_equal(ipc_get_text(&reader, &text), ERR_NONE);
    assert_string_equal(text, "");
    assert_int_equal(ipc_get_end(&reader), ERR_INVALID);
    assert_int_equal(ipc_get_bytes(&reader, &bytes), ERR_NONE);
    assert_memory_equal(bytes.data, "a\0b", 3);
    assert_int_equal(ipc_get_end(&reader), ERR_NONE);
    assert_int_equal(ipc_get_bytes(&reader, &bytes), ERR_INVALID);
}

static void damaged_fields_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"", 0},
        {"\0\0\0", 3},
        {"\0\0\0\1", 4},
        {"\0\0\0\2a", 5},
        {"\xff\xff\xff\xff", 4},
        {"\xff\xff\xff\xff"
         "abcd",
         8},
        {"\0\0\0\1\0", 5},
        {"\0\0\0\1\xff", 5},
        {"\0\0\0\2\xc0\x80", 6},
        {"\0\0\0\3\xed\xa0\x80", 7},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ipc_reader reader = {{(const uint8_t *)cases[i].bytes, cases[i].size}, arena};
        const char *text = "untouched";
        assert_int_equal(ipc_get_text(&reader, &text), ERR_INVALID);
        assert_string_equal(text, "untouched");
    }
}

/* -- calls -- */

static void a_call_is_answered(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (int threads = 0; threads <= 3; threads += 3) {
        struct ipc_server *server = start(threads);
        struct ipc_client *client = ipc_client_new(path);
        for (int i = 0; i < 100; i++) {
            const char *text;
            assert_int_equal(call_echo(client, arena, arena_printf(arena, "text %d", i), &text), ERR_NONE);
            assert_string_equal(text, arena_printf(arena, "text %d", i));
        }
        ipc_client_free(client);
        ipc_stop(server);
    }
}

static void an_error_comes_back_with_its_detail(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_server *server = start(0);
    struct ipc_client *client = ipc_client_new(path);
    struct buffer nothing = BUFFER_EMPTY;
    struct ipc_reader reply;
    peers_set(IPC_WORKER, getpid());
    assert_int_equal(ipc_call(client, KEEPER_CODE_TEXT, &nothing, 1000, arena, &reply), ERR_EXPIRED);
    assert_string_equal(err_detail(), "the code is 301 s old");
    peers_set(IPC_WORKER, 0);
    ipc_client_free(client);
    ipc_stop(server);
}

static void large_messages_pass_and_too_large_ones_do_not(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_server *server = start(1);
    struct ipc_client *client = ipc_client_new(path);
    size_t largest = IPC_FRAME_MAX - 2 - 4 - 4 - strlen("kind");
    char *text = memory_new(largest + 2);
    memset(text, 'x', largest);
    const char *echoed;
    assert_int_equal(call_echo(client, arena, text, &echoed), ERR_NONE);
    assert_string_equal(echoed, text);
    text[largest] = 'x';
    assert_int_equal(call_echo(client, arena, text, &echoed), ERR_TOO_LARGE);
    free(text);
    ipc_client_free(client);
    ipc_stop(server);
}

static void who_may_send_what_is_the_table(void **state)
{
    static const struct {
        enum ipc_role role;
        uint16_t type;
        enum err expected;
    } cases[] = {
        {IPC_WEB, KEEPER_SEARCH_TAG, ERR_NONE},
        {IPC_WORKER, KEEPER_SEARCH_TAG, ERR_NONE},
        {IPC_TOOL, KEEPER_SEARCH_TAG, ERR_NONE},
        {IPC_SIGNER, KEEPER_SEARCH_TAG, ERR_FORBIDDEN},
        {IPC_RESPONDER, KEEPER_SEARCH_TAG, ERR_FORBIDDEN},
        {IPC_SIMULATOR, KEEPER_SEARCH_TAG, ERR_FORBIDDEN},
        {IPC_WEB, KEEPER_CODE_TEXT, ERR_FORBIDDEN},
        {IPC_TOOL, KEEPER_CODE_TEXT, ERR_FORBIDDEN},
        {IPC_WORKER, KEEPER_CODE_TEXT, ERR_EXPIRED},
        {IPC_WORKER, SIGNER_ISSUE, ERR_INVALID},
        {IPC_WEB, SIGNER_ISSUE, ERR_FORBIDDEN},
        {IPC_WEB, 0x7777, ERR_INVALID},
        {IPC_WEB, 0, ERR_INVALID},
        {IPC_WEB, FRAME_REPLY, ERR_INVALID},
    };
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_server *server = start(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].role != IPC_TOOL) peers_set(cases[i].role, getpid());
        struct ipc_client *client = ipc_client_new(path);
        CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
        ipc_put_text(&payload, "kind");
        ipc_put_text(&payload, "text");
        struct ipc_reader reply;
        assert_int_equal(ipc_call(client, cases[i].type, &payload, 1000, arena, &reply), cases[i].expected);
        ipc_client_free(client);
        peers_set(cases[i].role, 0);
    }
    ipc_stop(server);
}

static void another_process_has_its_own_role(void **state)
{
    struct ipc_server *server = start(0);
    peers_set(IPC_WEB, getpid());
    for (int is_worker = 0; is_worker <= 1; is_worker++) {
        int go[2];
        assert_int_equal(pipe(go), 0);
        pid_t pid = fork();
        if (pid == 0) {
            char byte;
            if (read(go[0], &byte, 1) != 1) _exit(99);
            struct arena *arena = arena_new();
            struct buffer nothing = BUFFER_EMPTY;
            struct ipc_reader reply;
            _exit((int)ipc_call(ipc_client_new(path), KEEPER_CODE_TEXT, &nothing, 2000, arena, &reply));
        }
        if (is_worker) peers_set(IPC_WORKER, pid);
        assert_int_equal(write(go[1], "g", 1), 1);
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(WEXITSTATUS(status), is_worker ? ERR_EXPIRED : ERR_FORBIDDEN);
        close(go[0]);
        close(go[1]);
    }
    peers_set(IPC_WORKER, 0);
    peers_set(IPC_WEB, 0);
    ipc_stop(server);
}

/* -- peers that break the rules -- */

/* Sends raw bytes; the error that comes back, ERR_COUNT when the server closes without one. */
static enum err raw_exchange(const char *bytes, size_t size)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int fd;
    assert_int_equal(socket_connect(path, &fd), ERR_NONE);
    assert_int_equal(write(fd, bytes, size), size);
    CLEANUP_BUFFER struct buffer received = BUFFER_EMPTY;
    for (int64_t end_ms = clock_monotonic_ms() + 12000; clock_monotonic_ms() < end_ms; clock_pause_ms(2)) {
        bool is_closed, is_whole = false;
        uint16_t type;
        struct bytes payload;
        frame_receive(fd, &received, &is_closed);
        assert_int_equal(frame_find(buffer_bytes(&received), &is_whole, &type, &payload), ERR_NONE);
        if (!is_whole && !is_closed) continue;
        close(fd);
        return is_whole ? frame_answer(arena, type, payload) : ERR_COUNT;
    }
    close(fd);
    return ERR_NONE;
}

static void damaged_frames_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        enum err expected;
    } cases[] = {
        {"\0\0\0\0", 4, ERR_INVALID},
        {"\0\0\0\1\1", 5, ERR_INVALID},
        {"\0\x10\0\1\1\3", 6, ERR_TOO_LARGE},
        {"\xff\xff\xff\xff", 4, ERR_TOO_LARGE},
        {"\0\0\0\2\1\3", 6, ERR_INVALID},
        {"GET / HTTP/1.1\r\n\r\n", 18, ERR_TOO_LARGE},
        {"\0\0\0\013\1\3\0\0\0\0\0\0\0\0x", 15, ERR_INVALID}, /* left-over byte */
        {"\0\0\0\012\1\3\0\0\0\0\0\0\0\0", 14, ERR_NONE},
    };
    struct ipc_server *server = start(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(raw_exchange(cases[i].bytes, cases[i].size), cases[i].expected);
    ipc_stop(server);
}

static void half_a_frame_ends_with_the_connection(void **state)
{
    struct ipc_server *server = start(0);
    struct ipc_client *client = ipc_client_new(path);
    CLEANUP_ARENA struct arena *arena = arena_new();
    int fd;
    const char *text;
    assert_int_equal(socket_connect(path, &fd), ERR_NONE);
    assert_int_equal(write(fd, "\0\0\0\012\1", 5), 5);
    assert_int_equal(call_echo(client, arena, "others go on", &text), ERR_NONE);
    close(fd); /* the peer dies in the middle */
    assert_int_equal(call_echo(client, arena, "still", &text), ERR_NONE);
    int64_t begin_ms = clock_monotonic_ms();
    assert_int_equal(raw_exchange("\0\0\0\012\1", 5), ERR_COUNT); /* or stays silent */
    assert_true(clock_monotonic_ms() - begin_ms >= 4900);
    ipc_client_free(client);
    ipc_stop(server);
}

static void a_server_that_dies_or_is_silent_is_unavailable(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_client *client = ipc_client_new(path);
    const char *text;
    assert_int_equal(call_echo(client, arena, "nobody", &text), ERR_UNAVAILABLE);

    struct ipc_server *server = start(1);
    assert_int_equal(call_echo(client, arena, "now", &text), ERR_NONE);
    ipc_stop(server);
    server = start(1); /* the kept connection is dead, a new one is made */
    assert_int_equal(call_echo(client, arena, "again", &text), ERR_NONE);

    struct buffer nothing = BUFFER_EMPTY;
    struct ipc_reader reply;
    peers_set(IPC_WEB, getpid());
    struct ipc_client *web = ipc_client_new(path);
    int64_t begin_ms = clock_monotonic_ms();
    assert_int_equal(ipc_call(web, QUESTION_VERIFY_PERSON, &nothing, 200, arena, &reply), ERR_UNAVAILABLE);
    assert_true(clock_monotonic_ms() - begin_ms >= 195);
    sem_post(&gate);
    peers_set(IPC_WEB, 0);
    ipc_client_free(web);
    ipc_client_free(client);
    ipc_stop(server);
}

static void a_server_killed_in_a_call_is_unavailable(void **state)
{
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        start(1);
        for (;;) pause();
    }
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *text = NULL;
    struct ipc_client *client = ipc_client_new(path);
    for (int i = 0; i < 3000 && call_echo(client, arena, "up?", &text) != ERR_NONE; i++) clock_pause_ms(10);
    assert_string_equal(text, "up?");
    struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid); /* until then it may still answer */
    int64_t begin_ms = clock_monotonic_ms();
    assert_int_equal(ipc_call(client, KEEPER_SEARCH_TAG, &payload, 100, arena, &reply), ERR_UNAVAILABLE);
    assert_true(clock_monotonic_ms() - begin_ms < 3000);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(call_echo(client, arena, "gone", &text), ERR_UNAVAILABLE);
    ipc_client_free(client);
}

/* -- the asker -- */

struct answers {
    pthread_mutex_t lock;
    int by_error[ERR_COUNT];
    int count;
};

static void count_answer(void *context, enum err error, struct bytes reply)
{
    struct answers *answers = context;
    pthread_mutex_lock(&answers->lock);
    answers->by_error[error]++;
    answers->count++;
    pthread_mutex_unlock(&answers->lock);
    if (error == ERR_NONE) assert_int_equal(reply.size, 8);
}

static void wait_for_answers(struct answers *answers, int count)
{
    for (int64_t end_ms = clock_monotonic_ms() + 20000; clock_monotonic_ms() < end_ms; clock_pause_ms(2)) {
        pthread_mutex_lock(&answers->lock);
        int now = answers->count;
        pthread_mutex_unlock(&answers->lock);
        if (now >= count) return;
    }
    fail_msg("answers are missing");
}

static void sixty_four_questions_and_no_more(void **state)
{
    peers_set(IPC_WEB, getpid());
    struct ipc_server *server = start(64);
    struct ipc_asker *asker;
    assert_int_equal(ipc_asker_new(path, &asker), ERR_NONE);
    struct answers answers = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct buffer nothing = BUFFER_EMPTY;
    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < 64; i++)
            assert_int_equal(ipc_ask(asker, QUESTION_VERIFY_PERSON, &nothing, 15000, count_answer, &answers), ERR_NONE);
        assert_int_equal(ipc_ask(asker, QUESTION_VERIFY_PERSON, &nothing, 15000, count_answer, &answers), ERR_FULL);
        for (int i = 0; i < 64; i++) sem_post(&gate);
        wait_for_answers(&answers, round * 64);
        assert_int_equal(answers.by_error[ERR_NONE], round * 64);
    }
    /* silent, forbidden, and still under way at the end: each is answered once */
    assert_int_equal(ipc_ask(asker, QUESTION_VERIFY_PERSON, &nothing, 100, count_answer, &answers), ERR_NONE);
    wait_for_answers(&answers, 129);
    assert_int_equal(answers.by_error[ERR_UNAVAILABLE], 1);
    assert_int_equal(ipc_ask(asker, KEEPER_CODE_TEXT, &nothing, 5000, count_answer, &answers), ERR_NONE);
    wait_for_answers(&answers, 130);
    assert_int_equal(answers.by_error[ERR_FORBIDDEN], 1);
    assert_int_equal(ipc_ask(asker, QUESTION_VERIFY_PERSON, &nothing, 15000, count_answer, &answers), ERR_NONE);
    ipc_asker_free(asker);
    assert_int_equal(answers.count, 131);
    assert_int_equal(answers.by_error[ERR_UNAVAILABLE], 2);
    for (int i = 0; i < 2; i++) sem_post(&gate);
    ipc_stop(server);

    assert_int_equal(ipc_asker_new(path, &asker), ERR_NONE);
    assert_int_equal(ipc_ask(asker, QUESTION_VERIFY_PERSON, &nothing, 5000, count_answer, &answers), ERR_NONE);
    wait_for_answers(&answers, 132);
    assert_int_equal(answers.by_error[ERR_UNAVAILABLE], 3);
    ipc_asker_free(asker);
    peers_set(IPC_WEB, 0);
}

static void a_queued_question_is_dropped_when_its_asker_has_gone(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    peers_set(IPC_WEB, getpid());
    struct ipc_server *server = start(1);
    struct ipc_asker *asker;
    struct answers answers = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct buffer nothing = BUFFER_EMPTY;
    struct ipc_reader reply;
    const char *text;
    while (sem_trywait(&gate) == 0 || sem_trywait(&begun) == 0) continue; /* what others left */
    assert_int_equal(ipc_asker_new(path, &asker), ERR_NONE);
    assert_int_equal(ipc_ask(asker, QUESTION_VERIFY_PERSON, &nothing, 15000, count_answer, &answers), ERR_NONE);
    while (sem_wait(&begun) != 0) continue;
    struct ipc_client *client = ipc_client_new(path);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ipc_call(client, QUESTION_VERIFY_PERSON, &nothing, 50, arena, &reply), ERR_UNAVAILABLE);
    sem_post(&gate); /* one: a second question that began would wait at it, and hold the only thread up */
    wait_for_answers(&answers, 1);
    assert_int_equal(answers.by_error[ERR_NONE], 1);
    peers_set(IPC_WEB, 0);
    assert_int_equal(call_echo(client, arena, "next", &text), ERR_NONE);
    ipc_asker_free(asker);
    ipc_client_free(client);
    ipc_stop(server);
}

static void a_question_reads_as_it_was_written(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    const struct question_person person = {"10000000146", "AYŞE", "IŞIK", 1990, 1, 2};
    question_person_put(&payload, &person);
    struct ipc_reader reader = {buffer_bytes(&payload), arena};
    struct question_person read;
    assert_int_equal(question_person_get(&reader, &read), ERR_NONE);
    assert_string_equal(read.identity_number, person.identity_number);
    assert_string_equal(read.given_names, person.given_names);
    assert_string_equal(read.surname, person.surname);
    assert_int_equal(read.birth_year * 10000 + read.birth_month * 100 + read.birth_day, 19900102);
    CLEANUP_BUFFER struct buffer wrong = BUFFER_EMPTY;
    ipc_put_int64(&wrong, 4);
    reader = (struct ipc_reader){buffer_bytes(&wrong), arena};
    enum question_answer answer;
    assert_int_equal(question_answer_get(&reader, &answer), ERR_INVALID);
}

static int set_up(void **state)
{
    int peers_fd;
    sem_init(&gate, 0, 0);
    sem_init(&begun, 0, 0);
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE || peers_make(&peers_fd) != ERR_NONE) return -1;
    snprintf(path, sizeof path, "%s/s", folder);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_come_back_as_they_went),
        cmocka_unit_test(damaged_fields_are_refused),
        cmocka_unit_test(a_call_is_answered),
        cmocka_unit_test(an_error_comes_back_with_its_detail),
        cmocka_unit_test(large_messages_pass_and_too_large_ones_do_not),
        cmocka_unit_test(who_may_send_what_is_the_table),
        cmocka_unit_test(another_process_has_its_own_role),
        cmocka_unit_test(damaged_frames_are_refused),
        cmocka_unit_test(half_a_frame_ends_with_the_connection),
        cmocka_unit_test(a_server_that_dies_or_is_silent_is_unavailable),
        cmocka_unit_test(a_server_killed_in_a_call_is_unavailable),
        cmocka_unit_test(sixty_four_questions_and_no_more),
        cmocka_unit_test(a_queued_question_is_dropped_when_its_asker_has_gone),
        cmocka_unit_test(a_question_reads_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
