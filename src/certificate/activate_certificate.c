/* Askıdan İndir: the holder's word, by a code to the known number, asks for the change (spec 03). */
#include "certificate/certificate.h"
#include "certificate/store.h"
#include "db/job.h"

struct activation {
    const struct actor *actor;
    const struct certificate_record *certificate;
};

static enum err ask(struct db_tx *tx, void *context)
{
    const struct activation *activation = context;
    const char *serial = activation->certificate->serial;
    TRY(job_add(tx, CERTIFICATE_JOB_ACTIVATE, serial, serial, 0));
    return audit_record(tx, activation->actor, "activate_certificate", "certificate", activation->certificate->id, "");
}

enum err activate_certificate(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct person *person, const char *serial, const char *code)
{
    struct certificate_record certificate;
    TRY(find_certificate(db, arena, person->id, serial, &certificate));
    TRY(certificate_may_be_activated(&certificate));
    TRY(keeper_code_check(keeper, ACTIVATION_PURPOSE, activation_subject(arena, serial), code));
    struct activation activation = {.actor = actor, .certificate = &certificate};
    return db_run(db, ask, &activation);
}
