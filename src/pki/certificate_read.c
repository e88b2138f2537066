#include "pki/certificate.h"

#include <string.h>

#include "pki/openssl.h"

static struct bytes encoded(struct arena *arena, uint8_t *data, int size)
{
    struct bytes copy = size <= 0 ? (struct bytes){0} : bytes_copy(arena, (struct bytes){data, (size_t)size});
    OPENSSL_free(data);
    return copy;
}

static struct bytes encoded_name(struct arena *arena, const X509_NAME *name)
{
    uint8_t *data = NULL;
    int size = i2d_X509_NAME(name, &data);
    return encoded(arena, data, size);
}

/* The attribute's only value as UTF-8; NULL if it is absent. */
static enum err name_value(struct arena *arena, const X509_NAME *name, int nid, const char **ret_value)
{
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    if (at < 0) {
        *ret_value = NULL;
        return ERR_NONE;
    }
    if (X509_NAME_get_index_by_NID(name, nid, at) >= 0) return err_set(ERR_INVALID, "attribute twice in a name");
    uint8_t *text = NULL;
    int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return err_set(ERR_INVALID, "attribute of a name is not text");
    const char *value = bytes_to_text(arena, (struct bytes){text, (size_t)size});
    OPENSSL_free(text);
    if (value == NULL) return err_set(ERR_INVALID, "NUL inside a name");
    *ret_value = value;
    return ERR_NONE;
}

enum err time_of_asn1(const ASN1_TIME *time, int64_t *ret_time_s)
{
    struct tm parts;
    if (ASN1_TIME_to_tm(time, &parts) != 1) return err_set(ERR_INVALID, "time in a certificate");
    *ret_time_s = (int64_t)timegm(&parts);
    return ERR_NONE;
}

const char *certificate_serial_text(struct arena *arena, struct bytes serial)
{
    const char *digits = hex_encode(arena, serial);
    return digits[0] == '0' && digits[1] != '\0' ? digits + 1 : digits;
}

static enum err read_serial(struct arena *arena, const X509 *x509, struct certificate *certificate)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
    int size = ASN1_STRING_length(serial);
    if (size < 1 || size > 20 || ASN1_STRING_type(serial) != V_ASN1_INTEGER)
        return err_set(ERR_INVALID, "serial number"); /* RFC 5280 4.1.2.2 */
    certificate->serial_bytes = bytes_copy(arena, (struct bytes){ASN1_STRING_get0_data(serial), (size_t)size});
    certificate->serial = certificate_serial_text(arena, certificate->serial_bytes);
    return ERR_NONE;
}

static const char *name_text(struct arena *arena, const X509_NAME *name)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *text = NULL;
    X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
    long size = BIO_get_mem_data(memory, &text);
    const char *copy = arena_text_n(arena, text, size < 0 ? 0 : (size_t)size);
    BIO_free(memory);
    return copy;
}

static enum err read_parts(struct arena *arena, X509 *x509, struct certificate *certificate)
{
    TRY(read_serial(arena, x509, certificate));
    TRY(time_of_asn1(X509_get0_notBefore(x509), &certificate->not_before_s));
    TRY(time_of_asn1(X509_get0_notAfter(x509), &certificate->not_after_s));
    const X509_NAME *subject = X509_get_subject_name(x509);
    certificate->issuer_name = encoded_name(arena, X509_get_issuer_name(x509));
    certificate->subject_name = encoded_name(arena, subject);
    certificate->subject_text = name_text(arena, subject);
    TRY(name_value(arena, subject, NID_serialNumber, &certificate->subject_serial_number));
    TRY(name_value(arena, subject, NID_commonName, &certificate->subject_common_name));
    uint8_t *key = NULL;
    int key_size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &key);
    certificate->public_key = encoded(arena, key, key_size);
    uint32_t flags = X509_get_extension_flags(x509);
    if (flags & EXFLAG_INVALID) return err_set(ERR_INVALID, "extension not well formed");
    if (flags & EXFLAG_KUSAGE) certificate->key_usage = X509_get_key_usage(x509);
    certificate->is_ca = (flags & EXFLAG_CA) != 0;
    certificate->is_ocsp_signer = (flags & EXFLAG_XKUSAGE) && (X509_get_extended_key_usage(x509) & XKU_OCSP_SIGN);
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x509);
    if (id != NULL)
        certificate->key_id =
            bytes_copy(arena, (struct bytes){ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id)});
    return ERR_NONE;
}

/* OpenSSL's bits are those of the BIT STRING's octets: the first named bit is 0x80; ours is 1 << 0. */
static unsigned key_usage_bits(unsigned openssl)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < 8; i++) {
        if (openssl & (0x80u >> i)) bits |= 1u << i;
    }
    if (openssl & KU_DECIPHER_ONLY) bits |= 1u << 8;
    return bits;
}

enum err certificate_parse(struct arena *arena, struct bytes der, struct certificate *ret_certificate)
{
    const uint8_t *at = der.data;
    X509 *x509 = der.size == 0 ? NULL : d2i_X509(NULL, &at, (long)der.size);
    if (x509 == NULL || at != der.data + der.size) {
        X509_free(x509);
        return err_set(ERR_INVALID, "not a certificate");
    }
    struct certificate certificate = {.der = bytes_copy(arena, der)};
    enum err error = read_parts(arena, x509, &certificate);
    X509_free(x509);
    TRY(error);
    certificate.key_usage = key_usage_bits(certificate.key_usage);
    *ret_certificate = certificate;
    return ERR_NONE;
}

enum err certificate_check_issuer(const struct certificate *certificate, const struct certificate *issuer)
{
    if (!issuer->is_ca || !(issuer->key_usage & KEY_USAGE_KEY_CERT_SIGN))
        return err_set(ERR_WRONG, "the issuer is no authority");
    if (!bytes_equal(certificate->issuer_name, issuer->subject_name))
        return err_set(ERR_WRONG, "issued by another authority");
    const uint8_t *at = certificate->der.data, *issuer_at = issuer->der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)certificate->der.size);
    X509 *above = d2i_X509(NULL, &issuer_at, (long)issuer->der.size);
    bool is_signed = x509 != NULL && above != NULL && X509_verify(x509, X509_get0_pubkey(above)) == 1;
    X509_free(x509);
    X509_free(above);
    return is_signed ? ERR_NONE : err_set(ERR_WRONG, "the authority did not sign this certificate");
}
