/*
 * Purpose: the ceremony that makes the authorities of an installation: root and issuing CA, the registry of those who
 * may approve (spec 10, Statements), and in a demo the people's tokens. Used by `divit ca init` and `divit init`.
 *
 * Makes STATE/ceremony/ (log; the root's token, to be taken offline), STATE/eimza/ (for the signing program),
 * STATE/signer/ (token, pin, journal), the journal's anchor and, in a demo, STATE/people/ (a SoftHSM token and a file LABEL.pin for each
 * person). ERR_EXISTS if it was held already.
 */
#ifndef DIVIT_SIGNER_CEREMONY_H
#define DIVIT_SIGNER_CEREMONY_H

#include "base/bytes.h"
#include "ipc/installation.h"
#include "statement/registry.h"

struct ceremony_institution {
    const char *code;
    const char *parent_code; /* NULL: none */
};
struct ceremony_person {
    const char *token_label; /* "ayse.yilmaz", of a token that is made: also names the PIN file; NULL with a card */
    const char *identity_number, *given_names, *surname;
    const char *institution_code; /* an officer approves for it and all below it; NULL: none */
    struct bytes certificate; /* DER, of the person's card; empty in a demo: a token is made */
    enum registry_role role;
};
struct ceremony_service { /* another process's key, made before */
    const char *name; /* "keeper" */
    struct bytes public_key; /* SubjectPublicKeyInfo */
};
struct ceremony {
    const struct ceremony_institution *institutions; /* each above those below it */
    size_t institutions_count;
    const struct ceremony_person *people; /* two administrators at least */
    size_t people_count;
    const struct ceremony_service *services;
    size_t services_count;
    const char *present[2]; /* who was there, for the log; both NULL in a demo */
};
#define CEREMONY_PEOPLE "people" /* STATE/people: softhsm2.conf, tokens/, LABEL.pin */

struct ceremony_result {
    struct bytes root_certificate, issuing_certificate; /* DER: for table ca_certificate, 'root' and 'issuing' */
    struct bytes root_crl, people_crl; /* empty lists, for table crl; the second has no bytes outside a demo */
    int64_t crls_from_s, crls_until_s; /* thisUpdate, nextUpdate of both */
    struct bytes registry; /* the first: for table registry */
};
enum err ceremony_hold(struct arena *arena, const struct installation *installation, const struct ceremony *ceremony,
                       struct ceremony_result *ret_result) MUST_CHECK;

#endif
