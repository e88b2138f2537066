/* Each message of the keeper: payload and reply as keeper_client.h says. */
#include "base/clock.h"
#include "ipc/keeper_client.h"
#include "ipc/messages.h"
#include "keeper/service.h"
#include "statement/owner_statement.h"

#include <string.h>

#define SECRET_SIZE_MAX 4096
#define RESEAL_BATCH 200 /* a few milliseconds, in which others wait */

static enum err handle_person_key_new(struct ipc_call *call)
{
    const char *person_uid;
    uint8_t key[KEY_SIZE];
    struct wrapped_key wrapped;
    TRY(ipc_get_text(&call->request, &person_uid));
    TRY(ipc_get_end(&call->request));
    TRY(new_person_key(call->context, call->arena, person_uid, key, &wrapped));
    ipc_put_bytes(call->reply, BYTES(key));
    put_wrapped_key(call->reply, &wrapped);
    secret_wipe(key, sizeof key);
    return ERR_NONE;
}

static enum err handle_person_key_open(struct ipc_call *call)
{
    const char *person_uid;
    struct wrapped_key wrapped;
    struct bytes grant, key;
    TRY(ipc_get_text(&call->request, &person_uid));
    TRY(ipc_get_bytes(&call->request, &grant));
    TRY(get_wrapped_key(&call->request, &wrapped));
    TRY(ipc_get_end(&call->request));
    if (call->role == IPC_WEB && strncmp(person_uid, KEEPER_DEPOSIT, strlen(KEEPER_DEPOSIT)) == 0)
        return err_set(ERR_FORBIDDEN, "what was handed to the worker");
    TRY(spend_person(call->context, call->arena, call->role, grant, person_uid, clock_now_s()));
    TRY(open_person_key(call->context, call->arena, person_uid, &wrapped, &key));
    ipc_put_bytes(call->reply, key);
    secret_wipe((void *)(uintptr_t)key.data, key.size);
    return ERR_NONE;
}

static enum err handle_registry_key(struct ipc_call *call)
{
    const struct keeper_service *service = call->context;
    TRY(ipc_get_end(&call->request));
    ipc_put_bytes(call->reply, (struct bytes){service->keys->keys[KEEPER_REGISTRY], KEY_SIZE});
    return ERR_NONE;
}

static enum err handle_person_key_rewrap(struct ipc_call *call)
{
    const char *person_uid;
    struct wrapped_key wrapped;
    TRY(ipc_get_text(&call->request, &person_uid));
    TRY(get_wrapped_key(&call->request, &wrapped));
    TRY(ipc_get_end(&call->request));
    TRY(rewrap_person_key(call->context, call->arena, person_uid, &wrapped, &wrapped));
    put_wrapped_key(call->reply, &wrapped);
    return ERR_NONE;
}

static enum err handle_person_forget(struct ipc_call *call)
{
    const char *person_uid, *identity_number;
    TRY(ipc_get_text(&call->request, &person_uid));
    TRY(ipc_get_text(&call->request, &identity_number));
    TRY(ipc_get_end(&call->request));
    return forget_person(call->context, call->arena, person_uid, identity_number, clock_now_s());
}

static enum err handle_epochs(struct ipc_call *call)
{
    const struct keeper_service *service = call->context;
    TRY(ipc_get_end(&call->request));
    for (size_t i = 0; i < service->keys->epoch_count; i++) ipc_put_int64(call->reply, service->keys->epochs[i].number);
    return ERR_NONE;
}

static enum err get_epoch(struct ipc_call *call, int64_t *ret_epoch)
{
    TRY(ipc_get_int64(&call->request, ret_epoch));
    return ipc_get_end(&call->request);
}

static enum err handle_epoch_begin(struct ipc_call *call)
{
    int64_t epoch;
    TRY(get_epoch(call, &epoch));
    return begin_epoch(call->context, call->arena, epoch, clock_now_s());
}

static enum err handle_epoch_destroy(struct ipc_call *call)
{
    int64_t epoch;
    TRY(get_epoch(call, &epoch));
    return destroy_epoch(call->context, call->arena, epoch, clock_now_s());
}

static enum err handle_reseal(struct ipc_call *call)
{
    int64_t left;
    TRY(ipc_get_end(&call->request));
    TRY(reseal_some(call->context, call->arena, RESEAL_BATCH, &left));
    ipc_put_int64(call->reply, left);
    return ERR_NONE;
}

static enum err handle_search_tag(struct ipc_call *call)
{
    const char *kind, *text;
    TRY(ipc_get_text(&call->request, &kind));
    TRY(ipc_get_text(&call->request, &text));
    TRY(ipc_get_end(&call->request));
    if (kind[0] == '\0' || text[0] == '\0') return err_set(ERR_INVALID, "a kind and a text");
    struct bytes tag = search_tag(call->context, call->arena, kind, text);
    TRY(spend_search(call->context, call->arena, call->role, tag, clock_now_s()));
    ipc_put_bytes(call->reply, tag);
    return ERR_NONE;
}

static enum err handle_code_make(struct ipc_call *call)
{
    struct keeper_code_request request;
    TRY(ipc_get_text(&call->request, &request.purpose));
    TRY(ipc_get_text(&call->request, &request.subject));
    TRY(ipc_get_bytes(&call->request, &request.document));
    TRY(ipc_get_text(&call->request, &request.identity_number));
    TRY(ipc_get_text(&call->request, &request.number));
    TRY(ipc_get_end(&call->request));
    struct keeper_code_made made;
    TRY(make_code(call->context, call->arena, &request, clock_now_s(), &made));
    ipc_put_text(call->reply, made.code_id);
    ipc_put_int64(call->reply, made.valid_until_s);
    ipc_put_int64(call->reply, made.wait_s);
    return ERR_NONE;
}

static enum err handle_code_text(struct ipc_call *call)
{
    const char *code_id;
    struct keeper_code code;
    TRY(ipc_get_text(&call->request, &code_id));
    TRY(ipc_get_end(&call->request));
    TRY(code_text(call->context, call->arena, code_id, clock_now_s(), &code));
    ipc_put_text(call->reply, code.digits);
    ipc_put_text(call->reply, code.number);
    ipc_put_text(call->reply, code.purpose);
    secret_wipe((void *)(uintptr_t)code.digits, strlen(code.digits));
    secret_wipe((void *)(uintptr_t)code.number, strlen(code.number));
    return ERR_NONE;
}

static enum err handle_code_check(struct ipc_call *call)
{
    const char *purpose, *subject, *document, *typed;
    TRY(ipc_get_text(&call->request, &purpose));
    TRY(ipc_get_text(&call->request, &subject));
    TRY(ipc_get_text(&call->request, &document));
    TRY(ipc_get_text(&call->request, &typed));
    TRY(ipc_get_end(&call->request));
    struct keeper_owner_act act;
    TRY(check_code(call->context, call->arena, purpose, subject, document, typed, clock_now_s(), &act));
    ipc_put_bytes(call->reply, act.text);
    ipc_put_bytes(call->reply, act.signature);
    return ERR_NONE;
}

/* Of a register: no other number can be told, a form's and an account's are known by what their owners did. */
static enum err get_number(struct ipc_call *call, struct known_number *ret_number)
{
    const char *identity_number, *number;
    TRY(ipc_get_text(&call->request, &identity_number));
    TRY(ipc_get_text(&call->request, &number));
    *ret_number = (struct known_number){.person = person_tag(call->context, call->arena, identity_number),
                                        .number = number_tag(call->context, call->arena, number),
                                        .source = owner_source_words[OWNER_SOURCE_REGISTER],
                                        .document = ""};
    return ERR_NONE;
}

static enum err handle_number_know(struct ipc_call *call)
{
    struct known_number number;
    TRY(get_number(call, &number));
    TRY(ipc_get_int64(&call->request, &number.known_since_s));
    TRY(ipc_get_end(&call->request));
    int64_t now_s = clock_now_s();
    /* A service that has fallen makes no number older than it is; the operator at the machine takes over old lists. */
    if (call->role != IPC_TOOL || number.known_since_s > now_s) number.known_since_s = now_s;
    return tell_number(call->context, call->arena, &number, now_s);
}

static enum err handle_number_forget(struct ipc_call *call)
{
    struct known_number number;
    TRY(get_number(call, &number));
    TRY(ipc_get_end(&call->request));
    return take_back_number(call->context, call->arena, &number, clock_now_s());
}

static enum err handle_number_account(struct ipc_call *call)
{
    struct keeper_owner_act act;
    TRY(ipc_get_bytes(&call->request, &act.text));
    TRY(ipc_get_bytes(&call->request, &act.signature));
    TRY(ipc_get_end(&call->request));
    return know_account(call->context, call->arena, &act, clock_now_s());
}

static enum err handle_box_key(struct ipc_call *call)
{
    struct keeper_box box;
    TRY(ipc_get_end(&call->request));
    TRY(make_box(call->context, call->arena, clock_now_s(), &box));
    ipc_put_bytes(call->reply, box.text);
    ipc_put_bytes(call->reply, box.signature);
    ipc_put_bytes(call->reply, box.certificate);
    return ERR_NONE;
}

static enum err handle_puk_keep(struct ipc_call *call)
{
    struct keeper_puk puk;
    TRY(ipc_get_bytes(&call->request, &puk.envelope));
    TRY(ipc_get_bytes(&call->request, &puk.production_statement));
    TRY(ipc_get_bytes(&call->request, &puk.production_signature));
    TRY(ipc_get_bytes(&call->request, &puk.application_statement));
    TRY(ipc_get_end(&call->request));
    return keep_puk(call->context, call->arena, &puk, clock_now_s());
}

static enum err handle_secret_seal(struct ipc_call *call)
{
    struct keeper_service *service = call->context;
    const char *context, *identity_number;
    struct bytes secret;
    TRY(ipc_get_text(&call->request, &context));
    TRY(ipc_get_text(&call->request, &identity_number));
    TRY(ipc_get_bytes(&call->request, &secret));
    TRY(ipc_get_end(&call->request));
    if (identity_number[0] == '\0') return err_set(ERR_INVALID, "a secret of nobody's");
    if (secret.size == 0 || secret.size > SECRET_SIZE_MAX)
        return err_set(ERR_INVALID, "a secret of %zu bytes", secret.size);
    TRY(spend_secret(service, call->arena, call->role, clock_now_s()));
    ipc_put_bytes(call->reply, seal_totp(service, call->arena, context, identity_number, secret));
    return ERR_NONE;
}

static enum err handle_totp_check(struct ipc_call *call)
{
    const char *context, *typed;
    struct bytes sealed;
    int64_t last_step, step;
    struct bytes grant;
    TRY(ipc_get_text(&call->request, &context));
    TRY(ipc_get_bytes(&call->request, &sealed));
    TRY(ipc_get_text(&call->request, &typed));
    TRY(ipc_get_int64(&call->request, &last_step));
    TRY(ipc_get_end(&call->request));
    TRY(check_totp(call->context, call->arena, context, sealed, typed, last_step, clock_now_s(), &step, &grant));
    ipc_put_int64(call->reply, step);
    ipc_put_bytes(call->reply, grant);
    return ERR_NONE;
}

static enum err handle_registry(struct ipc_call *call)
{
    struct bytes text, signature;
    TRY(ipc_get_bytes(&call->request, &text));
    TRY(ipc_get_bytes(&call->request, &signature));
    TRY(ipc_get_end(&call->request));
    return take_registry_text(call->context, call->arena, text, signature);
}

static enum err handle_challenge(struct ipc_call *call)
{
    struct bytes session_challenge, challenge;
    TRY(ipc_get_bytes(&call->request, &session_challenge));
    TRY(ipc_get_end(&call->request));
    TRY(make_challenge(call->context, call->arena, session_challenge, clock_now_s(), &challenge));
    ipc_put_bytes(call->reply, challenge);
    return ERR_NONE;
}

static enum err handle_grant_card(struct ipc_call *call)
{
    struct bytes signature, grant;
    TRY(ipc_get_bytes(&call->request, &signature));
    TRY(ipc_get_end(&call->request));
    TRY(grant_by_card(call->context, call->arena, signature, clock_now_s(), &grant));
    ipc_put_bytes(call->reply, grant);
    return ERR_NONE;
}

static enum err handle_grant_passkey(struct ipc_call *call)
{
    struct bytes session_challenge, packed, challenge, grant;
    TRY(ipc_get_bytes(&call->request, &session_challenge));
    TRY(ipc_get_bytes(&call->request, &packed));
    TRY(ipc_get_end(&call->request));
    TRY(grant_by_passkey(call->context, call->arena, session_challenge, packed, clock_now_s(), &challenge, &grant));
    ipc_put_bytes(call->reply, challenge);
    ipc_put_bytes(call->reply, grant);
    return ERR_NONE;
}

static enum err handle_puk_release(struct ipc_call *call)
{
    struct bytes certificate, request, sealed;
    TRY(ipc_get_bytes(&call->request, &certificate));
    TRY(ipc_get_bytes(&call->request, &request));
    TRY(ipc_get_end(&call->request));
    TRY(release_puk(call->context, call->arena, certificate, request, clock_now_s(), &sealed));
    ipc_put_bytes(call->reply, sealed);
    return ERR_NONE;
}

static enum err handle_status(struct ipc_call *call)
{
    TRY(ipc_get_end(&call->request));
    return put_status(call->context, call->arena, clock_now_s(), call->reply);
}

const struct ipc_route keeper_routes[] = {
    {KEEPER_PERSON_KEY_NEW, handle_person_key_new},
    {KEEPER_PERSON_KEY_OPEN, handle_person_key_open},
    {KEEPER_REGISTRY_KEY, handle_registry_key},
    {KEEPER_PERSON_KEY_REWRAP, handle_person_key_rewrap},
    {KEEPER_PERSON_FORGET, handle_person_forget},
    {KEEPER_EPOCHS, handle_epochs},
    {KEEPER_EPOCH_BEGIN, handle_epoch_begin},
    {KEEPER_EPOCH_DESTROY, handle_epoch_destroy},
    {KEEPER_RESEAL, handle_reseal},
    {KEEPER_SEARCH_TAG, handle_search_tag},
    {KEEPER_CODE_MAKE, handle_code_make},
    {KEEPER_CODE_TEXT, handle_code_text},
    {KEEPER_CODE_CHECK, handle_code_check},
    {KEEPER_NUMBER_KNOW, handle_number_know},
    {KEEPER_NUMBER_FORGET, handle_number_forget},
    {KEEPER_NUMBER_ACCOUNT, handle_number_account},
    {KEEPER_BOX_KEY, handle_box_key},
    {KEEPER_PUK_KEEP, handle_puk_keep},
    {KEEPER_PUK_RELEASE, handle_puk_release},
    {KEEPER_STATUS, handle_status},
    {KEEPER_SECRET_SEAL, handle_secret_seal},
    {KEEPER_TOTP_CHECK, handle_totp_check},
    {KEEPER_REGISTRY_TAKE, handle_registry},
    {KEEPER_CHALLENGE, handle_challenge},
    {KEEPER_GRANT_CARD, handle_grant_card},
    {KEEPER_GRANT_PASSKEY, handle_grant_passkey},
    {0},
};
