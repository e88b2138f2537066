/*
 * From one epoch of the keeper to the next (spec 10, The keeper). The keeper wraps and never sees this database; here is
 * which wraps there are. Each act can be cut off anywhere and asked again.
 */
#include "identity/identity.h"
#include "identity_sql.h"

struct epoch_act {
    const struct actor *actor;
    struct arena *arena;
    int64_t epoch, limit;
    const struct db_rows *rows;
    struct wrapped_key *wraps;
};

static enum err allow_act(struct db_tx *tx, void *context)
{
    const struct epoch_act *act = context;
    int64_t added;
    TRY(db_exec(tx, &sql_add_key_epoch, DB_WITH(DB_INT64("epoch", act->epoch)), &added));
    return added == 0 ? ERR_NONE : audit_record(tx, act->actor, "begin_key_epoch", "key_epoch", act->epoch, "");
}

enum err begin_key_epoch(struct db *db, struct keeper *keeper, const struct actor *actor, int64_t *ret_newest)
{
    int64_t living[KEEPER_EPOCHS_MAX];
    size_t count;
    TRY(keeper_epochs(keeper, living, &count));
    if (count == 0) return err_set(ERR_BROKEN, "the keeper has no epoch");
    struct epoch_act act = {.actor = actor, .epoch = count == 1 ? living[0] + 1 : living[1]};
    TRY(db_run(db, allow_act, &act)); /* first: the keeper's next wrap may stand under it */
    TRY(keeper_epoch_begin(keeper, act.epoch));
    *ret_newest = act.epoch;
    return ERR_NONE;
}

static enum err read_wraps(struct db_tx *tx, void *context)
{
    struct epoch_act *act = context;
    return db_rows(tx, act->arena, &sql_list_wraps_before,
                   DB_WITH(DB_INT64("epoch", act->epoch), DB_INT64("limit", act->limit)), &act->rows);
}

/* A person who was erased meanwhile stands under no epoch and stays so. */
static enum err write_wraps(struct db_tx *tx, void *context)
{
    const struct epoch_act *act = context;
    for (size_t i = 0; i < db_count(act->rows); i++) {
        int64_t changed;
        TRY(db_exec(tx, &sql_update_wrap,
                    DB_WITH(DB_INT64("id", db_int64(act->rows, i, "id")),
                            DB_INT64("from_epoch", db_int64(act->rows, i, "key_epoch")),
                            DB_INT64("key_epoch", act->wraps[i].epoch), DB_BYTES("wrapped_key", act->wraps[i].wrap)),
                    &changed));
    }
    return ERR_NONE;
}

static enum err count_act(struct db_tx *tx, void *context)
{
    struct epoch_act *act = context;
    return db_row(tx, act->arena, &sql_count_wraps_before, DB_WITH(DB_INT64("epoch", act->epoch)), &act->rows);
}

enum err count_old_wraps(struct db *db, int64_t newest, int64_t *ret_count)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct epoch_act act = {.arena = arena, .epoch = newest};
    TRY(db_read(db, count_act, &act));
    *ret_count = db_int64(act.rows, 0, "wraps");
    return ERR_NONE;
}

static enum err count_files_act(struct db_tx *tx, void *context)
{
    struct epoch_act *act = context;
    return db_row(tx, act->arena, &sql_count_files_before, DB_WITH(DB_INT64("epoch", act->epoch)), &act->rows);
}

/* They live a day and are not wrapped anew. */
static enum err need_no_files(struct db *db, int64_t newest)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct epoch_act act = {.arena = arena, .epoch = newest};
    TRY(db_read(db, count_files_act, &act));
    int64_t files = db_int64(act.rows, 0, "files");
    if (files == 0) return ERR_NONE;
    return err_set(
        ERR_STATE,
        "%lld files of staff registers are still wrapped in epoch %lld: apply or drop them, or wait; each is "
        "dropped a day after it came",
        (long long)files, (long long)newest - 1);
}

static enum err rewrap_one(struct keeper *keeper, struct arena *arena, const char *uid, const struct wrapped_key *old,
                           struct wrapped_key *ret_new)
{
    enum err error = keeper_person_key_rewrap(keeper, arena, uid, old, ret_new);
    if (error == ERR_NONE) return ERR_NONE;
    const char *why = arena_text(arena, err_detail());
    return err_set(error, "the key of person %s: %s", uid, why);
}

enum err rewrap_some(struct db *db, struct keeper *keeper, int64_t newest, int64_t limit, int64_t *ret_done)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct epoch_act act = {.arena = arena, .epoch = newest, .limit = limit};
    TRY(db_read(db, read_wraps, &act));
    size_t count = db_count(act.rows);
    act.wraps = NEW_ARRAY(arena, struct wrapped_key, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct wrapped_key old = {db_int64(act.rows, i, "key_epoch"), db_bytes(act.rows, i, "wrapped_key")};
        TRY(rewrap_one(keeper, arena, db_text(act.rows, i, "uid"), &old, &act.wraps[i]));
    }
    if (count > 0) TRY(db_run(db, write_wraps, &act));
    *ret_done = (int64_t)count;
    return ERR_NONE;
}

static enum err forbid_act(struct db_tx *tx, void *context)
{
    const struct epoch_act *act = context;
    int64_t gone;
    TRY(db_exec(tx, &sql_delete_key_epochs_before, DB_WITH(DB_INT64("epoch", act->epoch)), &gone));
    return gone == 0 ? ERR_NONE : audit_record(tx, act->actor, "end_key_epoch", "key_epoch", act->epoch - 1, "");
}

enum err destroy_old_epochs(struct db *db, struct keeper *keeper, const struct actor *actor, int64_t *ret_destroyed)
{
    int64_t living[KEEPER_EPOCHS_MAX], wraps, left;
    size_t count;
    TRY(keeper_epochs(keeper, living, &count));
    if (count < 2) return err_set(ERR_STATE, "there is no old epoch");
    TRY(count_old_wraps(db, living[1], &wraps));
    TRY(need_no_files(db, living[1]));
    TRY(keeper_reseal(keeper, &left));
    if (wraps > 0 || left > 0)
        return err_set(ERR_STATE, "%lld keys are still wrapped in epoch %lld", (long long)(wraps + left),
                       (long long)living[0]);
    /* Foreign keys: it fails where a wrap came meanwhile, and after it none can come. */
    struct epoch_act act = {.actor = actor, .epoch = living[1]};
    TRY(db_run(db, forbid_act, &act));
    TRY(keeper_epoch_destroy(keeper, living[0]));
    *ret_destroyed = living[0];
    return ERR_NONE;
}
