#include "web/web.h"

#include "base/file.h"
#include "base/log.h"
#include "base/secret.h"
#include "ipc/process.h"
#include "web/assets.h"
#include "web/challenge.h"
#include "web/context.h"
#include "web/page.h"
#include "web/public/public.h"

#include <malloc.h>
#include <string.h>
#include <sys/resource.h>

#define MEMORY_KEPT ((size_t)1024 * 1024) /* by each thread that answers, between requests */

struct web_settings {
    const char *address;
    int64_t port;
    int64_t event_threads;
    int64_t pool_threads;
    int64_t connections_max;
    const char *address_header;
};

#define ITEM(name, type, initial, minimum, maximum, help)                                                              \
    {                                                                                                                  \
        "web", #name, type, offsetof(struct web_settings, name), initial, minimum, maximum, help                       \
    }
const struct config_item web_items[] = {
    ITEM(address, CONFIG_TEXT, "127.0.0.1", 0, 0, "The network address that web listens on."),
    ITEM(port, CONFIG_INT, "8080", 0, 65535, "The port of the pages."),
    ITEM(event_threads, CONFIG_INT, "2", 1, 64, "Threads that read requests: as many as cores."),
    ITEM(pool_threads, CONFIG_INT, "16", 1, 64, "Threads that answer them."),
    ITEM(connections_max, CONFIG_INT, "10000", 1, 100000, "Open connections at most."),
    ITEM(address_header, CONFIG_TEXT, "", 0, 0,
         "The header in which nginx tells a client's address (X-Real-IP); empty: nothing stands before web."),
    {NULL},
};
#undef ITEM

/* Only this program knows it: made at its first start. */
static enum err load_key(struct arena *arena, const struct installation *installation, uint8_t key[KEY_SIZE])
{
    const char *path = installation_path(arena, installation, "web/session.key");
    if (!file_exists(path)) {
        TRY(folder_make(installation_path(arena, installation, "web"), 0700));
        random_fill(key, KEY_SIZE);
        return file_write(path, (struct bytes){key, KEY_SIZE}, 0600);
    }
    struct bytes stored;
    TRY(file_read(arena, path, KEY_SIZE, &stored));
    if (stored.size != KEY_SIZE) return err_set(ERR_BROKEN, "%s is not %d bytes long", path, KEY_SIZE);
    memcpy(key, stored.data, KEY_SIZE);
    secret_wipe((void *)stored.data, stored.size);
    return ERR_NONE;
}

/* As many connections as the machine allows, should it be fewer than configured. */
static void allow_connections(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static enum err open_web(struct arena *arena, const struct installation *installation,
                         const struct web_settings *settings, uint8_t *key, struct web *web)
{
    TRY(load_key(arena, installation, key));
    *web = (struct web){.installation = installation, .key = key};
    TRY(db_open(installation->database, (int)settings->pool_threads, &web->db));
    web->keeper = keeper_new(installation_path(arena, installation, "run/keeper.sock"));
    TRY(ipc_asker_new(installation_path(arena, installation, "run/worker.sock"), &web->asker));
    struct page_settings *page_settings = NEW(arena, struct page_settings);
    *page_settings = (struct page_settings){installation->is_demo, web_find_support};
    page_setup(page_settings);
    challenge_prepare();
    return ERR_NONE;
}

/* Giving memory back after each page and taking it again for the next cost more than rendering it. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
    mallopt(M_TOP_PAD, MEMORY_KEPT / 4);
    mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT);
}

static enum err serve(const struct installation *installation, const struct web_settings *settings, struct web *web)
{
    allow_connections();
    struct http_options options = {
        .address = settings->address,
        .port = (int)settings->port,
        .event_threads = (int)settings->event_threads,
        .pool_threads = (int)settings->pool_threads,
        .connections_max = (int)settings->connections_max,
        .desks = web_desks,
        .context = web,
        .error_page = show_error,
        .address_header = settings->address_header,
        .is_https = strncmp(installation->public_url, "https://", 8) == 0,
        .assets = assets,
    };
    struct http_server *server;
    TRY(http_listen(&options, &server));
    session_store(server, web->db, web->key);
    enum err error = confine(CONFINE_UNIX);
    if (error == ERR_NONE) error = http_start(server);
    if (error == ERR_NONE) {
        process_ready();
        process_wait();
    }
    http_stop(server);
    return error;
}

int web_main(const struct installation *installation)
{
    struct arena *arena = arena_new();
    struct web_settings settings;
    struct web web = {0};
    uint8_t *key = NULL;
    static const struct confine_file files[] = {
        {PROCESS_DATABASE, CONFINE_WRITE}, {"web", CONFINE_WRITE}, {"run", CONFINE_READ}, {0}};
    keep_memory();
    enum err error = process_begin("web", installation);
    if (error == ERR_NONE) error = process_files(installation, files);
    if (error == ERR_NONE) error = installation_settings(arena, installation, web_items, &settings);
    if (error == ERR_NONE) {
        key = secret_alloc(KEY_SIZE);
        error = open_web(arena, installation, &settings, key, &web);
    }
    if (error == ERR_NONE) error = serve(installation, &settings, &web);
    if (error != ERR_NONE) log_error("web_failed", error, NULL);
    ipc_asker_free(web.asker);
    keeper_free(web.keeper);
    db_close(web.db);
    secret_free(key);
    arena_free(arena);
    return error == ERR_NONE ? 0 : 1;
}
