#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "ipc/process.h"
#include "keeper/keeper.h"
#include "keeper/service.h"
#include "token/token.h"

#include <stddef.h>

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
     "Label of the AES key in it that wraps the working keys; of a later epoch with its number behind: wrap-2."},
    {"keeper", "public_persons", CONFIG_INT, LIMIT(public_persons), "3000", 1, LIMIT_MAX,
     "Distinct persons an hour that all pages without an officer may open."},
    {"keeper", "officer_persons", CONFIG_INT, LIMIT(officer_persons), "500", 1, LIMIT_MAX,
     "Distinct persons an hour that one officer may open."},
    {"keeper", "officers_persons", CONFIG_INT, LIMIT(officers_persons), "5000", 1, LIMIT_MAX,
     "Distinct persons an hour that all officers together may open."},
    {"keeper", "worker_persons", CONFIG_INT, LIMIT(worker_persons), "10000", 1, LIMIT_MAX,
     "Distinct persons an hour that the worker may open, for messages and certificates."},
    {"keeper", "register_persons", CONFIG_INT, LIMIT(register_persons), "15000", 1, LIMIT_MAX,
     "Distinct persons an hour that files and identity systems may open of all staff registers, beside those."},
    {"keeper", "searches", CONFIG_INT, LIMIT(searches), "20000", 1, LIMIT_MAX,
     "Distinct identity numbers and words an hour that pages may search for."},
    {"keeper", "secrets", CONFIG_INT, LIMIT(secrets), "50", 1, LIMIT_MAX,
     "Officers an hour who may set up one-time codes."},
    {"keeper", "wrong_codes", CONFIG_INT, LIMIT(wrong_codes), "500", 1, LIMIT_MAX,
     "Wrong SMS and one-time codes an hour, of all persons together; then none is taken until the hour is over."},
    {NULL},
};

static enum err read_settings(const struct installation *installation, struct arena *arena,
                              struct keeper_service *service)
{
    struct keeper_settings settings;
    TRY(installation_settings(arena, installation, keeper_items, &settings));
    service->limits = settings.limits;
    service->token = (struct keeper_token){settings.module, settings.token, settings.wrap_key,
                                           installation_path(arena, installation, "keeper")};
    return ERR_NONE;
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
    service->signer_key_path = installation_path(arena, installation, "keeper/signer.pub");
    service->origin = installation->public_url;
    service->issuing_path = installation_path(arena, installation, "keeper/issuing.cer");
    const char *db_path = installation_path(arena, installation, "keeper/keeper.db");
    if (!file_exists(db_path)) return err_set(ERR_NOT_FOUND, "%s is missing; `divit init` makes it", db_path);
    TRY(keeper_store_open(db_path, &service->store));
    int64_t records;
    TRY(journal_check(service->store, &records));
    TRY(read_settings(installation, arena, service));
    TRY(open_keys(service, arena, clock_now_s()));
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
