/* Purpose: the demo people's tokens: made with their keys first, given their certificates later. Private to signer. */
#ifndef DIVIT_SIGNER_CEREMONY_PEOPLE_H
#define DIVIT_SIGNER_CEREMONY_PEOPLE_H

#include "signer/ceremony.h"

/* A token, a P-256 key and the certification request of each; STATE/people/LABEL.pin holds the PIN. */
enum err people_make(struct arena *arena, const struct installation *installation, const struct ceremony *ceremony,
                     struct bytes *ret_requests) MUST_CHECK; /* array of people_count */
enum err people_give(struct arena *arena, const struct installation *installation, const struct ceremony *ceremony,
                     const struct bytes *certificates) MUST_CHECK;

#endif
