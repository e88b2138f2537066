/* Başvurum nerede? For anyone with barcode and identity number; no personal details (spec 01, 6). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_timeline.h"
#include "web/apply/page_apply_where.h"

static const struct form_rule rules[] = {
    {.name = "barcode", .length_max = 40, .is_required = true, .missing = TR("Enter the barcode")},
    {.name = "identity_number", .length_max = 20, .is_required = true, .missing = TR("Enter your identity number")},
    {0},
};

static enum err show(struct http_request *request, const struct form *form, bool is_unknown, int64_t wait_s, int status)
{
    return page_apply_where(request, status,
                            &(const struct page_apply_where){
                                .is_unknown = is_unknown,
                                .wait_minutes = (wait_s + 59) / 60,
                                .barcode = form_field(form, "barcode"),
                                .identity_number = form_field(form, "identity_number"),
                            });
}

enum err where_show(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    return show(request, &form, false, 0, 200);
}

static enum err show_timeline(struct http_request *request, const struct timeline *timeline)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    struct page_apply_timeline_milestones milestones[MILESTONES_MAX] = {0};
    struct milestone_line lines[MILESTONES_MAX];
    size_t count;
    struct page_apply_timeline_steps *steps =
        NEW_ARRAY(arena, struct page_apply_timeline_steps, timeline->step_count + 1);

    TRY(apply_list_milestones(request, timeline, lines, &count));
    for (size_t i = 0; i < count; i++) {
        milestones[i] = (struct page_apply_timeline_milestones){lines[i].what, lines[i].who, lines[i].when,
                                                                lines[i].is_done, lines[i].is_now};
    }
    for (size_t i = 0; i < timeline->step_count; i++) {
        const struct timeline_step *step = &timeline->steps[i];
        bool is_refusal = step->from == STATE_FORM_AWAITED && step->to == STATE_FORM_AWAITED;
        steps[i] = (struct page_apply_timeline_steps){
            .what = is_refusal ? tr(language, "The form was refused") : tr(language, application_state_title(step->to)),
            .at = time_to_date_time(arena, step->at_s),
        };
    }
    const char *next = next_step_text(arena, language, timeline->state, timeline->way);
    return page_apply_timeline(
        request, 200,
        &(const struct page_apply_timeline){
            .barcode = timeline->barcode,
            .state = tr(language, application_state_title(timeline->state)),
            .next = next != NULL ? next : tr(language, "Nothing more"),
            .refusal = refusal_shown(language, timeline->state, timeline->note, timeline->refusal),
            .is_locked = timeline->is_locked,
            .milestones = milestones,
            .milestones_count = count,
            .steps = steps,
            .steps_count = timeline->step_count,
        });
}

enum err where_find(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct web *web = web_of(request);
    struct timeline timeline;
    struct form form;
    int64_t wait_s = 0;

    TRY(form_read(request, rules, &form));
    const char *barcode = barcode_normalise(arena, form_value(&form, "barcode"));
    const char *identity_number = form_value(&form, "identity_number");
    if (barcode[0] != '\0' && !barcode_is_valid(barcode))
        form_mistake(&form, "barcode", TR("A barcode has 15 characters: digits and the letters a to f"));
    if (identity_number[0] != '\0' && !identity_number_is_valid(identity_number))
        form_mistake(&form, "identity_number", TR("This is not an identity number. Check its 11 digits"));
    if (form.errors > 0) return show(request, &form, false, 0, 422);
    enum err error = web_count_address(request, "where", &wait_s);
    if (error == ERR_TOO_MANY) return show(request, &form, false, wait_s, 429);
    if (error != ERR_NONE) return error;
    error = application_timeline(web->db, web->keeper, arena, barcode, identity_number, &timeline);
    if (error == ERR_NOT_FOUND) return show(request, &form, true, 0, 422);
    if (error != ERR_NONE) return error;
    TRY(web_count_address_right(request, "where"));
    return show_timeline(request, &timeline);
}
