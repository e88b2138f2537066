/*
 * Landlock: what is not named is not there (docs.kernel.org/userspace-api/landlock). The kernel's header on Debian 12 is
 * older than the kernel may be: the rights are those of its third version, which handles truncation.
 */
#include "ipc/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* LANDLOCK_ACCESS_FS_TRUNCATE, version 3 */
#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define WRITE_RIGHTS                                                                                                   \
    (READ_RIGHTS | FILE_RIGHTS | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                      \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK)

/*
 * Libraries, fonts, certificates of the web, the resolver's files, the clock's zone; nothing that is secret: of /etc by
 * name, since /etc/shadow and other services' keys lie there too.
 */
static const struct confine_file system_files[] = {
    {"/usr", CONFINE_READ},
    {"/lib", CONFINE_READ},
    {"/lib64", CONFINE_READ},
    {"/etc/ca-certificates", CONFINE_READ},
    {"/etc/fonts", CONFINE_READ},
    {"/etc/gai.conf", CONFINE_READ},
    {"/etc/gnutls", CONFINE_READ},
    {"/etc/group", CONFINE_READ},
    {"/etc/gss", CONFINE_READ},
    {"/etc/host.conf", CONFINE_READ},
    {"/etc/hosts", CONFINE_READ},
    {"/etc/ld.so.cache", CONFINE_READ},
    {"/etc/localtime", CONFINE_READ},
    {"/etc/nsswitch.conf", CONFINE_READ},
    {"/etc/passwd", CONFINE_READ},
    {"/etc/pkcs11", CONFINE_READ},
    {"/etc/protocols", CONFINE_READ},
    {"/etc/resolv.conf", CONFINE_READ},
    {"/etc/services", CONFINE_READ},
    {"/etc/softhsm", CONFINE_READ},
    {"/etc/ssl", CONFINE_READ},
    {"/etc/timezone", CONFINE_READ},
    {"/run/systemd/resolve", CONFINE_READ},
    {"/var/cache/fontconfig", CONFINE_READ},
    {"/proc/self", CONFINE_READ},
    {"/proc/cpuinfo", CONFINE_READ},
    {"/proc/meminfo", CONFINE_READ},
    {"/proc/stat", CONFINE_READ},
    {"/proc/sys", CONFINE_READ},
    {"/sys/devices/system", CONFINE_READ},
    {"/dev/null", CONFINE_WRITE},
    {"/dev/zero", CONFINE_READ},
    {"/dev/random", CONFINE_READ},
    {"/dev/urandom", CONFINE_READ},
    {0},
};

static uint64_t rights_of(enum confine_right right, int is_folder, uint64_t handled)
{
    uint64_t rights = right == CONFINE_WRITE ? WRITE_RIGHTS : READ_RIGHTS;
    return (is_folder ? rights : rights & FILE_RIGHTS) & handled;
}

static enum err allow(int ruleset, const struct confine_file *file, uint64_t handled)
{
    int fd = open(file->path, O_PATH | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return ERR_NONE; /* what is not there needs no rule */
    if (fd < 0) return err_set(ERR_BROKEN, "%s: %s", file->path, strerror(errno));
    struct stat status;
    int failed = fstat(fd, &status);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = rights_of(file->right, failed == 0 && S_ISDIR(status.st_mode), handled), .parent_fd = fd};
    if (failed == 0) failed = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    enum err error = failed == 0 ? ERR_NONE : err_set(ERR_BROKEN, "landlock, %s: %s", file->path, strerror(errno));
    close(fd);
    return error;
}

static enum err allow_all(int ruleset, const struct confine_file *files, uint64_t handled)
{
    for (; files->path != NULL; files++) TRY(allow(ruleset, files, handled));
    return ERR_NONE;
}

enum err confine_files(const struct confine_file *files)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return ERR_NONE; /* a kernel without it: users and modes are what is left (spec 09, For faults) */
    struct landlock_ruleset_attr attributes = {.handled_access_fs = (UINT64_C(1) << 13) - 1}; /* version 1 */
    if (version >= 2) attributes.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3) attributes.handled_access_fs |= ACCESS_TRUNCATE;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) return err_set(ERR_BROKEN, "landlock: %s", strerror(errno));
    enum err error = allow_all(ruleset, system_files, attributes.handled_access_fs);
    if (error == ERR_NONE) error = allow_all(ruleset, files, attributes.handled_access_fs);
    if (error == ERR_NONE && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        error = err_set(ERR_BROKEN, "landlock: %s", strerror(errno));
    close(ruleset);
    return error;
}
