/* Purpose: private to the keeper: its keys and store, and what it does for each message. One thread. */
#ifndef DIVIT_KEEPER_SERVICE_H
#define DIVIT_KEEPER_SERVICE_H

#include "base/secret.h"
#include "ipc/ipc.h"
#include "keeper/store.h"

/* Working keys, in locked memory while they are open. */
enum keeper_key { KEEPER_PERSON_WRAP, KEEPER_SEARCH, KEEPER_CODE, KEEPER_SECRET, KEEPER_KEY_COUNT };
struct keeper_keys {
    uint8_t keys[KEEPER_KEY_COUNT][KEY_SIZE];
};
const char *keeper_key_name(enum keeper_key key); /* "person_wrap": its name in the store and its wrapping's context */

struct keeper_service {
    struct keeper_keys *keys; /* secret_alloc() */
    struct keeper_store *store;
};

/* What a handler does, with the clock's time handed in. */
struct keeper_code_made {
    const char *code_id;
    int64_t valid_until_s;
    int64_t wait_s; /* more than 0: none was made */
};
enum err make_code(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                   int64_t now_s, struct keeper_code_made *ret_made) MUST_CHECK;
enum err code_text(struct keeper_service *service, struct arena *arena, const char *code_id, int64_t now_s,
                   const char **ret_code) MUST_CHECK;
enum err check_code(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                    const char *typed, int64_t now_s) MUST_CHECK;
enum err check_totp(struct keeper_service *service, struct arena *arena, const char *context, struct bytes sealed,
                    const char *typed, int64_t last_step, int64_t now_s, int64_t *ret_step) MUST_CHECK;

extern const struct ipc_route keeper_routes[]; /* their context is a struct keeper_service */

#endif
