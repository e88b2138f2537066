/*
 * What stands in the database of registries names staff by their identity numbers, so it is sealed (spec 09, For attacks):
 * under a key that the keeper gives to web, worker and tools, asked for anew each time and kept nowhere.
 */
#include "base/secret.h"
#include "identity/store.h"

enum err seal_registered(struct keeper *keeper, struct arena *arena, const char *context, struct bytes plain,
                         struct bytes *ret_sealed)
{
    uint8_t key[KEY_SIZE];
    TRY(keeper_registry_key(keeper, key));
    *ret_sealed = seal(arena, key, plain, context);
    secret_wipe(key, sizeof key);
    return ERR_NONE;
}

enum err open_registered(struct keeper *keeper, struct arena *arena, const char *context, struct bytes sealed,
                         struct bytes *ret_plain)
{
    uint8_t key[KEY_SIZE];
    TRY(keeper_registry_key(keeper, key));
    enum err error = seal_open(arena, key, sealed, context, ret_plain);
    secret_wipe(key, sizeof key);
    return error;
}

static const char *text_context(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "registry.sealed_text:%lld", (long long)number);
}

enum err seal_registry_text(struct keeper *keeper, struct arena *arena, int64_t number, struct bytes text,
                            struct bytes *ret_sealed)
{
    return seal_registered(keeper, arena, text_context(arena, number), text, ret_sealed);
}

enum err open_registry_text(struct keeper *keeper, struct arena *arena, int64_t number, struct bytes sealed,
                            struct bytes *ret_text)
{
    return open_registered(keeper, arena, text_context(arena, number), sealed, ret_text);
}

const char *proposal_text_context(struct arena *arena, const char *proposal_uid)
{
    return arena_printf(arena, "registry_proposal.sealed_text:%s", proposal_uid);
}

const char *proposal_proof_context(struct arena *arena, const char *proposal_uid, int64_t account_id)
{
    return arena_printf(arena, "registry_signature.sealed_proof:%s:%lld", proposal_uid, (long long)account_id);
}
