/* PUKs: what a station seals comes in with what the station says of the card, or not at all. */
#include "fixture_documents.h"
#include "keeper/service.h"
#include "statement/box_statement.h"
#include "statement/production_statement.h"
#include "statement/puk_envelope.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CARD "a1b2c3"
#define PUK "87654321"

static char folder[] = "/tmp/keeper-puk-XXXXXX";
static char db_path[64], certificate_path[64];
static struct keeper_service service;
static struct memory_key *root_key;
static struct bytes root;

static void certify_keeper(const char *common_name)
{
    const struct name name = {.country = "TR", .common_name = common_name};
    static const struct name issuer = {.country = "TR", .organization = "Deneme", .common_name = "Deneme"};
    struct bytes public_key, to_be_signed, der;
    OK(keeper_public_key(&service, arena, &public_key));
    const struct certificate_content content = {.profile = &profile_keeper,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = name_der(arena, &issuer),
                                                .issuer_key = memory_key_public(root_key),
                                                .subject_name = name_der(arena, &name),
                                                .public_key = public_key,
                                                .not_before_s = NOW,
                                                .not_after_s = NOW + 365 * DAY_S,
                                                .algorithm = SIGNATURE_ECDSA_SHA256};
    struct external_signer signer = memory_key_signer(root_key);
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, memory_key_public(root_key), &signer, &der));
    OK(file_write(certificate_path, der, 0644));
}

/* What a station would send; a test then changes one thing. */
struct station {
    struct puk_envelope envelope;
    struct production_statement production;
    struct bytes application;
};

static struct station at_station(void)
{
    const char *public_key = hex_encode(arena, sha256(arena, bytes_of_text("a key")));
    struct bytes text = application();
    return (struct station){
        .envelope = {CARD, public_key, PUK},
        .production = {UID, hex_encode(arena, sha256(arena, text)), 1, CARD, public_key, true, "", "istasyon-1", NOW},
        .application = text};
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
    station = at_station(); /* a station that crashed comes again, with a new PUK or the same */
    OK(send_puk(&station));
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

static int set_up(void **state)
{
    arena = arena_new();
    service.keys = secret_alloc(sizeof *service.keys);
    random_fill(service.keys, sizeof *service.keys);
    service.certificate_path = certificate_path;
    OK(memory_key_new(&root_key));
    root = certify(&profile_root, NULL, root_key).der;
    certify_keeper(KEEPER_COMMON_NAME " (TEST)");
    return keeper_store_open(db_path, &service.store) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    keeper_store_close(service.store);
    secret_free(service.keys);
    root_key = memory_key_free(root_key);
    arena_free(arena);
    unlink(certificate_path);
    return unlink(db_path);
}

int main(void)
{
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE) return 1;
    snprintf(db_path, sizeof db_path, "%s/keeper.db", folder);
    snprintf(certificate_path, sizeof certificate_path, "%s/keeper.cer", folder);
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(it_is_kept_for_the_owner_of_the_card),
        CASE(what_does_not_belong_together_is_refused),
        CASE(a_box_of_somebody_else_is_none),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
