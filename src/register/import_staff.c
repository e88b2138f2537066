/* An operator's tool takes a file: each good row at once, the bad ones are told. Who is not in it stays. */
#include "register/writer.h"

/* A mistake of the row, or NULL with the record; an error only when the database fails. */
static enum err read_row(const struct staff_writer *writer, struct arena *arena, struct csv_row *row,
                         struct staff_record *ret_record, enum staff_column *ret_column)
{
    if (row->mistake != NULL) return ERR_NONE;
    row->mistake = read_staff_fields(arena, row->values, clock_now_s(), ret_record, ret_column);
    if (row->mistake != NULL) return ERR_NONE;
    struct staff_member *member = &ret_record->member;
    enum err error = find_institution_id(writer->db, arena, member->institution_code, &member->institution_id);
    *ret_column = STAFF_KURUM_KODU;
    if (error == ERR_NOT_FOUND) row->mistake = TR("The institution's code is unknown");
    return error == ERR_NOT_FOUND ? ERR_NONE : error;
}

/* What write_staff() would do. */
static enum err look_at_row(const struct staff_writer *writer, struct arena *arena, const struct staff_record *record,
                            enum staff_change *ret_change)
{
    struct person person;
    struct staff_member before;
    enum err error = find_person(writer->db, writer->keeper, arena, record->identity_number, &person);
    *ret_change = STAFF_ADDED;
    if (error != ERR_NONE) return error == ERR_NOT_FOUND ? ERR_NONE : error;
    error = compare_staff(writer->db, arena, &person, writer->register_code, &record->member, &before, ret_change);
    person_close(&person);
    return error;
}

static enum err take_row(const struct staff_writer *writer, struct arena *arena, const struct staff_record *record,
                         bool is_dry_run, struct import_report *report)
{
    enum staff_change change;
    struct staff_tags tags;
    if (is_dry_run) {
        TRY(look_at_row(writer, arena, record, &change));
    } else {
        TRY(make_staff_tags(writer, arena, record, &tags));
        TRY(write_staff(writer, arena, record, &tags, NULL, 0, &change));
    }
    if (change == STAFF_ADDED) report->added++;
    else if (change == STAFF_CHANGED) report->changed++;
    else report->unchanged++;
    return ERR_NONE;
}

enum err import_staff(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      const char *register_code, struct bytes csv, int64_t known_since_s, bool is_dry_run,
                      struct import_report *ret_report)
{
    const struct staff_writer writer = {db, keeper, actor, register_code, known_since_s, 0};
    struct csv_reader reader;
    TRY(csv_open(arena, csv, &reader));
    TRY(csv_use_names(&reader, staff_column_names, STAFF_COLUMN_COUNT, STAFF_REQUIRED_COUNT));
    struct import_count count = {0};
    struct seen_keys seen = {0};
    CLEANUP_ARENA struct arena *row_arena = arena_new();
    struct csv_row row;
    for (; csv_next(&reader, row_arena, &row); arena_reset(row_arena)) {
        count.report.rows++;
        struct staff_record record;
        enum staff_column column = STAFF_COLUMN_COUNT;
        TRY(read_row(&writer, row_arena, &row, &record, &column));
        if (row.mistake == NULL && is_seen_before(arena, &seen, record.identity_number)) {
            row.mistake = TR("This identity number stands in an earlier row");
            column = STAFF_TCKN;
        }
        const char *name = column < STAFF_COLUMN_COUNT ? staff_column_names[column] : "";
        if (row.mistake != NULL) refuse_row(arena, &count, row.line, name, row.mistake);
        else TRY(take_row(&writer, row_arena, &record, is_dry_run, &count.report));
    }
    *ret_report = count.report;
    return ERR_NONE;
}
