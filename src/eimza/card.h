/*
 * Purpose: what is done with a card, each act in a short-lived child that is not dumpable: a hanging or crashing
 * maker's library takes nothing with it, and PINs it leaves on its heap die with it (design.md).
 */
#ifndef DIVIT_EIMZA_CARD_H
#define DIVIT_EIMZA_CARD_H

#include "pki/certificate.h"
#include "token/token.h"

struct card_choice {
    const char *module; /* path of the PKCS #11 library */
    const char *token; /* label or serial; NULL: the only one */
    const char *identity_number; /* sign with this person's certificate alone; NULL: anybody's */
    const char *other_than; /* never with the certificate of this serial, lower-case hexadecimal; NULL */
};

struct card_certificate {
    const char *token_label, *token_serial;
    struct certificate certificate;
};
/* The certificates for signing on all cards, which can be read without a PIN. */
enum err card_list_certificates(struct arena *arena, const struct card_choice *choice,
                                const struct card_certificate **ret_certificates, size_t *ret_count) MUST_CHECK;

/*
 * The one that signs: as `choice` has it, valid now, and of these the one that is good longest; NULL: none. Into the
 * list.
 */
const struct card_certificate *card_pick_signing(const struct card_certificate *certificates, size_t count,
                                                 const struct card_choice *choice, int64_t now_s);

/*
 * Of each card with certificates that this issuer signed for this person, the one that is good longest, into ret_cards,
 * which has room for `count`. Returns how many cards. `certificates` as listed: those of a card together.
 */
size_t card_pick_issued(const struct card_certificate *certificates, size_t count, const char *identity_number,
                        const struct certificate *issuer, struct card_certificate *ret_cards);

/* The cards in the readers, and with their PIN's state. */
enum err card_list(struct arena *arena, const struct card_choice *choice, const struct token_info **ret_cards,
                   size_t *ret_count) MUST_CHECK;
/*
 * Signs with the card's certificate for signing (nonRepudiation, a key beside it) that `choice` has. ERR_WRONG: the PIN;
 * ERR_TOO_MANY: it is locked; ERR_NOT_FOUND: no card, or no certificate; ERR_EXPIRED: the certificate;
 * ERR_UNAVAILABLE: the library failed, crashed or hung.
 */
enum err card_sign(struct arena *arena, const struct card_choice *choice, const char *pin, struct bytes content,
                   struct bytes *ret_cms) MUST_CHECK;

/* How a card takes a new PIN with its PUK: the makers' libraries differ. */
enum card_unlock_way {
    CARD_UNLOCK_UNKNOWN,
    CARD_UNLOCK_SO, /* the PUK is the security officer's PIN: log in with it, C_InitPIN */
    CARD_UNLOCK_SET_PIN, /* nobody logs in: C_SetPIN with the PUK as the old PIN (OpenSC as it can be configured) */
};
/* ERR_WRONG: not this card's PUK; ERR_TOO_MANY: the PUK is locked too. */
enum err card_set_pin(struct arena *arena, const struct card_choice *choice, enum card_unlock_way way, const char *puk,
                      const char *new_pin) MUST_CHECK;

#endif
