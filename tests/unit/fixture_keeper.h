/*
 * Purpose: a keeper inside the test's own process, with keys of its own and no token, for tests of rooms that seal
 * (dependency keeper). The test is taken for web; a code's text comes from fixture_keeper_code().
 */
#ifndef DIVIT_TESTS_FIXTURE_KEEPER_H
#define DIVIT_TESTS_FIXTURE_KEEPER_H

#include "base/clock.h"
#include "fixture_keys.h"
#include "ipc/keeper_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct keeper_service fixture_keeper_service;
static struct ipc_server *fixture_keeper_server;
static struct keeper *fixture_keeper_tool; /* as an operator's tool, which the keeper believes more than web */
static char fixture_keeper_folder[64], fixture_keeper_db[80], fixture_keeper_socket[80];

/* A role is that of the time of connecting, so the connection is made here. */
static struct keeper *fixture_keeper_as_tool(void)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct bytes tag;
    peers_set(IPC_WEB, 0);
    struct keeper *tool = keeper_new(fixture_keeper_socket);
    if (keeper_search_tag(tool, arena, "test", "test", &tag) != ERR_NONE) abort();
    peers_set(IPC_WEB, getpid());
    return tool;
}

/* Ends the program when it cannot be had. */
__attribute__((unused)) static struct keeper *fixture_keeper_start(void)
{
    int peers_fd;
    snprintf(fixture_keeper_folder, sizeof fixture_keeper_folder, "/tmp/divit-keeper.XXXXXX");
    if (mkdtemp(fixture_keeper_folder) == NULL) abort();
    snprintf(fixture_keeper_db, sizeof fixture_keeper_db, "%s/keeper.db", fixture_keeper_folder);
    snprintf(fixture_keeper_socket, sizeof fixture_keeper_socket, "%s/keeper.sock", fixture_keeper_folder);
    enum err error = secret_init();
    if (error == ERR_NONE) error = peers_make(&peers_fd);
    if (error == ERR_NONE) {
        close(peers_fd);
        peers_set(IPC_WEB, getpid());
        fixture_keeper_service.keys = fixture_keys();
        fixture_keeper_service.limits = (struct keeper_limits){.public_persons = 1000,
                                                               .officer_persons = 1000,
                                                               .officers_persons = 1000,
                                                               .worker_persons = 1000,
                                                               .register_persons = 1000,
                                                               .searches = 10000,
                                                               .secrets = 100,
                                                               .wrong_codes = 1000};
        error = keeper_store_open(fixture_keeper_db, &fixture_keeper_service.store);
    }
    if (error == ERR_NONE)
        error = ipc_listen(fixture_keeper_socket, keeper_routes, 0, &fixture_keeper_service, &fixture_keeper_server);
    if (error == ERR_NONE) error = ipc_serve(fixture_keeper_server);
    if (error != ERR_NONE) {
        fprintf(stderr, "fixture: %s: %s\n", err_name(error), err_detail());
        exit(99);
    }
    fixture_keeper_tool = fixture_keeper_as_tool();
    return keeper_new(fixture_keeper_socket);
}

__attribute__((unused)) static void fixture_keeper_stop(struct keeper *keeper)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    keeper_free(keeper);
    keeper_free(fixture_keeper_tool);
    fixture_keeper_server = ipc_stop(fixture_keeper_server);
    fixture_keeper_service.store = keeper_store_close(fixture_keeper_service.store);
    secret_free(fixture_keeper_service.keys);
    for (size_t i = 0; i < 3; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s%s", fixture_keeper_db, endings[i]);
        unlink(path);
    }
    rmdir(fixture_keeper_folder);
}

/* The text that the worker would send. */
__attribute__((unused)) static const char *fixture_keeper_code(struct arena *arena, const char *code_id)
{
    struct keeper_code code;
    if (code_text(&fixture_keeper_service, arena, code_id, clock_now_s(), &code) != ERR_NONE) abort();
    return code.digits;
}

#endif
