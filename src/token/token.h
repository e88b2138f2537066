/*
 * Purpose: keys in PKCS #11 tokens: modules, tokens, PINs, key pairs, certificates, signatures, wrapping.
 *
 * Errors: ERR_WRONG wrong PIN; ERR_TOO_MANY the PIN is locked; ERR_NOT_FOUND no such token, key or certificate;
 * ERR_UNAVAILABLE the token was removed or the module failed. The detail names the PKCS #11 call and code.
 * A session is used by one thread at a time. PINs are the caller's to wipe.
 */
#ifndef DIVIT_TOKEN_TOKEN_H
#define DIVIT_TOKEN_TOKEN_H

#include "pki/signature.h"

#define TOKEN_SOFTHSM_MODULE "/usr/lib/softhsm/libsofthsm2.so"

struct token_module; /* a loaded, initialised library; one process opens one at a time */
struct token; /* a session with one token */

/*
 * Makes FOLDER/tokens and FOLDER/softhsm2.conf if they are not there and points SOFTHSM2_CONF at it, for the module
 * opened next (and for child processes). Keeps a copy of each token's own file and puts it back where the last process
 * was killed while SoftHSM wrote it. Before threads, and before the module is opened.
 */
enum err token_softhsm_use(const char *folder) MUST_CHECK;

enum err token_module_open(const char *path, struct token_module **ret_module) MUST_CHECK;
struct token_module *token_module_close(struct token_module *module); /* takes NULL, returns NULL */

struct token_info {
    const char *label, *serial, *manufacturer; /* without trailing spaces */
    bool is_initialised, is_pin_set, is_pin_low, is_pin_final, is_pin_locked;
};
enum err token_list(struct token_module *module, struct arena *arena, const struct token_info **ret_tokens,
                    size_t *ret_count) MUST_CHECK;
/* Makes a token in the first slot that has none (C_InitToken, C_InitPIN). ERR_FULL: no such slot. ERR_EXISTS: label. */
enum err token_initialise(struct token_module *module, const char *label, const char *so_pin,
                          const char *user_pin) MUST_CHECK;

enum token_user { TOKEN_NOBODY, TOKEN_USER, TOKEN_SO };
/* `name` is a label or a serial; NULL: the only token there is. A NULL pin goes with TOKEN_NOBODY. */
enum err token_open(struct token_module *module, const char *name, enum token_user user, const char *pin,
                    struct token **ret_token) MUST_CHECK;
struct token *token_close(struct token *token); /* logs out; takes NULL, returns NULL */
enum err token_info(struct token *token, struct arena *arena, struct token_info *ret_info) MUST_CHECK;
enum err token_set_pin(struct token *token, const char *old_pin, const char *new_pin) MUST_CHECK; /* of who is in */
/* The user's PIN, by the security officer who is in: a new one, and no lock. */
enum err token_init_pin(struct token *token, const char *new_pin) MUST_CHECK;

enum token_key_kind { TOKEN_EC_P256, TOKEN_EC_P384, TOKEN_RSA_2048, TOKEN_RSA_3072, TOKEN_RSA_4096 };
struct token_key {
    enum token_key_kind kind;
    const char *label;
    struct bytes id; /* CKA_ID: pairs key and certificate */
    struct bytes public_key; /* SubjectPublicKeyInfo, DER */
    unsigned long private_handle; /* good while the session lives */
};
struct token_certificate {
    const char *label;
    struct bytes id;
    struct bytes der;
};
/* A pair made on the token: sensitive, never extractable, for signing alone. */
enum err token_make_key(struct token *token, struct arena *arena, enum token_key_kind kind, const char *label,
                        struct bytes id, struct token_key *ret_key) MUST_CHECK;
/* Key pairs whose private key is seen by who is logged in. */
enum err token_list_keys(struct token *token, struct arena *arena, const struct token_key **ret_keys,
                         size_t *ret_count) MUST_CHECK;
enum err token_find_key(struct token *token, struct arena *arena, const char *label,
                        struct token_key *ret_key) MUST_CHECK; /* NULL: the only one */
enum err token_list_certificates(struct token *token, struct arena *arena,
                                 const struct token_certificate **ret_certificates, size_t *ret_count) MUST_CHECK;
enum err token_write_certificate(struct token *token, const char *label, struct bytes id, struct bytes der,
                                 struct bytes subject_name) MUST_CHECK;

/* Hashes and signs; ECDSA values come as DER. ERR_INVALID when key and algorithm do not fit. */
enum err token_sign(struct token *token, const struct token_key *key, enum signature_algorithm algorithm,
                    struct bytes message, struct arena *arena, struct bytes *ret_signature) MUST_CHECK;
/* For pki's builders: lives as long as `signing`. The usual algorithm of the key's kind (RSA: PKCS #1 v1.5). */
struct token_signing {
    struct token *token;
    struct token_key key;
};
struct external_signer token_signer(struct token_signing *signing);

/* AES-256 keys that never leave the token, by label; AES-GCM with a random nonce put first; `context` is bound. */
enum err token_make_secret(struct token *token, const char *label) MUST_CHECK; /* ERR_EXISTS */
enum err token_destroy_secret(struct token *token, const char *label) MUST_CHECK; /* ERR_NOT_FOUND; for good */
enum err token_wrap(struct token *token, struct arena *arena, const char *label, struct bytes plain,
                    const char *context, struct bytes *ret_wrapped) MUST_CHECK;
enum err token_unwrap(struct token *token, struct arena *arena, const char *label, struct bytes wrapped,
                      const char *context, struct bytes *ret_plain) MUST_CHECK; /* ERR_BROKEN: it was changed */

enum err token_random(struct token *token, void *data, size_t size) MUST_CHECK;

#endif
