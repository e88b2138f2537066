/*
 * Who may apply why, over which certificate, and from when to when the new one is valid (spec 01, Reasons). Pure.
 */
#include "application/application.h"

#include <stdlib.h>
#include <string.h>

/* Neither revoked nor ended: its holder has it, whether it is suspended, active, or still to start. */
static bool is_held(const struct held_certificate *certificate)
{
    return certificate->status == CERTIFICATE_ACTIVE || certificate->status == CERTIFICATE_SUSPENDED;
}

static bool has_started(const struct held_certificate *certificate, int64_t now_s)
{
    return certificate->not_before_s <= now_s;
}

static bool holds_any(const struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++) {
        if (is_held(&holder->certificates[i])) return true;
    }
    return false;
}

/* One not-yet-started certificate a person. */
static bool has_one_to_come(const struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++) {
        if (is_held(&holder->certificates[i]) && !has_started(&holder->certificates[i], holder->now_s)) return true;
    }
    return false;
}

static bool is_within(enum application_state state, enum application_state first, enum application_state last)
{
    return state >= first && state <= last;
}

bool reason_suspends(enum application_reason reason, enum application_state state, bool has_owner_act)
{
    if (!reason_gives_up(reason)) return false;
    if (has_owner_act) return is_within(state, STATE_METHOD_PENDING, STATE_COMPLETED);
    return is_within(state, STATE_OFFICER_PENDING, STATE_COMPLETED) && state != STATE_CONFIRMATION_PENDING;
}

bool reason_revokes(enum application_reason reason, enum application_state state)
{
    if (reason == REASON_NAME_CHANGE) return is_within(state, STATE_PRODUCED, STATE_COMPLETED);
    return reason_gives_up(reason) && is_within(state, STATE_APPROVED, STATE_COMPLETED);
}

bool reason_revokes_renewal(enum application_reason reason, enum application_state state)
{
    return reason_gives_up(reason) && is_within(state, STATE_PRODUCED, STATE_COMPLETED);
}

/* A former holder renews the certificate that ended last; the list has the newest first. */
static bool may_be_renewed(const struct holder *holder, size_t at)
{
    const struct held_certificate *certificate = &holder->certificates[at];
    if (has_one_to_come(holder)) return false;
    if (!holds_any(holder)) return at == 0;
    return is_held(certificate) && certificate->not_after_s - holder->now_s < holder->renewal_s;
}

bool reason_may_concern(enum application_reason reason, const struct holder *holder, size_t at)
{
    const struct held_certificate *certificate = &holder->certificates[at];
    bool is_replaceable = certificate->not_after_s > holder->now_s && !certificate->is_replaced;
    bool is_revoked_so =
        certificate->status == CERTIFICATE_REVOKED && certificate->revocation_reason == reason_revokes_as(reason);
    switch (reason) {
    case REASON_RENEWAL: return may_be_renewed(holder, at);
    case REASON_LOST:
    case REASON_FAULTY: return is_replaceable && (is_held(certificate) || is_revoked_so);
    case REASON_NAME_CHANGE: return is_replaceable && certificate->has_other_name && is_held(certificate);
    default: return false;
    }
}

bool reason_is_offered(enum application_reason reason, const struct holder *holder)
{
    if (reason == REASON_FIRST) return holder->count == 0;
    if (reason == REASON_ADDITIONAL) return holds_any(holder);
    for (size_t at = 0; at < holder->count; at++) {
        if (reason_may_concern(reason, holder, at)) return true;
    }
    return false;
}

struct reason_span reason_span(enum application_reason reason, const struct holder *holder, size_t at)
{
    const struct held_certificate *certificate = &holder->certificates[at];
    switch (application_reason_kind(reason)) {
    case REASON_FOLLOWS:
        return (struct reason_span){.start_s = is_held(certificate) ? certificate->not_after_s + 1 : 0};
    case REASON_REPLACES:
        /* with little time left, a replacement is a renewal that starts now */
        if (certificate->not_after_s - holder->now_s < holder->renewal_s) return (struct reason_span){0};
        return (struct reason_span){.start_s = has_started(certificate, holder->now_s) ? 0 : certificate->not_before_s,
                                    .end_s = certificate->not_after_s};
    default: return (struct reason_span){0};
    }
}

bool renewal_gives_way(enum application_reason reason, enum application_state state, const struct holder *holder)
{
    bool may_be_replaced = reason_is_offered(REASON_LOST, holder) || reason_is_offered(REASON_FAULTY, holder);
    return reason == REASON_RENEWAL && may_be_replaced && application_may_follow(state, STATE_WITHDRAWN);
}

static const char *seconds_text(struct arena *arena, int64_t time_s)
{
    return time_s == 0 ? "" : arena_printf(arena, "%lld", (long long)time_s);
}

void form_set_reason(struct arena *arena, const struct door *door, enum application_reason reason,
                     const struct holder *holder, size_t at, struct application_form *form)
{
    bool is_concerned = application_reason_kind(reason) != REASON_IS_NEW;
    struct reason_span span = is_concerned ? reason_span(reason, holder, at) : (struct reason_span){0};
    form->reason = application_reason_name(reason);
    form->certificate = is_concerned ? holder->certificates[at].serial : "";
    form->start = seconds_text(arena, span.start_s);
    form->end = seconds_text(arena, span.end_s);
    if (span.end_s != 0) form->term = "";
    else if (form->term[0] == '\0') form->term = arena_printf(arena, "%d", (int)door_first_term(door));
}

bool form_reason_holds(struct arena *arena, const struct door *door, const struct holder *holder,
                       const struct application_form *form)
{
    enum application_reason reason = application_reason_from_name(form->reason);
    struct application_form again = *form;
    size_t at = 0;
    if (form->reason[0] == '\0' || !reason_is_offered(reason, holder)) return false;
    if (application_reason_kind(reason) == REASON_IS_NEW) return true;
    while (at < holder->count && strcmp(holder->certificates[at].serial, form->certificate) != 0) at++;
    if (at == holder->count || !reason_may_concern(reason, holder, at)) return false;
    form_set_reason(arena, door, reason, holder, at, &again);
    return strcmp(again.start, form->start) == 0 && strcmp(again.end, form->end) == 0;
}

int64_t form_time_s(const char *text)
{
    return strtoll(text, NULL, 10);
}
