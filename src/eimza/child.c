#include "eimza/child.h"

#include "base/buffer.h"
#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define DETAIL_SIZE 256
struct answer_head {
    int32_t error;
    char detail[DETAIL_SIZE];
};

static bool write_all(int fd, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += written;
        size -= (size_t)written;
    }
    return true;
}

static void be_child(int fd, child_act act, const void *context)
{
    struct rlimit none = {0, 0};
    struct arena *arena = arena_new();
    struct bytes result = {0};
    struct answer_head head = {0};
    setrlimit(RLIMIT_CORE, &none);
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) _exit(1);
    err_clear();
    head.error = act(arena, context, &result);
    strncpy(head.detail, err_detail(), DETAIL_SIZE - 1);
    bool is_written = write_all(fd, &head, sizeof head) && write_all(fd, result.data, result.size);
    _exit(is_written ? 0 : 1); /* no exit handlers of a card maker's library */
}

/* Until the child closes its end; false when time is over. */
static bool read_answer(int fd, int64_t timeout_ms, struct buffer *answer)
{
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    uint8_t part[4096];
    for (;;) {
        int64_t left_ms = until_ms - clock_monotonic_ms();
        struct pollfd wait = {fd, POLLIN, 0};
        if (left_ms <= 0) return false;
        int ready = poll(&wait, 1, (int)left_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        ssize_t size = read(fd, part, sizeof part);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return false;
        if (size == 0) return true;
        buffer_add(answer, (struct bytes){part, (size_t)size});
    }
}

static enum err take_answer(struct arena *arena, const struct buffer *answer, struct bytes *ret_result)
{
    struct answer_head head;
    if (answer->size < sizeof head) return err_set(ERR_UNAVAILABLE, "the card's library crashed");
    memcpy(&head, answer->data, sizeof head);
    head.detail[DETAIL_SIZE - 1] = '\0';
    if (head.error < ERR_NONE || head.error >= ERR_COUNT) return err_set(ERR_BROKEN, "no such error");
    if (head.error != ERR_NONE) return err_set((enum err)head.error, "%s", head.detail);
    *ret_result = bytes_copy(arena, (struct bytes){answer->data + sizeof head, answer->size - sizeof head});
    return ERR_NONE;
}

enum err child_run(struct arena *arena, child_act act, const void *context, int64_t timeout_ms,
                   struct bytes *ret_result)
{
    int ends[2];
    CLEANUP_BUFFER struct buffer answer = BUFFER_EMPTY;
    if (pipe(ends) != 0) return err_set(ERR_BROKEN, "pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        be_child(ends[1], act, context);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_set(ERR_BROKEN, "fork: %s", strerror(errno));
    }
    bool is_whole = read_answer(ends[0], timeout_ms, &answer);
    close(ends[0]);
    if (!is_whole) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (!is_whole) return err_set(ERR_UNAVAILABLE, "the card did not answer in time");
    return take_answer(arena, &answer, ret_result);
}
