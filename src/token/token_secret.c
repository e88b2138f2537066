/* Secret keys that stay on the token; what they wrap is sealed with AES-256-GCM. */
#include "token/token_internal.h"

#include <string.h>

#define NONCE_SIZE 12
#define TAG_BITS 128
#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum err find_secret(struct token *token, const char *label, CK_OBJECT_HANDLE *ret_key)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_LABEL, (void *)label, strlen(label)}};
    CK_OBJECT_HANDLE handles[TOKEN_OBJECTS_MAX];
    size_t count;
    TRY(token_search(token, wanted, COUNT(wanted), handles, &count));
    if (count == 0) return err_set(ERR_NOT_FOUND, "there is no secret key %s", label);
    *ret_key = handles[0];
    return ERR_NONE;
}

enum err token_make_secret(struct token *token, const char *label)
{
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG size = 32;
    CK_OBJECT_HANDLE handle;
    if (find_secret(token, label, &handle) == ERR_NONE) return err_set(ERR_EXISTS, "secret key %s", label);
    CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, NULL, 0};
    CK_ATTRIBUTE template[] = {
        {CKA_TOKEN, &yes, sizeof yes},       {CKA_PRIVATE, &yes, sizeof yes},
        {CKA_SENSITIVE, &yes, sizeof yes},   {CKA_EXTRACTABLE, &no, sizeof no},
        {CKA_ENCRYPT, &yes, sizeof yes},     {CKA_DECRYPT, &yes, sizeof yes},
        {CKA_VALUE_LEN, &size, sizeof size}, {CKA_LABEL, (void *)label, strlen(label)},
    };
    return token_error("C_GenerateKey",
                       token->f->C_GenerateKey(token->session, &mechanism, template, COUNT(template), &handle));
}

enum err token_destroy_secret(struct token *token, const char *label)
{
    CK_OBJECT_HANDLE handle;
    TRY(find_secret(token, label, &handle));
    return token_error("C_DestroyObject", token->f->C_DestroyObject(token->session, handle));
}

static CK_GCM_PARAMS gcm_of(const uint8_t *nonce, const char *context)
{
    return (CK_GCM_PARAMS){.pIv = (uint8_t *)nonce,
                           .ulIvLen = NONCE_SIZE,
                           .ulIvBits = NONCE_SIZE * 8,
                           .pAAD = (uint8_t *)context,
                           .ulAADLen = strlen(context),
                           .ulTagBits = TAG_BITS};
}

enum err token_wrap(struct token *token, struct arena *arena, const char *label, struct bytes plain,
                    const char *context, struct bytes *ret_wrapped)
{
    CK_OBJECT_HANDLE key;
    TRY(find_secret(token, label, &key));
    CK_ULONG size = plain.size + TAG_BITS / 8;
    uint8_t *wrapped = arena_alloc(arena, NONCE_SIZE + size);
    TRY(token_random(token, wrapped, NONCE_SIZE));
    CK_GCM_PARAMS gcm = gcm_of(wrapped, context);
    CK_MECHANISM mechanism = {CKM_AES_GCM, &gcm, sizeof gcm};
    TRY_PKCS11("C_EncryptInit", token->f->C_EncryptInit(token->session, &mechanism, key));
    TRY_PKCS11("C_Encrypt",
               token->f->C_Encrypt(token->session, (uint8_t *)plain.data, plain.size, wrapped + NONCE_SIZE, &size));
    *ret_wrapped = (struct bytes){wrapped, NONCE_SIZE + size};
    return ERR_NONE;
}

enum err token_unwrap(struct token *token, struct arena *arena, const char *label, struct bytes wrapped,
                      const char *context, struct bytes *ret_plain)
{
    CK_OBJECT_HANDLE key;
    if (wrapped.size < NONCE_SIZE + TAG_BITS / 8) return err_set(ERR_BROKEN, "wrapped bytes are too short");
    TRY(find_secret(token, label, &key));
    CK_GCM_PARAMS gcm = gcm_of(wrapped.data, context);
    CK_MECHANISM mechanism = {CKM_AES_GCM, &gcm, sizeof gcm};
    CK_ULONG size = wrapped.size;
    uint8_t *plain = arena_alloc(arena, size);
    TRY_PKCS11("C_DecryptInit", token->f->C_DecryptInit(token->session, &mechanism, key));
    CK_RV code = token->f->C_Decrypt(token->session, (uint8_t *)wrapped.data + NONCE_SIZE, wrapped.size - NONCE_SIZE,
                                     plain, &size);
    /* SoftHSM says CKR_GENERAL_ERROR when the tag does not fit */
    if (code != CKR_OK)
        return err_set(ERR_BROKEN, "C_Decrypt: code 0x%lx, wrapped bytes were changed", (unsigned long)code);
    *ret_plain = (struct bytes){plain, size};
    return ERR_NONE;
}
