/* Purpose: what drawing and speaking a challenge share. Private to web. */
#ifndef DIVIT_WEB_CHALLENGE_INTERNAL_H
#define DIVIT_WEB_CHALLENGE_INTERNAL_H

#include "base/bytes.h"
#include "base/language.h"

/* Numbers that follow from a seed: the same challenge looks and sounds the same, however often it is asked for. */
struct dice {
    struct arena *arena;
    struct bytes digest;
    size_t used;
};
struct dice dice_of(struct arena *arena, struct bytes seed);
double roll_between(struct dice *dice, double low, double high);

/* Made at build by tools/make_spoken.py; ended by symbol 0. */
#define CHALLENGE_CLIP_RATE 8000 /* samples a second, each one octet, signed */
struct challenge_clip {
    enum language language;
    char symbol;
    const int8_t *samples;
    size_t count;
};
extern const struct challenge_clip challenge_clips[];

#endif
