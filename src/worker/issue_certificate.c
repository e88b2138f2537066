/* From an approved application and a card's request to a stored certificate (spec 07, The signer). */
#include "base/log.h"
#include "pki/certificate.h"
#include "production/production.h"
#include "worker/gather_evidence.h"
#include "worker/signing.h"

#include <stdlib.h>
#include <string.h>

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", PRODUCTION_JOB_ISSUE};

struct issuing {
    const struct job *job;
    const struct card_attempt *attempt;
    const struct certificate_new *certificate; /* NULL: refused */
    const char *why;
    bool is_locked;
};

static enum err keep(struct db_tx *tx, void *context)
{
    const struct issuing *issuing = context;
    TRY(job_finish(tx, issuing->job));
    if (issuing->is_locked) return note_card_locked(tx, &worker_actor, issuing->attempt);
    if (!issuing->certificate) return note_card_refused(tx, &worker_actor, issuing->attempt, issuing->why);
    TRY(store_certificate(tx, &worker_actor, issuing->certificate));
    return note_card_issued(tx, issuing->attempt);
}

static enum err keep_certificate(const struct signing *signing, struct arena *arena, struct issuing *issuing,
                                 const struct application *application, struct bytes der)
{
    struct certificate parsed;
    TRY(certificate_parse(arena, der, &parsed));
    TRY(follow_status(signing)); /* suspended, before anybody finds it */
    const char *uid = random_hex(arena, 16);
    struct certificate_new certificate = {
        .uid = uid,
        .application_id = application->id,
        .attempt = issuing->attempt->attempt,
        .person_id = application->person_id,
        .serial = parsed.serial,
        .card_serial = issuing->attempt->card_serial,
        .not_before_s = parsed.not_before_s,
        .not_after_s = parsed.not_after_s,
        .application_digest = application->statement_digest,
        .sealed_der = seal_certificate(arena, &application->person, uid, der),
    };
    issuing->certificate = &certificate;
    return db_run(signing->db, keep, issuing);
}

static enum err ask_signer(const struct signing *signing, struct arena *arena, struct issuing *issuing,
                           const struct application *application)
{
    struct signer_evidence evidence;
    TRY(gather_evidence(signing->db, signing->keeper, arena, application, issuing->attempt, &evidence));
    struct bytes der;
    enum err error = signer_issue(signing->signer, arena, &evidence, &der);
    if (error == ERR_NONE) return keep_certificate(signing, arena, issuing, application, der);
    if (err_class(error) != ERR_CLASS_CALLER) return error; /* the evidence was not at fault: tried again */
    issuing->why = arena_text(arena, err_detail());
    issuing->is_locked = strcmp(issuing->why, SIGNER_LOCKED) == 0;
    if (issuing->is_locked) return db_run(signing->db, keep, issuing);
    log_error("certificate_refused", error, "application", application->uid, NULL);
    return db_run(signing->db, keep, issuing);
}

enum err issue_certificate(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct card_attempt attempt;
    TRY(find_card_attempt_by_id(signing->db, arena, strtoll(job->payload, NULL, 10), &attempt));
    CLEANUP_APPLICATION struct application application = {0};
    TRY(open_application(signing->db, signing->keeper, arena, attempt.application_id, &application));
    struct issuing issuing = {.job = job, .attempt = &attempt};
    return ask_signer(signing, arena, &issuing, &application);
}
