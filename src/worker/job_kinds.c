#include "application/application.h"
#include "audit/audit.h"
#include "identity/identity.h"
#include "message/message.h"
#include "production/production.h"
#include "register/register.h"
#include "worker/jobs.h"

static enum err run_issue(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return issue_certificate(&worker->signing, arena, job);
}

static enum err run_activate(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return activate_in_signer(&worker->signing, arena, job);
}

static enum err run_suspend(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return suspend_in_signer(&worker->signing, arena, job);
}

static enum err run_revoke(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return revoke_in_signer(&worker->signing, arena, job);
}

static enum err run_revoke_renewal(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return revoke_renewal_in_signer(&worker->signing, arena, job);
}

static enum err run_lock(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return lock_in_signer(&worker->signing, arena, job);
}

static enum err run_crl(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return publish_crl(&worker->signing, arena, job);
}

static enum err run_registry(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return send_registry(&worker->signing, arena, job);
}

static enum err run_audit_grow(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return grow_tree(worker->db, job, false);
}

static enum err run_audit_head(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return sign_audit_head(&worker->signing, arena, job);
}

static enum err run_staff_import(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return work_on_import(worker->db, worker->keeper, arena, job);
}

static enum err run_staff_drop(const struct worker *worker, struct arena *arena, const struct job *job)
{
    return drop_old_import(worker->db, arena, job);
}

const struct job_kind job_kinds[] = {
    {MESSAGE_JOB, send_message},
    {REMIND_JOB, remind, .is_lasting = true},
    {PRODUCTION_JOB_ISSUE, run_issue},
    {CERTIFICATE_JOB_ACTIVATE, run_activate},
    /* the breaker may say no for an hour and longer */
    {CONCERNED_JOB_SUSPEND, run_suspend, .is_lasting = true},
    {CONCERNED_JOB_REVOKE, run_revoke, .is_lasting = true},
    {CONCERNED_JOB_REVOKE_RENEWAL, run_revoke_renewal, .is_lasting = true},
    {CERTIFICATE_JOB_LOCK, run_lock, .is_lasting = true},
    {CERTIFICATE_JOB_CRL, run_crl, .is_lasting = true},
    {REGISTRY_JOB, run_registry, .is_lasting = true},
    {STAFF_IMPORT_JOB, run_staff_import},
    {STAFF_DROP_JOB, run_staff_drop},
    {STAFF_DIRECTORY_JOB, read_directory, .is_lasting = true},
    {AUDIT_JOB_GROW, run_audit_grow, .is_lasting = true},
    {AUDIT_JOB_HEAD, run_audit_head, .is_lasting = true},
    {0},
};
