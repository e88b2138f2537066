#include "pki/cades.h"

#include "pki/der.h"

#include <string.h>

#include "pki/openssl.h"

#define ID_DATA "1.2.840.113549.1.7.1"
#define ID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define ID_CONTENT_TYPE "1.2.840.113549.1.9.3"
#define ID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define ID_SIGNING_TIME "1.2.840.113549.1.9.5"
#define ID_SIGNING_CERTIFICATE_V2 "1.2.840.113549.1.9.16.2.47"
#define ID_SHA256 "2.16.840.1.101.3.4.2.1"
#define ID_SHA384 "2.16.840.1.101.3.4.2.2"

static struct bytes attribute(struct arena *arena, const char *oid, struct bytes value)
{
    return DER(arena, DER_SEQUENCE, der_oid(arena, oid), DER(arena, DER_SET, value));
}

static struct bytes issuer_and_serial(struct arena *arena, const struct certificate *certificate)
{
    return DER(arena, DER_SEQUENCE, certificate->issuer_name, der_unsigned(arena, certificate->serial_bytes));
}

/* RFC 5035 3: SHA-256 is the default and therefore not written */
static struct bytes signing_certificate(struct arena *arena, const struct certificate *certificate)
{
    struct bytes names = DER(arena, DER_SEQUENCE, DER(arena, DER_EXPLICIT(4), certificate->issuer_name));
    struct bytes id = DER(arena, DER_SEQUENCE, DER(arena, DER_OCTET_STRING, sha256(arena, certificate->der)),
                          DER(arena, DER_SEQUENCE, names, der_unsigned(arena, certificate->serial_bytes)));
    return DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, id));
}

enum err cades_sign(struct arena *arena, struct bytes content, const struct certificate *certificate,
                    int64_t signing_time_s, const struct external_signer *signer, struct bytes *ret_cms)
{
    static const uint8_t version_1[] = {DER_INTEGER, 1, 1};
    enum signature_algorithm algorithm = signer->algorithm;
    const char *hash = signature_hash_size(algorithm) == 48 ? ID_SHA384 : ID_SHA256;
    struct bytes hash_algorithm = DER(arena, DER_SEQUENCE, der_oid(arena, hash));
    struct bytes attributes[] = {
        attribute(arena, ID_CONTENT_TYPE, der_oid(arena, ID_DATA)),
        attribute(arena, ID_MESSAGE_DIGEST, DER(arena, DER_OCTET_STRING, signature_hash(arena, algorithm, content))),
        attribute(arena, ID_SIGNING_TIME, der_time(arena, signing_time_s)),
        attribute(arena, ID_SIGNING_CERTIFICATE_V2, signing_certificate(arena, certificate)),
    };
    /* RFC 5652 5.4: signed as a SET OF, carried under the tag [0] */
    struct bytes signed_set = der_set_of(arena, DER_SET, attributes, sizeof attributes / sizeof *attributes);
    struct bytes signature;
    TRY(signer->sign(signer->context, signed_set, arena, &signature));
    if (public_key_verify(certificate->public_key, algorithm, signed_set, signature) != ERR_NONE)
        return err_set(ERR_WRONG, "the certificate does not belong to the key that signed");
    uint8_t *carried = arena_alloc(arena, signed_set.size);
    memcpy(carried, signed_set.data, signed_set.size);
    carried[0] = DER_EXPLICIT(0);
    struct bytes signer_info = DER(arena, DER_SEQUENCE, BYTES(version_1), issuer_and_serial(arena, certificate),
                                   hash_algorithm, (struct bytes){carried, signed_set.size},
                                   signature_algorithm_der(algorithm), DER(arena, DER_OCTET_STRING, signature));
    struct bytes signed_data = DER(arena, DER_SEQUENCE, BYTES(version_1), DER(arena, DER_SET, hash_algorithm),
                                   DER(arena, DER_SEQUENCE, der_oid(arena, ID_DATA),
                                       DER(arena, DER_EXPLICIT(0), DER(arena, DER_OCTET_STRING, content))),
                                   DER(arena, DER_EXPLICIT(0), certificate->der), DER(arena, DER_SET, signer_info));
    *ret_cms = DER(arena, DER_SEQUENCE, der_oid(arena, ID_SIGNED_DATA), DER(arena, DER_EXPLICIT(0), signed_data));
    return ERR_NONE;
}

/* The attribute's one value, DER. Missing, doubled or with several values: refused (EN 319 122-1 5.1, 5.2). */
static enum err attribute_once(struct arena *arena, CMS_SignerInfo *info, const char *oid, const char *name,
                               struct bytes *ret_value)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    int at = CMS_signed_get_attr_by_OBJ(info, object, -1);
    int next = at < 0 ? -1 : CMS_signed_get_attr_by_OBJ(info, object, at);
    ASN1_OBJECT_free(object);
    if (at < 0) return err_set(ERR_INVALID, "signed attribute %s is missing", name);
    X509_ATTRIBUTE *found = CMS_signed_get_attr(info, at);
    if (next >= 0 || X509_ATTRIBUTE_count(found) != 1)
        return err_set(ERR_INVALID, "signed attribute %s is there twice", name);
    uint8_t *der = NULL;
    int size = i2d_ASN1_TYPE(X509_ATTRIBUTE_get0_type(found, 0), &der);
    if (size > 0) *ret_value = bytes_copy(arena, (struct bytes){der, (size_t)size});
    OPENSSL_free(der);
    return size > 0 ? ERR_NONE : err_set(ERR_INVALID, "signed attribute %s", name);
}

static enum err check_signing_certificate(struct arena *arena, struct bytes value, struct bytes certificate)
{
    struct der_reader outer = {value}, list, ids, id;
    struct der_value part, hash;
    TRY(der_expect(&outer, DER_SEQUENCE, &part));
    list.rest = part.content;
    TRY(der_expect(&list, DER_SEQUENCE, &part));
    ids.rest = part.content;
    TRY(der_expect(&ids, DER_SEQUENCE, &part)); /* the first names the signer's: RFC 5035 4 */
    id.rest = part.content;
    TRY(der_next(&id, &hash));
    bool is_sha384 = false;
    if (hash.tag == DER_SEQUENCE) {
        struct der_reader algorithm = {hash.content};
        TRY(der_expect(&algorithm, DER_OID, &part));
        is_sha384 = der_is_oid(&part, ID_SHA384);
        if (!is_sha384 && !der_is_oid(&part, ID_SHA256))
            return err_set(ERR_INVALID, "signingCertificateV2 with another hash than SHA-256 or SHA-384");
        TRY(der_expect(&id, DER_OCTET_STRING, &hash));
    }
    struct bytes digest =
        signature_hash(arena, is_sha384 ? SIGNATURE_ECDSA_SHA384 : SIGNATURE_ECDSA_SHA256, certificate);
    if (hash.tag != DER_OCTET_STRING || !bytes_equal(hash.content, digest))
        return err_set(ERR_WRONG, "signingCertificateV2 names another certificate");
    return ERR_NONE;
}

static enum err check_attributes(struct arena *arena, CMS_SignerInfo *info, struct cades *cades)
{
    struct bytes type, digest, time, signing;
    TRY(attribute_once(arena, info, ID_CONTENT_TYPE, "contentType", &type));
    TRY(attribute_once(arena, info, ID_MESSAGE_DIGEST, "messageDigest", &digest));
    TRY(attribute_once(arena, info, ID_SIGNING_TIME, "signingTime", &time));
    TRY(attribute_once(arena, info, ID_SIGNING_CERTIFICATE_V2, "signingCertificateV2", &signing));
    if (!bytes_equal(type, der_oid(arena, ID_DATA)))
        return err_set(ERR_INVALID, "signed attribute contentType is not id-data");
    const uint8_t *at = time.data;
    ASN1_TIME *asn1_time = d2i_ASN1_TIME(NULL, &at, (long)time.size);
    struct tm parts;
    bool is_time = asn1_time != NULL && ASN1_TIME_to_tm(asn1_time, &parts) == 1;
    ASN1_TIME_free(asn1_time);
    if (!is_time) return err_set(ERR_INVALID, "signed attribute signingTime is not a time");
    cades->signing_time_s = (int64_t)timegm(&parts);
    return check_signing_certificate(arena, signing, cades->certificate.der);
}

static enum err read_signer(struct arena *arena, CMS_ContentInfo *cms, CMS_SignerInfo *info, struct cades *cades)
{
    STACK_OF(X509) *included = CMS_get1_certs(cms);
    enum err error = err_set(ERR_INVALID, "the signer's certificate is not included");
    for (int i = 0; i < sk_X509_num(included); i++) {
        X509 *x509 = sk_X509_value(included, i);
        if (CMS_SignerInfo_cert_cmp(info, x509) != 0) continue;
        uint8_t *der = NULL;
        int size = i2d_X509(x509, &der);
        error = certificate_parse(arena, (struct bytes){der, size < 0 ? 0 : (size_t)size}, &cades->certificate);
        OPENSSL_free(der);
        break;
    }
    sk_X509_pop_free(included, X509_free);
    return error;
}

/* OpenSSL compares names without regard to case: here the signer is named exactly (RFC 5652 5.3). */
static enum err check_signer_name(struct arena *arena, CMS_SignerInfo *info, const struct certificate *certificate,
                                  int64_t *ret_version)
{
    X509_NAME *issuer = NULL;
    ASN1_OCTET_STRING *key_id = NULL;
    ASN1_INTEGER *serial = NULL;
    CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial);
    *ret_version = issuer != NULL ? 1 : 3;
    if (issuer == NULL) return ERR_NONE;
    uint8_t *der = NULL;
    int size = i2d_X509_NAME(issuer, &der);
    bool is_same = size > 0 && bytes_equal((struct bytes){der, (size_t)size}, certificate->issuer_name);
    OPENSSL_free(der);
    return is_same ? ERR_NONE : err_set(ERR_WRONG, "the signer is named in other words than in the certificate");
}

/* The algorithm that is named is the one of key and hash: OpenSSL does not look at it. */
static enum err check_algorithm(CMS_SignerInfo *info, const struct certificate *certificate)
{
    X509_ALGOR *hash = NULL, *algorithm = NULL;
    const ASN1_OBJECT *hash_oid = NULL, *oid = NULL;
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &hash, &algorithm);
    X509_ALGOR_get0(&hash_oid, NULL, NULL, hash);
    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    int nid = OBJ_obj2nid(oid), of_hash = NID_undef, of_key = NID_undef;
    if (nid != NID_rsaEncryption && OBJ_find_sigid_algs(nid, &of_hash, &of_key) != 1)
        return err_set(ERR_INVALID, "the signature's algorithm is unknown");
    if (of_hash != NID_undef && of_hash != OBJ_obj2nid(hash_oid))
        return err_set(ERR_INVALID, "the signature's algorithm is of another hash");
    const uint8_t *at = certificate->public_key.data;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)certificate->public_key.size);
    bool is_ec = key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
    EVP_PKEY_free(key);
    return is_ec == (of_key == NID_X9_62_id_ecPublicKey)
               ? ERR_NONE
               : err_set(ERR_INVALID, "the signature's algorithm is of another key");
}

/* RFC 5652 5.1, 5.3: both say how the signer is named. The file is DER: one encoding, so one text has one signature. */
static enum err check_versions(struct bytes file, int64_t version)
{
    struct der_reader reader = {file};
    struct der_value part, last = {0};
    const uint8_t number[] = {(uint8_t)version};
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    reader.rest = part.content;
    TRY(der_expect(&reader, DER_OID, &part));
    TRY(der_expect(&reader, DER_EXPLICIT(0), &part));
    reader.rest = part.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    reader.rest = part.content;
    TRY(der_expect(&reader, DER_INTEGER, &part));
    bool is_right = bytes_equal(part.content, BYTES(number));
    while (reader.rest.size > 0) TRY(der_next(&reader, &last));
    reader.rest = last.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    reader.rest = part.content;
    TRY(der_expect(&reader, DER_INTEGER, &part));
    if (is_right && bytes_equal(part.content, BYTES(number))) return ERR_NONE;
    return err_set(ERR_INVALID, "a version that CMS does not have for this");
}

static enum err check_hash(CMS_SignerInfo *info)
{
    X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *oid = NULL;
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &algorithm, NULL);
    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    int nid = OBJ_obj2nid(oid);
    if (nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512) return ERR_NONE;
    return err_set(ERR_INVALID, "signed over another hash than SHA-256, SHA-384 or SHA-512");
}

static enum err check_content(struct arena *arena, CMS_ContentInfo *cms, struct cades *cades)
{
    BIO *out = BIO_new(BIO_s_mem());
    unsigned flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
    if (CMS_verify(cms, NULL, NULL, NULL, out, flags) != 1) {
        BIO_free(out);
        ERR_clear_error();
        return err_set(ERR_WRONG, "the signature does not match the text");
    }
    char *data = NULL;
    long size = BIO_get_mem_data(out, &data);
    cades->content = bytes_copy(arena, (struct bytes){(const uint8_t *)data, size < 0 ? 0 : (size_t)size});
    BIO_free(out);
    return ERR_NONE;
}

static enum err verify_signed_data(struct arena *arena, CMS_ContentInfo *cms, struct bytes file, struct cades *cades)
{
    int64_t version;
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed) return err_set(ERR_INVALID, "not CMS signed data");
    if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
        return err_set(ERR_INVALID, "content is not id-data");
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);
    if (content == NULL || *content == NULL) return err_set(ERR_INVALID, "the text is not attached");
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    if (sk_CMS_SignerInfo_num(infos) != 1)
        return err_set(ERR_INVALID, "%d signers instead of one", sk_CMS_SignerInfo_num(infos));
    CMS_SignerInfo *info = sk_CMS_SignerInfo_value(infos, 0);
    TRY(check_hash(info));
    TRY(read_signer(arena, cms, info, cades));
    TRY(check_signer_name(arena, info, &cades->certificate, &version));
    TRY(check_versions(file, version));
    TRY(check_algorithm(info, &cades->certificate));
    TRY(check_attributes(arena, info, cades));
    return check_content(arena, cms, cades);
}

static CMS_ContentInfo *read_file(struct bytes file)
{
    const uint8_t *at = file.data;
    CMS_ContentInfo *cms = file.size == 0 ? NULL : d2i_CMS_ContentInfo(NULL, &at, (long)file.size);
    if (cms != NULL && at == file.data + file.size) return cms;
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return NULL;
}

static struct bytes written_again(struct arena *arena, CMS_ContentInfo *cms)
{
    uint8_t *der = NULL;
    int size = i2d_CMS_ContentInfo(cms, &der);
    struct bytes copy = bytes_copy(arena, (struct bytes){der, size < 0 ? 0 : (size_t)size});
    OPENSSL_free(der);
    return copy;
}

enum err cades_to_der(struct arena *arena, struct bytes file, struct bytes *ret_der)
{
    CMS_ContentInfo *cms = read_file(file);
    if (cms == NULL) return err_set(ERR_INVALID, "not a signed file (CMS)");
    *ret_der = written_again(arena, cms);
    CMS_ContentInfo_free(cms);
    return ERR_NONE;
}

enum err cades_verify(struct arena *arena, struct bytes der, struct cades *ret_cades)
{
    CMS_ContentInfo *cms = read_file(der);
    struct cades cades = {0};
    if (cms == NULL) return err_set(ERR_INVALID, "not a signed file (CMS)");
    enum err error = bytes_equal(written_again(arena, cms), der)
                         ? verify_signed_data(arena, cms, der, &cades)
                         : err_set(ERR_INVALID, "the signed file is not in DER");
    CMS_ContentInfo_free(cms);
    TRY(error);
    *ret_cades = cades;
    return ERR_NONE;
}
