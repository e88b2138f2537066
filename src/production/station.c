/*
 * A production station's word about a card (spec 10, production 1), and the card's PUK on its way to the keeper. The
 * station's key stands in the registry under its name; the signer asks for its signature before it issues.
 */
#include "base/file.h"
#include "base/secret.h"
#include "pki/signature.h"
#include "production/station.h"
#include "statement/box_statement.h"
#include "statement/production_statement.h"
#include "statement/puk_envelope.h"

#include <string.h>

#define KEY_FILE_MAX 128

static const char *key_path(struct arena *arena, const char *folder, const char *name, const char *ending)
{
    return arena_printf(arena, "%s/%s.%s", folder, name, ending);
}

enum err station_make_key(struct arena *arena, const char *folder, const char *name, struct bytes *ret_public_key)
{
    uint8_t number[KEY_SIZE];
    struct memory_key *key;
    random_fill(number, sizeof number);
    char *line = (char *)arena_printf(arena, "%s\n", hex_encode(arena, BYTES(number)));
    enum err error = memory_key_of_number(BYTES(number), &key);
    secret_wipe(number, sizeof number);
    TRY(error);
    error = file_write(key_path(arena, folder, name, "key"), bytes_of_text(line), 0600);
    secret_wipe(line, strlen(line));
    if (error == ERR_NONE) error = file_write(key_path(arena, folder, name, "pub"), memory_key_public(key), 0644);
    if (error == ERR_NONE) *ret_public_key = bytes_copy(arena, memory_key_public(key));
    memory_key_free(key);
    return error;
}

enum err station_open_key(struct arena *arena, const char *folder, const char *name, struct memory_key **ret_key)
{
    struct bytes line, number;
    TRY(file_read(arena, key_path(arena, folder, name, "key"), KEY_FILE_MAX, &line));
    const char *hex = arena_text_n(arena, (const char *)line.data, line.size > 0 ? line.size - 1 : 0);
    secret_wipe((void *)(uintptr_t)line.data, line.size);
    enum err error = hex_decode(arena, hex, &number);
    if (error == ERR_NONE) error = memory_key_of_number(number, ret_key);
    if (error == ERR_NONE) secret_wipe((void *)(uintptr_t)number.data, number.size);
    secret_wipe((void *)(uintptr_t)hex, strlen(hex));
    return error;
}

/* Sealed to the keeper alone: the root says whose box it is. */
static enum err seal_puk(const struct card_station *station, struct keeper *keeper, struct arena *arena,
                         const struct card *card, const char *public_key, struct bytes *ret_envelope)
{
    struct keeper_box box;
    uint8_t key[KEY_SIZE];
    const char *puk;
    TRY(keeper_box_key(keeper, arena, &box));
    TRY(box_verify(arena, station->root, box.certificate, box.text, box.signature, key));
    TRY(card_puk(station, arena, card, &puk));
    const struct puk_envelope envelope = {card->serial, public_key, puk};
    struct bytes plain = puk_envelope_write(arena, &envelope);
    *ret_envelope = box_seal(arena, key, plain);
    secret_wipe((void *)(uintptr_t)plain.data, plain.size);
    secret_wipe((void *)(uintptr_t)puk, strlen(puk));
    return ERR_NONE;
}

static enum err write_word(const struct card_station *station, struct arena *arena,
                           const struct application *application, const struct card *card, int64_t attempt,
                           const char *public_key, struct bytes envelope, struct station_word *ret_word)
{
    const struct production_statement statement = {
        .application_uid = application->uid,
        .digest = hex_encode(arena, application->statement_digest),
        .attempt = attempt,
        .card_serial = card->serial,
        .public_key = public_key,
        .is_made_on_card = true,
        .puk_envelope = hex_encode(arena, sha256(arena, envelope)),
        .station = station->name,
        .made_s = clock_now_s(),
    };
    struct station_word word;
    struct external_signer signer = memory_key_signer(station->key);
    TRY(production_statement_write(arena, &statement, &word.text));
    TRY(signer.sign(signer.context, word.text, arena, &word.signature));
    *ret_word = word;
    return ERR_NONE;
}

enum err station_speak(const struct card_station *station, struct keeper *keeper, struct arena *arena,
                       const struct application *application, const struct card *card, int64_t attempt,
                       struct station_word *ret_word)
{
    const char *public_key = hex_encode(arena, sha256(arena, card->public_key));
    struct keeper_puk puk = {.application_statement = application->statement};
    struct station_word word;
    TRY(seal_puk(station, keeper, arena, card, public_key, &puk.envelope));
    TRY(write_word(station, arena, application, card, attempt, public_key, puk.envelope, &word));
    puk.production_statement = word.text;
    puk.production_signature = word.signature;
    TRY(keeper_puk_keep(keeper, &puk));
    *ret_word = word;
    return ERR_NONE;
}
