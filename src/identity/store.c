#include "identity/store.h"

#include "identity/sealed.h"
#include "identity_sql.h"

#include <string.h>

/* -- people -- */

struct find_row {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

static enum err find_row_act(struct db_tx *tx, void *context)
{
    struct find_row *find = context;
    return db_row(tx, find->arena, find->sql, find->values, &find->rows);
}

static enum err find_row(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                         const struct db_rows **ret_row)
{
    struct find_row find = {arena, sql, values, NULL};
    TRY(db_read(db, find_row_act, &find));
    *ret_row = find.rows;
    return ERR_NONE;
}

static struct person_row read_person(const struct db_rows *row)
{
    return (struct person_row){
        .id = db_int64(row, 0, "id"),
        .uid = db_text(row, 0, "uid"),
        .wrapped_key = {db_int64(row, 0, "key_epoch"), db_bytes(row, 0, "wrapped_key")},
        .sealed_details = db_bytes(row, 0, "sealed_details"),
        .sealed_contact = db_bytes(row, 0, "sealed_contact"),
        .security_word_hash = db_text(row, 0, "security_word_hash"),
    };
}

enum err find_person_row(struct db *db, struct arena *arena, struct bytes tag, struct person_row *ret_row)
{
    const struct db_rows *row;
    TRY(find_row(db, arena, &sql_find_person_by_tag, DB_WITH(DB_BYTES("tag", tag)), &row));
    *ret_row = read_person(row);
    return ERR_NONE;
}

enum err open_person(struct db *db, struct keeper *keeper, struct arena *arena, int64_t person_id,
                     struct person *ret_person)
{
    const struct db_rows *row;
    TRY(find_row(db, arena, &sql_find_person, DB_WITH(DB_INT64("id", person_id)), &row));
    const struct person_row person_row = read_person(row);
    return open_person_row(keeper, arena, &person_row, ret_person);
}

enum err find_person_by_uid(struct db *db, struct keeper *keeper, struct arena *arena, const char *uid,
                            struct person *ret_person)
{
    const struct db_rows *row;
    TRY(find_row(db, arena, &sql_find_person_by_uid, DB_WITH(DB_TEXT("uid", uid)), &row));
    const struct person_row person_row = read_person(row);
    return open_person_row(keeper, arena, &person_row, ret_person);
}

/* -- institutions -- */

static struct institution institution_of(const struct db_rows *row)
{
    return (struct institution){
        .id = db_int64(row, 0, "id"),
        .parent_id = db_int64(row, 0, "parent_id"),
        .code = db_text(row, 0, "code"),
        .name = db_text(row, 0, "name"),
        .unit = db_text(row, 0, "unit"),
        .address = db_text(row, 0, "address"),
        .phone = db_text(row, 0, "phone"),
        .extension = db_text(row, 0, "extension"),
        .email = db_text(row, 0, "email"),
    };
}

enum err read_institution(struct db_tx *tx, struct arena *arena, int64_t id, struct institution *ret_institution)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_institution, DB_WITH(DB_INT64("id", id)), &row));
    *ret_institution = institution_of(row);
    return ERR_NONE;
}

enum err read_institution_by_code(struct db_tx *tx, struct arena *arena, const char *code,
                                  struct institution *ret_institution)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_institution_by_code, DB_WITH(DB_TEXT("code", code)), &row));
    *ret_institution = institution_of(row);
    return ERR_NONE;
}

enum err find_institution(struct db *db, struct arena *arena, int64_t institution_id,
                          struct institution *ret_institution)
{
    const struct db_rows *row;
    TRY(find_row(db, arena, &sql_find_institution, DB_WITH(DB_INT64("id", institution_id)), &row));
    *ret_institution = institution_of(row);
    return ERR_NONE;
}

/* -- staff registers -- */

/* A row has no uid of its own: a person stands in a register once. */
#define STAFF_COLUMN "staff_member.sealed_details"

struct bytes staff_member_text(struct arena *arena, const struct staff_member *member)
{
    return staff_to_json(arena, member);
}

struct bytes seal_staff_member(struct arena *arena, const struct person *person, const char *register_code,
                               const struct staff_member *member)
{
    return person_seal(arena, person, STAFF_COLUMN, register_code, staff_to_json(arena, member));
}

enum err open_staff_member(struct arena *arena, const struct person *person, const char *register_code,
                           struct bytes sealed, struct staff_member *ret_member)
{
    struct bytes json;
    TRY(person_unseal(arena, person, STAFF_COLUMN, register_code, sealed, &json));
    return staff_from_json(arena, json, ret_member);
}

enum err find_staff_row(struct db *db, struct arena *arena, const struct person *person, const char *register_code,
                        struct staff_member *ret_member)
{
    const struct db_rows *row;
    struct staff_member member;
    TRY(find_row(db, arena, &sql_find_staff_member,
                 DB_WITH(DB_TEXT("register", register_code), DB_INT64("person_id", person->id)), &row));
    TRY(open_staff_member(arena, person, register_code, db_bytes(row, 0, "sealed_details"), &member));
    member.institution_id = db_int64(row, 0, "institution_id");
    member.institution_code = db_text(row, 0, "institution_code");
    member.known_since_s = db_int64(row, 0, "known_since_s");
    member.left_s = db_int64(row, 0, "left_s");
    *ret_member = member;
    return ERR_NONE;
}

enum err find_staff_member(struct db *db, struct arena *arena, const struct person *person, const char *register_code,
                           struct staff_member *ret_member)
{
    struct staff_member member;
    TRY(find_staff_row(db, arena, person, register_code, &member));
    if (member.left_s != 0) return err_set(ERR_NOT_FOUND, "no longer in the register");
    *ret_member = member;
    return ERR_NONE;
}

/* -- accounts -- */

static enum staff_role staff_role_of(const char *name)
{
    enum staff_role role = STAFF_OFFICER;
    while (strcmp(staff_role_name(role), name) != 0) role++; /* the column holds no other */
    return role;
}

struct staff_account staff_account_of(const struct db_rows *rows, size_t at)
{
    return (struct staff_account){.id = db_int64(rows, at, "id"),
                                  .uid = db_text(rows, at, "uid"),
                                  .role = staff_role_of(db_text(rows, at, "role")),
                                  .person_id = db_int64(rows, at, "person_id"),
                                  .institution_id = db_int64(rows, at, "institution_id"),
                                  .display_name = db_text(rows, at, "display_name"),
                                  .user_name = db_text(rows, at, "user_name"),
                                  .is_closed = db_int64(rows, at, "is_active") == 0};
}

enum err find_account_row(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                          struct account_row *ret_row)
{
    const struct db_rows *row;
    TRY(find_row(db, arena, sql, values, &row));
    *ret_row = (struct account_row){
        .account = staff_account_of(row, 0),
        .password_hash = db_text(row, 0, "password_hash"),
        .sealed_totp = db_bytes(row, 0, "sealed_totp"),
        .last_totp_step = db_int64(row, 0, "last_totp_step"),
    };
    return ERR_NONE;
}

enum err find_staff_account(struct db *db, struct arena *arena, int64_t account_id, struct staff_account *ret_account)
{
    struct account_row row;
    TRY(find_account_row(db, arena, &sql_find_account, DB_WITH(DB_INT64("id", account_id)), &row));
    *ret_account = row.account;
    return ERR_NONE;
}
