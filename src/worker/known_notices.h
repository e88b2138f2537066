/*
 * Purpose: one security notice to every contact that is known of a person (spec 01, Bilgi Kanalı), prepared before the
 * transaction of the event and queued in it.
 */
#ifndef DIVIT_WORKER_KNOWN_NOTICES_H
#define DIVIT_WORKER_KNOWN_NOTICES_H

#include "identity/identity.h"
#include "message/message.h"

struct known_notice {
    enum message_event event;
    const char *about; /* which event, for message_prepare()'s key: "lock:7" */
    const char *serial; /* the template's {serial}; NULL: it has none */
    const char *time_name, *time; /* and its {time} or {end} */
};

struct known_notices {
    const struct message_ready *messages[KNOWN_CONTACTS_MAX];
    size_t count;
};

enum err prepare_known_notices(struct db *db, struct arena *arena, const struct person *person,
                               const struct known_notice *notice, struct known_notices *ret_notices) MUST_CHECK;
enum err queue_known_notices(struct db_tx *tx, const struct known_notices *notices) MUST_CHECK;

#endif
