/* From a proposal that enough administrators have signed to the registry in force (spec 10, Statements). */
#include "base/clock.h"
#include "base/log.h"
#include "identity/identity.h"
#include "worker/signing.h"

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", REGISTRY_JOB};

#define LOOK "look" /* key of the job that only asks what is in force */
#define LOOK_EVERY_S 60
#define NEWS_MAX 2 /* the proposal itself, and what is in force by now */

struct settling {
    const struct job *job; /* NULL: it is finished already */
    const struct registry_news *news[NEWS_MAX];
    size_t news_count;
    const char *refused; /* uid; NULL: not refused, or overtaken */
    const char *why;
};

/* As soon as a key has ended, its person's account does. */
static int64_t next_look_s(const struct settling *settling)
{
    int64_t next_s = clock_now_s() + LOOK_EVERY_S;
    int64_t end_s = settling->news_count > 0 ? registry_news_end_s(settling->news[settling->news_count - 1]) : next_s;
    return end_s < next_s ? end_s + 1 : next_s;
}

static enum err keep(struct db_tx *tx, void *context)
{
    const struct settling *settling = context;
    if (settling->job != NULL) TRY(job_finish(tx, settling->job));
    for (size_t i = 0; i < settling->news_count; i++)
        TRY(take_registry(tx, &worker_actor, settling->news[i], i + 1 == settling->news_count));
    /* what was overtaken stays so */
    if (settling->refused != NULL) TRY(refuse_proposal(tx, &worker_actor, settling->refused, settling->why));
    return job_add(tx, REGISTRY_JOB, LOOK, "", next_look_s(settling));
}

static enum err add_news(const struct signing *signing, struct arena *arena, struct bytes text,
                         struct settling *settling)
{
    const struct registry_news *news;
    TRY(prepare_registry_news(signing->db, signing->keeper, arena, text, &news));
    if (registry_news_is_untold(news)) log_event(LOG_WARNING, "registry_untold", "why", err_detail(), NULL);
    settling->news[settling->news_count++] = news;
    return ERR_NONE;
}

static enum err send(const struct signing *signing, struct arena *arena, const struct registry_proposal *proposal,
                     struct settling *settling)
{
    struct signer_proof *proofs = NEW_ARRAY(arena, struct signer_proof, proposal->signature_count + 1);
    for (size_t i = 0; i < proposal->signature_count; i++) {
        bool is_passkey = proposal->signatures[i].is_passkey;
        proofs[i] = (struct signer_proof){is_passkey ? PROOF_PASSKEY : PROOF_CARD, {0}, proposal->signatures[i].proof};
    }
    enum err error = signer_set_registry(signing->signer, proposal->text, proofs, proposal->signature_count);
    if (error == ERR_NONE) return add_news(signing, arena, proposal->text, settling);
    if (err_class(error) != ERR_CLASS_CALLER) return error;
    settling->refused = proposal->uid;
    settling->why = arena_text(arena, err_detail());
    log_event(LOG_WARNING, "registry_refused", "proposal", proposal->uid, "why", settling->why, NULL);
    return ERR_NONE;
}

/* The keeper too: by it, it knows the cards and passkeys of staff who log in. */
static enum err ask_in_force(const struct signing *signing, struct arena *arena, struct bytes *ret_text)
{
    struct bytes text, signature;
    TRY(signer_registry(signing->signer, arena, &text, &signature));
    enum err error = keeper_registry(signing->keeper, text, signature);
    if (error != ERR_NONE)
        log_event(LOG_WARNING, "registry_to_keeper", "error", err_name(error), NULL); /* asked again */
    *ret_text = text;
    return ERR_NONE;
}

/* What another thread brought in while this one kept what held before it. The job is done: what fails here comes again. */
static void look_again(const struct signing *signing, struct arena *arena, struct bytes kept)
{
    struct settling settling = {0};
    struct bytes current;
    enum err error = ask_in_force(signing, arena, &current);
    if (error == ERR_NONE && bytes_equal(current, kept)) return;
    if (error == ERR_NONE) error = add_news(signing, arena, current, &settling);
    if (error == ERR_NONE) error = db_run(signing->db, keep, &settling);
    if (error != ERR_NONE) log_event(LOG_WARNING, "registry_look", "error", err_name(error), NULL);
}

enum err send_registry(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct settling settling = {.job = job};
    struct registry_proposal proposal;
    struct bytes current;
    if (*job->payload != '\0') {
        TRY(find_proposal(signing->db, signing->keeper, arena, job->payload, &proposal));
        if (proposal.state == PROPOSAL_SENT) TRY(send(signing, arena, &proposal, &settling));
    }
    /* what holds is what the signer says, whoever asked it for it */
    TRY(ask_in_force(signing, arena, &current));
    TRY(add_news(signing, arena, current, &settling));
    TRY(db_run(signing->db, keep, &settling));
    look_again(signing, arena, current);
    return ERR_NONE;
}

static enum err add_look(struct db_tx *tx, void *context)
{
    return job_add(tx, REGISTRY_JOB, LOOK, "", 0);
}

enum err look_at_registry(struct db *db)
{
    return db_run(db, add_look, NULL);
}
