#include "pki/passkey.h"

#include "pki/cbor.h"
#include "pki/der.h"
#include "pki/signature.h"

#include <jansson.h>
#include <string.h>

/* WebAuthn 6.1: SHA-256 of the relying party's id, flags, counter; then, by the flags, key and extensions */
#define FLAGS_AT 32
#define COUNTER_AT 33
#define DATA_SIZE_MIN 37
#define AAGUID_SIZE 16
#define FLAG_USER_PRESENT 0x01
#define FLAG_USER_VERIFIED 0x04
#define FLAG_KEY 0x40
#define FLAG_EXTENSIONS 0x80
#define PART_MAX 8192 /* of a packed assertion, and of what a registration brings */

/* RFC 8152 13.1, RFC 8230 4 */
#define COSE_KEY_TYPE 1
#define COSE_ALGORITHM 3
#define COSE_EC2 2
#define COSE_RSA 3
#define COSE_ES256 (-7)
#define COSE_RS256 (-257)

struct bytes passkey_pack(struct arena *arena, const struct passkey_assertion *assertion)
{
    return DER(arena, DER_SEQUENCE, DER(arena, DER_OCTET_STRING, assertion->credential_id),
               DER(arena, DER_OCTET_STRING, assertion->authenticator_data),
               DER(arena, DER_OCTET_STRING, assertion->client_data),
               DER(arena, DER_OCTET_STRING, assertion->signature));
}

enum err passkey_unpack(struct bytes packed, struct passkey_assertion *ret_assertion)
{
    struct der_reader reader = {packed};
    struct der_value whole, parts[4];
    TRY(der_expect(&reader, DER_SEQUENCE, &whole));
    if (!der_at_end(&reader)) return err_set(ERR_INVALID, "passkey: something after the assertion");
    reader.rest = whole.content;
    for (size_t i = 0; i < 4; i++) {
        TRY(der_expect(&reader, DER_OCTET_STRING, &parts[i]));
        if (parts[i].content.size == 0 || parts[i].content.size > (i == 0 ? PASSKEY_ID_MAX : PART_MAX))
            return err_set(ERR_INVALID, "passkey: size of a part");
    }
    if (!der_at_end(&reader)) return err_set(ERR_INVALID, "passkey: something after the signature");
    *ret_assertion = (struct passkey_assertion){parts[0].content, parts[1].content, parts[2].content, parts[3].content};
    return ERR_NONE;
}

const char *passkey_rp_id(struct arena *arena, const char *origin)
{
    const char *host = strstr(origin, "://");
    host = host == NULL ? origin : host + 3;
    return arena_text_n(arena, host, strcspn(host, ":/"));
}

/* -- client data (WebAuthn 5.8.1) -- */

static bool member_is(const json_t *object, const char *name, const char *wanted)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value != NULL && strcmp(value, wanted) == 0;
}

static enum err check_members(const json_t *object, const char *type, const char *challenge, const char *origin)
{
    const json_t *cross_origin = json_object_get(object, "crossOrigin");
    if (!json_is_object(object)) return err_set(ERR_INVALID, "passkey: client data is not an object");
    if (!member_is(object, "type", type)) return err_set(ERR_WRONG, "passkey: type");
    if (!member_is(object, "challenge", challenge)) return err_set(ERR_WRONG, "passkey: challenge");
    if (!member_is(object, "origin", origin)) return err_set(ERR_WRONG, "passkey: origin");
    /* absent in older browsers; in a stranger's frame nobody sees what he confirms */
    if (cross_origin != NULL && !json_is_false(cross_origin)) return err_set(ERR_WRONG, "passkey: cross-origin");
    if (json_object_get(object, "topOrigin") != NULL) return err_set(ERR_WRONG, "passkey: in another's frame");
    return ERR_NONE;
}

/* Members may be added to the JSON one day (5.8.1); the five that count must be there once and right. */
static enum err check_client_data(struct arena *arena, struct bytes client_data, const char *type,
                                  struct bytes challenge, const char *origin)
{
    if (client_data.size == 0 || client_data.size > PART_MAX) return err_set(ERR_INVALID, "passkey: client data");
    json_t *object = json_loadb((const char *)client_data.data, client_data.size, JSON_REJECT_DUPLICATES, NULL);
    if (object == NULL) return err_set(ERR_INVALID, "passkey: client data is not JSON");
    enum err error = check_members(object, type, base64url_encode(arena, challenge), origin);
    json_decref(object);
    return error;
}

/* -- authenticator data (WebAuthn 6.1) -- */

static enum err check_data(struct arena *arena, struct bytes data, const char *rp_id)
{
    if (data.size < DATA_SIZE_MIN || data.size > PART_MAX) return err_set(ERR_INVALID, "passkey: authenticator data");
    if (!bytes_equal((struct bytes){data.data, SHA256_SIZE}, sha256(arena, bytes_of_text(rp_id))))
        return err_set(ERR_WRONG, "passkey: relying party");
    if (!(data.data[FLAGS_AT] & FLAG_USER_PRESENT)) return err_set(ERR_WRONG, "passkey: user not present");
    if (!(data.data[FLAGS_AT] & FLAG_USER_VERIFIED)) return err_set(ERR_WRONG, "passkey: user not verified");
    return ERR_NONE;
}

/* What follows the fixed part and the key: a map of extensions when the flag says so, nothing else. */
static enum err check_extensions(struct cbor_reader *reader, uint8_t flags)
{
    if (flags & FLAG_EXTENSIONS) {
        struct cbor_reader map = *reader;
        TRY(cbor_map(&map, &(uint64_t){0}));
        TRY(cbor_skip(reader));
    }
    return cbor_at_end(reader) ? ERR_NONE : err_set(ERR_INVALID, "passkey: something after the authenticator data");
}

static uint32_t read_counter(struct bytes data)
{
    uint32_t counter = 0;
    for (size_t i = 0; i < 4; i++) counter = counter << 8 | data.data[COUNTER_AT + i];
    return counter;
}

uint32_t passkey_counter(const struct passkey_assertion *assertion)
{
    return read_counter(assertion->authenticator_data);
}

bool passkey_counter_follows(uint32_t known, uint32_t counter)
{
    return counter > known || (known == 0 && counter == 0);
}

/* -- signatures -- */

static struct bytes signed_bytes(struct arena *arena, struct bytes data, struct bytes client_data)
{
    struct bytes digest = sha256(arena, client_data);
    uint8_t *both = arena_alloc(arena, data.size + digest.size);
    memcpy(both, data.data, data.size);
    memcpy(both + data.size, digest.data, digest.size);
    return (struct bytes){both, data.size + digest.size};
}

#define P256_SPKI_SIZE 91

static enum err check_signature(struct arena *arena, struct bytes spki, struct bytes data, struct bytes client_data,
                                struct bytes signature)
{
    bool is_p256 = spki.size == P256_SPKI_SIZE; /* no RSA key of 2048 bits or more is as short; P-384 takes 120 */
    TRY(public_key_check(spki));
    return public_key_verify(spki, is_p256 ? SIGNATURE_ECDSA_SHA256 : SIGNATURE_RSA_SHA256,
                             signed_bytes(arena, data, client_data), signature);
}

enum err passkey_verify(struct arena *arena, const char *rp_id, const char *origin, struct bytes spki,
                        struct bytes challenge, const struct passkey_assertion *assertion)
{
    struct bytes data = assertion->authenticator_data;
    if (assertion->credential_id.size == 0 || assertion->credential_id.size > PASSKEY_ID_MAX)
        return err_set(ERR_INVALID, "passkey: credential id");
    TRY(check_client_data(arena, assertion->client_data, "webauthn.get", challenge, origin));
    TRY(check_data(arena, data, rp_id));
    /* 6.1: an assertion brings no key */
    if (data.data[FLAGS_AT] & FLAG_KEY) return err_set(ERR_INVALID, "passkey: a key in an assertion");
    struct cbor_reader rest = {{data.data + DATA_SIZE_MIN, data.size - DATA_SIZE_MIN}};
    TRY(check_extensions(&rest, data.data[FLAGS_AT]));
    return check_signature(arena, spki, data, assertion->client_data, assertion->signature);
}

/* -- registration -- */

static enum err read_p256(struct arena *arena, struct cbor_reader *reader, struct bytes *ret_spki)
{
    struct bytes x, y;
    uint8_t point[65] = {4};
    TRY(cbor_expect_integer(reader, -1));
    TRY(cbor_expect_integer(reader, 1)); /* P-256 */
    TRY(cbor_expect_integer(reader, -2));
    TRY(cbor_bytes(reader, &x));
    TRY(cbor_expect_integer(reader, -3));
    TRY(cbor_bytes(reader, &y));
    if (x.size != 32 || y.size != 32) return err_set(ERR_INVALID, "passkey: size of a coordinate");
    memcpy(point + 1, x.data, 32);
    memcpy(point + 33, y.data, 32);
    return public_key_of_point(arena, BYTES(point), ret_spki);
}

static enum err read_rsa(struct arena *arena, struct cbor_reader *reader, struct bytes *ret_spki)
{
    struct bytes modulus, exponent;
    TRY(cbor_expect_integer(reader, -1));
    TRY(cbor_bytes(reader, &modulus));
    TRY(cbor_expect_integer(reader, -2));
    TRY(cbor_bytes(reader, &exponent));
    /* RFC 8230 4: no leading zero octets */
    if (modulus.size == 0 || exponent.size == 0 || modulus.data[0] == 0 || exponent.data[0] == 0)
        return err_set(ERR_INVALID, "passkey: RSA numbers");
    return public_key_of_modulus(arena, modulus, exponent, ret_spki);
}

/* COSE_Key (RFC 8152 7) of the two kinds we asked for, in the order that canonical CBOR gives. */
static enum err read_cose_key(struct arena *arena, struct cbor_reader *reader, int64_t *ret_algorithm,
                              struct bytes *ret_spki)
{
    uint64_t pairs;
    int64_t type, algorithm;
    TRY(cbor_map(reader, &pairs));
    TRY(cbor_expect_integer(reader, COSE_KEY_TYPE));
    TRY(cbor_integer(reader, &type));
    TRY(cbor_expect_integer(reader, COSE_ALGORITHM));
    TRY(cbor_integer(reader, &algorithm));
    *ret_algorithm = algorithm;
    if (pairs == 5 && type == COSE_EC2 && algorithm == COSE_ES256) return read_p256(arena, reader, ret_spki);
    if (pairs == 4 && type == COSE_RSA && algorithm == COSE_RS256) return read_rsa(arena, reader, ret_spki);
    return err_set(ERR_INVALID, "passkey: neither ES256 nor RS256");
}

static enum err read_attested_key(struct arena *arena, struct bytes data, int64_t *ret_algorithm,
                                  struct passkey_registration *ret_registration)
{
    size_t fixed = DATA_SIZE_MIN + AAGUID_SIZE + 2;
    if (!(data.data[FLAGS_AT] & FLAG_KEY) || data.size < fixed) return err_set(ERR_INVALID, "passkey: no key");
    size_t id_size = (size_t)data.data[fixed - 2] << 8 | data.data[fixed - 1];
    if (id_size == 0 || id_size > PASSKEY_ID_MAX || data.size - fixed < id_size)
        return err_set(ERR_INVALID, "passkey: credential id");
    struct passkey_registration registration = {
        .credential_id = {data.data + fixed, id_size},
        .counter = read_counter(data),
    };
    struct cbor_reader reader = {{data.data + fixed + id_size, data.size - fixed - id_size}};
    TRY(read_cose_key(arena, &reader, ret_algorithm, &registration.spki));
    TRY(check_extensions(&reader, data.data[FLAGS_AT]));
    *ret_registration = registration;
    return ERR_NONE;
}

struct attestation {
    struct bytes format;
    struct bytes statement; /* the whole map */
    struct bytes data;
};

/* WebAuthn 6.5.4 */
static enum err read_attestation(struct bytes object, struct attestation *ret_attestation)
{
    struct cbor_reader reader = {object};
    struct attestation found;
    uint64_t pairs;
    TRY(cbor_map(&reader, &pairs));
    if (pairs != 3) return err_set(ERR_INVALID, "passkey: attestation object");
    TRY(cbor_expect_text(&reader, "fmt"));
    TRY(cbor_text(&reader, &found.format));
    TRY(cbor_expect_text(&reader, "attStmt"));
    found.statement = reader.rest;
    TRY(cbor_skip(&reader));
    found.statement.size -= reader.rest.size;
    TRY(cbor_expect_text(&reader, "authData"));
    TRY(cbor_bytes(&reader, &found.data));
    if (!cbor_at_end(&reader)) return err_set(ERR_INVALID, "passkey: something after the attestation object");
    *ret_attestation = found;
    return ERR_NONE;
}

/* 8.2, self attestation: the key signs its own registration. */
static enum err check_packed(struct arena *arena, const struct attestation *attestation, int64_t algorithm,
                             struct bytes spki, struct bytes client_data)
{
    struct cbor_reader reader = {attestation->statement};
    struct bytes signature;
    uint64_t pairs;
    TRY(cbor_map(&reader, &pairs));
    if (pairs != 2) return err_set(ERR_INVALID, "passkey: attestation with certificates");
    TRY(cbor_expect_text(&reader, "alg"));
    TRY(cbor_expect_integer(&reader, algorithm));
    TRY(cbor_expect_text(&reader, "sig"));
    TRY(cbor_bytes(&reader, &signature));
    return check_signature(arena, spki, attestation->data, client_data, signature);
}

static enum err check_attestation(struct arena *arena, const struct attestation *attestation, int64_t algorithm,
                                  struct bytes spki, struct bytes client_data)
{
    static const uint8_t empty_map[] = {0xa0};
    if (bytes_equal(attestation->format, bytes_of_text("packed")))
        return check_packed(arena, attestation, algorithm, spki, client_data);
    if (!bytes_equal(attestation->format, bytes_of_text("none")))
        return err_set(ERR_INVALID, "passkey: attestation other than none");
    /* 8.7 */
    return bytes_equal(attestation->statement, BYTES(empty_map))
               ? ERR_NONE
               : err_set(ERR_INVALID, "passkey: attestation none with a statement");
}

enum err passkey_read_registration(struct arena *arena, const char *rp_id, const char *origin, struct bytes challenge,
                                   struct bytes attestation_object, struct bytes client_data,
                                   struct passkey_registration *ret_registration)
{
    struct attestation attestation;
    struct passkey_registration registration;
    int64_t algorithm;
    if (attestation_object.size > PART_MAX) return err_set(ERR_TOO_LARGE, "passkey: attestation object");
    TRY(check_client_data(arena, client_data, "webauthn.create", challenge, origin));
    TRY(read_attestation(attestation_object, &attestation));
    TRY(check_data(arena, attestation.data, rp_id));
    TRY(read_attested_key(arena, attestation.data, &algorithm, &registration));
    TRY(check_attestation(arena, &attestation, algorithm, registration.spki, client_data));
    *ret_registration = registration;
    return ERR_NONE;
}
