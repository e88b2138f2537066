/*
 * Who of the staff logs in by card or passkey (spec 10, The keeper: budgets for each asker). The registry says whose keys
 * they are; it is believed by the signer's signature alone, and never goes back. Web can make up no officer here.
 */
#include "base/clock.h"
#include "base/file.h"
#include "keeper/service.h"
#include "pki/cades.h"
#include "pki/passkey.h"
#include "statement/login_statement.h"
#include "statement/registry.h"

#include <string.h>

#define KEY_FILE_MAX 1024
#define LOG_IN_S ((int64_t)15 * 60) /* code, signing and the way back take ten minutes at the most */
#define CLOCK_S ((int64_t)120) /* a person's computer may be so far off */
#define CHALLENGE_S ((int64_t)15 * 60)

/* -- the registry -- */

/* It names staff by number: sealed like everything of persons. */
#define SEAL_CONTEXT "keeper.db:registry"

static enum err find_text(struct keeper_service *service, struct arena *arena, struct bytes *ret_text)
{
    struct bytes sealed;
    TRY(find_registry_text(service->store, arena, &sealed));
    return seal_open(arena, service->keys->keys[KEEPER_REGISTRY], sealed, SEAL_CONTEXT, ret_text);
}

enum err read_registry(struct keeper_service *service, struct arena *arena, struct registry *ret_registry)
{
    struct bytes text;
    TRY(find_text(service, arena, &text));
    return registry_read(arena, text, ret_registry);
}

static enum err check_newer(struct keeper_service *service, struct arena *arena, const struct registry *registry)
{
    struct registry kept;
    enum err error = read_registry(service, arena, &kept);
    if (error == ERR_NOT_FOUND) return ERR_NONE;
    TRY(error);
    return registry->number > kept.number
               ? ERR_NONE
               : err_set(ERR_STATE, "registry %lld is known already", (long long)kept.number);
}

enum err take_registry_text(struct keeper_service *service, struct arena *arena, struct bytes text,
                            struct bytes signature)
{
    struct bytes key, kept;
    struct registry registry;
    if (service->signer_key_path == NULL || !file_exists(service->signer_key_path))
        return err_set(ERR_STATE, "the keeper does not know the signer's key");
    TRY(file_read(arena, service->signer_key_path, KEY_FILE_MAX, &key));
    if (public_key_verify(key, SIGNATURE_ECDSA_SHA256, text, signature) != ERR_NONE)
        return err_set(ERR_FORBIDDEN, "a registry that the signer did not sign");
    if (find_text(service, arena, &kept) == ERR_NONE && bytes_equal(kept, text)) return ERR_NONE;
    TRY(registry_read(arena, text, &registry));
    TRY(check_newer(service, arena, &registry));
    return store_registry_text(service->store, seal(arena, service->keys->keys[KEEPER_REGISTRY], text, SEAL_CONTEXT));
}

/* -- grants -- */

static bool is_good(const struct registry_person *person, int64_t now_s)
{
    return person != NULL && now_s >= person->from_s && now_s <= person->until_s;
}

/* One budget a person, however many keys. */
static enum err give(struct keeper_service *service, struct arena *arena, const struct registry_person *person,
                     int64_t now_s, struct bytes *ret_grant)
{
    TRY(journal_add(service->store, now_s, JOURNAL_GRANT, registry_key_digest(person), ""));
    *ret_grant = make_grant(service, arena, person_tag(service, arena, person->identity_number), now_s);
    return ERR_NONE;
}

static bool is_now(int64_t time_s, int64_t now_s)
{
    return time_s <= now_s + CLOCK_S && time_s >= now_s - LOG_IN_S;
}

static bool is_log_in(const struct keeper_service *service, const struct login_statement *login, int64_t now_s)
{
    return strcmp(login->service, login_service_words[LOGIN_ONLINE]) != 0 && /* of holders: no business of staff */
           strcmp(login->server, service->origin) == 0 && is_now(login->made_s, now_s);
}

enum err grant_by_card(struct keeper_service *service, struct arena *arena, struct bytes signature, int64_t now_s,
                       struct bytes *ret_grant)
{
    struct cades cades;
    struct login_statement login;
    struct registry registry;
    if (cades_verify(arena, signature, &cades) != ERR_NONE ||
        login_statement_read(arena, cades.content, &login) != ERR_NONE || !is_log_in(service, &login, now_s) ||
        !is_now(cades.signing_time_s, now_s))
        return err_set(ERR_FORBIDDEN, "no log-in of the last minutes by card");
    enum err error = read_registry(service, arena, &registry);
    if (error == ERR_NOT_FOUND) return err_set(ERR_FORBIDDEN, "the keeper has no registry yet");
    TRY(error);
    const struct certificate *certificate = &cades.certificate;
    const struct registry_person *person =
        registry_find_card(&registry, hex_encode(arena, sha256(arena, certificate->der)));
    if (!is_good(person, now_s) || now_s < certificate->not_before_s || now_s > certificate->not_after_s ||
        strcmp(person->identity_number, login.identity_number) != 0)
        return err_set(ERR_FORBIDDEN, "a card that the registry does not name for this person now");
    return give(service, arena, person, now_s, ret_grant);
}

/* A text that begins otherwise than a grant's, under the same key: neither can be taken for the other. */
static struct bytes challenge_of(struct keeper_service *service, struct arena *arena, struct bytes session_challenge,
                                 int64_t window)
{
    const char *text =
        arena_printf(arena, "challenge %lld %s", (long long)window, hex_encode(arena, session_challenge));
    return hmac_sha256(arena, service->keys->keys[KEEPER_GRANT], bytes_of_text(text));
}

static enum err check_size(struct bytes session_challenge)
{
    if (session_challenge.size == SHA256_SIZE) return ERR_NONE;
    return err_set(ERR_INVALID, "a session's challenge of %zu bytes", session_challenge.size);
}

enum err make_challenge(struct keeper_service *service, struct arena *arena, struct bytes session_challenge,
                        int64_t now_s, struct bytes *ret_challenge)
{
    TRY(check_size(session_challenge));
    *ret_challenge = challenge_of(service, arena, session_challenge, now_s / CHALLENGE_S);
    return ERR_NONE;
}

/* Which of the two that are good now the authenticator was given; whether it signed it is checked afterwards. */
static enum err find_challenge(struct keeper_service *service, struct arena *arena, struct bytes session_challenge,
                               struct bytes client_data, int64_t now_s, struct bytes *ret_challenge)
{
    for (int64_t back = 0; back < 2; back++) {
        struct bytes challenge = challenge_of(service, arena, session_challenge, now_s / CHALLENGE_S - back);
        const char *text = base64url_encode(arena, challenge);
        if (memmem(client_data.data, client_data.size, text, strlen(text)) == NULL) continue;
        *ret_challenge = challenge;
        return ERR_NONE;
    }
    return err_set(ERR_WRONG, "passkey: no challenge that is good now");
}

enum err grant_by_passkey(struct keeper_service *service, struct arena *arena, struct bytes session_challenge,
                          struct bytes packed, int64_t now_s, struct bytes *ret_challenge, struct bytes *ret_grant)
{
    struct passkey_assertion assertion;
    struct registry registry;
    struct bytes challenge, grant = {0};
    TRY(check_size(session_challenge));
    TRY(passkey_unpack(packed, &assertion));
    TRY(find_challenge(service, arena, session_challenge, assertion.client_data, now_s, &challenge));
    enum err error = read_registry(service, arena, &registry);
    if (error == ERR_NONE) {
        const struct registry_person *person =
            registry_find_passkey(&registry, hex_encode(arena, sha256(arena, assertion.credential_id)));
        if (is_good(person, now_s) && passkey_verify(arena, passkey_rp_id(arena, service->origin), service->origin,
                                                     person->public_key, challenge, &assertion) == ERR_NONE)
            TRY(give(service, arena, person, now_s, &grant));
    } else if (error != ERR_NOT_FOUND) {
        return error;
    }
    *ret_challenge = challenge;
    *ret_grant = grant;
    return ERR_NONE;
}
