/* Purpose: an application and a certificate of Ayşe's, for the tests of what the keeper reads. */
#ifndef DIVIT_TESTS_FIXTURE_DOCUMENTS_H
#define DIVIT_TESTS_FIXTURE_DOCUMENTS_H

#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "pki/certificate.h"
#include "statement/application_statement.h"
#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define NOW ((int64_t)1800000000)
#define AYSE "10000000146"
#define ALI "10000000078"
#define NUMBER "5321234567"
#define OTHER_NUMBER "5329876543"
#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define UID "00112233445566778899aabbccddeeff"

static struct arena *arena;

static inline struct bytes application(void)
{
    const char *text = "ad/1 " DIGEST;
    const struct application_statement statement = {.application_uid = UID,
                                                    .revision = 1,
                                                    .barcode = "0123456789abcde",
                                                    .door = "saglik",
                                                    .reason = application_reason_words[0],
                                                    .term_years = 3,
                                                    .profile = "nes-1",
                                                    .identity_number = AYSE,
                                                    .given_names = "AYŞE",
                                                    .surname = "IŞIK",
                                                    .birth_place = "ÇANKIRI",
                                                    .birth_date = {1980, 2, 29},
                                                    .institution_code = "3401",
                                                    .institution_name = "İl Sağlık Müdürlüğü",
                                                    .address = "Atatürk Cad. 1",
                                                    .province = "İSTANBUL",
                                                    .district = "KADIKÖY",
                                                    .postal_code = "34710",
                                                    .email = "ayse@example.org",
                                                    .mobile = NUMBER,
                                                    .mobile_operator = "Turkcell",
                                                    .channel = "SMS",
                                                    .reader = "istenmedi",
                                                    .vpn = "istenmiyor",
                                                    .declaration = "Yazılanlar doğrudur.",
                                                    .notice = text,
                                                    .information = text,
                                                    .form = text,
                                                    .undertaking = text,
                                                    .has_security_word = true,
                                                    .server = "http://localhost:8080",
                                                    .made_s = NOW,
                                                    .salt = "00112233445566778899aabbccddeeff"};
    struct bytes bytes;
    enum err error = application_statement_write(arena, &statement, &bytes);
    if (error != ERR_NONE) print_error("%s\n", err_detail());
    OK(error);
    return bytes;
}

static inline struct certificate certify_key(const struct certificate_profile *profile, const struct name *subject,
                                             struct bytes public_key, struct memory_key *authority)
{
    static const struct certificate_terms terms = {
        "2.999.1.1",          "http://localhost/ilkeler", "Deneme",
        "http://localhost/c", "http://localhost/i",       "http://localhost/o"};
    static const struct name issuer = {.country = "TR", .organization = "Deneme", .common_name = "Deneme"};
    const struct certificate_content content = {.profile = profile,
                                                .terms = &terms,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = name_der(arena, &issuer),
                                                .issuer_key = memory_key_public(authority),
                                                .subject_name = name_der(arena, subject != NULL ? subject : &issuer),
                                                .public_key = public_key,
                                                .not_before_s = NOW,
                                                .not_after_s = NOW + 365 * DAY_S,
                                                .algorithm = SIGNATURE_ECDSA_SHA256};
    struct bytes to_be_signed, der;
    struct certificate certificate;
    struct external_signer signer = memory_key_signer(authority);
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(authority), &signer, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate;
}

/* With a fresh key; without a subject, the authority's own certificate. */
static inline struct certificate certify(const struct certificate_profile *profile, const struct name *subject,
                                         struct memory_key *authority)
{
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct bytes public_key = memory_key_public(subject != NULL ? key : authority);
    struct certificate certificate = certify_key(profile, subject, public_key, authority);
    memory_key_free(key);
    return certificate;
}

static inline struct bytes sign_text(struct memory_key *key, struct bytes text)
{
    struct external_signer signer = memory_key_signer(key);
    struct bytes signature;
    OK(signer.sign(signer.context, text, arena, &signature));
    return signature;
}

/* The registry that names istasyon-1 by this key, from ten years before NOW until `until_s`. */
static inline struct bytes station_registry(int64_t number, struct memory_key *station, int64_t until_s)
{
    const struct registry_service service = {"istasyon-1", memory_key_public(station), NOW - 3650 * DAY_S, until_s};
    const struct registry registry = {.number = number,
                                      .previous = number == 1 ? NULL : DIGEST,
                                      .rules = registry_shipped_rules,
                                      .rules_count = registry_shipped_rules_count,
                                      .services = &service,
                                      .services_count = 1};
    struct bytes text;
    OK(registry_write(arena, &registry, &text));
    return text;
}

static const struct name ayse_name = {.country = "TR", .serial_number = AYSE, .common_name = "AYŞE IŞIK"};

#endif
