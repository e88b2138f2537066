/* The dry run: what each row is to the register, and what is wrong with it. Nothing of the register changes. */
#include "register/work.h"
#include "register_sql.h"

#include <stdlib.h>
#include <string.h>

struct code {
    const char *code;
    int64_t id;
};

struct codes {
    struct arena *arena;
    struct code *codes;
    size_t count;
};

static int compare_codes(const void *a, const void *b)
{
    return strcmp(((const struct code *)a)->code, ((const struct code *)b)->code);
}

static enum err read_codes(struct db_tx *tx, void *context)
{
    struct codes *codes = context;
    const struct db_rows *rows;
    TRY(db_rows(tx, codes->arena, &sql_list_codes, DB_NOTHING, &rows));
    codes->count = db_count(rows);
    codes->codes = NEW_ARRAY(codes->arena, struct code, codes->count + 1);
    for (size_t i = 0; i < codes->count; i++)
        codes->codes[i] = (struct code){db_text(rows, i, "code"), db_int64(rows, i, "id")};
    qsort(codes->codes, codes->count, sizeof *codes->codes, compare_codes); /* the database's order may be another */
    return ERR_NONE;
}

struct checked_row {
    int64_t line;
    int64_t next_at, next_line; /* where the row after it begins */
    enum import_kind kind;
    enum staff_column column; /* of a mistake */
    const char *mistake; /* English (TR); NULL: none */
    bool has_number; /* says whose it is */
    struct staff_record record;
    struct staff_tags tags;
    struct staff_place place;
    bool is_repeated; /* in an earlier part of the file */
    struct bytes sealed_row;
    bool is_tag_new; /* same row, of before rows had tags */
};

struct check {
    struct import_work *work;
    struct checked_row rows[ROWS_A_STEP];
    size_t count;
    bool is_at_end;
};

/* -- reading -- */

static const struct code *find_code(const struct codes *codes, const char *code)
{
    const struct code wanted = {code, 0};
    return bsearch(&wanted, codes->codes, codes->count, sizeof *codes->codes, compare_codes);
}

static enum err read_row(const struct staff_writer *writer, struct arena *arena, const struct codes *codes,
                         struct csv_row *row, struct checked_row *checked)
{
    checked->line = row->line;
    checked->column = STAFF_COLUMN_COUNT;
    checked->mistake = row->mistake;
    if (checked->mistake == NULL)
        checked->mistake = read_staff_fields(arena, row->values, clock_now_s(), &checked->record, &checked->column);
    checked->has_number = row->mistake == NULL && (checked->mistake == NULL || checked->column != STAFF_TCKN);
    if (!checked->has_number) return ERR_NONE;
    if (checked->mistake != NULL) /* its person has not left, whatever is wrong with the row */
        return keeper_search_tag(writer->keeper, arena, "identity_number", row->values[STAFF_TCKN],
                                 &checked->tags.identity);
    const struct code *code = find_code(codes, checked->record.member.institution_code);
    checked->column = STAFF_KURUM_KODU;
    if (code == NULL) checked->mistake = TR("The institution's code is unknown");
    else checked->record.member.institution_id = code->id;
    return make_staff_tags(writer, arena, &checked->record, &checked->tags);
}

static enum err read_rows(struct check *check, struct csv_reader *reader)
{
    struct import_work *work = check->work;
    struct codes codes = {.arena = work->arena};
    struct csv_row row;
    TRY(db_read(work->db, read_codes, &codes));
    while (check->count < ROWS_A_STEP) {
        if (!csv_next(reader, work->arena, &row)) {
            check->is_at_end = true;
            break;
        }
        struct checked_row *checked = &check->rows[check->count++];
        TRY(read_row(&work->writer, work->arena, &codes, &row, checked));
        checked->next_at = reader->at - reader->text;
        checked->next_line = reader->line;
    }
    return ERR_NONE;
}

/* -- what the database knows -- */

static enum err find_places(struct db_tx *tx, void *context)
{
    struct check *check = context;
    struct import_work *work = check->work;
    for (size_t i = 0; i < check->count; i++) {
        struct checked_row *checked = &check->rows[i];
        const struct db_rows *earlier;
        if (!checked->has_number) continue;
        struct bytes tag = checked->tags.identity;
        TRY(read_staff_place(tx, work->arena, work->writer.register_code, tag, &checked->place));
        TRY(db_rows(tx, work->arena, &sql_find_row_of_tag,
                    DB_WITH(DB_INT64("import_id", work->record.import.id), DB_BYTES("tag", tag)), &earlier));
        checked->is_repeated = db_count(earlier) > 0;
    }
    return ERR_NONE;
}

static bool is_repeated(const struct check *check, size_t at)
{
    const struct checked_row *checked = &check->rows[at];
    for (size_t i = 0; i < at; i++) {
        const struct checked_row *other = &check->rows[i];
        if (other->has_number && !other->is_repeated && bytes_equal(other->tags.identity, checked->tags.identity))
            return true;
    }
    return checked->is_repeated;
}

static enum err compare_opened(struct import_work *work, const struct person *person, struct checked_row *checked)
{
    enum staff_change change;
    struct staff_member before;
    const struct staff_member *after = &checked->record.member;
    TRY(compare_staff(work->db, work->arena, person, work->writer.register_code, after, &before, &change));
    checked->kind = change == STAFF_ADDED ? IMPORT_ADDED : change == STAFF_CHANGED ? IMPORT_CHANGED : IMPORT_SAME;
    checked->is_tag_new = change == STAFF_UNCHANGED;
    if (change == STAFF_CHANGED)
        checked->sealed_row = seal_staff_member(work->arena, person, work->writer.register_code, after);
    return ERR_NONE;
}

static enum err compare_row(struct import_work *work, struct checked_row *checked)
{
    struct person person;
    TRY(open_person(work->db, work->keeper, work->arena, checked->place.person_id, &person));
    work->opened++;
    enum err error = compare_opened(work, &person, checked);
    person_close(&person);
    return error;
}

static enum err judge_row(struct check *check, size_t at)
{
    struct checked_row *checked = &check->rows[at];
    checked->kind = IMPORT_REFUSES;
    if (checked->has_number && is_repeated(check, at)) {
        checked->is_repeated = true;
        checked->column = STAFF_TCKN;
        checked->mistake = TR("This identity number stands in an earlier row");
    }
    if (checked->mistake != NULL) return ERR_NONE;
    checked->kind = IMPORT_ADDED;
    if (checked->place.left_s != 0) return ERR_NONE;
    checked->kind = IMPORT_SAME;
    return bytes_equal(checked->place.row_tag, checked->tags.row) ? ERR_NONE : compare_row(check->work, checked);
}

/* Rows that the keeper opens no person for any more wait for the next step. */
static enum err judge_rows(struct check *check)
{
    for (size_t i = 0; i < check->count; i++) {
        enum err error = judge_row(check, i);
        if (error == ERR_TOO_MANY) {
            check->count = i;
            check->is_at_end = false;
            check->work->is_budget_spent = true;
            return ERR_NONE;
        }
        TRY(error);
    }
    return ERR_NONE;
}

/* -- keeping it -- */

static struct db_value id_value(const char *name, int64_t id)
{
    return (struct db_value){.name = name, .type = DB_TYPE_INT64, .int64 = id, .is_null = id == 0};
}

static enum err insert_row(struct db_tx *tx, const struct import_work *work, const struct checked_row *checked)
{
    struct bytes tag = checked->has_number && !checked->is_repeated ? checked->tags.identity : (struct bytes){0};
    const char *column =
        checked->mistake != NULL && checked->column < STAFF_COLUMN_COUNT ? staff_column_names[checked->column] : "";
    if (checked->is_tag_new)
        TRY(db_exec(tx, &sql_set_row_tag,
                    DB_WITH(DB_TEXT("register", work->writer.register_code),
                            DB_INT64("person_id", checked->place.person_id), DB_BYTES("row_tag", checked->tags.row)),
                    NULL));
    return db_exec(tx, &sql_insert_row,
                   DB_WITH(DB_INT64("import_id", work->record.import.id), DB_INT64("line", checked->line),
                           DB_TEXT("kind", import_kind_name(checked->kind)), DB_TEXT("field", column),
                           DB_TEXT("why", checked->mistake != NULL ? checked->mistake : ""), DB_BYTES("tag", tag),
                           id_value("person_id", checked->place.person_id),
                           id_value("institution_id", checked->record.member.institution_id),
                           DB_BYTES("sealed_row", checked->sealed_row), DB_BYTES("seen_tag", checked->place.row_tag),
                           DB_INT64("seen_left", checked->place.left_s)),
                   NULL);
}

static enum err keep_act(struct db_tx *tx, void *context)
{
    const struct check *check = context;
    const struct import_work *work = check->work;
    const struct staff_import *import = &work->record.import;
    for (size_t i = 0; i < check->count; i++) TRY(insert_row(tx, work, &check->rows[i]));
    /* a row that does not say whose it is might be that of anybody who seems to have left */
    if (check->is_at_end && import->is_whole && import->unread + work->unread == 0)
        TRY(db_exec(tx, &sql_insert_left,
                    DB_WITH(DB_INT64("import_id", import->id), DB_TEXT("register", import->register_code)), NULL));
    TRY(keep_progress(tx, work));
    if (!check->is_at_end) return ERR_NONE;
    TRY(end_step(tx, work, IMPORT_CHECKED));
    return work->record.is_by_itself ? job_add(tx, STAFF_IMPORT_JOB, import->uid, "", 0) : ERR_NONE;
}

enum err check_some(struct import_work *work)
{
    CLEANUP_BUFFER struct buffer file = BUFFER_EMPTY;
    struct csv_reader reader;
    struct check *check = NEW(work->arena, struct check);
    check->work = work;
    TRY(open_import_file(work, &file, &reader));
    TRY(read_rows(check, &reader));
    TRY(db_read(work->db, find_places, check));
    TRY(judge_rows(check));
    for (size_t i = 0; i < check->count; i++) work->unread += !check->rows[i].has_number;
    if (check->count > 0) {
        work->at = check->rows[check->count - 1].next_at;
        work->at_line = check->rows[check->count - 1].next_line;
    }
    work->done = (int64_t)check->count;
    work->is_over = check->is_at_end;
    return db_run(work->db, keep_act, check);
}
