/* Suspended, revoked: the signer notes it, the world sees it, every contact of the holder is told (spec 01, Reasons). */
#include "certificate/certificate.h"
#include "worker/signing.h"

#include <stdlib.h>
#include <string.h>

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", "certificate_status"};

struct changing {
    const struct job *job;
    const struct certificate_record *certificate;
    enum signer_status status;
    const struct message_ready *messages[KNOWN_CONTACTS_MAX];
    size_t message_count;
};

static enum err keep(struct db_tx *tx, void *context)
{
    const struct changing *changing = context;
    TRY(job_finish(tx, changing->job));
    for (size_t i = 0; i < changing->message_count; i++) TRY(message_queue(tx, changing->messages[i]));
    return audit_record(tx, &worker_actor,
                        changing->status == SIGNER_REVOKED ? "revoke_certificate" : "suspend_certificate",
                        "certificate", changing->certificate->id, "");
}

/* spec 01, Bilgi Kanalı: security notices go to every known contact. */
static enum err prepare_notices(const struct signing *signing, struct arena *arena, const struct person *person,
                                int64_t since_s, struct changing *changing)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    const char *serial = changing->certificate->serial;
    enum message_event event = changing->status == SIGNER_REVOKED ? MESSAGE_REVOKED : MESSAGE_SUSPENDED;
    TRY(find_known_contacts(signing->db, arena, person, known, &count));
    for (size_t i = 0; i < count; i++) {
        struct message_to to = person_recipient(person, &known[i].contact);
        const char *key = arena_printf(arena, "certificate:%s:%lld:%s", serial, (long long)since_s, known[i].source);
        TRY(message_prepare(arena, &to, event, key, NULL, &changing->messages[i], "serial", serial, "time",
                            time_to_date_time(arena, since_s), NULL));
    }
    changing->message_count = count;
    return ERR_NONE;
}

static enum err change(const struct signing *signing, struct arena *arena, int64_t reason, struct changing *changing)
{
    struct person person = {0};
    int64_t since_s;
    const char *serial = changing->certificate->serial;
    enum err error = signer_set_status(signing->signer, serial, changing->status, reason, NULL, &since_s);
    /* revoked meanwhile: more than a suspension, and told already */
    if (error == ERR_STATE && changing->status == SIGNER_SUSPENDED) return db_run(signing->db, keep, changing);
    TRY(error);
    TRY(follow_status(signing));
    TRY(open_person(signing->db, signing->keeper, arena, changing->certificate->person_id, &person));
    error = prepare_notices(signing, arena, &person, since_s, changing);
    person_close(&person);
    TRY(error);
    return db_run(signing->db, keep, changing);
}

enum err suspend_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct certificate_record certificate;
    TRY(find_certificate_by_serial(signing->db, arena, job->payload, &certificate));
    struct changing changing = {.job = job, .certificate = &certificate, .status = SIGNER_SUSPENDED};
    return change(signing, arena, 0, &changing);
}

enum err revoke_in_signer(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct certificate_record certificate;
    const char *space = strchr(job->payload, ' ');
    if (space == NULL) return err_set(ERR_BROKEN, "revocation: no reason in the job");
    const char *serial = arena_text_n(arena, job->payload, (size_t)(space - job->payload));
    TRY(find_certificate_by_serial(signing->db, arena, serial, &certificate));
    struct changing changing = {.job = job, .certificate = &certificate, .status = SIGNER_REVOKED};
    return change(signing, arena, strtoll(space + 1, NULL, 10), &changing);
}
