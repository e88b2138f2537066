/* A holder's log-in by password: identity number and security word, then an SMS code (spec 03, Şifreli giriş). */
#include "identity/store.h"
#include "base/language.h"
#include "identity_sql.h"

#include <string.h>

#define WAY "password"

enum err check_security_word(struct db *db, struct keeper *keeper, struct arena *arena, const char *identity_number,
                             const char *security_word, struct person *ret_person)
{
    struct bytes tag;
    struct person_row row = {0};
    TRY(keeper_search_tag(keeper, arena, "identity_number", identity_number, &tag));
    enum err error = find_person_row(db, arena, tag, &row);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    /* Opened only after it fits: until then as much is done for those who are not known. */
    if (!password_fits(security_word, error == ERR_NONE ? row.security_word_hash : NULL))
        return err_set(ERR_WRONG, "identity number or security word");
    return open_person_row(keeper, arena, &row, ret_person);
}

struct recording {
    const struct actor *actor;
    const struct message_ready *message; /* NULL: none */
    const char *event;
    int64_t person_id;
    const char *detail;
    bool is_right; /* of a code */
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
    const struct keeper_code_request request = {.purpose = KEEPER_CODE_LOG_IN,
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

static enum err record_check(struct db_tx *tx, void *context)
{
    const struct recording *recording = context;
    if (recording->is_right) {
        int64_t changed;
        TRY(db_exec(tx, &sql_update_log_in,
                    DB_WITH(DB_INT64("id", recording->person_id), DB_INT64("now", clock_now_s()), DB_TEXT("way", WAY)),
                    &changed));
    }
    return record(tx, context);
}

enum err check_log_in_code(struct db *db, struct keeper *keeper, const struct actor *actor, const struct person *person,
                           const char *code)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct keeper_owner_act none;
    enum err error = keeper_code_check(keeper, arena, KEEPER_CODE_LOG_IN, person->uid, "", code, &none);
    if (err_class(error) == ERR_CLASS_TEMPORARY || err_class(error) == ERR_CLASS_BROKEN) return error;
    struct recording entry = {.actor = actor,
                              .event = error == ERR_NONE ? "log_in" : "fail_log_in",
                              .person_id = person->id,
                              .detail = WAY,
                              .is_right = error == ERR_NONE};
    TRY(db_run(db, record_check, &entry));
    return error;
}

static const char *way_title(const char *way)
{
    return strcmp(way, WAY) == 0 ? TR("security word and SMS code") : way;
}

struct earlier_question {
    struct arena *arena;
    int64_t person_id;
    struct log_in log_in;
};

static enum err read_earlier(struct db_tx *tx, void *context)
{
    struct earlier_question *question = context;
    const struct db_rows *row;
    TRY(db_row(tx, question->arena, &sql_find_earlier_log_in, DB_WITH(DB_INT64("id", question->person_id)), &row));
    question->log_in = (struct log_in){
        .at_s = db_int64(row, 0, "earlier_log_in_s"),
        .way = way_title(db_text(row, 0, "earlier_log_in_way")),
    };
    return ERR_NONE;
}

enum err find_earlier_log_in(struct db *db, struct arena *arena, int64_t person_id, struct log_in *ret_log_in)
{
    struct earlier_question question = {.arena = arena, .person_id = person_id};
    TRY(db_read(db, read_earlier, &question));
    *ret_log_in = question.log_in;
    return ERR_NONE;
}
