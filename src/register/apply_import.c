/* What the dry run said is done: rows are written one by one, then those who are not in the file leave. */
#include "register/work.h"
#include "register_sql.h"

#include <string.h>

#define BEHIND_FILE (-1) /* `at`: all rows are written */

struct apply {
    struct import_work *work;
    int64_t first; /* line of the step */
    const struct db_rows *lines;
    size_t at; /* in lines */
    bool is_at_end;
};

static enum err read_lines(struct db_tx *tx, void *context)
{
    struct apply *apply = context;
    return db_rows(tx, apply->work->arena, &sql_list_lines,
                   DB_WITH(DB_INT64("import_id", apply->work->record.import.id), DB_INT64("first", apply->first),
                           DB_INT64("limit", ROWS_A_STEP)),
                   &apply->lines);
}

/* Lines come in the order of the file: those that nothing is to be done for are passed over. */
static bool is_to_be_written(struct apply *apply, int64_t line)
{
    while (apply->at < db_count(apply->lines) && db_int64(apply->lines, apply->at, "line") < line) apply->at++;
    if (apply->at == db_count(apply->lines) || db_int64(apply->lines, apply->at, "line") != line) return false;
    const char *kind = db_text(apply->lines, apply->at, "kind");
    return strcmp(kind, import_kind_name(IMPORT_ADDED)) == 0 || strcmp(kind, import_kind_name(IMPORT_CHANGED)) == 0;
}

static enum err write_row(struct import_work *work, struct arena *arena, struct csv_row *row)
{
    enum staff_column column;
    enum staff_change change;
    struct staff_record record;
    struct staff_tags tags;
    /* it was right when it was checked; should it not be any more, it is as if it were not there */
    if (read_staff_fields(arena, row->values, clock_now_s(), &record, &column) != NULL) return ERR_NONE;
    TRY(find_institution_id(work->db, arena, record.member.institution_code, &record.member.institution_id));
    TRY(make_staff_tags(&work->writer, arena, &record, &tags));
    TRY(write_staff(&work->writer, arena, &record, &tags, NULL, row->line, &change));
    work->opened += change == STAFF_CHANGED; /* a new person's key is made, not opened */
    return ERR_NONE;
}

static enum err write_rows(struct apply *apply, struct csv_reader *reader)
{
    struct import_work *work = apply->work;
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct csv_row row;
    while (work->done < ROWS_A_STEP) {
        arena_reset(arena);
        if (!csv_next(reader, arena, &row)) {
            apply->is_at_end = true;
            return ERR_NONE;
        }
        enum err error = is_to_be_written(apply, row.line) ? write_row(work, arena, &row) : ERR_NONE;
        if (error == ERR_TOO_MANY) {
            work->is_budget_spent = true;
            return ERR_NONE;
        }
        TRY(error);
        work->done++;
        work->at = reader->at - reader->text;
        work->at_line = reader->line;
    }
    return ERR_NONE;
}

static enum err keep_act(struct db_tx *tx, void *context)
{
    const struct apply *apply = context;
    const struct import_work *work = apply->work;
    const struct staff_import *import = &work->record.import;
    TRY(keep_progress(tx, work));
    if (!work->is_over) return ERR_NONE;
    TRY(db_exec(tx, &sql_delete_parts, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    TRY(db_exec(tx, &sql_delete_same_rows, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    TRY(db_exec(tx, &sql_delete_old_rows,
                DB_WITH(DB_TEXT("register", import->register_code), DB_INT64("id", import->id)), NULL));
    return end_step(tx, work, IMPORT_APPLIED);
}

static enum err apply_file(struct apply *apply)
{
    CLEANUP_BUFFER struct buffer file = BUFFER_EMPTY;
    struct import_work *work = apply->work;
    struct csv_reader reader;
    TRY(open_import_file(work, &file, &reader));
    apply->first = reader.line;
    TRY(db_read(work->db, read_lines, apply));
    TRY(write_rows(apply, &reader));
    if (apply->is_at_end) work->at = BEHIND_FILE;
    return db_run(work->db, keep_act, apply);
}

static enum err read_leaving(struct db_tx *tx, void *context)
{
    struct apply *apply = context;
    return db_rows(tx, apply->work->arena, &sql_list_leaving,
                   DB_WITH(DB_INT64("import_id", apply->work->record.import.id), DB_INT64("limit", ROWS_A_STEP)),
                   &apply->lines);
}

static enum err end_some(struct apply *apply)
{
    struct import_work *work = apply->work;
    TRY(db_read(work->db, read_leaving, apply));
    for (size_t i = 0; i < db_count(apply->lines) && !work->is_budget_spent; i++) {
        enum err error = end_staff(&work->writer, work->arena, db_int64(apply->lines, i, "person_id"), NULL,
                                   db_int64(apply->lines, i, "line"));
        work->is_budget_spent = error == ERR_TOO_MANY;
        if (work->is_budget_spent) break;
        TRY(error);
        work->opened++;
        work->done++;
    }
    work->is_over = db_count(apply->lines) == 0;
    return db_run(work->db, keep_act, apply);
}

enum err apply_some(struct import_work *work)
{
    struct apply apply = {.work = work};
    return work->record.import.at == BEHIND_FILE ? end_some(&apply) : apply_file(&apply);
}
