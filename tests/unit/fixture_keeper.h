/*
 * Purpose: a keeper inside the test's own process, with keys of its own and no token, for tests of rooms that seal
 * (dependency keeper_core). The test is taken for web; a code's text comes from fixture_keeper_code().
 */
#ifndef DIVIT_TESTS_FIXTURE_KEEPER_H
#define DIVIT_TESTS_FIXTURE_KEEPER_H

#include "base/clock.h"
#include "ipc/keeper_client.h"
#include "keeper/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct keeper_service fixture_keeper_service;
static struct ipc_server *fixture_keeper_server;
static char fixture_keeper_folder[64], fixture_keeper_db[80], fixture_keeper_socket[80];

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
        fixture_keeper_service.keys = secret_alloc(sizeof *fixture_keeper_service.keys);
        random_fill(fixture_keeper_service.keys, sizeof *fixture_keeper_service.keys);
        error = keeper_store_open(fixture_keeper_db, &fixture_keeper_service.store);
    }
    if (error == ERR_NONE)
        error = ipc_listen(fixture_keeper_socket, keeper_routes, 0, &fixture_keeper_service, &fixture_keeper_server);
    if (error == ERR_NONE) error = ipc_serve(fixture_keeper_server);
    if (error != ERR_NONE) {
        fprintf(stderr, "fixture: %s: %s\n", err_name(error), err_detail());
        exit(99);
    }
    return keeper_new(fixture_keeper_socket);
}

__attribute__((unused)) static void fixture_keeper_stop(struct keeper *keeper)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    keeper_free(keeper);
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
    const char *code = NULL;
    if (code_text(&fixture_keeper_service, arena, code_id, clock_now_s(), &code) != ERR_NONE) abort();
    return code;
}

#endif
