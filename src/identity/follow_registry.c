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
