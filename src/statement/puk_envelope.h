/*
 * Purpose: what stands inside a PUK's envelope, before it is sealed to the keeper's box: which card it opens, by its serial
 * and its key, and the PUK. Four lines, ended by LF: `divit puk 1`, card serial, SHA-256 of the SubjectPublicKeyInfo (64
 * hexadecimal digits), PUK (4 to 8 digits).
 */
#ifndef DIVIT_STATEMENT_PUK_ENVELOPE_H
#define DIVIT_STATEMENT_PUK_ENVELOPE_H

#include "base/bytes.h"

struct puk_envelope {
    const char *card_serial;
    const char *public_key;
    const char *puk;
};
struct bytes puk_envelope_write(struct arena *arena, const struct puk_envelope *envelope); /* for the caller to wipe */
/* ERR_INVALID for anything else; `puk` is the caller's to wipe. */
enum err puk_envelope_read(struct arena *arena, struct bytes plain, struct puk_envelope *ret_envelope) MUST_CHECK;

#endif
