/*
 * The supervisor with processes that this program plays itself (`divit run` starts /proc/self/exe): start in order,
 * roles, restart, end in order, failure at the start, and that nothing is left when the supervisor is killed.
 */
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/init.h"
#include "ipc/peers.h"
#include "ipc/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* -- what run.c takes from the rest of the command line -- */

bool init_is_done(const char *state)
{
    return true;
}

enum err init_state(const struct init_options *options)
{
    return err_set(ERR_BROKEN, "not in this test");
}

void cli_load(struct arena *arena, const char *state, struct installation *ret_installation)
{
    *ret_installation = (struct installation){.state = arena_text(arena, state), .public_url = "http://localhost:8080"};
}

/* -- a process of the installation -- */

static void note(const char *state, const char *file, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", state, file);
    FILE *out = fopen(path, "a");
    fprintf(out, "%s\n", text);
    fclose(out);
}

static int play(const char *name, const char *state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct installation installation = {.state = state};
    if (file_exists(installation_path(arena, &installation, "fail-%s", name))) return 3;
    if (process_begin(name, &installation) != ERR_NONE) return 4;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 5;
    note(state, "starts", arena_printf(arena, "%s %d", name, (int)peers_role_of(pair[0])));
    note(state, arena_printf(arena, "pid-%s", name), arena_printf(arena, "%d", (int)getpid()));
    process_ready();
    process_wait();
    note(state, "ends", name);
    return 0;
}

/* -- the tests -- */

static char state_folder[64];
static struct arena *arena;
static int output_fd; /* of the supervisor: standard output and error */

static pid_t start_run(void)
{
    int output[2];
    assert_int_equal(pipe(output), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(output[1], 1);
        dup2(output[1], 2);
        close(output[0]);
        close(output[1]);
        execl("/proc/self/exe", "divit", "run", "--state", state_folder, (char *)NULL);
        _exit(127);
    }
    close(output[1]);
    output_fd = output[0];
    return pid;
}

/* Reads until `text` has come, or to the end for NULL. */
static const char *read_until(const char *text)
{
    static char all[16384];
    size_t size = 0;
    for (;;) {
        all[size] = '\0';
        if (text != NULL && strstr(all, text) != NULL) return all;
        ssize_t more = read(output_fd, all + size, sizeof all - 1 - size);
        if (more <= 0) return all;
        size += (size_t)more;
    }
}

static const char *content(const char *file)
{
    struct bytes bytes;
    if (file_read(arena, arena_printf(arena, "%s/%s", state_folder, file), 65536, &bytes) != ERR_NONE) return "";
    return bytes_to_text(arena, bytes);
}

static pid_t last_pid(const char *name)
{
    const char *pids = content(arena_printf(arena, "pid-%s", name));
    pid_t pid = 0;
    for (const char *at = pids; *at != '\0'; at = strchr(at, '\n') + 1) pid = (pid_t)atoi(at);
    return pid;
}

static int end_run(pid_t pid, int signal)
{
    int status;
    kill(pid, signal);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(output_fd);
    return status;
}

static bool is_gone_soon(pid_t pid)
{
    for (int i = 0; i < 500; i++) {
        if (kill(pid, 0) != 0) return true;
        clock_pause_ms(10);
    }
    return false;
}

static void all_start_with_their_roles_and_end_in_order(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        unlink(arena_printf(arena, "%s/starts", state_folder));
        unlink(arena_printf(arena, "%s/ends", state_folder));
        pid_t pid = start_run();
        assert_int_equal(strncmp(read_until("Ctrl-C"), "ready http://localhost:8080\n", 28), 0);
        assert_string_equal(content("starts"), "keeper 8\nsigner 4\nworker 2\nresponder 16\nweb 1\n");
        assert_int_equal(end_run(pid, signals[i]), 0);
        assert_string_equal(content("ends"), "web\nresponder\nworker\nsigner\nkeeper\n");
    }
}

static void a_process_that_dies_is_started_again(void **state)
{
    pid_t pid = start_run();
    read_until("Ctrl-C");
    for (int round = 0; round < 2; round++) {
        pid_t before = last_pid("web");
        assert_int_equal(kill(before, SIGKILL), 0);
        pid_t after = before;
        for (int i = 0; i < 1000 && after == before; i++) {
            clock_pause_ms(10);
            after = last_pid("web");
        }
        assert_int_not_equal(after, before);
        assert_int_equal(kill(after, 0), 0);
    }
    assert_non_null(strstr(content("starts"), "web 1\nweb 1\n")); /* with its role each time */
    assert_int_equal(end_run(pid, SIGTERM), 0);
}

static void who_fails_at_the_start_is_named(void **state)
{
    const char *path = arena_printf(arena, "%s/fail-signer", state_folder);
    unlink(arena_printf(arena, "%s/ends", state_folder));
    assert_int_equal(file_write(path, bytes_of_text(""), 0600), ERR_NONE);
    pid_t pid = start_run();
    const char *output = read_until(NULL);
    assert_non_null(strstr(output, "divit run: signer ended with exit code 3"));
    assert_null(strstr(output, "ready http"));
    int status = end_run(pid, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_string_equal(content("ends"), "keeper\n");
    unlink(path);
}

static void nothing_outlives_a_killed_supervisor(void **state)
{
    static const char *const names[] = {"keeper", "signer", "worker", "responder", "web"};
    pid_t pid = start_run();
    read_until("Ctrl-C");
    pid_t pids[5];
    for (size_t i = 0; i < 5; i++) {
        pids[i] = last_pid(names[i]);
        assert_int_equal(kill(pids[i], 0), 0);
    }
    end_run(pid, SIGKILL);
    for (size_t i = 0; i < 5; i++) assert_true(is_gone_soon(pids[i]));
}

static void a_state_is_run_once_at_a_time(void **state)
{
    pid_t first = start_run();
    read_until("Ctrl-C");
    int first_fd = output_fd;
    pid_t second = start_run();
    assert_non_null(strstr(read_until(NULL), "already"));
    assert_int_equal(WEXITSTATUS(end_run(second, 0)), 1);
    output_fd = first_fd;
    assert_int_equal(end_run(first, SIGTERM), 0);
}

static int set_up(void **state)
{
    arena = arena_new();
    strcpy(state_folder, "/tmp/run-test-XXXXXX");
    return mkdtemp(state_folder) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    int result = system(arena_printf(arena, "rm -rf %s", state_folder));
    arena_free(arena);
    return result;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "run") == 0) return run_main(argc - 1, argv + 1);
    if (argc == 4 && strcmp(argv[2], "--state") == 0) return play(argv[1], argv[3]);
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(all_start_with_their_roles_and_end_in_order),
        CASE(a_process_that_dies_is_started_again),
        CASE(who_fails_at_the_start_is_named),
        CASE(nothing_outlives_a_killed_supervisor),
        CASE(a_state_is_run_once_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
