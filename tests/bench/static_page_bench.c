/*
 * The reference of a portal page: Divit's own HTTP server with one kept page and nothing else (spec 09, For speed).
 *
 * static-page-bench PORT SIZE: serves /static/page, until it is ended.
 */
#include "http/http.h"

#include "base/log.h"
#include "base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    static const struct http_desk *const desks[] = {NULL};
    if (count != 3 || secret_init() != ERR_NONE) return EXIT_FAILURE;
    log_open("static-page");
    size_t size = strtoul(arguments[2], NULL, 10);
    char *page = memory_new(size + 1);
    memset(page, 'x', size);
    const struct http_asset assets[] = {
        {"page", "text/html; charset=utf-8", {(const uint8_t *)page, size}, "0123456789abcdef", {NULL, 0}}, {0}};
    const struct http_options options = {.address = "127.0.0.1",
                                         .port = atoi(arguments[1]),
                                         .event_threads = 2,
                                         .pool_threads = 1,
                                         .connections_max = 100,
                                         .desks = desks,
                                         .assets = assets};
    struct http_server *server;
    if (http_listen(&options, &server) != ERR_NONE || http_start(server) != ERR_NONE) return EXIT_FAILURE;
    puts("ready");
    fflush(stdout);
    for (;;) pause();
}
