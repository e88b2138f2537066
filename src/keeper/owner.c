/*
 * Owner acts (spec 10): 'the owner entered the code we sent', about one application or certificate, signed by the keeper.
 *
 * Web asks for codes, and web may have fallen: so who the owner of an application is, its statement says, whose D is the
 * subject; and of a certificate the certificate itself, if our authority signed it.
 */
#include "base/file.h"
#include "keeper/service.h"
#include "pki/certificate.h"
#include "statement/application_statement.h"
#include "statement/owner_statement.h"

#include <string.h>

#define CERTIFICATE_SIZE_MAX ((size_t)16 * 1024)

static const struct {
    const char *name;
    enum owner_purpose purpose;
} purposes[] = {
    {KEEPER_CODE_APPLICATION, OWNER_APPLIES},
    {KEEPER_CODE_ACTIVATION, OWNER_ACTIVATES},
    {KEEPER_CODE_PIN, OWNER_SETS_PIN},
};
#define PURPOSE_COUNT (sizeof purposes / sizeof purposes[0])

/* PURPOSE_COUNT: one without owner acts. */
static size_t find_purpose(const char *name)
{
    size_t i = 0;
    while (i < PURPOSE_COUNT && strcmp(purposes[i].name, name) != 0) i++;
    return i;
}

static enum err owner_of_application(struct arena *arena, struct bytes text, struct code_owner *ret_owner)
{
    struct application_statement statement;
    TRY(application_statement_read(arena, text, &statement));
    *ret_owner = (struct code_owner){hex_encode(arena, sha256(arena, text)), statement.identity_number};
    return ERR_NONE;
}

static enum err owner_of_certificate(struct keeper_service *service, struct arena *arena, struct bytes der,
                                     struct code_owner *ret_owner)
{
    struct certificate certificate, issuing;
    struct bytes issuing_der;
    if (service->issuing_path == NULL) return err_set(ERR_STATE, "the keeper knows no authority");
    TRY(file_read(arena, service->issuing_path, CERTIFICATE_SIZE_MAX, &issuing_der));
    TRY(certificate_parse(arena, issuing_der, &issuing));
    TRY(certificate_parse(arena, der, &certificate));
    TRY(certificate_check_issuer(&certificate, &issuing));
    if (certificate.subject_serial_number == NULL) return err_set(ERR_INVALID, "not a person's certificate");
    *ret_owner = (struct code_owner){certificate.serial, certificate.subject_serial_number};
    return ERR_NONE;
}

enum err find_code_owner(struct keeper_service *service, struct arena *arena, const struct keeper_code_request *request,
                         struct code_owner *ret_owner)
{
    size_t at = find_purpose(request->purpose);
    if (at == PURPOSE_COUNT) {
        if (request->identity_number[0] == '\0') return err_set(ERR_INVALID, "a code for nobody");
        *ret_owner = (struct code_owner){request->subject, request->identity_number};
        return ERR_NONE;
    }
    if (purposes[at].purpose == OWNER_APPLIES) return owner_of_application(arena, request->document, ret_owner);
    return owner_of_certificate(service, arena, request->document, ret_owner);
}

/*
 * The longest known first, so the first that may count is taken. Of an application any source but a form's counts; of a
 * certificate that of its own application's form too. A form's own number is better than nothing: it is said to be one.
 */
static const struct known_number *choose(const struct known_number *numbers, size_t count, enum owner_purpose purpose,
                                         const char *document)
{
    const struct known_number *of_form = NULL;
    for (size_t i = 0; i < count; i++) {
        bool is_form = strcmp(numbers[i].source, owner_source_words[OWNER_SOURCE_FORM]) == 0;
        if (!is_form) return &numbers[i];
        if (strcmp(numbers[i].document, document) != 0) continue;
        if (purpose != OWNER_APPLIES) return &numbers[i];
        of_form = &numbers[i];
    }
    return of_form;
}

static enum err with_key(struct keeper_service *service, struct memory_key **ret_key)
{
    return memory_key_of_number((struct bytes){service->keys->keys[KEEPER_SIGN], KEY_SIZE}, ret_key);
}

enum err keeper_sign(struct keeper_service *service, struct arena *arena, struct bytes text,
                     struct bytes *ret_signature)
{
    struct memory_key *key;
    TRY(with_key(service, &key));
    struct external_signer signer = memory_key_signer(key);
    enum err error = signer.sign(signer.context, text, arena, ret_signature);
    memory_key_free(key);
    return error;
}

enum err keeper_public_key(struct keeper_service *service, struct arena *arena, struct bytes *ret_spki)
{
    struct memory_key *key;
    TRY(with_key(service, &key));
    *ret_spki = bytes_copy(arena, memory_key_public(key));
    memory_key_free(key);
    return ERR_NONE;
}

static enum err write_act(struct keeper_service *service, struct arena *arena, enum owner_purpose purpose,
                          const char *subject, const struct known_number *number, int64_t now_s,
                          struct keeper_owner_act *ret_act)
{
    const struct owner_statement statement = {
        .person = hex_encode(arena, number->person),
        .purpose = owner_purpose_words[purpose],
        .subject = subject,
        .number = hex_encode(arena, number->number),
        .known_since_s = number->known_since_s,
        .source = number->source,
        .source_document = number->document[0] != '\0' ? number->document : NULL,
        .word = owner_word_of_code,
        .made_s = now_s,
    };
    struct keeper_owner_act act;
    TRY(owner_statement_write(arena, &statement, &act.text));
    TRY(keeper_sign(service, arena, act.text, &act.signature));
    TRY(journal_add(service->store, now_s, JOURNAL_OWNER, subject, hex_encode(arena, sha256(arena, act.text))));
    *ret_act = act;
    return ERR_NONE;
}

struct owner_acting {
    struct keeper_service *service;
    struct arena *arena;
    const char *purpose, *subject, *document;
    const struct kept_code *code;
    int64_t now_s;
    struct keeper_owner_act act;
};

static enum err know_form(struct owner_acting *acting)
{
    const struct kept_code *code = acting->code;
    const struct known_number form = {code->person, code->number, owner_source_words[OWNER_SOURCE_FORM],
                                      acting->subject, acting->now_s};
    return know_number(acting->service, acting->arena, &form, acting->now_s);
}

static enum err act_in_store(struct keeper_store *store, void *context)
{
    struct owner_acting *acting = context;
    const struct kept_code *code = acting->code;
    TRY(use_code(store, code->id));
    size_t at = find_purpose(acting->purpose);
    if (at == PURPOSE_COUNT) return ERR_NONE;
    enum owner_purpose purpose = purposes[at].purpose;
    if (purpose == OWNER_APPLIES) {
        TRY(know_form(acting));
        acting->document = acting->subject;
    }
    const struct known_number *numbers;
    size_t count;
    TRY(list_numbers(store, acting->arena, code->person, code->number, &numbers, &count));
    const struct known_number *number = choose(numbers, count, purpose, acting->document);
    if (number == NULL) return ERR_NONE; /* the code was right, but nobody knows whose number it is */
    return write_act(acting->service, acting->arena, purpose, acting->subject, number, acting->now_s, &acting->act);
}

enum err make_owner_act(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                        const char *document, const struct kept_code *code, int64_t now_s,
                        struct keeper_owner_act *ret_act)
{
    struct owner_acting acting = {service, arena, purpose, subject, document, code, now_s, {{0}, {0}}};
    TRY(store_run(service->store, act_in_store, &acting));
    *ret_act = acting.act;
    return ERR_NONE;
}
