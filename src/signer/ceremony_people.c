#include "signer/ceremony_people.h"

#include "base/file.h"
#include "base/secret.h"
#include "pki/request.h"
#include "token/token.h"

#include <string.h>

#define KEY_LABEL "imza"

static const char *pin_path(struct arena *arena, const struct installation *installation, const char *label)
{
    return installation_path(arena, installation, CEREMONY_PEOPLE "/%s.pin", label);
}

static bool is_label(const char *label)
{
    return label != NULL && label[0] != '\0' && strlen(label) <= 32 &&
           strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == strlen(label) && label[0] != '.';
}

static enum err make_one(struct arena *arena, const struct installation *installation, struct token_module *module,
                         const struct ceremony_person *person, struct bytes *ret_request)
{
    if (!is_label(person->token_label)) return err_set(ERR_INVALID, "label of a person's token");
    const char *pin = arena_printf(arena, "%06u", random_below(1000000));
    const char *line = arena_printf(arena, "%s\n", pin);
    TRY(file_write(pin_path(arena, installation, person->token_label), bytes_of_text(line), 0600));
    TRY(token_initialise(module, person->token_label, random_hex(arena, 8), pin));
    struct token *token;
    TRY(token_open(module, person->token_label, TOKEN_USER, pin, &token));
    struct token_signing signing = {.token = token};
    enum err error = token_make_key(token, arena, TOKEN_EC_P256, KEY_LABEL, bytes_of_text(KEY_LABEL), &signing.key);
    if (error == ERR_NONE) {
        struct external_signer signer = token_signer(&signing);
        const struct name subject = {.serial_number = person->identity_number};
        error = request_build(arena, &subject, signing.key.public_key, &signer, ret_request);
    }
    token_close(token);
    return error;
}

enum err people_make(struct arena *arena, const struct installation *installation, const struct ceremony *ceremony,
                     struct bytes *ret_requests)
{
    struct token_module *module;
    TRY(token_softhsm_use(installation_path(arena, installation, CEREMONY_PEOPLE)));
    TRY(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    enum err error = ERR_NONE;
    for (size_t i = 0; i < ceremony->people_count && error == ERR_NONE; i++) {
        if (ceremony->people[i].certificate.size > 0) continue;
        error = make_one(arena, installation, module, &ceremony->people[i], &ret_requests[i]);
    }
    token_module_close(module);
    return error;
}

static enum err give_one(struct arena *arena, const struct installation *installation, struct token_module *module,
                         const struct ceremony_person *person, struct bytes der)
{
    const char *pin;
    struct token *token;
    struct certificate certificate;
    TRY(certificate_parse(arena, der, &certificate));
    TRY(config_read_secret(arena, pin_path(arena, installation, person->token_label), &pin));
    TRY(token_open(module, person->token_label, TOKEN_USER, pin, &token));
    enum err error = token_write_certificate(token, KEY_LABEL, bytes_of_text(KEY_LABEL), der, certificate.subject_name);
    token_close(token);
    return error;
}

enum err people_give(struct arena *arena, const struct installation *installation, const struct ceremony *ceremony,
                     const struct bytes *certificates)
{
    struct token_module *module;
    TRY(token_softhsm_use(installation_path(arena, installation, CEREMONY_PEOPLE)));
    TRY(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    enum err error = ERR_NONE;
    for (size_t i = 0; i < ceremony->people_count && error == ERR_NONE; i++) {
        if (ceremony->people[i].certificate.size > 0) continue;
        error = give_one(arena, installation, module, &ceremony->people[i], certificates[i]);
    }
    token_module_close(module);
    return error;
}
