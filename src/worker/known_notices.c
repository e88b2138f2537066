#include "worker/known_notices.h"

#include "base/turkish.h"

#include <string.h>

/* Account and registers often know the same address: it is told once. */
static void leave_told(struct message_to *to, const struct known_contact *known, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        const struct contact *told = &known[i].contact;
        if (to->mobile != NULL && told->mobile != NULL && strcmp(to->mobile, told->mobile) == 0) to->mobile = NULL;
        if (to->email != NULL && told->email != NULL && ascii_equal_fold(to->email, told->email)) to->email = NULL;
    }
}

enum err prepare_known_notices(struct db *db, struct arena *arena, const struct person *person,
                               const struct known_notice *notice, struct known_notices *ret_notices)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    TRY(find_known_contacts(db, arena, person, known, &count));
    for (size_t i = 0; i < count; i++) {
        struct message_to to = person_recipient(person, &known[i].contact);
        leave_told(&to, known, i);
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
