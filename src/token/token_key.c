/* Key pairs and certificates on a token, and signing. */
#include "token/token_internal.h"

#include <string.h>

#define TEXT_ATTRIBUTE(type, text)                                                                                     \
    {                                                                                                                  \
        type, (void *)(text), strlen(text)                                                                             \
    }
#define BYTES_ATTRIBUTE(type, bytes)                                                                                   \
    {                                                                                                                  \
        type, (void *)(bytes).data, (bytes).size                                                                       \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* RFC 5480 2.1.1.1, DER */
static const uint8_t curve_p256[] = {6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7};
static const uint8_t curve_p384[] = {6, 5, 0x2b, 0x81, 4, 0, 0x22};

static struct bytes curve_of(enum token_key_kind kind)
{
    return kind == TOKEN_EC_P256 ? BYTES(curve_p256) : BYTES(curve_p384);
}

static CK_ULONG modulus_bits(enum token_key_kind kind)
{
    return kind == TOKEN_RSA_2048 ? 2048 : kind == TOKEN_RSA_3072 ? 3072 : 4096;
}

static bool is_ec(enum token_key_kind kind)
{
    return kind == TOKEN_EC_P256 || kind == TOKEN_EC_P384;
}

/* CKA_EC_POINT is an OCTET STRING around the point; some libraries give the point alone. */
static struct bytes bare_point(struct bytes value)
{
    if (value.size > 2 && value.data[0] == 4 && value.data[1] == value.size - 2)
        return (struct bytes){value.data + 2, value.size - 2};
    if (value.size > 3 && value.data[0] == 4 && value.data[1] == 0x81 && value.data[2] == value.size - 3)
        return (struct bytes){value.data + 3, value.size - 3};
    return value;
}

static enum err read_public(struct token *token, struct arena *arena, CK_OBJECT_HANDLE handle, struct token_key *key)
{
    struct bytes type, value, exponent;
    TRY(token_attribute(token, handle, CKA_KEY_TYPE, arena, &type));
    CK_KEY_TYPE key_type = 0;
    if (type.size == sizeof key_type) memcpy(&key_type, type.data, sizeof key_type);
    if (key_type == CKK_EC) {
        TRY(token_attribute(token, handle, CKA_EC_POINT, arena, &value));
        value = bare_point(value);
        key->kind = value.size == 97 ? TOKEN_EC_P384 : TOKEN_EC_P256;
        return public_key_of_point(arena, value, &key->public_key);
    }
    if (key_type != CKK_RSA) return err_set(ERR_INVALID, "key of another kind");
    TRY(token_attribute(token, handle, CKA_MODULUS, arena, &value));
    TRY(token_attribute(token, handle, CKA_PUBLIC_EXPONENT, arena, &exponent));
    key->kind = value.size <= 257 ? TOKEN_RSA_2048 : value.size <= 385 ? TOKEN_RSA_3072 : TOKEN_RSA_4096;
    return public_key_of_modulus(arena, value, exponent, &key->public_key);
}

enum err token_make_key(struct token *token, struct arena *arena, enum token_key_kind kind, const char *label,
                        struct bytes id, struct token_key *ret_key)
{
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG bits = modulus_bits(kind);
    uint8_t exponent[] = {1, 0, 1};
    struct bytes curve = curve_of(kind);
    CK_MECHANISM mechanism = {is_ec(kind) ? CKM_EC_KEY_PAIR_GEN : CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0};
    CK_ATTRIBUTE public_template[] = {
        {CKA_TOKEN, &yes, sizeof yes},
        {CKA_VERIFY, &yes, sizeof yes},
        {CKA_ENCRYPT, &no, sizeof no},
        {CKA_WRAP, &no, sizeof no},
        TEXT_ATTRIBUTE(CKA_LABEL, label),
        BYTES_ATTRIBUTE(CKA_ID, id),
        {CKA_EC_PARAMS, (void *)curve.data, curve.size},
        {CKA_PUBLIC_EXPONENT, exponent, sizeof exponent},
    };
    if (!is_ec(kind)) public_template[6] = (CK_ATTRIBUTE){CKA_MODULUS_BITS, &bits, sizeof bits};
    CK_ATTRIBUTE private_template[] = {
        {CKA_TOKEN, &yes, sizeof yes},     {CKA_PRIVATE, &yes, sizeof yes},  {CKA_SENSITIVE, &yes, sizeof yes},
        {CKA_EXTRACTABLE, &no, sizeof no}, {CKA_SIGN, &yes, sizeof yes},     {CKA_DECRYPT, &no, sizeof no},
        {CKA_UNWRAP, &no, sizeof no},      TEXT_ATTRIBUTE(CKA_LABEL, label), BYTES_ATTRIBUTE(CKA_ID, id),
    };
    CK_OBJECT_HANDLE public_handle, private_handle;
    TRY_PKCS11("C_GenerateKeyPair",
               token->f->C_GenerateKeyPair(token->session, &mechanism, public_template,
                                           COUNT(public_template) - (is_ec(kind) ? 1 : 0), private_template,
                                           COUNT(private_template), &public_handle, &private_handle));
    struct token_key key = {
        .label = arena_text(arena, label), .id = bytes_copy(arena, id), .private_handle = private_handle};
    TRY(read_public(token, arena, public_handle, &key));
    *ret_key = key;
    return ERR_NONE;
}

/* Public key object with the private key's id. */
static enum err find_public(struct token *token, struct arena *arena, struct token_key *key)
{
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, BYTES_ATTRIBUTE(CKA_ID, key->id)};
    CK_OBJECT_HANDLE *handles = NEW_ARRAY(arena, CK_OBJECT_HANDLE, TOKEN_OBJECTS_MAX);
    size_t count;
    TRY(token_search(token, wanted, COUNT(wanted), handles, &count));
    if (count == 0) return err_set(ERR_NOT_FOUND, "the public key of %s is not on the token", key->label);
    return read_public(token, arena, handles[0], key);
}

enum err token_list_keys(struct token *token, struct arena *arena, const struct token_key **ret_keys, size_t *ret_count)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}};
    CK_OBJECT_HANDLE *handles = NEW_ARRAY(arena, CK_OBJECT_HANDLE, TOKEN_OBJECTS_MAX);
    size_t count, found = 0;
    TRY(token_search(token, wanted, COUNT(wanted), handles, &count));
    struct token_key *keys = NEW_ARRAY(arena, struct token_key, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct token_key *key = &keys[found];
        struct bytes label;
        TRY(token_attribute(token, handles[i], CKA_LABEL, arena, &label));
        TRY(token_attribute(token, handles[i], CKA_ID, arena, &key->id));
        key->label = arena_text_n(arena, (const char *)label.data, label.size);
        key->private_handle = handles[i];
        enum err error = find_public(token, arena, key);
        if (error == ERR_NONE) found++;
        else if (error != ERR_NOT_FOUND && error != ERR_INVALID) return error; /* other kinds are not ours to use */
    }
    *ret_keys = keys;
    *ret_count = found;
    return ERR_NONE;
}

enum err token_find_key(struct token *token, struct arena *arena, const char *label, struct token_key *ret_key)
{
    const struct token_key *keys, *match = NULL;
    size_t count;
    TRY(token_list_keys(token, arena, &keys, &count));
    for (size_t i = 0; i < count; i++) {
        if (label != NULL && strcmp(keys[i].label, label) != 0) continue;
        if (match != NULL) return err_set(ERR_INVALID, "several keys fit");
        match = &keys[i];
    }
    if (match == NULL) return err_set(ERR_NOT_FOUND, "there is no key%s%s", label ? " " : "", label ? label : "");
    *ret_key = *match;
    return ERR_NONE;
}

enum err token_list_certificates(struct token *token, struct arena *arena,
                                 const struct token_certificate **ret_certificates, size_t *ret_count)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}};
    CK_OBJECT_HANDLE *handles = NEW_ARRAY(arena, CK_OBJECT_HANDLE, TOKEN_OBJECTS_MAX);
    size_t count;
    TRY(token_search(token, wanted, COUNT(wanted), handles, &count));
    struct token_certificate *certificates = NEW_ARRAY(arena, struct token_certificate, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct bytes label;
        TRY(token_attribute(token, handles[i], CKA_LABEL, arena, &label));
        TRY(token_attribute(token, handles[i], CKA_ID, arena, &certificates[i].id));
        TRY(token_attribute(token, handles[i], CKA_VALUE, arena, &certificates[i].der));
        certificates[i].label = arena_text_n(arena, (const char *)label.data, label.size);
    }
    *ret_certificates = certificates;
    *ret_count = count;
    return ERR_NONE;
}

enum err token_write_certificate(struct token *token, const char *label, struct bytes id, struct bytes der,
                                 struct bytes subject_name)
{
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_CERTIFICATE_TYPE type = CKC_X_509;
    CK_ATTRIBUTE template[] = {
        {CKA_CLASS, &class, sizeof class},
        {CKA_CERTIFICATE_TYPE, &type, sizeof type},
        {CKA_TOKEN, &yes, sizeof yes},
        {CKA_PRIVATE, &no, sizeof no},
        TEXT_ATTRIBUTE(CKA_LABEL, label),
        BYTES_ATTRIBUTE(CKA_ID, id),
        BYTES_ATTRIBUTE(CKA_SUBJECT, subject_name),
        BYTES_ATTRIBUTE(CKA_VALUE, der),
    };
    CK_OBJECT_HANDLE handle;
    return token_error("C_CreateObject", token->f->C_CreateObject(token->session, template, COUNT(template), &handle));
}

/* RFC 8017 9.2: DigestInfo of SHA-256, before the digest */
static const uint8_t digest_info_sha256[] = {0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1,
                                             0x65, 3,    4,    2,    1, 5, 0,    4,    0x20};

static CK_MECHANISM mechanism_of(enum signature_algorithm algorithm, CK_RSA_PKCS_PSS_PARAMS *pss)
{
    bool is_384 = signature_hash_size(algorithm) == 48;
    *pss = (CK_RSA_PKCS_PSS_PARAMS){is_384 ? CKM_SHA384 : CKM_SHA256, is_384 ? CKG_MGF1_SHA384 : CKG_MGF1_SHA256,
                                    is_384 ? 48 : 32};
    switch (algorithm) {
    case SIGNATURE_RSA_SHA256: return (CK_MECHANISM){CKM_RSA_PKCS, NULL, 0};
    case SIGNATURE_RSA_PSS_SHA256:
    case SIGNATURE_RSA_PSS_SHA384: return (CK_MECHANISM){CKM_RSA_PKCS_PSS, pss, sizeof *pss};
    default: return (CK_MECHANISM){CKM_ECDSA, NULL, 0};
    }
}

static struct bytes signature_input(struct arena *arena, enum signature_algorithm algorithm, struct bytes message)
{
    struct bytes digest = signature_hash(arena, algorithm, message);
    if (algorithm != SIGNATURE_RSA_SHA256) return digest;
    uint8_t *info = arena_alloc(arena, sizeof digest_info_sha256 + digest.size);
    memcpy(info, digest_info_sha256, sizeof digest_info_sha256);
    memcpy(info + sizeof digest_info_sha256, digest.data, digest.size);
    return (struct bytes){info, sizeof digest_info_sha256 + digest.size};
}

enum err token_sign(struct token *token, const struct token_key *key, enum signature_algorithm algorithm,
                    struct bytes message, struct arena *arena, struct bytes *ret_signature)
{
    bool is_ecdsa = algorithm == SIGNATURE_ECDSA_SHA256 || algorithm == SIGNATURE_ECDSA_SHA384;
    if (is_ecdsa != is_ec(key->kind)) return err_set(ERR_INVALID, "key and algorithm do not fit");
    CK_RSA_PKCS_PSS_PARAMS pss;
    CK_MECHANISM mechanism = mechanism_of(algorithm, &pss);
    struct bytes input = signature_input(arena, algorithm, message);
    CK_ULONG size = 512; /* RSA-4096 */
    uint8_t *value = arena_alloc(arena, size);
    TRY_PKCS11("C_SignInit", token->f->C_SignInit(token->session, &mechanism, key->private_handle));
    TRY_PKCS11("C_Sign", token->f->C_Sign(token->session, (uint8_t *)input.data, input.size, value, &size));
    struct bytes signature = {value, size};
    *ret_signature = is_ecdsa ? signature_of_pair(arena, signature) : signature;
    return ERR_NONE;
}

static enum signature_algorithm usual_algorithm(enum token_key_kind kind)
{
    return kind == TOKEN_EC_P256   ? SIGNATURE_ECDSA_SHA256
           : kind == TOKEN_EC_P384 ? SIGNATURE_ECDSA_SHA384
                                   : SIGNATURE_RSA_SHA256;
}

static enum err sign_with_token(void *context, struct bytes to_be_signed, struct arena *arena,
                                struct bytes *ret_signature)
{
    struct token_signing *signing = context;
    return token_sign(signing->token, &signing->key, usual_algorithm(signing->key.kind), to_be_signed, arena,
                      ret_signature);
}

struct external_signer token_signer(struct token_signing *signing)
{
    return (struct external_signer){usual_algorithm(signing->key.kind), sign_with_token, signing};
}
