/*
 * What the journal keeps of persons, sealed (spec 09, For attacks: the signer's journal is a document too): to-be-signed
 * bytes and certificates, and what administrators signed (journal_registry.c), under a key that the signer's token unwraps
 * at start. The chain is over the sealed bytes, so whoever looks at the journal anew needs no key.
 */
#include "base/file.h"
#include "base/secret.h"
#include "base/text_key.h"
#include "signer/authority.h"

#include <string.h>

#define LABEL "document" /* of the AES key in the token, and the context of what it wraps */
#define WRAPPED_MAX 1024

enum err documents_make(struct token *token, struct arena *arena, const char *path)
{
    uint8_t key[KEY_SIZE];
    struct bytes wrapped;
    TRY(token_make_secret(token, LABEL));
    TRY(token_random(token, key, sizeof key));
    enum err error = token_wrap(token, arena, LABEL, BYTES(key), LABEL, &wrapped);
    secret_wipe(key, sizeof key);
    TRY(error);
    return file_write(path, wrapped, 0600);
}

enum err documents_open(struct authority *authority, struct token *token, struct arena *arena, const char *path)
{
    struct bytes wrapped, key;
    TRY(file_read(arena, path, WRAPPED_MAX, &wrapped));
    TRY(token_unwrap(token, arena, LABEL, wrapped, LABEL, &key));
    bool is_key = key.size == KEY_SIZE;
    if (is_key) {
        authority->document_key = secret_alloc(KEY_SIZE);
        memcpy(authority->document_key, key.data, KEY_SIZE);
    }
    secret_wipe((void *)(uintptr_t)key.data, key.size);
    return is_key ? ERR_NONE : err_set(ERR_BROKEN, "%s: not a key", path);
}

void documents_close(struct authority *authority)
{
    secret_free(authority->document_key);
    authority->document_key = NULL;
}

static const char *context_of(struct arena *arena, enum document document, const char *serial)
{
    return arena_printf(arena, "signer.db:%s:%s", document == DOCUMENT_CERTIFICATE ? "certificate" : "to-be-signed",
                        serial);
}

struct bytes document_seal(const struct authority *authority, struct arena *arena, enum document document,
                           const char *serial, struct bytes plain)
{
    return seal(arena, authority->document_key, plain, context_of(arena, document, serial));
}

enum err document_open(const struct authority *authority, struct arena *arena, enum document document,
                       const char *serial, struct bytes sealed, struct bytes *ret_plain)
{
    return seal_open(arena, authority->document_key, sealed, context_of(arena, document, serial), ret_plain);
}

struct bytes document_key_of(const struct authority *authority, struct arena *arena, struct bytes sealed)
{
    return text_key(arena, authority->document_key, sealed);
}
