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

static struct staff_place seen_of(const struct apply *apply, size_t at)
{
    return (struct staff_place){.left_s = db_int64(apply->lines, at, "seen_left_s"),
                                .row_tag = db_bytes(apply->lines, at, "seen_tag")};
}

struct passing {
    const struct import_work *work;
    int64_t line;
};

static enum err pass_act(struct db_tx *tx, void *context)
{
    const struct passing *passing = context;
    return db_exec(tx, &sql_pass_row,
                   DB_WITH(DB_INT64("import_id", passing->work->record.import.id), DB_INT64("line", passing->line)),
                   NULL);
}

/* Nobody was shown what an identity system wrote since the check, so it stays as it is; the page says of how many. */
static enum err pass_row(const struct import_work *work, int64_t line)
{
    struct passing passing = {work, line};
    return db_run(work->db, pass_act, &passing);
}

static enum err write_row(const struct apply *apply, struct arena *arena, struct csv_row *row)
{
    struct import_work *work = apply->work;
    enum staff_column column;
    enum staff_change change;
    struct staff_record record;
    struct staff_tags tags;
    /* it was right when it was checked; should it not be any more, it is as if it were not there */
    if (read_staff_fields(arena, row->values, clock_now_s(), &record, &column) != NULL) return ERR_NONE;
    TRY(find_institution_id(work->db, arena, record.member.institution_code, &record.member.institution_id));
    TRY(make_staff_tags(&work->writer, arena, &record, &tags));
    const struct staff_place seen = seen_of(apply, apply->at);
    enum err error = write_staff(&work->writer, arena, &record, &tags, &seen, row->line, &change);
    if (error == ERR_STATE) return pass_row(work, row->line);
    TRY(error);
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
        enum err error = is_to_be_written(apply, row.line) ? write_row(apply, arena, &row) : ERR_NONE;
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

enum err forget_before(struct db_tx *tx, const struct import_work *work)
{
    const struct staff_import *import = &work->record.import;
    TRY(db_exec(tx, &sql_delete_parts, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    TRY(db_exec(tx, &sql_delete_same_rows, DB_WITH(DB_INT64("import_id", import->id)), NULL));
    return db_exec(tx, &sql_delete_old_rows,
                   DB_WITH(DB_TEXT("register", import->register_code), DB_INT64("id", import->id)), NULL);
}

static enum err keep_act(struct db_tx *tx, void *context)
{
    const struct apply *apply = context;
    TRY(keep_progress(tx, apply->work));
    if (!apply->work->is_over) return ERR_NONE;
    TRY(forget_before(tx, apply->work));
    return end_step(tx, apply->work, IMPORT_APPLIED);
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
        int64_t line = db_int64(apply->lines, i, "line");
        const struct staff_place seen = seen_of(apply, i);
        enum err error = end_staff(&work->writer, work->arena, db_int64(apply->lines, i, "person_id"), &seen, line);
        if (error == ERR_STATE) error = pass_row(work, line);
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
