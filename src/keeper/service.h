/* Purpose: private to the keeper: its keys and store, and what it does for each message. One thread. */
#ifndef DIVIT_KEEPER_SERVICE_H
#define DIVIT_KEEPER_SERVICE_H

#include "base/secret.h"
#include "ipc/ipc.h"
#include "ipc/keeper_client.h"
#include "keeper/store.h"
#include "statement/registry.h"

/* Working keys, in locked memory while they are open. */
enum keeper_key { /* for good */
                  KEEPER_SEARCH,
                  KEEPER_SECRET,
                  KEEPER_SIGN, /* the private number of a P-256 key: statements `owner 1` */
                  KEEPER_BOX, /* X25519: what stations and programs seal to the keeper */
                  KEEPER_GRANT, /* marks grants */
                  KEEPER_REGISTRY, /* given to who asks: what the database has of registries is sealed under it */
                  KEEPER_KEY_COUNT
};
enum epoch_key { /* of an epoch, about a year: what they seal is sealed anew in the next, then they are destroyed */
                 EPOCH_PERSON_WRAP,
                 EPOCH_CODE,
                 EPOCH_PUK,
                 EPOCH_KEY_COUNT
};
#define EPOCHS_MAX                                                                                                     \
    KEEPER_EPOCHS_MAX /* living at once: the newest, and the one before while what it sealed is sealed anew */
struct epoch_keys {
    int64_t number; /* from 1 */
    uint8_t keys[EPOCH_KEY_COUNT][KEY_SIZE];
};
struct keeper_keys {
    uint8_t keys[KEEPER_KEY_COUNT][KEY_SIZE];
    struct epoch_keys epochs[EPOCHS_MAX]; /* the newest last: what is new is sealed under it */
    size_t epoch_count;
};

/* Distinct persons an hour (searches, new secrets) for each asker: a web process that fell has them, and no more. */
struct keeper_limits {
    int64_t public_persons; /* of all pages where no officer is logged in */
    int64_t officer_persons; /* of one officer */
    int64_t officers_persons; /* of all officers together */
    int64_t worker_persons;
    int64_t register_persons; /* the worker's, for staff registers: KEEPER_REGISTERS */
    int64_t searches; /* web's */
    int64_t secrets; /* web's: new one-time-code secrets of officers */
    int64_t wrong_codes; /* SMS and one-time codes of all persons together, before none is looked at any more */
};

/* Where the token is; it is open only while its keys are needed: at the start, and when an epoch begins or ends. */
struct keeper_token {
    const char *module, *label, *wrap_key; /* wrap_key: label of the first epoch's key; of epoch 2: with "-2" behind */
    const char *folder; /* STATE/keeper: the PIN, and SoftHSM's tokens */
};

struct keeper_service {
    struct keeper_keys *keys; /* secret_alloc() */
    struct keeper_token token;
    struct keeper_store *store;
    struct keeper_limits limits;
    const char *issuing_path; /* STATE/keeper/issuing.cer: whose certificates are ours; NULL: none are */
    const char *signer_key_path; /* STATE/keeper/signer.pub: SubjectPublicKeyInfo of the signer's own key; NULL: none */
    const char *origin; /* the service's public address */
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
                   struct keeper_code *ret_code) MUST_CHECK;
/* `document`: D of the form whose number counts too, or "" (spec 10: for a certificate, its own application's). */
enum err check_code(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                    const char *document, const char *typed, int64_t now_s,
                    struct keeper_owner_act *ret_act) MUST_CHECK;
struct bytes seal_totp(struct keeper_service *service, struct arena *arena, const char *context,
                       const char *identity_number, struct bytes secret);
enum err check_totp(struct keeper_service *service, struct arena *arena, const char *context, struct bytes sealed,
                    const char *typed, int64_t last_step, int64_t now_s, int64_t *ret_step,
                    struct bytes *ret_grant) MUST_CHECK;

/* person.c; names of pools are the operator's to read */
#define POOL_PUBLIC "persons by public pages"
#define POOL_OFFICERS "persons by officers"
#define POOL_WORKER "persons by the worker"
#define POOL_REGISTERS "persons by registers"
#define POOL_SEARCHES "searches by web"
#define POOL_SECRETS "new secrets by web"
#define POOL_WRONG_CODES "wrong codes of all persons"
enum err new_person_key(struct keeper_service *service, struct arena *arena, const char *person_uid,
                        uint8_t ret_key[KEY_SIZE], struct wrapped_key *ret_wrapped) MUST_CHECK;
/* ERR_NOT_FOUND: erased. ret_key is for the caller to wipe. */
enum err open_person_key(struct keeper_service *service, struct arena *arena, const char *person_uid,
                         const struct wrapped_key *wrapped, struct bytes *ret_key) MUST_CHECK;
/* The same key under the newest epoch. */
enum err rewrap_person_key(struct keeper_service *service, struct arena *arena, const char *person_uid,
                           const struct wrapped_key *wrapped, struct wrapped_key *ret_wrapped) MUST_CHECK;
/* What the keeper itself has of a person: known numbers, codes, PUKs. Journalled under `uid`. */
enum err forget_person(struct keeper_service *service, struct arena *arena, const char *person_uid,
                       const char *identity_number, int64_t now_s) MUST_CHECK;
/* ERR_TOO_MANY, by the asker's budget. A grant that is none counts as no grant. */
enum err spend_person(struct keeper_service *service, struct arena *arena, enum ipc_role role, struct bytes grant,
                      const char *person_uid, int64_t now_s) MUST_CHECK;
enum err spend_search(struct keeper_service *service, struct arena *arena, enum ipc_role role, struct bytes tag,
                      int64_t now_s) MUST_CHECK;
enum err spend_secret(struct keeper_service *service, struct arena *arena, enum ipc_role role,
                      int64_t now_s) MUST_CHECK;
/* Guesses are spread over persons, each of whom has tries left: so all share one budget. ERR_UNAVAILABLE: it is used up. */
enum err check_wrong_codes(struct keeper_service *service, int64_t now_s) MUST_CHECK;
enum err spend_wrong_code(struct keeper_service *service, struct arena *arena, int64_t now_s) MUST_CHECK;
struct bytes make_grant(struct keeper_service *service, struct arena *arena, struct bytes owner, int64_t now_s);

/* staff.c: errors as keeper_client.h says */
enum err take_registry_text(struct keeper_service *service, struct arena *arena, struct bytes text,
                            struct bytes signature) MUST_CHECK;
enum err read_registry(struct keeper_service *service, struct arena *arena, struct registry *ret_registry) MUST_CHECK;
enum err grant_by_card(struct keeper_service *service, struct arena *arena, struct bytes signature, int64_t now_s,
                       struct bytes *ret_grant) MUST_CHECK;
enum err make_challenge(struct keeper_service *service, struct arena *arena, struct bytes session_challenge,
                        int64_t now_s, struct bytes *ret_challenge) MUST_CHECK;
enum err grant_by_passkey(struct keeper_service *service, struct arena *arena, struct bytes session_challenge,
                          struct bytes packed, int64_t now_s, struct bytes *ret_challenge,
                          struct bytes *ret_grant) MUST_CHECK;

/* Kinds of records in the journal. */
#define JOURNAL_OWNER "owner" /* D or serial; SHA-256 of `owner 1` */
#define JOURNAL_NUMBER "number" /* person's tag; source, since when */
#define JOURNAL_FORGOTTEN "number forgotten" /* person's tag; source */
#define JOURNAL_PUK_KEPT "puk kept" /* digest of the card's key; card serial */
#define JOURNAL_PUK_RELEASED "puk released" /* likewise */
#define JOURNAL_GRANT "grant" /* digest of the officer's sealed secret, certificate or credential id */
#define JOURNAL_EPOCH "epoch" /* its number; it began */
#define JOURNAL_EPOCH_DESTROYED "epoch destroyed" /* its number */
#define JOURNAL_ERASED "erased" /* the person's uid */

/* epoch.c: sealing under the keys of epochs */
const struct epoch_keys *newest_epoch(const struct keeper_service *service);
struct bytes epoch_seal(struct keeper_service *service, struct arena *arena, enum epoch_key key, struct bytes plain,
                        const char *context); /* under the newest */
enum err epoch_open(struct keeper_service *service, struct arena *arena, enum epoch_key key, int64_t epoch,
                    struct bytes sealed, const char *context, struct bytes *ret_plain) MUST_CHECK;
/* The keeper's own PUKs and codes, at most `limit` of each, into the newest epoch; ret_left: still in the one before. */
enum err reseal_some(struct keeper_service *service, struct arena *arena, int64_t limit, int64_t *ret_left) MUST_CHECK;
enum err reseal_codes(struct keeper_service *service, struct arena *arena, int64_t limit) MUST_CHECK; /* codes.c */
enum err reseal_puks(struct keeper_service *service, struct arena *arena, int64_t limit) MUST_CHECK; /* puk.c */
/* Epoch `number`, the next. Asked again: nothing. ERR_STATE: another number, or the one before still lives beside it. */
enum err begin_epoch(struct keeper_service *service, struct arena *arena, int64_t number, int64_t now_s) MUST_CHECK;
/* For good, in the token too. Asked again: nothing. ERR_STATE: the newest, or the keeper has something under it. */
enum err destroy_epoch(struct keeper_service *service, struct arena *arena, int64_t number, int64_t now_s) MUST_CHECK;

/* token_keys.c: with the token, which is opened and closed again */
enum err make_first_epoch(struct keeper_service *service, struct arena *arena, int64_t now_s) MUST_CHECK; /* all keys */
enum err open_keys(struct keeper_service *service, struct arena *arena, int64_t now_s) MUST_CHECK;
/* Makes the token's key of the epoch at keys->epochs[epoch_at] and wraps all working keys with it, into the store. */
enum err wrap_epoch(struct keeper_service *service, struct arena *arena, size_t epoch_at, int64_t now_s) MUST_CHECK;
/* What end_epoch() left: the token's key, then it stands in the store as destroyed. */
enum err destroy_token_key(struct keeper_service *service, struct arena *arena, int64_t epoch,
                           int64_t now_s) MUST_CHECK;
/* status.c: pairs of name and value */
enum err put_status(struct keeper_service *service, struct arena *arena, int64_t now_s,
                    struct buffer *reply) MUST_CHECK;

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
/*
 * The right code was typed: it is used up, the form's number is known from now on. ret_act is empty for a purpose without
 * owner acts.
 */
enum err make_owner_act(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                        const char *document, const struct kept_code *code, int64_t now_s,
                        struct keeper_owner_act *ret_act) MUST_CHECK;
/* number.c. In the caller's transaction; journalled when it is new. */
enum err know_number(struct keeper_service *service, struct arena *arena, const struct known_number *number,
                     int64_t now_s) MUST_CHECK;
enum err tell_number(struct keeper_service *service, struct arena *arena, const struct known_number *number,
                     int64_t now_s) MUST_CHECK; /* in one of its own */
enum err take_back_number(struct keeper_service *service, struct arena *arena, const struct known_number *number,
                          int64_t now_s) MUST_CHECK; /* likewise */
/* ERR_FORBIDDEN: no act of ours by which a certificate is activated. */
enum err know_account(struct keeper_service *service, struct arena *arena, const struct keeper_owner_act *act,
                      int64_t now_s) MUST_CHECK;
/* Signed with the keeper's key: ECDSA with SHA-256, DER. */
enum err keeper_sign(struct keeper_service *service, struct arena *arena, struct bytes text,
                     struct bytes *ret_signature) MUST_CHECK;
enum err keeper_public_key(struct keeper_service *service, struct arena *arena, struct bytes *ret_spki) MUST_CHECK;

/* The box as its key is now. */
enum err make_box(struct keeper_service *service, struct arena *arena, int64_t now_s,
                  struct keeper_box *ret_box) MUST_CHECK;

/*
 * puk.c: a station's envelope is opened, compared with what the station signed of the card, and kept under the keeper's own
 * key. Again for the same key of a card: nothing, or ERR_STATE when the PUK is another.
 */
enum err keep_puk(struct keeper_service *service, struct arena *arena, const struct keeper_puk *puk,
                  int64_t now_s) MUST_CHECK;

enum err open_puk(struct keeper_service *service, struct arena *arena, const struct kept_puk *puk,
                  struct bytes *ret_puk) MUST_CHECK; /* for the caller to wipe */
/*
 * puk_release.c: ERR_WRONG, ERR_EXPIRED, ERR_TOO_MANY: the code; ERR_FORBIDDEN: its number, or another person's card;
 * ERR_FULL: three times today; ERR_NOT_FOUND: no PUK of this card is kept.
 */
enum err release_puk(struct keeper_service *service, struct arena *arena, struct bytes certificate,
                     struct bytes sealed_request, int64_t now_s, struct bytes *ret_sealed) MUST_CHECK;

extern const struct ipc_route keeper_routes[]; /* their context is a struct keeper_service */

#endif
