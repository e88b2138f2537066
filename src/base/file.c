#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err file_read(struct arena *arena, const char *path, size_t limit, struct bytes *ret_bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        enum err error = errno == ENOENT ? ERR_NOT_FOUND : ERR_BROKEN;
        return err_set(error, "cannot read %s: %s", path, strerror(errno));
    }
    uint8_t *data = arena_alloc(arena, limit + 1);
    size_t size = 0;
    ssize_t got = 1;
    while (size <= limit && got != 0) {
        got = read(fd, data + size, limit + 1 - size);
        if (got < 0 && errno != EINTR) break;
        if (got > 0) size += (size_t)got;
    }
    close(fd);
    if (got < 0) return err_set(ERR_BROKEN, "cannot read %s: %s", path, strerror(errno));
    if (size > limit) return err_set(ERR_TOO_LARGE, "%s is larger than %zu bytes", path, limit);
    *ret_bytes = (struct bytes){data, size};
    return ERR_NONE;
}

static bool write_all(int fd, struct bytes bytes)
{
    while (bytes.size) {
        ssize_t written = write(fd, bytes.data, bytes.size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.data += written;
        bytes.size -= (size_t)written;
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    int fd = open(dirname((char *)arena_text(arena, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool is_synced = fsync(fd) == 0;
    close(fd);
    return is_synced;
}

enum err file_write(const char *path, struct bytes bytes, mode_t mode)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *temporary = arena_printf(arena, "%s.new", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) return err_set(ERR_BROKEN, "cannot write %s: %s", path, strerror(errno));
    bool is_written = write_all(fd, bytes) && fsync(fd) == 0;
    is_written = close(fd) == 0 && is_written;
    if (is_written && rename(temporary, path) == 0 && sync_folder_of(path)) return ERR_NONE;
    enum err error = err_set(ERR_BROKEN, "cannot write %s: %s", path, strerror(errno));
    unlink(temporary);
    return error;
}

enum err folder_make(const char *path, mode_t mode)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    char *copy = (char *)arena_text(arena, path);
    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, mode) != 0 && errno != EEXIST)
            return err_set(ERR_BROKEN, "cannot make %s: %s", copy, strerror(errno));
        *slash = '/';
    }
    if (mkdir(copy, mode) != 0 && errno != EEXIST)
        return err_set(ERR_BROKEN, "cannot make %s: %s", path, strerror(errno));
    return ERR_NONE;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
