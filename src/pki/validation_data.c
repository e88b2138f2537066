#include "pki/validation_data.h"

#include "pki/der.h"
#include "pki/openssl.h"

/* OCSPResponse ::= SEQUENCE { successful, [0] { id-pkix-ocsp-basic, OCTET STRING BasicOCSPResponse } } */
static enum err basic_of(struct bytes response, struct bytes *ret_basic)
{
    struct der_reader reader = {response};
    struct der_value value;
    TRY(der_expect(&reader, DER_SEQUENCE, &value));
    reader.rest = value.content;
    TRY(der_expect(&reader, DER_ENUMERATED, &value));
    TRY(der_expect(&reader, DER_EXPLICIT(0), &value));
    reader.rest = value.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &value));
    reader.rest = value.content;
    TRY(der_expect(&reader, DER_OID, &value));
    TRY(der_expect(&reader, DER_OCTET_STRING, &value));
    *ret_basic = value.content;
    return ERR_NONE;
}

enum err validation_data_write(struct arena *arena, const struct validation_data *data, struct bytes *ret_der)
{
    struct bytes certificates[VALIDATION_CHAIN_MAX], basic = DER_NOTHING;
    for (size_t i = 0; i < data->chain_count; i++) certificates[i] = data->chain[i].der;
    if (data->ocsp.size > 0) TRY(basic_of(data->ocsp, &basic));
    struct bytes crls = data->crl_count == 0
                            ? DER_NOTHING
                            : DER(arena, DER_EXPLICIT(0), der_join(arena, DER_SEQUENCE, data->crls, data->crl_count));
    struct bytes answers = basic.size == 0 ? DER_NOTHING : DER(arena, DER_EXPLICIT(1), DER(arena, DER_SEQUENCE, basic));
    *ret_der = DER(arena, DER_SEQUENCE, der_join(arena, DER_SEQUENCE, certificates, data->chain_count),
                   DER(arena, DER_SEQUENCE, crls, answers));
    return ERR_NONE;
}

static enum err read_chain(struct arena *arena, struct bytes content, struct validation_data *data)
{
    struct der_reader reader = {content};
    struct der_value value;
    while (!der_at_end(&reader)) {
        if (data->chain_count == VALIDATION_CHAIN_MAX) return err_set(ERR_INVALID, "a chain too long");
        TRY(der_expect(&reader, DER_SEQUENCE, &value));
        TRY(certificate_parse(arena, value.whole, &data->chain[data->chain_count++]));
    }
    return ERR_NONE;
}

static enum err read_crls(struct bytes content, struct validation_data *data)
{
    struct der_reader reader = {content};
    struct der_value value;
    TRY(der_expect(&reader, DER_SEQUENCE, &value));
    reader.rest = value.content;
    while (!der_at_end(&reader)) {
        if (data->crl_count == VALIDATION_CHAIN_MAX) return err_set(ERR_INVALID, "too many CRLs");
        TRY(der_expect(&reader, DER_SEQUENCE, &value));
        data->crls[data->crl_count++] = value.whole;
    }
    return ERR_NONE;
}

static enum err read_ocsp(struct arena *arena, struct bytes content, struct validation_data *data)
{
    struct der_reader reader = {content};
    struct der_value value;
    TRY(der_expect(&reader, DER_SEQUENCE, &value));
    reader.rest = value.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &value));
    if (!der_at_end(&reader)) return err_set(ERR_INVALID, "more than one OCSP answer");
    data->ocsp = ocsp_response_wrap(arena, value.whole);
    return ERR_NONE;
}

enum err validation_data_read(struct arena *arena, struct bytes der, struct validation_data *ret_data)
{
    struct validation_data data = {0};
    struct der_reader reader = {der};
    struct der_value whole, certificates, revocation, value;
    TRY(der_expect(&reader, DER_SEQUENCE, &whole));
    if (!der_at_end(&reader)) return err_set(ERR_INVALID, "validation data with more behind it");
    reader.rest = whole.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &certificates));
    TRY(der_expect(&reader, DER_SEQUENCE, &revocation));
    TRY(read_chain(arena, certificates.content, &data));
    reader.rest = revocation.content;
    while (!der_at_end(&reader)) {
        TRY(der_next(&reader, &value));
        if (value.tag == DER_EXPLICIT(0)) TRY(read_crls(value.content, &data));
        else if (value.tag == DER_EXPLICIT(1)) TRY(read_ocsp(arena, value.content, &data));
        else return err_set(ERR_INVALID, "revocation values of another kind");
    }
    *ret_data = data;
    return ERR_NONE;
}

/* Any of the lists that this issuer signed. */
static enum err look_into_crls(const struct validation_data *data, const struct certificate *certificate,
                               const struct certificate *issuer, struct revocation_said *ret_said)
{
    for (size_t i = 0; i < data->crl_count; i++) {
        if (crl_check(data->crls[i], certificate, issuer, ret_said) == ERR_NONE) return ERR_NONE;
    }
    return err_set(ERR_WRONG, "no revocation evidence of %s", issuer->subject_text);
}

static enum err look_up(struct arena *arena, const struct validation_data *data, const struct certificate *signer,
                        size_t at, int64_t made_s, int64_t now_s, struct revocation_said *ret_said)
{
    const struct certificate *certificate = at == 0 ? signer : &data->chain[at - 1], *issuer = &data->chain[at];
    struct revocation_said said;
    bool is_answer = at == 0 && data->ocsp.size > 0;
    if (is_answer) TRY(ocsp_response_check(arena, data->ocsp, certificate, issuer, (struct bytes){0}, now_s, &said));
    else TRY(look_into_crls(data, certificate, issuer, &said));
    if (now_s > said.next_update_s || (is_answer && said.this_update_s < made_s))
        return err_set(ERR_WRONG, "revocation evidence of another time");
    *ret_said = said;
    return ERR_NONE;
}

enum err validation_data_check(struct arena *arena, const struct validation_data *data,
                               const struct certificate *signer, int64_t made_s, int64_t now_s,
                               struct revocation_said *ret_said)
{
    struct revocation_said worst = {0};
    if (data->chain_count == 0) return err_set(ERR_WRONG, "no chain");
    for (size_t i = 0; i < data->chain_count; i++) {
        struct revocation_said said;
        TRY(certificate_check_issuer(i == 0 ? signer : &data->chain[i - 1], &data->chain[i]));
        TRY(look_up(arena, data, signer, i, made_s, now_s, &said));
        if (said.is_revoked && !worst.is_revoked) worst = said;
    }
    const struct certificate *root = &data->chain[data->chain_count - 1];
    TRY(certificate_check_issuer(root, root));
    *ret_said = worst;
    return ERR_NONE;
}

static const char *address_of(struct arena *arena, const GENERAL_NAME *name)
{
    int kind;
    const ASN1_IA5STRING *text = GENERAL_NAME_get0_value(name, &kind);
    if (kind != GEN_URI) return NULL;
    return arena_text_n(arena, (const char *)ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
}

static const char *crl_address(struct arena *arena, const X509 *x509)
{
    const char *found = NULL;
    CRL_DIST_POINTS *points = X509_get_ext_d2i(x509, NID_crl_distribution_points, NULL, NULL);
    for (int i = 0; i < sk_DIST_POINT_num(points) && found == NULL; i++) {
        const DIST_POINT_NAME *point = sk_DIST_POINT_value(points, i)->distpoint;
        if (point == NULL || point->type != 0) continue;
        for (int k = 0; k < sk_GENERAL_NAME_num(point->name.fullname) && found == NULL; k++)
            found = address_of(arena, sk_GENERAL_NAME_value(point->name.fullname, k));
    }
    CRL_DIST_POINTS_free(points);
    return found;
}

static const char *ocsp_address(struct arena *arena, const X509 *x509)
{
    const char *found = NULL;
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access) && found == NULL; i++) {
        const ACCESS_DESCRIPTION *description = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(description->method) == NID_ad_OCSP) found = address_of(arena, description->location);
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return found;
}

enum err certificate_find_locations(struct arena *arena, const struct certificate *certificate,
                                    struct certificate_locations *ret_locations)
{
    const uint8_t *at = certificate->der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)certificate->der.size);
    if (x509 == NULL) return err_set(ERR_INVALID, "not a certificate");
    *ret_locations = (struct certificate_locations){crl_address(arena, x509), ocsp_address(arena, x509)};
    X509_free(x509);
    return ERR_NONE;
}
