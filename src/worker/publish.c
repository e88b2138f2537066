/* What the responder needs: the signer's words on status, CRLs, the certificate of its OCSP key (spec 07, Status). */
#include "base/log.h"
#include "certificate/certificate.h"
#include "ipc/responder_client.h"
#include "worker/signing.h"

static const struct actor status_actor = {ACTOR_SYSTEM, 0, "", "status"};

#define CRL_EVERY_S ((int64_t)12 * 3600) /* spec 07: full every 12 h */

struct publishing {
    const struct job *job;
    struct bytes crl;
    int64_t number, this_update_s, next_update_s;
};

static enum err keep_crl(struct db_tx *tx, void *context)
{
    const struct publishing *publishing = context;
    TRY(job_finish(tx, publishing->job));
    TRY(store_crl(tx, CERTIFICATE_ISSUER, publishing->number, publishing->this_update_s, publishing->next_update_s,
                  publishing->crl));
    return job_add(tx, CERTIFICATE_JOB_CRL, "next", "", publishing->this_update_s + CRL_EVERY_S);
}

enum err publish_crl(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct publishing publishing = {.job = job};
    TRY(signer_crl(signing->signer, arena, &publishing.crl, &publishing.number, &publishing.this_update_s,
                   &publishing.next_update_s));
    return db_run(signing->db, keep_crl, &publishing);
}

static enum err add_first(struct db_tx *tx, void *context)
{
    return job_add(tx, CERTIFICATE_JOB_CRL, "next", "", 0);
}

enum err ask_first_crl(struct db *db)
{
    return db_run(db, add_first, NULL);
}

#define EXISTS_MAX 20

enum err follow_status(const struct signing *signing)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (int exists = 0; exists < EXISTS_MAX; arena_reset(arena)) {
        int64_t newest;
        const struct signer_statement *statements;
        size_t count;
        TRY(find_newest_statement(signing->db, &newest));
        TRY(signer_statements(signing->signer, arena, newest, &statements, &count));
        if (count == 0) return ERR_NONE;
        enum err error = store_statements(signing->db, arena, &status_actor, statements, count);
        if (error == ERR_EXISTS) exists++; /* another thread has stored it in the same moment: what comes after it? */
        if (error != ERR_NONE && error != ERR_EXISTS) return error;
    }
    return err_set(ERR_BROKEN, "a statement on status is kept and not found");
}

enum err certify_responder(const struct signing *signing)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct bytes request, certificate;
    enum err error = responder_ocsp_request(signing->responder, arena, &request);
    if (error == ERR_NOT_FOUND) return ERR_NONE; /* it has one */
    TRY(error);
    TRY(signer_ocsp_certificate(signing->signer, arena, request, &certificate));
    TRY(responder_ocsp_certificate(signing->responder, arena, certificate));
    log_event(LOG_INFO, "responder_certified", NULL);
    return ERR_NONE;
}
