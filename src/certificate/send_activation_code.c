/* The code that confirms an activation, to the number of the approved application (spec 03, Askıdan İndir). */
#include "certificate/certificate.h"

struct sending {
    const struct actor *actor;
    const struct certificate_record *certificate;
    const struct message_ready *message;
};

static enum err queue(struct db_tx *tx, void *context)
{
    const struct sending *sending = context;
    TRY(message_queue(tx, sending->message));
    return audit_record(tx, sending->actor, "send_activation_code", "certificate", sending->certificate->id, "");
}

enum err send_activation_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct person *person, const char *serial, int64_t *ret_valid_until_s,
                              int64_t *ret_wait_s)
{
    struct certificate_record certificate;
    TRY(find_certificate(db, arena, person->id, serial, &certificate));
    TRY(certificate_may_be_activated(&certificate));
    /* The keeper sees by the certificate itself whose it is. */
    struct keeper_code_request request = {.purpose = KEEPER_CODE_ACTIVATION, .number = person->contact.mobile};
    TRY(read_certificate(db, arena, person, serial, &request.document));
    const char *code_id;
    TRY(keeper_code_make(keeper, arena, &request, &code_id, ret_valid_until_s, ret_wait_s));
    struct message_to to = person_recipient(person, &person->contact);
    to.channels = MESSAGE_SMS; /* spec 01: codes always go by SMS */
    struct sending sending = {.actor = actor, .certificate = &certificate};
    TRY(message_prepare(arena, &to, MESSAGE_ACTIVATION_CODE, code_id, code_id, &sending.message, NULL));
    return db_run(db, queue, &sending);
}
