/*
 * `divit run`: makes the installation if there is none, starts each of its processes, watches them, ends them in order.
 * This process serves nobody: it only waits for signals, ready messages and ends of children.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/init.h"
#include "cli/ports.h"
#include "ipc/peers.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 30000 /* from its start until a process serves */
#define END_MS 10000 /* from SIGTERM until it is killed */
#define WAIT_FIRST_MS 250
#define WAIT_LAST_MS 30000
#define STEADY_MS 60000 /* after so long a process that dies is started again at once */

struct service {
    const char *name;
    enum ipc_role role;
    pid_t pid; /* 0: not running */
    int ready_fd; /* -1: said, or not running */
    bool is_ready;
    int64_t started_ms, start_at_ms, wait_ms;
};

/* Started in this order, each when the one before serves; ended in the opposite order. */
static struct service services[] = {
    {.name = "sim", .role = IPC_SIMULATOR},       {.name = "keeper", .role = IPC_KEEPER},
    {.name = "signer", .role = IPC_SIGNER},       {.name = "worker", .role = IPC_WORKER},
    {.name = "responder", .role = IPC_RESPONDER}, {.name = "web", .role = IPC_WEB},
};
#define SERVICE_COUNT (sizeof services / sizeof *services)

struct supervisor {
    struct installation installation;
    int peers_fd;
    int signal_fd;
    char program_folder[4096]; /* where divit-sim lies */
    size_t first; /* services from here: 1 leaves the simulator out */
    bool is_ending;
};

/* -- a child -- */

static void set_number(const char *name, long number)
{
    char text[24];
    snprintf(text, sizeof text, "%ld", number);
    setenv(name, text, 1);
}

/* Between fork and exec. */
static _Noreturn void become(const struct supervisor *supervisor, const struct service *service, pid_t supervisor_pid,
                             int go_fd, int ready_fd)
{
    setpgid(0, 0); /* Ctrl-C reaches the supervisor alone, which ends the others in order */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    char byte;
    if (read(go_fd, &byte, 1) != 1) _exit(1); /* only once its number is in the table of peers */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    fcntl(supervisor->peers_fd, F_SETFD, 0);
    fcntl(ready_fd, F_SETFD, 0);
    set_number("DIVIT_PEERS_FD", supervisor->peers_fd);
    set_number("DIVIT_READY_FD", ready_fd);
    set_number("DIVIT_SUPERVISOR_PID", supervisor_pid);
    const char *state = supervisor->installation.state;
    if (service->role == IPC_SIMULATOR) {
        char path[sizeof supervisor->program_folder + 16], port[16], mail_port[16];
        snprintf(path, sizeof path, "%s/divit-sim", supervisor->program_folder);
        snprintf(port, sizeof port, "%d", (int)supervisor->installation.simulator_port);
        snprintf(mail_port, sizeof mail_port, "%d", (int)supervisor->installation.simulator_mail_port);
        execl(path, "divit-sim", "--state", state, "--port", port, "--mail-port", mail_port, (char *)NULL);
    } else {
        execl("/proc/self/exe", "divit", service->name, "--state", state, (char *)NULL);
    }
    fprintf(stderr, "divit run: %s cannot be started: %s\n", service->name, strerror(errno));
    _exit(127);
}

static enum err start_service(const struct supervisor *supervisor, struct service *service)
{
    int go[2], ready[2];
    if (pipe2(go, O_CLOEXEC) != 0) return err_set(ERR_BROKEN, "pipe: %s", strerror(errno));
    if (pipe2(ready, O_CLOEXEC) != 0) {
        close(go[0]);
        close(go[1]);
        return err_set(ERR_BROKEN, "pipe: %s", strerror(errno));
    }
    pid_t self = getpid(), pid = fork();
    if (pid == 0) {
        close(go[1]);
        become(supervisor, service, self, go[0], ready[1]);
    }
    close(go[0]);
    close(ready[1]);
    if (pid > 0) {
        peers_set(service->role, pid);
        service->pid = pid;
        service->ready_fd = ready[0];
        service->is_ready = false;
        service->started_ms = clock_monotonic_ms();
        (void)!write(go[1], "g", 1);
    } else {
        close(ready[0]);
    }
    close(go[1]);
    return pid > 0 ? ERR_NONE : err_set(ERR_BROKEN, "fork: %s", strerror(errno));
}

static const char *how_it_ended(struct arena *arena, int status)
{
    if (WIFSIGNALED(status))
        return arena_printf(arena, "was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return arena_printf(arena, "ended with exit code %d", WEXITSTATUS(status));
}

static void forget(struct service *service)
{
    peers_set(service->role, 0);
    if (service->ready_fd >= 0) close(service->ready_fd);
    service->pid = 0;
    service->ready_fd = -1;
    service->is_ready = false;
}

/* The child wrote its byte, or closed the pipe without: then it is ending, which SIGCHLD tells. */
static void hear_ready(struct service *service)
{
    char byte;
    ssize_t size = read(service->ready_fd, &byte, 1);
    if (size < 0 && errno == EINTR) return;
    service->is_ready = size == 1;
    close(service->ready_fd);
    service->ready_fd = -1;
    if (service->is_ready) log_event(LOG_DEBUG, "serves", "service", service->name, NULL);
}

/* -- watching -- */

/* SIGHUP: the reason is mended, so nobody waits any longer to be started again. */
static void forget_waits(void)
{
    for (size_t i = 0; i < SERVICE_COUNT; i++) services[i].start_at_ms = services[i].wait_ms = 0;
}

static void take_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;
    while (read(supervisor->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) supervisor->is_ending = true;
        if (info.ssi_signo == SIGHUP) forget_waits();
    }
}

/* Waits for signals and ready messages until `until_ms`. */
static void wait_a_while(struct supervisor *supervisor, int64_t until_ms)
{
    struct pollfd polls[1 + SERVICE_COUNT] = {{supervisor->signal_fd, POLLIN, 0}};
    for (size_t i = 0; i < SERVICE_COUNT; i++) polls[1 + i] = (struct pollfd){services[i].ready_fd, POLLIN, 0};
    int64_t left_ms = until_ms - clock_monotonic_ms();
    if (poll(polls, 1 + SERVICE_COUNT, left_ms < 0 ? 0 : left_ms > WAIT_LAST_MS ? WAIT_LAST_MS : (int)left_ms) <= 0)
        return;
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        if (polls[1 + i].revents != 0) hear_ready(&services[i]);
    if (polls[0].revents != 0) take_signals(supervisor);
}

/* One at a time, so that a message names the one that failed. */
static enum err start_in_order(struct supervisor *supervisor)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = supervisor->first; i < SERVICE_COUNT; i++) {
        struct service *service = &services[i];
        TRY(start_service(supervisor, service));
        int64_t deadline_ms = clock_monotonic_ms() + READY_MS;
        while (!service->is_ready && !supervisor->is_ending) {
            int status;
            if (waitpid(service->pid, &status, WNOHANG) == service->pid) {
                forget(service);
                return err_set(ERR_UNAVAILABLE, "%s %s; its reason stands above", service->name,
                               how_it_ended(arena, status));
            }
            if (clock_monotonic_ms() > deadline_ms)
                return err_set(ERR_UNAVAILABLE, "%s does not serve after %d s", service->name, READY_MS / 1000);
            wait_a_while(supervisor, deadline_ms);
        }
        if (supervisor->is_ending) return ERR_NONE;
    }
    return ERR_NONE;
}

/* A process that died is started again, at once if it lived long, later each time if not. */
static void note_end(struct service *service, int status)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int64_t now_ms = clock_monotonic_ms();
    bool was_steady = service->is_ready && now_ms - service->started_ms >= STEADY_MS;
    forget(service);
    service->wait_ms = was_steady || service->wait_ms == 0 ? WAIT_FIRST_MS : service->wait_ms * 2;
    if (service->wait_ms > WAIT_LAST_MS) service->wait_ms = WAIT_LAST_MS;
    service->start_at_ms = now_ms + service->wait_ms;
    log_event(LOG_WARNING, "process_ended", "service", service->name, "how", how_it_ended(arena, status), "again_in_ms",
              log_int(arena, service->wait_ms), NULL);
}

static void collect_ends(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t i = 0; i < SERVICE_COUNT; i++)
            if (services[i].pid == pid) note_end(&services[i], status);
}

/* Starts what is due, kills what never became ready; the time of the next such thing. */
static int64_t mend(const struct supervisor *supervisor)
{
    int64_t now_ms = clock_monotonic_ms(), next_ms = now_ms + WAIT_LAST_MS;
    for (size_t i = supervisor->first; i < SERVICE_COUNT; i++) {
        struct service *service = &services[i];
        if (service->pid == 0 && now_ms >= service->start_at_ms && start_service(supervisor, service) != ERR_NONE) {
            log_error("start_failed", ERR_BROKEN, "service", service->name, NULL);
            service->start_at_ms = now_ms + WAIT_LAST_MS;
        }
        int64_t due_ms = service->pid == 0 ? service->start_at_ms : service->started_ms + READY_MS;
        if (service->pid != 0 && service->is_ready) continue;
        if (service->pid != 0 && now_ms >= due_ms) {
            log_event(LOG_ERROR, "never_ready", "service", service->name, NULL);
            kill(service->pid, SIGKILL);
            due_ms = now_ms + WAIT_FIRST_MS;
        }
        if (due_ms < next_ms) next_ms = due_ms;
    }
    return next_ms;
}

static void watch(struct supervisor *supervisor)
{
    while (!supervisor->is_ending) {
        collect_ends();
        wait_a_while(supervisor, mend(supervisor));
    }
}

/* Web first, so that nothing new comes in; the keeper, whom all others need, near the end. */
static void end_in_order(struct supervisor *supervisor)
{
    for (size_t i = SERVICE_COUNT; i-- > supervisor->first;) {
        struct service *service = &services[i];
        if (service->pid == 0) continue;
        kill(service->pid, SIGTERM);
        int64_t deadline_ms = clock_monotonic_ms() + END_MS;
        while (waitpid(service->pid, NULL, WNOHANG) == 0) {
            if (clock_monotonic_ms() > deadline_ms) {
                log_event(LOG_ERROR, "does_not_end", "service", service->name, NULL);
                kill(service->pid, SIGKILL);
                waitpid(service->pid, NULL, 0);
                break;
            }
            wait_a_while(supervisor, clock_monotonic_ms() + 200);
        }
        forget(service);
    }
}

/* -- the command -- */

struct options {
    const char *state;
    int port, sim_port;
    const char *database;
};

static int port_of(const char *text, struct argp_state *state)
{
    char *end;
    long port = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || port < 1 || port > 65534)
        argp_error(state, "a port is 1 to 65534, not %s", text);
    return (int)port;
}

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 's': options->state = argument; return 0;
    case 'p': options->port = port_of(argument, state); return 0;
    case 'o': options->sim_port = port_of(argument, state); return 0;
    case 'd': options->database = argument; return 0;
    case ARGP_KEY_ARG: argp_usage(state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder, made with a demonstration if it is not there (./state)", 0},
    {"port", 'p', "PORT", 0, "Port of the portal; the responder takes the next free one (8080)", 0},
    {"sim-port", 'o', "PORT", 0, "Port of the outside world's page; its mail server takes the next free one (8090)", 0},
    {"database", 'd', "ADDRESS", 0, "For a new state: address of a PostgreSQL database (SQLite in the state folder)",
     0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    NULL,
    "Runs all of Divit on this machine, each part in a process of its own, until Ctrl-C. A part that dies is "
    "started again, later each time; SIGHUP starts all that wait at once.\v"
    "Examples:\n  divit run\n  divit run --state /tmp/demo --port 9080 --sim-port 9090",
    NULL,
    NULL,
    NULL};

/* Addresses stand in certificates and in divit.conf, so a state keeps the ports it was made for. */
static enum err check_ports(const struct installation *installation, const struct options *options)
{
    if (!installation->is_demo) return ERR_NONE;
    const char *colon = strrchr(installation->public_url, ':');
    int port = colon != NULL ? (int)strtol(colon + 1, NULL, 10) : 0, sim_port = (int)installation->simulator_port;
    if (port == options->port && sim_port == options->sim_port) return ERR_NONE;
    return err_set(ERR_STATE, "%s was made for ports %d and %d: use those, or another state folder",
                   installation->state, port, sim_port);
}

static enum err lock_state(struct arena *arena, const struct installation *installation)
{
    TRY(folder_make(installation_path(arena, installation, "run"), 0700));
    int fd = open(installation_path(arena, installation, "run/lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return err_set(ERR_BROKEN, "%s/run/lock: %s", installation->state, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) return err_set(ERR_EXISTS, "Divit runs on %s already", installation->state);
    return ERR_NONE; /* held open, and so locked, until this process ends */
}

static enum err prepare(struct supervisor *supervisor, struct arena *arena, const struct options *options)
{
    if (!init_is_done(options->state)) {
        TRY(port_check_free(options->port)); /* before a state is made that would keep them */
        TRY(port_check_free(options->sim_port));
        fprintf(stderr, "divit run: making a new installation in %s\n", options->state);
        const struct init_options init = {options->state, options->port, options->sim_port, options->database};
        TRY(init_state(&init));
    }
    cli_load(arena, options->state, &supervisor->installation);
    TRY(check_ports(&supervisor->installation, options));
    TRY(lock_state(arena, &supervisor->installation));
    supervisor->first = supervisor->installation.is_demo ? 0 : 1;
    ssize_t size = readlink("/proc/self/exe", supervisor->program_folder, sizeof supervisor->program_folder - 1);
    if (size <= 0) return err_set(ERR_BROKEN, "/proc/self/exe: %s", strerror(errno));
    *strrchr(supervisor->program_folder, '/') = '\0';
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    supervisor->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (supervisor->signal_fd < 0) return err_set(ERR_BROKEN, "signalfd: %s", strerror(errno));
    for (size_t i = 0; i < SERVICE_COUNT; i++) services[i].ready_fd = -1;
    return peers_make(&supervisor->peers_fd);
}

static void say_ready(const struct supervisor *supervisor)
{
    const char *url = supervisor->installation.public_url;
    printf("ready %s\n", url);
    printf("  apply for a certificate   %s/basvuru/saglik\n", url);
    printf("  the institution's desk    %s/yetkili\n", url);
    printf("  a holder's certificates   %s/online\n", url);
    if (supervisor->installation.is_demo) {
        printf("  the outside world         http://localhost:%d\n", (int)supervisor->installation.simulator_port);
        printf("  people, links, secrets    %s/demo.json\n", supervisor->installation.state);
    }
    printf("Ctrl-C ends all of it.\n");
    fflush(stdout);
}

int run_main(int argc, char **argv)
{
    struct options options = {.state = "state", .port = 8080, .sim_port = 8090};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    log_open("run");
    static struct supervisor supervisor;
    CLEANUP_ARENA struct arena *arena = arena_new();
    enum err error = prepare(&supervisor, arena, &options);
    if (error == ERR_NONE) {
        error = start_in_order(&supervisor);
        if (error == ERR_NONE && !supervisor.is_ending) {
            say_ready(&supervisor);
            watch(&supervisor);
        }
        if (error != ERR_NONE) fprintf(stderr, "divit run: %s\n", err_detail());
        end_in_order(&supervisor);
    } else {
        fprintf(stderr, "divit run: %s\n", err_detail());
    }
    return error == ERR_NONE ? 0 : 1;
}
