/* To whom a message goes (spec 01, Bilgi Kanalı: ordinary messages use the chosen channels only). */
#include "identity/identity.h"

#include <string.h>

static unsigned channels_of(const char *channel)
{
    if (strcmp(channel, "sms") == 0) return MESSAGE_SMS;
    if (strcmp(channel, "email") == 0) return MESSAGE_EMAIL;
    return MESSAGE_SMS | MESSAGE_EMAIL;
}

struct message_to person_recipient(const struct person *person, const struct contact *contact)
{
    return (struct message_to){
        .person_id = person->id,
        .person_uid = person->uid,
        .person_key = person->key,
        .channels = channels_of(contact->channel ? contact->channel : "both"),
        .language = contact->language,
        .mobile = contact->mobile,
        .email = contact->email,
    };
}
