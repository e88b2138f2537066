/* Purpose: a to-be-signed certificate in its parts, and the rules it must obey. Private to pki. */
#ifndef DIVIT_PKI_LINT_RULES_H
#define DIVIT_PKI_LINT_RULES_H

#include "pki/certificate.h"
#include "pki/der.h"

#define LINT_EXTENSIONS_MAX 24

struct lint_extension {
    struct der_value oid;
    bool is_critical;
    struct bytes value;
};
struct lint_subject {
    struct arena *arena;
    const struct certificate_profile *profile;
    struct bytes version; /* content of [0]; empty if absent */
    struct bytes serial;
    struct bytes algorithm; /* whole */
    struct bytes issuer, subject; /* contents */
    struct der_value not_before, not_after;
    struct bytes public_key; /* whole */
    struct lint_extension extensions[LINT_EXTENSIONS_MAX];
    size_t extensions_count;
};

struct lint_rule {
    const char *clause;
    bool is_note;
    const char *(*check)(const struct lint_subject *subject); /* NULL: obeyed; else what is wrong */
};
extern const struct lint_rule lint_rules[]; /* ended by a rule without check */

#endif
