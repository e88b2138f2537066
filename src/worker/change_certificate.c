/* Suspended, revoked: the signer notes it, the world sees it, every contact of the holder is told (spec 01, Reasons). */
#include "application/application.h"
#include "base/log.h"
#include "worker/known_notices.h"
#include "worker/signing.h"

#include <stdlib.h>

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", "certificate_status"};

struct changing {
    const struct job *job;
    const struct person *person;
    const struct certificate_record *certificate;
    enum signer_status status;
    struct known_notices notices;
};

static enum err end(struct db_tx *tx, void *context)
{
    const struct changing *changing = context;
    return job_finish(tx, changing->job);
}

static enum err keep(struct db_tx *tx, void *context)
{
    const struct changing *changing = context;
    TRY(job_finish(tx, changing->job));
    TRY(queue_known_notices(tx, &changing->notices));
    return audit_record(tx, &worker_actor,
                        changing->status == SIGNER_REVOKED ? "revoke_certificate" : "suspend_certificate",
                        "certificate", changing->certificate->id, "");
}

static enum err prepare_notices(const struct signing *signing, struct arena *arena, int64_t since_s,
                                struct changing *changing)
{
    const char *serial = changing->certificate->serial;
    const struct known_notice notice = {
        .event = changing->status == SIGNER_REVOKED ? MESSAGE_REVOKED : MESSAGE_SUSPENDED,
        .about = arena_printf(arena, "certificate:%s:%lld", serial, (long long)since_s),
        .serial = serial,
        .time_name = "time",
        .time = time_to_date_time(arena, since_s),
    };
    return prepare_known_notices(signing->db, arena, changing->person, &notice, &changing->notices);
}

static enum err change(const struct signing *signing, struct arena *arena, int64_t reason, struct changing *changing)
{
    int64_t since_s;
    const char *serial = changing->certificate->serial;
    enum err error = signer_set_status(signing->signer, serial, changing->status, reason, NULL, &since_s);
    /* revoked meanwhile: more than a suspension, recorded and told already */
    if (error == ERR_STATE && changing->status == SIGNER_SUSPENDED) return db_run(signing->db, end, changing);
    TRY(error);
    TRY(follow_status(signing));
    TRY(prepare_notices(signing, arena, since_s, changing));
    return db_run(signing->db, keep, changing);
}

typedef enum err find_function(struct db *db, struct arena *arena, const struct application *application,
                               struct concerned *ret_concerned);

static enum err find_concerned(const struct signing *signing, struct arena *arena, const struct job *job,
                               find_function *find, struct application *application, struct concerned *concerned)
{
    int64_t id = strtoll(job->payload, NULL, 10);
    TRY(open_application(signing->db, signing->keeper, arena, id, application));
    return find(signing->db, arena, application, concerned);
}

/* What no application warrants is not done, however the job came to be; the job ends, for no time mends it. */
static enum err change_concerned(const struct signing *signing, struct arena *arena, const struct job *job,
                                 find_function *find, enum signer_status status)
{
    CLEANUP_APPLICATION struct application application = {0};
    struct concerned concerned;
    struct changing changing = {
        .job = job, .person = &application.person, .certificate = &concerned.certificate, .status = status};
    enum err error = find_concerned(signing, arena, job, find, &application, &concerned);
    if (error == ERR_FORBIDDEN || error == ERR_NOT_FOUND) {
        log_event(LOG_WARNING, "certificate_left", "job", log_int(arena, job->id), "why", err_detail(), NULL);
        return db_run(signing->db, end, &changing);
    }
    TRY(error);
    return change(signing, arena, status == SIGNER_REVOKED ? reason_revokes_as(concerned.reason) : 0, &changing);
}

enum err suspend_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    return change_concerned(signing, arena, job, find_concerned_to_suspend, SIGNER_SUSPENDED);
}

enum err revoke_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    return change_concerned(signing, arena, job, find_concerned_to_revoke, SIGNER_REVOKED);
}

enum err revoke_renewal_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    return change_concerned(signing, arena, job, find_renewal_to_revoke, SIGNER_REVOKED);
}
