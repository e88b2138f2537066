/* The owner's word to changed contact data: a code to a number known from before (spec 01, confirmation_pending). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_owner.h"

#include <stdlib.h>
#include <string.h>

static const struct form_rule number_rules[] = {
    {.name = "number", .length_max = 2, .is_required = true, .missing = TR("Choose the telephone you have")},
    {0},
};
struct numbers {
    const char *items[KNOWN_CONTACTS_MAX];
    size_t count;
};

static enum err open_waiting(struct http_request *request, struct visit *visit, struct numbers *ret_numbers)
{
    TRY(visit_open(request, visit));
    return list_owner_numbers(web_of(request)->db, http_arena(request), &visit->application, ret_numbers->items,
                              &ret_numbers->count);
}

static bool is_waiting(const struct visit *visit)
{
    return visit->application.state == STATE_CONFIRMATION_PENDING;
}

/* By its place in the list; what is behind the list is no number. */
static bool chosen_number(const char *text, const struct numbers *numbers, size_t *ret_at)
{
    if (strlen(text) != 1 || text[0] < '0' || (size_t)(text[0] - '0') >= numbers->count) return false;
    *ret_at = (size_t)(text[0] - '0');
    return true;
}

static enum err show_owner(struct http_request *request, const struct visit *visit, const struct numbers *numbers,
                           const struct form *form, int64_t wait_s, int status)
{
    struct arena *arena = http_arena(request);
    const struct web *web = web_of(request);
    const struct application *application = &visit->application;
    struct page_option *options = NEW_ARRAY(arena, struct page_option, numbers->count + 1);
    int64_t end_s = application->changed_s + web->installation->confirmation_days * DAY_S;
    for (size_t i = 0; i < numbers->count; i++)
        options[i] = (struct page_option){arena_printf(arena, "%zu", i), mobile_masked(arena, numbers->items[i])};
    return page_apply_owner(request, status,
                            &(const struct page_apply_owner){
                                .barcode = application->barcode,
                                .changes = contact_changes_text(arena, http_language(request), &application->form,
                                                                application->contact_changes),
                                .end = time_to_date(arena, end_s),
                                .action = visit_path(request, "onay"),
                                .sign = visit_path(request, "onay/imza"),
                                .change = visit_path(request, "degistir"),
                                .withdraw = visit_path(request, "geri-cek"),
                                .has_number = numbers->count > 0,
                                .number = form_field(form, "number"),
                                .numbers = options,
                                .numbers_count = numbers->count,
                                .wait = wait_s > 0 && wait_s <= CODE_AGAIN_S ? wait_s : 0,
                                .is_many = wait_s > CODE_AGAIN_S,
                                .is_uncounted = status == 403,
                                .register_name = visit->door.register_name,
                                .phone = web_contacts(request).phone,
                            });
}

enum err apply_show_owner(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, number_rules);
    struct numbers numbers;

    TRY(open_waiting(request, &visit, &numbers));
    if (!is_waiting(&visit)) return visit_go_on(request, &visit);
    if (numbers.count == 1) form_set(&form, "number", "0");
    return show_owner(request, &visit, &numbers, &form, 0, 200);
}

enum err apply_send_owner_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct numbers numbers;
    struct form form;
    size_t at = 0;
    struct sent_code code;
    int64_t wait_s = 0;

    TRY(open_waiting(request, &visit, &numbers));
    if (!is_waiting(&visit)) return visit_go_on(request, &visit);
    TRY(form_read(request, number_rules, &form));
    if (form.errors == 0 && !chosen_number(form_value(&form, "number"), &numbers, &at))
        form_mistake(&form, "number", TR("Choose the telephone you have"));
    if (form.errors > 0) return show_owner(request, &visit, &numbers, &form, 0, 422);
    enum err error = send_owner_code(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application, at,
                                     &code, &wait_s);
    if (error == ERR_TOO_MANY) return show_owner(request, &visit, &numbers, &form, wait_s, 429);
    if (error != ERR_NONE) return visit_go_on_after(request, error);
    struct code_note note = code_note_of(&code, visit.application.id, false);
    note.owner_number = (int)at + 1;
    TRY(code_note_keep(request, &note));
    return http_redirect(request, visit_path(request, "onay/kod"));
}

/* Was a code sent for this application's owner in this session? */
static bool is_sent(struct http_request *request, const struct visit *visit, const struct numbers *numbers,
                    struct code_note *ret_note)
{
    return code_note_read(request, ret_note) && ret_note->application_id == visit->application.id &&
           ret_note->owner_number > 0 && (size_t)ret_note->owner_number <= numbers->count;
}

static enum err show_code(struct http_request *request, const struct numbers *numbers, const struct code_note *note,
                          const struct form *form, int status)
{
    const struct code_page page = {.event = MESSAGE_OWNER_CODE,
                                   .action = visit_path(request, "onay/kod"),
                                   .again = visit_path(request, "onay"),
                                   .mobile = numbers->items[note->owner_number - 1]};
    return show_code_page(request, &page, note, form, 0, status);
}

enum err apply_show_owner_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct form form = form_empty(request, code_rules);
    struct code_note note;
    struct numbers numbers;

    TRY(open_waiting(request, &visit, &numbers));
    if (!is_waiting(&visit) || !is_sent(request, &visit, &numbers, &note)) return visit_go_on(request, &visit);
    return show_code(request, &numbers, &note, &form, 200);
}

enum err apply_check_owner_code(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct code_note note;
    struct numbers numbers;
    struct form form;

    TRY(open_waiting(request, &visit, &numbers));
    if (!is_waiting(&visit) || !is_sent(request, &visit, &numbers, &note)) return visit_go_on(request, &visit);
    TRY(form_read(request, code_rules, &form));
    if (form.errors == 0) {
        enum err error = confirm_owner(web->db, web->keeper, arena, &visit.actor, &visit.application,
                                       barcode_normalise(arena, form_value(&form, "code")));
        struct form empty = form_empty(request, number_rules);
        if (error == ERR_NONE) return http_redirect(request, visit_path(request, "sonuc"));
        if (error == ERR_FORBIDDEN) return show_owner(request, &visit, &numbers, &empty, 0, 403);
        if (code_mistake(error) == NULL) return visit_go_on_after(request, error);
        form_mistake(&form, "code", code_mistake(error));
    }
    form_set(&form, "code", "");
    return show_code(request, &numbers, &note, &form, 422);
}

/* An electronic signature is the owner's word too (spec 09, For attacks), and then no paper is needed. */
enum err apply_sign_instead(struct http_request *request)
{
    CLEANUP_VISIT struct visit visit = {0};

    TRY(visit_open(request, &visit));
    if (!is_waiting(&visit)) return visit_go_on(request, &visit);
    return apply_begin_signing(request, &visit);
}
