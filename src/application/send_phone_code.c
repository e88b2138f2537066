/* The SMS code to the number on the form (spec 01, 3). The code itself is the keeper's and the worker's to know. */
#include "application/phone.h"

#define CODES_PER_PERSON 10 /* a day; the keeper's five a day are for one revision of the form */

struct sending {
    const struct actor *actor;
    const struct application *application;
    const char *purpose; /* of the code */
    const struct message_ready *message;
};

static enum err queue(struct db_tx *tx, void *context)
{
    const struct sending *sending = context;

    TRY(message_queue(tx, sending->message));
    return audit_record(tx, sending->actor, "send_code", "application", sending->application->id, sending->purpose);
}

enum err send_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                   const struct application *application, enum message_event event,
                   const struct keeper_code_request *request, struct sent_code *ret_code, int64_t *ret_wait_s)
{
    struct sending sending = {.actor = actor, .application = application, .purpose = request->purpose};
    const char *code_id;
    struct sent_code code;

    TRY(keeper_code_make(keeper, arena, request, &code_id, &code.valid_until_s, ret_wait_s));
    TRY(count_attempt(db, arena, "phone_code", application->person.uid, CODES_PER_PERSON, DAY_S, ret_wait_s));
    struct message_to to = application_contact(application, MESSAGE_SMS);
    to.mobile = request->number;
    code.message = arena_printf(arena, "code:%s", code_id);
    TRY(message_prepare(arena, &to, event, code.message, code_id, &sending.message, NULL));
    TRY(db_run(db, queue, &sending));
    *ret_code = code;
    return ERR_NONE;
}

enum err send_phone_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                         const struct application *application, struct sent_code *ret_code, int64_t *ret_wait_s)
{
    if (application->state != STATE_PHONE_PENDING) return err_set(ERR_STATE, "application: no code is asked for");
    const struct keeper_code_request request = {
        .purpose = KEEPER_CODE_APPLICATION, .document = application->statement, .number = application->form.mobile};
    return send_code(db, keeper, arena, actor, application, MESSAGE_PHONE_CODE, &request, ret_code, ret_wait_s);
}
