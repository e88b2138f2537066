/* Purpose: a borrowed run of bytes; hexadecimal, base64 and comparison. Text elsewhere is a NUL-terminated UTF-8 string. */
#ifndef DIVIT_BASE_BYTES_H
#define DIVIT_BASE_BYTES_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data; /* NULL only when size is 0 */
    size_t size;
};

#define BYTES(array) ((struct bytes){(const uint8_t *)(array), sizeof(array)})
struct bytes bytes_of_text(const char *text); /* without the NUL; NULL gives no bytes */
struct bytes bytes_copy(struct arena *arena, struct bytes source);
const char *bytes_to_text(struct arena *arena, struct bytes source); /* adds a NUL; NULL if a NUL is inside */
bool bytes_equal(struct bytes a, struct bytes b); /* in constant time for equal sizes */

const char *hex_encode(struct arena *arena, struct bytes source); /* lower case */
enum err hex_decode(struct arena *arena, const char *text, struct bytes *ret_bytes) MUST_CHECK; /* both cases */
/* RFC 4648 4 (with padding) and 5 (base64url, without padding); decoding refuses all but the one encoding. */
const char *base64_encode(struct arena *arena, struct bytes source);
enum err base64_decode(struct arena *arena, const char *text, struct bytes *ret_bytes) MUST_CHECK;
const char *base64url_encode(struct arena *arena, struct bytes source);
enum err base64url_decode(struct arena *arena, const char *text, struct bytes *ret_bytes) MUST_CHECK;

struct bytes sha256(struct arena *arena, struct bytes source); /* 32 bytes */
#define SHA256_SIZE 32

#endif
