#include "base/clock.h"
#include "message/message.h"
#include "message/seal.h"
#include "message_sql.h"

#include <jansson.h>
#include <string.h>

static const char *const state_names[] = {
    [MESSAGE_WAITING] = "waiting",     [MESSAGE_SENDING] = "sending", [MESSAGE_SENT] = "sent",
    [MESSAGE_DELIVERED] = "delivered", [MESSAGE_FAILED] = "failed",
};

static enum message_state state_of(const char *name)
{
    enum message_state state = MESSAGE_WAITING;
    while (state < MESSAGE_FAILED && strcmp(state_names[state], name) != 0) state++;
    return state;
}

struct finding {
    struct arena *arena;
    int64_t id;
    const struct db_rows *row;
};

static enum err find_row(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    return db_row(tx, finding->arena, &sql_find, DB_WITH(DB_INT64("id", finding->id)), &finding->row);
}

enum err find_message(struct db *db, struct arena *arena, int64_t id, struct message *ret_message)
{
    struct finding finding = {.arena = arena, .id = id};
    TRY(db_read(db, find_row, &finding));
    const struct db_rows *row = finding.row;
    *ret_message = (struct message){
        .id = db_int64(row, 0, "id"),
        .uid = db_text(row, 0, "uid"),
        .channel = strcmp(db_text(row, 0, "channel"), "sms") == 0 ? MESSAGE_SMS : MESSAGE_EMAIL,
        .person_id = db_int64(row, 0, "person_id"),
        .event = db_text(row, 0, "event"),
        .code_id = db_text(row, 0, "code_id"),
        .state = state_of(db_text(row, 0, "state")),
        .sent_s = db_int64(row, 0, "sent_s"),
        .sealed_recipient = db_bytes(row, 0, "sealed_recipient"),
        .sealed_text = db_bytes(row, 0, "sealed_text"),
    };
    return ERR_NONE;
}

struct state_question {
    struct arena *arena;
    enum message_event event;
    const char *key;
    enum message_state state;
};

static enum err find_state_row(struct db_tx *tx, void *context)
{
    struct state_question *question = context;
    const struct db_rows *row;
    TRY(db_row(tx, question->arena, &sql_find_sms_state,
               DB_WITH(DB_TEXT("event", message_event_name(question->event)), DB_TEXT("key", question->key)), &row));
    question->state = state_of(db_text(row, 0, "state"));
    return ERR_NONE;
}

enum err find_sms_state(struct db *db, struct arena *arena, enum message_event event, const char *key,
                        enum message_state *ret_state)
{
    struct state_question question = {.arena = arena, .event = event, .key = key};
    TRY(db_read(db, find_state_row, &question));
    *ret_state = question.state;
    return ERR_NONE;
}

enum err message_unseal(struct arena *arena, const struct message *message, const char *person_uid,
                        const uint8_t *person_key, struct message_content *ret_content)
{
    struct bytes recipient, text;
    TRY(seal_open(arena, person_key, message->sealed_recipient,
                  message_context(arena, "sealed_recipient", message->uid, person_uid), &recipient));
    TRY(seal_open(arena, person_key, message->sealed_text,
                  message_context(arena, "sealed_text", message->uid, person_uid), &text));
    json_t *json = json_loadb((const char *)text.data, text.size, 0, NULL);
    const char *subject = json_string_value(json_object_get(json, "subject"));
    const char *body = json_string_value(json_object_get(json, "text"));
    struct message_content content = {
        .language = language_from_code(json_string_value(json_object_get(json, "language"))),
        .recipient = bytes_to_text(arena, recipient),
        .subject = arena_text(arena, subject),
        .text = arena_text(arena, body),
    };
    json_decref(json);
    if (content.recipient == NULL || content.subject == NULL || content.text == NULL) {
        return err_set(ERR_BROKEN, "message %s holds no text", message->uid);
    }
    *ret_content = content;
    return ERR_NONE;
}

enum err message_move(struct db_tx *tx, int64_t id, enum message_state from, enum message_state to)
{
    int64_t changed;
    TRY(db_exec(tx, &sql_move,
                DB_WITH(DB_INT64("id", id), DB_TEXT("from_state", state_names[from]),
                        DB_TEXT("to_state", state_names[to]), DB_INT64("now", clock_now_s())),
                &changed));
    if (changed == 0) return err_set(ERR_STATE, "message %lld is not %s", (long long)id, state_names[from]);
    return ERR_NONE;
}

struct report {
    const char *uid;
    const char *state; /* NULL: the centre has it */
};

static enum err write_report(struct db_tx *tx, void *context)
{
    const struct report *report = context;
    if (report->state == NULL) return db_exec(tx, &sql_set_passed_on, DB_WITH(DB_TEXT("uid", report->uid)), NULL);
    return db_exec(tx, &sql_set_reported, DB_WITH(DB_TEXT("uid", report->uid), DB_TEXT("state", report->state)), NULL);
}

/* Kannel user's guide, Delivery reports: 1 delivered, 2 not, 4 queued, 8 accepted by the centre, 16 refused by it. */
enum err report_delivery(struct db *db, const char *message_uid, int64_t report_type)
{
    struct report report = {.uid = message_uid};
    switch (report_type) {
    case 1: report.state = state_names[MESSAGE_DELIVERED]; break;
    case 2:
    case 16: report.state = state_names[MESSAGE_FAILED]; break;
    case 4:
    case 8: break;
    default: return ERR_NONE;
    }
    return db_run(db, write_report, &report);
}
