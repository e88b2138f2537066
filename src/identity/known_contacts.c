/* Contacts of a person that were known before somebody typed others: of the account, and of the staff registers. */
#include "identity/identity.h"
#include "identity_sql.h"

#define REGISTERS_MAX (KNOWN_CONTACTS_MAX - 1)

struct question {
    struct arena *arena;
    int64_t person_id;
    const struct db_rows *rows;
};

static enum err read_registers(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_registers_of,
                   DB_WITH(DB_INT64("person_id", question->person_id), DB_INT64("limit", REGISTERS_MAX)),
                   &question->rows);
}

static struct known_contact contact_of_member(const char *register_code, const struct staff_member *member)
{
    return (struct known_contact){
        .source = register_code,
        /* a register says nothing of languages */
        .contact = {member->email, member->mobile, "both", LANGUAGE_TURKISH},
        .address = member->address,
        .district = member->district,
        .province = member->province,
        .postal_code = member->postal_code,
    };
}

enum err find_known_contacts(struct db *db, struct arena *arena, const struct person *person,
                             struct known_contact ret_contacts[KNOWN_CONTACTS_MAX], size_t *ret_count)
{
    struct question question = {.arena = arena, .person_id = person->id};
    size_t count = 0;
    if (person->contact.email != NULL || person->contact.mobile != NULL) {
        ret_contacts[count] = (struct known_contact){.source = CONTACT_OF_ACCOUNT, .contact = person->contact};
        ret_contacts[count++].contact.channel = "both"; /* spec 01: security notices go to every known contact */
    }
    TRY(db_read(db, read_registers, &question));
    for (size_t i = 0; i < db_count(question.rows); i++) {
        const char *register_code = db_text(question.rows, i, "register");
        struct staff_member member;
        TRY(find_staff_member(db, arena, person, register_code, &member));
        ret_contacts[count++] = contact_of_member(register_code, &member);
    }
    *ret_count = count;
    return ERR_NONE;
}
