/*
 * The owner's word to changed contact data (spec 01, confirmation_pending; spec 10, An owner act): a code to a number that
 * was known from elsewhere than this form, and for 72 hours. The keeper says which numbers are.
 */
#include "application/phone.h"

#include "statement/owner_statement.h"

#include <string.h>

enum err list_owner_numbers(struct db *db, struct arena *arena, const struct application *application,
                            const char *ret_numbers[KNOWN_CONTACTS_MAX], size_t *ret_count)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t known_count, count = 0;
    TRY(find_known_contacts(db, arena, &application->person, known, &known_count));
    for (size_t i = 0; i < known_count; i++) {
        const char *number = known[i].contact.mobile;
        size_t at = 0;
        if (!mobile_is_valid(number)) continue;
        while (at < count && strcmp(ret_numbers[at], number) != 0) at++;
        if (at == count) ret_numbers[count++] = number;
    }
    *ret_count = count;
    return ERR_NONE;
}

enum err send_owner_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                         const struct application *application, size_t number, struct sent_code *ret_code,
                         int64_t *ret_wait_s)
{
    const char *numbers[KNOWN_CONTACTS_MAX];
    size_t count;
    if (application->state != STATE_CONFIRMATION_PENDING)
        return err_set(ERR_STATE, "application: no confirmation is asked for");
    TRY(list_owner_numbers(db, arena, application, numbers, &count));
    if (number >= count) return err_set(ERR_INVALID, "no such number is known");
    const struct keeper_code_request request = {
        .purpose = KEEPER_CODE_APPLICATION, .document = application->statement, .number = numbers[number]};
    return send_code(db, keeper, arena, actor, application, MESSAGE_OWNER_CODE, &request, ret_code, ret_wait_s);
}

struct confirmation {
    const struct actor *actor;
    const struct application *application;
    const struct sealed_evidence *act;
    const struct message_ready *message;
};

static enum err move(struct db_tx *tx, void *context)
{
    const struct confirmation *confirmation = context;
    const struct application *application = confirmation->application;
    TRY(add_evidence(tx, confirmation->actor, confirmation->act));
    TRY(move_application(tx, confirmation->actor, application->id, STATE_CONFIRMATION_PENDING, STATE_FORM_AWAITED,
                         "confirm_owner", ""));
    return message_queue(tx, confirmation->message);
}

enum err confirm_owner(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct application *application, const char *code)
{
    struct confirmation confirmation = {.actor = actor, .application = application};
    struct keeper_owner_act act;
    struct owner_statement statement;
    if (application->state != STATE_CONFIRMATION_PENDING)
        return err_set(ERR_STATE, "application: no confirmation is asked for");
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_APPLICATION, hex_encode(arena, application->statement_digest), "",
                          code, &act));
    /* a right code to the form's own number is a code of step 4: it says nothing about who the owner is */
    if (act.text.size == 0) return err_set(ERR_FORBIDDEN, "nobody knows whose number it is");
    TRY(owner_statement_read(arena, act.text, &statement));
    TRY(owner_statement_counts(&statement, NULL));
    struct sealed_evidence sealed = seal_evidence(arena, application, EVIDENCE_OWNER, 0, act.text, act.signature);
    confirmation.act = &sealed;
    TRY(prepare_form_awaited(db, arena, application, &confirmation.message));
    return db_run(db, move, &confirmation);
}
