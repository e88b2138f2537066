/* OpenSSL has a type ERR_STATE for its error queue, base/err.h a value of that name; only ours is wanted here. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/evp.h>
#undef ERR_STATE

#include "sim/servers.h"

#include <string.h>

/* RFC 4648 6, without padding; spaces are what people type between groups. */
static size_t base32_decode(const char *text, uint8_t *ret_bytes, size_t size)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    int count = 0;
    size_t length = 0;
    for (; *text && *text != '='; text++) {
        if (*text == ' ') continue;
        const char *letter = strchr(alphabet, *text >= 'a' && *text <= 'z' ? *text - 32 : *text);
        if (!letter) return 0;
        bits = bits << 5 | (uint32_t)(letter - alphabet);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        if (length == size) return 0;
        ret_bytes[length++] = (uint8_t)(bits >> count);
    }
    return length;
}

const char *totp_code(struct arena *arena, const char *base32_secret, int64_t time_s)
{
    uint8_t key[64], counter[8], mac[EVP_MAX_MD_SIZE];
    size_t mac_size = 0, key_size = base32_decode(base32_secret, key, sizeof key);
    if (key_size == 0) return NULL;
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)((uint64_t)(time_s / 30) >> (56 - 8 * i));
    if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, key, key_size, counter, sizeof counter, mac, sizeof mac,
                   &mac_size))
        return NULL;
    /* RFC 4226 5.3 */
    const uint8_t *part = mac + (mac[mac_size - 1] & 15);
    uint32_t number = ((uint32_t)(part[0] & 127) << 24 | (uint32_t)part[1] << 16 | (uint32_t)part[2] << 8 | part[3]);
    return arena_printf(arena, "%06u", number % 1000000);
}
