/* Purpose: time-based one-time passwords (RFC 6238: SHA-1, 6 digits, steps of 30 s). Pure. */
#ifndef DIVIT_KEEPER_TOTP_H
#define DIVIT_KEEPER_TOTP_H

#include "base/bytes.h"

#define TOTP_STEP_S 30

void totp_at(struct bytes secret, int64_t step, char ret_digits[7]);
/* The step beside `now_s` (one either side) whose code was typed and that is later than `last_step`. */
enum err totp_match(struct bytes secret, const char *typed, int64_t now_s, int64_t last_step,
                    int64_t *ret_step) MUST_CHECK;

#endif
