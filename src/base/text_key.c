#include "base/text_key.h"

#include <sodium.h>

struct bytes text_key(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes sealed)
{
    uint8_t *own = arena_alloc(arena, KEY_SIZE);
    crypto_core_hchacha20(own, sealed.data, key, NULL);
    return (struct bytes){own, KEY_SIZE};
}
