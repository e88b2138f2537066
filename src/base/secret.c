#include "base/secret.h"

#include "base/work.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGON2_PASSES 2
#define ARGON2_MEMORY ((size_t)19 * 1024 * 1024) /* spec 09, memory */
#define ARGON2_AT_ONCE 2

static pthread_mutex_t argon2_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t argon2_free = PTHREAD_COND_INITIALIZER;
static int argon2_running;

enum err secret_init(void)
{
    return sodium_init() < 0 ? err_set(ERR_BROKEN, "libsodium cannot start") : ERR_NONE;
}

static void *locked_memory(size_t size)
{
    void *secret = sodium_malloc(size);
    if (!secret) {
        fputs("{\"level\":\"error\",\"event\":\"no_locked_memory\"}\n", stderr);
        _Exit(70);
    }
    sodium_memzero(secret, size);
    return secret;
}

/*
 * Keys live for one request, and locked memory of its own costs each of them nine system calls, most of which stop every
 * other thread: so they share pages, which are never given back.
 */
#define SLOT_SIZE 64
#define SLOTS 64
struct page {
    struct page *next;
    uint8_t *slots; /* SLOTS of SLOT_SIZE, locked */
    uint64_t used; /* a bit for each */
};
static pthread_mutex_t pages_lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages;

static void *take_slot(void)
{
    pthread_mutex_lock(&pages_lock);
    struct page *page = pages;
    while (page != NULL && page->used == UINT64_MAX) page = page->next;
    if (page == NULL) {
        page = memory_new(sizeof *page);
        *page = (struct page){.next = pages, .slots = locked_memory((size_t)SLOTS * SLOT_SIZE)};
        pages = page;
    }
    int slot = __builtin_ctzll(~page->used);
    page->used |= UINT64_C(1) << slot;
    pthread_mutex_unlock(&pages_lock);
    return page->slots + (size_t)slot * SLOT_SIZE;
}

/* Given back twice, or from its midst, it would be another's by now: as sodium_free(), this ends the process. */
static bool give_slot(uint8_t *secret)
{
    pthread_mutex_lock(&pages_lock);
    struct page *page = pages;
    while (page != NULL && (secret < page->slots || secret >= page->slots + (size_t)SLOTS * SLOT_SIZE))
        page = page->next;
    if (page != NULL) {
        size_t at = (size_t)(secret - page->slots);
        uint64_t bit = UINT64_C(1) << (at / SLOT_SIZE);
        if (at % SLOT_SIZE != 0 || (page->used & bit) == 0) abort();
        sodium_memzero(secret, SLOT_SIZE);
        page->used &= ~bit;
    }
    pthread_mutex_unlock(&pages_lock);
    return page != NULL;
}

void *secret_alloc(size_t size)
{
    return size <= SLOT_SIZE ? take_slot() : locked_memory(size);
}

void secret_free(void *secret)
{
    if (secret != NULL && !give_slot(secret)) sodium_free(secret);
}

void secret_wipe(void *data, size_t size)
{
    sodium_memzero(data, size);
}

void random_fill(void *data, size_t size)
{
    randombytes_buf(data, size);
}

const char *random_hex(struct arena *arena, size_t bytes)
{
    uint8_t *data = arena_alloc(arena, bytes);
    random_fill(data, bytes);
    return hex_encode(arena, (struct bytes){data, bytes});
}

uint32_t random_below(uint32_t limit)
{
    return randombytes_uniform(limit);
}

struct bytes hmac_sha256(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes message)
{
    uint8_t *tag = arena_alloc(arena, crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256(tag, message.data, message.size, key);
    return (struct bytes){tag, crypto_auth_hmacsha256_BYTES};
}

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES

struct bytes seal(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes plain, const char *context)
{
    size_t size = NONCE_SIZE + plain.size + TAG_SIZE;
    uint8_t *sealed = arena_alloc(arena, size);
    random_fill(sealed, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_SIZE, NULL, plain.data, plain.size,
                                               (const uint8_t *)context, strlen(context), NULL, sealed, key);
    return (struct bytes){sealed, size};
}

enum err seal_open(struct arena *arena, const uint8_t key[KEY_SIZE], struct bytes sealed, const char *context,
                   struct bytes *ret_plain)
{
    if (sealed.size < NONCE_SIZE + TAG_SIZE) return err_set(ERR_BROKEN, "sealed field is too short");
    size_t size = sealed.size - NONCE_SIZE - TAG_SIZE;
    uint8_t *plain = arena_alloc(arena, size + 1); /* a NUL behind, so that text can be used as it is */
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed.data + NONCE_SIZE,
                                                   sealed.size - NONCE_SIZE, (const uint8_t *)context, strlen(context),
                                                   sealed.data, key) != 0)
        return err_set(ERR_BROKEN, "sealed field does not open");
    *ret_plain = (struct bytes){plain, size};
    return ERR_NONE;
}

_Static_assert(BOX_SIZE_MORE == crypto_box_SEALBYTES, "libsodium's sealed box");
_Static_assert(KEY_SIZE == crypto_box_SECRETKEYBYTES, "X25519");
_Static_assert(KEY_SIZE == crypto_box_PUBLICKEYBYTES, "X25519");

void box_public_key(const uint8_t secret[KEY_SIZE], uint8_t ret_public[KEY_SIZE])
{
    crypto_scalarmult_base(ret_public, secret);
}

struct bytes box_seal(struct arena *arena, const uint8_t public_key[KEY_SIZE], struct bytes plain)
{
    uint8_t *sealed = arena_alloc(arena, plain.size + crypto_box_SEALBYTES);
    crypto_box_seal(sealed, plain.data, plain.size, public_key);
    return (struct bytes){sealed, plain.size + crypto_box_SEALBYTES};
}

enum err box_open(struct arena *arena, const uint8_t secret[KEY_SIZE], struct bytes sealed, struct bytes *ret_plain)
{
    uint8_t public_key[KEY_SIZE];
    if (sealed.size < crypto_box_SEALBYTES) return err_set(ERR_WRONG, "a sealed box is too short");
    size_t size = sealed.size - crypto_box_SEALBYTES;
    uint8_t *plain = arena_alloc(arena, size + 1); /* a NUL behind, as seal_open() */
    box_public_key(secret, public_key);
    if (crypto_box_seal_open(plain, sealed.data, sealed.size, public_key, secret) != 0)
        return err_set(ERR_WRONG, "a sealed box does not open");
    *ret_plain = (struct bytes){plain, size};
    return ERR_NONE;
}

static void argon2_enter(void)
{
    pthread_mutex_lock(&argon2_lock);
    while (argon2_running == ARGON2_AT_ONCE) pthread_cond_wait(&argon2_free, &argon2_lock);
    argon2_running++;
    pthread_mutex_unlock(&argon2_lock);
}

static void argon2_leave(void)
{
    pthread_mutex_lock(&argon2_lock);
    argon2_running--;
    pthread_cond_signal(&argon2_free);
    pthread_mutex_unlock(&argon2_lock);
}

enum err password_hash(struct arena *arena, const char *password, const char **ret_hash)
{
    char *hash = arena_alloc(arena, crypto_pwhash_STRBYTES);
    argon2_enter();
    int failed = crypto_pwhash_str_alg(hash, password, strlen(password), ARGON2_PASSES, ARGON2_MEMORY,
                                       crypto_pwhash_ALG_ARGON2ID13);
    argon2_leave();
    if (failed) return err_set(ERR_FULL, "no memory for a password hash");
    *ret_hash = hash;
    return ERR_NONE;
}

bool password_matches(const char *password, const char *hash)
{
    work_count(WORK_PASSWORD);
    argon2_enter();
    bool matches = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
    argon2_leave();
    return matches;
}
