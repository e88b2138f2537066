/*
 * The order is that of the tokens, one library at a time: the signer's key, the people's keys, then the root's token,
 * which makes and signs all certificates and is closed for good, then the certificates are written back.
 */
#include "signer/ceremony.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "pki/crl.h"
#include "pki/lint.h"
#include "pki/request.h"
#include "signer/authority.h"
#include "signer/ceremony_hosts.h"
#include "signer/ceremony_people.h"
#include "signer/journal.h"
#include "signer/settings.h"
#include "statement/box_statement.h"

#include <string.h>

#define ADMINISTRATORS_MIN 2
#define ROOT_FOLDER "ceremony/root"
#define ROOT_TOKEN "divit-root"
#define KEEPER_FOLDER "keeper"
#define PUBLIC_KEY_MAX 1024
#define ROOT_YEARS 20
#define ISSUING_YEARS 10
#define PEOPLE_YEARS 3
#define JOURNAL_FILE "signer/signer.db"

struct hall { /* where the ceremony is held: what its steps share */
    struct arena *arena;
    const struct installation *installation;
    const struct ceremony *ceremony;
    struct signer_settings settings;
    struct buffer log;
    int64_t now_s;
    struct bytes issuing_request;
    struct bytes *people_requests, *people_certificates; /* as many as people */
    struct bytes root_certificate, issuing_certificate, registry;
    struct bytes root_crl, people_crl;
};

static void note(struct hall *hall, const char *act, struct bytes what)
{
    buffer_printf(&hall->log, "%s %s", time_to_iso(hall->arena, clock_now_s()), act);
    if (what.size > 0) buffer_printf(&hall->log, " SHA-256 %s", hex_encode(hall->arena, sha256(hall->arena, what)));
    buffer_char(&hall->log, '\n');
}

/* A token in `folder` with a random PIN in its file "pin"; the SO PIN is thrown away. */
static enum err make_token(struct hall *hall, const char *folder, const char *label, struct token_module **ret_module,
                           struct token **ret_token)
{
    struct token_module *module;
    const char *pin = random_hex(hall->arena, 16);
    const char *path = installation_path(hall->arena, hall->installation, "%s/pin", folder);
    TRY(folder_make(installation_path(hall->arena, hall->installation, "%s", folder), 0700));
    TRY(file_write(path, bytes_of_text(arena_printf(hall->arena, "%s\n", pin)), 0600));
    TRY(token_softhsm_use(installation_path(hall->arena, hall->installation, "%s", folder)));
    TRY(token_module_open(TOKEN_SOFTHSM_MODULE, &module));
    enum err error = token_initialise(module, label, random_hex(hall->arena, 16), pin);
    if (error == ERR_NONE) error = token_open(module, label, TOKEN_USER, pin, ret_token);
    if (error != ERR_NONE) {
        token_module_close(module);
        return error;
    }
    *ret_module = module;
    return ERR_NONE;
}

static struct name authority_name(struct hall *hall, const char *common_name)
{
    const char *end = hall->installation->is_demo ? COMMON_NAME_DEMO : "";
    return (struct name){.country = "TR",
                         .organization = hall->settings.organization,
                         .common_name = arena_printf(hall->arena, "%s%s", common_name, end)};
}

/* The signer's own word on status, journal and audit tree: what its public key is stands in a file for who checks. */
static enum err make_status_key(struct hall *hall, struct token *token)
{
    struct token_key key;
    const char *label = hall->settings.status_key;
    TRY(token_make_key(token, hall->arena, TOKEN_EC_P256, label, bytes_of_text(label), &key));
    note(hall, "İmzalayıcının kendi anahtarı aynı aygıtta üretildi:", key.public_key);
    return file_write(installation_path(hall->arena, hall->installation, "signer/signer.pub"), key.public_key, 0644);
}

static enum err make_issuing_key(struct hall *hall)
{
    struct token_module *module;
    struct token *token;
    TRY(make_token(hall, "signer", hall->settings.token, &module, &token));
    struct token_signing signing = {.token = token};
    enum err error = token_make_key(token, hall->arena, TOKEN_EC_P384, hall->settings.key,
                                    bytes_of_text(hall->settings.key), &signing.key);
    if (error == ERR_NONE) {
        struct external_signer signer = token_signer(&signing);
        struct name subject = authority_name(hall, "Divit Nitelikli Sertifika Makamı");
        error = request_build(hall->arena, &subject, signing.key.public_key, &signer, &hall->issuing_request);
    }
    if (error == ERR_NONE) error = make_status_key(hall, token);
    if (error == ERR_NONE)
        error =
            documents_make(token, hall->arena, installation_path(hall->arena, hall->installation, DOCUMENT_KEY_FILE));
    token_close(token);
    token_module_close(module);
    TRY(error);
    note(hall, "Alt makamın anahtarı imzalayıcının aygıtında üretildi; sertifika isteği:", hall->issuing_request);
    return ERR_NONE;
}

struct issuing_step {
    const struct certificate_profile *profile;
    struct name subject;
    struct bytes public_key;
    const struct certificate *issuer; /* NULL: itself */
    const char *authority; /* in the addresses that its certificates name */
    int years;
    bool is_day_less; /* spec 07: of persons' certificates */
};

static enum err sign_certificate(struct hall *hall, struct token_signing *signing, const struct issuing_step *step,
                                 struct bytes *ret_certificate)
{
    struct external_signer signer = token_signer(signing);
    struct certificate_terms terms = signer_terms(hall->arena, hall->installation, &hall->settings, step->authority);
    struct bytes subject = name_der(hall->arena, &step->subject), to_be_signed;
    struct certificate_content content = {
        .profile = step->profile,
        .terms = &terms,
        .serial = certificate_serial_new(hall->arena),
        .issuer_name = step->issuer == NULL ? subject : step->issuer->subject_name,
        .issuer_key = step->issuer == NULL ? step->public_key : step->issuer->public_key,
        .subject_name = subject,
        .public_key = step->public_key,
        .not_before_s = hall->now_s,
        .not_after_s = time_add_years(hall->now_s, step->years) - (step->is_day_less ? DAY_S : 0),
        .algorithm = signer.algorithm};
    TRY(certificate_build(hall->arena, &content, &to_be_signed));
    TRY(lint_check(hall->arena, to_be_signed, step->profile));
    return certificate_sign(hall->arena, to_be_signed, content.issuer_key, &signer, ret_certificate);
}

/* The word that nothing of this authority is revoked, good until its certificates end: it comes to no desk in between. */
static enum err sign_empty_crl(struct hall *hall, struct token_signing *signing, const struct certificate *authority,
                               struct bytes *ret_crl)
{
    struct external_signer signer = token_signer(signing);
    const struct crl_content content = {.issuer = authority,
                                        .number = 1,
                                        .this_update_s = hall->now_s,
                                        .next_update_s = time_add_years(hall->now_s, ISSUING_YEARS)};
    TRY(crl_build(hall->arena, &content, &signer, ret_crl));
    note(hall, arena_printf(hall->arena, "%s: boş iptal listesi:", authority->subject_common_name), *ret_crl);
    return ERR_NONE;
}

static enum err certify_people(struct hall *hall, struct token *token, const struct certificate *root)
{
    struct token_signing root_key = {.token = token}, people_key = {.token = token};
    struct certificate people;
    struct bytes der;
    TRY(token_find_key(token, hall->arena, "root", &root_key.key));
    TRY(token_make_key(token, hall->arena, TOKEN_EC_P384, "people", bytes_of_text("people"), &people_key.key));
    struct issuing_step authority = {&profile_issuing,
                                     authority_name(hall, "Divit Gösterim Kişileri"),
                                     people_key.key.public_key,
                                     root,
                                     "root",
                                     ISSUING_YEARS,
                                     false};
    TRY(sign_certificate(hall, &root_key, &authority, &der));
    TRY(certificate_parse(hall->arena, der, &people));
    TRY(file_write(installation_path(hall->arena, hall->installation, CEREMONY_PEOPLE "/ca.cer"), der, 0644));
    TRY(sign_empty_crl(hall, &people_key, &people, &hall->people_crl));
    for (size_t i = 0; i < hall->ceremony->people_count; i++) {
        const struct ceremony_person *person = &hall->ceremony->people[i];
        struct request request;
        if (person->certificate.size > 0) continue;
        TRY(request_parse(hall->arena, hall->people_requests[i], &request));
        struct name subject = {
            .country = "TR",
            .serial_number = person->identity_number,
            .common_name = arena_printf(hall->arena, "%s %s" COMMON_NAME_DEMO, person->given_names, person->surname)};
        struct issuing_step step = {&profile_qualified, subject, request.public_key, &people, "people",
                                    PEOPLE_YEARS,       true};
        TRY(sign_certificate(hall, &people_key, &step, &hall->people_certificates[i]));
        note(hall, "Gösterim kişisinin sertifikası:", hall->people_certificates[i]);
    }
    return ERR_NONE;
}

/* The keeper's key was made before; so that who seals something to the keeper needs to know the root alone. */
static enum err certify_keeper(struct hall *hall, struct token_signing *signing, const struct certificate *root)
{
    struct bytes public_key, der;
    enum err error =
        file_read(hall->arena, installation_path(hall->arena, hall->installation, KEEPER_FOLDER "/keeper.pub"),
                  PUBLIC_KEY_MAX, &public_key);
    if (error == ERR_NOT_FOUND) return ERR_NONE; /* it is on another machine and gets its certificate another day */
    TRY(error);
    TRY(public_key_check(public_key));
    struct issuing_step step = {
        &profile_keeper, authority_name(hall, KEEPER_COMMON_NAME), public_key, root, "root", ISSUING_YEARS, false};
    TRY(sign_certificate(hall, signing, &step, &der));
    note(hall, "Saklayıcının sertifikası:", der);
    return file_write(installation_path(hall->arena, hall->installation, KEEPER_FOLDER "/keeper.cer"), der, 0644);
}

static enum err certify(struct hall *hall, struct token *token)
{
    struct token_signing signing = {.token = token};
    struct certificate root;
    struct request request;
    TRY(token_make_key(token, hall->arena, TOKEN_EC_P384, "root", bytes_of_text("root"), &signing.key));
    struct issuing_step first = {&profile_root,
                                 authority_name(hall, "Divit Kök Sertifika Makamı"),
                                 signing.key.public_key,
                                 NULL,
                                 "root",
                                 ROOT_YEARS,
                                 false};
    TRY(sign_certificate(hall, &signing, &first, &hall->root_certificate));
    TRY(certificate_parse(hall->arena, hall->root_certificate, &root));
    note(hall, "Kök anahtarı kendi aygıtında üretildi; kök sertifikası:", hall->root_certificate);
    TRY(request_parse(hall->arena, hall->issuing_request, &request));
    struct issuing_step second = {&profile_issuing,
                                  authority_name(hall, "Divit Nitelikli Sertifika Makamı"),
                                  request.public_key,
                                  &root,
                                  "root",
                                  ISSUING_YEARS,
                                  false};
    TRY(sign_certificate(hall, &signing, &second, &hall->issuing_certificate));
    note(hall, "Alt makamın sertifikası:", hall->issuing_certificate);
    TRY(sign_empty_crl(hall, &signing, &root, &hall->root_crl));
    TRY(certify_keeper(hall, &signing, &root));
    struct bytes hosts;
    TRY(hosts_make(hall->arena, hall->installation, hall->root_certificate, hall->issuing_certificate, &signing,
                   hall->now_s, &hosts));
    note(hall, "İmza programının, kök anahtarla imzalanan sunucu listesi:", hosts);
    return hall->installation->is_demo ? certify_people(hall, token, &root) : ERR_NONE;
}

static enum err make_root(struct hall *hall)
{
    struct token_module *module;
    struct token *token;
    TRY(make_token(hall, ROOT_FOLDER, ROOT_TOKEN, &module, &token));
    enum err error = certify(hall, token);
    token_close(token);
    token_module_close(module);
    return error;
}

static enum err write_authority(struct hall *hall)
{
    struct token_module *module;
    struct token *token;
    struct certificate root, issuing;
    TRY(certificate_parse(hall->arena, hall->root_certificate, &root));
    TRY(certificate_parse(hall->arena, hall->issuing_certificate, &issuing));
    TRY(signer_token_open(hall->arena, hall->installation, &hall->settings, &module, &token));
    enum err error = token_write_certificate(token, hall->settings.key, bytes_of_text(hall->settings.key), issuing.der,
                                             issuing.subject_name);
    if (error == ERR_NONE)
        error = token_write_certificate(token, "root", bytes_of_text("root"), root.der, root.subject_name);
    token_close(token);
    token_module_close(module);
    return error;
}

static enum err take_person(struct hall *hall, size_t at, struct registry_person *ret_person)
{
    const struct ceremony_person *person = &hall->ceremony->people[at];
    struct bytes der = person->certificate.size > 0 ? person->certificate : hall->people_certificates[at];
    struct certificate certificate;
    TRY(certificate_parse(hall->arena, der, &certificate));
    *ret_person = (struct registry_person){.identity_number = person->identity_number,
                                           .role = person->role,
                                           .institution_code = person->institution_code,
                                           .card_digest = hex_encode(hall->arena, sha256(hall->arena, der)),
                                           .card_key_digest =
                                               hex_encode(hall->arena, sha256(hall->arena, certificate.public_key)),
                                           .from_s = hall->now_s,
                                           .until_s = certificate.not_after_s};
    return ERR_NONE;
}

/* Whose certificates count for applicants' signatures: the issuing authority's own, and in a demo the people's. */
static enum err list_authorities(struct hall *hall, struct registry *registry)
{
    struct bytes *authorities = NEW_ARRAY(hall->arena, struct bytes, 2);
    authorities[registry->authorities_count++] = hall->issuing_certificate;
    if (hall->installation->is_demo)
        TRY(file_read(hall->arena, installation_path(hall->arena, hall->installation, CEREMONY_PEOPLE "/ca.cer"), 65536,
                      &authorities[registry->authorities_count++]));
    registry->authorities = authorities;
    return ERR_NONE;
}

static enum err compose_registry(struct hall *hall, struct registry *ret_registry)
{
    const struct ceremony *ceremony = hall->ceremony;
    struct registry_institution *institutions =
        NEW_ARRAY(hall->arena, struct registry_institution, ceremony->institutions_count + 1);
    struct registry_service *services = NEW_ARRAY(hall->arena, struct registry_service, ceremony->services_count + 1);
    struct registry_person *persons = NEW_ARRAY(hall->arena, struct registry_person, ceremony->people_count + 1);
    for (size_t i = 0; i < ceremony->institutions_count; i++)
        institutions[i] =
            (struct registry_institution){ceremony->institutions[i].code, ceremony->institutions[i].parent_code};
    for (size_t i = 0; i < ceremony->services_count; i++)
        services[i] = (struct registry_service){ceremony->services[i].name, ceremony->services[i].public_key,
                                                hall->now_s, time_add_years(hall->now_s, ISSUING_YEARS)};
    for (size_t i = 0; i < ceremony->people_count; i++) TRY(take_person(hall, i, &persons[i]));
    struct registry registry = {.number = 1,
                                .rules = registry_shipped_rules,
                                .rules_count = registry_shipped_rules_count,
                                .institutions = institutions,
                                .institutions_count = ceremony->institutions_count,
                                .services = services,
                                .services_count = ceremony->services_count,
                                .persons = persons,
                                .persons_count = ceremony->people_count};
    TRY(list_authorities(hall, &registry));
    *ret_registry = registry;
    return ERR_NONE;
}

/* Registry and head: from here on a journal without an anchor is one that was put back. */
static enum err begin_journal(struct hall *hall, struct token *token, struct authority *authority)
{
    struct token_signing own = {.token = token};
    const struct journal_registry first = {.number = 1, .text = hall->registry};
    const char *anchor = hall->settings.anchor;
    TRY(token_find_key(token, hall->arena, hall->settings.status_key, &own.key));
    TRY(documents_open(authority, token, hall->arena,
                       installation_path(hall->arena, hall->installation, DOCUMENT_KEY_FILE)));
    TRY(journal_open(installation_path(hall->arena, hall->installation, JOURNAL_FILE), &authority->journal));
    journal_use_key(authority->journal, authority->document_key);
    TRY(journal_add_registry(authority->journal, hall->now_s, &first));
    authority->own = token_signer(&own);
    authority->anchor = anchor;
    TRY(folder_make(arena_text_n(hall->arena, anchor, (size_t)(strrchr(anchor, '/') - anchor)), 0700));
    return authority_sign_head(authority, hall->arena, hall->now_s);
}

static enum err write_registry(struct hall *hall)
{
    struct registry registry;
    struct authority authority = {0};
    struct token_module *module;
    struct token *token;
    TRY(compose_registry(hall, &registry));
    TRY(registry_write(hall->arena, &registry, &hall->registry));
    note(hall, "1 numaralı sicil defteri:", hall->registry);
    TRY(signer_token_open(hall->arena, hall->installation, &hall->settings, &module, &token));
    enum err error = begin_journal(hall, token, &authority);
    journal_close(authority.journal);
    documents_close(&authority);
    token_close(token);
    token_module_close(module);
    return error;
}

static enum err write_papers(struct hall *hall)
{
    struct arena *arena = hall->arena;
    TRY(file_write(installation_path(arena, hall->installation, "signer/root.cer"), hall->root_certificate, 0644));
    TRY(file_write(installation_path(arena, hall->installation, "signer/issuing.cer"), hall->issuing_certificate,
                   0644));
    /* the keeper knows by it whose certificate is ours */
    TRY(folder_make(installation_path(arena, hall->installation, KEEPER_FOLDER), 0700));
    TRY(file_write(installation_path(arena, hall->installation, KEEPER_FOLDER "/issuing.cer"),
                   hall->issuing_certificate, 0644));
    /* and by this one whose word on the registry is the signer's */
    struct bytes own_key;
    TRY(file_read(arena, installation_path(arena, hall->installation, "signer/signer.pub"), 1024, &own_key));
    TRY(file_write(installation_path(arena, hall->installation, KEEPER_FOLDER "/signer.pub"), own_key, 0644));
    note(hall, "Tören bitti. Kök aygıtı (ceremony/root) bu makineden alınıp saklanmalıdır.", (struct bytes){0});
    return file_write(installation_path(arena, hall->installation, "ceremony/log.txt"), buffer_bytes(&hall->log), 0600);
}

/* Different persons: the registry refuses one person twice with two cards only where roles differ. */
static size_t count_administrators(const struct ceremony *ceremony)
{
    size_t count = 0;
    for (size_t i = 0; i < ceremony->people_count; i++) {
        bool is_counted = ceremony->people[i].role != REGISTRY_ADMINISTRATOR;
        for (size_t k = 0; k < i && !is_counted; k++)
            is_counted = strcmp(ceremony->people[k].identity_number, ceremony->people[i].identity_number) == 0;
        if (!is_counted) count++;
    }
    return count;
}

static enum err open_hall(struct hall *hall)
{
    const struct ceremony *ceremony = hall->ceremony;
    bool is_demo = hall->installation->is_demo;
    if (file_exists(installation_path(hall->arena, hall->installation, JOURNAL_FILE)))
        return err_set(ERR_EXISTS, "the ceremony was held already: " JOURNAL_FILE " is there");
    if (!is_demo && (ceremony->present[0] == NULL || ceremony->present[1] == NULL))
        return err_set(ERR_INVALID, "a ceremony needs two persons");
    for (size_t i = 0; i < ceremony->people_count; i++) {
        if (!is_demo && ceremony->people[i].certificate.size == 0)
            return err_set(ERR_INVALID, "a person without the certificate of a card");
    }
    if (count_administrators(ceremony) < ADMINISTRATORS_MIN)
        return err_set(ERR_INVALID, "a registry needs two administrators: nobody could be added later");
    TRY(secret_init());
    TRY(signer_settings_load(hall->arena, hall->installation, &hall->settings));
    TRY(folder_make(installation_path(hall->arena, hall->installation, "ceremony"), 0700));
    note(hall, "Tören başladı.", (struct bytes){0});
    for (size_t i = 0; i < 2; i++) {
        if (ceremony->present[i] != NULL)
            note(hall, arena_printf(hall->arena, "Hazır bulunan: %s", ceremony->present[i]), (struct bytes){0});
    }
    if (is_demo) note(hall, "GÖSTERİM kurulumu: tek programca, tanıksız yapıldı.", (struct bytes){0});
    hall->people_requests = NEW_ARRAY(hall->arena, struct bytes, ceremony->people_count + 1);
    hall->people_certificates = NEW_ARRAY(hall->arena, struct bytes, ceremony->people_count + 1);
    return ERR_NONE;
}

static enum err hold(struct hall *hall)
{
    TRY(open_hall(hall));
    TRY(make_issuing_key(hall));
    if (hall->installation->is_demo)
        TRY(people_make(hall->arena, hall->installation, hall->ceremony, hall->people_requests));
    TRY(make_root(hall));
    TRY(write_authority(hall));
    if (hall->installation->is_demo)
        TRY(people_give(hall->arena, hall->installation, hall->ceremony, hall->people_certificates));
    TRY(write_registry(hall));
    return write_papers(hall);
}

enum err ceremony_hold(struct arena *arena, const struct installation *installation, const struct ceremony *ceremony,
                       struct ceremony_result *ret_result)
{
    struct hall hall = {.arena = arena, .installation = installation, .ceremony = ceremony, .now_s = clock_now_s()};
    enum err error = hold(&hall);
    buffer_free(&hall.log);
    TRY(error);
    *ret_result = (struct ceremony_result){.root_certificate = hall.root_certificate,
                                           .issuing_certificate = hall.issuing_certificate,
                                           .root_crl = hall.root_crl,
                                           .people_crl = hall.people_crl,
                                           .crls_from_s = hall.now_s,
                                           .crls_until_s = time_add_years(hall.now_s, ISSUING_YEARS),
                                           .registry = hall.registry};
    return ERR_NONE;
}
