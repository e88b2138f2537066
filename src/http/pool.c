/*
 * Purpose: the threads that run handlers. A request whose connection is suspended is in exactly one place: in the
 * queue, with a thread, or parked (deferred, until http_continue()).
 */
#include "http/internal.h"

#include "base/log.h"

#include <stdlib.h>

static void enqueue(struct http_server *server, struct http_request *request)
{
    request->next = NULL;
    if (server->queue_last != NULL) {
        server->queue_last->next = request;
    } else {
        server->queue_first = request;
    }
    server->queue_last = request;
    pthread_cond_signal(&server->work);
}

static struct http_request *dequeue(struct http_server *server)
{
    struct http_request *request = server->queue_first;
    server->queue_first = request->next;
    if (server->queue_first == NULL) server->queue_last = NULL;
    return request;
}

static void log_answered(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const unsigned *counts = request->work.counts;
    log_event(LOG_DEBUG, "answered", "id", request->id, "route", http_route_path(request), "status",
              log_int(arena, request->status), "acts", log_int(arena, counts[WORK_ACT]), "messages",
              log_int(arena, counts[WORK_MESSAGE]), "passwords", log_int(arena, counts[WORK_PASSWORD]), NULL);
}

static void finish(struct http_server *server, struct http_request *request)
{
    if (log_is_shown(LOG_DEBUG)) log_answered(request);
    request->stage = STAGE_DONE;
    MHD_resume_connection(request->connection); /* the request may be gone from here on */
    pthread_mutex_lock(&server->lock);
    if (--server->in_flight == 0) pthread_cond_broadcast(&server->idle);
    pthread_mutex_unlock(&server->lock);
}

/* True when the request waits for http_continue() now; false when it has an answer or goes on at once. */
static bool park(struct http_server *server, struct http_request *request)
{
    pthread_mutex_lock(&server->lock);
    bool waits = request->handler == NULL;
    request->is_parked = waits;
    pthread_mutex_unlock(&server->lock);
    return waits;
}

static void run(struct http_server *server, struct http_request *request)
{
    for (;;) {
        request_run(request);
        work_take(&request->work);
        if (!request->is_deferred) break;
        if (park(server, request)) return;
    }
    finish(server, request);
}

static void *pool_thread(void *context)
{
    struct http_server *server = context;
    pthread_mutex_lock(&server->lock);
    for (;;) {
        while (server->queue_first == NULL && !(server->is_stopping && server->in_flight == 0)) {
            pthread_cond_wait(&server->work, &server->lock);
        }
        if (server->queue_first == NULL) break;
        struct http_request *request = dequeue(server);
        pthread_mutex_unlock(&server->lock);
        run(server, request);
        pthread_mutex_lock(&server->lock);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

enum err pool_start(struct http_server *server)
{
    server->threads = memory_new(sizeof(pthread_t) * (size_t)server->options.pool_threads);
    while (server->thread_count < server->options.pool_threads) {
        if (pthread_create(&server->threads[server->thread_count], NULL, pool_thread, server) != 0) {
            return err_set(ERR_BROKEN, "no thread");
        }
        server->thread_count++;
    }
    return ERR_NONE;
}

bool pool_submit(struct http_request *request)
{
    struct http_server *server = request->server;
    pthread_mutex_lock(&server->lock);
    bool is_taken = !server->is_stopping;
    if (is_taken) {
        server->in_flight++;
        request->stage = STAGE_RUNNING;
        MHD_suspend_connection(request->connection);
        enqueue(server, request);
    }
    pthread_mutex_unlock(&server->lock);
    return is_taken;
}

void pool_stop(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->is_stopping = true;
    while (server->in_flight > 0) pthread_cond_wait(&server->idle, &server->lock);
    pthread_cond_broadcast(&server->work);
    pthread_mutex_unlock(&server->lock);
    for (int i = 0; i < server->thread_count; i++) pthread_join(server->threads[i], NULL);
    free(server->threads);
}

void http_defer(struct http_request *request)
{
    request->is_deferred = true;
}

void http_continue(struct http_request *request, http_handler handler)
{
    struct http_server *server = request->server;
    pthread_mutex_lock(&server->lock);
    request->handler = handler;
    if (request->is_parked) {
        request->is_parked = false;
        enqueue(server, request);
    } /* else its thread has not come back yet and finds the new handler */
    pthread_mutex_unlock(&server->lock);
}
