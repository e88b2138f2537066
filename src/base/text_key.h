/*
 * Purpose: to show one sealed text (secret.h, seal()) to a stranger, without the key that it and others are sealed under.
 *
 * XChaCha20 derives from key and nonce a key for the one text (draft-irtf-cfrg-xchacha-03, 2.2 and 2.3). Whoever has that one
 * opens the text by ChaCha20 (RFC 8439), nonce four octets of zero and the last eight of the text's 24, from block 1 on, and
 * learns nothing of the key or of other texts.
 */
#ifndef DIVIT_BASE_TEXT_KEY_H
#define DIVIT_BASE_TEXT_KEY_H

#include "base/secret.h"

/* KEY_SIZE octets in the arena. `sealed` is what seal() gave. */
struct bytes text_key(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes sealed);

#endif
