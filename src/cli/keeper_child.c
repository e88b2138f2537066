#include "cli/keeper_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_TIME_MS 20000

static bool is_listening(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return false;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0) close(fd);
    return connected;
}

_Noreturn static void become_keeper(const char *state, int ready_fd)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    char number[16];
    snprintf(number, sizeof number, "%d", ready_fd);
    setenv("DIVIT_READY_FD", number, 1);
    execl("/proc/self/exe", "divit", "keeper", "--state", state, (char *)NULL);
    _exit(127);
}

static enum err wait_until_ready(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char byte;
    int count;
    while ((count = poll(&ready, 1, START_TIME_MS)) < 0 && errno == EINTR) continue;
    if (count == 1 && read(fd, &byte, 1) == 1) return ERR_NONE;
    return err_set(ERR_UNAVAILABLE, "the keeper does not start; what it logged stands above");
}

enum err keeper_child_start(const struct installation *installation, struct keeper_child *ret_child)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *path = installation_path(arena, installation, "run/keeper.sock");
    struct keeper_child child = {0};
    if (!is_listening(path)) {
        int ready[2];
        if (pipe(ready) != 0) return err_set(ERR_BROKEN, "pipe: %s", strerror(errno));
        child.pid = fork();
        if (child.pid == 0) {
            close(ready[0]);
            become_keeper(installation->state, ready[1]);
        }
        close(ready[1]);
        enum err error = child.pid < 0 ? err_set(ERR_BROKEN, "fork: %s", strerror(errno)) : wait_until_ready(ready[0]);
        close(ready[0]);
        if (error != ERR_NONE) {
            keeper_child_end(&child);
            return error;
        }
    }
    child.keeper = keeper_new(path);
    *ret_child = child;
    return ERR_NONE;
}

void keeper_child_end(struct keeper_child *child)
{
    child->keeper = keeper_free(child->keeper);
    if (child->pid <= 0) return;
    kill(child->pid, SIGTERM);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) continue;
    child->pid = 0;
}
