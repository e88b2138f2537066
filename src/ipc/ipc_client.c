#include "base/clock.h"
#include "base/work.h"
#include "ipc/frame.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT_MAX 32

struct ipc_client {
    char *path;
    pthread_mutex_t lock;
    int kept[KEPT_MAX];
    size_t kept_count;
};

struct ipc_client *ipc_client_new(const char *path)
{
    struct ipc_client *client = memory_new(sizeof *client);
    client->path = memory_text(path);
    pthread_mutex_init(&client->lock, NULL);
    return client;
}

struct ipc_client *ipc_client_free(struct ipc_client *client)
{
    if (client == NULL) return NULL;
    while (client->kept_count > 0) close(client->kept[--client->kept_count]);
    pthread_mutex_destroy(&client->lock);
    free(client->path);
    free(client);
    return NULL;
}

static enum err take_connection(struct ipc_client *client, int *ret_fd)
{
    for (;;) {
        int fd = -1;
        pthread_mutex_lock(&client->lock);
        if (client->kept_count > 0) fd = client->kept[--client->kept_count];
        pthread_mutex_unlock(&client->lock);
        if (fd < 0) return socket_connect(client->path, ret_fd);
        if (socket_is_quiet(fd)) {
            *ret_fd = fd;
            return ERR_NONE;
        }
        close(fd); /* the server was started anew meanwhile */
    }
}

static void keep_connection(struct ipc_client *client, int fd)
{
    pthread_mutex_lock(&client->lock);
    bool is_kept = client->kept_count < KEPT_MAX;
    if (is_kept) client->kept[client->kept_count++] = fd;
    pthread_mutex_unlock(&client->lock);
    if (!is_kept) close(fd);
}

static enum err wait_for(const char *path, int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left_ms = deadline_ms - clock_monotonic_ms();
        if (left_ms <= 0) return err_set(ERR_UNAVAILABLE, "no answer from %s in time", path);
        struct pollfd poll_fd = {fd, events, 0};
        int ready = poll(&poll_fd, 1, left_ms > 3600000 ? 3600000 : (int)left_ms);
        if (ready > 0) return ERR_NONE;
        if (ready < 0 && errno != EINTR) return err_set(ERR_BROKEN, "poll: %s", strerror(errno));
    }
}

static enum err exchange(const char *path, int fd, struct bytes frame, int64_t deadline_ms, struct buffer *received,
                         uint16_t *ret_type, struct bytes *ret_payload)
{
    size_t sent = 0;
    for (;;) {
        TRY(frame_send(fd, frame, &sent));
        if (sent == frame.size) break;
        TRY(wait_for(path, fd, POLLOUT, deadline_ms));
    }
    for (;;) {
        TRY(wait_for(path, fd, POLLIN, deadline_ms));
        bool is_closed, is_whole;
        frame_receive(fd, received, &is_closed);
        TRY(frame_find(buffer_bytes(received), &is_whole, ret_type, ret_payload));
        if (is_whole) break;
        if (is_closed) return err_set(ERR_UNAVAILABLE, "%s closed the connection without an answer", path);
    }
    if (received->size != FRAME_HEAD_SIZE + ret_payload->size) return err_set(ERR_BROKEN, "%s answered twice", path);
    return ERR_NONE;
}

enum err ipc_call(struct ipc_client *client, uint16_t type, const struct buffer *payload, int64_t timeout_ms,
                  struct arena *arena, struct ipc_reader *ret_reply)
{
    if (payload->size > IPC_FRAME_MAX - 2) return err_set(ERR_TOO_LARGE, "a message of %zu bytes", payload->size);
    int fd;
    TRY(take_connection(client, &fd));
    work_count(WORK_MESSAGE);
    struct buffer frame = BUFFER_EMPTY, received = BUFFER_EMPTY;
    frame_begin(&frame, type, buffer_bytes(payload));
    uint16_t reply_type = 0;
    struct bytes reply = {0};
    enum err error = exchange(client->path, fd, buffer_bytes(&frame), clock_monotonic_ms() + timeout_ms, &received,
                              &reply_type, &reply);
    frame_wipe(&frame);
    if (error == ERR_NONE) {
        keep_connection(client, fd);
        error = frame_answer(arena, reply_type, reply);
        if (error == ERR_NONE) *ret_reply = (struct ipc_reader){bytes_copy(arena, reply), arena};
    } else {
        close(fd);
    }
    frame_wipe(&received);
    return error;
}
