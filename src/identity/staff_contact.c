/* Where staff are told things that concern them: a key of theirs in the registry, a change that waits for them. */
#include "identity/store.h"
#include "identity_sql.h"

struct question {
    struct arena *arena;
    int64_t person_id;
    const struct db_rows *rows;
};

static enum err read_register(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_row(tx, question->arena, &sql_find_register_of, DB_WITH(DB_INT64("person_id", question->person_id)),
                  &question->rows);
}

enum err find_staff_contact(struct db *db, struct arena *arena, const struct person *person,
                            struct contact *ret_contact)
{
    struct question question = {.arena = arena, .person_id = person->id};
    struct staff_member member;
    if (person->contact.email != NULL) {
        *ret_contact = person->contact;
        return ERR_NONE;
    }
    TRY(db_read(db, read_register, &question));
    TRY(find_staff_member(db, arena, person, db_text(question.rows, 0, "register"), &member));
    *ret_contact = (struct contact){member.email, member.mobile, "both", LANGUAGE_TURKISH};
    return ERR_NONE;
}

static enum err prepare(struct arena *arena, const struct person *person, const struct contact *contact,
                        const struct staff_message *message, const struct message_ready **ret_ready)
{
    struct message_to to = person_recipient(person, contact);
    return message_prepare(arena, &to, message->event, message->key, NULL, ret_ready, "role",
                           message->has_role ? tr(to.language, staff_role_title(message->role)) : NULL, "digest",
                           message->digest, "number", message->number, "name", message->name, NULL);
}

enum err prepare_staff_message(struct db *db, struct keeper *keeper, struct arena *arena, int64_t person_id,
                               const struct staff_message *message, const struct message_ready **ret_ready)
{
    struct person person;
    struct contact contact;
    TRY(open_person(db, keeper, arena, person_id, &person));
    enum err error = find_staff_contact(db, arena, &person, &contact);
    if (error == ERR_NONE) error = prepare(arena, &person, &contact, message, ret_ready);
    else if (error == ERR_NOT_FOUND) error = ERR_NONE; /* nobody knows how to reach them */
    person_close(&person);
    return error;
}
