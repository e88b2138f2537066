/* The table of processes: what the supervisor writes others read, and cannot change. */
#include "ipc/messages.h"
#include "ipc/peers.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int peers_fd;

/* 0 when the process is kept from every way to write into the table. */
static int try_to_write(void)
{
    uint64_t value = 1;
    if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, peers_fd, 0) != MAP_FAILED) return 1;
    if (write(peers_fd, &value, sizeof value) >= 0 || pwrite(peers_fd, &value, sizeof value, 0) >= 0) return 2;
    if (ftruncate(peers_fd, 0) == 0 || ftruncate(peers_fd, 8192) == 0) return 3;
    if (fcntl(peers_fd, F_ADD_SEALS, F_SEAL_WRITE) == 0) return 4;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", peers_fd);
    int again = open(path, O_RDWR);
    if (again >= 0 && write(again, &value, sizeof value) >= 0) return 5;
    void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, peers_fd, 0);
    if (memory == MAP_FAILED) return 6;
    return mprotect(memory, 4096, PROT_READ | PROT_WRITE) == 0 ? 7 : 0;
}

static void nobody_but_the_supervisor_writes(void **state)
{
    pid_t pid = fork();
    if (pid == 0) _exit(try_to_write());
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void a_process_sees_roles_as_they_are_set(void **state)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(peers_role_of(pair[0]), IPC_TOOL);
    static const enum ipc_role roles[] = {IPC_WEB, IPC_WORKER, IPC_SIGNER, IPC_KEEPER, IPC_RESPONDER, IPC_SIMULATOR};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        peers_set(roles[i], getpid());
        assert_int_equal(peers_role_of(pair[0]), roles[i]);
        peers_set(roles[i], 0);
    }
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(peers_role_of(pipes[0]), IPC_NOBODY);
}

static void a_child_uses_the_table_it_is_given(void **state)
{
    pid_t pid = fork();
    if (pid == 0) {
        char number[16];
        snprintf(number, sizeof number, "%d", peers_fd);
        setenv("DIVIT_PEERS_FD", number, 1);
        int pair[2];
        if (peers_use() != ERR_NONE || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) _exit(100);
        enum ipc_role role = IPC_TOOL;
        for (int i = 0; i < 500 && role == IPC_TOOL; i++) {
            role = peers_role_of(pair[0]);
            usleep(10000);
        }
        _exit((int)role);
    }
    peers_set(IPC_KEEPER, pid);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WEXITSTATUS(status), IPC_KEEPER);
    peers_set(IPC_KEEPER, 0);
}

static void an_unsealed_file_is_no_table(void **state)
{
    int fd = memfd_create("unsealed", MFD_ALLOW_SEALING);
    char number[16];
    snprintf(number, sizeof number, "%d", fd);
    setenv("DIVIT_PEERS_FD", number, 1);
    assert_int_equal(peers_use(), ERR_BROKEN);
    setenv("DIVIT_PEERS_FD", "2147483647", 1);
    assert_int_equal(peers_use(), ERR_BROKEN);
    unsetenv("DIVIT_PEERS_FD");
    close(fd);
}

static void another_user_is_nobody(void **state)
{
    if (geteuid() != 0) skip();
    int pair[2], go[2];
    assert_int_equal(pipe(go), 0);
    /* SO_PEERCRED of a pair is that of who made it */
    int handover[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, handover), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (setresuid(65534, 65534, 65534) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) _exit(1);
        char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 'x';
        struct iovec part = {&byte, 1};
        struct msghdr message = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        *head = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
        memcpy(CMSG_DATA(head), &pair[0], sizeof(int));
        _exit(sendmsg(handover[1], &message, 0) == 1 ? 0 : 2);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    char control[CMSG_SPACE(sizeof(int))] = {0}, byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    assert_int_equal(recvmsg(handover[0], &message, 0), 1);
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    peers_set(IPC_WEB, pid);
    assert_int_equal(peers_role_of(fd), IPC_NOBODY);
    peers_set(IPC_WEB, 0);
}

static void every_message_has_one_number(void **state)
{
#define MESSAGE_CASE(name, number, server, roles) {number, server, roles, #name},
    static const struct {
        unsigned number, server, roles;
        const char *name;
    } messages[] = {IPC_MESSAGES(MESSAGE_CASE)};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        assert_string_equal(message_name(messages[i].number), messages[i].name);
        assert_int_equal(message_roles(messages[i].number), messages[i].roles);
        assert_int_equal(messages[i].roles & messages[i].server, 0);
    }
    assert_null(message_name(0));
    assert_int_equal(message_roles(0x9999), 0);
}

static int set_up(void **state)
{
    return peers_make(&peers_fd) == ERR_NONE ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_but_the_supervisor_writes),
        cmocka_unit_test(a_process_sees_roles_as_they_are_set),
        cmocka_unit_test(a_child_uses_the_table_it_is_given),
        cmocka_unit_test(an_unsealed_file_is_no_table),
        cmocka_unit_test(another_user_is_nobody),
        cmocka_unit_test(every_message_has_one_number),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
