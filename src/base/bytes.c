#include "base/bytes.h"

#include <sodium.h>
#include <string.h>

struct bytes bytes_of_text(const char *text)
{
    return text ? (struct bytes){(const uint8_t *)text, strlen(text)} : (struct bytes){0};
}

struct bytes bytes_copy(struct arena *arena, struct bytes source)
{
    if (!source.data) return source;
    uint8_t *data = arena_alloc(arena, source.size);
    if (source.size) memcpy(data, source.data, source.size);
    return (struct bytes){data, source.size};
}

const char *bytes_to_text(struct arena *arena, struct bytes source)
{
    if (source.size && memchr(source.data, 0, source.size)) return NULL;
    return arena_text_n(arena, (const char *)source.data, source.size);
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || sodium_memcmp(a.data, b.data, a.size) == 0);
}

const char *hex_encode(struct arena *arena, struct bytes source)
{
    char *text = arena_alloc(arena, source.size * 2 + 1);
    sodium_bin2hex(text, source.size * 2 + 1, source.data, source.size);
    return text;
}

enum err hex_decode(struct arena *arena, const char *text, struct bytes *ret_bytes)
{
    size_t length = strlen(text);
    uint8_t *data = arena_alloc(arena, length / 2 + 1);
    size_t size = 0;
    if (length % 2 || sodium_hex2bin(data, length / 2 + 1, text, length, NULL, &size, NULL) != 0 || size != length / 2)
        return err_set(ERR_INVALID, "not hexadecimal");
    *ret_bytes = (struct bytes){data, size};
    return ERR_NONE;
}

static const char *encode(struct arena *arena, struct bytes source, int variant)
{
    size_t size = sodium_base64_encoded_len(source.size, variant);
    char *text = arena_alloc(arena, size);
    sodium_bin2base64(text, size, source.data, source.size, variant);
    return text;
}

static enum err decode(struct arena *arena, const char *text, int variant, struct bytes *ret_bytes)
{
    size_t length = strlen(text);
    uint8_t *data = arena_alloc(arena, length + 1);
    size_t size = 0;
    if (sodium_base642bin(data, length + 1, text, length, NULL, &size, NULL, variant) != 0)
        return err_set(ERR_INVALID, "not base64");
    struct bytes bytes = {data, size};
    if (strcmp(encode(arena, bytes, variant), text) != 0) return err_set(ERR_INVALID, "not canonical base64");
    *ret_bytes = bytes;
    return ERR_NONE;
}

const char *base64_encode(struct arena *arena, struct bytes source)
{
    return encode(arena, source, sodium_base64_VARIANT_ORIGINAL);
}

enum err base64_decode(struct arena *arena, const char *text, struct bytes *ret_bytes)
{
    return decode(arena, text, sodium_base64_VARIANT_ORIGINAL, ret_bytes);
}

const char *base64url_encode(struct arena *arena, struct bytes source)
{
    return encode(arena, source, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum err base64url_decode(struct arena *arena, const char *text, struct bytes *ret_bytes)
{
    return decode(arena, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, ret_bytes);
}

struct bytes sha256(struct arena *arena, struct bytes source)
{
    uint8_t *digest = arena_alloc(arena, SHA256_SIZE);
    crypto_hash_sha256(digest, source.data, source.size);
    return (struct bytes){digest, SHA256_SIZE};
}
