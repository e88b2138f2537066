/* Purpose: private to the room: what the station says of a card before its certificate is asked for. */
#ifndef DIVIT_PRODUCTION_STATION_H
#define DIVIT_PRODUCTION_STATION_H

#include "production/production.h"

struct station_word {
    struct bytes text; /* `production 1` */
    struct bytes signature;
};
/* The keeper has the card's PUK when this returns; the card's own file may forget it. */
enum err station_speak(const struct card_station *station, struct keeper *keeper, struct arena *arena,
                       const struct application *application, const struct card *card, int64_t attempt,
                       struct station_word *ret_word) MUST_CHECK;

/* card.c: what lies beside the token until somebody else has it. */
enum err card_puk(const struct card_station *station, struct arena *arena, const struct card *card,
                  const char **ret_puk) MUST_CHECK; /* the caller's to wipe; ERR_NOT_FOUND once it was forgotten */
enum err card_forget_puk(const struct card_station *station, struct arena *arena, const struct card *card) MUST_CHECK;
/* The card is ready: nobody knows its transport PIN, its holder sets one with the keeper's PUK. */
enum err card_forget_pin(const struct card_station *station, struct arena *arena, const struct card *card) MUST_CHECK;

#endif
