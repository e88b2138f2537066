/*
 * Accounts follow the registry in force: who has no key that is good now has no account to log in to, and whose key comes
 * back finds the same one open, in the role and institution that the registry names.
 */
#include "statement/registry.h"

#include "http/session.h"
#include "identity/store.h"
#include "identity_sql.h"

#include <string.h>

enum err list_registered_persons(struct keeper *keeper, struct arena *arena, const struct registry *registry,
                                 struct registered_persons *ret_persons)
{
    int64_t now_s = clock_now_s();
    struct registered_person *persons = NEW_ARRAY(arena, struct registered_person, registry->persons_count + 1);
    *ret_persons = (struct registered_persons){.persons = persons, .end_s = INT64_MAX};
    for (size_t i = 0; i < registry->persons_count; i++) {
        const struct registry_person *key = &registry->persons[i];
        if (now_s < key->from_s || now_s > key->until_s) continue;
        struct registered_person *person = &persons[ret_persons->count++];
        TRY(keeper_search_tag(keeper, arena, "identity_number", key->identity_number, &person->tag));
        person->role = (enum staff_role)key->role;
        person->institution_code = key->institution_code;
        if (key->until_s < ret_persons->end_s) ret_persons->end_s = key->until_s;
    }
    return ERR_NONE;
}

static const struct registered_person *find_person_of(const struct registered_persons *persons, struct bytes tag)
{
    for (size_t i = 0; i < persons->count; i++) {
        if (bytes_equal(persons->persons[i].tag, tag)) return &persons->persons[i];
    }
    return NULL;
}

static struct db_value parent_value(int64_t parent_id)
{
    return (struct db_value){.name = "parent_id", .type = DB_TYPE_INT64, .int64 = parent_id, .is_null = parent_id == 0};
}

static bool same_code(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Its sessions end each time it is looked at: one may have begun while the account was being closed. */
static enum err close_account(struct db_tx *tx, const struct actor *actor, int64_t account_id, bool is_open)
{
    TRY(end_sessions(tx, ROLES_OF_STAFF, account_id));
    if (!is_open) return ERR_NONE;
    TRY(db_exec(tx, &sql_close_account, DB_WITH(DB_INT64("id", account_id)), NULL));
    return audit_record(tx, actor, "close_staff_account", "staff_account", account_id, "");
}

/* An account that changes its role or place goes on in new sessions. */
static enum err open_account(struct db_tx *tx, struct arena *arena, const struct actor *actor, int64_t account_id,
                             const struct registered_person *person)
{
    struct institution institution = {0};
    if (person->institution_code != NULL)
        TRY(read_institution_by_code(tx, arena, person->institution_code, &institution));
    TRY(end_sessions(tx, ROLES_OF_STAFF, account_id));
    TRY(db_exec(tx, &sql_open_account,
                DB_WITH(DB_INT64("id", account_id), DB_TEXT("role", staff_role_name(person->role)),
                        institution_value(institution.id)),
                NULL));
    return audit_record(tx, actor, "open_staff_account", "staff_account", account_id, staff_role_name(person->role));
}

enum err accounts_follow(struct db_tx *tx, const struct actor *actor, const struct registered_persons *persons)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *rows;
    TRY(db_rows(tx, arena, &sql_list_accounts_with_tag, DB_NOTHING, &rows));
    for (size_t i = 0; i < db_count(rows); i++) {
        int64_t id = db_int64(rows, i, "id");
        bool is_open = db_int64(rows, i, "is_active") != 0;
        const struct registered_person *person = find_person_of(persons, db_bytes(rows, i, "identity_tag"));
        if (person == NULL) {
            TRY(close_account(tx, actor, id, is_open));
            continue;
        }
        if (is_open && strcmp(db_text(rows, i, "role"), staff_role_name(person->role)) == 0 &&
            same_code(db_text(rows, i, "institution_code"), person->institution_code))
            continue;
        enum err error = open_account(tx, arena, actor, id, person);
        if (error == ERR_NOT_FOUND) error = close_account(tx, actor, id, is_open); /* of a place that nobody knows */
        TRY(error);
    }
    return ERR_NONE;
}

/* -- institutions: their name and place are what the registry says; address and telephone come with an import -- */

static enum err add_institution(struct db_tx *tx, struct arena *arena, const struct actor *actor,
                                const struct registry_institution *institution, int64_t parent_id)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_insert_institution,
               DB_WITH(DB_TEXT("code", institution->code), parent_value(parent_id), DB_TEXT("name", institution->name),
                       DB_TEXT("unit", ""), DB_TEXT("address", ""), DB_TEXT("phone", ""), DB_TEXT("extension", ""),
                       DB_TEXT("email", "")),
               &row));
    return audit_record(tx, actor, "add_institution", "institution", db_int64(row, 0, "id"), institution->code);
}

/* The registry has no circles, but those it does not name stand here as an import put them. */
static enum err is_below(struct db_tx *tx, struct arena *arena, int64_t id, int64_t above_id, bool *ret_is_below)
{
    *ret_is_below = false;
    if (id == 0) return ERR_NONE;
    enum err error = institution_covers(tx, arena, above_id, id, ret_is_below);
    if (error == ERR_BROKEN) *ret_is_below = true; /* deeper than is looked, or in a circle of old */
    return error == ERR_BROKEN ? ERR_NONE : error;
}

static enum err institution_follows(struct db_tx *tx, struct arena *arena, const struct actor *actor,
                                    const struct registry_institution *institution)
{
    struct institution parent = {0}, known;
    enum err error = ERR_NONE;
    if (institution->name == NULL) return ERR_NONE;
    if (institution->parent_code != NULL)
        error = read_institution_by_code(tx, arena, institution->parent_code, &parent);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    error = read_institution_by_code(tx, arena, institution->code, &known);
    if (error == ERR_NOT_FOUND) return add_institution(tx, arena, actor, institution, parent.id);
    if (error != ERR_NONE) return error;
    bool would_be_circle;
    TRY(is_below(tx, arena, parent.id, known.id, &would_be_circle));
    if (would_be_circle) parent.id = known.parent_id; /* it stays where it is */
    if (known.parent_id == parent.id && strcmp(known.name, institution->name) == 0) return ERR_NONE;
    TRY(db_exec(tx, &sql_name_institution,
                DB_WITH(DB_INT64("id", known.id), parent_value(parent.id), DB_TEXT("name", institution->name)), NULL));
    return audit_record(tx, actor, "change_institution", "institution", known.id, institution->code);
}

enum err institutions_follow(struct db_tx *tx, const struct actor *actor, const struct registry *registry)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < registry->institutions_count; i++)
        TRY(institution_follows(tx, arena, actor, &registry->institutions[i]));
    return ERR_NONE;
}
