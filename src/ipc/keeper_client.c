#include "ipc/keeper_client.h"

#include "ipc/messages.h"

#include <stdlib.h>

#define KEEPER_TIMEOUT_MS 5000

struct keeper {
    struct ipc_client *client;
    struct bytes grant; /* of keeper_for(); else empty */
};

struct keeper *keeper_new(const char *socket_path)
{
    struct keeper *keeper = memory_new(sizeof *keeper);
    *keeper = (struct keeper){.client = ipc_client_new(socket_path)};
    return keeper;
}

struct keeper *keeper_free(struct keeper *keeper)
{
    if (keeper == NULL) return NULL;
    ipc_client_free(keeper->client);
    free(keeper);
    return NULL;
}

struct keeper *keeper_for(struct keeper *keeper, struct arena *arena, struct bytes grant)
{
    struct keeper *one = NEW(arena, struct keeper);
    *one = (struct keeper){keeper->client, grant};
    return one;
}

static enum err ask(struct keeper *keeper, struct arena *arena, uint16_t type, struct buffer *payload,
                    struct ipc_reader *ret_reply)
{
    enum err error = ipc_call(keeper->client, type, payload, KEEPER_TIMEOUT_MS, arena, ret_reply);
    if (payload->data != NULL) secret_wipe(payload->data, payload->capacity);
    buffer_free(payload);
    return error;
}

/* Takes the key out of a reply and leaves no copy behind. */
static enum err get_key(struct ipc_reader *reply, uint8_t ret_key[KEY_SIZE])
{
    struct bytes key;
    TRY(ipc_get_bytes(reply, &key));
    if (key.size != KEY_SIZE) return err_set(ERR_BROKEN, "the keeper sent a key of %zu bytes", key.size);
    for (size_t i = 0; i < KEY_SIZE; i++) ret_key[i] = key.data[i];
    secret_wipe((void *)(uintptr_t)key.data, key.size);
    return ERR_NONE;
}

void put_wrapped_key(struct buffer *payload, const struct wrapped_key *wrapped)
{
    ipc_put_int64(payload, wrapped->epoch);
    ipc_put_bytes(payload, wrapped->wrap);
}

enum err get_wrapped_key(struct ipc_reader *reader, struct wrapped_key *ret_wrapped)
{
    TRY(ipc_get_int64(reader, &ret_wrapped->epoch));
    return ipc_get_bytes(reader, &ret_wrapped->wrap);
}

enum err keeper_person_key_new(struct keeper *keeper, struct arena *arena, const char *person_uid,
                               uint8_t ret_key[KEY_SIZE], struct wrapped_key *ret_wrapped)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, person_uid);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_PERSON_KEY_NEW, &payload, &reply));
    TRY(get_key(&reply, ret_key));
    struct wrapped_key wrapped;
    TRY(get_wrapped_key(&reply, &wrapped));
    TRY(ipc_get_end(&reply));
    *ret_wrapped = wrapped;
    return ERR_NONE;
}

enum err keeper_person_key_open(struct keeper *keeper, const char *person_uid, const struct wrapped_key *wrapped,
                                uint8_t ret_key[KEY_SIZE])
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, person_uid);
    ipc_put_bytes(&payload, keeper->grant);
    put_wrapped_key(&payload, wrapped);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_PERSON_KEY_OPEN, &payload, &reply));
    TRY(get_key(&reply, ret_key));
    return ipc_get_end(&reply);
}

enum err keeper_registry_key(struct keeper *keeper, uint8_t ret_key[KEY_SIZE])
{
    struct buffer payload = BUFFER_EMPTY;
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_REGISTRY_KEY, &payload, &reply));
    TRY(get_key(&reply, ret_key));
    return ipc_get_end(&reply);
}

enum err keeper_person_key_rewrap(struct keeper *keeper, struct arena *arena, const char *person_uid,
                                  const struct wrapped_key *wrapped, struct wrapped_key *ret_wrapped)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, person_uid);
    put_wrapped_key(&payload, wrapped);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_PERSON_KEY_REWRAP, &payload, &reply));
    struct wrapped_key newer;
    TRY(get_wrapped_key(&reply, &newer));
    TRY(ipc_get_end(&reply));
    *ret_wrapped = newer;
    return ERR_NONE;
}

enum err keeper_epochs(struct keeper *keeper, int64_t ret_epochs[KEEPER_EPOCHS_MAX], size_t *ret_count)
{
    struct buffer payload = BUFFER_EMPTY;
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    size_t count = 0;
    TRY(ask(keeper, arena, KEEPER_EPOCHS, &payload, &reply));
    for (; reply.rest.size > 0 && count < KEEPER_EPOCHS_MAX; count++) TRY(ipc_get_int64(&reply, &ret_epochs[count]));
    TRY(ipc_get_end(&reply));
    *ret_count = count;
    return ERR_NONE;
}

static enum err ask_of_epoch(struct keeper *keeper, uint16_t type, int64_t epoch)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_int64(&payload, epoch);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, type, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err keeper_epoch_begin(struct keeper *keeper, int64_t epoch)
{
    return ask_of_epoch(keeper, KEEPER_EPOCH_BEGIN, epoch);
}

enum err keeper_epoch_destroy(struct keeper *keeper, int64_t epoch)
{
    return ask_of_epoch(keeper, KEEPER_EPOCH_DESTROY, epoch);
}

enum err keeper_reseal(struct keeper *keeper, int64_t *ret_left)
{
    struct buffer payload = BUFFER_EMPTY;
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_RESEAL, &payload, &reply));
    TRY(ipc_get_int64(&reply, ret_left));
    return ipc_get_end(&reply);
}

enum err keeper_person_forget(struct keeper *keeper, const char *person_uid, const char *identity_number)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, person_uid);
    ipc_put_text(&payload, identity_number);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_PERSON_FORGET, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err keeper_search_tag(struct keeper *keeper, struct arena *arena, const char *kind, const char *text,
                           struct bytes *ret_tag)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, kind);
    ipc_put_text(&payload, text);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_SEARCH_TAG, &payload, &reply));
    struct bytes tag;
    TRY(ipc_get_bytes(&reply, &tag));
    TRY(ipc_get_end(&reply));
    *ret_tag = tag;
    return ERR_NONE;
}

/* The reply's wait is 0 with a code, else the code's id is "": an error carries no values. */
enum err keeper_code_make(struct keeper *keeper, struct arena *arena, const struct keeper_code_request *request,
                          const char **ret_code_id, int64_t *ret_valid_until_s, int64_t *ret_wait_s)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, request->purpose);
    ipc_put_text(&payload, request->subject);
    ipc_put_bytes(&payload, request->document);
    ipc_put_text(&payload, request->identity_number);
    ipc_put_text(&payload, request->number);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_CODE_MAKE, &payload, &reply));
    const char *code_id;
    int64_t valid_until_s, wait_s;
    TRY(ipc_get_text(&reply, &code_id));
    TRY(ipc_get_int64(&reply, &valid_until_s));
    TRY(ipc_get_int64(&reply, &wait_s));
    TRY(ipc_get_end(&reply));
    *ret_wait_s = wait_s;
    if (wait_s > 0) return err_set(ERR_TOO_MANY, "another code in %lld s", (long long)wait_s);
    *ret_code_id = code_id;
    *ret_valid_until_s = valid_until_s;
    return ERR_NONE;
}

enum err keeper_code_text(struct keeper *keeper, struct arena *arena, const char *code_id, struct keeper_code *ret_code)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, code_id);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_CODE_TEXT, &payload, &reply));
    struct keeper_code code;
    TRY(ipc_get_text(&reply, &code.digits));
    TRY(ipc_get_text(&reply, &code.number));
    TRY(ipc_get_text(&reply, &code.purpose));
    TRY(ipc_get_end(&reply));
    *ret_code = code;
    return ERR_NONE;
}

enum err keeper_code_check(struct keeper *keeper, struct arena *arena, const char *purpose, const char *subject,
                           const char *document, const char *typed, struct keeper_owner_act *ret_act)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, purpose);
    ipc_put_text(&payload, subject);
    ipc_put_text(&payload, document);
    ipc_put_text(&payload, typed);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_CODE_CHECK, &payload, &reply));
    struct keeper_owner_act act;
    TRY(ipc_get_bytes(&reply, &act.text));
    TRY(ipc_get_bytes(&reply, &act.signature));
    TRY(ipc_get_end(&reply));
    *ret_act = act;
    return ERR_NONE;
}

enum err keeper_number_know(struct keeper *keeper, const char *identity_number, const char *number,
                            int64_t known_since_s)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, identity_number);
    ipc_put_text(&payload, number);
    ipc_put_int64(&payload, known_since_s);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_NUMBER_KNOW, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err keeper_number_forget(struct keeper *keeper, const char *identity_number, const char *number)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, identity_number);
    ipc_put_text(&payload, number);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_NUMBER_FORGET, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err keeper_number_account(struct keeper *keeper, const struct keeper_owner_act *act)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, act->text);
    ipc_put_bytes(&payload, act->signature);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_NUMBER_ACCOUNT, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err keeper_box_key(struct keeper *keeper, struct arena *arena, struct keeper_box *ret_box)
{
    struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_BOX_KEY, &payload, &reply));
    struct keeper_box box;
    TRY(ipc_get_bytes(&reply, &box.text));
    TRY(ipc_get_bytes(&reply, &box.signature));
    TRY(ipc_get_bytes(&reply, &box.certificate));
    TRY(ipc_get_end(&reply));
    *ret_box = box;
    return ERR_NONE;
}

enum err keeper_puk_keep(struct keeper *keeper, const struct keeper_puk *puk)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, puk->envelope);
    ipc_put_bytes(&payload, puk->production_statement);
    ipc_put_bytes(&payload, puk->production_signature);
    ipc_put_bytes(&payload, puk->application_statement);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_PUK_KEEP, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err keeper_secret_seal(struct keeper *keeper, struct arena *arena, const char *context,
                            const char *identity_number, struct bytes secret, struct bytes *ret_sealed)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, context);
    ipc_put_text(&payload, identity_number);
    ipc_put_bytes(&payload, secret);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_SECRET_SEAL, &payload, &reply));
    struct bytes sealed;
    TRY(ipc_get_bytes(&reply, &sealed));
    TRY(ipc_get_end(&reply));
    *ret_sealed = sealed;
    return ERR_NONE;
}

enum err keeper_totp_check(struct keeper *keeper, struct arena *arena, const char *context, struct bytes sealed,
                           const char *typed, int64_t last_step, int64_t *ret_step, struct bytes *ret_grant)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, context);
    ipc_put_bytes(&payload, sealed);
    ipc_put_text(&payload, typed);
    ipc_put_int64(&payload, last_step);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_TOTP_CHECK, &payload, &reply));
    int64_t step;
    struct bytes grant;
    TRY(ipc_get_int64(&reply, &step));
    TRY(ipc_get_bytes(&reply, &grant));
    TRY(ipc_get_end(&reply));
    *ret_step = step;
    *ret_grant = grant;
    return ERR_NONE;
}

enum err keeper_puk_release(struct keeper *keeper, struct arena *arena, struct bytes certificate, struct bytes request,
                            struct bytes *ret_sealed)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, certificate);
    ipc_put_bytes(&payload, request);
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_PUK_RELEASE, &payload, &reply));
    struct bytes sealed;
    TRY(ipc_get_bytes(&reply, &sealed));
    TRY(ipc_get_end(&reply));
    *ret_sealed = sealed;
    return ERR_NONE;
}

enum err keeper_status(struct keeper *keeper, struct arena *arena, const struct keeper_fact **ret_facts,
                       size_t *ret_count)
{
    struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_STATUS, &payload, &reply));
    struct keeper_fact *facts = NEW_ARRAY(arena, struct keeper_fact, KEEPER_FACTS_MAX);
    size_t count = 0;
    for (; reply.rest.size > 0 && count < KEEPER_FACTS_MAX; count++) {
        TRY(ipc_get_text(&reply, &facts[count].name));
        TRY(ipc_get_text(&reply, &facts[count].value));
    }
    TRY(ipc_get_end(&reply));
    *ret_facts = facts;
    *ret_count = count;
    return ERR_NONE;
}

enum err keeper_registry(struct keeper *keeper, struct bytes text, struct bytes signature)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, text);
    ipc_put_bytes(&payload, signature);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(keeper, arena, KEEPER_REGISTRY_TAKE, &payload, &reply));
    return ipc_get_end(&reply);
}

/* One value for one value. */
static enum err ask_bytes(struct keeper *keeper, struct arena *arena, uint16_t type, struct bytes given,
                          struct bytes *ret_bytes)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, given);
    struct ipc_reader reply;
    struct bytes bytes;
    TRY(ask(keeper, arena, type, &payload, &reply));
    TRY(ipc_get_bytes(&reply, &bytes));
    TRY(ipc_get_end(&reply));
    *ret_bytes = bytes;
    return ERR_NONE;
}

enum err keeper_grant_card(struct keeper *keeper, struct arena *arena, struct bytes signature, struct bytes *ret_grant)
{
    return ask_bytes(keeper, arena, KEEPER_GRANT_CARD, signature, ret_grant);
}

enum err keeper_challenge(struct keeper *keeper, struct arena *arena, struct bytes session_challenge,
                          struct bytes *ret_challenge)
{
    return ask_bytes(keeper, arena, KEEPER_CHALLENGE, session_challenge, ret_challenge);
}

enum err keeper_grant_passkey(struct keeper *keeper, struct arena *arena, struct bytes session_challenge,
                              struct bytes packed, struct bytes *ret_challenge, struct bytes *ret_grant)
{
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, session_challenge);
    ipc_put_bytes(&payload, packed);
    struct ipc_reader reply;
    struct bytes challenge, grant;
    TRY(ask(keeper, arena, KEEPER_GRANT_PASSKEY, &payload, &reply));
    TRY(ipc_get_bytes(&reply, &challenge));
    TRY(ipc_get_bytes(&reply, &grant));
    TRY(ipc_get_end(&reply));
    *ret_challenge = challenge;
    *ret_grant = grant;
    return ERR_NONE;
}
