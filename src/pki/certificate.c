/* Building certificates; reading them is certificate_read.c. */
#include "pki/certificate.h"

#include "base/secret.h"
#include "base/turkish.h"
#include "pki/der.h"

#include <string.h>

const struct certificate_profile profile_root = {
    .name = "root",
    .key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN,
    .is_ca = true,
    .path_length = -1,
};
const struct certificate_profile profile_issuing = {
    .name = "issuing",
    .key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN,
    .is_ca = true,
    .path_length = 0,
    .has_policy = true,
    .has_locations = true,
};
const struct certificate_profile profile_qualified = {
    .name = "qualified",
    .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_NON_REPUDIATION,
    .path_length = -1,
    .has_policy = true,
    .has_qualified_statements = true,
    .has_locations = true,
};
const struct certificate_profile profile_ocsp = {
    .name = "ocsp",
    .key_usage = KEY_USAGE_DIGITAL_SIGNATURE,
    .path_length = -1,
    .is_ocsp_signer = true,
};
/* The keeper's: for its word on its own box; who holds the root believes it. */
const struct certificate_profile profile_keeper = {
    .name = "keeper",
    .key_usage = KEY_USAGE_DIGITAL_SIGNATURE,
    .path_length = -1,
};

static struct bytes name_part(struct arena *arena, const char *oid, int tag, const char *value)
{
    if (value == NULL) return DER_NOTHING;
    return DER(arena, DER_SET, DER(arena, DER_SEQUENCE, der_oid(arena, oid), der_text(arena, tag, value)));
}

struct bytes name_der(struct arena *arena, const struct name *name)
{
    return DER(arena, DER_SEQUENCE, name_part(arena, "2.5.4.6", DER_PRINTABLE_STRING, name->country),
               name_part(arena, "2.5.4.10", DER_UTF8_STRING, name->organization),
               name_part(arena, "2.5.4.5", DER_PRINTABLE_STRING, name->serial_number),
               name_part(arena, "2.5.4.42", DER_UTF8_STRING, name->given_name),
               name_part(arena, "2.5.4.4", DER_UTF8_STRING, name->surname),
               name_part(arena, "2.5.4.3", DER_UTF8_STRING, name->common_name));
}

struct bytes certificate_serial_new(struct arena *arena)
{
    uint8_t *serial = arena_alloc(arena, 16);
    random_fill(serial, 16);
    serial[0] = (serial[0] & 0x7f) | 0x40; /* positive and always 16 bytes */
    return (struct bytes){serial, 16};
}

/* RFC 5280 4.2.1.4; the policy is named, its practice statement and its notice pointed to */
static struct bytes policies(struct arena *arena, const struct certificate_content *content)
{
    const struct certificate_terms *terms = content->terms;
    if (content->profile->is_ca)
        return DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, der_oid(arena, "2.5.29.32.0")));
    struct bytes practice = DER(arena, DER_SEQUENCE, der_oid(arena, "1.3.6.1.5.5.7.2.1"),
                                der_text(arena, DER_IA5_STRING, terms->practice_url));
    struct bytes notice = DER(arena, DER_SEQUENCE, der_oid(arena, "1.3.6.1.5.5.7.2.2"),
                              DER(arena, DER_SEQUENCE, der_text(arena, DER_UTF8_STRING, terms->notice)));
    return DER(arena, DER_SEQUENCE,
               DER(arena, DER_SEQUENCE, der_oid(arena, terms->policy), DER(arena, DER_SEQUENCE, practice, notice)));
}

/* ETSI EN 319 412-5 4.2.1 and the Turkish statement (spec 07, the profile) */
static struct bytes qualified_statements(struct arena *arena, const struct certificate_terms *terms)
{
    return DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, der_oid(arena, "0.4.0.1862.1.1")),
               DER(arena, DER_SEQUENCE, der_oid(arena, "2.16.792.1.61.0.1.5070.1.1"),
                   der_text(arena, DER_UTF8_STRING, terms->notice)));
}

static struct bytes access_location(struct arena *arena, const char *method, const char *url)
{
    return DER(arena, DER_SEQUENCE, der_oid(arena, method), der_text(arena, DER_CONTEXT(6), url));
}

static struct bytes basic_constraints(struct arena *arena, const struct certificate_profile *profile)
{
    struct bytes path = profile->path_length < 0 ? DER_NOTHING : der_integer(arena, profile->path_length);
    struct bytes is_ca = profile->is_ca ? der_true() : DER_NOTHING;
    return der_extension(arena, "2.5.29.19", profile->is_ca, DER(arena, DER_SEQUENCE, is_ca, path));
}

/* Of an authority's certificate the root has a CRL alone: it answers no OCSP questions. */
static struct bytes locations(struct arena *arena, const struct certificate_terms *terms, bool is_ca)
{
    struct bytes point =
        DER(arena, DER_SEQUENCE,
            DER(arena, DER_EXPLICIT(0), DER(arena, DER_EXPLICIT(0), der_text(arena, DER_CONTEXT(6), terms->crl_url))));
    struct bytes crl = der_extension(arena, "2.5.29.31", false, DER(arena, DER_SEQUENCE, point));
    struct bytes access =
        der_extension(arena, "1.3.6.1.5.5.7.1.1", false,
                      DER(arena, DER_SEQUENCE, access_location(arena, "1.3.6.1.5.5.7.48.2", terms->issuer_url),
                          is_ca ? DER_NOTHING : access_location(arena, "1.3.6.1.5.5.7.48.1", terms->ocsp_url)));
    uint8_t *both = arena_alloc(arena, crl.size + access.size);
    memcpy(both, crl.data, crl.size);
    memcpy(both + crl.size, access.data, access.size);
    return (struct bytes){both, crl.size + access.size};
}

static struct bytes extensions(struct arena *arena, const struct certificate_content *content)
{
    const struct certificate_profile *profile = content->profile;
    struct bytes authority =
        DER(arena, DER_SEQUENCE, DER(arena, DER_CONTEXT(0), public_key_id(arena, content->issuer_key)));
    struct bytes subject = DER(arena, DER_OCTET_STRING, public_key_id(arena, content->public_key));
    static const uint8_t null[] = {DER_NULL, 0};
    struct bytes usage =
        profile->is_ocsp_signer
            ? der_extension(arena, "2.5.29.37", false, DER(arena, DER_SEQUENCE, der_oid(arena, "1.3.6.1.5.5.7.3.9")))
            : DER_NOTHING;
    return DER(
        arena, DER_EXPLICIT(3),
        DER(arena, DER_SEQUENCE, der_extension(arena, "2.5.29.35", false, authority),
            der_extension(arena, "2.5.29.14", false, subject),
            der_extension(arena, "2.5.29.15", true, der_named_bits(arena, profile->key_usage)),
            basic_constraints(arena, profile), usage,
            profile->is_ocsp_signer ? der_extension(arena, "1.3.6.1.5.5.7.48.1.5", false, BYTES(null)) : DER_NOTHING,
            profile->has_policy ? der_extension(arena, "2.5.29.32", false, policies(arena, content)) : DER_NOTHING,
            profile->has_locations ? locations(arena, content->terms, profile->is_ca) : DER_NOTHING,
            profile->has_qualified_statements
                ? der_extension(arena, "1.3.6.1.5.5.7.1.3", false, qualified_statements(arena, content->terms))
                : DER_NOTHING));
}

static enum err check_terms(const struct certificate_content *content)
{
    const struct certificate_terms *terms = content->terms;
    if (content->profile->is_ca || !(content->profile->has_policy || content->profile->has_locations)) return ERR_NONE;
    const char *texts[] = {terms->policy,  terms->practice_url, terms->notice,
                           terms->crl_url, terms->issuer_url,   terms->ocsp_url};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] == NULL || texts[i][0] == '\0' || !text_is_utf8(texts[i]))
            return err_set(ERR_INVALID, "certificate terms are not complete");
    }
    if (text_length(terms->notice) > 200) return err_set(ERR_INVALID, "RFC 5280 4.2.1.4: notice over 200 characters");
    return ERR_NONE;
}

enum err certificate_build(struct arena *arena, const struct certificate_content *content,
                           struct bytes *ret_to_be_signed)
{
    static const uint8_t version_3[] = {DER_EXPLICIT(0), 3, DER_INTEGER, 1, 2};
    if (content->serial.size == 0 || content->serial.size > 20)
        return err_set(ERR_INVALID, "RFC 5280 4.1.2.2: serial of 1 to 20 octets");
    if (content->not_after_s <= content->not_before_s) return err_set(ERR_INVALID, "RFC 5280 4.1.2.5: validity");
    TRY(check_terms(content));
    TRY(public_key_check(content->public_key));
    *ret_to_be_signed =
        DER(arena, DER_SEQUENCE, BYTES(version_3), der_unsigned(arena, content->serial),
            signature_algorithm_der(content->algorithm), content->issuer_name,
            DER(arena, DER_SEQUENCE, der_time(arena, content->not_before_s), der_time(arena, content->not_after_s)),
            content->subject_name, content->public_key, extensions(arena, content));
    return ERR_NONE;
}

struct bytes certificate_wrap(struct arena *arena, struct bytes to_be_signed, enum signature_algorithm algorithm,
                              struct bytes signature)
{
    return DER(arena, DER_SEQUENCE, to_be_signed, signature_algorithm_der(algorithm), der_bit_string(arena, signature));
}

enum err certificate_sign(struct arena *arena, struct bytes to_be_signed, struct bytes issuer_key,
                          const struct external_signer *signer, struct bytes *ret_certificate)
{
    struct bytes signature;
    TRY(signer->sign(signer->context, to_be_signed, arena, &signature));
    if (public_key_verify(issuer_key, signer->algorithm, to_be_signed, signature) != ERR_NONE)
        return err_set(ERR_BROKEN, "the token's signature does not match the authority's key");
    *ret_certificate = certificate_wrap(arena, to_be_signed, signer->algorithm, signature);
    return ERR_NONE;
}
