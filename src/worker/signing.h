/*
 * Purpose: the worker's jobs that need the signer: certificates issued and activated, CRLs, the responder's certificate.
 *
 * Each job keeps the signer's answer and finishes in one transaction; run twice it gives the same (the signer is asked
 * with the same evidence and answers with the same certificate). An error is tried again later.
 */
#ifndef DIVIT_WORKER_SIGNING_H
#define DIVIT_WORKER_SIGNING_H

#include "db/job.h"
#include "ipc/installation.h"
#include "ipc/keeper_client.h"
#include "ipc/signer_client.h"

struct signing {
    struct db *db;
    struct keeper *keeper;
    struct signer *signer;
    struct ipc_client *responder;
};

/* PRODUCTION_JOB_ISSUE: evidence gathered, certificate stored; what a rule refuses goes back to its officer. */
enum err issue_certificate(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/* CERTIFICATE_JOB_ACTIVATE: the holder is told, the application is completed. */
enum err activate_in_signer(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/*
 * CONCERNED_JOB_SUSPEND, …_REVOKE, …_REVOKE_RENEWAL: what the application warrants (application/issuing.h), and every known
 * contact of the holder is told; what it does not is left as it is.
 */
enum err suspend_in_signer(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
enum err revoke_in_signer(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
enum err revoke_renewal_in_signer(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/* CERTIFICATE_JOB_LOCK: the owner's lock or unlocking; the signer's answer is kept, every known contact is told. */
enum err lock_in_signer(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/* CERTIFICATE_JOB_CRL: a full list; the next one is asked for in time. */
enum err publish_crl(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/* AUDIT_JOB_HEAD: grown, signed, kept; asked for again in an hour. */
enum err sign_audit_head(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/*
 * Stores what the signer said on status since the newest statement that is kept. Five times a second by a thread of its
 * own, and by whoever has just changed one.
 */
enum err follow_status(const struct signing *signing) MUST_CHECK;
/* REGISTRY_JOB: a signed proposal goes to the signer; what it answers, and which registry is in force, is kept. */
enum err send_registry(const struct signing *signing, struct arena *arena, const struct job *job) MUST_CHECK;
/* At start, and from then on each minute: what web knows of the registry is what the signer says. */
enum err look_at_registry(struct db *db) MUST_CHECK;
/* At start: a CRL is due even if nothing was ever revoked. */
enum err ask_first_crl(struct db *db) MUST_CHECK;

/* Looks whether the responder needs a certificate and brings it one; called every second by a thread of its own. */
enum err certify_responder(const struct signing *signing) MUST_CHECK;

#endif
