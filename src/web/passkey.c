#include "web/passkey.h"

#include "base/secret.h"

const struct form_rule passkey_get_rules[] = {
    {.name = "credential_id", .length_max = 1400, .is_kept_raw = true},
    {.name = "authenticator_data", .length_max = 2000, .is_kept_raw = true},
    {.name = "client_data", .length_max = 6000, .is_kept_raw = true},
    {.name = "signature", .length_max = 1400, .is_kept_raw = true},
    {0},
};

const char *passkey_origin(struct http_request *request)
{
    return web_of(request)->installation->public_url;
}

const char *passkey_rp(struct http_request *request)
{
    return passkey_rp_id(http_arena(request), passkey_origin(request));
}

enum err passkey_challenge(struct http_request *request, const char *purpose, struct bytes *ret_challenge)
{
    struct arena *arena = http_arena(request);
    const struct session *session;
    TRY(session_need(request, &session));
    *ret_challenge = hmac_sha256(arena, web_of(request)->key,
                                 bytes_of_text(arena_printf(arena, "passkey %s %s", purpose, session->csrf)));
    return ERR_NONE;
}

static enum err read_part(struct http_request *request, const struct form *form, const char *name,
                          struct bytes *ret_part)
{
    struct bytes part = {0};
    if (base64url_decode(http_arena(request), form_value(form, name), &part) != ERR_NONE || part.size == 0)
        return err_set(ERR_WRONG, "passkey: %s", name);
    *ret_part = part;
    return ERR_NONE;
}

enum err passkey_read_assertion(struct http_request *request, const struct form *form,
                                struct passkey_assertion *ret_assertion)
{
    TRY(read_part(request, form, "credential_id", &ret_assertion->credential_id));
    TRY(read_part(request, form, "authenticator_data", &ret_assertion->authenticator_data));
    TRY(read_part(request, form, "client_data", &ret_assertion->client_data));
    return read_part(request, form, "signature", &ret_assertion->signature);
}

enum err passkey_read_created(struct http_request *request, const struct form *form, const char *purpose,
                              struct passkey_registration *ret_registration)
{
    struct bytes challenge, object, client_data;
    TRY(passkey_challenge(request, purpose, &challenge));
    TRY(read_part(request, form, "attestation_object", &object));
    TRY(read_part(request, form, "client_data", &client_data));
    return passkey_read_registration(http_arena(request), passkey_rp(request), passkey_origin(request), challenge,
                                     object, client_data, ret_registration);
}

const char *passkey_ids(struct http_request *request, const struct passkey *passkeys, size_t count,
                        const struct registry *registry)
{
    struct arena *arena = http_arena(request);
    CLEANUP_BUFFER struct buffer ids = BUFFER_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (registry != NULL && !passkey_counts(registry, &passkeys[i])) continue;
        if (ids.size > 0) buffer_char(&ids, ' ');
        buffer_text(&ids, base64url_encode(arena, passkeys[i].credential_id));
    }
    return buffer_to_text(&ids, arena);
}
