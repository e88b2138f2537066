#include "base/file.h"
#include "base/log.h"
#include "ipc/process.h"
#include "keeper/keeper.h"
#include "keeper/service.h"
#include "token/token.h"

#include <string.h>

struct keeper_settings {
    const char *module, *token, *wrap_key;
    struct keeper_limits limits;
};
#define LIMIT(name) offsetof(struct keeper_settings, limits.name)
#define LIMIT_MAX 1000000

const struct config_item keeper_items[] = {
    {"keeper", "module", CONFIG_TEXT, offsetof(struct keeper_settings, module), TOKEN_SOFTHSM_MODULE, 0, 0,
     "The PKCS #11 library of the keeper's token."},
    {"keeper", "token", CONFIG_TEXT, offsetof(struct keeper_settings, token), "keeper", 0, 0,
     "Label or serial number of the keeper's token."},
    {"keeper", "wrap_key", CONFIG_TEXT, offsetof(struct keeper_settings, wrap_key), "wrap", 0, 0,
     "Label of the AES key in it that wraps the working keys."},
    {"keeper", "public_persons", CONFIG_INT, LIMIT(public_persons), "3000", 1, LIMIT_MAX,
     "Distinct persons an hour that all pages without an officer may open."},
    {"keeper", "officer_persons", CONFIG_INT, LIMIT(officer_persons), "500", 1, LIMIT_MAX,
     "Distinct persons an hour that one officer may open."},
    {"keeper", "officers_persons", CONFIG_INT, LIMIT(officers_persons), "5000", 1, LIMIT_MAX,
     "Distinct persons an hour that all officers together may open."},
    {"keeper", "worker_persons", CONFIG_INT, LIMIT(worker_persons), "20000", 1, LIMIT_MAX,
     "Distinct persons an hour that the worker may open, for messages and certificates."},
    {"keeper", "searches", CONFIG_INT, LIMIT(searches), "20000", 1, LIMIT_MAX,
     "Distinct identity numbers and words an hour that pages may search for."},
    {"keeper", "secrets", CONFIG_INT, LIMIT(secrets), "50", 1, LIMIT_MAX,
     "Officers an hour who may set up one-time codes."},
    {NULL},
};

static enum err unwrap_keys(struct token *token, struct arena *arena, const char *wrap_key,
                            struct keeper_service *service)
{
    for (enum keeper_key key = 0; key < KEEPER_KEY_COUNT; key++) {
        struct bytes wrapped, value;
        TRY(find_key(service->store, arena, keeper_key_name(key), &wrapped));
        TRY(token_unwrap(token, arena, wrap_key, wrapped, keeper_key_name(key), &value));
        if (value.size != KEY_SIZE)
            return err_set(ERR_BROKEN, "the key %s has %zu bytes", keeper_key_name(key), value.size);
        memcpy(service->keys->keys[key], value.data, KEY_SIZE);
        secret_wipe((void *)(uintptr_t)value.data, value.size);
    }
    return ERR_NONE;
}

/* The token is needed for this alone and is closed again: afterwards its PIN and sessions are not in this process. */
static enum err open_keys(const struct installation *installation, struct arena *arena, struct keeper_service *service)
{
    struct keeper_settings settings;
    TRY(installation_settings(arena, installation, keeper_items, &settings));
    service->limits = settings.limits;
    const char *pin;
    TRY(config_read_secret(arena, installation_path(arena, installation, "keeper/pin"), &pin));
    if (strcmp(settings.module, TOKEN_SOFTHSM_MODULE) == 0)
        TRY(token_softhsm_use(installation_path(arena, installation, "keeper")));
    struct token_module *module;
    TRY(token_module_open(settings.module, &module));
    struct token *token = NULL;
    enum err error = token_open(module, settings.token, TOKEN_USER, pin, &token);
    if (error == ERR_NONE) error = unwrap_keys(token, arena, settings.wrap_key, service);
    token_close(token);
    token_module_close(module);
    secret_wipe((void *)(uintptr_t)pin, strlen(pin));
    return error;
}

static enum err start(const struct installation *installation, struct arena *arena, struct keeper_service *service,
                      struct ipc_server **ret_server)
{
    static const struct confine_file files[] = {{"keeper", CONFINE_WRITE}, {"run", CONFINE_WRITE}, {0}};
    TRY(process_begin("keeper", installation));
    TRY(folder_make(installation_path(arena, installation, "run"), 0700));
    TRY(process_files(installation, files));
    service->keys = secret_alloc(sizeof *service->keys);
    service->certificate_path = installation_path(arena, installation, "keeper/keeper.cer");
    service->issuing_path = installation_path(arena, installation, "keeper/issuing.cer");
    const char *db_path = installation_path(arena, installation, "keeper/keeper.db");
    if (!file_exists(db_path)) return err_set(ERR_NOT_FOUND, "%s is missing; `divit init` makes it", db_path);
    TRY(keeper_store_open(db_path, &service->store));
    int64_t records;
    TRY(journal_check(service->store, &records));
    TRY(open_keys(installation, arena, service));
    TRY(ipc_listen(installation_path(arena, installation, "run/keeper.sock"), keeper_routes, 0, service, ret_server));
    TRY(confine(CONFINE_UNIX));
    return ipc_serve(*ret_server);
}

int keeper_main(const struct installation *installation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct keeper_service service = {0};
    struct ipc_server *server = NULL;
    enum err error = start(installation, arena, &service, &server);
    if (error == ERR_NONE) {
        log_event(LOG_INFO, "serving", NULL);
        process_ready();
        process_wait();
    } else {
        log_error("start_failed", error, NULL);
    }
    ipc_stop(server);
    keeper_store_close(service.store);
    secret_free(service.keys);
    return error == ERR_NONE ? 0 : 1;
}
