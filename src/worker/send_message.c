/*
 * One message, once (docs/decisions/0010-one-message-once.md): it is marked as being sent before the gateway is asked. An
 * SMS whose answer was lost is not sent again by us: the centre's delivery report settles it. An e-mail is: under the
 * same Message-ID, so that the mailbox knows it.
 */
#include "audit/audit.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "identity/identity.h"
#include "message/message.h"
#include "worker/jobs.h"

#include <stdlib.h>
#include <string.h>

#define REPORT_WAIT_S ((int64_t)900) /* then an SMS without answer and report is a task for staff */

static const struct actor worker_actor = {ACTOR_SYSTEM, 0, "", MESSAGE_JOB};

enum outcome { ACCEPTED, REFUSED, UNAVAILABLE, UNKNOWN };

struct ending {
    const struct job *job;
    int64_t message_id;
    enum message_state from, to;
    const char *why; /* the job becomes a task for staff; NULL: it is done */
    bool is_unfit; /* a code was to go out under words for another purpose */
};

/* A report of the centre may have come before our own word: then its state stays. */
static enum err move_if_there(struct db_tx *tx, const struct ending *ending)
{
    enum err error = message_move(tx, ending->message_id, ending->from, ending->to);
    return error == ERR_STATE ? ERR_NONE : error;
}

static enum err end_job(struct db_tx *tx, void *context)
{
    const struct ending *ending = context;
    if (ending->from != ending->to) TRY(move_if_there(tx, ending));
    if (ending->is_unfit)
        TRY(audit_record(tx, &worker_actor, "refuse_code_message", "message", ending->message_id, ""));
    if (ending->why != NULL) return job_fail(tx, ending->job, ending->why);
    return job_finish(tx, ending->job);
}

static enum err move(struct db_tx *tx, void *context)
{
    const struct ending *ending = context;
    return message_move(tx, ending->message_id, ending->from, ending->to);
}

static enum err put_back(struct db_tx *tx, void *context)
{
    return move_if_there(tx, context);
}

static enum outcome send_sms(const struct worker *worker, struct arena *arena, const struct message *message,
                             const struct message_content *content)
{
    struct kannel_message sms = {
        .mobile = content->recipient,
        .text = content->text,
        .report_url = arena_printf(arena, "%s" MESSAGE_REPORT_PATH "%s?durum=%%d", worker->installation->public_url,
                                   message->uid),
    };
    switch (kannel_send(&worker->sms, &sms)) {
    case KANNEL_ACCEPTED:
    case KANNEL_QUEUED: return ACCEPTED;
    case KANNEL_REFUSED: return REFUSED;
    case KANNEL_UNAVAILABLE: return UNAVAILABLE;
    default: return UNKNOWN;
    }
}

/* Paragraphs from the plain text, for readers that show HTML; no pictures, no links, nothing from elsewhere. */
static const char *html_of(struct arena *arena, const struct message_content *content)
{
    CLEANUP_BUFFER struct buffer html = BUFFER_EMPTY;
    buffer_printf(&html, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
                  language_code(content->language));
    buffer_html(&html, content->subject);
    buffer_text(&html, "</title></head>\n<body style=\"font-family: sans-serif; line-height: 1.5\">\n<p>");
    for (const char *at = content->text; *at != '\0'; at++) {
        const char character[] = {*at, '\0'};
        if (*at != '\n') {
            buffer_html(&html, character);
        } else if (at[1] == '\n') {
            buffer_text(&html, "</p>\n<p>");
            at++;
        } else {
            buffer_text(&html, "<br>\n");
        }
    }
    buffer_text(&html, "</p>\n</body></html>\n");
    return buffer_to_text(&html, arena);
}

static enum outcome send_email(const struct worker *worker, struct arena *arena, const struct message *message,
                               const struct message_content *content)
{
    struct smtp_message email = {
        .uid = message->uid,
        .to = content->recipient,
        .subject = content->subject,
        .text = content->text,
        .html = html_of(arena, content),
        .time_s = clock_now_s(),
    };
    switch (smtp_send(&worker->email, &email)) {
    case SMTP_ACCEPTED: return ACCEPTED;
    case SMTP_REFUSED: return REFUSED;
    default: return UNAVAILABLE; /* an unknown outcome too: the Message-ID tells the mailbox */
    }
}

/* What may be said of a code: the event is web's word, the purpose the keeper's. */
static const struct {
    const char *purpose;
    enum message_event event;
} code_messages[] = {
    {KEEPER_CODE_APPLICATION, MESSAGE_PHONE_CODE},     {KEEPER_CODE_APPLICATION, MESSAGE_OWNER_CODE},
    {KEEPER_CODE_ACTIVATION, MESSAGE_ACTIVATION_CODE}, {KEEPER_CODE_PIN, MESSAGE_PIN_CODE},
    {KEEPER_CODE_LOG_IN, MESSAGE_LOGIN_CODE},          {KEEPER_CODE_RESUME, MESSAGE_PHONE_CODE},
};
#define CODE_MESSAGES (sizeof code_messages / sizeof *code_messages)

/* CODE_MESSAGES: such a message does not go out. */
static size_t find_code_message(const struct message *message, const char *purpose)
{
    size_t i = 0;
    if (message->channel != MESSAGE_SMS) return CODE_MESSAGES;
    while (i < CODE_MESSAGES && (strcmp(code_messages[i].purpose, purpose) != 0 ||
                                 strcmp(message_event_name(code_messages[i].event), message->event) != 0))
        i++;
    return i;
}

/*
 * The keeper says where it goes and what it is for; the words are written here. So a web that fell can neither have a
 * code sent elsewhere nor have its owner believe that it is for something harmless.
 */
static enum err write_code(const struct worker *worker, struct arena *arena, const struct message *message,
                           struct message_content *content, struct ending *ending)
{
    struct keeper_code code;
    TRY(keeper_code_text(worker->keeper, arena, message->code_id, &code));
    size_t at = find_code_message(message, code.purpose);
    enum err error = ERR_NONE;
    if (at < CODE_MESSAGES) {
        content->recipient = code.number;
        error = message_code_text(arena, code_messages[at].event, content->language, code.digits,
                                  KEEPER_CODE_VALID_S / 60, &content->text);
    } else {
        ending->is_unfit = true;
        ending->why = "a code of another purpose than the message says; not sent";
        log_event(LOG_WARNING, "code_message_refused", "uid", message->uid, "event", message->event, "purpose",
                  code.purpose, NULL);
    }
    secret_wipe((void *)(uintptr_t)code.digits, strlen(code.digits));
    return error;
}

static enum err unseal(const struct worker *worker, struct arena *arena, const struct message *message,
                       struct message_content *ret_content, struct ending *ending)
{
    struct person person = {0};
    TRY(open_person(worker->db, worker->keeper, arena, message->person_id, &person));
    struct message_content content;
    enum err error = message_unseal(arena, message, person.uid, person.key, &content);
    person_close(&person);
    if (error != ERR_NONE) return error;
    if (message->code_id != NULL) TRY(write_code(worker, arena, message, &content, ending));
    *ret_content = content;
    return ERR_NONE;
}

static enum err hand_over(const struct worker *worker, struct arena *arena, const struct message *message,
                          const struct message_content *content, struct ending *ending)
{
    struct ending start = {.message_id = message->id, .from = MESSAGE_WAITING, .to = MESSAGE_SENDING};
    TRY(db_run(worker->db, move, &start));
    enum outcome outcome = message->channel == MESSAGE_SMS ? send_sms(worker, arena, message, content)
                                                           : send_email(worker, arena, message, content);
    const char *why = arena_text(arena, err_detail());
    ending->from = MESSAGE_SENDING;
    switch (outcome) {
    case ACCEPTED: ending->to = MESSAGE_SENT; return db_run(worker->db, end_job, ending);
    case REFUSED:
        ending->to = MESSAGE_FAILED;
        ending->why = why;
        log_event(LOG_WARNING, "message_refused", "uid", message->uid, "why", why, NULL);
        return db_run(worker->db, end_job, ending);
    case UNAVAILABLE:
        ending->to = MESSAGE_WAITING;
        TRY(db_run(worker->db, put_back, ending));
        return err_set(ERR_UNAVAILABLE, "%s", why);
    default: return err_set(ERR_UNAVAILABLE, "the answer was lost: %s", why);
    }
}

/* The centre's answer was lost, or the worker that asked died. */
static enum err settle_sms(const struct worker *worker, const struct message *message, struct ending *ending)
{
    if (clock_now_s() - message->sent_s < REPORT_WAIT_S) return err_set(ERR_UNAVAILABLE, "waits for the report");
    ending->from = MESSAGE_SENDING;
    ending->to = MESSAGE_FAILED;
    ending->why = "neither an answer nor a report of the SMS centre; not sent again";
    log_event(LOG_WARNING, "message_lost", "uid", message->uid, NULL);
    return db_run(worker->db, end_job, ending);
}

enum err send_message(const struct worker *worker, struct arena *arena, const struct job *job)
{
    struct message message;
    TRY(find_message(worker->db, arena, strtoll(job->payload, NULL, 10), &message));
    struct ending ending = {.job = job, .message_id = message.id};
    if (message.state == MESSAGE_SENDING && message.channel == MESSAGE_SMS)
        return settle_sms(worker, &message, &ending);
    if (message.state == MESSAGE_SENDING) {
        struct ending back = {.message_id = message.id, .from = MESSAGE_SENDING, .to = MESSAGE_WAITING};
        TRY(db_run(worker->db, move, &back));
        message.state = MESSAGE_WAITING;
    }
    if (message.state != MESSAGE_WAITING) return db_run(worker->db, end_job, &ending); /* a report came meanwhile */
    struct message_content content;
    enum err error = unseal(worker, arena, &message, &content, &ending);
    /* a code that nobody can use any more: its owner asks for another */
    if (error == ERR_EXPIRED || ending.is_unfit) {
        ending.to = MESSAGE_FAILED;
        return db_run(worker->db, end_job, &ending);
    }
    TRY(error);
    error = hand_over(worker, arena, &message, &content, &ending);
    if (message.code_id != NULL) secret_wipe((void *)(uintptr_t)content.text, strlen(content.text));
    return error;
}
