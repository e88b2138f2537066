/* Purpose: what the sealed columns of a message are bound to: column, row and person (spec 10). Private to the room. */
#ifndef DIVIT_MESSAGE_SEAL_H
#define DIVIT_MESSAGE_SEAL_H

#include "base/arena.h"

const char *message_context(struct arena *arena, const char *column, const char *uid, const char *person_uid);

#endif
