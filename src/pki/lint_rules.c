#include "pki/lint_rules.h"

#include "base/turkish.h"

#include <string.h>

#define OID_AUTHORITY_KEY "2.5.29.35"
#define OID_SUBJECT_KEY "2.5.29.14"
#define OID_KEY_USAGE "2.5.29.15"
#define OID_BASIC_CONSTRAINTS "2.5.29.19"
#define OID_EXTENDED_USAGE "2.5.29.37"
#define OID_POLICIES "2.5.29.32"
#define OID_CRL_POINTS "2.5.29.31"
#define OID_ACCESS "1.3.6.1.5.5.7.1.1"
#define OID_QC_STATEMENTS "1.3.6.1.5.5.7.1.3"
#define OID_OCSP_NOCHECK "1.3.6.1.5.5.7.48.1.5"

static const struct lint_extension *extension(const struct lint_subject *s, const char *oid)
{
    for (size_t i = 0; i < s->extensions_count; i++) {
        if (der_is_oid(&s->extensions[i].oid, oid)) return &s->extensions[i];
    }
    return NULL;
}

static bool holds(struct bytes all, struct bytes part)
{
    return part.size > 0 && memmem(all.data, all.size, part.data, part.size) != NULL;
}

static bool holds_text(struct bytes all, const char *text)
{
    return holds(all, bytes_of_text(text));
}

static const char *check_version(const struct lint_subject *s)
{
    static const uint8_t version_3[] = {DER_INTEGER, 1, 2};
    return bytes_equal(s->version, BYTES(version_3)) ? NULL : "version is not 3";
}

static const char *check_serial(const struct lint_subject *s)
{
    if (s->serial.size == 0 || s->serial.size > 20) return "serial is not of 1 to 20 octets";
    if (s->serial.data[0] & 0x80) return "serial is not positive";
    if (s->serial.data[0] == 0 && s->serial.size > 1 && !(s->serial.data[1] & 0x80)) return "serial is not minimal";
    return s->serial.size < 8 ? "serial of less than 64 bits" : NULL;
}

static const char *check_algorithm(const struct lint_subject *s)
{
    for (int i = SIGNATURE_ECDSA_SHA256; i <= SIGNATURE_RSA_PSS_SHA384; i++) {
        if (bytes_equal(s->algorithm, signature_algorithm_der((enum signature_algorithm)i))) return NULL;
    }
    return "signature algorithm is none of those we use";
}

static const char *check_issuer(const struct lint_subject *s)
{
    return s->issuer.size == 0 ? "issuer is empty" : NULL;
}

static bool is_time(const struct der_value *time)
{
    size_t digits = time->tag == DER_UTC_TIME ? 12 : time->tag == DER_GENERALIZED_TIME ? 14 : 0;
    if (digits == 0 || time->content.size != digits + 1 || time->content.data[digits] != 'Z') return false;
    for (size_t i = 0; i < digits; i++) {
        if (time->content.data[i] < '0' || time->content.data[i] > '9') return false;
    }
    /* GeneralizedTime begins in 2050, UTCTime ends in 2049 (its years 50 to 99 are the last century) */
    if (time->tag == DER_GENERALIZED_TIME) return memcmp(time->content.data, "2050", 4) >= 0;
    return time->content.data[0] < '5';
}

static const char *check_validity(const struct lint_subject *s)
{
    if (!is_time(&s->not_before) || !is_time(&s->not_after)) return "validity is not written as it must be";
    if (s->not_before.tag != s->not_after.tag)
        return s->not_before.tag == DER_UTC_TIME ? NULL : "ends before it begins";
    return memcmp(s->not_before.content.data, s->not_after.content.data, s->not_after.content.size) < 0
               ? NULL
               : "ends before it begins";
}

struct name_rule {
    const char *oid;
    int tag;
    const char *wrong;
};

static const char *check_value(int index, struct bytes value, struct arena *arena)
{
    const char *text = bytes_to_text(arena, value);
    if (text == NULL || !text_is_utf8(text)) return "NUL or not UTF-8 in the subject";
    if (index == 0 && strcmp(text, "TR") != 0) return "C is not TR";
    if (index == 1 && (strlen(text) != 11 || !ascii_is_digits(text) || text[0] == '0'))
        return "serialNumber is not an identity number of 11 digits";
    if (index == 2 && (text_length(text) < 3 || text_length(text) > 64)) return "CN is not of 3 to 64 characters";
    return NULL;
}

/* C, serialNumber, CN, in this order, and nothing else */
static const char *check_subject(const struct lint_subject *s)
{
    static const struct name_rule wanted[] = {
        {"2.5.4.6", DER_PRINTABLE_STRING, "subject does not begin with C as PrintableString"},
        {"2.5.4.5", DER_PRINTABLE_STRING, "subject has no serialNumber as PrintableString after C"},
        {"2.5.4.3", DER_UTF8_STRING, "subject has no CN as UTF8String after serialNumber"},
    };
    if (!s->profile->has_qualified_statements) return s->subject.size == 0 ? "subject is empty" : NULL;
    struct der_reader names = {s->subject};
    for (int i = 0; i < 3; i++) {
        struct der_value part, oid, value;
        struct der_reader set, pair;
        if (der_expect(&names, DER_SET, &part) != ERR_NONE) return wanted[i].wrong;
        set.rest = part.content;
        if (der_expect(&set, DER_SEQUENCE, &part) != ERR_NONE || !der_at_end(&set)) return wanted[i].wrong;
        pair.rest = part.content;
        if (der_expect(&pair, DER_OID, &oid) != ERR_NONE || !der_is_oid(&oid, wanted[i].oid)) return wanted[i].wrong;
        if (der_expect(&pair, wanted[i].tag, &value) != ERR_NONE) return wanted[i].wrong;
        const char *wrong = check_value(i, value.content, s->arena);
        if (wrong != NULL) return wrong;
    }
    return der_at_end(&names) ? NULL : "subject has more than C, serialNumber and CN";
}

static const char *note_names(const struct lint_subject *s)
{
    bool is_natural = s->profile->has_qualified_statements;
    return is_natural && (!holds(s->subject, der_oid(s->arena, "2.5.4.42")) ||
                          !holds(s->subject, der_oid(s->arena, "2.5.4.4")))
               ? "givenName and surname are not there (national form of the subject)"
               : NULL;
}

static const char *check_key(const struct lint_subject *s)
{
    return public_key_check(s->public_key) == ERR_NONE ? NULL : "public key is not RSA 2048/3072/4096, P-256 or P-384";
}

static const char *check_extensions(const struct lint_subject *s)
{
    for (size_t i = 0; i < s->extensions_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (bytes_equal(s->extensions[i].oid.whole, s->extensions[k].oid.whole))
                return "an extension is there twice";
        }
    }
    return NULL;
}

static const char *check_authority_key(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_AUTHORITY_KEY);
    if (found == NULL) return "no authority key identifier";
    return found->is_critical ? "authority key identifier is critical" : NULL;
}

static const char *check_subject_key(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_SUBJECT_KEY);
    if (found == NULL) return "no subject key identifier";
    if (found->is_critical) return "subject key identifier is critical";
    struct bytes id = DER(s->arena, DER_OCTET_STRING, public_key_id(s->arena, s->public_key));
    return bytes_equal(found->value, id) ? NULL : "subject key identifier is of another key";
}

static const char *check_key_usage(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_KEY_USAGE);
    if (found == NULL) return "no keyUsage";
    if (!found->is_critical) return "keyUsage is not critical";
    return bytes_equal(found->value, der_named_bits(s->arena, s->profile->key_usage))
               ? NULL
               : "keyUsage is not that of the profile";
}

static const char *check_constraints(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_BASIC_CONSTRAINTS);
    bool says_ca = found != NULL && holds(found->value, der_true());
    if (says_ca && !s->profile->is_ca) return "no authority, but CA:TRUE";
    if (!says_ca && s->profile->is_ca) return "an authority without CA:TRUE";
    return s->profile->is_ca && !found->is_critical ? "basicConstraints of an authority is not critical" : NULL;
}

static const char *check_extended_usage(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_EXTENDED_USAGE);
    if (!s->profile->is_ocsp_signer) return found == NULL ? NULL : "extended key usage where the profile has none";
    struct bytes wanted = DER(s->arena, DER_SEQUENCE, der_oid(s->arena, "1.3.6.1.5.5.7.3.9"));
    return found != NULL && bytes_equal(found->value, wanted) ? NULL : "extended key usage is not OCSPSigning alone";
}

static const char *check_nocheck(const struct lint_subject *s)
{
    bool is_there = extension(s, OID_OCSP_NOCHECK) != NULL;
    if (is_there == s->profile->is_ocsp_signer) return NULL;
    return is_there ? "ocsp-nocheck where the profile has none" : "no ocsp-nocheck";
}

static const char *check_policies(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_POLICIES);
    if (!s->profile->has_policy) return NULL;
    if (found == NULL) return "no certificate policy";
    if (found->is_critical) return "certificatePolicies is critical";
    if (s->profile->is_ca) return NULL;
    if (holds(found->value, der_oid(s->arena, "2.5.29.32.0"))) return "anyPolicy in a person's certificate";
    if (!holds(found->value, der_oid(s->arena, "1.3.6.1.5.5.7.2.1"))) return "no address of a practice statement";
    return holds(found->value, der_oid(s->arena, "1.3.6.1.5.5.7.2.2")) ? NULL : "no user notice";
}

static const char *check_crl_points(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_CRL_POINTS);
    if (!s->profile->has_locations) return NULL;
    if (found == NULL) return "no CRL distribution point";
    return !found->is_critical && holds_text(found->value, "http://") ? NULL : "CRL distribution point is not http";
}

static const char *check_access(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_ACCESS);
    if (!s->profile->has_locations) return NULL;
    if (found == NULL || found->is_critical) return "no authority information access, or a critical one";
    if (!s->profile->is_ca && !holds(found->value, der_oid(s->arena, "1.3.6.1.5.5.7.48.1")))
        return "no address of OCSP";
    return holds(found->value, der_oid(s->arena, "1.3.6.1.5.5.7.48.2")) ? NULL : "no address of the issuer";
}

/* Finds the statement; ret_value is what follows its OID. Doubled statements count. */
static int count_statements(const struct lint_extension *found, const char *oid, struct bytes *ret_value)
{
    struct der_reader outer = {found->value}, list, inner;
    struct der_value part, name;
    int count = 0;
    if (der_expect(&outer, DER_SEQUENCE, &part) != ERR_NONE) return 0;
    list.rest = part.content;
    while (der_expect(&list, DER_SEQUENCE, &part) == ERR_NONE) {
        inner.rest = part.content;
        if (der_expect(&inner, DER_OID, &name) != ERR_NONE || !der_is_oid(&name, oid)) continue;
        *ret_value = inner.rest;
        count++;
    }
    return count;
}

static const char *check_compliance(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_QC_STATEMENTS);
    struct bytes rest = DER_NOTHING;
    if (!s->profile->has_qualified_statements) return found == NULL ? NULL : "qcStatements where the profile has none";
    if (found == NULL) return "no qcStatements";
    if (found->is_critical) return "qcStatements is critical";
    int count = count_statements(found, "0.4.0.1862.1.1", &rest);
    return count == 1 ? NULL : count == 0 ? "no QcCompliance" : "QcCompliance twice";
}

static const char *check_turkish_statement(const struct lint_subject *s)
{
    const struct lint_extension *found = extension(s, OID_QC_STATEMENTS);
    const struct lint_extension *notice = extension(s, OID_POLICIES);
    if (!s->profile->has_qualified_statements) return NULL;
    struct bytes rest = DER_NOTHING;
    int count = found == NULL ? 0 : count_statements(found, "2.16.792.1.61.0.1.5070.1.1", &rest);
    if (count != 1) return count == 0 ? "no statement of Law 5070" : "statement of Law 5070 twice";
    struct der_reader reader = {rest};
    struct der_value text;
    if (der_expect(&reader, DER_UTF8_STRING, &text) != ERR_NONE) return "statement of Law 5070 has no UTF8String";
    return notice != NULL && holds(notice->value, text.whole)
               ? NULL
               : "statement of Law 5070 and user notice do not say the same";
}

const struct lint_rule lint_rules[] = {
    {"RFC 5280 4.1.2.1", false, check_version},
    {"RFC 5280 4.1.2.2", false, check_serial},
    {"ETSI TS 119 312 7", false, check_algorithm},
    {"RFC 5280 4.1.2.4", false, check_issuer},
    {"RFC 5280 4.1.2.5", false, check_validity},
    {"spec 07 subject", false, check_subject},
    {"ETSI EN 319 412-2 4.2.4", true, note_names},
    {"RFC 5280 4.1.2.7", false, check_key},
    {"RFC 5280 4.2", false, check_extensions},
    {"RFC 5280 4.2.1.1", false, check_authority_key},
    {"RFC 5280 4.2.1.2", false, check_subject_key},
    {"RFC 5280 4.2.1.3", false, check_key_usage},
    {"RFC 5280 4.2.1.9", false, check_constraints},
    {"RFC 5280 4.2.1.12", false, check_extended_usage},
    {"RFC 6960 4.2.2.2.1", false, check_nocheck},
    {"ETSI EN 319 412-2 4.3.3", false, check_policies},
    {"ETSI EN 319 412-2 4.3.11", false, check_crl_points},
    {"ETSI EN 319 412-2 4.4.1", false, check_access},
    {"ETSI EN 319 412-5 4.2.1", false, check_compliance},
    {"spec 07 qcStatements", false, check_turkish_statement},
    {0},
};
