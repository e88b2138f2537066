/*
 * Purpose: passkeys in pages (WebAuthn): challenges, and what the browser's authenticator sent back as a form. For every
 * desk of staff; the partials passkey_get and passkey_create are the other half, assets/divit.js stands between.
 */
#ifndef DIVIT_WEB_PASSKEY_H
#define DIVIT_WEB_PASSKEY_H

#include "http/form.h"
#include "identity/identity.h"
#include "web/context.h"

#define PASSKEY_FORM_MAX (32 * 1024) /* bytes of a posted form */

const char *passkey_origin(struct http_request *request); /* the service's public address */
const char *passkey_rp(struct http_request *request); /* its host */
/*
 * A challenge that is this session's and purpose's alone and dies with its token: a log-in changes that, so what answered
 * it cannot answer twice. Makes a session if there is none.
 */
enum err passkey_challenge(struct http_request *request, const char *purpose, struct bytes *ret_challenge) MUST_CHECK;

/* The fields of passkey_get; those of passkey_create stand in its page's own rules, after PASSKEY_CREATE_RULES. */
extern const struct form_rule passkey_get_rules[];
#define PASSKEY_CREATE_RULES                                                                                           \
    {.name = "attestation_object", .length_max = 12000, .is_kept_raw = true},                                          \
    {                                                                                                                  \
        .name = "client_data", .length_max = 6000, .is_kept_raw = true                                                 \
    }
/* ERR_WRONG: a field is missing or no base64url. */
enum err passkey_read_assertion(struct http_request *request, const struct form *form,
                                struct passkey_assertion *ret_assertion) MUST_CHECK;
/* The new key; errors of passkey_read_registration(), and ERR_WRONG as above. */
enum err passkey_read_created(struct http_request *request, const struct form *form, const char *purpose,
                              struct passkey_registration *ret_registration) MUST_CHECK;

/* Credential ids for the pages' `credentials`. `registry` not NULL: only of those that count for decisions. */
const char *passkey_ids(struct http_request *request, const struct passkey *passkeys, size_t count,
                        const struct registry *registry);

#endif
