/* Purpose: a small authority with keys in memory, for the tests of this room. */
#ifndef DIVIT_TESTS_FIXTURE_PKI_H
#define DIVIT_TESTS_FIXTURE_PKI_H

#include "base/secret.h"
#include "pki/certificate.h"
#include "pki/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct memory_key *root_key, *person_key;
static struct certificate root;

static const struct certificate_terms terms = {
    .policy = "2.999.1.1",
    .practice_url = "http://localhost:8081/ilkeler",
    .notice = "Bu sertifika, 5070 sayılı Elektronik İmza Kanununa göre nitelikli elektronik sertifikadır.",
    .crl_url = "http://localhost:8081/crl/issuing.crl",
    .issuer_url = "http://localhost:8081/ca/issuing.cer",
    .ocsp_url = "http://localhost:8081/ocsp"};

#define START_S INT64_C(1795000000) /* 2026-11-18 */
#define OK(expression) assert_int_equal(expression, ERR_NONE)

static inline struct certificate_content content_of(const struct certificate_profile *profile)
{
    static const struct name person = {.country = "TR", .serial_number = "10000000146", .common_name = "AYŞE IŞIK"};
    static const struct name authority = {.country = "TR", .organization = "Deneme", .common_name = "Deneme Kök"};
    bool is_root = profile == &profile_root;
    struct bytes root_name = name_der(arena, &authority);
    return (struct certificate_content){.profile = profile,
                                        .terms = &terms,
                                        .serial = certificate_serial_new(arena),
                                        .issuer_name = root_name,
                                        .issuer_key = memory_key_public(root_key),
                                        .subject_name = is_root ? root_name : name_der(arena, &person),
                                        .public_key = memory_key_public(is_root ? root_key : person_key),
                                        .not_before_s = START_S,
                                        .not_after_s = START_S + 365 * 86400,
                                        .algorithm = SIGNATURE_ECDSA_SHA256};
}

static inline struct certificate issue(const struct certificate_content *content)
{
    struct bytes to_be_signed, der;
    struct certificate certificate;
    struct external_signer signer = memory_key_signer(root_key);
    OK(certificate_build(arena, content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(root_key), &signer, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate;
}

static inline int set_up(void **state)
{
    arena = arena_new();
    if (secret_init() != ERR_NONE || memory_key_new(&root_key) != ERR_NONE || memory_key_new(&person_key) != ERR_NONE)
        return -1;
    struct certificate_content content = content_of(&profile_root);
    root = issue(&content);
    return 0;
}

static inline int tear_down(void **state)
{
    root_key = memory_key_free(root_key);
    person_key = memory_key_free(person_key);
    arena = arena_free(arena);
    return 0;
}

#endif
