/* Puts back what stood in the register before a file, row by row; what somebody else wrote since stays as it is. */
#include "register/work.h"
#include "register_sql.h"

#include <string.h>

struct undo {
    struct import_work *work;
    const struct db_rows *rows;
    size_t at;
    struct bytes old_details;
    int64_t known_since_s;
};

static enum err read_applied(struct db_tx *tx, void *context)
{
    struct undo *undo = context;
    return db_rows(tx, undo->work->arena, &sql_list_applied,
                   DB_WITH(DB_INT64("import_id", undo->work->record.import.id), DB_INT64("limit", ROWS_A_STEP)),
                   &undo->rows);
}

static enum err put_back_act(struct db_tx *tx, void *context)
{
    const struct undo *undo = context;
    const struct staff_writer *writer = &undo->work->writer;
    const struct db_rows *rows = undo->rows;
    int64_t person_id = db_int64(rows, undo->at, "person_id"), changed;
    TRY(db_exec(tx, &sql_forget_row,
                DB_WITH(DB_INT64("import_id", writer->import_id), DB_INT64("line", db_int64(rows, undo->at, "line"))),
                NULL));
    if (undo->old_details.data == NULL)
        TRY(db_exec(tx, &sql_delete_member,
                    DB_WITH(DB_TEXT("register", writer->register_code), DB_INT64("person_id", person_id),
                            DB_INT64("import_id", writer->import_id)),
                    &changed));
    else
        TRY(db_exec(tx, &sql_restore_member,
                    DB_WITH(DB_TEXT("register", writer->register_code), DB_INT64("person_id", person_id),
                            DB_INT64("institution_id", db_int64(rows, undo->at, "old_institution_id")),
                            DB_BYTES("sealed_details", undo->old_details), DB_INT64("known_since", undo->known_since_s),
                            DB_BYTES("row_tag", db_bytes(rows, undo->at, "old_tag")),
                            DB_INT64("left", db_int64(rows, undo->at, "old_left_s")),
                            DB_INT64("is_removed", db_int64(rows, undo->at, "old_is_removed")),
                            DB_INT64("import_id", writer->import_id)),
                    &changed));
    if (changed == 0) return ERR_NONE;
    return audit_record(tx, writer->actor, "restore_staff_member", "person", person_id, writer->register_code);
}

struct writing {
    const struct undo *undo;
    struct arena *arena;
    bool is_ours;
};

static enum err is_ours_act(struct db_tx *tx, void *context)
{
    struct writing *writing = context;
    const struct staff_writer *writer = &writing->undo->work->writer;
    const struct db_rows *rows;
    TRY(db_rows(tx, writing->arena, &sql_find_written,
                DB_WITH(DB_TEXT("register", writer->register_code),
                        DB_INT64("person_id", db_int64(writing->undo->rows, writing->undo->at, "person_id"))),
                &rows));
    writing->is_ours = db_count(rows) == 1 && db_int64(rows, 0, "import_id") == writer->import_id;
    return ERR_NONE;
}

/* The number that came with the file is not known by it any more; the one before it is, anew. */
static enum err tell_keeper(struct undo *undo, struct arena *arena, const struct person *person)
{
    const struct staff_writer *writer = &undo->work->writer;
    struct staff_member now, before = {.mobile = "", .email = ""};
    TRY(find_staff_row(writer->db, arena, person, writer->register_code, &now));
    bool was_member = undo->old_details.data != NULL && db_int64(undo->rows, undo->at, "old_left_s") == 0;
    if (was_member) TRY(open_staff_member(arena, person, writer->register_code, undo->old_details, &before));
    const char *mobile = now.left_s == 0 ? now.mobile : "";
    if (strcmp(mobile, before.mobile) == 0) return ERR_NONE;
    undo->known_since_s = clock_now_s();
    TRY(forget_staff_number(writer, arena, person, mobile));
    if (before.mobile[0] == '\0') return ERR_NONE;
    return keeper_number_know(writer->keeper, person->details.identity_number, before.mobile, undo->known_since_s);
}

static enum err put_back(struct undo *undo, struct arena *arena)
{
    struct import_work *work = undo->work;
    struct writing writing = {undo, arena, false};
    struct person person;
    undo->old_details = db_bytes(undo->rows, undo->at, "old_details");
    undo->known_since_s = db_int64(undo->rows, undo->at, "old_known_since_s");
    TRY(db_read(work->db, is_ours_act, &writing));
    if (writing.is_ours) {
        TRY(open_person(work->db, work->keeper, arena, db_int64(undo->rows, undo->at, "person_id"), &person));
        work->opened++;
        enum err error = tell_keeper(undo, arena, &person);
        person_close(&person);
        TRY(error);
    }
    return db_run(work->db, put_back_act, undo);
}

static enum err keep_act(struct db_tx *tx, void *context)
{
    const struct import_work *work = context;
    TRY(keep_progress(tx, work));
    return work->is_over ? end_step(tx, work, IMPORT_UNDONE) : ERR_NONE;
}

enum err undo_some(struct import_work *work)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct undo undo = {.work = work};
    TRY(db_read(work->db, read_applied, &undo));
    for (; undo.at < db_count(undo.rows); undo.at++) {
        arena_reset(arena);
        enum err error = put_back(&undo, arena);
        work->is_budget_spent = error == ERR_TOO_MANY;
        if (work->is_budget_spent) break;
        TRY(error);
        work->done++;
    }
    work->is_over = db_count(undo.rows) == 0;
    return db_run(work->db, keep_act, work);
}
