/* A holder's log-in by password: identity number and security word, then an SMS code (spec 03, Şifreli giriş). */
#include "identity/store.h"

#define PURPOSE "log_in"

enum err check_security_word(struct db *db, struct keeper *keeper, struct arena *arena, const char *identity_number,
                             const char *security_word, struct person *ret_person)
{
    struct person person = {0};
    enum err error = find_person(db, keeper, arena, identity_number, &person);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (!password_fits(security_word, error == ERR_NONE ? person.security_word_hash : NULL)) {
        if (error == ERR_NONE) person_close(&person);
        return err_set(ERR_WRONG, "identity number or security word");
    }
    *ret_person = person;
    return ERR_NONE;
}

struct recording {
    const struct actor *actor;
    const struct message_ready *message; /* NULL: none */
    const char *event;
    int64_t person_id;
    const char *detail;
};

static enum err record(struct db_tx *tx, void *context)
{
    const struct recording *recording = context;
    if (recording->message != NULL) TRY(message_queue(tx, recording->message));
    return audit_record(tx, recording->actor, recording->event, "person", recording->person_id, recording->detail);
}

enum err send_log_in_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct person *person, int64_t *ret_valid_until_s, int64_t *ret_wait_s)
{
    const char *code_id;
    const struct keeper_code_request request = {.purpose = PURPOSE,
                                                .subject = person->uid,
                                                .identity_number = person->details.identity_number,
                                                .number = person->contact.mobile};
    TRY(keeper_code_make(keeper, arena, &request, &code_id, ret_valid_until_s, ret_wait_s));
    struct message_to to = person_recipient(person, &person->contact);
    to.channels = MESSAGE_SMS; /* spec 01: codes always go by SMS */
    struct recording sending = {.actor = actor, .event = "send_log_in_code", .person_id = person->id, .detail = ""};
    TRY(message_prepare(arena, &to, MESSAGE_LOGIN_CODE, code_id, code_id, &sending.message, NULL));
    return db_run(db, record, &sending);
}

enum err check_log_in_code(struct db *db, struct keeper *keeper, const struct actor *actor, const struct person *person,
                           const char *code)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct keeper_owner_act none;
    enum err error = keeper_code_check(keeper, arena, PURPOSE, person->uid, "", code, &none);
    if (err_class(error) == ERR_CLASS_TEMPORARY || err_class(error) == ERR_CLASS_BROKEN) return error;
    struct recording entry = {.actor = actor,
                              .event = error == ERR_NONE ? "log_in" : "fail_log_in",
                              .person_id = person->id,
                              .detail = "password"};
    TRY(db_run(db, record, &entry));
    return error;
}
