/*
 * Purpose: where is my application (spec 01, 6): what happened, who must act next and by when, without personal details.
 * A part of the room's contract; application.h includes it.
 */
#ifndef DIVIT_APPLICATION_TIMELINE_H
#define DIVIT_APPLICATION_TIMELINE_H

#include "application/application.h"

struct timeline_step {
    enum application_state from, to;
    int64_t at_s;
};
struct timeline {
    const char *barcode;
    enum application_state state;
    enum application_way way;
    const char *note, *refusal; /* as of the application */
    int64_t changed_s; /* since when it waits for its applicant */
    bool is_locked; /* its certificate waits for the owner's lock to end */
    struct timeline_step *steps;
    size_t step_count;
};
/* ERR_NOT_FOUND alike for an unknown barcode and for another person's; a superseded one shows the present state. */
enum err application_timeline(struct db *db, struct keeper *keeper, struct arena *arena, const char *barcode,
                              const char *identity_number, struct timeline *ret_timeline) MUST_CHECK;
enum err application_steps(struct db *db, struct arena *arena, int64_t application_id,
                           struct timeline *ret_timeline) MUST_CHECK;

/* How long the stages took lately: working days on the mean over eight weeks; where too few ended, a usual figure. */
struct stage_figures {
    int64_t officer_days, production_days;
};
enum err find_stage_figures(struct db *db, struct arena *arena, struct stage_figures *ret_figures) MUST_CHECK;

/* -- timeline_rules.c, pure -- */
enum milestone_actor { ACTS_APPLICANT, ACTS_OFFICER, ACTS_PROVIDER, ACTS_COURIER };
struct milestone {
    const char *what; /* English (TR) */
    enum milestone_actor who;
    int64_t done_s; /* 0: not yet */
    int64_t due_s; /* the day it is expected on; of an applicant's: until when it is waited for; 0: not known yet */
    bool is_now; /* this is what the application waits for */
    bool is_late; /* the day in due_s has gone by; nobody knows when the later ones come */
};
#define MILESTONES_MAX 6
/* In their order; none for one that has ended. */
size_t list_milestones(const struct timeline *timeline, const struct stage_figures *figures,
                       const struct waiting_limits *limits, int64_t now_s,
                       struct milestone ret_milestones[MILESTONES_MAX]);

const char *milestone_actor_title(enum milestone_actor who); /* English (TR): "the courier" */
/* What a state waits for, in the words that pages and messages have for it.
 * "Check and approve (the institution officer)", in this language; NULL: nothing more. */
const char *next_step_text(struct arena *arena, enum language language, enum application_state state,
                           enum application_way way);

/* Days on which officers, provider and courier work: Monday to Friday, but for public holidays (data/holidays.csv). */
extern const struct date public_holidays[]; /* in their order, ended by year 0 */
bool is_working_day(struct date date);
int64_t add_working_days(int64_t time_s, int64_t days); /* the start of that day */
int64_t working_days_between(int64_t from_s, int64_t to_s); /* those after the day of the one, to that of the other */

#endif
