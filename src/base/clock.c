#include "base/clock.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *offset; /* NULL: none */

int64_t clock_offset_s(void)
{
    return offset ? atomic_load(offset) : 0;
}

static int64_t system_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return system_ms(CLOCK_REALTIME) + clock_offset_s() * 1000;
}

int64_t clock_now_s(void)
{
    return clock_now_ms() / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return system_ms(CLOCK_MONOTONIC);
}

void clock_pause_ms(int64_t pause_ms)
{
    struct timespec rest = {.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) continue;
}

enum err clock_use_offset(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_set(ERR_BROKEN, "cannot open %s: %s", path, strerror(errno));
    struct stat status;
    void *map = MAP_FAILED;
    if (fstat(fd, &status) == 0 && status.st_size == (off_t)sizeof(int64_t))
        map = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED) return err_set(ERR_BROKEN, "%s is not a clock offset", path);
    offset = map;
    return ERR_NONE;
}

/* Written in place, not renamed: every process has mapped this very file. */
enum err clock_set_offset(const char *path, int64_t offset_s)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return err_set(ERR_BROKEN, "cannot open %s: %s", path, strerror(errno));
    ssize_t written = pwrite(fd, &offset_s, sizeof offset_s, 0);
    int failed = close(fd);
    if (written != (ssize_t)sizeof offset_s || failed) return err_set(ERR_BROKEN, "cannot write %s", path);
    return ERR_NONE;
}
