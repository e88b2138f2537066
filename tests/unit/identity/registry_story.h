/*
 * Purpose: what the tests of the registry's acts share: two administrators, an officer and a newcomer with cards, the
 * registry they stand in, and what the worker does when the signer has taken the next one in.
 */
#ifndef DIVIT_TESTS_IDENTITY_REGISTRY_STORY_H
#define DIVIT_TESTS_IDENTITY_REGISTRY_STORY_H

#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"
#include "register/register.h"
#include "pki/cades.h"
#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define FIRST "10000000146"
#define SECOND "10000000078"
#define OFFICER "10000000214"
#define NEWCOMER "10000000382"

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static const struct actor actor = {ACTOR_STAFF, 1, "10.0.0.1", "test"};
static int64_t first_id, second_id, officer_id, institution_id;

static const struct db_sql find_institution_sql = {"find_institution", "SELECT id FROM institution WHERE code = '34'"};

static enum err read_institution_id(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &find_institution_sql, DB_NOTHING, &row));
    institution_id = db_int64(row, 0, "id");
    return ERR_NONE;
}

struct contact_change {
    int64_t person_id;
    struct bytes sealed;
};
static enum err set_contact(struct db_tx *tx, void *context)
{
    const struct contact_change *change = context;
    return person_set_contact(tx, change->person_id, change->sealed);
}

/* Freed at the end. */
static struct memory_key *keys[16];
static size_t key_count;

static struct memory_key *new_key(void)
{
    OK(memory_key_new(&keys[key_count]));
    return keys[key_count++];
}

struct card {
    struct memory_key *key;
    struct certificate certificate;
    const char *digest;
};
static struct card first_card, second_card, officer_card, new_card;

static struct card card_with(struct memory_key *key, const char *identity_number, unsigned key_usage)
{
    static const struct certificate_terms terms = {"1.2.3.4",
                                                   "http://localhost/",
                                                   "deneme",
                                                   "http://localhost/crl",
                                                   "http://localhost/ca",
                                                   "http://localhost/ocsp"};
    struct card card = {.key = key};
    struct bytes to_be_signed, der;
    struct certificate_profile profile = profile_qualified;
    const struct name name = {.country = "TR", .serial_number = identity_number, .common_name = "DENEME"};
    struct external_signer signer = memory_key_signer(card.key);
    profile.key_usage = key_usage;
    const struct certificate_content content = {.profile = &profile,
                                                .terms = &terms,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = name_der(arena, &name),
                                                .issuer_key = memory_key_public(card.key),
                                                .subject_name = name_der(arena, &name),
                                                .public_key = memory_key_public(card.key),
                                                .not_before_s = clock_now_s() - 60,
                                                .not_after_s = clock_now_s() + 1000 * DAY_S,
                                                .algorithm = signer.algorithm};
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, content.issuer_key, &signer, &der));
    OK(certificate_parse(arena, der, &card.certificate));
    card.digest = hex_encode(arena, sha256(arena, card.certificate.der));
    return card;
}

static struct card card_of(const char *identity_number, unsigned key_usage)
{
    return card_with(new_key(), identity_number, key_usage);
}

__attribute__((unused)) static struct bytes signed_by(const struct card *card, struct bytes text)
{
    struct bytes cms;
    struct external_signer signer = memory_key_signer(card->key);
    OK(cades_sign(arena, text, &card->certificate, clock_now_s(), &signer, &cms));
    return cms;
}

static int64_t account_of(const char *number, const char *given_names, enum staff_role role)
{
    struct person person;
    const struct person_details details = {number, given_names, "ÖZ", "VAN", {1980, 2, 29}};
    const struct contact contact = {"kisi@posta.example", "5321234567", "both", LANGUAGE_TURKISH};
    struct staff_account account = {.role = role, .display_name = given_names, .user_name = number};
    const char *link;
    OK(need_person(db, keeper, arena, &actor, &details, &person));
    account.person_id = person.id;
    if (role == STAFF_OFFICER) account.institution_id = institution_id;
    struct contact_change change = {person.id, person_seal_contact(arena, &person, &contact)};
    person_close(&person);
    OK(db_run(db, set_contact, &change));
    OK(create_staff_account(db, arena, &actor, &account, &link));
    OK(find_link(db, arena, link, &account));
    return account.id;
}

static struct registry_person line_of(const char *number, enum registry_role role, const struct card *card)
{
    return (struct registry_person){.identity_number = number,
                                    .role = role,
                                    .institution_code = role == REGISTRY_OFFICER ? "34" : NULL,
                                    .card_digest = card->digest,
                                    .card_key_digest = hex_encode(arena, sha256(arena, card->certificate.public_key)),
                                    .from_s = clock_now_s() - 60,
                                    .until_s = clock_now_s() + 1000 * DAY_S};
}

/* The worker's act: the signer took this text in. */
struct taking {
    const struct registry_news *news;
};
static enum err take(struct db_tx *tx, void *context)
{
    const struct taking *taking = context;
    return take_registry(tx, &actor, taking->news, true);
}

static void signer_takes(struct bytes text)
{
    struct taking taking;
    OK(prepare_registry_news(db, keeper, arena, text, &taking.news));
    OK(db_run(db, take, &taking));
}

static void begin_registry(void)
{
    static const struct registry_institution institutions[] = {{"34", NULL}};
    const struct registry_person persons[] = {line_of(FIRST, REGISTRY_ADMINISTRATOR, &first_card),
                                              line_of(SECOND, REGISTRY_ADMINISTRATOR, &second_card),
                                              line_of(OFFICER, REGISTRY_OFFICER, &officer_card)};
    const struct registry registry = {
        .number = 1, .institutions = institutions, .institutions_count = 1, .persons = persons, .persons_count = 3};
    struct bytes text;
    OK(registry_write(arena, &registry, &text));
    signer_takes(text);
}

static struct registry_proposal read_proposal_of(const char *uid)
{
    struct registry_proposal proposal;
    OK(find_proposal(db, keeper, arena, uid, &proposal));
    return proposal;
}

__attribute__((unused)) static const char *propose_card(const struct card *card, enum staff_role role,
                                                        const char *institution, enum err wanted)
{
    const struct registry_wish wish = {
        .certificate = card->certificate.der, .role = role, .institution_code = institution};
    const char *uid = NULL;
    assert_int_equal(propose_addition(db, keeper, arena, &actor, first_id, &wish, &uid), wanted);
    return uid;
}

static int start(void **state)
{
    static const char csv[] =
        "kod;ust_kod;ad;birim;adres;telefon;dahili;eposta\n34;;İstanbul;P;S;2125550000;1;a@s.example\n";
    struct import_report report;
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    if (import_institutions(db, arena, &actor, bytes_of_text(csv), &report) != ERR_NONE) return -1;
    if (db_read(db, read_institution_id, NULL) != ERR_NONE) return -1;
    first_card = card_of(FIRST, profile_qualified.key_usage);
    second_card = card_of(SECOND, profile_qualified.key_usage);
    officer_card = card_of(OFFICER, profile_qualified.key_usage);
    new_card = card_of(NEWCOMER, profile_qualified.key_usage);
    first_id = account_of(FIRST, "BİRİNCİ", STAFF_ADMINISTRATOR);
    second_id = account_of(SECOND, "İKİNCİ", STAFF_ADMINISTRATOR);
    officer_id = account_of(OFFICER, "YETKİLİ", STAFF_OFFICER);
    begin_registry();
    return 0;
}

static int stop(void **state)
{
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    while (key_count > 0) memory_key_free(keys[--key_count]);
    arena = arena_free(arena);
    return 0;
}

#endif
