/* Askıdan İndir, second half: the signer notes it, the world sees it, every contact is told (spec 01, 03, 06). */
#include "application/application.h"
#include "base/log.h"
#include "certificate/certificate.h"
#include "worker/known_notices.h"
#include "worker/signing.h"

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", CERTIFICATE_JOB_ACTIVATE};

struct activating {
    const struct job *job;
    const struct certificate_record *certificate;
    struct activation_wish wish;
    int64_t since_s;
    const char *refused; /* the signer's rule; NULL: it activated */
    struct known_notices notices;
};

static enum err keep(struct db_tx *tx, void *context)
{
    const struct activating *activating = context;
    const struct certificate_record *certificate = activating->certificate;
    TRY(job_finish(tx, activating->job));
    if (activating->refused != NULL)
        return refuse_activation(tx, &worker_actor, certificate, &activating->wish, activating->refused);
    TRY(complete_application(tx, &worker_actor, certificate->application_id));
    TRY(queue_known_notices(tx, &activating->notices));
    return audit_record(tx, &worker_actor, "lift_suspension", "certificate", certificate->id,
                        activating->wish.proof.kind == PROOF_OWNER ? "code" : "signature");
}

static enum err prepare_notices(const struct signing *signing, struct arena *arena, const struct person *person,
                                struct activating *activating)
{
    const struct certificate_record *certificate = activating->certificate;
    const struct known_notice notice = {
        .event = MESSAGE_ACTIVATED,
        .about = arena_printf(arena, "certificate:%s:%lld", certificate->serial, (long long)activating->since_s),
        .serial = certificate->serial,
        .time_name = "end",
        .time = time_to_date_time(arena, certificate->not_after_s),
    };
    return prepare_known_notices(signing->db, arena, person, &notice, &activating->notices);
}

static enum err ask_signer(const struct signing *signing, struct arena *arena, struct activating *activating)
{
    const char *serial = activating->certificate->serial;
    enum err error =
        signer_set_status(signing->signer, serial, SIGNER_ACTIVE, 0, &activating->wish.proof, &activating->since_s);
    /* ERR_STATE: revoked is final; any other but the caller's is no answer, and asked again */
    if (error == ERR_NONE || (err_class(error) != ERR_CLASS_CALLER && error != ERR_STATE)) return error;
    activating->refused = arena_text(arena, err_detail());
    log_event(LOG_WARNING, "activation_refused", "serial", serial, "why", activating->refused, NULL);
    return ERR_NONE;
}

static enum err tell_and_keep(const struct signing *signing, struct arena *arena, const struct person *person,
                              struct activating *activating)
{
    const struct signer_proof *proof = &activating->wish.proof;
    TRY(find_activation(signing->db, arena, person, activating->certificate->serial, &activating->wish));
    TRY(ask_signer(signing, arena, activating));
    if (activating->refused != NULL) return db_run(signing->db, keep, activating);
    TRY(follow_status(signing));
    /* a number whose owner activated a certificate is known, from another source than any later form; which one the act
     * says, not what the database has by now */
    const struct keeper_owner_act act = {proof->text, proof->proof};
    if (proof->kind == PROOF_OWNER) TRY(keeper_number_account(signing->keeper, &act));
    TRY(prepare_notices(signing, arena, person, activating));
    return db_run(signing->db, keep, activating);
}

enum err activate_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct certificate_record certificate;
    TRY(find_certificate_by_serial(signing->db, arena, job->payload, &certificate));
    struct person person = {0};
    TRY(open_person(signing->db, signing->keeper, arena, certificate.person_id, &person));
    struct activating activating = {.job = job, .certificate = &certificate};
    enum err error = tell_and_keep(signing, arena, &person, &activating);
    person_close(&person);
    return error;
}
