#include "register/work.h"
#include "register_sql.h"

#include <string.h>

static const char *const state_names[IMPORT_STATE_COUNT] = {"arriving", "arrived", "checking", "checked", "applying",
                                                            "applied",  "undoing", "undone",   "refused", "dropped"};
static const char *const kind_names[IMPORT_KIND_COUNT] = {"added", "changed", "same", "left", "refused"};

const char *import_state_name(enum import_state state)
{
    return state_names[state];
}

const char *import_kind_name(enum import_kind kind)
{
    return kind_names[kind];
}

static enum import_state state_of(const char *name)
{
    enum import_state state = 0;
    while (strcmp(state_names[state], name) != 0) state++; /* the column holds no other */
    return state;
}

struct question {
    struct arena *arena;
    const char *uid;
    struct import_record record;
};

static enum err count_rows(struct db_tx *tx, struct arena *arena, struct staff_import *import)
{
    int64_t *counts[IMPORT_KIND_COUNT] = {&import->added, &import->changed, &import->same, &import->left,
                                          &import->refused};
    const struct db_rows *rows;
    TRY(db_rows(tx, arena, &sql_count_rows, DB_WITH(DB_INT64("import_id", import->id)), &rows));
    for (size_t i = 0; i < db_count(rows); i++) {
        size_t kind = 0;
        while (strcmp(kind_names[kind], db_text(rows, i, "kind")) != 0) kind++;
        *counts[kind] += db_int64(rows, i, "rows");
        if (db_int64(rows, i, "is_passed") != 0) import->passed += db_int64(rows, i, "rows");
        if (db_int64(rows, i, "is_applied") != 0) import->applied += db_int64(rows, i, "rows");
    }
    TRY(db_row(tx, arena, &sql_count_active, DB_WITH(DB_TEXT("register", import->register_code)), &rows));
    import->active = db_int64(rows, 0, "persons");
    return ERR_NONE;
}

static enum err find_act(struct db_tx *tx, void *context)
{
    struct question *question = context;
    const struct db_rows *row;
    TRY(db_row(tx, question->arena, &sql_find_import, DB_WITH(DB_TEXT("uid", question->uid)), &row));
    question->record = (struct import_record){
        .import =
            {
                .id = db_int64(row, 0, "id"),
                .uid = db_text(row, 0, "uid"),
                .register_code = db_text(row, 0, "register"),
                .account_name = db_text(row, 0, "display_name"),
                .file_name = db_text(row, 0, "file_name"),
                .is_whole = db_int64(row, 0, "is_whole") != 0,
                .state = state_of(db_text(row, 0, "state")),
                .why = db_text(row, 0, "why"),
                .size = db_int64(row, 0, "size"),
                .at = db_int64(row, 0, "at"),
                .done = db_int64(row, 0, "done"),
                .unread = db_int64(row, 0, "unread"),
                .created_s = db_int64(row, 0, "created_s"),
                .applied_s = db_int64(row, 0, "applied_s"),
            },
        .account_id = db_int64(row, 0, "account_id"),
        .wrapped_key = {db_int64(row, 0, "key_epoch"), db_bytes(row, 0, "wrapped_key")},
        .sealed_header = db_bytes(row, 0, "sealed_header"),
        .columns = db_text(row, 0, "columns"),
        .at_line = db_int64(row, 0, "at_line"),
        .opened = db_int64(row, 0, "opened"),
        .checked_turn = db_int64(row, 0, "checked_turn"),
        .turn = db_int64(row, 0, "turn"),
        .is_by_itself = db_int64(row, 0, "is_by_itself") != 0,
    };
    struct staff_import *import = &question->record.import;
    import->can_undo = import->state == IMPORT_APPLIED && db_int64(row, 0, "later") == 0;
    return ERR_NONE;
}

enum err find_import_record(struct db *db, struct arena *arena, const char *uid, struct import_record *ret_record)
{
    struct question question = {.arena = arena, .uid = uid};
    TRY(db_read(db, find_act, &question));
    *ret_record = question.record;
    return ERR_NONE;
}

static enum err find_counted_act(struct db_tx *tx, void *context)
{
    struct question *question = context;
    TRY(find_act(tx, question));
    return count_rows(tx, question->arena, &question->record.import);
}

enum err find_import(struct db *db, struct arena *arena, const char *uid, struct staff_import *ret_import)
{
    struct question question = {.arena = arena, .uid = uid};
    TRY(db_read(db, find_counted_act, &question));
    *ret_import = question.record.import;
    return ERR_NONE;
}

struct listing {
    struct arena *arena;
    const struct db_value *values;
    const struct db_sql *sql;
    const struct db_rows *rows;
};

static enum err list_act(struct db_tx *tx, void *context)
{
    struct listing *listing = context;
    return db_rows(tx, listing->arena, listing->sql, listing->values, &listing->rows);
}

enum err list_imports(struct db *db, struct arena *arena, const struct staff_import **ret_imports, size_t *ret_count)
{
    struct listing listing = {arena, DB_NOTHING, &sql_list_imports, NULL};
    TRY(db_read(db, list_act, &listing));
    size_t count = db_count(listing.rows);
    struct staff_import *imports = NEW_ARRAY(arena, struct staff_import, count + 1);
    for (size_t i = 0; i < count; i++) {
        imports[i] = (struct staff_import){
            .id = db_int64(listing.rows, i, "id"),
            .uid = db_text(listing.rows, i, "uid"),
            .register_code = db_text(listing.rows, i, "register"),
            .account_name = db_text(listing.rows, i, "display_name"),
            .file_name = db_text(listing.rows, i, "file_name"),
            .is_whole = db_int64(listing.rows, i, "is_whole") != 0,
            .state = state_of(db_text(listing.rows, i, "state")),
            .created_s = db_int64(listing.rows, i, "created_s"),
        };
    }
    *ret_imports = imports;
    *ret_count = count;
    return ERR_NONE;
}

/* -- its rows -- */

static void list_changes(struct arena *arena, const struct staff_member *before, const struct staff_member *after,
                         struct import_row *row)
{
    for (enum staff_column column = 0; column < STAFF_COLUMN_COUNT; column++) {
        const char *old = staff_column_value(arena, before, column), *new = staff_column_value(arena, after, column);
        if (strcmp(old, new) != 0) row->changes[row->change_count++] = (struct import_change){column, old, new};
    }
}

static enum err tell_person(struct db *db, struct arena *arena, const struct staff_import *import,
                            const struct person *person, struct bytes sealed_row, const char *institution_code,
                            struct import_row *row)
{
    struct staff_member before, after;
    row->name = arena_printf(arena, "%s %s", person->details.given_names, person->details.surname);
    row->identity_number = arena_text(arena, person->details.identity_number);
    if (sealed_row.data == NULL) return ERR_NONE;
    TRY(open_staff_member(arena, person, import->register_code, sealed_row, &after));
    after.institution_code = institution_code;
    TRY(find_staff_row(db, arena, person, import->register_code, &before));
    list_changes(arena, &before, &after, row);
    return ERR_NONE;
}

static enum err read_row(struct db *db, struct keeper *keeper, struct arena *arena, const struct staff_import *import,
                         const struct db_rows *rows, size_t at, bool is_person_told, struct import_row *row)
{
    row->line = db_int64(rows, at, "line");
    row->column = db_text(rows, at, "field");
    row->reason = db_text(rows, at, "why");
    row->institution_name = db_text(rows, at, "institution_name");
    int64_t person_id = db_int64(rows, at, "person_id");
    struct person person;
    if (!is_person_told || person_id == 0) return ERR_NONE;
    TRY(open_person(db, keeper, arena, person_id, &person));
    enum err error = tell_person(db, arena, import, &person, db_bytes(rows, at, "sealed_row"),
                                 db_text(rows, at, "institution_code"), row);
    person_close(&person);
    return error;
}

enum err list_import_rows(struct db *db, struct keeper *keeper, struct arena *arena, const struct staff_import *import,
                          enum import_kind kind, int64_t after, size_t limit, const struct import_row **ret_rows,
                          size_t *ret_count)
{
    struct listing listing = {arena,
                              DB_WITH(DB_INT64("import_id", import->id), DB_TEXT("kind", kind_names[kind]),
                                      DB_INT64("after", after == 0 && kind == IMPORT_LEFT ? INT64_MIN : after),
                                      DB_INT64("limit", (int64_t)limit)),
                              &sql_list_kind, NULL};
    TRY(db_read(db, list_act, &listing));
    size_t count = db_count(listing.rows);
    struct import_row *rows = NEW_ARRAY(arena, struct import_row, count + 1);
    bool is_person_told = kind == IMPORT_CHANGED || kind == IMPORT_LEFT;
    for (size_t i = 0; i < count; i++)
        TRY(read_row(db, keeper, arena, import, listing.rows, i, is_person_told, &rows[i]));
    *ret_rows = rows;
    *ret_count = count;
    return ERR_NONE;
}
