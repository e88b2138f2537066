/*
 * `eimza-cli pin CODE`: a new PIN for the holder's card (spec 02, Set PIN / unlock). The card's PUK comes sealed to a key that
 * is made here for this once, and goes to the card alone: it is neither shown nor kept.
 */
#include "base/clock.h"
#include "base/config.h"
#include "base/secret.h"
#include "eimza/cli.h"
#include "eimza/pin_rules.h"
#include "statement/box_statement.h"
#include "statement/pin_request.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SMS_DIGITS 6
#define SMS_LINE_MAX 32

/* The one card of this person's that this provider issued, or the one of these that was named. */
static int find_card(struct arena *arena, struct wish *wish, const struct certificate *issuing,
                     struct certificate *ret_certificate)
{
    const struct card_certificate *certificates;
    size_t count;
    enum err error = card_list_certificates(arena, &wish->choice, &certificates, &count);
    if (error != ERR_NONE) return cli_explain(arena, error);
    struct card_certificate *cards = NEW_ARRAY(arena, struct card_certificate, count + 1);
    count = card_pick_issued(certificates, count, wish->choice.identity_number, issuing, cards);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "  %s (%s)\n", cards[i].certificate.subject_text, cards[i].token_serial);
    if (count == 0)
        return cli_say(EXIT_NO_CARD, tr(cli_language, "No card that we issued to the person whom the code is for is "
                                                      "here. Put that card into the reader."));
    if (count > 1) return cli_say(EXIT_NO_CARD, tr(cli_language, "There are several cards. Name one with --token:"));
    *ret_certificate = cards[0].certificate;
    wish->choice.token = cards[0].token_serial;
    return 0;
}

static int read_pin_file(struct arena *arena, const struct wish *wish, char *pin)
{
    int exit_code = cli_read_pin(arena, wish, pin);
    const char *mistake = exit_code == 0 ? new_pin_mistake(pin) : NULL;
    return mistake == NULL ? exit_code : cli_say(EXIT_OTHER, tr(cli_language, mistake));
}

/* A refusal says why in words of its own; nothing was signed here. */
static int explain_server(struct arena *arena, enum err error, const char *address)
{
    return error == ERR_FORBIDDEN ? cli_say(EXIT_REFUSED, err_detail()) : cli_explain_server(arena, error, address);
}

/* Twice, until both are equal and it may be one. */
static int ask_new_pin(struct arena *arena, const struct wish *wish, char *pin)
{
    if (wish->pin_file != NULL) return read_pin_file(arena, wish, pin);
    char *again = secret_alloc(PIN_SIZE_MAX + 1);
    enum err error;
    for (;;) {
        error = cli_prompt(tr(cli_language, "New PIN: "), pin);
        if (error != ERR_NONE) break;
        const char *mistake = new_pin_mistake(pin);
        if (mistake == NULL) error = cli_prompt(tr(cli_language, "New PIN again: "), again);
        if (error != ERR_NONE) break;
        if (mistake == NULL && strcmp(pin, again) == 0) break;
        cli_say(0, tr(cli_language, mistake != NULL ? mistake : TR("The two are not the same")));
    }
    secret_free(again);
    return error == ERR_NONE ? 0 : cli_explain(arena, error);
}

/* From a line of standard input, shown: it is worth nothing to who sees it without the card. Nothing of it is left behind. */
static int ask_sms(struct arena *arena, const struct server_pin *pin, char code[SMS_DIGITS + 1])
{
    char line[SMS_LINE_MAX];
    size_t count = 0;
    fputs(tr_fill(arena, cli_language, "Code from the SMS to {mobile}: ", "mobile", pin->mobile, NULL), stderr);
    fflush(stderr);
    setvbuf(stdin, NULL, _IONBF, 0); /* or it would stay in the buffer */
    if (fgets(line, sizeof line, stdin) == NULL) line[0] = '\0';
    for (const char *at = line; *at != '\0'; at++) {
        if (*at < '0' || *at > '9') continue;
        if (count < SMS_DIGITS) code[count] = *at;
        count++;
    }
    code[SMS_DIGITS] = '\0';
    secret_wipe(line, sizeof line);
    return count == SMS_DIGITS ? 0 : cli_say(EXIT_CODE, tr(cli_language, "The code from the SMS has 6 digits"));
}

struct exchange {
    struct opened_code opened;
    const char *digits;
    struct certificate certificate;
    struct server_pin pin;
    uint8_t *secret; /* of the key made for this once, locked */
};

/* Sealed to the keeper: its key is under the root that came with the program, so the page's server cannot put its own in. */
static enum err write_request(struct arena *arena, const struct exchange *exchange, const char *sms,
                              struct bytes *ret_sealed)
{
    uint8_t keeper[KEY_SIZE], own[KEY_SIZE];
    TRY(box_verify(arena, exchange->opened.root, exchange->pin.box_certificate, exchange->pin.box_text,
                   exchange->pin.box_signature, keeper));
    box_public_key(exchange->secret, own);
    const struct pin_request request = {exchange->certificate.serial, sms, hex_encode(arena, BYTES(own))};
    struct bytes plain = pin_request_write(arena, &request);
    *ret_sealed = box_seal(arena, keeper, plain);
    secret_wipe((void *)(uintptr_t)plain.data, plain.size);
    return ERR_NONE;
}

static enum err fetch_puk(struct arena *arena, const struct exchange *exchange, const char *sms, struct bytes *ret_puk)
{
    struct bytes request, sealed;
    enum err error = write_request(arena, exchange, sms, &request);
    if (error != ERR_NONE) return err_set(ERR_INVALID, "box");
    TRY(server_release_puk(arena, exchange->opened.address, language_code(cli_language), exchange->digits,
                           exchange->certificate.der, request, &sealed));
    return box_open(arena, exchange->secret, sealed, ret_puk) == ERR_NONE ? ERR_NONE : err_set(ERR_INVALID, "sealed");
}

static int explain_card(struct arena *arena, enum err error)
{
    if (error == ERR_WRONG || error == ERR_TOO_MANY)
        return cli_say(EXIT_PIN_LOCKED,
                       tr(cli_language, "The card did not take its PUK. Its PIN is as it was; call us."));
    return cli_explain(arena, error);
}

static int finish(struct arena *arena, const struct wish *wish, const struct exchange *exchange)
{
    const char *path, *address = exchange->opened.address;
    const char *said = tr(cli_language, "The PIN of the card is set.");
    enum err error =
        server_end_pin(arena, address, language_code(cli_language), exchange->digits, exchange->certificate.der, &path);
    if (error == ERR_NONE) return cli_lead_back(arena, wish, said, arena_printf(arena, "%s%s", address, path));
    fprintf(stderr, "%s\n", said); /* it is, whatever the page shows */
    return cli_explain_server(arena, error, address);
}

static int set_with_puk(struct arena *arena, struct wish *wish, const struct exchange *exchange, const char *new_pin)
{
    char sms[SMS_DIGITS + 1] = "";
    struct bytes puk;
    int exit_code = ask_sms(arena, &exchange->pin, sms);
    enum err error = exit_code == 0 ? fetch_puk(arena, exchange, sms, &puk) : ERR_NONE;
    secret_wipe(sms, sizeof sms);
    if (exit_code != 0) return exit_code;
    if (error != ERR_NONE) return explain_server(arena, error, exchange->opened.address);
    error = card_set_pin(arena, &wish->choice, wish->unlock, (const char *)puk.data, new_pin);
    secret_wipe((void *)(uintptr_t)puk.data, puk.size);
    if (error != ERR_NONE) return explain_card(arena, error);
    return finish(arena, wish, exchange);
}

static int set_pin(struct arena *arena, struct wish *wish, struct exchange *exchange, char *pin)
{
    const char *address = exchange->opened.address;
    cli_show_code(arena, address, &exchange->opened.code);
    wish->choice.identity_number = exchange->opened.code.identity_number;
    int exit_code = find_card(arena, wish, &exchange->opened.issuing, &exchange->certificate);
    if (exit_code == 0) exit_code = ask_new_pin(arena, wish, pin);
    if (exit_code != 0) return exit_code;
    enum err error = server_begin_pin(arena, address, language_code(cli_language), exchange->digits,
                                      exchange->certificate.der, &exchange->pin);
    if (error != ERR_NONE) return explain_server(arena, error, address);
    return set_with_puk(arena, wish, exchange, pin);
}

int cli_set_pin(struct arena *arena, struct wish *wish, const char *digits, char *pin)
{
    struct exchange exchange = {.digits = digits};
    int exit_code = cli_open_code(arena, wish, digits, &exchange.opened);
    if (exit_code != 0) return exit_code;
    if (strcmp(exchange.opened.code.purpose, "pin") != 0)
        return cli_say(EXIT_CODE, tr(cli_language, "This code is for a signature: eimza-cli sign CODE"));
    exchange.secret = secret_alloc(KEY_SIZE);
    random_fill(exchange.secret, KEY_SIZE);
    exit_code = set_pin(arena, wish, &exchange, pin);
    secret_free(exchange.secret);
    secret_wipe(pin, PIN_SIZE_MAX);
    return exit_code;
}
