/*
 * Purpose: what the tests of the application room's acts share: a real database, a real keeper, a ministry with three
 * institutions, five people and three officers with cards in a registry, and the steps of one application.
 */
#ifndef DIVIT_TESTS_APPLICATION_STORY_H
#define DIVIT_TESTS_APPLICATION_STORY_H

#include "application/application.h"
#include "application_test_sql.h"
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "pki/cades.h"
#include "register/register.h"
#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define RENEWAL_DAYS 90
#define SERVER "http://localhost:8080"
#define PAGE "divit.example/itiraz"
#define WORD "Gizli9Kelime"
#define TOKEN "0123456789abcdef"

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static struct door door;
static int64_t officer_id, far_officer_id, upper_officer_id;
static const struct actor someone = {ACTOR_NOBODY, 0, "127.0.0.1", "test"};

/* people of the register: the fourth is the officer of 3401, the fifth of 3402 */
static const char *const numbers[] = {"10000000146", "10000000078", "10000000214", "10000000382", "10000000450"};

static const char institutions_csv[] =
    "kod;ust_kod;ad;birim;adres;telefon;dahili;eposta\n"
    "34;;İstanbul İl Sağlık Müdürlüğü;Personel;Sokak 1;2125550000;1;a@saglik.example\n"
    "3401;34;Kadıköy İlçe Sağlık Müdürlüğü;Özlük;Sokak 2;2165550000;2;b@saglik.example\n"
    "3402;34;Beşiktaş İlçe Sağlık Müdürlüğü;Özlük;Sokak 3;2125550001;3;c@saglik.example\n";

static const char staff_csv[] =
    "tckn;ad;soyad;dogum_yeri;dogum_tarihi;sicil_no;kurum_kodu;grup;ahb_kodu;birim;unvan;adres;il;ilce;posta_kodu;eposta;cep\n"
    "10000000146;Ayşe;Işık;İzmir;29.02.1984;A1;3401;personel;;Acil;Hekim;Sokak 5;İstanbul;Kadıköy;34710;ayse@posta.example;5321234567\n"
    "10000000078;Can;Öz;Ankara;01.02.1980;A2;3401;personel;;Acil;Hemşire;Sokak 5;İstanbul;Kadıköy;34710;can@posta.example;5321234568\n"
    "10000000214;Ece;Ak;Bursa;01.02.1981;A3;3402;personel;;Acil;Hemşire;Sokak 6;İstanbul;Beşiktaş;34330;ece@posta.example;5321234569\n"
    "10000000382;Oya;Su;Van;01.02.1970;A4;3401;personel;;Özlük;Memur;Sokak 5;İstanbul;Kadıköy;34710;oya@posta.example;5321234560\n"
    "10000000450;Ali;Er;Van;01.02.1971;A5;3402;personel;;Özlük;Memur;Sokak 6;İstanbul;Beşiktaş;34330;ali@posta.example;5321234561\n";

struct statement_run {
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

__attribute__((unused)) static enum err run_rows(struct db_tx *tx, void *context)
{
    struct statement_run *run = context;
    return db_rows(tx, arena, run->sql, run->values, &run->rows);
}

__attribute__((unused)) static enum err run_exec(struct db_tx *tx, void *context)
{
    struct statement_run *run = context;
    return db_exec(tx, run->sql, run->values, NULL);
}

__attribute__((unused)) static const struct db_rows *rows_of(const struct db_sql *sql, const struct db_value *values)
{
    struct statement_run run = {sql, values, NULL};
    assert_int_equal(db_read(db, run_rows, &run), ERR_NONE);
    return run.rows;
}

__attribute__((unused)) static void exec(const struct db_sql *sql, const struct db_value *values)
{
    struct statement_run run = {sql, values, NULL};
    assert_int_equal(db_run(db, run_exec, &run), ERR_NONE);
}

__attribute__((unused)) static int64_t make_officer(const char *number, const char *institution_code,
                                                    const char *user_name)
{
    struct person person;
    struct staff_account account;
    const char *link;
    int64_t institution_id =
        db_int64(rows_of(&sql_find_institution_by_code, DB_WITH(DB_TEXT("code", institution_code))), 0, "id");

    assert_int_equal(find_person(db, keeper, arena, number, &person), ERR_NONE);
    const struct staff_account officer = {.role = STAFF_OFFICER,
                                          .person_id = person.id,
                                          .institution_id = institution_id,
                                          .display_name = user_name,
                                          .user_name = user_name};
    assert_int_equal(create_staff_account(db, arena, &someone, &officer, &link), ERR_NONE);
    person_close(&person);
    assert_int_equal(find_link(db, arena, link, &account), ERR_NONE);
    return account.id;
}

/* -- officers' keys, and the registry that names them: the cards of numbers[2] to [4] -- */
#define OFFICER_FIRST 2
struct card {
    struct memory_key *key;
    struct certificate certificate;
};
static struct card cards[5];

__attribute__((unused)) static struct card make_card_between(const char *identity_number, int64_t not_before_s,
                                                             int64_t not_after_s)
{
    static const struct certificate_terms terms = {"1.2.3.4",
                                                   "http://localhost/",
                                                   "deneme",
                                                   "http://localhost/crl",
                                                   "http://localhost/ca",
                                                   "http://localhost/ocsp"};
    struct bytes to_be_signed, der;
    struct card card;
    struct name name = {.country = "TR", .serial_number = identity_number, .common_name = "OYA SU"};

    assert_int_equal(memory_key_new(&card.key), ERR_NONE);
    struct external_signer signer = memory_key_signer(card.key);
    struct certificate_content content = {
        .profile = &profile_qualified,
        .terms = &terms,
        .serial = certificate_serial_new(arena),
        .issuer_name = name_der(arena, &name),
        .issuer_key = memory_key_public(card.key),
        .subject_name = name_der(arena, &name),
        .public_key = memory_key_public(card.key),
        .not_before_s = not_before_s,
        .not_after_s = not_after_s,
        .algorithm = SIGNATURE_ECDSA_SHA256,
    };
    assert_int_equal(certificate_build(arena, &content, &to_be_signed), ERR_NONE);
    assert_int_equal(certificate_sign(arena, to_be_signed, memory_key_public(card.key), &signer, &der), ERR_NONE);
    assert_int_equal(certificate_parse(arena, der, &card.certificate), ERR_NONE);
    return card;
}

__attribute__((unused)) static struct card make_card(const char *identity_number)
{
    return make_card_between(identity_number, clock_now_s() - DAY_S, clock_now_s() + 100 * DAY_S);
}

__attribute__((unused)) static struct bytes signature_by(const struct card *card, const char *text)
{
    struct external_signer signer = memory_key_signer(card->key);
    struct bytes cms;
    assert_int_equal(cades_sign(arena, bytes_of_text(text), &card->certificate, clock_now_s(), &signer, &cms),
                     ERR_NONE);
    return cms;
}

static int64_t registry_number;

/* The officers by their cards, and `more` (NULL: nobody) beside them: the next registry in force. */
__attribute__((unused)) static void put_registry(const struct registry_rule *rules, size_t rules_count,
                                                 const struct registry_person *more)
{
    static const struct registry_institution institutions[] = {{"34", NULL}, {"3401", "34"}, {"3402", "34"}};
    static const char *const codes[] = {[2] = "34", [3] = "3401", [4] = "3402"};
    struct registry_person persons[6];
    size_t count = 0;
    for (size_t i = OFFICER_FIRST; i < 5; i++) {
        persons[count++] = (struct registry_person){
            .identity_number = numbers[i],
            .role = REGISTRY_OFFICER,
            .institution_code = codes[i],
            .card_digest = hex_encode(arena, sha256(arena, cards[i].certificate.der)),
            .card_key_digest = hex_encode(arena, sha256(arena, cards[i].certificate.public_key)),
            .from_s = clock_now_s() - DAY_S,
            .until_s = clock_now_s() + 100 * DAY_S};
        if (more != NULL && strcmp(more->identity_number, numbers[i]) == 0) persons[count++] = *more;
    }
    registry_number++;
    struct registry registry = {.number = registry_number,
                                .previous = registry_number == 1 ? NULL : hex_encode(arena, sha256(arena, BYTES("x"))),
                                .rules = rules,
                                .rules_count = rules_count,
                                .institutions = institutions,
                                .institutions_count = 3,
                                .persons = persons,
                                .persons_count = count};
    struct bytes text, sealed;
    assert_int_equal(registry_write(arena, &registry, &text), ERR_NONE);
    assert_int_equal(seal_registry_text(keeper, arena, registry_number, text, &sealed), ERR_NONE);
    exec(&sql_insert_registry, DB_WITH(DB_INT64("number", registry_number), DB_BYTES("digest", sha256(arena, text)),
                                       DB_BYTES("sealed_text", sealed)));
}

__attribute__((unused)) static int set_up(void **state)
{
    (void)state;
    struct import_report report = {0};

    arena = arena_new();
    db = fixture_db_open();
    if (install_legal_texts(db) != ERR_NONE) return -1;
    keeper = fixture_keeper_start();
    exec(&sql_insert_door, DB_WITH(DB_TEXT("path", "saglik"), DB_TEXT("name", "Sağlık Bakanlığı")));
    exec(&sql_insert_door, DB_WITH(DB_TEXT("path", "diger"), DB_TEXT("name", "Çevre")));
    assert_int_equal(find_door(db, arena, "saglik", &door), ERR_NONE);
    assert_int_equal(import_institutions(db, arena, &someone, bytes_of_text(institutions_csv), &report), ERR_NONE);
    assert_int_equal(report.mistake_count, 0);
    assert_int_equal(import_staff(db, fixture_keeper_tool, arena, &someone, "saglik", bytes_of_text(staff_csv), 1000,
                                  false, &report),
                     ERR_NONE);
    assert_int_equal(report.mistake_count, 0);
    officer_id = make_officer(numbers[3], "3401", "oya.su");
    far_officer_id = make_officer(numbers[4], "3402", "ali.er");
    upper_officer_id = make_officer(numbers[2], "34", "ece.ak");
    for (size_t i = OFFICER_FIRST; i < 5; i++) cards[i] = make_card(numbers[i]);
    put_registry(registry_shipped_rules, registry_shipped_rules_count, NULL);
    return 0;
}

__attribute__((unused)) static int tear_down(void **state)
{
    (void)state;
    for (size_t i = OFFICER_FIRST; i < 5; i++) cards[i].key = memory_key_free(cards[i].key);
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    arena = arena_free(arena);
    return 0;
}

__attribute__((unused)) static struct actor as_person(const struct application *application)
{
    return (struct actor){ACTOR_PERSON, application->person_id, "127.0.0.1", "test"};
}

__attribute__((unused)) static const struct actor as_officer = {ACTOR_STAFF, 1, "127.0.0.1", "test"};

__attribute__((unused)) static struct application opened(int64_t id)
{
    struct application application;
    assert_int_equal(open_application(db, keeper, arena, id, &application), ERR_NONE);
    return application;
}

__attribute__((unused)) static enum err try_draft(const char *number, int64_t *ret_id)
{
    struct person person;
    struct staff_member member;

    assert_int_equal(find_person(db, keeper, arena, number, &person), ERR_NONE);
    assert_int_equal(find_staff_member(db, arena, &person, "saglik", &member), ERR_NONE);
    const struct draft_request draft = {&door, &person, &member, LANGUAGE_TURKISH, TOKEN, RENEWAL_DAYS, NULL};
    enum err error = open_draft(db, arena, &someone, &draft, ret_id);
    person_close(&person);
    return error;
}

__attribute__((unused)) static int64_t draft_of(const char *number)
{
    int64_t id;
    assert_int_equal(try_draft(number, &id), ERR_NONE);
    return id;
}

/* Fills what the register does not know. */
__attribute__((unused)) static void fill(int64_t id)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    struct application_form form = application.form;

    struct staff_member member;
    assert_int_equal(find_staff_member(db, arena, &application.person, "saglik", &member), ERR_NONE);
    form.email = member.email;
    form.mobile = member.mobile;
    form.work_phone = "0216 555 01 01";
    form.mobile_operator = "turkcell";
    assert_int_equal(save_draft(db, arena, &actor, &application, &form, WORD), ERR_NONE);
    application_close(&application);
}

__attribute__((unused)) static enum err confirm(int64_t id)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    enum err error = confirm_application(db, arena, &actor, &door, &application, SERVER, PAGE, RENEWAL_DAYS);
    application_close(&application);
    return error;
}

__attribute__((unused)) static const char *newest_code(void)
{
    const struct db_rows *rows = rows_of(&sql_list_messages, DB_NOTHING);
    const char *code_id = NULL;
    for (size_t i = 0; i < db_count(rows); i++) {
        if (!db_is_null(rows, i, "code_id")) code_id = db_text(rows, i, "code_id");
    }
    assert_non_null(code_id);
    return fixture_keeper_code(arena, code_id);
}

__attribute__((unused)) static size_t messages(const char *event)
{
    const struct db_rows *rows = rows_of(&sql_list_messages, DB_NOTHING);
    size_t count = 0;
    for (size_t i = 0; i < db_count(rows); i++) {
        if (strcmp(db_text(rows, i, "event"), event) == 0) count++;
    }
    return count;
}

__attribute__((unused)) static void pass_phone(int64_t id)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    struct sent_code sent = {0};
    int64_t wait_s = 0;

    assert_int_equal(send_phone_code(db, keeper, arena, &actor, &application, &sent, &wait_s), ERR_NONE);
    assert_true(sent.valid_until_s > clock_now_s() + 290);
    assert_int_equal(send_phone_code(db, keeper, arena, &actor, &application, &sent, &wait_s), ERR_TOO_MANY);
    assert_in_range(wait_s, 1, 60);
    const char *code = newest_code();
    assert_int_equal(confirm_phone(db, keeper, arena, &actor, &application, code[0] == '0' ? "100000" : "000000", PAGE),
                     ERR_WRONG);
    assert_int_equal(confirm_phone(db, keeper, arena, &actor, &application, code, PAGE), ERR_NONE);
    assert_int_equal(confirm_phone(db, keeper, arena, &actor, &application, code, PAGE), ERR_WRONG); /* once */
    application_close(&application);
}

__attribute__((unused)) static void choose(int64_t id)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    assert_int_equal(choose_wet_way(db, arena, &actor, &application), ERR_NONE);
    application_close(&application);
}

/* An application that waits for its paper. */
__attribute__((unused)) static int64_t awaited(const char *number)
{
    int64_t id = draft_of(number);
    fill(id);
    assert_int_equal(confirm(id), ERR_NONE);
    pass_phone(id);
    choose(id);
    return id;
}

__attribute__((unused)) static enum application_state state_of(int64_t id)
{
    struct application application = opened(id);
    enum application_state state = application.state;
    application_close(&application);
    return state;
}

__attribute__((unused)) static enum err take_in(int64_t account_id, int64_t id)
{
    struct application application = opened(id);
    enum err error = take_in_form(db, arena, &as_officer, account_id, &application);
    application_close(&application);
    return error;
}

__attribute__((unused)) static enum err run_withdraw(int64_t id)
{
    struct application application = opened(id);
    struct actor actor = as_person(&application);
    enum err error = withdraw_application(db, arena, &actor, &application);
    application_close(&application);
    return error;
}

#endif
