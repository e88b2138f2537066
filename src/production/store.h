/* Purpose: rows of card attempts; private to the room. */
#ifndef DIVIT_PRODUCTION_STORE_H
#define DIVIT_PRODUCTION_STORE_H

#include "production/production.h"

/* ERR_STATE if the attempt is not in `from`. */
enum err move_attempt(struct db_tx *tx, int64_t attempt_id, enum card_state from, enum card_state to,
                      const char *why) MUST_CHECK;

#endif
