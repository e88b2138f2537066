/*
 * The token's part: a key for each epoch, which never leaves it and wraps the working keys. The token is open for as long
 * as that takes and is closed again: otherwise its sessions are not in this process.
 */
#include "base/file.h"
#include "ipc/installation.h"
#include "keeper/service.h"
#include "token/token.h"

#include <string.h>

#define FIRST_EPOCH 1
#define WRAPPED_COUNT ((size_t)KEEPER_KEY_COUNT + EPOCH_KEY_COUNT)

/* Names in the store, bound into the wrapping. */
static const char *const names[WRAPPED_COUNT] = {
    [KEEPER_SEARCH] = "search",
    [KEEPER_SECRET] = "secret",
    [KEEPER_SIGN] = "sign",
    [KEEPER_BOX] = "box",
    [KEEPER_GRANT] = "grant",
    [KEEPER_REGISTRY] = "registry",
    [KEEPER_KEY_COUNT + EPOCH_PERSON_WRAP] = "person_wrap",
    [KEEPER_KEY_COUNT + EPOCH_CODE] = "code",
    [KEEPER_KEY_COUNT + EPOCH_PUK] = "puk",
};

static uint8_t *key_at(struct keeper_keys *keys, size_t epoch_at, size_t i)
{
    return i < KEEPER_KEY_COUNT ? keys->keys[i] : keys->epochs[epoch_at].keys[i - KEEPER_KEY_COUNT];
}

static const char *label_of(const struct keeper_service *service, struct arena *arena, int64_t epoch)
{
    const char *first = service->token.wrap_key;
    return epoch == FIRST_EPOCH ? first : arena_printf(arena, "%s-%lld", first, (long long)epoch);
}

typedef enum err (*token_act)(struct token *token, struct arena *arena, void *context);

static enum err with_token(const struct keeper_service *service, struct arena *arena, token_act act, void *context)
{
    const struct keeper_token *where = &service->token;
    const char *pin;
    if (where->module == NULL) return err_set(ERR_STATE, "this keeper has no token");
    TRY(config_read_secret(arena, arena_printf(arena, "%s/pin", where->folder), &pin));
    if (strcmp(where->module, TOKEN_SOFTHSM_MODULE) == 0) TRY(token_softhsm_use(where->folder));
    struct token_module *module;
    TRY(token_module_open(where->module, &module));
    struct token *token = NULL;
    enum err error = token_open(module, where->label, TOKEN_USER, pin, &token);
    if (error == ERR_NONE) error = act(token, arena, context);
    token_close(token);
    token_module_close(module);
    secret_wipe((void *)(uintptr_t)pin, strlen(pin));
    return error;
}

/* -- at the start -- */

struct opening {
    struct keeper_service *service;
    const struct kept_epoch *epochs;
    size_t count;
    int64_t now_s;
};

static enum err unwrap_keys(struct token *token, struct arena *arena, struct keeper_service *service, size_t epoch_at)
{
    const int64_t epoch = service->keys->epochs[epoch_at].number;
    for (size_t i = 0; i < WRAPPED_COUNT; i++) {
        struct bytes wrapped, value;
        TRY(find_key(service->store, arena, epoch, names[i], &wrapped));
        TRY(token_unwrap(token, arena, label_of(service, arena, epoch), wrapped, names[i], &value));
        if (value.size != KEY_SIZE) return err_set(ERR_BROKEN, "the key %s has %zu bytes", names[i], value.size);
        memcpy(key_at(service->keys, epoch_at, i), value.data, KEY_SIZE);
        secret_wipe((void *)(uintptr_t)value.data, value.size);
    }
    return ERR_NONE;
}

struct ending {
    int64_t epoch, now_s;
    const char *number;
};

static enum err finish_and_note(struct keeper_store *store, void *context)
{
    const struct ending *ending = context;
    TRY(finish_epoch(store, ending->epoch, ending->now_s));
    return journal_add(store, ending->now_s, JOURNAL_EPOCH_DESTROYED, ending->number, "");
}

static enum err destroy_in(struct token *token, struct arena *arena, const struct keeper_service *service,
                           int64_t epoch, int64_t now_s)
{
    struct ending ending = {epoch, now_s, arena_printf(arena, "%lld", (long long)epoch)};
    enum err error = token_destroy_secret(token, label_of(service, arena, epoch));
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error; /* not there: a kill came in between */
    return store_run(service->store, finish_and_note, &ending);
}

static enum err open_act(struct token *token, struct arena *arena, void *context)
{
    const struct opening *opening = context;
    struct keeper_service *service = opening->service;
    struct keeper_keys *keys = service->keys;
    for (size_t i = 0; i < opening->count; i++) {
        const struct kept_epoch *epoch = &opening->epochs[i];
        if (epoch->state == EPOCH_ENDS) TRY(destroy_in(token, arena, service, epoch->number, opening->now_s));
        if (epoch->state != EPOCH_LIVES) continue;
        if (keys->epoch_count == EPOCHS_MAX) return err_set(ERR_BROKEN, "keeper.db has too many living epochs");
        keys->epochs[keys->epoch_count].number = epoch->number;
        TRY(unwrap_keys(token, arena, service, keys->epoch_count++));
    }
    return keys->epoch_count > 0 ? ERR_NONE : err_set(ERR_BROKEN, "keeper.db has no living epoch");
}

enum err open_keys(struct keeper_service *service, struct arena *arena, int64_t now_s)
{
    struct opening opening = {.service = service, .now_s = now_s};
    TRY(list_epochs(service->store, arena, &opening.epochs, &opening.count));
    return with_token(service, arena, open_act, &opening);
}

/* -- an epoch begins -- */

struct beginning {
    struct keeper_service *service;
    struct arena *arena;
    size_t epoch_at;
    int64_t now_s;
    struct bytes wrapped[WRAPPED_COUNT];
};

static enum err store_epoch_act(struct keeper_store *store, void *context)
{
    const struct beginning *beginning = context;
    const int64_t epoch = beginning->service->keys->epochs[beginning->epoch_at].number;
    TRY(store_epoch(store, epoch, beginning->now_s));
    for (size_t i = 0; i < WRAPPED_COUNT; i++) TRY(store_key(store, epoch, names[i], beginning->wrapped[i]));
    return journal_add(store, beginning->now_s, JOURNAL_EPOCH, arena_printf(beginning->arena, "%lld", (long long)epoch),
                       "");
}

static bool can_wrap(struct token *token, struct arena *arena, const char *label)
{
    struct bytes wrapped, opened;
    bool can = token_wrap(token, arena, label, bytes_of_text(label), label, &wrapped) == ERR_NONE &&
               token_unwrap(token, arena, label, wrapped, label, &opened) == ERR_NONE;
    err_clear();
    return can;
}

/*
 * A key may be there though no epoch is written down: a kill came in between, or this keeper.db is older than the token.
 * It is used, for another keeper.db may rest on it, unless the kill came amid its making (SoftHSM writes it in parts).
 */
static enum err need_token_key(struct token *token, struct arena *arena, const char *label)
{
    enum err error = token_make_secret(token, label);
    if (error != ERR_EXISTS || can_wrap(token, arena, label)) return error == ERR_EXISTS ? ERR_NONE : error;
    TRY(token_destroy_secret(token, label));
    return token_make_secret(token, label);
}

/* All working keys are wrapped again, those for good too: nothing opens any more by the key of the epoch before. */
static enum err begin_act(struct token *token, struct arena *arena, void *context)
{
    struct beginning *beginning = context;
    struct keeper_service *service = beginning->service;
    struct epoch_keys *epoch = &service->keys->epochs[beginning->epoch_at];
    const char *label = label_of(service, arena, epoch->number);
    TRY(need_token_key(token, arena, label));
    TRY(token_random(token, epoch->keys, sizeof epoch->keys));
    for (size_t i = 0; i < WRAPPED_COUNT; i++) {
        const struct bytes key = {key_at(service->keys, beginning->epoch_at, i), KEY_SIZE};
        TRY(token_wrap(token, arena, label, key, names[i], &beginning->wrapped[i]));
    }
    return store_run(service->store, store_epoch_act, beginning);
}

enum err wrap_epoch(struct keeper_service *service, struct arena *arena, size_t epoch_at, int64_t now_s)
{
    struct beginning beginning = {.service = service, .arena = arena, .epoch_at = epoch_at, .now_s = now_s};
    return with_token(service, arena, begin_act, &beginning);
}

static enum err first_act(struct token *token, struct arena *arena, void *context)
{
    const struct beginning *beginning = context;
    struct keeper_keys *keys = beginning->service->keys;
    TRY(token_random(token, keys->keys, sizeof keys->keys));
    keys->epochs[0].number = FIRST_EPOCH;
    keys->epoch_count = 1;
    return begin_act(token, arena, context);
}

enum err make_first_epoch(struct keeper_service *service, struct arena *arena, int64_t now_s)
{
    struct beginning beginning = {.service = service, .arena = arena, .epoch_at = 0, .now_s = now_s};
    return with_token(service, arena, first_act, &beginning);
}

/* -- an epoch ends -- */

static enum err destroy_act(struct token *token, struct arena *arena, void *context)
{
    const struct opening *opening = context;
    return destroy_in(token, arena, opening->service, opening->epochs->number, opening->now_s);
}

enum err destroy_token_key(struct keeper_service *service, struct arena *arena, int64_t epoch, int64_t now_s)
{
    const struct kept_epoch ends = {.number = epoch};
    struct opening opening = {service, &ends, 1, now_s};
    return with_token(service, arena, destroy_act, &opening);
}
