/* Purpose: octets changed at random, as somebody would who knows their shape. */
#ifndef DIVIT_TESTS_ATTACKS_MUTATE_H
#define DIVIT_TESTS_ATTACKS_MUTATE_H

#include "base/secret.h"

#include <string.h>

/* One of: bits turned, a byte put in, taken out, a piece doubled, the end cut, a piece of another one's. */
static inline struct bytes mutate(struct arena *into, struct bytes source, struct bytes other)
{
    uint8_t *data = arena_alloc(into, source.size + 80);
    size_t size = source.size, at = random_below((uint32_t)size);
    memcpy(data, source.data, size);
    switch (random_below(6)) {
    case 0: data[at] ^= (uint8_t)(1U << random_below(8)); break;
    case 1: data[at] = (uint8_t)random_below(256); break;
    case 2:
        memmove(data + at + 1, data + at, size - at);
        data[at] = (uint8_t)random_below(256);
        size++;
        break;
    case 3:
        memmove(data + at, data + at + 1, size - at - 1);
        size--;
        break;
    case 4: size = at; break;
    default: {
        size_t piece = 1 + random_below(64), from = random_below((uint32_t)other.size);
        if (from + piece > other.size) piece = other.size - from;
        if (at + piece > size) piece = size - at;
        memcpy(data + at, other.data + from, piece);
    }
    }
    return (struct bytes){data, size};
}

#endif
