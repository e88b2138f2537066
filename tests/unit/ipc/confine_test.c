/* Each forbidden thing is tried in a confined child and must be refused; what the programs need must still work. */
#include "ipc/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* -- forbidden: a system call with its arguments, and the error it must end with -- */

struct attempt {
    const char *name;
    long number;
    long a, b, c, d, e;
    int expected;
};

static char no_path[] = "/proc/self/exe";
static const struct attempt attempts[] = {
    {"execve", SYS_execve, (long)no_path, 0, 0, 0, 0, EPERM},
    {"execveat", SYS_execveat, AT_FDCWD, (long)no_path, 0, 0, 0, EPERM},
    {"clone", SYS_clone, SIGCHLD, 0, 0, 0, 0, EPERM},
    {"clone3", SYS_clone3, 0, 0, 0, 0, 0, ENOSYS},
    {"ptrace", SYS_ptrace, PTRACE_TRACEME, 0, 0, 0, 0, EPERM},
    {"process_vm_readv", SYS_process_vm_readv, 1, 0, 0, 0, 0, EPERM},
    {"process_vm_writev", SYS_process_vm_writev, 1, 0, 0, 0, 0, EPERM},
    {"pidfd_getfd", SYS_pidfd_getfd, -1, 0, 0, 0, 0, EPERM},
    {"kcmp", SYS_kcmp, 0, 0, 0, 0, 0, EPERM},
    {"kill another", SYS_kill, 1, 0, 0, 0, 0, EPERM},
    {"kill all", SYS_kill, -1, 0, 0, 0, 0, EPERM},
    {"kill the group", SYS_kill, 0, 0, 0, 0, 0, EPERM},
    {"tgkill another", SYS_tgkill, 1, 1, 0, 0, 0, EPERM},
    {"mount", SYS_mount, 0, 0, 0, 0, 0, EPERM},
    {"umount2", SYS_umount2, 0, 0, 0, 0, 0, EPERM},
    {"pivot_root", SYS_pivot_root, 0, 0, 0, 0, 0, EPERM},
    {"chroot", SYS_chroot, (long)"/", 0, 0, 0, 0, EPERM},
    {"fsopen", SYS_fsopen, 0, 0, 0, 0, 0, EPERM},
    {"open_tree", SYS_open_tree, 0, 0, 0, 0, 0, EPERM},
    {"unshare", SYS_unshare, CLONE_NEWUSER, 0, 0, 0, 0, EPERM},
    {"setns", SYS_setns, -1, 0, 0, 0, 0, EPERM},
    {"bpf", SYS_bpf, BPF_MAP_CREATE, 0, 0, 0, 0, EPERM},
    {"keyctl", SYS_keyctl, 0, 0, 0, 0, 0, EPERM},
    {"add_key", SYS_add_key, 0, 0, 0, 0, 0, EPERM},
    {"request_key", SYS_request_key, 0, 0, 0, 0, 0, EPERM},
    {"perf_event_open", SYS_perf_event_open, 0, 0, 0, 0, 0, EPERM},
    {"userfaultfd", SYS_userfaultfd, 0, 0, 0, 0, 0, EPERM},
    {"io_uring_setup", SYS_io_uring_setup, 1, 0, 0, 0, 0, EPERM},
    {"init_module", SYS_init_module, 0, 0, 0, 0, 0, EPERM},
    {"finit_module", SYS_finit_module, -1, 0, 0, 0, 0, EPERM},
    {"delete_module", SYS_delete_module, 0, 0, 0, 0, 0, EPERM},
    {"kexec_load", SYS_kexec_load, 0, 0, 0, 0, 0, EPERM},
    {"reboot", SYS_reboot, 0, 0, 0, 0, 0, EPERM},
    {"clock_settime", SYS_clock_settime, 0, 0, 0, 0, 0, EPERM},
    {"personality", SYS_personality, 0xffffffff, 0, 0, 0, 0, EPERM},
    {"open_by_handle_at", SYS_open_by_handle_at, 0, 0, 0, 0, 0, EPERM},
    {"back to dumpable", SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0, EPERM},
    {"netlink", SYS_socket, AF_NETLINK, SOCK_RAW, 0, 0, 0, EPERM},
    {"packet", SYS_socket, AF_PACKET, SOCK_RAW, 0, 0, 0, EPERM},
    {"vsock", SYS_socket, AF_VSOCK, SOCK_STREAM, 0, 0, 0, EPERM},
    {"alg", SYS_socket, AF_ALG, SOCK_SEQPACKET, 0, 0, 0, EPERM},
    {"inet in disguise", SYS_socket, (long)(1ULL << 32 | AF_NETLINK), SOCK_RAW, 0, 0, 0, EPERM},
};

/* Runs `act` in a confined child; its result is the child's exit code. */
static int in_child(enum confine_network network, int (*act)(const void *), const void *argument)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (confine(network) != ERR_NONE) {
            fprintf(stderr, "%s\n", err_detail());
            _exit(120);
        }
        _exit(act(argument));
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 121;
}

static int try_attempt(const void *argument)
{
    const struct attempt *attempt = argument;
    long result = syscall(attempt->number, attempt->a, attempt->b, attempt->c, attempt->d, attempt->e);
    if (result == 0 && attempt->number == SYS_clone && getpid() != attempt->a) return 122;
    if (result >= 0) return 123;
    return errno == attempt->expected ? 0 : 124;
}

static void what_is_forbidden_is_refused(void **state)
{
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        for (enum confine_network network = CONFINE_UNIX; network <= CONFINE_INTERNET; network++) {
            int code = in_child(network, try_attempt, &attempts[i]);
            if (code != 0) fail_msg("%s was not refused (%d)", attempts[i].name, code);
        }
}

static int make_socket(const void *argument)
{
    int fd = socket(*(const int *)argument, SOCK_STREAM, 0);
    return fd >= 0 ? 0 : errno;
}

static void the_network_is_for_who_needs_it(void **state)
{
    static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
    assert_int_equal(in_child(CONFINE_UNIX, make_socket, &families[0]), 0);
    assert_int_equal(in_child(CONFINE_UNIX, make_socket, &families[1]), EPERM);
    assert_int_equal(in_child(CONFINE_UNIX, make_socket, &families[2]), EPERM);
    assert_int_equal(in_child(CONFINE_INTERNET, make_socket, &families[0]), 0);
    assert_int_equal(in_child(CONFINE_INTERNET, make_socket, &families[1]), 0);
    assert_true(in_child(CONFINE_INTERNET, make_socket, &families[2]) != EPERM);
}

static int look_at_privileges(const void *argument)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    memset(data, 0xff, sizeof data);
    if (syscall(SYS_capget, &head, data) != 0) return 1;
    for (int i = 0; i < 2; i++)
        if (data[i].effective != 0 || data[i].permitted != 0 || data[i].inheritable != 0) return 2;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 3;
    if (prctl(PR_GET_DUMPABLE) != 0) return 4;
    for (int i = 0; i < 2; i++) data[i].effective = data[i].permitted = data[i].inheritable = 1;
    return syscall(SYS_capset, &head, data) == 0 ? 5 : 0;
}

static void privileges_are_gone_for_good(void **state)
{
    assert_int_equal(in_child(CONFINE_UNIX, look_at_privileges, NULL), 0);
}

static void *make_inet_socket(void *argument)
{
    static const int family = AF_INET;
    *(int *)argument = make_socket(&family);
    return NULL;
}

static pthread_barrier_t confined;

static void *wait_and_make_socket(void *argument)
{
    pthread_barrier_wait(&confined);
    return make_inet_socket(argument);
}

/* A thread from before confine() and one from after it are under the filter alike. */
static int threads_are_confined(const void *argument)
{
    int code = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, make_inet_socket, &code) != 0) return 1;
    pthread_join(thread, NULL);
    return code == EPERM ? 0 : 2;
}

static void all_threads_are_confined(void **state)
{
    assert_int_equal(in_child(CONFINE_UNIX, threads_are_confined, NULL), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int code = 0;
        pthread_t thread;
        pthread_barrier_init(&confined, NULL, 2);
        if (pthread_create(&thread, NULL, wait_and_make_socket, &code) != 0 || confine(CONFINE_UNIX) != ERR_NONE)
            _exit(1);
        pthread_barrier_wait(&confined);
        pthread_join(thread, NULL);
        _exit(code == EPERM ? 0 : 2);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static int do_ordinary_things(const void *argument)
{
    char path[] = "/tmp/confine-test-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) != 0 || flock(fd, LOCK_EX) != 0) return 1;
    if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) return 2;
    unlink(path);
    if (eventfd(0, EFD_CLOEXEC) < 0) return 3;
    struct addrinfo *found;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    if (getaddrinfo("localhost", "80", &hints, &found) != 0) return 4;
    freeaddrinfo(found);
    signal(SIGUSR1, SIG_IGN);
    if (raise(SIGUSR1) != 0 || kill(getpid(), 0) != 0) return 5;
    return 0;
}

static void ordinary_things_go_on(void **state)
{
    assert_int_equal(in_child(CONFINE_UNIX, do_ordinary_things, NULL), 0);
    assert_int_equal(in_child(CONFINE_INTERNET, do_ordinary_things, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_forbidden_is_refused), cmocka_unit_test(the_network_is_for_who_needs_it),
        cmocka_unit_test(privileges_are_gone_for_good), cmocka_unit_test(all_threads_are_confined),
        cmocka_unit_test(ordinary_things_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
