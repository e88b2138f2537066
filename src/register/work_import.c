#include "register/work.h"
#include "register_sql.h"

#define OPENED_AT_ONCE 5000 /* persons of one step that nobody has to wait for */
#define OPENED_AN_HOUR 10000 /* of those after them: two thirds of what the keeper lets registers open */
#define BUDGET_WAIT_S 300
#define STEP_TRIES 6 /* half a minute, of a step that fails for a reason that time does not mend */

/* In memory as a whole, once: at most IMPORT_SIZE_MAX, and as much again where it is no UTF-8. */
enum err open_import_file(struct import_work *work, struct buffer *file, struct csv_reader *ret_reader)
{
    int places[STAFF_COLUMN_COUNT];
    struct csv_reader reader;
    TRY(deposit_read(work->db, work->keeper, work->arena, &work->record, file));
    TRY(csv_open(work->arena, buffer_bytes(file), &reader));
    TRY(read_places(work->record.columns, places));
    TRY(csv_use_places(&reader, places, STAFF_COLUMN_COUNT));
    if (work->record.import.at > 0) {
        reader.at = reader.text + work->record.import.at;
        reader.line = work->record.at_line;
    }
    *ret_reader = reader;
    return ERR_NONE;
}

/* What the keeper lets registers open in an hour is for other files and for identity systems, too. */
static int64_t next_due_s(const struct import_work *work)
{
    if (work->is_budget_spent) return clock_now_s() + BUDGET_WAIT_S;
    int64_t opened = work->record.opened + work->opened;
    return opened <= OPENED_AT_ONCE ? 0 : clock_now_s() + work->opened * 3600 / OPENED_AN_HOUR;
}

enum err keep_progress(struct db_tx *tx, const struct import_work *work)
{
    const struct staff_import *import = &work->record.import;
    TRY(change_one(tx, &sql_keep_progress,
                   DB_WITH(DB_INT64("id", import->id), DB_TEXT("state", import_state_name(import->state)),
                           DB_INT64("at", work->at), DB_INT64("at_line", work->at_line),
                           DB_INT64("opened", work->opened), DB_INT64("done", work->done),
                           DB_INT64("unread", work->unread))));
    TRY(job_finish(tx, work->job));
    return work->is_over ? ERR_NONE : job_add(tx, STAFF_IMPORT_JOB, import->uid, "", next_due_s(work));
}

enum err end_step(struct db_tx *tx, const struct import_work *work, enum import_state to_state)
{
    return db_exec(tx, &sql_end_step,
                   DB_WITH(DB_INT64("id", work->record.import.id),
                           DB_TEXT("from_state", import_state_name(work->record.import.state)),
                           DB_TEXT("to_state", import_state_name(to_state)), DB_INT64("now", clock_now_s())),
                   NULL);
}

static enum err finish_act(struct db_tx *tx, void *context)
{
    return job_finish(tx, context);
}

struct refusal {
    const struct import_work *work;
    const char *why;
};

static enum err refuse_act(struct db_tx *tx, void *context)
{
    const struct refusal *refusal = context;
    const struct staff_import *import = &refusal->work->record.import;
    TRY(db_exec(tx, &sql_refuse_import,
                DB_WITH(DB_INT64("id", import->id), DB_TEXT("from_state", import_state_name(import->state)),
                        DB_TEXT("why", refusal->why)),
                NULL));
    TRY(db_exec(tx, &sql_delete_parts, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    return job_finish(tx, refusal->work->job);
}

/* A file that is no text, or whose key has gone: its administrator is told, and brings it anew. */
static enum err refuse_file(struct import_work *work, enum err error)
{
    struct refusal refusal = {
        work, error == ERR_INVALID ? TR("The file is no table of separated values. Save it as CSV and bring it anew")
                                   : TR("The file can no longer be opened. Bring it anew")};
    return db_run(work->db, refuse_act, &refusal);
}

static enum err break_off_act(struct db_tx *tx, void *context)
{
    const struct refusal *refusal = context;
    const struct staff_import *import = &refusal->work->record.import;
    TRY(change_one(tx, &sql_break_off,
                   DB_WITH(DB_INT64("id", import->id), DB_TEXT("from_state", import_state_name(import->state)),
                           DB_TEXT("why", refusal->why), DB_INT64("now", clock_now_s()))));
    TRY(forget_before(tx, refusal->work));
    return job_finish(tx, refusal->work->job);
}

/* What time does not mend must not hold the register's other files up: its administrator is told, and can undo it. */
static enum err break_off(const struct import_work *work)
{
    struct refusal refusal = {
        work, work->record.import.state == IMPORT_APPLYING
                  ? TR("Part of the file was applied, then it could not go on. Undo it, and bring the file anew")
                  : TR("Part of the file was undone, then it could not go on. Ask the operator, and undo it again")};
    return db_run(work->db, break_off_act, &refusal);
}

static enum err end_failed_step(struct import_work *work, enum err error)
{
    if (work->record.import.state == IMPORT_CHECKING)
        return error == ERR_INVALID || error == ERR_BROKEN ? refuse_file(work, error) : error;
    if (work->record.import.state == IMPORT_CHECKED)
        return error; /* nothing was begun: an administrator's word will do */
    bool is_passing = err_class(error) == ERR_CLASS_TEMPORARY || error == ERR_TOO_MANY;
    return is_passing || work->job->tries + 1 < STEP_TRIES ? error : break_off(work);
}

/* A file that nobody needs to look at is applied; others wait for an administrator's word. */
static enum err go_on(struct import_work *work)
{
    struct staff_import import = {0};
    if (work->record.is_by_itself) TRY(find_import(work->db, work->arena, work->record.import.uid, &import));
    if (work->record.is_by_itself && applies_by_itself(&import)) return apply_by_itself(work);
    return db_run(work->db, finish_act, (void *)(uintptr_t)work->job);
}

static enum err work_in_state(struct import_work *work)
{
    switch (work->record.import.state) {
    case IMPORT_CHECKING: return check_some(work);
    case IMPORT_CHECKED: return go_on(work);
    case IMPORT_APPLYING: return apply_some(work);
    case IMPORT_UNDOING: return undo_some(work);
    default: return db_run(work->db, finish_act, (void *)(uintptr_t)work->job);
    }
}

enum err work_on_import(struct db *db, struct keeper *keeper, struct arena *arena, const struct job *job)
{
    keeper = keeper_for(keeper, arena, bytes_of_text(KEEPER_REGISTERS));
    struct import_work work = {.db = db, .keeper = keeper, .arena = arena, .job = job};
    TRY(find_import_record(db, arena, job->key, &work.record));
    work.actor = (struct actor){ACTOR_STAFF, work.record.account_id, "", "staff_import"};
    work.writer = (struct staff_writer){.db = db,
                                        .keeper = keeper,
                                        .actor = &work.actor,
                                        .register_code = work.record.import.register_code,
                                        .known_since_s = clock_now_s(),
                                        .import_id = work.record.import.id};
    work.at = work.record.import.at;
    work.at_line = work.record.at_line;
    enum err error = work_in_state(&work);
    return error == ERR_NONE ? ERR_NONE : end_failed_step(&work, error);
}
