/*
 * The owner's lock (spec 10, no lock by the owner): to lock, the worker's word is enough; to unlock, the owner's card must
 * have signed, and 72 hours of this signer's clock pass, so that who lost session or card notices.
 */
#include "base/secret.h"
#include "signer/evidence_internal.h"
#include "statement/lock_statement.h"

#include <string.h>

#define UNLOCK_WAIT_S ((int64_t)72 * 3600)

/* A person in the journal: who takes the file cannot try identity numbers. */
static const char *person_tag(const struct authority *authority, struct arena *arena, const char *identity_number)
{
    struct bytes key = hmac_sha256(arena, authority->document_key, bytes_of_text("lock"));
    return hex_encode(arena, hmac_sha256(arena, key.data, bytes_of_text(identity_number)));
}

struct standing { /* the newest word */
    int64_t at_s;
    int64_t ends_s; /* from when on certificates are made again; 0: a lock */
    struct bytes text;
    struct lock_statement statement;
};

static enum err read_standing(struct arena *arena, const struct journal_lock *newest, struct standing *ret_standing)
{
    struct standing standing = {.at_s = newest->at_s, .text = newest->text};
    if (lock_statement_read(arena, newest->text, &standing.statement) != ERR_NONE)
        return err_set(ERR_BROKEN, "signer.db: a lock that does not read");
    if (lock_statement_unlocks(&standing.statement)) standing.ends_s = newest->at_s + UNLOCK_WAIT_S;
    *ret_standing = standing;
    return ERR_NONE;
}

enum err authority_may_issue_to(const struct authority *authority, struct arena *arena, const char *identity_number,
                                int64_t now_s)
{
    const struct journal_lock *locks;
    size_t count;
    struct standing standing;
    TRY(journal_list_locks(authority->journal, arena, person_tag(authority, arena, identity_number), &locks, &count));
    if (count == 0) return ERR_NONE;
    TRY(read_standing(arena, &locks[0], &standing));
    return standing.ends_s == 0 || now_s < standing.ends_s ? refuse(SIGNER_LOCKED) : ERR_NONE;
}

/* An old text is no new lock: else a former unlocking would fit it again. */
static enum err check_lock(struct arena *arena, const struct lock_statement *lock, const struct journal_lock *locks,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct standing earlier;
        TRY(read_standing(arena, &locks[i], &earlier));
        if (strcmp(earlier.statement.lock_uid, lock->lock_uid) == 0) return refuse("lock number used before");
    }
    return ERR_NONE;
}

static enum err check_unlock(const struct gathering *gathering, struct bytes text, const struct lock_statement *lock,
                             const struct standing *standing, const struct signer_proof *proofs, size_t count)
{
    struct signed_word word;
    if (standing == NULL || strcmp(standing->statement.lock_uid, lock->lock_uid) != 0)
        return refuse("unlocking of another lock");
    if (standing->ends_s != 0) return refuse("unlocked before");
    if (count != 1 || proofs[0].kind != PROOF_CARD) return refuse("unlocking without the owner's signature");
    TRY(proof_open(gathering->arena, &proofs[0], &word));
    if (!bytes_equal(word.text, text)) return refuse("signature over another text");
    if (word.signed_s < standing->at_s - CLOCK_TOLERANCE_S) return refuse("signed before the lock");
    return check_holder_now(gathering, &word, lock->identity_number);
}

enum err authority_lock(struct authority *authority, struct arena *arena, struct bytes text,
                        const struct signer_proof *proofs, size_t count, int64_t now_s, int64_t *ret_since_s,
                        int64_t *ret_ends_s)
{
    const struct gathering gathering = {.authority = authority, .arena = arena, .now_s = now_s};
    const struct journal_lock *locks;
    size_t lock_count;
    struct lock_statement lock;
    struct standing standing = {0};
    TRY(authority_is_open(authority));
    if (lock_statement_read(arena, text, &lock) != ERR_NONE) return refuse_detail("lock statement");
    if (lock.made_s > now_s + CLOCK_TOLERANCE_S) return refuse("lock statement from the future");
    const char *person = person_tag(authority, arena, lock.identity_number);
    TRY(journal_list_locks(authority->journal, arena, person, &locks, &lock_count));
    if (lock_count > 0) TRY(read_standing(arena, &locks[0], &standing));
    if (!bytes_equal(standing.text, text)) { /* else it was journalled, and is asked again */
        bool unlocks = lock_statement_unlocks(&lock);
        if (strcmp(lock.server, authority->origin) != 0) return refuse("lock at another server");
        TRY(unlocks ? check_unlock(&gathering, text, &lock, lock_count > 0 ? &standing : NULL, proofs, count)
                    : check_lock(arena, &lock, locks, lock_count));
        TRY(journal_add_lock(authority->journal, now_s, person, text,
                             proofs_to_keep(arena, proofs, unlocks ? count : 0), unlocks ? count : 0));
        standing.at_s = now_s;
        standing.ends_s = unlocks ? now_s + UNLOCK_WAIT_S : 0;
    }
    *ret_since_s = standing.at_s;
    *ret_ends_s = standing.ends_s;
    return ERR_NONE;
}
