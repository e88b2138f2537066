/* How long officers and production took in the last weeks: what people are told to expect (spec 01, 6). */
#include "application/store.h"

#include "application_sql.h"

#include <string.h>

#define LATELY_S (56 * DAY_S)
#define FEW 5 /* fewer tell nothing */
#define USUAL_OFFICER_S (3 * DAY_S)
#define USUAL_PRODUCTION_S (3 * DAY_S)

struct question {
    struct arena *arena;
    struct stage_figures figures;
};

static enum err read_figures(struct db_tx *tx, void *context)
{
    struct question *question = context;
    const struct db_rows *rows;
    TRY(db_rows(tx, question->arena, &sql_list_stage_figures, DB_WITH(DB_INT64("since_s", clock_now_s() - LATELY_S)),
                &rows));
    for (size_t i = 0; i < db_count(rows); i++) {
        bool is_officer = strcmp(db_text(rows, i, "to_state"), application_state_name(STATE_APPROVED)) == 0;
        if (db_int64(rows, i, "steps") < FEW) continue;
        *(is_officer ? &question->figures.officer_s : &question->figures.production_s) = db_int64(rows, i, "mean_s");
    }
    return ERR_NONE;
}

enum err find_stage_figures(struct db *db, struct arena *arena, struct stage_figures *ret_figures)
{
    struct question question = {arena, {USUAL_OFFICER_S, USUAL_PRODUCTION_S}};
    TRY(db_read(db, read_figures, &question));
    *ret_figures = question.figures;
    return ERR_NONE;
}
