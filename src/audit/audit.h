/*
 * Purpose: the trail: who did what to what, when, from where; written in the act's own transaction (spec 07, Trail). One
 * sequencer puts the records into a tree (RFC 9162 2.1) each second, whose head the signer signs each hour, so that none
 * can be changed, removed, put in or moved unnoticed (docs/trust.md, The audit tree).
 */
#ifndef DIVIT_AUDIT_AUDIT_H
#define DIVIT_AUDIT_AUDIT_H

#include "base/findings.h"
#include "db/db.h"
#include "db/job.h"

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

/* -- the tree -- */

#define AUDIT_JOB_GROW "audit_grow" /* key 'next'; asked for by ask_to_grow_tree() */
#define AUDIT_JOB_HEAD "audit_head" /* key 'next'; asks for itself again each hour */

/* Each second: asks for the job when a record is not in the tree yet. */
enum err ask_to_grow_tree(struct db *db) MUST_CHECK;
enum err ask_first_head(struct db *db) MUST_CHECK; /* at start */
/*
 * Puts new records into the tree, in the order of their ids as far as they are there, and ends the job (NULL: of none)
 * with the last of them. `is_thorough`: looks at all that was ever recorded, not at the newest alone.
 */
enum err grow_tree(struct db *db, const struct job *job, bool is_thorough) MUST_CHECK;

/* Root of the first `second` leaves (0: all), and the proof that it grew out of the first `first` (0: no proof). */
struct tree_growth {
    int64_t size;
    struct bytes root, proof;
};
enum err find_growth(struct db *db, struct arena *arena, int64_t first, int64_t second,
                     struct tree_growth *ret_growth) MUST_CHECK;

/* A head as the signer signed it: `tree 1`. */
struct tree_head {
    int64_t size; /* 0: none */
    struct bytes text, signature;
};
/* Kept, once for each size; ends the job (NULL: of none) and asks for the next one. */
enum err store_head(struct db *db, const struct job *job, const struct tree_head *head, int64_t next_due_s) MUST_CHECK;

enum err list_heads(struct db *db, struct arena *arena, const struct tree_head **ret_heads,
                    size_t *ret_count) MUST_CHECK; /* smallest first */

/* What shows that one record is in the tree under the newest head. ERR_NOT_FOUND: no such record; ERR_STATE: not yet. */
struct record_proof {
    struct bytes entry; /* what was hashed into the leaf */
    int64_t position;
    struct bytes path; /* RFC 9162 2.1.3.1, 32 octets each */
    struct tree_head head;
};
enum err prove_record(struct db *db, struct arena *arena, int64_t record_id, struct record_proof *ret_proof) MUST_CHECK;

/*
 * Looks at every record, leaf, node and head: what is wrong is added in words. `signer_key`: SubjectPublicKeyInfo.
 * Errors are of looking alone.
 */
struct tree_summary {
    int64_t size, heads, newest_head_size, outside; /* outside: records that are not in the tree yet */
};
enum err verify_tree(struct db *db, struct bytes signer_key, struct findings *findings,
                     struct tree_summary *ret_summary) MUST_CHECK;

#endif
