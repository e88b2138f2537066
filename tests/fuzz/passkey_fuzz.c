/*
 * What a browser sends about passkeys: 'r', two octets of length, client data, attestation object; or 'a' and a packed
 * assertion. Chromium's own, of tests/unit/pki/passkey_test.c, are in the corpus and are right.
 */
#include "pki/passkey.h"

#include <stdlib.h>
#include <string.h>

#define ORIGIN "http://localhost:28431"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t challenge[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
static const char spki_text[] = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiThx7YL8kilrApuJZ4myO9lNGd0R3uQHe06TC_xukT-"
                                "y6uqOKcN1PS4panjPxMkCNrF_2z9tLq-5Wub1dvq15A";

static void try_registration(struct arena *arena, struct bytes input)
{
    struct passkey_registration registration;
    if (input.size < 2) return;
    size_t client_size = (size_t)input.data[0] << 8 | input.data[1];
    if (client_size > input.size - 2) return;
    struct bytes client_data = {input.data + 2, client_size};
    struct bytes object = {input.data + 2 + client_size, input.size - 2 - client_size};
    if (passkey_read_registration(arena, "localhost", ORIGIN, BYTES(challenge), object, client_data, &registration) !=
        ERR_NONE)
        return;
    if (registration.spki.size == 0 || registration.credential_id.size == 0) abort();
}

static void try_assertion(struct arena *arena, struct bytes input)
{
    struct passkey_assertion assertion;
    struct bytes spki;
    if (base64url_decode(arena, spki_text, &spki) != ERR_NONE) abort();
    if (passkey_unpack(input, &assertion) != ERR_NONE) return;
    struct bytes again = passkey_pack(arena, &assertion);
    if (!bytes_equal(again, input)) abort(); /* one form */
    enum err error = passkey_verify(arena, "localhost", ORIGIN, spki, BYTES(challenge), &assertion);
    if (error != ERR_NONE && error != ERR_WRONG && error != ERR_INVALID) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    struct arena *arena = arena_new();
    struct bytes input = {data + 1, size - 1};
    if (data[0] == 'r') try_registration(arena, input);
    if (data[0] == 'a') try_assertion(arena, input);
    arena_free(arena);
    return 0;
}
