#include "ipc/process.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "ipc/peers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOCKED_MEMORY_MAX ((rlim_t)256 * 1024 * 1024)

/* Locked memory (secret.h) must not depend on a capability that confine_privileges() gives up. */
static void allow_locked_memory(void)
{
    struct rlimit limit = {LOCKED_MEMORY_MAX, LOCKED_MEMORY_MAX};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0) return;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_MEMLOCK, &limit);
}

static void end_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
}

enum err process_begin(const char *name, const struct installation *installation)
{
    log_open(name);
    signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    end_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    const char *supervisor = getenv("DIVIT_SUPERVISOR_PID");
    if (supervisor != NULL) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != (pid_t)strtol(supervisor, NULL, 10)) return err_set(ERR_UNAVAILABLE, "the supervisor is gone");
    }
    allow_locked_memory();
    TRY(confine_privileges());
    TRY(secret_init());
    TRY(peers_use());
    if (!installation->is_demo) return ERR_NONE;
    struct arena *arena = arena_new();
    enum err error = clock_use_offset(installation_path(arena, installation, "clock-offset"));
    arena_free(arena);
    return error;
}

/* The folder of an SQLite database; NULL for one that is reached through a socket. */
static const char *database_folder(struct arena *arena, const struct installation *installation)
{
    static const char scheme[] = "sqlite:";
    const char *address = installation->database;
    if (strncmp(address, scheme, sizeof scheme - 1) != 0) return NULL;
    const char *path = address + sizeof scheme - 1;
    return arena_text_n(arena, path, (size_t)(strrchr(path, '/') - path));
}

static const char *file_of(struct arena *arena, const struct installation *installation, const char *name)
{
    if (strcmp(name, PROCESS_DATABASE) == 0) return database_folder(arena, installation);
    return name[0] == '/' ? name : installation_path(arena, installation, "%s", name);
}

enum err process_files(const struct installation *installation, const struct confine_file *files)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    size_t count = 0, used = 0;
    while (files[count].path != NULL) count++;
    struct confine_file *absolute = NEW_ARRAY(arena, struct confine_file, count + 2);
    absolute[used++] = (struct confine_file){installation_path(arena, installation, "divit.conf"), CONFINE_READ};
    for (size_t i = 0; i < count; i++) {
        const char *path = file_of(arena, installation, files[i].path);
        if (path != NULL) absolute[used++] = (struct confine_file){path, files[i].right};
    }
    return confine_files(absolute);
}

void process_ready(void)
{
    const char *number = getenv("DIVIT_READY_FD");
    if (number == NULL) return;
    int fd = (int)strtol(number, NULL, 10);
    while (write(fd, "r", 1) < 0 && errno == EINTR) continue;
    close(fd);
    unsetenv("DIVIT_READY_FD");
}

void process_wait(void)
{
    sigset_t set;
    end_signals(&set);
    int number;
    while (sigwait(&set, &number) != 0) continue;
}
