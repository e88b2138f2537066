/*
 * PUKs (spec 10, The keeper): kept from the station's envelope on. Nobody else has them: the station forgets its own as
 * soon as the card's certificate has been asked for.
 */
#include "base/file.h"
#include "keeper/service.h"
#include "pki/signature.h"
#include "statement/application_statement.h"
#include "statement/box_statement.h"
#include "statement/production_statement.h"
#include "statement/puk_envelope.h"

#include <string.h>

#define CERTIFICATE_SIZE_MAX ((size_t)16 * 1024)

enum err make_box(struct keeper_service *service, struct arena *arena, int64_t now_s, struct keeper_box *ret_box)
{
    uint8_t key[KEY_SIZE];
    struct keeper_box box;
    if (service->certificate_path == NULL) return err_set(ERR_STATE, "the keeper has no certificate");
    TRY(file_read(arena, service->certificate_path, CERTIFICATE_SIZE_MAX, &box.certificate));
    box_public_key(service->keys->keys[KEEPER_BOX], key);
    const struct box_statement statement = {hex_encode(arena, BYTES(key)), now_s};
    TRY(box_statement_write(arena, &statement, &box.text));
    TRY(keeper_sign(service, arena, box.text, &box.signature));
    *ret_box = box;
    return ERR_NONE;
}

/* The card's key names it here: a certificate leads to it, and there is never another card with that key. */
static const char *puk_context(struct arena *arena, const char *public_key)
{
    return arena_printf(arena, "puk:%s", public_key);
}

enum err open_puk(struct keeper_service *service, struct arena *arena, const struct kept_puk *puk,
                  struct bytes *ret_puk)
{
    return epoch_open(service, arena, EPOCH_PUK, puk->epoch, puk->sealed, puk_context(arena, puk->public_key), ret_puk);
}

static void seal_puk(struct keeper_service *service, struct arena *arena, struct bytes plain, struct kept_puk *puk)
{
    puk->epoch = newest_epoch(service)->number;
    puk->sealed = epoch_seal(service, arena, EPOCH_PUK, plain, puk_context(arena, puk->public_key));
}

enum err reseal_puks(struct keeper_service *service, struct arena *arena, int64_t limit)
{
    const struct kept_puk *puks;
    size_t count;
    TRY(list_puks_before(service->store, arena, newest_epoch(service)->number, limit, &puks, &count));
    for (size_t i = 0; i < count; i++) {
        struct kept_puk puk = puks[i];
        struct bytes plain;
        TRY(open_puk(service, arena, &puk, &plain));
        seal_puk(service, arena, plain, &puk);
        secret_wipe((void *)(uintptr_t)plain.data, plain.size);
        TRY(store_puk(service->store, &puk));
    }
    return ERR_NONE;
}

/* By the registry of now: nobody else's word brings a PUK, an operator's neither. */
static enum err check_signature(struct keeper_service *service, struct arena *arena, const struct keeper_puk *puk,
                                const struct production_statement *production, int64_t now_s)
{
    struct registry registry;
    enum err error = read_registry(service, arena, &registry);
    if (error == ERR_NOT_FOUND) return err_set(ERR_STATE, "the keeper has no registry yet; the worker brings it");
    TRY(error);
    const struct registry_service *station = registry_find_service(&registry, production->station);
    if (station == NULL || now_s < station->from_s || now_s > station->until_s)
        return err_set(ERR_FORBIDDEN, "a station that the registry does not name now");
    if (public_key_verify(station->public_key, SIGNATURE_ECDSA_SHA256, puk->production_statement,
                          puk->production_signature) != ERR_NONE)
        return err_set(ERR_FORBIDDEN, "production 1 that the station did not sign");
    return ERR_NONE;
}

static enum err check_belongs(struct arena *arena, const struct keeper_puk *puk,
                              const struct production_statement *production, const struct puk_envelope *envelope)
{
    if (strcmp(production->puk_envelope, hex_encode(arena, sha256(arena, puk->envelope))) != 0)
        return err_set(ERR_INVALID, "production 1 of another envelope");
    if (strcmp(production->digest, hex_encode(arena, sha256(arena, puk->application_statement))) != 0)
        return err_set(ERR_INVALID, "production 1 of another application");
    if (strcmp(production->card_serial, envelope->card_serial) != 0 ||
        strcmp(production->public_key, envelope->public_key) != 0)
        return err_set(ERR_INVALID, "an envelope of another card");
    return ERR_NONE;
}

/* ERR_NOT_FOUND: none is kept for this key. A station that was cut off comes again, with the same PUK. */
static enum err check_kept(struct keeper_service *service, struct arena *arena, const char *public_key, const char *puk)
{
    struct kept_puk kept;
    struct bytes plain;
    TRY(find_puk(service->store, arena, public_key, &kept));
    TRY(open_puk(service, arena, &kept, &plain));
    bool is_same = bytes_equal(plain, bytes_of_text(puk));
    secret_wipe((void *)(uintptr_t)plain.data, plain.size);
    return is_same ? ERR_NONE : err_set(ERR_STATE, "another PUK is kept for this card's key");
}

static enum err store_and_note(struct keeper_store *store, void *context)
{
    const struct kept_puk *kept = context;
    TRY(store_puk(store, kept));
    return journal_add(store, kept->created_s, JOURNAL_PUK_KEPT, kept->public_key, kept->card_serial);
}

static enum err store_opened(struct keeper_service *service, struct arena *arena, const struct keeper_puk *puk,
                             const struct puk_envelope *envelope, int64_t now_s)
{
    struct production_statement production;
    struct application_statement application;
    TRY(production_statement_read(arena, puk->production_statement, &production));
    TRY(application_statement_read(arena, puk->application_statement, &application));
    TRY(check_belongs(arena, puk, &production, envelope));
    TRY(check_signature(service, arena, puk, &production, now_s));
    enum err error = check_kept(service, arena, production.public_key, envelope->puk);
    if (error != ERR_NOT_FOUND) return error;
    struct kept_puk kept = {
        .public_key = production.public_key,
        .person = person_tag(service, arena, application.identity_number),
        .card_serial = production.card_serial,
        .document = production.digest,
        .created_s = now_s,
    };
    seal_puk(service, arena, bytes_of_text(envelope->puk), &kept);
    return store_run(service->store, store_and_note, &kept);
}

enum err keep_puk(struct keeper_service *service, struct arena *arena, const struct keeper_puk *puk, int64_t now_s)
{
    struct bytes plain;
    struct puk_envelope envelope;
    TRY(box_open(arena, service->keys->keys[KEEPER_BOX], puk->envelope, &plain));
    enum err error = puk_envelope_read(arena, plain, &envelope);
    secret_wipe((void *)(uintptr_t)plain.data, plain.size);
    TRY(error);
    error = store_opened(service, arena, puk, &envelope, now_s);
    secret_wipe((void *)(uintptr_t)envelope.puk, strlen(envelope.puk));
    return error;
}
