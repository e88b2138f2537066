#include "victim.h"

#include "base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 30000
#define DEAD_MS 5000
#define CHAIN_MAX 8 /* kills in a round; then it is left alone, so that the round comes to its end */

static struct point planned;

void violation(const struct victim *victim, const char *format, ...)
{
    char text[128];
    va_list arguments;
    point_say(&planned, text);
    printf("violated: %s killed at \"%s\": ", victim->name, text);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\nits state folder is %s\n", victim->state);
    fflush(stdout);
    if (victim->pid > 0) kill(victim->pid, SIGKILL);
    _exit(1);
}

void be(enum ipc_role role)
{
    static const enum ipc_role roles[] = {IPC_WEB, IPC_WORKER};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) peers_set(roles[i], roles[i] == role ? getpid() : 0);
}

/* Between fork and exec. strace -D stands behind the process, not before it: parent and number stay what they are. */
static _Noreturn void become(const struct victim *victim, const struct kill_at *at, int ready_fd)
{
    char number[16], inject[96], trace[64], log_path[256];
    snprintf(number, sizeof number, "%d", ready_fd);
    setenv("DIVIT_READY_FD", number, 1);
    snprintf(number, sizeof number, "%d", victim->peers_fd);
    setenv("DIVIT_PEERS_FD", number, 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(log_path, sizeof log_path, "%s/log", victim->state);
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log >= 0) dup2(log, STDERR_FILENO);
    if (at->call == NULL) {
        execl(victim->divit, "divit", victim->name, "--state", victim->state, (char *)NULL);
    } else {
        snprintf(trace, sizeof trace, "trace=%s", at->call);
        snprintf(inject, sizeof inject, "inject=%s:signal=SIGKILL:when=%d", at->call, at->number);
        execlp("strace", "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", trace, "-e", inject, victim->divit,
               victim->name, "--state", victim->state, (char *)NULL);
    }
    perror("exec");
    _exit(127);
}

/* The number of the signal that ended it, 0 while it runs. */
static int ended_by(struct victim *victim)
{
    int status = 0;
    pid_t ended;
    /* strace's own processes become ours as well: we are their subreaper */
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended != victim->pid) continue;
        victim->pid = 0;
        if (!WIFSIGNALED(status)) violation(victim, "%s ended with exit code %d", victim->name, WEXITSTATUS(status));
        return WTERMSIG(status);
    }
    return 0;
}

static bool is_dead(struct victim *victim)
{
    int64_t deadline_ms = clock_monotonic_ms() + DEAD_MS;
    int number;
    while ((number = ended_by(victim)) == 0) {
        if (clock_monotonic_ms() > deadline_ms) return false;
        clock_pause_ms(1);
    }
    if (number != SIGKILL) violation(victim, "%s was ended by signal %d", victim->name, number);
    victim->kills++;
    return true;
}

static bool start_once(struct victim *victim)
{
    int ready[2];
    char byte;
    if (pipe2(ready, 0) != 0) violation(victim, "pipe");
    fcntl(ready[0], F_SETFD, FD_CLOEXEC);
    const struct kill_at at = victim->point.first;
    victim->point.first = victim->point.second;
    if (victim->kills + 1 >= CHAIN_MAX) victim->point = (struct point){0};
    fflush(stdout);
    victim->pid = fork();
    if (victim->pid == 0) become(victim, &at, ready[1]);
    close(ready[1]);
    struct pollfd wait = {ready[0], POLLIN, 0};
    bool is_heard = poll(&wait, 1, READY_MS) == 1;
    bool is_ready = is_heard && read(ready[0], &byte, 1) == 1;
    close(ready[0]);
    if (is_ready) return true;
    if (!is_heard || !is_dead(victim)) violation(victim, "%s does not start", victim->name);
    /* it would be killed there again, at each start: the same point */
    if (victim->kills > 1) victim->point = (struct point){0};
    return false;
}

void victim_start(struct victim *victim)
{
    while (!start_once(victim)) continue;
}

void victim_begin(struct victim *victim, const struct point *point)
{
    if (victim->peers_fd < 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        if (peers_make(&victim->peers_fd) != ERR_NONE) violation(victim, "%s", err_detail());
        fcntl(victim->peers_fd, F_SETFD, 0);
    }
    planned = *point;
    victim->point = *point;
    victim->kills = 0;
    victim_start(victim);
}

bool victim_was_killed(struct victim *victim)
{
    if (!is_dead(victim)) return false;
    victim_start(victim);
    return true;
}

void victim_end(struct victim *victim)
{
    int status = 0;
    if (kill(victim->pid, SIGTERM) != 0) violation(victim, "kill");
    /* it may be killed at a point even as it ends */
    if (waitpid(victim->pid, &status, 0) != victim->pid) violation(victim, "waitpid");
    victim->pid = 0;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) victim->kills++;
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) violation(victim, "end with status %#x", (unsigned)status);
    victim->point = (struct point){0};
}
