/* PUKs: what a station seals comes in with what the station says of the card, or not at all. */
#include "fixture_documents.h"
#include "fixture_keys.h"
#include "keeper/service.h"
#include "statement/box_statement.h"
#include "statement/pin_request.h"
#include "statement/production_statement.h"
#include "statement/puk_envelope.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CARD "a1b2c3"
#define PUK "87654321"

static char folder[] = "/tmp/keeper-puk-XXXXXX";
static char db_path[64], certificate_path[64], issuing_path[64], signer_path[64];
static struct keeper_service service;
static struct memory_key *root_key, *station_key;
static struct bytes root;

static void certify_keeper(const char *common_name)
{
    const struct name name = {.country = "TR", .common_name = common_name};
    struct bytes public_key;
    OK(keeper_public_key(&service, arena, &public_key));
    OK(file_write(certificate_path, certify_key(&profile_keeper, &name, public_key, root_key).der, 0644));
}

/* What a station would send; a test then changes one thing. */
struct station {
    struct puk_envelope envelope;
    struct production_statement production;
    struct bytes application;
    struct memory_key *signs;
};

static struct station at_station(void)
{
    const char *public_key = hex_encode(arena, sha256(arena, bytes_of_text("a key")));
    struct bytes text = application();
    return (struct station){
        .envelope = {CARD, public_key, PUK},
        .production = {UID, hex_encode(arena, sha256(arena, text)), 1, CARD, public_key, true, "", "istasyon-1", NOW},
        .application = text,
        .signs = station_key};
}

static enum err send_puk(struct station *station)
{
    struct keeper_box box;
    uint8_t key[KEY_SIZE];
    OK(make_box(&service, arena, NOW, &box));
    OK(box_verify(arena, root, box.certificate, box.text, box.signature, key));
    struct keeper_puk puk = {.envelope = box_seal(arena, key, puk_envelope_write(arena, &station->envelope)),
                             .application_statement = station->application};
    if (station->production.puk_envelope[0] == '\0')
        station->production.puk_envelope = hex_encode(arena, sha256(arena, puk.envelope));
    OK(production_statement_write(arena, &station->production, &puk.production_statement));
    puk.production_signature = sign_text(station->signs, puk.production_statement);
    return keep_puk(&service, arena, &puk, NOW);
}

static void it_is_kept_for_the_owner_of_the_card(void **state)
{
    struct station station = at_station();
    struct kept_puk kept;
    struct bytes file;
    OK(send_puk(&station));
    OK(find_puk(service.store, arena, station.production.public_key, &kept));
    assert_string_equal(kept.card_serial, CARD);
    assert_true(bytes_equal(kept.person, person_tag(&service, arena, AYSE)));
    for (int i = 0; i < 2; i++) {
        OK(file_read(arena, arena_printf(arena, "%s%s", db_path, i == 0 ? "" : "-wal"), 8 << 20, &file));
        assert_null(memmem(file.data, file.size, PUK, strlen(PUK)));
    }
    station = at_station(); /* a station that was cut off comes again with the same, in another envelope */
    OK(send_puk(&station));
    int64_t records;
    OK(journal_count(service.store, JOURNAL_PUK_KEPT, 0, &records));
    assert_int_equal(records, 1);
}

/* An operator's tool, or who has taken it over: without the station's key it can neither bring a PUK nor replace one. */
static void a_puk_comes_from_a_station_and_stays(void **state)
{
    struct station station = at_station();
    struct kept_puk kept;
    struct bytes puk, text;
    station.signs = root_key;
    assert_int_equal(send_puk(&station), ERR_FORBIDDEN);
    station = at_station();
    station.production.station = "istasyon-2";
    assert_int_equal(send_puk(&station), ERR_FORBIDDEN);
    station = at_station();
    OK(send_puk(&station));
    station = at_station();
    station.envelope.puk = "11111111";
    assert_int_equal(send_puk(&station), ERR_STATE);
    OK(find_puk(service.store, arena, station.production.public_key, &kept));
    OK(open_puk(&service, arena, &kept, &puk));
    assert_true(bytes_equal(puk, bytes_of_text(PUK)));
    text = station_registry(2, station_key, NOW - 1);
    OK(take_registry_text(&service, arena, text, sign_text(root_key, text)));
    station = at_station();
    assert_int_equal(send_puk(&station), ERR_FORBIDDEN); /* its line has ended */
}

static void what_does_not_belong_together_is_refused(void **state)
{
    struct station station = at_station();
    station.envelope.card_serial = "ffffff";
    assert_int_equal(send_puk(&station), ERR_INVALID);
    station = at_station();
    station.envelope.public_key = DIGEST;
    assert_int_equal(send_puk(&station), ERR_INVALID);
    station = at_station();
    station.production.puk_envelope = DIGEST;
    assert_int_equal(send_puk(&station), ERR_INVALID);
    station = at_station();
    station.production.digest = DIGEST;
    assert_int_equal(send_puk(&station), ERR_INVALID);
    static const char *const puks[] = {"", "123", "123456789", "12345a", "1234\n5678"};
    for (size_t i = 0; i < 5; i++) {
        station = at_station();
        station.envelope.puk = puks[i];
        assert_int_equal(send_puk(&station), ERR_INVALID);
    }
    struct kept_puk kept;
    assert_int_equal(find_puk(service.store, arena, station.production.public_key, &kept), ERR_NOT_FOUND);
}

static void a_box_of_somebody_else_is_none(void **state)
{
    struct keeper_box box;
    uint8_t key[KEY_SIZE];
    struct memory_key *stranger;
    OK(make_box(&service, arena, NOW, &box));
    struct bytes changed = bytes_copy(arena, box.text);
    ((uint8_t *)(uintptr_t)changed.data)[25] ^= 1;
    assert_int_not_equal(box_verify(arena, root, box.certificate, changed, box.signature, key), ERR_NONE);
    OK(memory_key_new(&stranger));
    assert_int_not_equal(
        box_verify(arena, certify(&profile_root, NULL, stranger).der, box.certificate, box.text, box.signature, key),
        ERR_NONE);
    /* an authority under the same root is no keeper, nor is somebody by another name */
    assert_int_not_equal(box_verify(arena, root, root, box.text, box.signature, key), ERR_NONE);
    certify_keeper("Bir Başkası");
    OK(make_box(&service, arena, NOW, &box));
    assert_int_equal(box_verify(arena, root, box.certificate, box.text, box.signature, key), ERR_WRONG);
    memory_key_free(stranger);
    struct keeper_puk puk = {.envelope = bytes_of_text("not sealed at all, but long enough for a box to be tried")};
    assert_int_equal(keep_puk(&service, arena, &puk, NOW), ERR_WRONG);
}

/* -- release -- */

#define PIN_SECONDS 300
#define MADE_UP_CALLS 500 /* DIVIT_MADE_UP_CALLS says how many else */

/* Ayşe's certificate, its PUK kept, her number known for long. */
static struct certificate holder(void)
{
    struct certificate certificate = certify(&profile_qualified, &ayse_name, root_key);
    struct station station = at_station();
    bool is_new;
    OK(file_write(issuing_path, root, 0644));
    station.envelope.public_key = station.production.public_key =
        hex_encode(arena, sha256(arena, certificate.public_key));
    OK(send_puk(&station));
    const struct known_number known = {person_tag(&service, arena, AYSE), number_tag(&service, arena, NUMBER), "sicil",
                                       "", NOW - 72 * 3600};
    OK(store_number(service.store, &known, &is_new));
    return certificate;
}

static const char *sms_at(const struct certificate *certificate, const char *number, int64_t now_s)
{
    struct keeper_code_made code_made;
    struct keeper_code code;
    const struct keeper_code_request request = {KEEPER_CODE_PIN, "", certificate->der, "", number};
    OK(make_code(&service, arena, &request, now_s, &code_made));
    OK(code_text(&service, arena, code_made.code_id, now_s, &code));
    return code.digits;
}

/* The program's key of this once. */
static uint8_t program_secret[KEY_SIZE] = "a key made for one exchange only";

static enum err ask_puk(const struct certificate *certificate, const char *serial, const char *code, int64_t now_s,
                        struct bytes *ret_sealed)
{
    uint8_t box[KEY_SIZE], own[KEY_SIZE];
    box_public_key(service.keys->keys[KEEPER_BOX], box);
    box_public_key(program_secret, own);
    const struct pin_request request = {serial, code, hex_encode(arena, BYTES(own))};
    struct bytes sealed = box_seal(arena, box, pin_request_write(arena, &request));
    return release_puk(&service, arena, certificate->der, sealed, now_s, ret_sealed);
}

static void the_holders_program_gets_it_three_times_a_day(void **state)
{
    struct certificate certificate = holder();
    struct bytes sealed, puk;
    for (int i = 0; i < 3; i++) {
        int64_t now_s = NOW + i * 60;
        OK(ask_puk(&certificate, certificate.serial, sms_at(&certificate, NUMBER, now_s), now_s, &sealed));
        OK(box_open(arena, program_secret, sealed, &puk));
        assert_string_equal(bytes_to_text(arena, puk), PUK);
    }
    const char *code = sms_at(&certificate, NUMBER, NOW + 180);
    assert_int_equal(ask_puk(&certificate, certificate.serial, code, NOW + 180, &sealed), ERR_FULL);
    code = sms_at(&certificate, NUMBER, NOW + DAY_S + 121);
    OK(ask_puk(&certificate, certificate.serial, code, NOW + DAY_S + 121, &sealed));
    int64_t records;
    OK(journal_count(service.store, JOURNAL_PUK_RELEASED, 0, &records));
    assert_int_equal(records, 4);
}

static void each_thing_that_is_asked_for_must_be_there(void **state)
{
    struct certificate certificate = holder(), other = certify(&profile_qualified, &ayse_name, root_key);
    struct memory_key *stranger;
    struct bytes sealed;
    const char *code = sms_at(&certificate, NUMBER, NOW);
    assert_int_equal(ask_puk(&certificate, other.serial, code, NOW, &sealed), ERR_INVALID);
    assert_int_equal(ask_puk(&other, other.serial, code, NOW, &sealed), ERR_NOT_FOUND); /* no such card */
    OK(memory_key_new(&stranger));
    struct certificate forged = certify(&profile_qualified, &ayse_name, stranger);
    assert_int_equal(ask_puk(&forged, forged.serial, code, NOW, &sealed), ERR_WRONG);
    memory_key_free(stranger);
    assert_int_equal(ask_puk(&certificate, certificate.serial, code, NOW + PIN_SECONDS, &sealed), ERR_EXPIRED);
    OK(ask_puk(&certificate, certificate.serial, code, NOW, &sealed));
    assert_int_equal(ask_puk(&certificate, certificate.serial, code, NOW, &sealed), ERR_WRONG); /* used */
}

/* A code to whatever number web likes, right as it may be. */
static void a_number_counts_when_it_is_known_for_72_hours(void **state)
{
    struct certificate certificate = holder();
    struct bytes sealed;
    bool is_new;
    const char *code = sms_at(&certificate, OTHER_NUMBER, NOW);
    assert_int_equal(ask_puk(&certificate, certificate.serial, code, NOW, &sealed), ERR_FORBIDDEN);
    const struct known_number known = {person_tag(&service, arena, AYSE), number_tag(&service, arena, OTHER_NUMBER),
                                       "hesap", "", NOW + 1};
    OK(store_number(service.store, &known, &is_new));
    int64_t almost_s = NOW + 72 * 3600;
    code = sms_at(&certificate, OTHER_NUMBER, almost_s);
    assert_int_equal(ask_puk(&certificate, certificate.serial, code, almost_s, &sealed), ERR_FORBIDDEN);
    code = sms_at(&certificate, OTHER_NUMBER, almost_s + 60);
    OK(ask_puk(&certificate, certificate.serial, code, almost_s + 60, &sealed));
    /* another form's number is not this card's */
    const struct known_number form = {person_tag(&service, arena, AYSE), number_tag(&service, arena, "5330000000"),
                                      "form", DIGEST, NOW};
    OK(store_number(service.store, &form, &is_new));
    code = sms_at(&certificate, "5330000000", almost_s + 120);
    assert_int_equal(ask_puk(&certificate, certificate.serial, code, almost_s + 120, &sealed), ERR_FORBIDDEN);
}

/* A number of six digits that is not this one: that a guess is right by chance, five in a million for a code, is no hole. */
static const char *wrong_guess(const char *code)
{
    const char *guess;
    do guess = arena_printf(arena, "%06u", random_below(1000000));
    while (strcmp(guess, code) == 0);
    return guess;
}

/*
 * Web without the holder's telephone: made-up codes, keys, certificates and bytes. A code is locked after five guesses, so
 * there is a new one for every GUESSES calls, or most calls would ask nothing; at the end the right one still releases.
 */
#define GUESSES 4
#define CODE_EVERY_S (DAY_S / 4) /* a number gets so many a day, and then has to wait */
static void made_up_calls_get_nothing(void **state)
{
    struct certificate certificate = holder();
    uint8_t box[KEY_SIZE];
    char code[16] = "";
    const char *wanted = getenv("DIVIT_MADE_UP_CALLS");
    int released = 0, guesses = 0, calls = wanted != NULL ? (int)strtol(wanted, NULL, 10) : MADE_UP_CALLS;
    int64_t now_s = NOW;
    struct bytes got;
    box_public_key(service.keys->keys[KEEPER_BOX], box);
    struct arena *outer = arena;
    for (int i = 0; i < calls; i++) {
        arena = arena_new();
        bool is_guess = i % 3 != 0 && i % 5 != 0 && i % 7 != 0; /* all but the code is as it must be */
        guesses += is_guess;
        if (i % GUESSES == 0) {
            now_s += CODE_EVERY_S;
            snprintf(code, sizeof code, "%s", sms_at(&certificate, NUMBER, now_s));
        }
        const struct pin_request request = {i % 3 == 0 ? UID : certificate.serial, wrong_guess(code),
                                            random_hex(arena, 32)};
        struct bytes plain = pin_request_write(arena, &request);
        if (i % 5 == 0) ((uint8_t *)(uintptr_t)plain.data)[random_below((uint32_t)plain.size)] ^= 1;
        struct bytes sealed = i % 7 == 0 ? plain : box_seal(arena, box, plain);
        enum err error = release_puk(&service, arena, certificate.der, sealed, now_s, &got);
        released += error == ERR_NONE;
        /* it was held against the code, which is not locked; by chance it is one of before */
        if (is_guess) assert_true(error == ERR_WRONG || error == ERR_EXPIRED);
        arena_free(arena);
    }
    arena = outer;
    print_message("%d made-up calls: %d PUKs; %d of them guessed at a good code\n", calls, released, guesses);
    assert_int_equal(released, 0);
    now_s += CODE_EVERY_S;
    OK(ask_puk(&certificate, certificate.serial, sms_at(&certificate, NUMBER, now_s), now_s, &got));
}

/* Three at a time: the fourth waits for the next call, and all open without the epoch before. */
static void puks_go_into_the_next_epoch(void **state)
{
    const char *keys[4];
    int64_t left;
    for (size_t i = 0; i < 4; i++) {
        struct station station = at_station();
        keys[i] = hex_encode(arena, sha256(arena, bytes_of_text(arena_printf(arena, "key %zu", i))));
        station.envelope.public_key = station.production.public_key = keys[i];
        OK(send_puk(&station));
    }
    service.keys->epoch_count = 2;
    OK(reseal_some(&service, arena, 3, &left));
    assert_int_equal(left, 1);
    OK(reseal_some(&service, arena, 3, &left));
    assert_int_equal(left, 0);
    service.keys->epochs[0] = service.keys->epochs[1];
    service.keys->epoch_count = 1;
    for (size_t i = 0; i < 4; i++) {
        struct kept_puk kept;
        struct bytes puk;
        OK(find_puk(service.store, arena, keys[i], &kept));
        OK(open_puk(&service, arena, &kept, &puk));
        assert_true(bytes_equal(puk, bytes_of_text(PUK)));
    }
}

static void an_erased_person_has_none(void **state)
{
    struct station station = at_station();
    struct kept_puk kept;
    struct known_number number = {person_tag(&service, arena, AYSE), number_tag(&service, arena, NUMBER), "sicil", "",
                                  NOW};
    const struct known_number *numbers;
    size_t count;
    int64_t records;
    OK(send_puk(&station));
    OK(know_number(&service, arena, &number, NOW));
    OK(forget_person(&service, arena, UID, ALI, NOW)); /* somebody else */
    OK(find_puk(service.store, arena, station.production.public_key, &kept));
    OK(forget_person(&service, arena, UID, AYSE, NOW));
    assert_int_equal(find_puk(service.store, arena, station.production.public_key, &kept), ERR_NOT_FOUND);
    OK(list_numbers(service.store, arena, number.person, number.number, &numbers, &count));
    assert_int_equal(count, 0);
    OK(journal_count_of(service.store, JOURNAL_ERASED, UID, NOW, &records));
    assert_int_equal(records, 2);
}

static int set_up(void **state)
{
    arena = arena_new();
    service.keys = fixture_keys();
    service.limits.wrong_codes = 1000000; /* made-up calls are to be refused by what they are */
    service.certificate_path = certificate_path;
    service.issuing_path = issuing_path;
    service.signer_key_path = signer_path;
    OK(memory_key_new(&root_key));
    OK(memory_key_new(&station_key));
    OK(file_write(signer_path, memory_key_public(root_key), 0644));
    root = certify(&profile_root, NULL, root_key).der;
    certify_keeper(KEEPER_COMMON_NAME " (TEST)");
    OK(keeper_store_open(db_path, &service.store));
    struct bytes text = station_registry(1, station_key, NOW + DAY_S);
    OK(take_registry_text(&service, arena, text, sign_text(root_key, text)));
    return 0;
}

static int tear_down(void **state)
{
    keeper_store_close(service.store);
    secret_free(service.keys);
    root_key = memory_key_free(root_key);
    station_key = memory_key_free(station_key);
    arena_free(arena);
    unlink(certificate_path);
    unlink(issuing_path);
    unlink(signer_path);
    return unlink(db_path);
}

int main(void)
{
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE) return 1;
    snprintf(db_path, sizeof db_path, "%s/keeper.db", folder);
    snprintf(certificate_path, sizeof certificate_path, "%s/keeper.cer", folder);
    snprintf(issuing_path, sizeof issuing_path, "%s/issuing.cer", folder);
    snprintf(signer_path, sizeof signer_path, "%s/signer.pub", folder);
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(it_is_kept_for_the_owner_of_the_card),
        CASE(a_puk_comes_from_a_station_and_stays),
        CASE(what_does_not_belong_together_is_refused),
        CASE(a_box_of_somebody_else_is_none),
        CASE(the_holders_program_gets_it_three_times_a_day),
        CASE(each_thing_that_is_asked_for_must_be_there),
        CASE(a_number_counts_when_it_is_known_for_72_hours),
        CASE(puks_go_into_the_next_epoch),
        CASE(an_erased_person_has_none),
        CASE(made_up_calls_get_nothing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
