/* The milestones of an application as its pages show them: what, who, and by when (spec 01, 6). */
#include "web/apply/apply.h"

static const char *when_text(struct arena *arena, enum language language, const struct milestone *milestone)
{
    if (milestone->done_s != 0)
        return tr_fill(arena, language, "done on {date}", "date", time_to_date(arena, milestone->done_s), NULL);
    if (milestone->due_s == 0) return NULL;
    const char *date = time_to_date(arena, milestone->due_s);
    if (milestone->is_late)
        return tr_fill(arena, language, "late: it was expected by {date}. You may ask the call centre.", "date", date,
                       NULL);
    return milestone->who == ACTS_APPLICANT ? tr_fill(arena, language, "by {date}", "date", date, NULL)
                                            : tr_fill(arena, language, "expected by {date}", "date", date, NULL);
}

enum err apply_list_milestones(struct http_request *request, const struct timeline *timeline,
                               struct milestone_line ret_lines[MILESTONES_MAX], size_t *ret_count)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const struct web *web = web_of(request);
    const struct waiting_limits limits = {web->installation->waiting_days, web->installation->confirmation_days};
    struct milestone milestones[MILESTONES_MAX];
    struct stage_figures figures;

    TRY(find_stage_figures(web->db, arena, &figures));
    size_t count = list_milestones(timeline, &figures, &limits, clock_now_s(), milestones);
    for (size_t i = 0; i < count; i++) {
        ret_lines[i] = (struct milestone_line){
            .what = tr(language, milestones[i].what),
            .who = tr(language, milestone_actor_title(milestones[i].who)),
            .when = when_text(arena, language, &milestones[i]),
            .is_done = milestones[i].done_s != 0,
            .is_now = milestones[i].is_now,
        };
    }
    *ret_count = count;
    return ERR_NONE;
}
