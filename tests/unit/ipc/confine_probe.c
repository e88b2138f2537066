/*
 * Purpose: plays an intruder who runs code inside a process of Divit. Loaded with LD_PRELOAD; on SIGUSR1 it tries what
 * such a one would try, and writes each attempt and its errno (0: it worked) into DIVIT_PROBE/<process id>.
 *
 * tests/flow/confinement.test.mjs says what must come out for which process.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int report_fd = -1;
static const char *state;

static void report(const char *attempt, int number)
{
    dprintf(report_fd, "%s %d\n", attempt, number);
}

static void try_call(const char *attempt, long call, long a, long b, long c)
{
    long result = syscall(call, a, b, c, 0L, 0L);
    if (result == 0 && call == SYS_clone) _exit(0); /* the child there should not be */
    report(attempt, result < 0 ? errno : 0);
}

static void try_file(const char *name, const char *attempt, int flags)
{
    char path[512], words[600];
    snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : state, name[0] == '/' ? "" : "/", name);
    snprintf(words, sizeof words, "%s %s", attempt, name);
    int fd = open(path, flags | O_CLOEXEC, 0600);
    report(words, fd < 0 ? errno : 0);
    if (fd >= 0) close(fd);
    if (fd >= 0 && (flags & O_CREAT) != 0) unlink(path);
}

/* A message without payload (ipc/frame.h). ERR_FORBIDDEN: its sender may not send it; else the handler found it empty. */
static void try_message(const char *server, unsigned type)
{
    const uint8_t frame[6] = {0, 0, 0, 2, (uint8_t)(type >> 8), (uint8_t)type};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/run/%s.sock", state, server);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), number = 0;
    const struct timeval patience = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char reply[512];
    ssize_t size = -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && write(fd, frame, sizeof frame) > 0)
        size = read(fd, reply, sizeof reply);
    if (size <= 0) number = size == 0 ? EPIPE : errno;
    else if (memmem(reply, (size_t)size, "ERR_FORBIDDEN", 13) != NULL) number = EACCES;
    close(fd);
    char words[64];
    snprintf(words, sizeof words, "message %s 0x%04x", server, type);
    report(words, number);
}

static void try_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{1, 1, 1}, {0}};
    try_call("capabilities", SYS_capset, (long)&head, (long)data, 0);
}

static void try_files(void)
{
    static const char *const names[] = {
        "divit.conf",   "db/divit.db", "web/session.key", "signer/signer.db", "keeper/keeper.db", "anchor/signer.head",
        "sms-password", "demo.json",   "run/lock",        "/usr/bin/env",     "/proc/1/environ",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        try_file(names[i], "read", O_RDONLY);
        try_file(names[i], "write", O_WRONLY);
    }
    static const char *const folders[] = {"db", "web", "signer", "keeper", "cards", "run", "/tmp", "/root", "/usr"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s/confine-probe", folders[i]);
        try_file(name, "make", O_WRONLY | O_CREAT | O_EXCL);
    }
}

static void try_all(int signal_number)
{
    static char *const nothing[] = {NULL};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    dprintf(report_fd, "landlock %ld\n", version < 0 ? 0 : version);
    try_call("socket unix", SYS_socket, AF_UNIX, SOCK_STREAM, 0);
    try_call("socket inet", SYS_socket, AF_INET, SOCK_STREAM, 0);
    try_call("socket inet6", SYS_socket, AF_INET6, SOCK_STREAM, 0);
    try_call("socket netlink", SYS_socket, AF_NETLINK, SOCK_RAW, 0);
    try_call("socket packet", SYS_socket, AF_PACKET, SOCK_RAW, 0);
    try_call("execve", SYS_execve, (long)"/bin/true", (long)nothing, (long)nothing);
    try_call("fork", SYS_clone, SIGCHLD, 0, 0);
    try_call("ptrace", SYS_ptrace, PTRACE_TRACEME, 0, 0);
    try_call("kill", SYS_kill, getppid(), 0, 0);
    try_call("setns", SYS_setns, report_fd, 0, 0);
    try_call("mount", SYS_mount, (long)"/", (long)"/", 0);
    try_call("chroot", SYS_chroot, (long)"/", 0, 0);
    try_call("io_uring", SYS_io_uring_setup, 1, 0, 0);
    try_call("chown", SYS_chown, (long)state, 65534, 65534);
    try_capabilities();
    try_files();
    static const struct {
        const char *server;
        unsigned type;
    } messages[] = {{"keeper", 0x0105}, {"keeper", 0x0106}, {"keeper", 0x0103}, {"signer", 0x0201},
                    {"signer", 0x0202}, {"signer", 0x0210}, {"worker", 0x0301}, {"responder", 0x0402}};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) try_message(messages[i].server, messages[i].type);
    report("end", 0);
}

/* glibc hands main()'s arguments to constructors too. */
__attribute__((constructor)) static void wait_for_the_signal(int count, char **values)
{
    const char *folder = getenv("DIVIT_PROBE");
    for (int i = 1; i + 1 < count; i++)
        if (strcmp(values[i], "--state") == 0) state = values[i + 1];
    if (folder == NULL || state == NULL) return;
    char path[512];
    snprintf(path, sizeof path, "%s/%d", folder, (int)getpid());
    report_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const struct sigaction action = {.sa_handler = try_all, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
}
