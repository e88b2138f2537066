/* An opened person: the key, and what is sealed under it (spec 10, The keeper). */
#include "identity/sealed.h"
#include "identity/store.h"
#include "identity_sql.h"

#define DETAILS_COLUMN "person.sealed_details"
#define CONTACT_COLUMN "person.sealed_contact"

void person_close(struct person *person)
{
    secret_free(person->key);
    person->key = NULL;
}

static const char *seal_context(struct arena *arena, const struct person *person, const char *column, const char *row)
{
    return arena_printf(arena, "%s:%s:%s", column, row, person->uid);
}

struct bytes person_seal(struct arena *arena, const struct person *person, const char *column, const char *row,
                         struct bytes plain)
{
    return seal(arena, person->key, plain, seal_context(arena, person, column, row));
}

enum err person_unseal(struct arena *arena, const struct person *person, const char *column, const char *row,
                       struct bytes sealed, struct bytes *ret_plain)
{
    return seal_open(arena, person->key, sealed, seal_context(arena, person, column, row), ret_plain);
}

struct bytes person_seal_contact(struct arena *arena, const struct person *person, const struct contact *contact)
{
    return person_seal(arena, person, CONTACT_COLUMN, person->uid, contact_to_json(arena, contact));
}

static enum err open_fields(struct arena *arena, const struct person_row *row, struct person *person)
{
    struct bytes json;
    TRY(person_unseal(arena, person, DETAILS_COLUMN, person->uid, row->sealed_details, &json));
    TRY(details_from_json(arena, json, &person->details));
    if (row->sealed_contact.data == NULL) return ERR_NONE;
    TRY(person_unseal(arena, person, CONTACT_COLUMN, person->uid, row->sealed_contact, &json));
    return contact_from_json(arena, json, &person->contact);
}

enum err open_person_row(struct keeper *keeper, struct arena *arena, const struct person_row *row,
                         struct person *ret_person)
{
    struct person person = {
        .id = row->id, .uid = row->uid, .security_word_hash = row->security_word_hash, .key = secret_alloc(KEY_SIZE)};
    enum err error = keeper_person_key_open(keeper, row->uid, &row->wrapped_key, person.key);
    if (error == ERR_NONE) error = open_fields(arena, row, &person);
    if (error == ERR_NONE) *ret_person = person;
    else person_close(&person);
    return error;
}

enum err find_person(struct db *db, struct keeper *keeper, struct arena *arena, const char *identity_number,
                     struct person *ret_person)
{
    struct bytes tag;
    struct person_row row;
    TRY(keeper_search_tag(keeper, arena, "identity_number", identity_number, &tag));
    TRY(find_person_row(db, arena, tag, &row));
    return open_person_row(keeper, arena, &row, ret_person);
}

static enum err update_one(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values)
{
    int64_t changed;
    TRY(db_exec(tx, sql, values, &changed));
    return changed == 1 ? ERR_NONE : err_set(ERR_NOT_FOUND, "no such person");
}

enum err person_set_security_word(struct db_tx *tx, int64_t person_id, const char *security_word_hash)
{
    return update_one(tx, &sql_update_security_word,
                      DB_WITH(DB_INT64("id", person_id), DB_TEXT("security_word_hash", security_word_hash)));
}

enum err person_set_contact(struct db_tx *tx, int64_t person_id, struct bytes sealed_contact)
{
    return update_one(tx, &sql_update_contact,
                      DB_WITH(DB_INT64("id", person_id), DB_BYTES("sealed_contact", sealed_contact)));
}

/* -- need_person -- */

struct new_details {
    const struct actor *actor;
    struct arena *arena;
    int64_t id; /* of the one that changes; found by the insert */
    const char *uid;
    struct bytes tag, sealed_details;
    struct wrapped_key wrapped_key;
    struct name_tags names;
};

static enum err insert_act(struct db_tx *tx, void *context)
{
    struct new_details *new = context;
    const struct db_rows *row;
    TRY(db_row(tx, new->arena, &sql_insert_person,
               DB_WITH(DB_TEXT("uid", new->uid), DB_BYTES("tag", new->tag),
                       DB_INT64("key_epoch", new->wrapped_key.epoch), DB_BYTES("wrapped_key", new->wrapped_key.wrap),
                       DB_BYTES("sealed_details", new->sealed_details), DB_INT64("now", clock_now_s())),
               &row));
    new->id = db_int64(row, 0, "id");
    TRY(write_name_tags(tx, new->id, &new->names));
    return audit_record(tx, new->actor, "add_person", "person", new->id, "");
}

static enum err update_act(struct db_tx *tx, void *context)
{
    const struct new_details *new = context;
    TRY(update_one(tx, &sql_update_person_details,
                   DB_WITH(DB_INT64("id", new->id), DB_BYTES("sealed_details", new->sealed_details))));
    TRY(write_name_tags(tx, new->id, &new->names));
    return audit_record(tx, new->actor, "change_person", "person", new->id, "");
}

static enum err tag_names(struct keeper *keeper, const struct person_details *details, struct new_details *new)
{
    const char *name = arena_printf(new->arena, "%s %s", details->given_names, details->surname);
    return make_name_tags(keeper, new->arena, name, &new->names);
}

static enum err add_person(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                           const struct person_details *details, struct bytes tag, struct person *person)
{
    struct new_details new = {.actor = actor, .arena = arena, .uid = random_hex(arena, 16), .tag = tag};
    person->uid = new.uid;
    TRY(tag_names(keeper, details, &new));
    TRY(keeper_person_key_new(keeper, arena, new.uid, person->key, &new.wrapped_key));
    new.sealed_details = person_seal(arena, person, DETAILS_COLUMN, new.uid, details_to_json(arena, details));
    TRY(db_run(db, insert_act, &new));
    person->id = new.id;
    return details_from_json(arena, details_to_json(arena, details), &person->details); /* a copy in the arena */
}

static enum err bring_up_to_date(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                 const struct person_details *details, struct person *person)
{
    struct bytes json = details_to_json(arena, details);
    if (bytes_equal(json, details_to_json(arena, &person->details))) return ERR_NONE;
    struct new_details new = {.actor = actor, .arena = arena, .id = person->id};
    TRY(tag_names(keeper, details, &new));
    new.sealed_details = person_seal(arena, person, DETAILS_COLUMN, person->uid, json);
    TRY(db_run(db, update_act, &new));
    return details_from_json(arena, json, &person->details);
}

enum err need_person(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                     const struct person_details *details, struct person *ret_person)
{
    if (!identity_number_is_valid(details->identity_number)) return err_set(ERR_INVALID, "the identity number");
    struct bytes tag;
    TRY(keeper_search_tag(keeper, arena, "identity_number", details->identity_number, &tag));
    struct person_row row;
    enum err found = find_person_row(db, arena, tag, &row);
    if (found == ERR_NOT_FOUND) {
        struct person person = {.key = secret_alloc(KEY_SIZE)};
        enum err error = add_person(db, keeper, arena, actor, details, tag, &person);
        if (error == ERR_NONE) {
            *ret_person = person;
            return ERR_NONE;
        }
        person_close(&person);
        if (error != ERR_EXISTS) return error;
        found = find_person_row(db, arena, tag, &row); /* somebody else added them meanwhile */
    }
    TRY(found);
    struct person person;
    TRY(open_person_row(keeper, arena, &row, &person));
    enum err error = bring_up_to_date(db, keeper, arena, actor, details, &person);
    if (error == ERR_NONE) *ret_person = person;
    else person_close(&person);
    return error;
}
