/*
 * Purpose: an installation in a folder of its own with its ceremony held, an officer's token, and evidence that holds;
 * tests then change one thing.
 */
#ifndef DIVIT_TESTS_FIXTURE_SIGNER_H
#define DIVIT_TESTS_FIXTURE_SIGNER_H

#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "pki/cades.h"
#include "pki/request.h"
#include "signer/authority.h"
#include "signer/ceremony.h"
#include "signer/settings.h"
#include "statement/application_statement.h"
#include "statement/decision_statement.h"
#include "statement/owner_statement.h"
#include "statement/production_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define UID "00112233445566778899aabbccddeeff"

static struct arena *arena;
static char folder[] = "/tmp/divit-signer-XXXXXX";
static struct installation installation;
static struct ceremony_result made;
static int64_t now_s;

static const struct ceremony_institution institutions[] = {{"34", NULL}, {"3401", "34"}, {"06", NULL}};
static const struct ceremony_person people[] = {
    {"ayse", "10000000146", "AYŞE", "IŞIK", "34", {0}, REGISTRY_OFFICER},
    {"mehmet", "20000000292", "MEHMET", "KAYA", "06", {0}, REGISTRY_OFFICER},
    {"zeynep", "70000000924", "ZEYNEP", "AK", "34", {0}, REGISTRY_OFFICER},
    {"derya", "40000000584", "DERYA", "ATEŞ", NULL, {0}, REGISTRY_ADMINISTRATOR},
    {"okan", "50000000730", "OKAN", "ÇELİK", NULL, {0}, REGISTRY_ADMINISTRATOR},
    {"pelin", "60000000028", "PELİN", "UÇAR", NULL, {0}, REGISTRY_OPERATOR},
    {"deniz", "80000000064", "DENİZ", "ÖZ", NULL, {0}, REGISTRY_AUDITOR},
};
/* of services in the registry: processes of their own elsewhere */
static struct memory_key *keeper_key, *station_key;
#define PEOPLE_COUNT (sizeof people / sizeof *people)

static inline int hold_ceremony(void **state)
{
    arena = arena_new();
    if (secret_init() != ERR_NONE || mkdtemp(folder) == NULL) return -1;
    installation = (struct installation){.state = folder,
                                         .database = "sqlite:/nowhere",
                                         .is_demo = true,
                                         .public_url = "http://localhost:8080",
                                         .responder_url = "http://localhost:8081"};
    const char *text = "[installation]\npublic_url = http://localhost:8080\nresponder_url = http://localhost:8081\n";
    if (file_write(installation_path(arena, &installation, "divit.conf"), bytes_of_text(text), 0600) != ERR_NONE)
        return -1;
    if (memory_key_new(&keeper_key) != ERR_NONE || memory_key_new(&station_key) != ERR_NONE) return -1;
    const struct ceremony_service services[] = {{"keeper", memory_key_public(keeper_key)},
                                                {"istasyon-1", memory_key_public(station_key)}};
    const struct ceremony ceremony = {.institutions = institutions,
                                      .institutions_count = 3,
                                      .people = people,
                                      .people_count = PEOPLE_COUNT,
                                      .services = services,
                                      .services_count = 2};
    now_s = clock_now_s();
    enum err error = ceremony_hold(arena, &installation, &ceremony, &made);
    if (error != ERR_NONE) print_error("%s: %s\n", err_name(error), err_detail());
    return error == ERR_NONE ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    int code = system(arena_printf(arena, "rm -rf %s", folder));
    keeper_key = memory_key_free(keeper_key);
    station_key = memory_key_free(station_key);
    arena = arena_free(arena);
    return code;
}

static int64_t renewal_s = 90 * DAY_S;

/* The authority with its real token; closed by close_authority(). */
struct opened {
    struct authority authority;
    struct token_module *module;
    struct token_signing signing, own;
};

static inline void open_authority(struct opened *opened)
{
    struct signer_settings settings;
    *opened = (struct opened){0};
    OK(signer_settings_load(arena, &installation, &settings));
    OK(signer_token_open(arena, &installation, &settings, &opened->module, &opened->signing.token));
    OK(token_find_key(opened->signing.token, arena, "issuing", &opened->signing.key));
    OK(certificate_parse(arena, made.issuing_certificate, &opened->authority.certificate));
    OK(documents_open(&opened->authority, opened->signing.token, arena,
                      installation_path(arena, &installation, DOCUMENT_KEY_FILE)));
    opened->authority.signer = token_signer(&opened->signing);
    opened->authority.terms = signer_terms(arena, &installation, &settings, "issuing");
    opened->authority.organization = settings.organization;
    opened->authority.is_demo = true;
    opened->own.token = opened->signing.token;
    OK(token_find_key(opened->own.token, arena, "status", &opened->own.key));
    opened->authority.own = token_signer(&opened->own);
    opened->authority.own_public = opened->own.key.public_key;
    opened->authority.anchor = settings.anchor;
    opened->authority.changes_per_hour = settings.changes_per_hour;
    opened->authority.renewal_s = renewal_s;
    opened->authority.applications = settings.applications;
    opened->authority.serial_prefix = settings.serial_prefix;
    opened->authority.ocsp_hours = opened->authority.crl_hours = 24;
    OK(journal_open(installation_path(arena, &installation, "signer/signer.db"), &opened->authority.journal));
    opened->authority.origin = installation.public_url;
    opened->authority.rp_id = "localhost";
    OK(authority_take_registry(&opened->authority));
}

static inline void close_authority(struct opened *opened)
{
    token_close(opened->signing.token);
    token_module_close(opened->module);
    journal_close(opened->authority.journal);
    documents_close(&opened->authority);
    authority_drop_registry(&opened->authority);
}

/* A further decision over the same line. */
struct other_decision {
    const char *officer; /* token label; NULL: none */
    bool is_received, is_approved;
};
/* What the evidence is made from: one officer's card, the keeper's word and the station's; texts that are NULL fit. */
struct story {
    struct application_statement application;
    struct decision_statement decision;
    struct decision_statement_line line;
    struct memory_key *key; /* of the card */
    int64_t attempt;
    const char *officer; /* token label; NULL: none of the first decision */
    int64_t signed_s;
    struct bytes request_digest; /* D in the request; empty: the right one */
    struct other_decision other;
    const char *applicant; /* token label of the applicant's own signature; NULL: none */
    bool has_no_owner, has_no_production;
    struct owner_statement owner;
    struct production_statement production;
    struct memory_key *owner_key, *production_key;
};

static inline struct application_statement good_application(const char *uid)
{
    return (struct application_statement){.application_uid = uid,
                                          .revision = 1,
                                          .barcode = "0123456789abcde",
                                          .door = "saglik",
                                          .reason = application_reason_words[0],
                                          .term_years = 3,
                                          .profile = "nes-1",
                                          .identity_number = "30000000438",
                                          .given_names = "ELİF",
                                          .surname = "ŞAHİN",
                                          .birth_place = "İSTANBUL",
                                          .birth_date = {1990, 5, 17},
                                          .institution_code = "3401",
                                          .institution_name = "İstanbul İl Sağlık Müdürlüğü",
                                          .unit = "Poliklinik",
                                          .title = "Hemşire",
                                          .address = "Sokak 1",
                                          .province = "İSTANBUL",
                                          .district = "FATİH",
                                          .postal_code = "34080",
                                          .email = "elif@example.org",
                                          .mobile = "5321234567",
                                          .mobile_operator = "Turkcell",
                                          .channel = "e-posta",
                                          .reader = "istenmedi",
                                          .vpn = "istenmiyor",
                                          .declaration = "Doğrudur.",
                                          .notice = arena_printf(arena, "1 %064d", 1),
                                          .information = arena_printf(arena, "1 %064d", 2),
                                          .form = arena_printf(arena, "1 %064d", 3),
                                          .undertaking = arena_printf(arena, "1 %064d", 4),
                                          .has_security_word = true,
                                          .server = "http://localhost:8080",
                                          .made_s = now_s - 3600,
                                          .salt = "0123456789abcdef0123456789abcdef"};
}

static inline struct story good_story(const char *uid, struct memory_key *key)
{
    return (struct story){.application = good_application(uid),
                          .decision = {.decision_uid = "ffeeddccbbaa99887766554433221100",
                                       .is_received = true,
                                       .is_approved = true,
                                       .institution_code = "34",
                                       .made_s = now_s,
                                       .valid_until_s = now_s + 10 * DAY_S,
                                       .registry_number = 1},
                          .line = {.application_uid = uid, .revision = 1, .way = decision_way_words[0]},
                          .key = key,
                          .attempt = 1,
                          .officer = "ayse",
                          .signed_s = now_s,
                          .owner = {.person = arena_printf(arena, "%064d", 5),
                                    .purpose = owner_purpose_words[OWNER_APPLIES],
                                    .number = arena_printf(arena, "%064d", 6),
                                    .known_since_s = now_s - 30 * DAY_S,
                                    .source = owner_source_words[OWNER_SOURCE_REGISTER],
                                    .word = owner_word_of_code,
                                    .made_s = now_s},
                          .production = {.application_uid = uid,
                                         .card_serial = "1",
                                         .is_made_on_card = true,
                                         .puk_envelope = arena_printf(arena, "%064d", 7),
                                         .station = "istasyon-1",
                                         .made_s = now_s},
                          .owner_key = keeper_key,
                          .production_key = station_key};
}

/* Closes and opens PKCS #11 libraries: with no authority open. */
static inline struct bytes sign_as(const char *label, struct bytes text, int64_t signed_s)
{
    struct token_module *module;
    struct token_signing signing = {0};
    const struct token_certificate *found;
    size_t count;
    const char *pin;
    struct certificate certificate;
    struct bytes cms;
    OK(config_read_secret(arena, installation_path(arena, &installation, "people/%s.pin", label), &pin));
    OK(token_softhsm_use(installation_path(arena, &installation, "people")));
    OK(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    OK(token_open(module, label, TOKEN_USER, pin, &signing.token));
    OK(token_find_key(signing.token, arena, NULL, &signing.key));
    OK(token_list_certificates(signing.token, arena, &found, &count));
    assert_int_equal(count, 1);
    OK(certificate_parse(arena, found[0].der, &certificate));
    struct external_signer signer = token_signer(&signing);
    OK(cades_sign(arena, text, &certificate, signed_s, &signer, &cms));
    token_close(signing.token);
    token_module_close(module);
    return cms;
}

static inline struct signer_proof proof_by(struct memory_key *key, enum signer_proof_kind kind, struct bytes text)
{
    struct external_signer signer = memory_key_signer(key);
    struct signer_proof proof = {.kind = kind, .text = text};
    OK(signer.sign(signer.context, text, arena, &proof.proof));
    return proof;
}

static inline struct signer_proof decision_by(struct story *story, const char *officer, bool is_received,
                                              bool is_approved)
{
    struct bytes text;
    struct decision_statement decision = story->decision;
    decision.is_received = is_received;
    decision.is_approved = is_approved;
    OK(decision_statement_write(arena, &decision, &text));
    return (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(officer, text, story->signed_s)};
}

static inline struct signer_proof owner_proof(struct story *story, const char *subject)
{
    struct bytes text;
    struct owner_statement owner = story->owner;
    if (owner.subject == NULL) owner.subject = subject;
    OK(owner_statement_write(arena, &owner, &text));
    return proof_by(story->owner_key, PROOF_OWNER, text);
}

static inline struct signer_proof production_proof(struct story *story, const char *digest)
{
    struct bytes text;
    struct production_statement production = story->production;
    if (production.digest == NULL) production.digest = digest;
    if (production.attempt == 0) production.attempt = story->attempt;
    if (production.public_key == NULL)
        production.public_key = hex_encode(arena, sha256(arena, memory_key_public(story->key)));
    OK(production_statement_write(arena, &production, &text));
    return proof_by(story->production_key, PROOF_STATION, text);
}

/* The owner's word that this certificate may be used. */
static inline struct owner_statement activation_word(const char *serial, int64_t made_s)
{
    return (struct owner_statement){.person = arena_printf(arena, "%064d", 5),
                                    .purpose = owner_purpose_words[OWNER_ACTIVATES],
                                    .subject = serial,
                                    .number = arena_printf(arena, "%064d", 6),
                                    .known_since_s = made_s - 30 * DAY_S,
                                    .source = owner_source_words[OWNER_SOURCE_REGISTER],
                                    .word = owner_word_of_code,
                                    .made_s = made_s};
}

static inline const struct signer_proof *activation(const char *serial, int64_t made_s)
{
    struct bytes text;
    struct signer_proof *proof = NEW(arena, struct signer_proof);
    const struct owner_statement owner = activation_word(serial, made_s);
    OK(owner_statement_write(arena, &owner, &text));
    *proof = proof_by(keeper_key, PROOF_OWNER, text);
    return proof;
}

#define STORY_PROOFS_MAX 8
static inline struct signer_evidence evidence_of(struct story *story)
{
    struct bytes application, request;
    OK(application_statement_write(arena, &story->application, &application));
    struct bytes digest = sha256(arena, application);
    const char *digest_text = hex_encode(arena, digest);
    if (story->line.digest == NULL) story->line.digest = digest_text;
    story->decision.lines = &story->line;
    story->decision.line_count = 1;
    struct external_signer signer = memory_key_signer(story->key);
    struct name subject =
        request_subject(arena, story->request_digest.size > 0 ? story->request_digest : digest, story->attempt);
    OK(request_build(arena, &subject, memory_key_public(story->key), &signer, &request));
    struct signer_proof *proofs = NEW_ARRAY(arena, struct signer_proof, STORY_PROOFS_MAX);
    size_t count = 0;
    const struct decision_statement *decision = &story->decision;
    const struct other_decision *other = &story->other;
    if (story->officer != NULL)
        proofs[count++] = decision_by(story, story->officer, decision->is_received, decision->is_approved);
    if (other->officer != NULL)
        proofs[count++] = decision_by(story, other->officer, other->is_received, other->is_approved);
    if (story->applicant != NULL)
        proofs[count++] =
            (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(story->applicant, application, story->signed_s)};
    if (!story->has_no_owner) proofs[count++] = owner_proof(story, digest_text);
    if (!story->has_no_production) proofs[count++] = production_proof(story, digest_text);
    return (struct signer_evidence){.application_uid = story->application.application_uid,
                                    .attempt = story->attempt,
                                    .application_statement = application,
                                    .certificate_request = request,
                                    .proofs = proofs,
                                    .proof_count = count};
}

#endif
