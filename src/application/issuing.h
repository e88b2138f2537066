/*
 * Purpose: what production, worker and signer need of an application on its way to a certificate: evidence, states, the
 * certificate it concerns (spec 06, 10). A part of the room's contract; application.h includes it.
 */
#ifndef DIVIT_APPLICATION_ISSUING_H
#define DIVIT_APPLICATION_ISSUING_H

#include "application/application.h"

/* -- the certificate that an application concerns: reason_effects.c -- */
struct concerned {
    enum application_reason reason;
    struct certificate_record certificate;
};
/*
 * What the application warrants now, by its confirmed statement alone: reason and serial beside it are for looking up.
 * ERR_FORBIDDEN: nothing, or the certificate is not this very person's.
 */
enum err find_concerned_to_suspend(struct db *db, struct arena *arena, const struct application *application,
                                   struct concerned *ret_concerned) MUST_CHECK;
enum err find_concerned_to_revoke(struct db *db, struct arena *arena, const struct application *application,
                                  struct concerned *ret_concerned) MUST_CHECK;

/* Its renewal, made already and still to start, once the replacement is made; ERR_NOT_FOUND: there is none. */
enum err find_renewal_to_revoke(struct db *db, struct arena *arena, const struct application *application,
                                struct concerned *ret_concerned) MUST_CHECK;

/* -- production and certificates; in the caller's transaction -- */
/* Signed decisions over this revision of the application, newest first: what the signer asks for. */
struct decision_proof {
    const char *uid;
    bool is_passkey;
    const char *statement; /* `decision 1` */
    struct bytes signature; /* CAdES over the statement, or the passkey's packed assertion */
};
#define DECISION_PROOFS_MAX 8
enum err list_decision_proofs(struct db *db, struct keeper *keeper, struct arena *arena, int64_t application_id,
                              const struct decision_proof **ret_proofs, size_t *ret_count) MUST_CHECK;
/* What else the signer is shown: kept under the applicant's key, for the application as it stands (its D). */
enum evidence_kind {
    EVIDENCE_APPLICANT, /* the applicant's CAdES over `application 1`; no text */
    EVIDENCE_OWNER, /* `owner 1` and the keeper's signature */
    EVIDENCE_CONSENT, /* the holder's CAdES over `consent 1`; no text */
    EVIDENCE_PRODUCTION, /* `production 1` and the station's signature */
    EVIDENCE_KIND_COUNT
};
struct sealed_evidence {
    const char *uid;
    int64_t application_id;
    enum evidence_kind kind;
    struct bytes digest; /* D */
    int64_t attempt; /* of EVIDENCE_PRODUCTION; else 0 */
    struct bytes sealed_text, sealed_proof;
    struct bytes sealed_validation; /* of EVIDENCE_APPLICANT; else no bytes */
};
/* Before the transaction, with the application opened. */
struct sealed_evidence seal_evidence(struct arena *arena, const struct application *application,
                                     enum evidence_kind kind, int64_t attempt, struct bytes text, struct bytes proof);
enum err add_evidence(struct db_tx *tx, const struct actor *actor, const struct sealed_evidence *evidence) MUST_CHECK;
struct evidence {
    enum evidence_kind kind;
    int64_t attempt;
    struct bytes text, proof;
    struct bytes validation; /* chain and revocation evidence of then, pki/validation_data.h; no bytes: none was kept */
    int64_t created_s;
};
/* By number (32 hexadecimal digits) or barcode, for a tool; ERR_NOT_FOUND. */
enum err find_application_by_name(struct db *db, struct arena *arena, const char *name,
                                  int64_t *ret_application_id) MUST_CHECK;
/* That of the application's present D, newest first; of production the newest of each attempt alone. */
enum err list_evidence(struct db *db, struct arena *arena, const struct application *application,
                       const struct evidence **ret_evidence, size_t *ret_count) MUST_CHECK;
/* Approved applications, oldest first; at most `limit`. */
enum err list_approved(struct db *db, struct arena *arena, int64_t limit, int64_t **ret_application_ids,
                       size_t *ret_count) MUST_CHECK;
enum err mark_in_production(struct db_tx *tx, const struct actor *actor, int64_t application_id) MUST_CHECK;
/*
 * The signer refused the evidence for good: in_production → officer_pending, its rule is kept for the officer, and what
 * officers signed so far counts no more for this application. One that is not in production stays where it is.
 */
enum err send_back_to_officer(struct db_tx *tx, const struct actor *actor, int64_t application_id,
                              const char *rule) MUST_CHECK;
/* In production: it waits for its owner to unlock; recorded once. And no longer. */
enum err mark_locked(struct db_tx *tx, const struct actor *actor, int64_t application_id) MUST_CHECK;
enum err mark_unlocked(struct db_tx *tx, int64_t application_id) MUST_CHECK;
enum err mark_produced(struct db_tx *tx, const struct actor *actor, int64_t application_id) MUST_CHECK;
/* The certificate was activated. Idempotent: a job may ask twice. */
enum err complete_application(struct db_tx *tx, const struct actor *actor, int64_t application_id) MUST_CHECK;

#endif
