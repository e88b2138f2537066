/* Accounts of staff: the one-time link, password and one-time code (spec 04). */
#include "base/turkish.h"
#include "identity/store.h"
#include "identity_sql.h"

#include <string.h>

#define LINK_VALID_S (7 * DAY_S)
#define LINK_SIZE 16

const char *totp_context(struct arena *arena, const struct staff_account *account)
{
    return arena_printf(arena, "staff_account.sealed_totp:%s", account->uid);
}

static struct bytes link_hash(struct arena *arena, const char *link_token)
{
    return sha256(arena, bytes_of_text(link_token));
}

static const struct {
    const char *name, *title;
} roles[STAFF_ROLE_COUNT] = {
    [STAFF_OFFICER] = {"officer", TR("Institution officer")},
    [STAFF_OPERATOR] = {"operator", TR("Registration operator")},
    [STAFF_ADMINISTRATOR] = {"administrator", TR("Administrator")},
    [STAFF_AUDITOR] = {"auditor", TR("Auditor")},
};

const char *staff_role_name(enum staff_role role)
{
    return roles[role].name;
}

const char *staff_role_title(enum staff_role role)
{
    return roles[role].title;
}

/* -- create_staff_account -- */

struct new_account {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const char *uid;
    struct bytes link_hash;
    const struct message_ready *message; /* NULL: none */
};

struct db_value institution_value(int64_t institution_id)
{
    if (institution_id == 0) return (struct db_value)DB_INT64_NULL("institution_id");
    return (struct db_value)DB_INT64("institution_id", institution_id);
}

static enum err create_act(struct db_tx *tx, void *context)
{
    const struct new_account *new = context;
    const struct staff_account *account = new->account;
    const struct db_rows *row, *others;
    int64_t now_s = clock_now_s();
    TRY(db_rows(tx, new->arena, &sql_find_account_of_person, DB_WITH(DB_INT64("person_id", account->person_id)),
                &others));
    if (db_count(others) > 0) return err_set(ERR_STATE, "the person has an account");
    TRY(db_row(tx, new->arena, &sql_insert_account,
               DB_WITH(DB_TEXT("uid", new->uid), DB_TEXT("role", staff_role_name(account->role)),
                       DB_INT64("person_id", account->person_id), institution_value(account->institution_id),
                       DB_TEXT("display_name", account->display_name), DB_TEXT("user_name", account->user_name),
                       DB_BYTES("link_hash", new->link_hash), DB_INT64("link_expires", now_s + LINK_VALID_S),
                       DB_INT64("now", now_s)),
               &row));
    if (new->message != NULL) TRY(message_queue(tx, new->message));
    return audit_record(tx, new->actor, "create_staff_account", "staff_account", db_int64(row, 0, "id"),
                        staff_role_name(account->role));
}

enum err create_told_account(struct db *db, struct arena *arena, const struct actor *actor,
                             const struct staff_account *account, const struct message_ready *message,
                             const char **ret_link_token)
{
    size_t size = strlen(account->user_name);
    if (size < 3 || size > 64 || strspn(account->user_name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != size)
        return err_set(ERR_INVALID, "a user name is 3 to 64 small letters, digits, dots and dashes");
    if (account->display_name[0] == '\0') return err_set(ERR_INVALID, "the display name is missing");
    if (account->role == STAFF_OFFICER && account->institution_id == 0)
        return err_set(ERR_INVALID, "an officer without institution");
    const char *link_token = random_hex(arena, LINK_SIZE);
    struct new_account new = {arena, actor, account, random_hex(arena, 16), link_hash(arena, link_token), message};
    TRY(db_run(db, create_act, &new));
    *ret_link_token = link_token;
    return ERR_NONE;
}

enum err create_staff_account(struct db *db, struct arena *arena, const struct actor *actor,
                              const struct staff_account *account, const char **ret_link_token)
{
    return create_told_account(db, arena, actor, account, NULL, ret_link_token);
}

/* -- the link -- */

static enum err find_link_row(struct db *db, struct arena *arena, const char *link_token, struct account_row *ret_row)
{
    return find_account_row(
        db, arena, &sql_find_account_by_link,
        DB_WITH(DB_BYTES("link_hash", link_hash(arena, link_token)), DB_INT64("now", clock_now_s())), ret_row);
}

enum err find_link(struct db *db, struct arena *arena, const char *link_token, struct staff_account *ret_account)
{
    struct account_row row;
    TRY(find_link_row(db, arena, link_token, &row));
    *ret_account = row.account;
    return ERR_NONE;
}

struct link_use {
    const struct actor *actor;
    int64_t account_id, step;
    struct bytes link_hash, sealed_totp;
    const char *password_hash;
};

static enum err use_link_act(struct db_tx *tx, void *context)
{
    const struct link_use *use = context;
    int64_t changed;
    TRY(db_exec(tx, &sql_use_link,
                DB_WITH(DB_INT64("id", use->account_id), DB_BYTES("link_hash", use->link_hash),
                        DB_INT64("now", clock_now_s()), DB_TEXT("password_hash", use->password_hash),
                        DB_BYTES("sealed_totp", use->sealed_totp), DB_INT64("step", use->step)),
                &changed));
    if (changed != 1) return err_set(ERR_NOT_FOUND, "the link was used meanwhile");
    return audit_record(tx, use->actor, "use_link", "staff_account", use->account_id, "");
}

/* For its person: the keeper counts by persons. */
static enum err seal_secret(struct db *db, struct keeper *keeper, struct arena *arena,
                            const struct staff_account *account, struct bytes secret, struct bytes *ret_sealed)
{
    struct person person;
    TRY(open_person(db, keeper, arena, account->person_id, &person));
    enum err error = keeper_secret_seal(keeper, arena, totp_context(arena, account), person.details.identity_number,
                                        secret, ret_sealed);
    person_close(&person);
    return error;
}

enum err use_link(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                  const char *link_token, const char *password, struct bytes totp_secret, const char *first_code)
{
    struct account_row row;
    TRY(find_link_row(db, arena, link_token, &row));
    if (password_mistake(password) != NULL) return err_set(ERR_INVALID, "the password");
    struct link_use use = {.actor = actor, .account_id = row.account.id, .link_hash = link_hash(arena, link_token)};
    const char *context = totp_context(arena, &row.account);
    TRY(seal_secret(db, keeper, arena, &row.account, totp_secret, &use.sealed_totp));
    struct bytes none; /* setting up is not logging in */
    TRY(keeper_totp_check(keeper, arena, context, use.sealed_totp, first_code, 0, &use.step, &none));
    TRY(password_hash(arena, password, &use.password_hash));
    return db_run(db, use_link_act, &use);
}

/* -- logging in -- */

enum err check_staff_password(struct db *db, struct arena *arena, const char *user_name, const char *password,
                              struct staff_account *ret_account)
{
    struct account_row row = {0};
    enum err error =
        find_account_row(db, arena, &sql_find_account_by_name, DB_WITH(DB_TEXT("user_name", user_name)), &row);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (!password_fits(password, row.password_hash)) return err_set(ERR_WRONG, "user name or password");
    *ret_account = row.account;
    return ERR_NONE;
}

struct code_use {
    const struct actor *actor;
    int64_t account_id, step;
};

static enum err use_step_act(struct db_tx *tx, void *context)
{
    const struct code_use *use = context;
    int64_t changed;
    TRY(db_exec(tx, &sql_use_totp_step, DB_WITH(DB_INT64("id", use->account_id), DB_INT64("step", use->step)),
                &changed));
    if (changed != 1) return err_set(ERR_WRONG, "the code was used meanwhile");
    return audit_record(tx, use->actor, "log_in_staff", "staff_account", use->account_id, "");
}

/* spec 04: every denied attempt is recorded. */
static enum err refuse_act(struct db_tx *tx, void *context)
{
    const struct code_use *use = context;
    return audit_record(tx, use->actor, "refuse_staff_code", "staff_account", use->account_id, "");
}

enum err check_staff_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          int64_t account_id, const char *code, struct bytes *ret_grant)
{
    struct account_row row;
    TRY(find_account_row(db, arena, &sql_find_account, DB_WITH(DB_INT64("id", account_id)), &row));
    if (row.sealed_totp.data == NULL) return err_set(ERR_STATE, "the account has not been set up");
    struct code_use use = {actor, account_id, 0};
    struct bytes grant;
    enum err error = keeper_totp_check(keeper, arena, totp_context(arena, &row.account), row.sealed_totp, code,
                                       row.last_totp_step, &use.step, &grant);
    if (error == ERR_NONE) error = db_run(db, use_step_act, &use);
    if (error == ERR_NONE) *ret_grant = grant;
    if (error != ERR_WRONG) return error;
    TRY(db_run(db, refuse_act, &use));
    return err_set(ERR_WRONG, "the one-time code");
}

/* -- with an electronic signature -- */

enum err find_account_by_identity_number(struct db *db, struct keeper *keeper, struct arena *arena,
                                         const char *identity_number, struct staff_account *ret_account)
{
    struct bytes tag;
    struct account_row row;
    TRY(keeper_search_tag(keeper, arena, "identity_number", identity_number, &tag));
    TRY(find_account_row(db, arena, &sql_find_account_by_tag, DB_WITH(DB_BYTES("tag", tag)), &row));
    *ret_account = row.account;
    return ERR_NONE;
}

static enum err e_log_in_act(struct db_tx *tx, void *context)
{
    const struct code_use *use = context;
    return audit_record(tx, use->actor, "log_in_staff", "staff_account", use->account_id, "e-signature");
}

enum err record_e_log_in(struct db *db, const struct actor *actor, int64_t account_id)
{
    struct code_use use = {actor, account_id, 0};
    return db_run(db, e_log_in_act, &use);
}

/* -- list_officers_of -- */

struct officers_question {
    struct arena *arena;
    int64_t institution_id;
    const struct db_rows *rows;
};

static enum err read_officers(struct db_tx *tx, void *context)
{
    struct officers_question *question = context;
    return db_rows(tx, question->arena, &sql_list_officers_of,
                   DB_WITH(DB_INT64("institution_id", question->institution_id)), &question->rows);
}

enum err list_officers_of(struct db *db, struct arena *arena, int64_t institution_id,
                          const struct staff_account **ret_accounts, size_t *ret_count)
{
    struct officers_question question = {arena, institution_id, NULL};
    TRY(db_read(db, read_officers, &question));
    size_t count = db_count(question.rows);
    struct staff_account *accounts = NEW_ARRAY(arena, struct staff_account, count + 1);
    for (size_t i = 0; i < count; i++) accounts[i] = staff_account_of(question.rows, i);
    *ret_accounts = accounts;
    *ret_count = count;
    return ERR_NONE;
}
