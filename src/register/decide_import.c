/* What an administrator says of a file: which column is which, apply it, undo it, drop it. The worker does it. */
#include "base/buffer.h"
#include "register/work.h"
#include "register_sql.h"

struct deciding {
    struct arena *arena;
    const struct actor *actor;
    const struct import_record *record;
    const char *columns; /* check alone */
    bool by_itself; /* likewise */
    enum import_state from_state, to_state;
    const char *event;
};

enum err change_one(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values)
{
    int64_t changed;
    TRY(db_exec(tx, sql, values, &changed));
    return changed == 1 ? ERR_NONE : err_set(ERR_STATE, "the import is somewhere else meanwhile");
}

static enum err check_act(struct db_tx *tx, void *context)
{
    const struct deciding *deciding = context;
    const struct staff_import *import = &deciding->record->import;
    TRY(change_one(tx, &sql_begin_check,
                   DB_WITH(DB_INT64("id", import->id), DB_TEXT("columns", deciding->columns),
                           DB_INT64("is_by_itself", deciding->by_itself))));
    TRY(db_exec(tx, &sql_delete_rows, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    TRY(job_add(tx, STAFF_IMPORT_JOB, import->uid, "", 0));
    return audit_record(tx, deciding->actor, "check_staff_file", "staff_import", import->id, import->register_code);
}

enum err check_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid,
                      const int columns[STAFF_COLUMN_COUNT], bool by_itself)
{
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    struct import_record record;
    TRY(find_import_record(db, arena, uid, &record));
    for (size_t i = 0; i < STAFF_COLUMN_COUNT; i++) {
        if (i < STAFF_REQUIRED_COUNT && columns[i] < 0) return err_set(ERR_INVALID, "a required column is missing");
        for (size_t j = 0; j < i; j++)
            if (columns[i] >= 0 && columns[i] == columns[j]) return err_set(ERR_INVALID, "a column stands for two");
        buffer_printf(&text, "%s%d", i == 0 ? "" : ",", columns[i]);
    }
    struct deciding deciding = {.arena = arena,
                                .actor = actor,
                                .record = &record,
                                .columns = buffer_to_text(&text, arena),
                                .by_itself = by_itself};
    return db_run(db, check_act, &deciding);
}

/* Two files at once in one register would each undo what the other wrote. */
static enum err need_quiet_register(struct db_tx *tx, const struct deciding *deciding)
{
    const struct db_rows *row;
    const struct staff_import *import = &deciding->record->import;
    TRY(db_row(tx, deciding->arena, &sql_count_busy,
               DB_WITH(DB_TEXT("register", import->register_code), DB_INT64("id", import->id)), &row));
    if (db_int64(row, 0, "busy") > 0) return err_set(ERR_EXISTS, "another file is being applied");
    const struct import_record *record = deciding->record;
    int64_t turn = deciding->to_state == IMPORT_APPLYING ? record->checked_turn : record->turn;
    TRY(db_row(tx, deciding->arena, &sql_count_later,
               DB_WITH(DB_TEXT("register", import->register_code), DB_INT64("id", import->id), DB_INT64("turn", turn)),
               &row));
    if (db_int64(row, 0, "later") > 0) return err_set(ERR_EXPIRED, "another file was applied since");
    return ERR_NONE;
}

static enum err step_act(struct db_tx *tx, void *context)
{
    const struct deciding *deciding = context;
    const struct staff_import *import = &deciding->record->import;
    TRY(need_quiet_register(tx, deciding));
    TRY(change_one(tx, &sql_begin_step,
                   DB_WITH(DB_INT64("id", import->id), DB_TEXT("from_state", import_state_name(deciding->from_state)),
                           DB_TEXT("to_state", import_state_name(deciding->to_state)))));
    TRY(job_add(tx, STAFF_IMPORT_JOB, import->uid, "", 0));
    return audit_record(tx, deciding->actor, deciding->event, "staff_import", import->id, import->register_code);
}

static enum err begin_step(struct db *db, struct arena *arena, const struct actor *actor, const char *uid,
                           enum import_state from_state, enum import_state to_state, const char *event)
{
    struct import_record record;
    TRY(find_import_record(db, arena, uid, &record));
    struct deciding deciding = {.arena = arena,
                                .actor = actor,
                                .record = &record,
                                .from_state = from_state,
                                .to_state = to_state,
                                .event = event};
    return db_run(db, step_act, &deciding);
}

enum err apply_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid)
{
    return begin_step(db, arena, actor, uid, IMPORT_CHECKED, IMPORT_APPLYING, "apply_staff_file");
}

struct applying_by_itself {
    const struct job *job;
    const struct deciding *deciding;
};

static enum err apply_by_itself_act(struct db_tx *tx, void *context)
{
    const struct applying_by_itself *applying = context;
    TRY(job_finish(tx, applying->job)); /* first: the next one has the same key */
    enum err error = step_act(tx, (void *)(uintptr_t)applying->deciding);
    /* another file is at the register, or was since: an administrator's word is waited for */
    return error == ERR_EXISTS || error == ERR_EXPIRED ? ERR_NONE : error;
}

enum err apply_by_itself(const struct import_work *work)
{
    const struct deciding deciding = {.arena = work->arena,
                                      .actor = &work->actor,
                                      .record = &work->record,
                                      .from_state = IMPORT_CHECKED,
                                      .to_state = IMPORT_APPLYING,
                                      .event = "apply_staff_file"};
    struct applying_by_itself applying = {work->job, &deciding};
    return db_run(work->db, apply_by_itself_act, &applying);
}

enum err undo_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid)
{
    return begin_step(db, arena, actor, uid, IMPORT_APPLIED, IMPORT_UNDOING, "undo_staff_file");
}

/* -- dropping: by an administrator, or a day after it came -- */

static enum err drop_act(struct db_tx *tx, void *context)
{
    const struct deciding *deciding = context;
    const struct staff_import *import = &deciding->record->import;
    TRY(change_one(tx, &sql_drop_import, DB_WITH(DB_INT64("id", import->id))));
    TRY(db_exec(tx, &sql_delete_parts, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    TRY(db_exec(tx, &sql_delete_rows, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    return audit_record(tx, deciding->actor, "drop_staff_file", "staff_import", import->id, import->register_code);
}

enum err drop_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid)
{
    struct import_record record;
    TRY(find_import_record(db, arena, uid, &record));
    struct deciding deciding = {.arena = arena, .actor = actor, .record = &record};
    return db_run(db, drop_act, &deciding);
}

struct old {
    const struct deciding *deciding;
    const struct job *job;
};

static enum err drop_old_act(struct db_tx *tx, void *context)
{
    const struct old *old = context;
    enum import_state state = old->deciding->record->import.state;
    if (state != IMPORT_APPLYING && state != IMPORT_APPLIED && state != IMPORT_UNDOING && state != IMPORT_UNDONE &&
        state != IMPORT_DROPPED)
        TRY(drop_act(tx, (void *)(uintptr_t)old->deciding));
    return job_finish(tx, old->job);
}

enum err drop_old_import(struct db *db, struct arena *arena, const struct job *job)
{
    static const struct actor system = {ACTOR_SYSTEM, 0, "", "staff_import"};
    struct import_record record;
    TRY(find_import_record(db, arena, job->key, &record));
    const struct deciding deciding = {.arena = arena, .actor = &system, .record = &record};
    struct old old = {&deciding, job};
    return db_run(db, drop_old_act, &old);
}
