/*
 * Epochs (spec 10, The keeper): each has a key in the token and working keys of its own. What is new is sealed under the
 * newest; what the one before sealed is sealed anew, and then its keys are destroyed, so that backups forget as well.
 */
#include "keeper/service.h"

const struct epoch_keys *newest_epoch(const struct keeper_service *service)
{
    return &service->keys->epochs[service->keys->epoch_count - 1];
}

static struct epoch_keys *find_epoch(const struct keeper_service *service, int64_t number)
{
    for (size_t i = 0; i < service->keys->epoch_count; i++)
        if (service->keys->epochs[i].number == number) return &service->keys->epochs[i];
    return NULL;
}

struct bytes epoch_seal(struct keeper_service *service, struct arena *arena, enum epoch_key key, struct bytes plain,
                        const char *context)
{
    return seal(arena, newest_epoch(service)->keys[key], plain, context);
}

enum err epoch_open(struct keeper_service *service, struct arena *arena, enum epoch_key key, int64_t epoch,
                    struct bytes sealed, const char *context, struct bytes *ret_plain)
{
    const struct epoch_keys *keys = find_epoch(service, epoch);
    if (keys == NULL) return err_set(ERR_BROKEN, "sealed under epoch %lld, which is no more", (long long)epoch);
    return seal_open(arena, keys->keys[key], sealed, context, ret_plain);
}

/* -- from one to the next -- */

struct resealing {
    struct keeper_service *service;
    struct arena *arena;
    int64_t limit;
};

static enum err reseal_both(struct keeper_store *store, void *context)
{
    const struct resealing *resealing = context;
    TRY(reseal_puks(resealing->service, resealing->arena, resealing->limit));
    return reseal_codes(resealing->service, resealing->arena, resealing->limit);
}

enum err reseal_some(struct keeper_service *service, struct arena *arena, int64_t limit, int64_t *ret_left)
{
    struct resealing resealing = {service, arena, limit};
    int64_t left = 0;
    TRY(store_run(service->store, reseal_both, &resealing));
    for (size_t i = 0; i + 1 < service->keys->epoch_count; i++) {
        int64_t count;
        TRY(count_sealed(service->store, service->keys->epochs[i].number, &count));
        left += count;
    }
    *ret_left = left;
    return ERR_NONE;
}

enum err begin_epoch(struct keeper_service *service, struct arena *arena, int64_t number, int64_t now_s)
{
    struct keeper_keys *keys = service->keys;
    const int64_t newest = newest_epoch(service)->number;
    if (number == newest) return ERR_NONE;
    if (number != newest + 1) return err_set(ERR_STATE, "the newest epoch is %lld", (long long)newest);
    if (keys->epoch_count == EPOCHS_MAX)
        return err_set(ERR_STATE, "epoch %lld is still to be destroyed", (long long)keys->epochs[0].number);
    struct epoch_keys *next = &keys->epochs[keys->epoch_count];
    next->number = number;
    enum err error = wrap_epoch(service, arena, keys->epoch_count, now_s);
    if (error == ERR_NONE) keys->epoch_count++;
    else secret_wipe(next, sizeof *next);
    return error;
}

static enum err check_may_end(const struct keeper_service *service, int64_t number)
{
    int64_t sealed;
    if (number == newest_epoch(service)->number) return err_set(ERR_STATE, "the newest epoch is in use");
    TRY(count_sealed(service->store, number, &sealed));
    if (sealed == 0) return ERR_NONE;
    return err_set(ERR_STATE, "%lld PUKs and codes are still sealed under epoch %lld", (long long)sealed,
                   (long long)number);
}

static enum err end_act(struct keeper_store *store, void *context)
{
    const int64_t *number = context;
    return end_epoch(store, *number);
}

static void forget_keys(struct keeper_keys *keys, struct epoch_keys *epoch)
{
    struct epoch_keys *last = &keys->epochs[--keys->epoch_count];
    for (; epoch < last; epoch++) *epoch = epoch[1];
    secret_wipe(last, sizeof *last);
}

enum err destroy_epoch(struct keeper_service *service, struct arena *arena, int64_t number, int64_t now_s)
{
    struct epoch_keys *epoch = find_epoch(service, number);
    const struct kept_epoch *epochs;
    size_t count;
    if (epoch != NULL) {
        TRY(check_may_end(service, number));
        TRY(store_run(service->store, end_act, &number));
        forget_keys(service->keys, epoch);
    }
    TRY(list_epochs(service->store, arena, &epochs, &count));
    for (size_t i = 0; i < count; i++) {
        if (epochs[i].number != number) continue;
        return epochs[i].state == EPOCH_DESTROYED ? ERR_NONE : destroy_token_key(service, arena, number, now_s);
    }
    return err_set(ERR_NOT_FOUND, "there was no epoch %lld", (long long)number);
}
