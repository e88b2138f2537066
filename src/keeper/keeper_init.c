#include "base/file.h"
#include "keeper/keeper.h"
#include "keeper/service.h"
#include "pki/signature.h"
#include "token/token.h"

#define TOKEN_LABEL "keeper"
#define WRAP_LABEL "wrap"

/* For the registry and for whoever checks the keeper's word; the registry is made after it, at the ceremony. */
static enum err write_public_key(const uint8_t number[KEY_SIZE], const char *path)
{
    struct memory_key *key;
    TRY(memory_key_of_number((struct bytes){number, KEY_SIZE}, &key));
    enum err error = file_write(path, memory_key_public(key), 0644);
    memory_key_free(key);
    return error;
}

/* The wrapping key never leaves the token; the working keys leave it never unwrapped but into the keeper's memory. */
static enum err make_working_keys(struct token *token, struct arena *arena, struct keeper_store *store,
                                  const char *public_path)
{
    for (enum keeper_key key = 0; key < KEEPER_KEY_COUNT; key++) {
        uint8_t value[KEY_SIZE];
        TRY(token_random(token, value, sizeof value));
        struct bytes wrapped;
        enum err error = token_wrap(token, arena, WRAP_LABEL, BYTES(value), keeper_key_name(key), &wrapped);
        if (error == ERR_NONE && key == KEEPER_SIGN) error = write_public_key(value, public_path);
        secret_wipe(value, sizeof value);
        TRY(error);
        TRY(store_key(store, keeper_key_name(key), wrapped));
    }
    return ERR_NONE;
}

static enum err make_token(struct token_module *module, struct arena *arena, const char *pin, const char *db_path,
                           const char *public_path)
{
    /* The SO PIN is thrown away: a token whose PIN is lost is made anew, its keys are not. */
    TRY(token_initialise(module, TOKEN_LABEL, random_hex(arena, 16), pin));
    struct token *token;
    TRY(token_open(module, TOKEN_LABEL, TOKEN_USER, pin, &token));
    enum err error = token_make_secret(token, WRAP_LABEL);
    struct keeper_store *store = NULL;
    if (error == ERR_NONE) error = keeper_store_open(db_path, &store);
    if (error == ERR_NONE) error = make_working_keys(token, arena, store, public_path);
    keeper_store_close(store);
    token_close(token);
    return error;
}

enum err keeper_init(const struct installation *installation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    TRY(secret_init());
    const char *db_path = installation_path(arena, installation, "keeper/keeper.db");
    if (file_exists(db_path)) return err_set(ERR_EXISTS, "%s is there already", db_path);
    TRY(folder_make(installation_path(arena, installation, "keeper"), 0700));
    const char *pin = random_hex(arena, 16);
    const char *pin_line = arena_printf(arena, "%s\n", pin);
    TRY(file_write(installation_path(arena, installation, "keeper/pin"), bytes_of_text(pin_line), 0600));
    TRY(token_softhsm_use(installation_path(arena, installation, "keeper")));
    struct token_module *module;
    TRY(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    enum err error =
        make_token(module, arena, pin, db_path, installation_path(arena, installation, "keeper/keeper.pub"));
    token_module_close(module);
    return error;
}
