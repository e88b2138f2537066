/* Purpose: the trail: who did what to what, when, from where; written in the act's own transaction (spec 07, Trail). */
#ifndef DIVIT_AUDIT_AUDIT_H
#define DIVIT_AUDIT_AUDIT_H

#include "db/db.h"

enum actor_kind { ACTOR_NOBODY, ACTOR_PERSON, ACTOR_STAFF, ACTOR_SYSTEM };
const char *actor_kind_name(enum actor_kind kind); /* "nobody", "person", "staff", "system" */

/* Who acts, from where; handed to every act. */
struct actor {
    enum actor_kind kind;
    int64_t id; /* person or staff account; 0 for the others */
    const char *address; /* network address, "" for the system */
    const char *request; /* request or job id */
};

/* `event` is verb_noun like the act; `detail` is never a personal detail nor a secret ("" for none). */
enum err audit_record(struct db_tx *tx, const struct actor *actor, const char *event, const char *subject_kind,
                      int64_t subject, const char *detail) MUST_CHECK;

#endif
