/*
 * Purpose: `registry n`: who may approve for whom (spec 10, Statements): a text made by the ceremony, kept in
 * STATE/signer/registry.txt, its number and digest in the journal. Format, to the byte:
 *
 *     divit registry 1
 *     Numara: 1
 *     Önceki: -                          (SHA-256 of registry n-1; - for the first)
 *     Kurum: <code> <code above or ->    (each above those below it)
 *     Kişi: <identity number> yetkili <institution code> <SHA-256 of the certificate> <from> <until>
 */
#ifndef DIVIT_SIGNER_REGISTRY_H
#define DIVIT_SIGNER_REGISTRY_H

#include "base/bytes.h"

#define REGISTRY_SIZE_MAX (8 * 1024 * 1024)

struct registry_institution {
    const char *code;
    const char *parent_code; /* NULL: none */
};
struct registry_officer {
    const char *identity_number;
    const char *institution_code;
    const char *certificate_digest; /* SHA-256, lower-case hexadecimal */
    int64_t from_s, until_s;
};
struct registry {
    int64_t number;
    const char *previous; /* SHA-256, hexadecimal; NULL: the first */
    const struct registry_institution *institutions;
    size_t institutions_count;
    const struct registry_officer *officers;
    size_t officers_count;
};

enum err registry_write(struct arena *arena, const struct registry *registry, struct bytes *ret_text) MUST_CHECK;
/* ERR_INVALID unless writing it again gives the same bytes. */
enum err registry_read(struct arena *arena, struct bytes text, struct registry *ret_registry) MUST_CHECK;
/* NULL: nobody has this certificate. */
const struct registry_officer *registry_find_officer(const struct registry *registry, const char *certificate_digest);
/* Is `code` the institution `above` or anywhere below it? */
bool registry_is_within(const struct registry *registry, const char *code, const char *above);

#endif
