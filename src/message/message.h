/*
 * Purpose: what people are told: templates for each event in both languages, and the outbox: a message is committed
 * with its event, sealed, and handed to the gateway by the worker, once (spec 06, Messages; spec 08, SMS, E-mail).
 */
#ifndef DIVIT_MESSAGE_MESSAGE_H
#define DIVIT_MESSAGE_MESSAGE_H

#include "base/language.h"
#include "base/secret.h"
#include "db/db.h"

enum message_channel { MESSAGE_SMS = 1, MESSAGE_EMAIL = 2 }; /* bits */

/* One template (templates.c): an SMS text, short; an e-mail's subject and text. Written in both languages there. */
enum message_event {
    MESSAGE_PHONE_CODE, /* codes, up to MESSAGE_OWNER_CODE: {code} {minutes}, ASCII, one part; SMS only */
    MESSAGE_LOGIN_CODE,
    MESSAGE_ACTIVATION_CODE,
    MESSAGE_PIN_CODE,
    MESSAGE_OWNER_CODE, /* to a number known from before, for changed contact data */
    MESSAGE_FORM_AWAITED, /* {barcode} {next} {officer} {unit} {address} {phone}: print, sign, bring */
    MESSAGE_TAKEN_IN, /* {barcode} {next}; `next`: who must do what, in the words of the timeline */
    MESSAGE_TAKEN_IN_SIGNED, /* {barcode} {next}: signed electronically, no paper */
    MESSAGE_FORM_REFUSED, /* {barcode} {reason} */
    MESSAGE_RETURNED, /* {barcode} {reason}: sent back by the officer, to be changed and signed anew */
    MESSAGE_WITHDRAWN, /* {barcode} */
    MESSAGE_APPROVED, /* {barcode} {next} */
    MESSAGE_PRODUCED, /* {barcode} {next} {end}: the card is made; the certificate is suspended until it is activated */
    MESSAGE_ACTIVATED, /* {serial} {end} */
    MESSAGE_PIN_SET, /* {card} {time} */
    MESSAGE_ACCOUNT_MADE, /* {role} {name}: an account of staff, its user name */
    MESSAGE_KEY_REGISTERED, /* {role} {digest}: a key of theirs is in the registry */
    MESSAGE_KEY_REMOVED, /* {role} {digest} */
    MESSAGE_REGISTRY_PROPOSED, /* {number} {name}: a change of the registry waits for a second administrator */
    MESSAGE_CONTACT_CHANGED, /* {changes} {time} {page} {objection}: to contacts known from before */
    MESSAGE_CONFIRMATION_ASKED, /* {barcode} {next}: the owner's word is asked before the application goes on */
    MESSAGE_OBJECTED, /* {time}: an earlier contact objected; to all contacts */
    MESSAGE_OBJECTED_OFFICER, /* {barcode} */
    MESSAGE_REMINDER, /* {state} {end}: an application waits for its applicant */
    MESSAGE_LAPSED, /* {state} */
    MESSAGE_SUSPENDED, /* {serial} {time}: a certificate that an application is about; to all contacts */
    MESSAGE_REVOKED, /* {serial} {time}: likewise */
    MESSAGE_PRODUCED_RENEWAL, /* {barcode} {present} {end}: the card is made, the present certificate runs on */
    MESSAGE_LOCKED, /* {time}: no certificate is made in the person's name; to all contacts */
    MESSAGE_UNLOCK_ASKED, /* {end}: from then on they are made again; likewise */
    MESSAGE_EVENT_COUNT
};
const char *message_event_name(enum message_event event); /* "phone_code" */

struct message_to {
    int64_t person_id;
    const char *person_uid;
    const uint8_t *person_key; /* opened, KEY_SIZE bytes */
    unsigned channels; /* bits; those the template has no text for are left out */
    enum language language;
    const char *mobile; /* 5xxxxxxxxx; NULL or "" leaves SMS out */
    const char *email;
};

struct message_ready; /* rendered and sealed, in the arena; made before the transaction */
/* `key` tells one event from another: the same event, key and channel is queued once. `code_id` (or NULL) names the
 * keeper's code; then only the language is kept, and who sends it writes the text (message_code_text()). Values: pairs of const char * (name, value), NULL at end. */
enum err message_prepare(struct arena *arena, const struct message_to *to, enum message_event event, const char *key,
                         const char *code_id, const struct message_ready **ret_message, ...)
    __attribute__((sentinel)) MUST_CHECK;
/* In the transaction of the event: the rows and a job for each. */
enum err message_queue(struct db_tx *tx, const struct message_ready *message) MUST_CHECK;

/*
 * The SMS centre's delivery report. Kannel calls back public_url + MESSAGE_REPORT_PATH + uid + "?durum=%d" (the uid is
 * random, so nobody else can). `report` as in Kannel's guide: 1 delivered, 2 and 16 failed, 4 and 8 the centre has it,
 * others change nothing. What was delivered stays so. An unknown uid is ERR_NONE and changes nothing.
 */
#define MESSAGE_REPORT_PATH "/bildirim/sms/"
enum err report_delivery(struct db *db, const char *message_uid, int64_t report) MUST_CHECK;

/* -- sending, for the worker; its job has the kind "message", and the row's id as payload -- */
#define MESSAGE_JOB "message"

/*
 * waiting: to be sent. sending: handed to the gateway, no answer yet (or none for ever: the worker died, or the answer
 * was lost). sent: the gateway has it. delivered, failed: final.
 */
enum message_state { MESSAGE_WAITING, MESSAGE_SENDING, MESSAGE_SENT, MESSAGE_DELIVERED, MESSAGE_FAILED };

struct message {
    int64_t id;
    const char *uid; /* names it to the gateway: report address, Message-ID */
    enum message_channel channel;
    int64_t person_id;
    const char *event; /* message_event_name() */
    const char *code_id; /* NULL: none */
    enum message_state state;
    int64_t sent_s; /* when it was handed to the gateway last; 0: never */
    struct bytes sealed_recipient, sealed_text;
};
struct message_content {
    enum language language;
    const char *recipient;
    const char *subject; /* "" for an SMS */
    const char *text; /* "" when there is a code_id */
};
enum err find_message(struct db *db, struct arena *arena, int64_t id, struct message *ret_message) MUST_CHECK;
/* How far the SMS of this event and key has come; ERR_NOT_FOUND. */
enum err find_sms_state(struct db *db, struct arena *arena, enum message_event event, const char *key,
                        enum message_state *ret_state) MUST_CHECK;
enum err message_unseal(struct arena *arena, const struct message *message, const char *person_uid,
                        const uint8_t *person_key, struct message_content *ret_content) MUST_CHECK;
/* The SMS with a code, of an event that has one. */
enum err message_code_text(struct arena *arena, enum message_event event, enum language language, const char *code,
                           int64_t minutes, const char **ret_text) MUST_CHECK;
/* In a transaction: from one state to another; ERR_STATE when it is not in `from` (a report came in between). */
enum err message_move(struct db_tx *tx, int64_t id, enum message_state from, enum message_state to) MUST_CHECK;

/* -- rules.c: pure -- */
/* How many parts an SMS goes out in: GSM 03.38 160 (153), else UCS-2 70 (67 a part); spec 08, Lengths. */
size_t sms_parts(const char *text);

#endif
