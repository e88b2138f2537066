/*
 * A card's PUK goes to its holder's program (spec 10, The keeper): for a right code by SMS to a number known for 72 hours,
 * three times a card and day, sealed to a key that the program made for this once. Web carries both ways and sees neither.
 */
#include "base/clock.h"
#include "keeper/service.h"
#include "pki/certificate.h"
#include "statement/owner_statement.h"
#include "statement/pin_request.h"

#include <string.h>

#define RELEASES_A_DAY 3

struct release {
    struct keeper_service *service;
    struct arena *arena;
    struct pin_request request;
    struct kept_puk puk;
    int64_t now_s;
};

/* The certificate is one of ours, is the one that the program means, and its card's PUK is kept for the same person. */
static enum err find_card(struct release *release, struct bytes certificate_der)
{
    struct certificate certificate;
    struct code_owner owner;
    const struct keeper_code_request code = {.purpose = KEEPER_CODE_PIN, .document = certificate_der};
    TRY(find_code_owner(release->service, release->arena, &code, &owner));
    if (strcmp(owner.subject, release->request.serial) != 0)
        return err_set(ERR_INVALID, "a request for another certificate");
    TRY(certificate_parse(release->arena, certificate_der, &certificate));
    TRY(find_puk(release->service->store, release->arena,
                 hex_encode(release->arena, sha256(release->arena, certificate.public_key)), &release->puk));
    struct bytes person = person_tag(release->service, release->arena, owner.identity_number);
    return bytes_equal(person, release->puk.person) ? ERR_NONE : err_set(ERR_FORBIDDEN, "another person's card");
}

static enum err check_day(const struct release *release)
{
    int64_t released;
    TRY(journal_count_of(release->service->store, JOURNAL_PUK_RELEASED, release->puk.public_key, release->now_s - DAY_S,
                         &released));
    if (released < RELEASES_A_DAY) return ERR_NONE;
    return err_set(ERR_FULL, "the PUK was released %d times in a day", RELEASES_A_DAY);
}

/* Of the card's own form the number counts too; which form that is the station said, not whoever asks now. */
static enum err check_owner(const struct release *release)
{
    struct keeper_owner_act act;
    struct owner_statement statement;
    TRY(check_code(release->service, release->arena, KEEPER_CODE_PIN, release->request.serial, release->puk.document,
                   release->request.code, release->now_s, &act));
    if (act.text.size == 0) return err_set(ERR_FORBIDDEN, "a number that nobody knows");
    TRY(owner_statement_read(release->arena, act.text, &statement));
    if (release->now_s - statement.known_since_s < OWNER_NUMBER_KNOWN_S)
        return err_set(ERR_FORBIDDEN, "a number known for less than 72 hours");
    return ERR_NONE;
}

static enum err seal_to_program(const struct release *release, struct bytes *ret_sealed)
{
    struct bytes key, puk;
    TRY(hex_decode(release->arena, release->request.key, &key));
    TRY(open_puk(release->service, release->arena, &release->puk, &puk));
    *ret_sealed = box_seal(release->arena, key.data, puk);
    secret_wipe((void *)(uintptr_t)puk.data, puk.size);
    return ERR_NONE;
}

static enum err release_opened(struct release *release, struct bytes plain, struct bytes certificate,
                               struct bytes *ret_sealed)
{
    struct bytes sealed;
    TRY(pin_request_read(release->arena, plain, &release->request));
    TRY(find_card(release, certificate));
    TRY(check_day(release));
    TRY(check_owner(release));
    TRY(seal_to_program(release, &sealed));
    /* written down before it leaves */
    TRY(journal_add(release->service->store, release->now_s, JOURNAL_PUK_RELEASED, release->puk.public_key,
                    release->puk.card_serial));
    *ret_sealed = sealed;
    return ERR_NONE;
}

enum err release_puk(struct keeper_service *service, struct arena *arena, struct bytes certificate,
                     struct bytes sealed_request, int64_t now_s, struct bytes *ret_sealed)
{
    struct bytes plain;
    struct release release = {.service = service, .arena = arena, .now_s = now_s};
    TRY(box_open(arena, service->keys->keys[KEEPER_BOX], sealed_request, &plain));
    enum err error = release_opened(&release, plain, certificate, ret_sealed);
    secret_wipe((void *)(uintptr_t)plain.data, plain.size);
    return error;
}
