/* Bearer tokens (RFC 6750) of identity systems: 256 random bits, kept as their hash, each for one register. */
#include "base/secret.h"
#include "register/register.h"
#include "register/writer.h"
#include "register_sql.h"

#define NOTED_EVERY_S 300

struct making {
    struct arena *arena;
    const struct actor *actor;
    const char *uid, *register_code, *name;
    int64_t account_id;
    struct bytes hash;
};

static enum err make_act(struct db_tx *tx, void *context)
{
    const struct making *making = context;
    const struct db_rows *row;
    TRY(db_row(tx, making->arena, &sql_insert_token,
               DB_WITH(DB_TEXT("uid", making->uid), DB_TEXT("register", making->register_code),
                       DB_TEXT("name", making->name), DB_BYTES("hash", making->hash),
                       DB_INT64("account_id", making->account_id), DB_INT64("now", clock_now_s())),
               &row));
    return audit_record(tx, making->actor, "make_scim_token", "scim_token", db_int64(row, 0, "id"),
                        making->register_code);
}

enum err make_scim_token(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                         const char *register_code, const char *name, const char **ret_token)
{
    const char *token = random_hex(arena, 32);
    struct making making = {
        arena, actor, random_hex(arena, 16), register_code, name, account_id, sha256(arena, bytes_of_text(token))};
    TRY(db_run(db, make_act, &making));
    *ret_token = token;
    return ERR_NONE;
}

struct listing {
    struct arena *arena;
    const struct db_rows *rows;
};

static enum err list_act(struct db_tx *tx, void *context)
{
    struct listing *listing = context;
    return db_rows(tx, listing->arena, &sql_list_tokens, DB_NOTHING, &listing->rows);
}

enum err list_scim_tokens(struct db *db, struct arena *arena, const struct scim_token **ret_tokens, size_t *ret_count)
{
    struct listing listing = {arena, NULL};
    TRY(db_read(db, list_act, &listing));
    size_t count = db_count(listing.rows);
    struct scim_token *tokens = NEW_ARRAY(arena, struct scim_token, count + 1);
    for (size_t i = 0; i < count; i++)
        tokens[i] = (struct scim_token){
            .uid = db_text(listing.rows, i, "uid"),
            .register_code = db_text(listing.rows, i, "register"),
            .name = db_text(listing.rows, i, "name"),
            .account_name = db_text(listing.rows, i, "display_name"),
            .created_s = db_int64(listing.rows, i, "created_s"),
            .used_s = db_int64(listing.rows, i, "used_s"),
        };
    *ret_tokens = tokens;
    *ret_count = count;
    return ERR_NONE;
}

struct revoking {
    struct arena *arena;
    const struct actor *actor;
    const char *uid;
};

static enum err revoke_act(struct db_tx *tx, void *context)
{
    const struct revoking *revoking = context;
    const struct db_rows *row;
    TRY(db_row(tx, revoking->arena, &sql_revoke_token,
               DB_WITH(DB_TEXT("uid", revoking->uid), DB_INT64("now", clock_now_s())), &row));
    return audit_record(tx, revoking->actor, "revoke_scim_token", "scim_token", db_int64(row, 0, "id"),
                        db_text(row, 0, "register"));
}

enum err revoke_scim_token(struct db *db, struct arena *arena, const struct actor *actor, const char *uid)
{
    struct revoking revoking = {arena, actor, uid};
    return db_run(db, revoke_act, &revoking);
}

static enum err touch_act(struct db_tx *tx, void *context)
{
    const int64_t *token_id = context;
    return db_exec(tx, &sql_touch_token, DB_WITH(DB_INT64("id", *token_id), DB_INT64("now", clock_now_s())), NULL);
}

enum err note_token_use(struct db *db, int64_t token_id, int64_t used_s)
{
    return clock_now_s() - used_s < NOTED_EVERY_S ? ERR_NONE : db_run(db, touch_act, &token_id);
}
