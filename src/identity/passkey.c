/* Passkeys of staff accounts: registered at the desk, used to log in and, once the registry names them, to decide. */
#include "base/secret.h"
#include "identity/store.h"
#include "identity_sql.h"

#include <string.h>

struct new_passkey {
    struct arena *arena;
    const struct actor *actor;
    int64_t account_id;
    const char *uid, *name;
    const struct passkey_registration *registration;
};

static enum err add_act(struct db_tx *tx, void *context)
{
    const struct new_passkey *new = context;
    const struct db_rows *row;
    TRY(db_row(tx, new->arena, &sql_count_passkeys, DB_WITH(DB_INT64("account_id", new->account_id)), &row));
    if (db_int64(row, 0, "passkeys") >= PASSKEYS_MAX) return err_set(ERR_FULL, "passkey: %d are enough", PASSKEYS_MAX);
    TRY(db_row(tx, new->arena, &sql_insert_passkey,
               DB_WITH(DB_TEXT("uid", new->uid), DB_INT64("account_id", new->account_id),
                       DB_BYTES("credential_id", new->registration->credential_id),
                       DB_BYTES("public_key", new->registration->spki), DB_TEXT("name", new->name),
                       DB_INT64("counter", new->registration->counter), DB_INT64("now", clock_now_s())),
               &row));
    return audit_record(tx, new->actor, "add_passkey", "passkey", db_int64(row, 0, "id"), new->uid);
}

enum err add_passkey(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                     const char *name, const struct passkey_registration *registration)
{
    struct new_passkey new = {arena, actor, account_id, random_hex(arena, 16), name, registration};
    if (name[0] == '\0' || strlen(name) > PASSKEY_NAME_MAX * 4) return err_set(ERR_INVALID, "passkey: its name");
    return db_run(db, add_act, &new);
}

struct question {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

static enum err read_rows(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, question->sql, question->values, &question->rows);
}

static struct passkey passkey_of(struct arena *arena, const struct db_rows *rows, size_t at)
{
    struct bytes credential_id = db_bytes(rows, at, "credential_id");
    return (struct passkey){
        .id = db_int64(rows, at, "id"),
        .uid = db_text(rows, at, "uid"),
        .account_id = db_int64(rows, at, "account_id"),
        .account_name = db_text(rows, at, "display_name"),
        .is_closed = db_int64(rows, at, "is_active") == 0,
        .credential_id = credential_id,
        .credential_digest = hex_encode(arena, sha256(arena, credential_id)),
        .public_key = db_bytes(rows, at, "public_key"),
        .name = db_text(rows, at, "name"),
        .counter = db_int64(rows, at, "counter"),
        .created_s = db_int64(rows, at, "created_s"),
        .used_s = db_int64(rows, at, "used_s"),
    };
}

enum err list_passkeys(struct db *db, struct arena *arena, int64_t account_id, const struct passkey **ret_passkeys,
                       size_t *ret_count)
{
    struct question question = {arena, &sql_list_passkeys, DB_WITH(DB_INT64("account_id", account_id)), NULL};
    TRY(db_read(db, read_rows, &question));
    struct passkey *passkeys = NEW_ARRAY(arena, struct passkey, db_count(question.rows) + 1);
    for (size_t i = 0; i < db_count(question.rows); i++) passkeys[i] = passkey_of(arena, question.rows, i);
    *ret_passkeys = passkeys;
    *ret_count = db_count(question.rows);
    return ERR_NONE;
}

enum err find_passkey(struct db *db, struct arena *arena, struct bytes credential_id, struct passkey *ret_passkey)
{
    struct question question = {arena, &sql_find_passkey, DB_WITH(DB_BYTES("credential_id", credential_id)), NULL};
    TRY(db_read(db, read_rows, &question));
    if (db_count(question.rows) == 0) return err_set(ERR_NOT_FOUND, "passkey: nobody's");
    *ret_passkey = passkey_of(arena, question.rows, 0);
    return ERR_NONE;
}

struct removal {
    const struct actor *actor;
    int64_t account_id;
    const char *uid;
};

static enum err remove_act(struct db_tx *tx, void *context)
{
    const struct removal *removal = context;
    int64_t changed = 0;
    TRY(db_exec(tx, &sql_delete_passkey,
                DB_WITH(DB_TEXT("uid", removal->uid), DB_INT64("account_id", removal->account_id)), &changed));
    if (changed == 0) return err_set(ERR_NOT_FOUND, "passkey: none of this account");
    return audit_record(tx, removal->actor, "remove_passkey", "staff_account", removal->account_id, removal->uid);
}

enum err remove_passkey(struct db *db, const struct actor *actor, int64_t account_id, const char *passkey_uid)
{
    struct removal removal = {actor, account_id, passkey_uid};
    return db_run(db, remove_act, &removal);
}

enum err use_passkey(struct db_tx *tx, const struct passkey *passkey, const struct passkey_assertion *assertion)
{
    uint32_t counter = passkey_counter(assertion);
    int64_t changed = 0;
    /* WebAuthn 7.2, 21: one that goes back speaks of a copied authenticator */
    if (!passkey_counter_follows((uint32_t)passkey->counter, counter))
        return err_set(ERR_WRONG, "passkey: its counter went back");
    TRY(db_exec(tx, &sql_use_passkey,
                DB_WITH(DB_INT64("counter", counter), DB_INT64("now", clock_now_s()), DB_INT64("id", passkey->id),
                        DB_INT64("known", passkey->counter)),
                &changed));
    return changed == 1 ? ERR_NONE : err_set(ERR_WRONG, "passkey: used meanwhile");
}

struct logging_in {
    const struct actor *actor;
    const struct passkey *passkey;
    const struct passkey_assertion *assertion;
};

static enum err log_in_act(struct db_tx *tx, void *context)
{
    const struct logging_in *logging_in = context;
    struct actor actor = *logging_in->actor;
    actor.kind = ACTOR_STAFF;
    actor.id = logging_in->passkey->account_id;
    TRY(use_passkey(tx, logging_in->passkey, logging_in->assertion));
    return audit_record(tx, &actor, "log_in_by_passkey", "staff_account", actor.id, logging_in->passkey->uid);
}

enum err log_in_by_passkey(struct db *db, struct arena *arena, const struct actor *actor, const char *origin,
                           struct bytes challenge, const struct passkey_assertion *assertion,
                           struct staff_account *ret_account)
{
    struct passkey passkey;
    struct logging_in logging_in = {actor, &passkey, assertion};
    enum err error = find_passkey(db, arena, assertion->credential_id, &passkey);
    if (error == ERR_NOT_FOUND) return err_set(ERR_WRONG, "passkey: nobody's");
    TRY(error);
    error = passkey_verify(arena, passkey_rp_id(arena, origin), origin, passkey.public_key, challenge, assertion);
    if (error == ERR_INVALID) return err_set(ERR_WRONG, "passkey: malformed");
    TRY(error);
    if (passkey.is_closed) return err_set(ERR_STATE, "passkey: of a closed account");
    TRY(db_run(db, log_in_act, &logging_in));
    return find_staff_account(db, arena, passkey.account_id, ret_account);
}
