/*
 * Contact data that differ from those known before, and how long an application waits for its applicant (spec 01, 3 and 4
 * SMS; States). Pure.
 */
#include "application/application.h"

#include "base/buffer.h"
#include "base/turkish.h"

#include <string.h>

#define SECOND_REMINDER_S (3 * DAY_S) /* before the end */
#define AFTER_REMINDER_S (2 * DAY_S) /* whatever happened to the clock: nobody is cut off by the reminder itself */

static const struct {
    unsigned bit;
    const char *word;
} changes_words[] = {
    {CONTACT_MOBILE, "mobile"},
    {CONTACT_EMAIL, "email"},
    {CONTACT_ADDRESS, "address"},
};
#define CHANGE_COUNT (sizeof changes_words / sizeof *changes_words)

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool same_address(const struct application_form *form, const struct known_contact *known)
{
    const char *const pairs[][2] = {{form->address, known->address},
                                    {form->district, known->district},
                                    {form->province, known->province},
                                    {form->postal_code, known->postal_code}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (is_given(pairs[i][1]) && !turkish_same_name(pairs[i][0], pairs[i][1])) return false;
    }
    return true;
}

unsigned contact_changes(const struct application_form *form, const struct known_contact *known, size_t count)
{
    unsigned changed = 0, same = 0;
    for (size_t i = 0; i < count; i++) {
        const struct contact *contact = &known[i].contact;
        if (is_given(contact->mobile))
            *(strcmp(contact->mobile, form->mobile) == 0 ? &same : &changed) |= CONTACT_MOBILE;
        if (is_given(contact->email))
            *(ascii_equal_fold(contact->email, form->email) ? &same : &changed) |= CONTACT_EMAIL;
        if (is_given(known[i].address)) *(same_address(form, &known[i]) ? &same : &changed) |= CONTACT_ADDRESS;
    }
    return changed & ~same;
}

const char *contact_changes_words(struct arena *arena, unsigned changes)
{
    CLEANUP_BUFFER struct buffer words = BUFFER_EMPTY;
    for (size_t i = 0; i < CHANGE_COUNT; i++) {
        if (!(changes & changes_words[i].bit)) continue;
        buffer_printf(&words, "%s%s", words.size == 0 ? "" : " ", changes_words[i].word);
    }
    return buffer_to_text(&words, arena);
}

unsigned contact_changes_from_words(const char *words)
{
    unsigned changes = 0;
    for (size_t i = 0; i < CHANGE_COUNT; i++) {
        if (application_has_note(words, changes_words[i].word)) changes |= changes_words[i].bit;
    }
    return changes;
}

const char *contact_changes_text(struct arena *arena, enum language language, const struct application_form *form,
                                 unsigned changes)
{
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    if (changes & CONTACT_MOBILE)
        buffer_printf(&text, "%s %s", tr(language, "mobile telephone"), mobile_masked(arena, form->mobile));
    if (changes & CONTACT_EMAIL)
        buffer_printf(&text, "%s%s %s", text.size == 0 ? "" : ", ", tr(language, "e-mail"),
                      email_masked(arena, form->email));
    if (changes & CONTACT_ADDRESS)
        buffer_printf(&text, "%s%s", text.size == 0 ? "" : ", ", tr(language, "postal address"));
    return buffer_to_text(&text, arena);
}

bool needs_owner_confirmation(unsigned changes, const struct evidence_given *given)
{
    return changes != 0 && !given->has_owner && !given->has_applicant;
}

int64_t application_wait_s(const struct waiting_limits *limits, enum application_state state)
{
    switch (state) {
    case STATE_DRAFT:
    case STATE_PHONE_PENDING:
    case STATE_METHOD_PENDING:
    case STATE_FORM_AWAITED:
    case STATE_PAYMENT_PENDING:
    case STATE_RETURNED: return limits->days * DAY_S;
    case STATE_CONFIRMATION_PENDING: return limits->confirmation_days * DAY_S;
    default: return 0;
    }
}

enum waiting_step next_waiting_step(int64_t wait_s, const struct waiting *waiting, int64_t now_s)
{
    int64_t end_s = waiting->since_s + wait_s;
    int64_t second_s = end_s - (wait_s > 2 * SECOND_REMINDER_S ? SECOND_REMINDER_S : wait_s / 4);
    if (wait_s == 0) return WAITING_ON;
    switch (waiting->reminders) {
    case 0: return now_s >= waiting->since_s + wait_s / 2 ? WAITING_REMIND : WAITING_ON;
    case 1: return now_s >= second_s && now_s >= waiting->reminded_s + DAY_S ? WAITING_REMIND : WAITING_ON;
    default: return now_s >= end_s && now_s >= waiting->reminded_s + AFTER_REMINDER_S ? WAITING_LAPSE : WAITING_ON;
    }
}
