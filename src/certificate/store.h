/* Purpose: what the acts of this room share. */
#ifndef DIVIT_CERTIFICATE_STORE_H
#define DIVIT_CERTIFICATE_STORE_H

#include "base/arena.h"

#define ACTIVATION_PURPOSE "activate" /* of the keeper's codes */

static inline const char *activation_subject(struct arena *arena, const char *serial)
{
    return arena_printf(arena, "certificate:%s", serial);
}

#endif
