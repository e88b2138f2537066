#include "pki/qualified.h"

#include "pki/der.h"

#include "pki/openssl.h"

#define OID_QC_STATEMENTS "1.3.6.1.5.5.7.1.3"
#define OID_QC_COMPLIANCE "0.4.0.1862.1.1"
#define OID_QC_TYPE "0.4.0.1862.1.6"
#define OID_QC_TYPE_ESIGN "0.4.0.1862.1.6.1"
#define OID_POLICIES "2.5.29.32"
#define OID_EXTENDED_USAGE "2.5.29.37"

static const char *const turkish_statements[] = {"2.16.792.1.61.0.1.5070.1.1", "2.16.792.1.61.0.1.5070.2.1", NULL};
/* of the fiscal seal (mali mühür): its policy, and its extended key usages for signing and for encrypting */
static const char *const seal_policies[] = {"2.16.792.1.2.1.1.5.7.4.1", NULL};
static const char *const seal_usages[] = {"2.16.792.1.2.1.1.5.7.50.1", "2.16.792.1.2.1.1.5.7.50.2", NULL};

/* The extension's value; no bytes when it is absent. RFC 5280 4.2: each at most once. */
static enum err find_extension(const X509 *x509, const char *oid, struct bytes *ret_value)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    int at = X509_get_ext_by_OBJ(x509, object, -1);
    int next = at < 0 ? -1 : X509_get_ext_by_OBJ(x509, object, at);
    ASN1_OBJECT_free(object);
    if (next >= 0) return err_set(ERR_INVALID, "an extension stands there twice");
    *ret_value = DER_NOTHING;
    if (at < 0) return ERR_NONE;
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(X509_get_ext(x509, at));
    *ret_value = (struct bytes){ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)};
    return ERR_NONE;
}

static bool is_one_of(const struct der_value *oid, const char *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++) {
        if (der_is_oid(oid, list[i])) return true;
    }
    return false;
}

static enum err open_sequence(struct bytes value, struct der_reader *ret_inside)
{
    struct der_reader outer = {value};
    struct der_value part;
    TRY(der_expect(&outer, DER_SEQUENCE, &part));
    if (!der_at_end(&outer)) return err_set(ERR_INVALID, "more than one value in an extension");
    ret_inside->rest = part.content;
    return ERR_NONE;
}

/* EN 319 412-5 4.2.3: a sequence of types; a person's signature is esign and nothing else. */
static enum err read_type(struct bytes value, struct qualification *qualification)
{
    struct der_reader types;
    struct der_value oid;
    TRY(open_sequence(value, &types));
    while (!der_at_end(&types)) {
        TRY(der_expect(&types, DER_OID, &oid));
        if (!der_is_oid(&oid, OID_QC_TYPE_ESIGN)) qualification->is_seal = true;
    }
    return ERR_NONE;
}

static enum err take_once(bool *flag)
{
    if (*flag) return err_set(ERR_INVALID, "a qualified statement stands there twice");
    *flag = true;
    return ERR_NONE;
}

static enum err read_statements(struct bytes value, struct qualification *qualification)
{
    struct der_reader statements, statement;
    struct der_value part, oid;
    TRY(open_sequence(value, &statements));
    while (!der_at_end(&statements)) {
        TRY(der_expect(&statements, DER_SEQUENCE, &part));
        statement.rest = part.content;
        TRY(der_expect(&statement, DER_OID, &oid));
        if (der_is_oid(&oid, OID_QC_COMPLIANCE)) TRY(take_once(&qualification->has_compliance));
        if (is_one_of(&oid, turkish_statements)) TRY(take_once(&qualification->has_turkish_statement));
        if (der_is_oid(&oid, OID_QC_TYPE)) TRY(read_type(statement.rest, qualification));
    }
    return ERR_NONE;
}

static enum err read_policies(struct bytes value, struct qualification *qualification)
{
    struct der_reader policies, policy;
    struct der_value part, oid;
    TRY(open_sequence(value, &policies));
    while (!der_at_end(&policies)) {
        TRY(der_expect(&policies, DER_SEQUENCE, &part));
        policy.rest = part.content;
        TRY(der_expect(&policy, DER_OID, &oid));
        if (is_one_of(&oid, seal_policies)) qualification->is_seal = true;
    }
    return ERR_NONE;
}

static enum err read_usages(struct bytes value, struct qualification *qualification)
{
    struct der_reader usages;
    struct der_value oid;
    TRY(open_sequence(value, &usages));
    while (!der_at_end(&usages)) {
        TRY(der_expect(&usages, DER_OID, &oid));
        if (is_one_of(&oid, seal_usages)) qualification->is_seal = true;
    }
    return ERR_NONE;
}

static enum err read_extensions(const X509 *x509, struct qualification *qualification)
{
    struct bytes value;
    TRY(find_extension(x509, OID_QC_STATEMENTS, &value));
    if (value.size > 0) TRY(read_statements(value, qualification));
    TRY(find_extension(x509, OID_POLICIES, &value));
    if (value.size > 0) TRY(read_policies(value, qualification));
    TRY(find_extension(x509, OID_EXTENDED_USAGE, &value));
    return value.size > 0 ? read_usages(value, qualification) : ERR_NONE;
}

enum err certificate_qualification(const struct certificate *certificate, struct qualification *ret_qualification)
{
    const uint8_t *at = certificate->der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)certificate->der.size);
    struct qualification qualification = {0};
    if (x509 == NULL) return err_set(ERR_INVALID, "not a certificate");
    enum err error = read_extensions(x509, &qualification);
    X509_free(x509);
    TRY(error);
    *ret_qualification = qualification;
    return ERR_NONE;
}
