#include "base/clock.h"
#include "base/file.h"
#include "keeper/keeper.h"
#include "keeper/service.h"
#include "pki/signature.h"
#include "token/token.h"

#define TOKEN_LABEL "keeper"
#define WRAP_LABEL "wrap"

/* For the registry and for whoever checks the keeper's word; the registry is made after it, at the ceremony. */
static enum err write_public_key(const struct keeper_service *service, const char *path)
{
    struct memory_key *key;
    TRY(memory_key_of_number((struct bytes){service->keys->keys[KEEPER_SIGN], KEY_SIZE}, &key));
    enum err error = file_write(path, memory_key_public(key), 0644);
    memory_key_free(key);
    return error;
}

static enum err make_token(const struct keeper_token *where, const char *pin, struct arena *arena)
{
    struct token_module *module;
    TRY(token_softhsm_use(where->folder));
    TRY(token_module_open(where->module, &module));
    /* The SO PIN is thrown away: a token whose PIN is lost is made anew, its keys are not. */
    enum err error = token_initialise(module, where->label, random_hex(arena, 16), pin);
    token_module_close(module);
    return error;
}

static enum err make_keys(struct keeper_service *service, struct arena *arena, const char *db_path,
                          const char *public_path)
{
    TRY(keeper_store_open(db_path, &service->store));
    enum err error = make_first_epoch(service, arena, clock_now_s());
    if (error == ERR_NONE) error = write_public_key(service, public_path);
    keeper_store_close(service->store);
    return error;
}

enum err keeper_init(const struct installation *installation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    TRY(secret_init());
    const char *db_path = installation_path(arena, installation, "keeper/keeper.db");
    if (file_exists(db_path)) return err_set(ERR_EXISTS, "%s is there already", db_path);
    struct keeper_service service = {
        .token = {TOKEN_SOFTHSM_MODULE, TOKEN_LABEL, WRAP_LABEL, installation_path(arena, installation, "keeper")}};
    TRY(folder_make(service.token.folder, 0700));
    const char *pin = random_hex(arena, 16);
    const char *pin_line = arena_printf(arena, "%s\n", pin);
    TRY(file_write(installation_path(arena, installation, "keeper/pin"), bytes_of_text(pin_line), 0600));
    TRY(make_token(&service.token, pin, arena));
    service.keys = secret_alloc(sizeof *service.keys);
    enum err error = make_keys(&service, arena, db_path, installation_path(arena, installation, "keeper/keeper.pub"));
    secret_free(service.keys);
    return error;
}
