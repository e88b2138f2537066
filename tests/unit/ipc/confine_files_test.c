/*
 * Each way to a file that is not the process's own is tried in a child that sees two folders: one to read, one to write.
 * Where the kernel has no Landlock the test says so and is skipped.
 */
#include "base/arena.h"
#include "base/file.h"
#include "ipc/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;
static char folder[] = "/tmp/divit-confine-XXXXXX";

static const char *in(const char *name)
{
    return name[0] == '/' ? name : arena_printf(arena, "%s/%s", folder, name);
}

enum act { READ, WRITE, CUT, MAKE, MAKE_FOLDER, REMOVE, LIST, RENAME_OUT, LINK_IN };
static const struct {
    const char *name;
    enum act act;
    int expected; /* errno; 0: it works */
} cases[] = {
    {"read/a", READ, 0},
    {"read/a", WRITE, EACCES},
    {"read/a", CUT, EACCES},
    {"read/new", MAKE, EACCES},
    {"read/a", REMOVE, EACCES},
    {"read", LIST, 0},
    {"write/a", READ, 0},
    {"write/a", WRITE, 0},
    {"write/a", CUT, 0},
    {"write/new", MAKE, 0},
    {"write/new", REMOVE, 0},
    {"write/sub", MAKE_FOLDER, 0},
    {"write", LIST, 0},
    {"other/a", READ, EACCES},
    {"other/a", WRITE, EACCES},
    {"other/a", CUT, EACCES},
    {"other/new", MAKE, EACCES},
    {"other/a", REMOVE, EACCES},
    {"other", LIST, EACCES},
    {"other/sub", MAKE_FOLDER, EACCES},
    {"write/a", RENAME_OUT, EXDEV},
    {"other/a", LINK_IN, EXDEV},
    {"/etc/shadow", READ, EACCES},
    {"/etc/hosts", READ, 0},
    {"/root", LIST, EACCES},
};

static int open_and_close(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

static int do_act(const char *path, enum act act)
{
    switch (act) {
    case READ: return open_and_close(path, O_RDONLY);
    case WRITE: return open_and_close(path, O_WRONLY);
    case CUT: return truncate(path, 0) == 0 ? 0 : errno;
    case MAKE: return open_and_close(path, O_WRONLY | O_CREAT | O_EXCL);
    case MAKE_FOLDER: return mkdir(path, 0700) == 0 ? 0 : errno;
    case REMOVE: return unlink(path) == 0 ? 0 : errno;
    case LIST: return open_and_close(path, O_RDONLY | O_DIRECTORY);
    case RENAME_OUT: return rename(path, in("other/stolen")) == 0 ? 0 : errno;
    case LINK_IN: return link(path, in("write/link")) == 0 ? 0 : errno;
    }
    return -1;
}

/* In one child, in order, so that a file made is there to be removed; exits with the number of the first wrong case. */
static int confined_child(void)
{
    const struct confine_file files[] = {
        {in("read"), CONFINE_READ}, {in("write"), CONFINE_WRITE}, {in("missing"), CONFINE_READ}, {0}};
    if (confine_privileges() != ERR_NONE || confine_files(files) != ERR_NONE) return 200;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int got = do_act(in(cases[i].name), cases[i].act);
        if (got == cases[i].expected || (cases[i].expected == EXDEV && got == EACCES)) continue;
        fprintf(stderr, "%s, act %d: %s\n", cases[i].name, cases[i].act, strerror(got));
        return (int)i + 1;
    }
    return 0;
}

static void what_is_not_named_is_not_there(void **state)
{
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 3) {
        print_message("this kernel has no Landlock of version 3\n");
        skip();
    }
    pid_t pid = fork();
    if (pid == 0) _exit(confined_child());
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int make_folders(void **state)
{
    static const char *const names[] = {"read", "write", "other"};
    arena = arena_new();
    if (mkdtemp(folder) == NULL) return -1;
    for (size_t i = 0; i < 3; i++) {
        const char *file = arena_printf(arena, "%s/%s/a", folder, names[i]);
        if (folder_make(in(names[i]), 0700) != ERR_NONE || file_write(file, bytes_of_text("a"), 0600) != ERR_NONE)
            return -1;
    }
    return 0;
}

static int remove_folders(void **state)
{
    static const char *const names[] = {"write/sub", "read/a", "write/a", "other/a", "read", "write", "other"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) remove(in(names[i]));
    rmdir(folder);
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_not_named_is_not_there)};
    return cmocka_run_group_tests_name("ipc-confine-files", tests, make_folders, remove_folders);
}
