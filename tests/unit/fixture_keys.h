/* Purpose: working keys of a keeper without a token, in its first epoch. */
#ifndef DIVIT_TESTS_FIXTURE_KEYS_H
#define DIVIT_TESTS_FIXTURE_KEYS_H

#include "keeper/service.h"

/* For secret_free(). */
static inline struct keeper_keys *fixture_keys(void)
{
    struct keeper_keys *keys = secret_alloc(sizeof *keys);
    random_fill(keys, sizeof *keys);
    for (size_t i = 0; i < EPOCHS_MAX; i++) keys->epochs[i].number = (int64_t)i + 1;
    keys->epoch_count = 1;
    return keys;
}

#endif
