/* Purpose: private to the keeper: its keys and store, and what it does for each message. One thread. */
#ifndef DIVIT_KEEPER_SERVICE_H
#define DIVIT_KEEPER_SERVICE_H

#include "base/secret.h"
#include "ipc/ipc.h"
#include "ipc/keeper_client.h"
#include "keeper/store.h"

/* Working keys, in locked memory while they are open. */
enum keeper_key {
    KEEPER_PERSON_WRAP,
    KEEPER_SEARCH,
    KEEPER_CODE,
    KEEPER_SECRET,
    KEEPER_SIGN, /* the private number of a P-256 key: statements `owner 1` */
    KEEPER_BOX, /* X25519: what stations and programs seal to the keeper */
    KEEPER_PUK,
    KEEPER_KEY_COUNT
};
struct keeper_keys {
    uint8_t keys[KEEPER_KEY_COUNT][KEY_SIZE];
};
const char *keeper_key_name(enum keeper_key key); /* "person_wrap": its name in the store and its wrapping's context */

struct keeper_service {
    struct keeper_keys *keys; /* secret_alloc() */
    struct keeper_store *store;
    const char *issuing_path; /* STATE/keeper/issuing.cer: whose certificates are ours; NULL: none are */
    const char *certificate_path; /* STATE/keeper/keeper.cer: the root's for the key it signs with; NULL: none */
};

/* What a handler does, with the clock's time handed in. */
struct keeper_code_made {
    const char *code_id;
    int64_t valid_until_s;
    int64_t wait_s; /* more than 0: none was made */
};
enum err make_code(struct keeper_service *service, struct arena *arena, const struct keeper_code_request *request,
                   int64_t now_s, struct keeper_code_made *ret_made) MUST_CHECK;
enum err code_text(struct keeper_service *service, struct arena *arena, const char *code_id, int64_t now_s,
                   const char **ret_code, const char **ret_number) MUST_CHECK;
/* `document`: D of the form whose number counts too, or "" (spec 10: for a certificate, its own application's). */
enum err check_code(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                    const char *document, const char *typed, int64_t now_s,
                    struct keeper_owner_act *ret_act) MUST_CHECK;
enum err check_totp(struct keeper_service *service, struct arena *arena, const char *context, struct bytes sealed,
                    const char *typed, int64_t last_step, int64_t now_s, int64_t *ret_step) MUST_CHECK;

/* search.c: HMAC under the search key; `kind` and `text` cannot run into each other. */
struct bytes search_tag(struct keeper_service *service, struct arena *arena, const char *kind, const char *text);
struct bytes person_tag(struct keeper_service *service, struct arena *arena, const char *identity_number);
struct bytes number_tag(struct keeper_service *service, struct arena *arena, const char *number);

/*
 * owner.c: whose word it is. The keeper believes no asker on who somebody is where a document says it: the application's
 * statement, or a certificate of our own authority.
 */
struct code_owner {
    const char *subject; /* D; the certificate's serial; what the asker said */
    const char *identity_number;
};
enum err find_code_owner(struct keeper_service *service, struct arena *arena, const struct keeper_code_request *request,
                         struct code_owner *ret_owner) MUST_CHECK;
/* The right code was typed: the form's number is known from now on; ret_act is empty for a purpose without owner acts. */
enum err make_owner_act(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                        const char *document, const struct kept_code *code, int64_t now_s,
                        struct keeper_owner_act *ret_act) MUST_CHECK;
/* Signed with the keeper's key: ECDSA with SHA-256, DER. */
enum err keeper_sign(struct keeper_service *service, struct arena *arena, struct bytes text,
                     struct bytes *ret_signature) MUST_CHECK;
enum err keeper_public_key(struct keeper_service *service, struct arena *arena, struct bytes *ret_spki) MUST_CHECK;

/* The box as its key is now. */
enum err make_box(struct keeper_service *service, struct arena *arena, int64_t now_s,
                  struct keeper_box *ret_box) MUST_CHECK;

/*
 * puk.c: a station's envelope is opened, compared with what the station says of the card, and kept under the keeper's own
 * key. Again for the same key of a card: the newer one stays.
 */
enum err keep_puk(struct keeper_service *service, struct arena *arena, const struct keeper_puk *puk,
                  int64_t now_s) MUST_CHECK;

extern const struct ipc_route keeper_routes[]; /* their context is a struct keeper_service */

#endif
