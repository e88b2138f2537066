/* Purpose: what the acts about SMS codes share. A code belongs to one revision, by its D or its number: a
 * changed form asks anew. */
#ifndef DIVIT_APPLICATION_PHONE_H
#define DIVIT_APPLICATION_PHONE_H

#include "application/store.h"

/* A code made by the keeper, its message, the trail; ERR_TOO_MANY with the seconds to wait. */
enum err send_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                   const struct application *application, enum message_event event,
                   const struct keeper_code_request *request, struct sent_code *ret_code,
                   int64_t *ret_wait_s) MUST_CHECK;

#endif
