#include "signing/store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [SIGNING_WAITING] = "waiting", [SIGNING_SIGNED] = "signed", [SIGNING_RETURNED] = "returned"};

struct bytes code_tag(struct arena *arena, const uint8_t *key, const char *code)
{
    return hmac_sha256(arena, key, bytes_of_text(arena_printf(arena, "verification code %s", code)));
}

struct bytes ticket_hash(struct arena *arena, const char *ticket)
{
    return sha256(arena, bytes_of_text(ticket));
}

static const char *seal_context(struct arena *arena, const char *column, const char *uid)
{
    return arena_printf(arena, "signing_code.%s:%s", column, uid);
}

struct bytes seal_content(struct arena *arena, const uint8_t *key, const struct signing_code *code)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s%}", "code", code->code, "word_one", code->words[0], "word_two",
                  code->words[1], "identity_number", code->asked.identity_number, "text",
                  code->asked.text.size == 0 ? "" : (const char *)code->asked.text.data, code->asked.text.size);
    char *text = json_dumps(object, JSON_COMPACT);
    struct bytes sealed = seal(arena, key, bytes_of_text(text), seal_context(arena, "content", code->uid));
    json_decref(object);
    secret_wipe(text, strlen(text));
    free(text);
    return sealed;
}

struct bytes seal_signature(struct arena *arena, const uint8_t *key, const char *uid, struct bytes signature)
{
    return seal(arena, key, signature, seal_context(arena, "signature", uid));
}

struct bytes seal_validation(struct arena *arena, const uint8_t *key, const char *uid, struct bytes validation)
{
    return seal(arena, key, validation, seal_context(arena, "validation", uid));
}

static const char *member(struct arena *arena, const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return arena_text(arena, value == NULL ? "" : value);
}

static enum err open_content(struct arena *arena, const uint8_t *key, struct bytes sealed, struct signing_code *code)
{
    struct bytes plain;

    TRY(seal_open(arena, key, sealed, seal_context(arena, "content", code->uid), &plain));
    json_t *object = json_loadb((const char *)plain.data, plain.size, 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return err_set(ERR_BROKEN, "signing: content is not an object");
    }
    code->code = member(arena, object, "code");
    code->words[0] = member(arena, object, "word_one");
    code->words[1] = member(arena, object, "word_two");
    code->asked.identity_number = member(arena, object, "identity_number");
    code->asked.text = bytes_of_text(member(arena, object, "text"));
    json_decref(object);
    return ERR_NONE;
}

static enum err state_of(const char *name, enum signing_state *ret_state)
{
    for (int state = SIGNING_WAITING; state <= SIGNING_RETURNED; state++) {
        if (strcmp(state_names[state], name) != 0) continue;
        *ret_state = (enum signing_state)state;
        return ERR_NONE;
    }
    return err_set(ERR_BROKEN, "signing: no state of a code");
}

enum err read_code(struct arena *arena, const uint8_t *key, const struct db_rows *row, struct signing_code *ret_code)
{
    struct signing_code code = {
        .id = db_int64(row, 0, "id"),
        .uid = db_text(row, 0, "uid"),
        .asked = {.subject = db_text(row, 0, "subject"), .page = db_text(row, 0, "page")},
        .address = db_text(row, 0, "address"),
        .program_address = db_text(row, 0, "program_address"),
        .created_s = db_int64(row, 0, "created_s"),
        .expires_s = db_int64(row, 0, "expires_s"),
    };
    struct bytes sealed = db_bytes(row, 0, "sealed_signature"), validation = db_bytes(row, 0, "sealed_validation");

    TRY(signing_purpose_from_name(db_text(row, 0, "purpose"), &code.asked.purpose));
    TRY(state_of(db_text(row, 0, "state"), &code.state));
    TRY(open_content(arena, key, db_bytes(row, 0, "sealed_content"), &code));
    if (sealed.data != NULL)
        TRY(seal_open(arena, key, sealed, seal_context(arena, "signature", code.uid), &code.signature));
    if (validation.data != NULL)
        TRY(seal_open(arena, key, validation, seal_context(arena, "validation", code.uid), &code.validation));
    *ret_code = code;
    return ERR_NONE;
}
