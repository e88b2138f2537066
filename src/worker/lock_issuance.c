/* The owner's lock, or its unlocking: the signer's journal takes it in, every contact of the owner is told. */
#include "base/log.h"
#include "certificate/certificate.h"
#include "worker/known_notices.h"
#include "worker/signing.h"

#include <stdlib.h>

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", CERTIFICATE_JOB_LOCK};

struct locking {
    const struct job *job;
    const struct lock_wish *wish;
    int64_t since_s, ends_s;
    const char *refused; /* the signer's rule; NULL: taken in */
    struct known_notices notices;
};

static enum err end(struct db_tx *tx, void *context)
{
    const struct locking *locking = context;
    return job_finish(tx, locking->job);
}

static enum err keep(struct db_tx *tx, void *context)
{
    const struct locking *locking = context;
    TRY(job_finish(tx, locking->job));
    if (locking->refused != NULL) return refuse_lock_wish(tx, &worker_actor, locking->wish, locking->refused);
    TRY(queue_known_notices(tx, &locking->notices));
    return keep_lock_wish(tx, &worker_actor, locking->wish, locking->since_s, locking->ends_s);
}

static enum err prepare_notices(const struct signing *signing, struct arena *arena, struct locking *locking)
{
    bool unlocks = locking->ends_s != 0;
    const struct known_notice notice = {
        .event = unlocks ? MESSAGE_UNLOCK_ASKED : MESSAGE_LOCKED,
        .about = arena_printf(arena, "lock:%lld", (long long)locking->wish->id),
        .time_name = unlocks ? "end" : "time",
        .time = time_to_date_time(arena, unlocks ? locking->ends_s : locking->since_s),
    };
    return prepare_known_notices(signing->db, arena, &locking->wish->person, &notice, &locking->notices);
}

static enum err ask_signer(const struct signing *signing, struct arena *arena, struct locking *locking)
{
    const struct lock_wish *wish = locking->wish;
    const struct signer_proof proof = {.kind = PROOF_CARD, .proof = wish->signature};
    enum err error = signer_lock(signing->signer, wish->text, wish->signature.size == 0 ? NULL : &proof,
                                 &locking->since_s, &locking->ends_s);
    if (error == ERR_NONE) return prepare_notices(signing, arena, locking);
    if (err_class(error) != ERR_CLASS_CALLER) return error; /* no answer: asked again */
    locking->refused = arena_text(arena, err_detail());
    log_event(LOG_WARNING, "lock_refused", "wish", log_int(arena, wish->id), "why", locking->refused, NULL);
    return ERR_NONE;
}

enum err lock_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct lock_wish wish;
    TRY(open_lock_wish(signing->db, signing->keeper, arena, strtoll(job->payload, NULL, 10), &wish));
    struct locking locking = {.job = job, .wish = &wish};
    enum err error = ERR_NONE;
    if (wish.is_asked) error = ask_signer(signing, arena, &locking);
    if (error == ERR_NONE) error = db_run(signing->db, wish.is_asked ? keep : end, &locking);
    person_close(&wish.person);
    return error;
}
