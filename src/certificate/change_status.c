/* Suspension and revocation that follow from something else: asked for here, done by the signer through a job. */
#include "certificate/certificate.h"

#include "db/job.h"

enum err ask_suspension(struct db_tx *tx, const char *serial)
{
    return job_add(tx, CERTIFICATE_JOB_SUSPEND, serial, serial, 0);
}

enum err ask_revocation(struct db_tx *tx, struct arena *arena, const char *serial, int64_t reason, int64_t due_s)
{
    /* one that is due later does not stand in the way of one that is due now */
    const char *key = arena_printf(arena, "%s:%lld", serial, (long long)due_s);
    return job_add(tx, CERTIFICATE_JOB_REVOKE, key, arena_printf(arena, "%s %lld", serial, (long long)reason), due_s);
}
