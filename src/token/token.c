/* Modules, tokens, sessions, PINs. */
#include "token/token_internal.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MAX 128

enum err token_error(const char *call, CK_RV code)
{
    switch (code) {
    case CKR_OK: return ERR_NONE;
    case CKR_PIN_INCORRECT: return err_set(ERR_WRONG, "%s: the PIN is wrong", call);
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_INVALID: return err_set(ERR_WRONG, "%s: the PIN is too short, too long or has other signs", call);
    case CKR_PIN_LOCKED: return err_set(ERR_TOO_MANY, "%s: the PIN is locked", call);
    case CKR_PIN_EXPIRED: return err_set(ERR_EXPIRED, "%s: the PIN must be changed", call);
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_RECOGNIZED: return err_set(ERR_UNAVAILABLE, "%s: no card", call);
    case CKR_MECHANISM_INVALID: return err_set(ERR_INVALID, "%s: the token cannot do this", call);
    case CKR_ENCRYPTED_DATA_INVALID:
    case CKR_ENCRYPTED_DATA_LEN_RANGE: return err_set(ERR_BROKEN, "%s: wrapped bytes were changed", call);
    default: return err_set(ERR_UNAVAILABLE, "%s: PKCS #11 code 0x%lx", call, (unsigned long)code);
    }
}

enum err token_module_open(const char *path, struct token_module **ret_module)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return err_set(ERR_NOT_FOUND, "cannot load %s", path);
    CK_RV (*get_functions)(CK_FUNCTION_LIST **) = NULL;
    *(void **)&get_functions = dlsym(library, "C_GetFunctionList"); /* POSIX dlsym: the way to a function */
    CK_FUNCTION_LIST *functions = NULL;
    if (get_functions == NULL || get_functions(&functions) != CKR_OK || functions == NULL) {
        dlclose(library);
        return err_set(ERR_INVALID, "%s is no PKCS #11 library", path);
    }
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    CK_RV code = functions->C_Initialize(&arguments);
    if (code != CKR_OK) {
        dlclose(library);
        return token_error("C_Initialize", code);
    }
    struct token_module *module = memory_new(sizeof *module);
    *module = (struct token_module){library, functions};
    *ret_module = module;
    return ERR_NONE;
}

struct token_module *token_module_close(struct token_module *module)
{
    if (module == NULL) return NULL;
    module->f->C_Finalize(NULL);
    /* Not unloaded: libraries leave threads and exit handlers behind that would run in memory no longer there. */
    free(module);
    return NULL;
}

static const char *trimmed(struct arena *arena, const unsigned char *text, size_t size)
{
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\0')) size--;
    return arena_text_n(arena, (const char *)text, size);
}

static enum err read_info(struct token_module *module, struct arena *arena, CK_SLOT_ID slot,
                          struct token_info *ret_info)
{
    CK_TOKEN_INFO info;
    TRY_PKCS11("C_GetTokenInfo", module->f->C_GetTokenInfo(slot, &info));
    *ret_info = (struct token_info){
        .label = trimmed(arena, info.label, sizeof info.label),
        .serial = trimmed(arena, info.serialNumber, sizeof info.serialNumber),
        .manufacturer = trimmed(arena, info.manufacturerID, sizeof info.manufacturerID),
        .is_initialised = (info.flags & CKF_TOKEN_INITIALIZED) != 0,
        .is_pin_set = (info.flags & CKF_USER_PIN_INITIALIZED) != 0,
        .is_pin_low = (info.flags & CKF_USER_PIN_COUNT_LOW) != 0,
        .is_pin_final = (info.flags & CKF_USER_PIN_FINAL_TRY) != 0,
        .is_pin_locked = (info.flags & CKF_USER_PIN_LOCKED) != 0,
    };
    return ERR_NONE;
}

static enum err list_slots(struct token_module *module, CK_SLOT_ID slots[SLOTS_MAX], CK_ULONG *ret_count)
{
    CK_ULONG count = 0;
    /* Asking for the number first is what makes a module look again (PKCS #11 5.5). */
    TRY_PKCS11("C_GetSlotList", module->f->C_GetSlotList(CK_TRUE, NULL, &count));
    count = SLOTS_MAX;
    TRY_PKCS11("C_GetSlotList", module->f->C_GetSlotList(CK_TRUE, slots, &count));
    *ret_count = count;
    return ERR_NONE;
}

enum err token_list(struct token_module *module, struct arena *arena, const struct token_info **ret_tokens,
                    size_t *ret_count)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG count;
    TRY(list_slots(module, slots, &count));
    struct token_info *tokens = NEW_ARRAY(arena, struct token_info, count + 1);
    size_t found = 0;
    for (CK_ULONG i = 0; i < count; i++) {
        if (read_info(module, arena, slots[i], &tokens[found]) != ERR_NONE) continue; /* taken out just now */
        if (tokens[found].is_initialised) found++;
    }
    *ret_tokens = tokens;
    *ret_count = found;
    return ERR_NONE;
}

/* The slot of the named token, or with is_empty the first slot whose token is not initialised. */
static enum err find_slot(struct token_module *module, const char *name, bool is_empty, CK_SLOT_ID *ret_slot)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG count;
    TRY(list_slots(module, slots, &count));
    struct arena *arena = arena_new();
    size_t found = 0;
    for (CK_ULONG i = 0; i < count; i++) {
        struct token_info info;
        if (read_info(module, arena, slots[i], &info) != ERR_NONE || info.is_initialised == is_empty) continue;
        if (name != NULL && strcmp(name, info.label) != 0 && strcmp(name, info.serial) != 0) continue;
        *ret_slot = slots[i];
        found++;
        if (is_empty) break;
    }
    arena_free(arena);
    if (found == 0) return err_set(ERR_NOT_FOUND, "there is no token%s%s", name == NULL ? "" : " ", name ? name : "");
    if (found > 1) return err_set(ERR_INVALID, "%zu tokens fit: name one by its serial", found);
    return ERR_NONE;
}

static enum err open_session(struct token_module *module, CK_SLOT_ID slot, CK_SESSION_HANDLE *ret_session)
{
    CK_FLAGS flags = CKF_SERIAL_SESSION | CKF_RW_SESSION;
    TRY_PKCS11("C_OpenSession", module->f->C_OpenSession(slot, flags, NULL, NULL, ret_session));
    return ERR_NONE;
}

static CK_RV log_in(struct token_module *module, CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin)
{
    return module->f->C_Login(session, user, (CK_UTF8CHAR *)pin, strlen(pin));
}

enum err token_initialise(struct token_module *module, const char *label, const char *so_pin, const char *user_pin)
{
    CK_SLOT_ID slot;
    if (strlen(label) > 32) return err_set(ERR_INVALID, "a token's label has at most 32 bytes");
    if (find_slot(module, label, false, &slot) != ERR_NOT_FOUND) return err_set(ERR_EXISTS, "token %s", label);
    if (find_slot(module, NULL, true, &slot) != ERR_NONE) return err_set(ERR_FULL, "no empty slot for a token");
    unsigned char padded[32];
    memset(padded, ' ', sizeof padded);
    memcpy(padded, label, strlen(label));
    CK_FUNCTION_LIST *f = module->f;
    TRY_PKCS11("C_InitToken", f->C_InitToken(slot, (CK_UTF8CHAR *)so_pin, strlen(so_pin), padded));
    /* SoftHSM renumbers its slots */
    TRY(find_slot(module, label, false, &slot));
    CK_SESSION_HANDLE session;
    TRY(open_session(module, slot, &session));
    CK_RV code = log_in(module, session, CKU_SO, so_pin);
    if (code == CKR_OK) code = f->C_InitPIN(session, (CK_UTF8CHAR *)user_pin, strlen(user_pin));
    f->C_CloseSession(session);
    return token_error("C_InitPIN", code);
}

/* Not all modules say CKR_PIN_LOCKED at the try that locks: the token's flags do (facts of cards tried). */
static enum err login_error(struct token_module *module, CK_SLOT_ID slot, CK_RV code)
{
    CK_TOKEN_INFO info;
    if (code == CKR_PIN_INCORRECT && module->f->C_GetTokenInfo(slot, &info) == CKR_OK &&
        (info.flags & CKF_USER_PIN_LOCKED))
        code = CKR_PIN_LOCKED;
    return token_error("C_Login", code);
}

enum err token_open(struct token_module *module, const char *name, enum token_user user, const char *pin,
                    struct token **ret_token)
{
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    TRY(find_slot(module, name, false, &slot));
    TRY(open_session(module, slot, &session));
    if (user != TOKEN_NOBODY) {
        CK_RV code = log_in(module, session, user == TOKEN_SO ? CKU_SO : CKU_USER, pin);
        if (code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN) {
            enum err error = login_error(module, slot, code);
            module->f->C_CloseSession(session);
            return error;
        }
    }
    struct token *token = memory_new(sizeof *token);
    *token = (struct token){module, module->f, slot, session, user != TOKEN_NOBODY};
    *ret_token = token;
    return ERR_NONE;
}

struct token *token_close(struct token *token)
{
    if (token == NULL) return NULL;
    if (token->is_logged_in) token->f->C_Logout(token->session);
    token->f->C_CloseSession(token->session);
    free(token);
    return NULL;
}

enum err token_info(struct token *token, struct arena *arena, struct token_info *ret_info)
{
    return read_info(token->module, arena, token->slot, ret_info);
}

enum err token_set_pin(struct token *token, const char *old_pin, const char *new_pin)
{
    return token_error("C_SetPIN", token->f->C_SetPIN(token->session, (CK_UTF8CHAR *)old_pin, strlen(old_pin),
                                                      (CK_UTF8CHAR *)new_pin, strlen(new_pin)));
}

enum err token_init_pin(struct token *token, const char *new_pin)
{
    return token_error("C_InitPIN",
                       token->f->C_InitPIN(token->session, (CK_UTF8CHAR *)(uintptr_t)new_pin, strlen(new_pin)));
}

enum err token_random(struct token *token, void *data, size_t size)
{
    return token_error("C_GenerateRandom", token->f->C_GenerateRandom(token->session, data, size));
}

enum err token_search(struct token *token, CK_ATTRIBUTE *wanted, CK_ULONG wanted_count, CK_OBJECT_HANDLE *ret_handles,
                      size_t *ret_count)
{
    CK_ULONG found = 0;
    TRY_PKCS11("C_FindObjectsInit", token->f->C_FindObjectsInit(token->session, wanted, wanted_count));
    CK_RV code = token->f->C_FindObjects(token->session, ret_handles, TOKEN_OBJECTS_MAX, &found);
    token->f->C_FindObjectsFinal(token->session);
    TRY_PKCS11("C_FindObjects", code);
    *ret_count = found;
    return ERR_NONE;
}

enum err token_attribute(struct token *token, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct arena *arena,
                         struct bytes *ret_value)
{
    CK_ATTRIBUTE attribute = {type, NULL, 0};
    CK_RV code = token->f->C_GetAttributeValue(token->session, object, &attribute, 1);
    bool is_absent = code == CKR_ATTRIBUTE_TYPE_INVALID || code == CKR_ATTRIBUTE_SENSITIVE;
    if (is_absent || (code == CKR_OK && attribute.ulValueLen == 0)) {
        *ret_value = (struct bytes){0};
        return ERR_NONE;
    }
    TRY_PKCS11("C_GetAttributeValue", code);
    attribute.pValue = arena_alloc(arena, attribute.ulValueLen);
    TRY_PKCS11("C_GetAttributeValue", token->f->C_GetAttributeValue(token->session, object, &attribute, 1));
    *ret_value = (struct bytes){attribute.pValue, attribute.ulValueLen};
    return ERR_NONE;
}
