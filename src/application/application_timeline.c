/* Başvurum nerede? Steps without personal details (spec 01, 6). */
#include "application/store.h"

#include "application_sql.h"

struct question {
    struct arena *arena;
    const char *barcode; /* NULL: by id */
    struct bytes tag; /* of the identity number */
    int64_t application_id;
    struct timeline *ret_timeline;
};

static enum err read_steps(struct db_tx *tx, struct arena *arena, int64_t application_id, struct timeline *timeline)
{
    const struct db_rows *rows;

    TRY(db_rows(tx, arena, &sql_list_steps, DB_WITH(DB_INT64("application_id", application_id)), &rows));
    timeline->step_count = db_count(rows);
    timeline->steps = NEW_ARRAY(arena, struct timeline_step, timeline->step_count);
    for (size_t i = 0; i < timeline->step_count; i++) {
        struct timeline_step *step = &timeline->steps[i];
        TRY(application_state_from_name(db_text(rows, i, "from_state"), &step->from));
        TRY(application_state_from_name(db_text(rows, i, "to_state"), &step->to));
        step->at_s = db_int64(rows, i, "at_s");
    }
    return ERR_NONE;
}

static enum err read_timeline(struct db_tx *tx, void *context)
{
    struct question *question = context;
    struct timeline timeline = {0};
    const struct db_rows *row;

    if (question->barcode != NULL) {
        TRY(db_row(tx, question->arena, &sql_find_barcode_of_person,
                   DB_WITH(DB_TEXT("barcode", question->barcode), DB_BYTES("tag", question->tag)), &row));
        question->application_id = db_int64(row, 0, "id");
    }
    TRY(db_row(tx, question->arena, &sql_find_timeline, DB_WITH(DB_INT64("id", question->application_id)), &row));
    timeline.barcode = db_text(row, 0, "barcode");
    timeline.way = application_way_from_name(db_text(row, 0, "way"));
    timeline.note = db_text(row, 0, "note");
    timeline.refusal = db_text(row, 0, "refusal");
    timeline.changed_s = db_int64(row, 0, "changed_s");
    timeline.is_locked = db_int64(row, 0, "locked_s") != 0;
    TRY(application_state_from_name(db_text(row, 0, "state"), &timeline.state));
    TRY(read_steps(tx, question->arena, question->application_id, &timeline));
    *question->ret_timeline = timeline;
    return ERR_NONE;
}

enum err application_timeline(struct db *db, struct keeper *keeper, struct arena *arena, const char *barcode,
                              const char *identity_number, struct timeline *ret_timeline)
{
    struct question question = {.arena = arena, .barcode = barcode, .ret_timeline = ret_timeline};

    /* nobody is opened: the work done would tell a known number from an unknown one */
    TRY(keeper_search_tag(keeper, arena, "identity_number", identity_number, &question.tag));
    return db_read(db, read_timeline, &question);
}

enum err application_steps(struct db *db, struct arena *arena, int64_t application_id, struct timeline *ret_timeline)
{
    struct question question = {.arena = arena, .application_id = application_id, .ret_timeline = ret_timeline};
    return db_read(db, read_timeline, &question);
}
