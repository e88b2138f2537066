/* The certificate is taken apart here by our own reader; the rules are in lint_rules.c. */
#include "pki/lint.h"

#include "pki/lint_rules.h"

static enum err take_extension(struct der_reader *reader, struct lint_extension *extension)
{
    struct der_value part;
    TRY(der_expect(reader, DER_SEQUENCE, &part));
    struct der_reader inner = {part.content};
    TRY(der_expect(&inner, DER_OID, &extension->oid));
    if (der_expect(&inner, DER_BOOLEAN, &part) == ERR_NONE)
        extension->is_critical = part.content.size == 1 && part.content.data[0] == 0xff;
    TRY(der_expect(&inner, DER_OCTET_STRING, &part));
    extension->value = part.content;
    return ERR_NONE;
}

static enum err take_extensions(struct der_reader *reader, struct lint_subject *subject)
{
    struct der_value part;
    if (der_at_end(reader)) return ERR_NONE;
    TRY(der_expect(reader, DER_EXPLICIT(3), &part));
    struct der_reader wrapped = {part.content};
    TRY(der_expect(&wrapped, DER_SEQUENCE, &part));
    struct der_reader list = {part.content};
    while (!der_at_end(&list)) {
        if (subject->extensions_count == LINT_EXTENSIONS_MAX) return err_set(ERR_INVALID, "too many extensions");
        TRY(take_extension(&list, &subject->extensions[subject->extensions_count]));
        subject->extensions_count++;
    }
    return ERR_NONE;
}

/* RFC 5280 4.1: TBSCertificate */
static enum err take_apart(struct bytes to_be_signed, struct lint_subject *subject)
{
    struct der_reader outer = {to_be_signed}, reader;
    struct der_value part;
    TRY(der_expect(&outer, DER_SEQUENCE, &part));
    if (!der_at_end(&outer)) return err_set(ERR_INVALID, "bytes after the certificate");
    reader.rest = part.content;
    if (der_expect(&reader, DER_EXPLICIT(0), &part) == ERR_NONE) subject->version = part.content;
    TRY(der_expect(&reader, DER_INTEGER, &part));
    subject->serial = part.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    subject->algorithm = part.whole;
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    subject->issuer = part.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    struct der_reader validity = {part.content};
    TRY(der_next(&validity, &subject->not_before));
    TRY(der_next(&validity, &subject->not_after));
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    subject->subject = part.content;
    TRY(der_expect(&reader, DER_SEQUENCE, &part));
    subject->public_key = part.whole;
    return take_extensions(&reader, subject);
}

enum err lint_to_be_signed(struct arena *arena, struct bytes to_be_signed, const struct certificate_profile *profile,
                           const struct lint_finding **ret_findings, size_t *ret_count)
{
    struct lint_subject subject = {.arena = arena, .profile = profile};
    TRY(take_apart(to_be_signed, &subject));
    size_t rules = 0, count = 0;
    while (lint_rules[rules].check != NULL) rules++;
    struct lint_finding *findings = NEW_ARRAY(arena, struct lint_finding, rules + 1);
    for (size_t i = 0; i < rules; i++) {
        const char *text = lint_rules[i].check(&subject);
        if (text != NULL) findings[count++] = (struct lint_finding){lint_rules[i].clause, text, lint_rules[i].is_note};
    }
    *ret_findings = findings;
    *ret_count = count;
    return ERR_NONE;
}

enum err lint_check(struct arena *arena, struct bytes to_be_signed, const struct certificate_profile *profile)
{
    const struct lint_finding *findings;
    size_t count;
    TRY(lint_to_be_signed(arena, to_be_signed, profile, &findings, &count));
    for (size_t i = 0; i < count; i++) {
        if (!findings[i].is_note) return err_set(ERR_INVALID, "%s: %s", findings[i].clause, findings[i].text);
    }
    return ERR_NONE;
}
