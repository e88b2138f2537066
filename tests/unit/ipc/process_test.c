/* Where an installation lies and what it is called; a process that begins, says ready and ends when it is told to. */
#include "base/clock.h"
#include "base/file.h"
#include "ipc/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/process-test-XXXXXX";
static struct arena *arena;

static enum err load(const char *conf, struct installation *ret_installation)
{
    const char *path = arena_printf(arena, "%s/divit.conf", folder);
    assert_int_equal(file_write(path, bytes_of_text(conf), 0600), ERR_NONE);
    return installation_load(arena, folder, ret_installation);
}

static void an_installation_is_what_its_file_says(void **state)
{
    struct installation installation;
    assert_int_equal(load("", &installation), ERR_NONE);
    assert_string_equal(installation.state, folder);
    assert_string_equal(installation.database, arena_printf(arena, "sqlite:%s/db/divit.db", folder));
    assert_false(installation.is_demo);
    assert_string_equal(installation_path(arena, &installation, "run/%s.sock", "keeper"),
                        arena_printf(arena, "%s/run/keeper.sock", folder));
    static const char conf[] = "[installation]\ndatabase = postgresql:///divit\npublic_url = https://divit.example\n"
                               "responder_url = http://ocsp.example:81\nis_demo = yes\n";
    assert_int_equal(load(conf, &installation), ERR_NONE);
    assert_string_equal(installation.database, "postgresql:///divit");
    assert_string_equal(installation.public_url, "https://divit.example");
    assert_string_equal(installation.responder_url, "http://ocsp.example:81");
    assert_true(installation.is_demo);
}

static void a_file_with_mistakes_is_refused(void **state)
{
    static const char *const files[] = {
        "[installation]\npublic_urll = http://x\n", "[installation]\npublic_url = http://x/\n",
        "[installation]\npublic_url = x\n",         "[installation]\nresponder_url = ftp://x\n",
        "[installation]\nis_demo = perhaps\n",      "[instalation]\nis_demo = yes\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct installation installation = {0};
        assert_int_not_equal(load(files[i], &installation), ERR_NONE);
        assert_null(installation.state);
    }
    struct installation installation;
    assert_int_equal(installation_load(arena, "/nowhere/at/all", &installation), ERR_NOT_FOUND);
}

/* Begins in a child, with what a supervisor sets; the child's exit code after it was told to end. */
static int begin_and_end(const struct installation *installation, pid_t supervisor, bool is_expected)
{
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ready[0]);
        setenv("DIVIT_READY_FD", arena_printf(arena, "%d", ready[1]), 1);
        setenv("DIVIT_SUPERVISOR_PID", arena_printf(arena, "%d", (int)supervisor), 1);
        if (process_begin("test", installation) != ERR_NONE) _exit(2);
        if (prctl(PR_GET_DUMPABLE) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) _exit(3);
        if (installation->is_demo && clock_offset_s() != 12345) _exit(4);
        process_ready();
        process_wait();
        _exit(0);
    }
    close(ready[1]);
    char byte = 0;
    assert_int_equal(read(ready[0], &byte, 1), is_expected ? 1 : 0);
    assert_int_equal(read(ready[0], &byte, 1), 0); /* once, and closed */
    close(ready[0]);
    if (is_expected) assert_int_equal(kill(pid, SIGTERM), 0);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_process_says_ready_and_ends_when_told(void **state)
{
    struct installation installation;
    assert_int_equal(load("", &installation), ERR_NONE);
    assert_int_equal(begin_and_end(&installation, getpid(), true), 0);
    assert_int_equal(begin_and_end(&installation, getpid() + 1, false), 2); /* its supervisor died meanwhile */
}

static void a_demo_needs_its_clock(void **state)
{
    struct installation installation;
    assert_int_equal(load("[installation]\nis_demo = yes\n", &installation), ERR_NONE);
    assert_int_equal(begin_and_end(&installation, getpid(), false), 2);
    assert_int_equal(clock_set_offset(installation_path(arena, &installation, "clock-offset"), 12345), ERR_NONE);
    assert_int_equal(begin_and_end(&installation, getpid(), true), 0);
}

static int set_up(void **state)
{
    arena = arena_new();
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    int result = system(arena_printf(arena, "rm -rf %s", folder));
    arena_free(arena);
    return result;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_installation_is_what_its_file_says),
        cmocka_unit_test(a_file_with_mistakes_is_refused),
        cmocka_unit_test(a_process_says_ready_and_ends_when_told),
        cmocka_unit_test(a_demo_needs_its_clock),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
