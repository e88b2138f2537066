#include "base/clock.h"
#include "base/secret.h"
#include "db/job.h"
#include "message/seal.h"
#include "message/templates.h"
#include "message_sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS_MAX 16

struct message_row {
    const char *uid;
    const char *channel;
    struct bytes sealed_recipient, sealed_text;
};

struct message_ready {
    const char *event;
    const char *key;
    const char *code_id;
    int64_t person_id;
    struct message_row rows[2];
    size_t row_count;
};

const char *message_context(struct arena *arena, const char *column, const char *uid, const char *person_uid)
{
    return arena_printf(arena, "message.%s/%s/%s", column, uid, person_uid);
}

static struct bytes text_json(struct arena *arena, enum language language, const char *subject, const char *text)
{
    json_t *json = json_pack("{s:s, s:s, s:s}", "language", language_code(language), "subject", subject, "text", text);
    char *dumped = json_dumps(json, JSON_COMPACT);
    const char *copy = arena_text(arena, dumped);
    free(dumped);
    json_decref(json);
    return bytes_of_text(copy);
}

static void add_row(struct arena *arena, const struct message_to *to, struct message_ready *message,
                    const char *channel, const char *recipient, const char *subject, const char *text)
{
    struct message_row *row = &message->rows[message->row_count++];
    row->uid = random_hex(arena, 16);
    row->channel = channel;
    row->sealed_recipient = seal(arena, to->person_key, bytes_of_text(recipient),
                                 message_context(arena, "sealed_recipient", row->uid, to->person_uid));
    row->sealed_text = seal(arena, to->person_key, text_json(arena, to->language, subject, text),
                            message_context(arena, "sealed_text", row->uid, to->person_uid));
}

static bool is_given(const char *text)
{
    return text != NULL && *text != '\0';
}

static enum err add_email(struct arena *arena, const struct message_to *to, const struct message_wording *wording,
                          const char *const *pairs, struct message_ready *message)
{
    const char *subject, *text;
    TRY(message_fill(arena, wording->subject, pairs, &subject));
    TRY(message_fill(arena, wording->text, pairs, &text));
    text = arena_printf(arena, "%s%s", text, message_email_ends[to->language]);
    add_row(arena, to, message, "email", to->email, subject, text);
    return ERR_NONE;
}

enum err message_prepare(struct arena *arena, const struct message_to *to, enum message_event event, const char *key,
                         const char *code_id, const struct message_ready **ret_message, ...)
{
    const char *pairs[2 * PAIRS_MAX + 1] = {NULL};
    va_list arguments;
    va_start(arguments, ret_message);
    const char *name = va_arg(arguments, const char *);
    for (size_t i = 0; i < PAIRS_MAX && name != NULL; i++) {
        const char *value = va_arg(arguments, const char *);
        pairs[2 * i] = name;
        pairs[2 * i + 1] = value != NULL ? value : ""; /* a value that is silent */
        name = va_arg(arguments, const char *);
    }
    va_end(arguments);
    const struct message_template *template = message_template_of(event);
    const struct message_wording *wording = &template->wordings[to->language];
    struct message_ready *message = NEW(arena, struct message_ready);
    message->event = template->event;
    message->key = arena_text(arena, key);
    message->code_id = arena_text(arena, code_id);
    message->person_id = to->person_id;
    if ((to->channels & MESSAGE_SMS) != 0 && wording->sms != NULL && is_given(to->mobile)) {
        const char *text = "";
        if (code_id == NULL) TRY(message_fill(arena, wording->sms, pairs, &text));
        add_row(arena, to, message, "sms", to->mobile, "", text);
    }
    if ((to->channels & MESSAGE_EMAIL) != 0 && wording->text != NULL && is_given(to->email)) {
        TRY(add_email(arena, to, wording, pairs, message));
    }
    if (message->row_count == 0 && code_id != NULL) return err_set(ERR_INVALID, "there is no number for the code");
    *ret_message = message;
    return ERR_NONE;
}

static enum err queue_row(struct db_tx *tx, struct arena *arena, const struct message_ready *message,
                          const struct message_row *row)
{
    const struct db_rows *inserted;
    TRY(db_rows(tx, arena, &sql_insert,
                DB_WITH(DB_TEXT("uid", row->uid), DB_TEXT("event", message->event), DB_TEXT("key", message->key),
                        DB_TEXT("channel", row->channel), DB_INT64("person_id", message->person_id),
                        DB_BYTES("sealed_recipient", row->sealed_recipient), DB_BYTES("sealed_text", row->sealed_text),
                        DB_TEXT("code_id", message->code_id), DB_INT64("now", clock_now_s())),
                &inserted));
    if (db_count(inserted) == 0) return ERR_NONE; /* this event was told before */
    const char *id = arena_printf(arena, "%lld", (long long)db_int64(inserted, 0, "id"));
    return job_add(tx, MESSAGE_JOB, row->uid, id, 0);
}

enum err message_queue(struct db_tx *tx, const struct message_ready *message)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < message->row_count; i++) TRY(queue_row(tx, arena, message, &message->rows[i]));
    return ERR_NONE;
}
