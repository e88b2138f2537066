/* Purpose: what the messages say. Private to the room. */
#ifndef DIVIT_MESSAGE_TEMPLATES_H
#define DIVIT_MESSAGE_TEMPLATES_H

#include "message/message.h"

struct message_wording {
    const char *sms; /* NULL: none */
    const char *subject, *text; /* of the e-mail; NULL: none */
};
struct message_template {
    const char *event;
    struct message_wording wordings[2]; /* by enum language */
};
/* templates.c; those from MESSAGE_CONTACT_CHANGED on stand in waiting_templates.c, from MESSAGE_SUSPENDED on in
 * certificate_templates.c. */
extern const struct message_template message_templates[MESSAGE_CONTACT_CHANGED];
extern const struct message_template message_waiting_templates[MESSAGE_SUSPENDED - MESSAGE_CONTACT_CHANGED];
extern const struct message_template message_certificate_templates[MESSAGE_EVENT_COUNT - MESSAGE_SUSPENDED];
const struct message_template *message_template_of(enum message_event event);
/* Stands below the text of every e-mail. */
extern const char *const message_email_ends[2];

/* Every {name} replaced from pairs (name, value) ended by NULL; ERR_BROKEN for one without a value. */
enum err message_fill(struct arena *arena, const char *text, const char *const *pairs,
                      const char **ret_filled) MUST_CHECK;

#endif
