/* How long officers and production took in the last weeks: what people are told to expect (spec 01, 6). */
#include "application/store.h"

#include "application_sql.h"

#include <string.h>

#define LATELY_S (56 * DAY_S)
#define FEW 5 /* fewer tell nothing */
#define USUAL_OFFICER_DAYS 3
#define USUAL_PRODUCTION_DAYS 3

struct question {
    struct arena *arena;
    struct stage_figures figures;
};

/* The mean of those that came to this state, rounded up; `usual` where they are few. */
static int64_t mean_days(const struct db_rows *rows, enum application_state to, int64_t usual)
{
    int64_t days = 0, count = 0;
    for (size_t i = 0; i < db_count(rows); i++) {
        if (strcmp(db_text(rows, i, "to_state"), application_state_name(to)) != 0) continue;
        days += working_days_between(db_int64(rows, i, "from_s"), db_int64(rows, i, "at_s"));
        count++;
    }
    return count < FEW ? usual : (days + count - 1) / count;
}

static enum err read_figures(struct db_tx *tx, void *context)
{
    struct question *question = context;
    const struct db_rows *rows;
    TRY(db_rows(tx, question->arena, &sql_list_stage_figures, DB_WITH(DB_INT64("since_s", clock_now_s() - LATELY_S)),
                &rows));
    question->figures = (struct stage_figures){
        .officer_days = mean_days(rows, STATE_APPROVED, USUAL_OFFICER_DAYS),
        .production_days = mean_days(rows, STATE_PRODUCED, USUAL_PRODUCTION_DAYS),
    };
    return ERR_NONE;
}

enum err find_stage_figures(struct db *db, struct arena *arena, struct stage_figures *ret_figures)
{
    struct question question = {.arena = arena};
    TRY(db_read(db, read_figures, &question));
    *ret_figures = question.figures;
    return ERR_NONE;
}
