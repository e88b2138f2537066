/*
 * A card at the station. The embedded station's cards are SoftHSM tokens; what is done is what any PKCS#11 card is asked
 * for. PIN and PUK are random and seen by nobody. They lie beside the token, so that a station that crashed can go on:
 * the PUK until the keeper has it, the transport PIN until the card is ready.
 */
#include "base/file.h"
#include "base/secret.h"
#include "pki/request.h"
#include "production/station.h"
#include "token/token.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIN_DIGITS 8 /* what the cards in use take at most (PIN and PUK 4 to 8 digits) */
#define KEY_LABEL "imza"
static const uint8_t key_id[] = {1};

struct pins {
    char pin[PIN_DIGITS + 1];
    char puk[PIN_DIGITS + 1];
};

static void random_digits(char digits[PIN_DIGITS + 1])
{
    for (int i = 0; i < PIN_DIGITS; i++) digits[i] = (char)('0' + random_below(10));
    digits[PIN_DIGITS] = '\0';
}

static const char *pins_path(const struct card_station *station, struct arena *arena, const char *label)
{
    return arena_printf(arena, "%s/%s.pin", station->folder, label);
}

/* The PUK is "" once it was forgotten. */
static enum err read_pins(const struct card_station *station, struct arena *arena, const char *label,
                          struct pins *ret_pins)
{
    struct bytes bytes;
    TRY(file_read(arena, pins_path(station, arena, label), sizeof *ret_pins, &bytes));
    if (bytes.size != PIN_DIGITS + 1 && bytes.size != 2 * (PIN_DIGITS + 1))
        return err_set(ERR_BROKEN, "the card's PIN file is damaged");
    *ret_pins = (struct pins){0};
    memcpy(ret_pins->pin, bytes.data, PIN_DIGITS);
    if (bytes.size > PIN_DIGITS + 1) memcpy(ret_pins->puk, bytes.data + PIN_DIGITS + 1, PIN_DIGITS);
    secret_wipe((void *)(uintptr_t)bytes.data, bytes.size);
    return ERR_NONE;
}

static enum err write_pins(const struct card_station *station, struct arena *arena, const char *label,
                           const struct pins *pins)
{
    const char *end = pins->puk[0] != '\0' ? "\n" : "";
    char *text = (char *)arena_printf(arena, "%s\n%s%s", pins->pin, pins->puk, end);
    enum err error = file_write(pins_path(station, arena, label), bytes_of_text(text), 0600);
    secret_wipe(text, strlen(text));
    return error;
}

/* PIN and PUK are on disk before the token knows them: a crash in between leaves a blank card. */
static enum err need_pins(const struct card_station *station, struct arena *arena, const char *label,
                          struct pins *ret_pins)
{
    enum err error = read_pins(station, arena, label, ret_pins);
    if (error != ERR_NOT_FOUND) return error;
    struct pins pins;
    random_digits(pins.pin);
    random_digits(pins.puk);
    error = write_pins(station, arena, label, &pins);
    if (error == ERR_NONE) *ret_pins = pins;
    secret_wipe(&pins, sizeof pins);
    return error;
}

enum err card_puk(const struct card_station *station, struct arena *arena, const struct card *card,
                  const char **ret_puk)
{
    struct pins pins;
    TRY(read_pins(station, arena, card->label, &pins));
    bool is_there = pins.puk[0] != '\0';
    if (is_there) *ret_puk = arena_text(arena, pins.puk);
    secret_wipe(&pins, sizeof pins);
    return is_there ? ERR_NONE : err_set(ERR_NOT_FOUND, "the station has forgotten the PUK of card %s", card->serial);
}

enum err card_forget_puk(const struct card_station *station, struct arena *arena, const struct card *card)
{
    struct pins pins;
    TRY(read_pins(station, arena, card->label, &pins));
    bool is_there = pins.puk[0] != '\0';
    secret_wipe(pins.puk, sizeof pins.puk);
    enum err error = is_there ? write_pins(station, arena, card->label, &pins) : ERR_NONE;
    secret_wipe(&pins, sizeof pins);
    return error;
}

enum err card_forget_pin(const struct card_station *station, struct arena *arena, const struct card *card)
{
    const char *path = pins_path(station, arena, card->label);
    if (unlink(path) != 0 && errno != ENOENT) return err_set(ERR_BROKEN, "%s: %s", path, strerror(errno));
    return ERR_NONE;
}

static enum err open_card(const struct card_station *station, struct arena *arena, const char *label,
                          struct token **ret_token)
{
    struct pins pins;
    TRY(read_pins(station, arena, label, &pins));
    enum err error = token_open(station->module, label, TOKEN_USER, pins.pin, ret_token);
    secret_wipe(&pins, sizeof pins);
    return error;
}

static enum err need_key(struct token *token, struct arena *arena, struct token_key *ret_key)
{
    enum err error = token_find_key(token, arena, KEY_LABEL, ret_key);
    if (error != ERR_NOT_FOUND) return error;
    return token_make_key(token, arena, TOKEN_EC_P256, KEY_LABEL, BYTES(key_id), ret_key);
}

static enum err ready_card(struct token *token, struct arena *arena, const char *label, struct card *ret_card)
{
    struct token_key key;
    struct token_info info;
    TRY(need_key(token, arena, &key));
    TRY(token_info(token, arena, &info));
    *ret_card = (struct card){label, info.serial, key.public_key};
    return ERR_NONE;
}

enum err need_card(const struct card_station *station, struct arena *arena, const char *label, struct card *ret_card)
{
    struct pins pins;
    TRY(need_pins(station, arena, label, &pins));
    enum err error = token_initialise(station->module, label, pins.puk, pins.pin);
    secret_wipe(&pins, sizeof pins);
    if (error != ERR_NONE && error != ERR_EXISTS) return error;
    struct token *token;
    TRY(open_card(station, arena, label, &token));
    error = ready_card(token, arena, label, ret_card);
    token_close(token);
    return error;
}

static enum err make_request(struct token *token, struct arena *arena, struct bytes application_digest, int64_t attempt,
                             struct bytes *ret_request)
{
    struct token_signing signing = {.token = token};
    TRY(token_find_key(token, arena, KEY_LABEL, &signing.key));
    struct external_signer signer = token_signer(&signing);
    struct name subject = request_subject(arena, application_digest, attempt);
    return request_build(arena, &subject, signing.key.public_key, &signer, ret_request);
}

enum err card_request(const struct card_station *station, struct arena *arena, const struct card *card,
                      struct bytes application_digest, int64_t attempt, struct bytes *ret_request)
{
    struct token *token;
    TRY(open_card(station, arena, card->label, &token));
    enum err error = make_request(token, arena, application_digest, attempt, ret_request);
    token_close(token);
    return error;
}

/* Is `der` on the card? */
static enum err read_back(struct token *token, struct arena *arena, struct bytes der, bool *ret_is_there)
{
    const struct token_certificate *certificates;
    size_t count;
    TRY(token_list_certificates(token, arena, &certificates, &count));
    bool is_there = false;
    for (size_t i = 0; i < count; i++) is_there = is_there || bytes_equal(certificates[i].der, der);
    *ret_is_there = is_there;
    return ERR_NONE;
}

static enum err write_one(struct token *token, struct arena *arena, const char *label, struct bytes id,
                          struct bytes der)
{
    struct certificate certificate;
    TRY(certificate_parse(arena, der, &certificate));
    bool is_there;
    TRY(read_back(token, arena, der, &is_there)); /* a station that crashed may have written it already */
    if (is_there) return ERR_NONE;
    TRY(token_write_certificate(token, label, id, der, certificate.subject_name));
    TRY(read_back(token, arena, der, &is_there));
    return is_there ? ERR_NONE : err_set(ERR_BROKEN, "the card did not keep its certificate");
}

/* The key on the card signs what the certificate's key verifies. */
static enum err test_signature(struct token *token, struct arena *arena, struct bytes der)
{
    struct certificate certificate;
    TRY(certificate_parse(arena, der, &certificate));
    struct token_key key;
    TRY(token_find_key(token, arena, KEY_LABEL, &key));
    struct bytes text = bytes_of_text(random_hex(arena, 16)), signature;
    TRY(token_sign(token, &key, SIGNATURE_ECDSA_SHA256, text, arena, &signature));
    return public_key_verify(certificate.public_key, SIGNATURE_ECDSA_SHA256, text, signature);
}

static enum err write_all(struct token *token, struct arena *arena, struct bytes certificate,
                          struct bytes issuing_certificate)
{
    TRY(write_one(token, arena, KEY_LABEL, BYTES(key_id), certificate));
    TRY(write_one(token, arena, "ca", (struct bytes){0}, issuing_certificate));
    return test_signature(token, arena, certificate);
}

enum err card_write(const struct card_station *station, struct arena *arena, const struct card *card,
                    struct bytes certificate, struct bytes issuing_certificate)
{
    struct token *token;
    TRY(open_card(station, arena, card->label, &token));
    enum err error = write_all(token, arena, certificate, issuing_certificate);
    token_close(token);
    return error;
}
