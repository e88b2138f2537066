/* Who must act next, and by when (spec 01, 6). Pure. */
#include "application/timeline.h"

#include "base/language.h"

#define COURIER_DAYS 7 /* spec 01: about 10 days, weekends among them */
#define ACTIVATION_STAGE 5

/* Which of the milestones a state waits for; those before it are done. */
static size_t stage_of(enum application_state state)
{
    switch (state) {
    case STATE_DRAFT:
    case STATE_PHONE_PENDING:
    case STATE_RETURNED: return 0;
    case STATE_METHOD_PENDING:
    case STATE_CONFIRMATION_PENDING:
    case STATE_FORM_AWAITED:
    case STATE_PAYMENT_PENDING: return 1;
    case STATE_OFFICER_PENDING:
    case STATE_REGISTRATION_PENDING: return 2;
    case STATE_APPROVED:
    case STATE_IN_PRODUCTION: return 3;
    case STATE_PRODUCED:
    case STATE_SHIPPED: return 4;
    case STATE_DELIVERED: return ACTIVATION_STAGE;
    default: return MILESTONES_MAX;
    }
}

/* The last time that the application came past a stage; 0: never, or it came back since. */
static int64_t passed_s(const struct timeline *timeline, size_t stage)
{
    if (stage_of(timeline->state) <= stage) return 0;
    for (size_t i = timeline->step_count; i > 0; i--) {
        const struct timeline_step *step = &timeline->steps[i - 1];
        if (stage_of(step->from) <= stage && stage_of(step->to) > stage) return step->at_s;
    }
    return 0;
}

/* Monday is 0: 1 January 1970 was a Thursday. */
static int weekday(struct date date)
{
    return (int)(((time_of_date(date) + DAY_S / 2) / DAY_S + 3) % 7);
}

bool is_working_day(struct date date)
{
    if (weekday(date) > 4) return false;
    for (const struct date *holiday = public_holidays; holiday->year != 0; holiday++) {
        if (date_compare(*holiday, date) == 0) return false;
    }
    return true;
}

int64_t add_working_days(int64_t time_s, int64_t days)
{
    while (days > 0) {
        time_s += DAY_S;
        if (is_working_day(date_of_time(time_s))) days--;
    }
    return time_of_date(date_of_time(time_s));
}

int64_t working_days_between(int64_t from_s, int64_t to_s)
{
    int64_t days = 0, end_s = time_of_date(date_of_time(to_s));
    for (int64_t day_s = time_of_date(date_of_time(from_s)) + DAY_S; day_s <= end_s; day_s += DAY_S) {
        if (is_working_day(date_of_time(day_s))) days++;
    }
    return days;
}

/* What is done within a day is still not promised for the same day. */
static int64_t stage_days(const struct stage_figures *figures, size_t stage)
{
    int64_t days = stage == 2 ? figures->officer_days : figures->production_days;
    if (stage == 4) return COURIER_DAYS;
    return days > 0 ? days : 1;
}

/* The days on which those who are not the applicant are expected to have done their part. */
static void expect(const struct timeline *timeline, const struct stage_figures *figures, size_t now, int64_t now_s,
                   struct milestone *milestones)
{
    int64_t day_s = passed_s(timeline, now - 1); /* what has been begun again since was due no later */
    for (size_t i = now; i < ACTIVATION_STAGE; i++) {
        day_s = add_working_days(day_s, stage_days(figures, i));
        milestones[i].due_s = day_s;
        milestones[i].is_late = day_s + DAY_S <= now_s;
        if (milestones[i].is_late) return;
    }
}

struct next_step {
    const char *what; /* English (TR) */
    enum milestone_actor who;
};

static struct next_step step_of(size_t stage, enum application_state state, enum application_way way)
{
    switch (stage) {
    case 0: return (struct next_step){TR("Fill in the form and confirm it with the SMS code"), ACTS_APPLICANT};
    case 1:
        if (state == STATE_CONFIRMATION_PENDING)
            return (struct next_step){
                TR("Confirm it with the code sent to your telephone known from before, or with your electronic signature"),
                ACTS_APPLICANT};
        if (way == WAY_E_SIGNED) return (struct next_step){TR("Sign the application electronically"), ACTS_APPLICANT};
        if (way == WAY_WET)
            return (struct next_step){TR("Print the form, sign it, bring the original"), ACTS_APPLICANT};
        return (struct next_step){TR("Choose the way of signing, and sign"), ACTS_APPLICANT};
    case 2:
        if (way == WAY_WET && stage_of(state) < 2)
            return (struct next_step){TR("Take in the form, check and approve"), ACTS_OFFICER};
        return (struct next_step){TR("Check and approve"), ACTS_OFFICER};
    case 3: return (struct next_step){TR("Produce the card"), ACTS_PROVIDER};
    case 4: return (struct next_step){TR("Bring the card to you by hand"), ACTS_COURIER};
    default: return (struct next_step){TR("Activate the certificate in the online services"), ACTS_APPLICANT};
    }
}

const char *milestone_actor_title(enum milestone_actor who)
{
    static const char *const titles[] = {
        [ACTS_APPLICANT] = TR("you"),
        [ACTS_OFFICER] = TR("the institution officer"),
        [ACTS_PROVIDER] = TR("the provider"),
        [ACTS_COURIER] = TR("the courier"),
    };
    return titles[who];
}

const char *next_step_text(struct arena *arena, enum language language, enum application_state state,
                           enum application_way way)
{
    size_t stage = stage_of(state);
    if (stage >= MILESTONES_MAX) return NULL;
    struct next_step step = step_of(stage, state, way);
    return tr_fill(arena, language, "{what} ({who})", "what", tr(language, step.what), "who",
                   tr(language, milestone_actor_title(step.who)), NULL);
}

size_t list_milestones(const struct timeline *timeline, const struct stage_figures *figures,
                       const struct waiting_limits *limits, int64_t now_s,
                       struct milestone ret_milestones[MILESTONES_MAX])
{
    size_t now = stage_of(timeline->state);
    int64_t wait_s = application_wait_s(limits, timeline->state);
    if (application_has_ended(timeline->state)) return 0;
    for (size_t i = 0; i < MILESTONES_MAX; i++) {
        struct milestone *milestone = &ret_milestones[i];
        struct next_step step = step_of(i, timeline->state, timeline->way);
        *milestone = (struct milestone){.what = step.what, .who = step.who};
        milestone->done_s = passed_s(timeline, i);
        milestone->is_now = i == now;
        if (i == now && wait_s != 0) milestone->due_s = timeline->changed_s + wait_s;
    }
    /* nobody knows when applicants will sign, or unlock */
    if (now >= 2 && !timeline->is_locked) expect(timeline, figures, now, now_s, ret_milestones);
    return MILESTONES_MAX;
}
