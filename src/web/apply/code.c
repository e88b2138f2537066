/* The page on which an SMS code is typed, the same for each code; and the session's note of it (spec 01, 4). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_code.h"

#include <stdio.h>
#include <string.h>

#define CODE_LATE_S 15 /* an SMS takes less when all is well */

const struct form_rule code_rules[] = {
    {.name = "code", .length_max = 20, .is_required = true, .missing = TR("Type the code of 6 digits")},
    {0},
};

struct code_note code_note_of(const struct sent_code *code, int64_t application_id, bool is_again)
{
    return (struct code_note){.application_id = application_id,
                              .valid_until_s = code->valid_until_s,
                              .again_from_s = clock_now_s() + CODE_AGAIN_S,
                              .is_again = is_again,
                              .message = code->message};
}

enum err code_note_keep(struct http_request *request, const struct code_note *note)
{
    return session_keep(request, arena_printf(http_arena(request), "code %lld %lld %lld %d %d %s",
                                              (long long)note->application_id, (long long)note->valid_until_s,
                                              (long long)note->again_from_s, note->is_again ? 1 : 0, note->owner_number,
                                              note->message != NULL ? note->message : "-"));
}

bool code_note_read(struct http_request *request, struct code_note *ret_note)
{
    const char *kept = session_kept(request);
    long long application_id, valid_until_s, again_from_s;
    int is_again, owner_number;
    char message[80];

    if (kept == NULL) return false;
    /* NOLINTNEXTLINE(cert-err34-c): our own text, kept in the session */
    if (sscanf(kept, "code %lld %lld %lld %d %d %79s", &application_id, &valid_until_s, &again_from_s, &is_again,
               &owner_number, message) != 6)
        return false;
    *ret_note = (struct code_note){
        application_id, valid_until_s, again_from_s,
        is_again != 0,  owner_number,  strcmp(message, "-") != 0 ? arena_text(http_arena(request), message) : NULL};
    return true;
}

/* How far its SMS has come, so that no page says "sent" of what was not. */
enum code_way { CODE_SENT, CODE_ON_ITS_WAY, CODE_LATE, CODE_UNSENT };

static enum err find_code_way(struct http_request *request, enum message_event event, const struct code_note *note,
                              enum code_way *ret_way)
{
    enum message_state state = MESSAGE_SENT;
    if (note->message != NULL)
        TRY(find_sms_state(web_of(request)->db, http_arena(request), event, note->message, &state));
    *ret_way = CODE_SENT;
    if (state == MESSAGE_FAILED) *ret_way = CODE_UNSENT;
    if (state == MESSAGE_WAITING || state == MESSAGE_SENDING)
        *ret_way = clock_now_s() < note->again_from_s - CODE_AGAIN_S + CODE_LATE_S ? CODE_ON_ITS_WAY : CODE_LATE;
    return ERR_NONE;
}

enum err show_code_page(struct http_request *request, const struct code_page *page, const struct code_note *note,
                        const struct form *form, int64_t wait_s, int status)
{
    int64_t now_s = clock_now_s();
    enum code_way way;

    TRY(find_code_way(request, page->event, note, &way));
    bool can_resend_later = page->resend != NULL && note->again_from_s > now_s;
    return page_apply_code(request, status,
                           &(const struct page_apply_code){
                               .action = page->action,
                               .resend = page->resend,
                               .change = page->change,
                               .again = page->again,
                               .form = page->form,
                               .mobile = mobile_masked(http_arena(request), page->mobile),
                               .is_under_way = way == CODE_ON_ITS_WAY || way == CODE_LATE,
                               .is_late = way == CODE_LATE,
                               .is_unsent = way == CODE_UNSENT,
                               .seconds_left = note->valid_until_s > now_s ? note->valid_until_s - now_s : 0,
                               .resend_seconds = can_resend_later ? note->again_from_s - now_s : 0,
                               .is_sent_again = note->is_again && status == 200,
                               .wait = wait_s > 0 && wait_s <= CODE_AGAIN_S ? wait_s : 0,
                               .is_many = wait_s > CODE_AGAIN_S,
                               .code = form_field(form, "code"),
                           });
}

const char *code_mistake(enum err error)
{
    switch (error) {
    case ERR_WRONG: return TR("This code is not right. Check the SMS and type it again");
    case ERR_EXPIRED: return TR("The time of this code is over. Have a new one sent");
    case ERR_TOO_MANY: return TR("There were five wrong codes, so this one is void. Have a new one sent");
    default: return NULL;
    }
}
