#include "responder/key.h"

#include "base/clock.h"
#include "pki/request.h"

#include <pthread.h>

#define RENEW_BEFORE_END_S 3600

struct responder_key {
    struct memory_key *key;
    pthread_mutex_t lock; /* of what follows */
    struct arena *arena; /* holds the certificate in use */
    struct certificate certificate; /* not_after_s 0: none yet */
    int64_t first_certified_s;
};

enum err responder_key_new(struct responder_key **ret_key)
{
    struct memory_key *memory_key;
    TRY(memory_key_new(&memory_key));
    struct responder_key *key = memory_new(sizeof *key);
    key->key = memory_key;
    key->arena = arena_new();
    pthread_mutex_init(&key->lock, NULL);
    *ret_key = key;
    return ERR_NONE;
}

struct external_signer responder_key_signer(struct responder_key *key)
{
    return memory_key_signer(key->key);
}

int64_t responder_key_first_certified_s(struct responder_key *key)
{
    pthread_mutex_lock(&key->lock);
    int64_t first_s = key->first_certified_s;
    pthread_mutex_unlock(&key->lock);
    return first_s;
}

static bool is_valid_at(const struct certificate *certificate, int64_t time_s)
{
    return certificate->not_before_s <= time_s && time_s < certificate->not_after_s;
}

enum err responder_key_certificate(struct responder_key *key, struct arena *arena, struct certificate *ret_certificate)
{
    pthread_mutex_lock(&key->lock);
    bool is_there = is_valid_at(&key->certificate, clock_now_s());
    struct bytes der = is_there ? bytes_copy(arena, key->certificate.der) : (struct bytes){0};
    pthread_mutex_unlock(&key->lock);
    if (!is_there) return err_set(ERR_UNAVAILABLE, "no OCSP certificate that is valid now");
    return certificate_parse(arena, der, ret_certificate);
}

enum err responder_key_request(struct ipc_call *call)
{
    struct responder_key *key = call->context;
    TRY(ipc_get_end(&call->request));
    int64_t now_s = clock_now_s();
    pthread_mutex_lock(&key->lock);
    bool is_fresh = is_valid_at(&key->certificate, now_s) && is_valid_at(&key->certificate, now_s + RENEW_BEFORE_END_S);
    pthread_mutex_unlock(&key->lock);
    if (is_fresh) return err_set(ERR_NOT_FOUND, "no OCSP certificate is needed");
    const struct name subject = {.common_name = "OCSP"}; /* the signer names the responder itself */
    struct external_signer signer = responder_key_signer(key);
    struct bytes request;
    TRY(request_build(call->arena, &subject, memory_key_public(key->key), &signer, &request));
    ipc_put_bytes(call->reply, request);
    return ERR_NONE;
}

enum err responder_key_accept(struct ipc_call *call)
{
    struct responder_key *key = call->context;
    struct bytes der;
    TRY(ipc_get_bytes(&call->request, &der));
    TRY(ipc_get_end(&call->request));
    struct arena *arena = arena_new();
    struct certificate certificate;
    enum err error = certificate_parse(arena, bytes_copy(arena, der), &certificate);
    if (error == ERR_NONE && !bytes_equal(certificate.public_key, memory_key_public(key->key)))
        error = err_set(ERR_INVALID, "an OCSP certificate for another key");
    if (error != ERR_NONE) {
        arena_free(arena);
        return error;
    }
    pthread_mutex_lock(&key->lock);
    arena_free(key->arena);
    key->arena = arena;
    key->certificate = certificate;
    if (key->first_certified_s == 0) key->first_certified_s = certificate.not_before_s;
    pthread_mutex_unlock(&key->lock);
    return ERR_NONE;
}
