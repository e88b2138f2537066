/* Purpose: notices to contacts known from before, and the codes of objection in them. Private to the room. */
#ifndef DIVIT_APPLICATION_NOTICE_H
#define DIVIT_APPLICATION_NOTICE_H

#include "application/store.h"

struct contact_notice {
    const char *source;
    struct bytes code_hash;
    const struct message_ready *message;
};
struct contact_notices {
    unsigned changes; /* contact_changes(); 0: nobody is told anything */
    struct contact_notice items[KNOWN_CONTACTS_MAX];
    size_t count;
};
/* `page`: where the code is typed, as people type it: "divit.example/itiraz". */
enum err prepare_contact_notices(struct db *db, struct arena *arena, const struct application *application,
                                 const char *page, struct contact_notices *ret_notices) MUST_CHECK;
enum err keep_contact_notices(struct db_tx *tx, struct arena *arena, const struct actor *actor,
                              const struct application *application, const struct contact_notices *notices) MUST_CHECK;
/* Of what was typed, with spaces, hyphens and small letters; no bytes: it cannot be one. */
struct bytes objection_code_hash(struct arena *arena, const char *typed);

#endif
