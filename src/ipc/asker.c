/* One thread polls all questions under way; each has a connection to itself, and connections are kept for the next. */
#include "base/clock.h"
#include "base/work.h"
#include "ipc/frame.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define QUESTIONS_MAX 64

struct question {
    struct buffer frame, received;
    size_t sent;
    int fd; /* -1 until the thread has begun it */
    int64_t deadline_ms;
    ipc_answered answered;
    void *context;
};

struct ipc_asker {
    char *path;
    int wake_fd;
    pthread_t thread;
    struct arena *arena; /* the thread's */
    int kept[QUESTIONS_MAX]; /* the thread's */
    size_t kept_count;
    pthread_mutex_t lock;
    bool is_stopping;
    size_t under_way; /* questions[] and what the thread is just answering */
    struct question *added[QUESTIONS_MAX]; /* not yet seen by the thread */
    size_t added_count;
};

static void wake(struct ipc_asker *asker)
{
    const uint64_t one = 1;
    while (write(asker->wake_fd, &one, sizeof one) < 0 && errno == EINTR) continue;
}

static void finish(struct ipc_asker *asker, struct question *question, enum err error, struct bytes reply)
{
    pthread_mutex_lock(&asker->lock);
    asker->under_way--; /* before the answer: who gets it may ask again at once */
    pthread_mutex_unlock(&asker->lock);
    question->answered(question->context, error, error == ERR_NONE ? reply : (struct bytes){0});
    frame_wipe(&question->frame);
    frame_wipe(&question->received);
    free(question);
    arena_reset(asker->arena);
}

static enum err begin(struct ipc_asker *asker, struct question *question)
{
    while (asker->kept_count > 0) {
        int fd = asker->kept[--asker->kept_count];
        if (socket_is_quiet(fd)) {
            question->fd = fd;
            return ERR_NONE;
        }
        close(fd);
    }
    return socket_connect(asker->path, &question->fd);
}

/* Moves the question on. *ret_is_done with its reply once that is whole. */
static enum err move(struct ipc_asker *asker, struct question *question, bool *ret_is_done, struct bytes *ret_reply)
{
    *ret_is_done = false;
    if (question->fd < 0) TRY(begin(asker, question));
    TRY(frame_send(question->fd, buffer_bytes(&question->frame), &question->sent));
    bool is_closed, is_whole;
    uint16_t type;
    frame_receive(question->fd, &question->received, &is_closed);
    TRY(frame_find(buffer_bytes(&question->received), &is_whole, &type, ret_reply));
    if (is_whole) {
        *ret_is_done = true;
        asker->kept[asker->kept_count++] = question->fd;
        question->fd = -1;
        return frame_answer(asker->arena, type, *ret_reply);
    }
    if (is_closed) return err_set(ERR_UNAVAILABLE, "%s closed the connection without an answer", asker->path);
    if (clock_monotonic_ms() >= question->deadline_ms)
        return err_set(ERR_UNAVAILABLE, "no answer from %s in time", asker->path);
    return ERR_NONE;
}

static int fill_polls(const struct ipc_asker *asker, struct question *const *questions, size_t count,
                      struct pollfd *polls)
{
    polls[0] = (struct pollfd){asker->wake_fd, POLLIN, 0};
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        bool is_sending = questions[i]->sent < questions[i]->frame.size;
        polls[1 + i] = (struct pollfd){questions[i]->fd, is_sending ? POLLOUT | POLLIN : POLLIN, 0};
        if (questions[i]->deadline_ms < first_ms) first_ms = questions[i]->deadline_ms;
    }
    if (count == 0) return -1;
    int64_t left_ms = first_ms - clock_monotonic_ms();
    return left_ms < 0 ? 0 : left_ms > 60000 ? 60000 : (int)left_ms;
}

static bool take_added(struct ipc_asker *asker, struct question **questions, size_t *count)
{
    pthread_mutex_lock(&asker->lock);
    for (size_t i = 0; i < asker->added_count; i++) questions[(*count)++] = asker->added[i];
    asker->added_count = 0;
    bool goes_on = !asker->is_stopping;
    pthread_mutex_unlock(&asker->lock);
    return goes_on;
}

static void *asker_thread(void *argument)
{
    struct ipc_asker *asker = argument;
    struct question *questions[QUESTIONS_MAX];
    struct pollfd polls[1 + QUESTIONS_MAX];
    size_t count = 0;
    while (take_added(asker, questions, &count)) {
        for (size_t i = count; i-- > 0;) {
            bool is_done;
            struct bytes reply = {0};
            enum err error = move(asker, questions[i], &is_done, &reply);
            if (error == ERR_NONE && !is_done) continue;
            struct question *question = questions[i];
            questions[i] = questions[--count];
            if (question->fd >= 0) close(question->fd);
            finish(asker, question, error, reply);
        }
        int wait_ms = fill_polls(asker, questions, count, polls);
        uint64_t wakes;
        if (poll(polls, 1 + count, wait_ms) > 0 && polls[0].revents != 0)
            (void)!read(asker->wake_fd, &wakes, sizeof wakes);
    }
    for (size_t i = 0; i < count; i++) {
        if (questions[i]->fd >= 0) close(questions[i]->fd);
        finish(asker, questions[i], err_set(ERR_UNAVAILABLE, "the asking process ends"), (struct bytes){0});
    }
    return NULL;
}

enum err ipc_asker_new(const char *path, struct ipc_asker **ret_asker)
{
    int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) return err_set(ERR_BROKEN, "eventfd: %s", strerror(errno));
    struct ipc_asker *asker = memory_new(sizeof *asker);
    asker->path = memory_text(path);
    asker->wake_fd = wake_fd;
    asker->arena = arena_new();
    pthread_mutex_init(&asker->lock, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&asker->thread, NULL, asker_thread, asker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed == 0) {
        *ret_asker = asker;
        return ERR_NONE;
    }
    close(wake_fd);
    arena_free(asker->arena);
    pthread_mutex_destroy(&asker->lock);
    free(asker->path);
    free(asker);
    return err_set(ERR_BROKEN, "the asking thread: %s", strerror(failed));
}

struct ipc_asker *ipc_asker_free(struct ipc_asker *asker)
{
    if (asker == NULL) return NULL;
    pthread_mutex_lock(&asker->lock);
    asker->is_stopping = true;
    pthread_mutex_unlock(&asker->lock);
    wake(asker);
    pthread_join(asker->thread, NULL);
    while (asker->kept_count > 0) close(asker->kept[--asker->kept_count]);
    close(asker->wake_fd);
    arena_free(asker->arena);
    pthread_mutex_destroy(&asker->lock);
    free(asker->path);
    free(asker);
    return NULL;
}

enum err ipc_ask(struct ipc_asker *asker, uint16_t type, const struct buffer *payload, int64_t timeout_ms,
                 ipc_answered answered, void *context)
{
    if (payload->size > IPC_FRAME_MAX - 2) return err_set(ERR_TOO_LARGE, "a message of %zu bytes", payload->size);
    struct question *question = memory_new(sizeof *question);
    frame_begin(&question->frame, type, buffer_bytes(payload));
    question->fd = -1;
    question->deadline_ms = clock_monotonic_ms() + timeout_ms;
    question->answered = answered;
    question->context = context;
    pthread_mutex_lock(&asker->lock);
    bool has_place = asker->under_way < QUESTIONS_MAX && !asker->is_stopping;
    if (has_place) {
        work_count(WORK_MESSAGE);
        asker->under_way++;
        asker->added[asker->added_count++] = question;
    }
    pthread_mutex_unlock(&asker->lock);
    if (has_place) {
        wake(asker);
        return ERR_NONE;
    }
    frame_wipe(&question->frame);
    free(question);
    return err_set(ERR_FULL, "%d questions are under way", QUESTIONS_MAX);
}
