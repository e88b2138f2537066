#include "worker/known_notices.h"

enum err prepare_known_notices(struct db *db, struct arena *arena, const struct person *person,
                               const struct known_notice *notice, struct known_notices *ret_notices)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    TRY(find_known_contacts(db, arena, person, known, &count));
    for (size_t i = 0; i < count; i++) {
        struct message_to to = person_recipient(person, &known[i].contact);
        const char *key = arena_printf(arena, "%s:%s", notice->about, known[i].source);
        TRY(message_prepare(arena, &to, notice->event, key, NULL, &ret_notices->messages[i], notice->time_name,
                            notice->time, notice->serial == NULL ? NULL : "serial", notice->serial, NULL));
    }
    ret_notices->count = count;
    return ERR_NONE;
}

enum err queue_known_notices(struct db_tx *tx, const struct known_notices *notices)
{
    for (size_t i = 0; i < notices->count; i++) TRY(message_queue(tx, notices->messages[i]));
    return ERR_NONE;
}
