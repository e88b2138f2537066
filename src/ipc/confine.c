#include "ipc/confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int privileges_are_gone;

/*
 * The leak check stops the process with ptrace, which a confined one refuses to everybody: it would end with an error
 * of its own (leaks are looked for in unconfined tests). Asked by the sanitizer's runtime; unused without it.
 */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return privileges_are_gone;
}

enum err confine_privileges(void)
{
    privileges_are_gone = 1;
    /* Without CAP_SETPCAP (not root) the bounding set stays; no_new_privs makes it useless. */
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        (void)prctl(PR_CAPBSET_DROP, capability);
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    if (syscall(SYS_capset, &head, none) != 0) return err_set(ERR_BROKEN, "capset: %s", strerror(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        return err_set(ERR_BROKEN, "prctl: %s", strerror(errno));
    return ERR_NONE;
}

/* What no program of Divit does after its start. Calls that this machine does not have the library passes over. */
static const int forbidden_calls[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    /* other processes: their memory, their descriptors, their fate */
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(kcmp),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(tkill),
    /* namespaces and mounts */
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    /* parts of the kernel with a record of holes, and those that reach round this filter (io_uring makes sockets) */
    SCMP_SYS(bpf),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(personality),
    SCMP_SYS(modify_ldt),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(lookup_dcookie),
    SCMP_SYS(vhangup),
    SCMP_SYS(quotactl),
    /* the machine */
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(syslog),
    SCMP_SYS(acct),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex),
};

static int forbid(scmp_filter_ctx filter, int call, struct scmp_arg_cmp when)
{
    return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 1, &when);
}

/* The kernel takes the low 32 bits as the family, libseccomp compares 64: what is larger is forbidden as well. */
static int forbid_families(scmp_filter_ctx filter, int call, enum confine_network network)
{
    if (network == CONFINE_UNIX) return forbid(filter, call, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
    int failed = 0;
    for (unsigned family = 0; family < AF_INET6 && failed == 0; family++)
        if (family != AF_UNIX && family != AF_INET) failed = forbid(filter, call, SCMP_A0(SCMP_CMP_EQ, family));
    return failed != 0 ? failed : forbid(filter, call, SCMP_A0(SCMP_CMP_GT, AF_INET6));
}

static int forbid_processes(scmp_filter_ctx filter)
{
    /* Threads, but no processes: a child would have a number outside the table of peers.h and pass for a tool. */
    int failed = forbid(filter, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    /* clone3's flags lie in memory, where a filter cannot look: the C library falls back to clone. */
    if (failed == 0) failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    const uint64_t self = (uint64_t)getpid();
    if (failed == 0) failed = forbid(filter, SCMP_SYS(kill), SCMP_A0(SCMP_CMP_NE, self));
    if (failed == 0) failed = forbid(filter, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_NE, self));
    return failed;
}

static int add_rules(scmp_filter_ctx filter, enum confine_network network)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    for (size_t i = 0; i < sizeof forbidden_calls / sizeof *forbidden_calls && failed == 0; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), forbidden_calls[i], 0);
    if (failed == 0) failed = forbid_families(filter, SCMP_SYS(socket), network);
    if (failed == 0) failed = forbid_processes(filter);
    /* no way back to being traced, no typing into a terminal */
    if (failed == 0) failed = forbid(filter, SCMP_SYS(prctl), SCMP_A0_32(SCMP_CMP_EQ, PR_SET_DUMPABLE));
    if (failed == 0) failed = forbid(filter, SCMP_SYS(ioctl), SCMP_A1_32(SCMP_CMP_EQ, TIOCSTI));
    return failed;
}

enum err confine(enum confine_network network)
{
    TRY(confine_privileges());
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL) return err_set(ERR_BROKEN, "seccomp_init failed");
    int failed = add_rules(filter, network);
    if (failed == 0) failed = seccomp_load(filter);
    seccomp_release(filter);
    if (failed != 0) return err_set(ERR_BROKEN, "seccomp: %s", strerror(-failed));
    return ERR_NONE;
}
