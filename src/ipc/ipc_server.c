/*
 * One thread polls all connections and moves their bytes; a whole frame is handled there, or by one of `threads`, which
 * hands its reply back. A connection is read again only after its reply has been sent.
 */
#include "base/clock.h"
#include "base/log.h"
#include "ipc/frame.h"
#include "ipc/messages.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256
#define HALF_FRAME_MS 5000 /* a frame begun must be whole by then, and a reply taken */

enum connection_state { CONNECTION_READING, CONNECTION_QUEUED, CONNECTION_HANDLED, CONNECTION_WRITING };

struct connection {
    int fd;
    enum ipc_role role;
    enum connection_state state; /* QUEUED to HANDLED is a handler thread's; all else the polling thread's */
    struct connection *next_queued;
    struct buffer received;
    size_t frame_size; /* of the frame being handled, at the start of `received` */
    struct buffer reply;
    size_t sent;
    bool is_last; /* closed after the reply */
    int64_t deadline_ms; /* 0: none */
};

struct ipc_server {
    int listener_fd, wake_fd;
    char *path;
    const struct ipc_route *routes;
    void *context;
    void (*each_second)(void *context, struct arena *arena); /* NULL: nothing */
    int64_t next_second_ms;
    int thread_count;
    pthread_t poller;
    pthread_t *threads;
    bool is_started;
    pthread_mutex_t lock; /* queue, is_stopping, states handed over */
    pthread_cond_t queue_filled;
    struct connection *queue_first, **queue_end;
    bool is_stopping;
    struct connection *connections[CONNECTIONS_MAX];
    size_t connection_count;
};

enum err ipc_listen(const char *path, const struct ipc_route *routes, int threads, void *context,
                    struct ipc_server **ret_server)
{
    struct sockaddr_un address;
    socklen_t size;
    TRY(socket_address(path, &address, &size));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return err_set(ERR_BROKEN, "socket: %s", strerror(errno));
    if (unlink(path) != 0 && errno != ENOENT) goto failed;
    mode_t mask = umask(0177); /* made with its mode, never wider for a moment */
    int bound = bind(fd, (const struct sockaddr *)&address, size);
    umask(mask);
    int wake_fd = -1;
    if (bound != 0 || listen(fd, 128) != 0 || (wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) goto failed;
    struct ipc_server *server = memory_new(sizeof *server);
    *server = (struct ipc_server){.listener_fd = fd,
                                  .wake_fd = wake_fd,
                                  .path = memory_text(path),
                                  .routes = routes,
                                  .context = context,
                                  .thread_count = threads};
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->queue_filled, NULL);
    server->queue_end = &server->queue_first;
    *ret_server = server;
    return ERR_NONE;
failed:;
    int number = errno;
    close(fd);
    return err_set(ERR_BROKEN, "the socket %s: %s", path, strerror(number));
}

/* -- a call -- */

static enum err call_handler(const struct ipc_server *server, uint16_t type, struct ipc_call *call)
{
    if (message_name(type) == NULL) return err_set(ERR_INVALID, "the unknown message %#x", (unsigned)type);
    if ((message_roles(type) & (unsigned)call->role) == 0)
        return err_set(ERR_FORBIDDEN, "%s is not for this process to send", message_name(type));
    for (const struct ipc_route *route = server->routes; route->type != 0; route++)
        if (route->type == type) return route->handler(call);
    return err_set(ERR_INVALID, "%s is not for this server", message_name(type));
}

/* Fills connection->reply. */
static void handle(const struct ipc_server *server, struct connection *connection, struct arena *arena)
{
    bool is_whole;
    uint16_t type = 0;
    struct bytes payload = {0};
    CLEANUP_BUFFER struct buffer reply = BUFFER_EMPTY;
    err_clear();
    enum err error = frame_find(buffer_bytes(&connection->received), &is_whole, &type, &payload);
    if (error == ERR_NONE) {
        struct ipc_call call = {connection->role, arena, {payload, arena}, &reply, server->context};
        error = call_handler(server, type, &call);
        if (error == ERR_NONE && reply.size > IPC_FRAME_MAX - 2)
            error = err_set(ERR_BROKEN, "a reply larger than a frame");
        if (error == ERR_BROKEN) log_error("call_failed", error, "message", message_name(type), NULL);
    } else {
        connection->is_last = true; /* where its next frame would begin nobody knows */
    }
    if (error == ERR_NONE) frame_begin(&connection->reply, FRAME_REPLY, buffer_bytes(&reply));
    else frame_error(&connection->reply, error, err_detail());
    frame_wipe(&reply);
    connection->sent = 0;
    arena_reset(arena);
}

static void wake(struct ipc_server *server)
{
    const uint64_t one = 1;
    while (write(server->wake_fd, &one, sizeof one) < 0 && errno == EINTR) continue;
}

/* Who waited too long has closed it: nobody would read the answer, and the others wait. */
static bool has_gone(const struct connection *connection)
{
    char next;
    return recv(connection->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void *handler_thread(void *argument)
{
    struct ipc_server *server = argument;
    struct arena *arena = arena_new();
    pthread_mutex_lock(&server->lock);
    for (;;) {
        while (server->queue_first == NULL && !server->is_stopping)
            pthread_cond_wait(&server->queue_filled, &server->lock);
        if (server->is_stopping) break;
        struct connection *connection = server->queue_first;
        server->queue_first = connection->next_queued;
        if (server->queue_first == NULL) server->queue_end = &server->queue_first;
        pthread_mutex_unlock(&server->lock);
        if (!has_gone(connection)) handle(server, connection, arena);
        pthread_mutex_lock(&server->lock);
        connection->state = CONNECTION_HANDLED;
        wake(server);
    }
    pthread_mutex_unlock(&server->lock);
    arena_free(arena);
    return NULL;
}

/* -- the polling thread -- */

static void connection_free(struct connection *connection)
{
    close(connection->fd);
    frame_wipe(&connection->received);
    frame_wipe(&connection->reply);
    free(connection);
}

static void accept_all(struct ipc_server *server)
{
    while (server->connection_count < CONNECTIONS_MAX) {
        int fd = accept4(server->listener_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) return;
        struct connection *connection = memory_new(sizeof *connection);
        connection->fd = fd;
        connection->role = peers_role_of(fd);
        server->connections[server->connection_count++] = connection;
    }
}

/* The handled frame is taken off; what came after it stays. */
static void drop_frame(struct connection *connection)
{
    struct buffer rest = BUFFER_EMPTY;
    const struct bytes received = buffer_bytes(&connection->received);
    size_t taken = connection->frame_size;
    if (received.size > taken) buffer_add(&rest, (struct bytes){received.data + taken, received.size - taken});
    frame_wipe(&connection->received);
    connection->received = rest;
}

/* False: the connection is to be closed. */
static bool write_reply(struct connection *connection)
{
    if (frame_send(connection->fd, buffer_bytes(&connection->reply), &connection->sent) != ERR_NONE) return false;
    if (connection->sent < connection->reply.size) return true;
    if (connection->is_last) return false;
    frame_wipe(&connection->reply);
    drop_frame(connection);
    connection->state = CONNECTION_READING;
    connection->deadline_ms = connection->received.size > 0 ? clock_monotonic_ms() + HALF_FRAME_MS : 0;
    return true;
}

static void start_writing(struct connection *connection)
{
    connection->state = CONNECTION_WRITING;
    connection->deadline_ms = clock_monotonic_ms() + HALF_FRAME_MS;
}

/* Handles or queues the frame at the start of `received`, if it is whole (or never will be a frame). */
static void begin_call(struct ipc_server *server, struct connection *connection, struct arena *arena)
{
    bool is_whole;
    uint16_t type;
    struct bytes payload;
    enum err error = frame_find(buffer_bytes(&connection->received), &is_whole, &type, &payload);
    if (error == ERR_NONE && !is_whole) {
        if (connection->received.size > 0 && connection->deadline_ms == 0)
            connection->deadline_ms = clock_monotonic_ms() + HALF_FRAME_MS;
        return;
    }
    connection->frame_size = is_whole ? FRAME_HEAD_SIZE + payload.size : connection->received.size;
    connection->deadline_ms = 0;
    if (server->thread_count == 0 || !is_whole) {
        handle(server, connection, arena);
        start_writing(connection);
        return;
    }
    pthread_mutex_lock(&server->lock);
    connection->state = CONNECTION_QUEUED;
    connection->next_queued = NULL;
    *server->queue_end = connection;
    server->queue_end = &connection->next_queued;
    pthread_cond_signal(&server->queue_filled);
    pthread_mutex_unlock(&server->lock);
}

/* False: the connection is to be closed. */
static bool serve_connection(struct ipc_server *server, struct connection *connection, short events,
                             struct arena *arena)
{
    pthread_mutex_lock(&server->lock);
    enum connection_state state = connection->state;
    pthread_mutex_unlock(&server->lock);
    if (state == CONNECTION_QUEUED) return true;
    if (connection->deadline_ms != 0 && clock_monotonic_ms() > connection->deadline_ms) return false;
    if (state == CONNECTION_READING && events != 0) {
        bool is_closed;
        frame_receive(connection->fd, &connection->received, &is_closed);
        if (is_closed) return false;
    }
    if (state == CONNECTION_HANDLED) start_writing(connection);
    /* After a reply the next frame may already be there whole. */
    for (;;) {
        if (connection->state == CONNECTION_READING) begin_call(server, connection, arena);
        if (connection->state != CONNECTION_WRITING) return true;
        if (!write_reply(connection)) return false;
        if (connection->state == CONNECTION_WRITING) return true;
    }
}

static int64_t shorter(int64_t wait_ms, int64_t other_ms)
{
    if (other_ms < 0) other_ms = 0;
    return wait_ms < 0 || other_ms < wait_ms ? other_ms : wait_ms;
}

static int fill_polls(struct ipc_server *server, struct pollfd *polls)
{
    polls[0] = (struct pollfd){server->wake_fd, POLLIN, 0};
    polls[1] = (struct pollfd){server->connection_count < CONNECTIONS_MAX ? server->listener_fd : -1, POLLIN, 0};
    int64_t now_ms = clock_monotonic_ms(), wait_ms = -1;
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->connection_count; i++) {
        const struct connection *connection = server->connections[i];
        bool is_writing = connection->state == CONNECTION_WRITING;
        bool is_polled = is_writing || connection->state == CONNECTION_READING;
        polls[2 + i] = (struct pollfd){is_polled ? connection->fd : -1, is_writing ? POLLOUT : POLLIN, 0};
        if (connection->state == CONNECTION_HANDLED) wait_ms = 0;
        if (connection->state == CONNECTION_QUEUED || connection->deadline_ms == 0) continue;
        wait_ms = shorter(wait_ms, connection->deadline_ms - now_ms + 1);
    }
    pthread_mutex_unlock(&server->lock);
    if (server->each_second != NULL) wait_ms = shorter(wait_ms, server->next_second_ms - now_ms);
    return (int)wait_ms;
}

static void act_each_second(struct ipc_server *server, struct arena *arena)
{
    if (server->each_second == NULL || clock_monotonic_ms() < server->next_second_ms) return;
    server->next_second_ms = clock_monotonic_ms() + 1000;
    server->each_second(server->context, arena);
    arena_reset(arena);
}

static void *polling_thread(void *argument)
{
    struct ipc_server *server = argument;
    struct arena *arena = arena_new();
    struct pollfd polls[CONNECTIONS_MAX + 2];
    for (;;) {
        int wait_ms = fill_polls(server, polls);
        size_t count = server->connection_count;
        if (poll(polls, 2 + count, wait_ms) < 0) memset(polls, 0, sizeof polls);
        uint64_t wakes;
        if (polls[0].revents != 0) (void)!read(server->wake_fd, &wakes, sizeof wakes);
        pthread_mutex_lock(&server->lock);
        bool is_stopping = server->is_stopping;
        pthread_mutex_unlock(&server->lock);
        if (is_stopping) break;
        for (size_t i = count; i-- > 0;) {
            struct connection *connection = server->connections[i];
            if (serve_connection(server, connection, polls[2 + i].revents, arena)) continue;
            connection_free(connection);
            server->connections[i] = server->connections[--server->connection_count];
        }
        if (polls[1].revents != 0) accept_all(server);
        act_each_second(server, arena);
    }
    arena_free(arena);
    return NULL;
}

void ipc_each_second(struct ipc_server *server, void (*act)(void *context, struct arena *arena))
{
    server->each_second = act;
}

enum err ipc_serve(struct ipc_server *server)
{
    /* Signals are the main thread's (process_wait). */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    server->threads = memory_new(sizeof(pthread_t) * (size_t)(server->thread_count + 1));
    int failed = pthread_create(&server->poller, NULL, polling_thread, server);
    server->is_started = failed == 0;
    int started = 0;
    while (failed == 0 && started < server->thread_count) {
        failed = pthread_create(&server->threads[started], NULL, handler_thread, server);
        if (failed == 0) started++;
    }
    server->thread_count = started;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) return err_set(ERR_BROKEN, "a thread of %s: %s", server->path, strerror(failed));
    return ERR_NONE;
}

struct ipc_server *ipc_stop(struct ipc_server *server)
{
    if (server == NULL) return NULL;
    pthread_mutex_lock(&server->lock);
    server->is_stopping = true;
    pthread_cond_broadcast(&server->queue_filled);
    pthread_mutex_unlock(&server->lock);
    wake(server);
    if (server->is_started) {
        pthread_join(server->poller, NULL);
        for (int i = 0; i < server->thread_count; i++) pthread_join(server->threads[i], NULL);
    }
    for (size_t i = 0; i < server->connection_count; i++) connection_free(server->connections[i]);
    close(server->listener_fd);
    close(server->wake_fd);
    unlink(server->path);
    free(server->path);
    free(server->threads);
    pthread_mutex_destroy(&server->lock);
    pthread_cond_destroy(&server->queue_filled);
    free(server);
    return NULL;
}
