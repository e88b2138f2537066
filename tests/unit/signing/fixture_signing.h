/* Purpose: a root, the authorities under it, and people's certificates with keys in memory, for the tests of this room. */
#ifndef DIVIT_TESTS_FIXTURE_SIGNING_H
#define DIVIT_TESTS_FIXTURE_SIGNING_H

#include "base/clock.h"
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"
#include "signing/signing.h"
#include "signing_test_sql.h"
#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define AYSE "10000000146"
#define OYA "10000000078"

static struct arena *arena;
static struct db *db;
static struct keeper *keeper;
static const uint8_t web_key[KEY_SIZE] = {7};

struct authority {
    struct memory_key *key;
    struct certificate certificate;
};
static struct authority root, issuing, people, stranger;
static struct memory_key *card;

static const struct certificate_terms terms = {
    "1.2.3.4", "http://localhost/", "deneme", "http://localhost/crl", "http://localhost/ca", "http://localhost/ocsp"};

static inline struct certificate certify(const struct authority *above, const struct certificate_profile *profile,
                                         const struct name *name, struct bytes public_key, int64_t from_s,
                                         int64_t until_s)
{
    struct bytes to_be_signed, der, subject = name_der(arena, name);
    struct certificate certificate;
    struct external_signer signer = memory_key_signer(above->key);
    struct certificate_content content = {
        .profile = profile,
        .terms = &terms,
        .serial = certificate_serial_new(arena),
        .issuer_name = above->certificate.subject_name.size > 0 ? above->certificate.subject_name : subject,
        .issuer_key = memory_key_public(above->key),
        .subject_name = subject,
        .public_key = public_key,
        .not_before_s = from_s,
        .not_after_s = until_s,
        .algorithm = SIGNATURE_ECDSA_SHA256,
    };
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(above->key), &signer, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate;
}

static inline void make_authority(struct authority *authority, const struct authority *above, const char *name)
{
    const struct name subject = {.country = "TR", .organization = "Deneme", .common_name = name};
    int64_t now_s = clock_now_s();
    OK(memory_key_new(&authority->key));
    if (above == NULL) above = authority;
    authority->certificate = certify(above, above == authority ? &profile_root : &profile_issuing, &subject,
                                     memory_key_public(authority->key), now_s - DAY_S, now_s + 1000 * DAY_S);
}

static inline struct certificate certify_person(const struct authority *above, const char *identity_number)
{
    const struct name subject = {.country = "TR", .serial_number = identity_number, .common_name = "AYŞE IŞIK"};
    int64_t now_s = clock_now_s();
    return certify(above, &profile_qualified, &subject, memory_key_public(card), now_s - DAY_S, now_s + 100 * DAY_S);
}

static inline struct bytes sign_at(const char *text, const struct certificate *certificate, int64_t signed_s)
{
    struct external_signer signer = memory_key_signer(card);
    struct bytes cms;
    OK(cades_sign(arena, bytes_of_text(text), certificate, signed_s, &signer, &cms));
    return cms;
}

struct sql_run {
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

static inline enum err run_sql(struct db_tx *tx, void *context)
{
    struct sql_run *run = context;
    return db_rows(tx, arena, run->sql, run->values, &run->rows);
}

static inline const struct db_rows *rows_of(const struct db_sql *sql, const struct db_value *values)
{
    struct sql_run run = {sql, values, NULL};
    OK(db_run(db, run_sql, &run));
    return run.rows;
}

static inline int64_t count_records(const char *event)
{
    return db_int64(rows_of(&sql_count_records, DB_WITH(DB_TEXT("event", event))), 0, "records");
}

static inline void insert_registry(void)
{
    const struct bytes authorities[] = {issuing.certificate.der, people.certificate.der};
    const struct registry registry = {.number = 1,
                                      .rules = registry_shipped_rules,
                                      .rules_count = registry_shipped_rules_count,
                                      .authorities = authorities,
                                      .authorities_count = 2};
    struct bytes text, sealed;
    OK(registry_write(arena, &registry, &text));
    OK(seal_registry_text(keeper, arena, 1, text, &sealed));
    rows_of(&sql_insert_registry, DB_WITH(DB_BYTES("digest", sha256(arena, text)), DB_BYTES("sealed_text", sealed)));
}

/* An application that our own certificates may have come from. */
static inline int64_t insert_application(void)
{
    const struct bytes bytes = bytes_of_text("x");
    int64_t door = db_int64(rows_of(&sql_insert_door, DB_NOTHING), 0, "id");
    int64_t institution = db_int64(rows_of(&sql_insert_institution, DB_NOTHING), 0, "id");
    int64_t person = db_int64(rows_of(&sql_insert_person, DB_WITH(DB_BYTES("bytes", bytes))), 0, "id");
    return db_int64(
        rows_of(&sql_insert_application, DB_WITH(DB_INT64("person_id", person), DB_INT64("door_id", door),
                                                 DB_INT64("institution_id", institution), DB_BYTES("bytes", bytes))),
        0, "id");
}

static inline void insert_certificate(int64_t application, int64_t attempt, const struct certificate *certificate,
                                      const char *status)
{
    rows_of(&sql_insert_certificate,
            DB_WITH(DB_TEXT("serial", certificate->serial), DB_INT64("application_id", application),
                    DB_INT64("attempt", attempt), DB_BYTES("bytes", bytes_of_text("x"))));
    rows_of(&sql_insert_status, DB_WITH(DB_TEXT("serial", certificate->serial), DB_TEXT("status", status),
                                        DB_INT64("change_number", attempt)));
}

static inline int set_up(void **state)
{
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    make_authority(&root, NULL, "Kök");
    make_authority(&issuing, &root, "Makam");
    make_authority(&people, &root, "Kişiler");
    make_authority(&stranger, NULL, "Kişiler"); /* the same name, another key */
    OK(memory_key_new(&card));
    rows_of(&sql_insert_ca, DB_WITH(DB_TEXT("name", "root"), DB_BYTES("der", root.certificate.der)));
    rows_of(&sql_insert_ca, DB_WITH(DB_TEXT("name", "issuing"), DB_BYTES("der", issuing.certificate.der)));
    insert_registry();
    return 0;
}

static inline int tear_down(void **state)
{
    struct authority *all[] = {&root, &issuing, &people, &stranger};
    for (size_t i = 0; i < 4; i++) memory_key_free(all[i]->key);
    memory_key_free(card);
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    arena_free(arena);
    return 0;
}

#endif
