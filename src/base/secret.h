/* Purpose: secrets in locked memory that is left out of core dumps and wiped when given back; random bytes. */
#ifndef DIVIT_BASE_SECRET_H
#define DIVIT_BASE_SECRET_H

#include "base/bytes.h"

enum err secret_init(void) MUST_CHECK; /* once, before threads: libsodium */
void *secret_alloc(size_t size); /* ends the process when it cannot be had */
void secret_free(void *secret); /* takes NULL */
void secret_wipe(void *data, size_t size); /* for copies that cannot live in locked memory */

void random_fill(void *data, size_t size); /* from the kernel */
const char *random_hex(struct arena *arena, size_t bytes);
uint32_t random_below(uint32_t limit); /* 0 <= result < limit, uniform */

#define KEY_SIZE 32
/* HMAC-SHA-256 (RFC 2104) of `message` under a 32-byte key. */
struct bytes hmac_sha256(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes message);

/*
 * XChaCha20-Poly1305 with a random nonce put before the ciphertext (libsodium); `context` is bound, not stored
 * (spec 10: table, column, row and person). Opening with another key, context or changed bytes: ERR_BROKEN.
 */
struct bytes seal(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes plain, const char *context);
enum err seal_open(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes sealed, const char *context,
                   struct bytes *ret_plain) MUST_CHECK;

/*
 * To the owner of a box: X25519 and XSalsa20-Poly1305 with a key of its own for each (libsodium's sealed box). Who sealed
 * it nobody learns; what it is for has to stand inside. Opening with another key or changed bytes: ERR_WRONG.
 */
#define BOX_SIZE_MORE 48 /* a sealed text is that much longer */
void box_public_key(const uint8_t secret[KEY_SIZE], uint8_t ret_public[KEY_SIZE]);
struct bytes box_seal(struct arena *arena, const uint8_t public_key[KEY_SIZE], struct bytes plain);
/* ret_plain is for the caller to wipe. */
enum err box_open(struct arena *arena, const uint8_t secret[KEY_SIZE], struct bytes sealed,
                  struct bytes *ret_plain) MUST_CHECK;

/* Argon2id, 19 MiB, 2 passes (spec 09 memory row); the text form holds salt and costs. At most two run at once. */
enum err password_hash(struct arena *arena, const char *password, const char **ret_hash) MUST_CHECK;
bool password_matches(const char *password, const char *hash);

#endif
