#include "application/application.h"
#include "http/form.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_inbox.h"

#include <string.h>

#define ROWS_MAX 100 /* the oldest; what is done makes room for the next */

static const struct form_rule rules[] = {
    {.name = "barcode", .length_max = 40, .is_required = true, .missing = TR("Scan or type a barcode")},
    {0},
};

static const struct form_rule name_rules[] = {
    {.name = "name", .length_max = 120, .is_required = true, .missing = TR("Type a name")},
    {0},
};

static const char *colour_of(enum application_state state)
{
    switch (state) {
    case STATE_OFFICER_PENDING: return "yellow";
    case STATE_APPROVED:
    case STATE_IN_PRODUCTION:
    case STATE_PRODUCED:
    case STATE_COMPLETED: return "green";
    case STATE_REJECTED:
    case STATE_RETURNED: return "red";
    default: return "blue";
    }
}

/* The states that hold applications, in the order of an application's way, each with its number. */
static size_t list_counts(struct http_request *request, const struct inbox *inbox, const struct inbox_filter *filter,
                          struct page_officer_inbox_counts *items)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    size_t count = 0;
    for (int state = 0; state < APPLICATION_STATE_COUNT; state++) {
        bool is_chosen = filter->has_state && (int)filter->state == state;
        if (inbox->counts[state] == 0 && !is_chosen) continue;
        items[count++] = (struct page_officer_inbox_counts){
            .state = tr(language, application_state_title((enum application_state)state)),
            .number = inbox->counts[state],
            .href =
                arena_printf(arena, "/yetkili/gelen?durum=%s", application_state_name((enum application_state)state)),
            .is_chosen = is_chosen,
        };
    }
    return count;
}

static struct page_officer_inbox_applications *list_rows(struct http_request *request, const struct inbox *inbox,
                                                         bool *ret_can_approve)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    struct page_officer_inbox_applications *items =
        NEW_ARRAY(arena, struct page_officer_inbox_applications, inbox->row_count + 1);
    for (size_t i = 0; i < inbox->row_count; i++) {
        const struct inbox_row *row = &inbox->rows[i];
        bool is_lost = row->identity_number[0] == '\0';
        items[i] = (struct page_officer_inbox_applications){
            .id = arena_printf(arena, "%lld", (long long)row->application_id),
            .barcode = row->barcode,
            .name = is_lost ? tr(language, "Cannot be opened: erased or damaged")
                            : arena_printf(arena, "%s %s", row->given_names, row->surname),
            .institution = row->institution_name,
            .unit = row->unit,
            .state = tr(language, application_state_title(row->state)),
            .colour = colour_of(row->state),
            .confirmed = time_to_date_time(arena, row->confirmed_s),
            .is_own = row->is_own,
            .has_left = row->has_left,
            .was_refused = row->refusal[0] != '\0' && row->state == STATE_OFFICER_PENDING,
            .has_approved = row->state == STATE_OFFICER_PENDING && row->has_approved,
            .can_approve = row->state == STATE_OFFICER_PENDING && !row->is_own && !row->has_approved && !is_lost,
        };
        if (items[i].can_approve) *ret_can_approve = true;
    }
    return items;
}

/* `search`: words of a name, or NULL. */
static enum err show(struct http_request *request, int status, const struct form *form, const struct form *name_form,
                     const char *search)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct inbox_filter filter = {.name = search, .limit = ROWS_MAX};
    struct inbox inbox;
    const char *state = http_query(request, "durum"), *choice = http_query(request, "secim");
    if (state != NULL) {
        TRY(application_state_from_name(state, &filter.state));
        filter.has_state = true;
    }
    TRY(list_inbox(web->db, staff_keeper(request), arena, staff_account_id(request), &filter, &inbox));
    struct page_officer_inbox_counts *counts =
        NEW_ARRAY(arena, struct page_officer_inbox_counts, APPLICATION_STATE_COUNT);
    size_t counts_count = list_counts(request, &inbox, &filter, counts);
    bool can_approve = false;
    struct page_officer_inbox_applications *rows = list_rows(request, &inbox, &can_approve);
    return page_officer_inbox(request, status,
                              &(const struct page_officer_inbox){
                                  .barcode_field = form_field(form, "barcode"),
                                  .name_field = form_field(name_form, "name"),
                                  .is_search = search != NULL,
                                  .counts = counts,
                                  .counts_count = counts_count,
                                  .is_filtered = filter.has_state || search != NULL,
                                  .is_cut = inbox.row_count == ROWS_MAX,
                                  .none_was_chosen = choice != NULL && strcmp(choice, "yok") == 0,
                                  .choice_does_not_fit = choice != NULL && strcmp(choice, "degisti") == 0,
                                  .can_approve = can_approve,
                                  .has_rows = inbox.row_count > 0,
                                  .applications = rows,
                                  .applications_count = inbox.row_count,
                              });
}

enum err officer_show_inbox(struct http_request *request)
{
    struct form form = form_empty(request, rules), name_form = form_empty(request, name_rules);
    return show(request, 200, &form, &name_form, NULL);
}

/* Posted, not asked for by an address: names stand in no log and no history. */
enum err officer_find_name(struct http_request *request)
{
    struct form form = form_empty(request, rules), name_form;
    const char *words[NAME_WORDS_MAX];
    TRY(form_read(request, name_rules, &name_form));
    const char *name = form_value(&name_form, "name");
    if (name_form.errors == 0 && name_words(http_arena(request), name, words) == 0)
        form_mistake(&name_form, "name", TR("Type a name"));
    return show(request, name_form.errors > 0 ? 422 : 200, &form, &name_form, name_form.errors > 0 ? NULL : name);
}

static const char *answer_text(enum barcode_answer answer)
{
    switch (answer) {
    case BARCODE_SUPERSEDED:
        return TR("This is an old print: the application was changed afterwards. Ask for the new print");
    case BARCODE_OTHER_INSTITUTION: return TR("This application belongs to another institution. You cannot take it in");
    default: return TR("There is no application with this barcode. Check it and try again");
    }
}

enum err officer_find_barcode(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct form form, name_form = form_empty(request, name_rules);
    TRY(form_read(request, rules, &form));
    const char *barcode = barcode_normalise(arena, form_value(&form, "barcode"));
    if (form.errors == 0 && !barcode_is_valid(barcode)) {
        form_mistake(&form, "barcode", TR("A barcode has 15 characters: digits and the letters a to f"));
    }
    if (form.errors > 0) return show(request, 422, &form, &name_form, NULL);
    enum barcode_answer answer;
    int64_t application_id;
    TRY(find_application_by_barcode(web_of(request)->db, arena, staff_account_id(request), barcode, &answer,
                                    &application_id));
    if (answer == BARCODE_FOUND || answer == BARCODE_TAKEN_IN || answer == BARCODE_NOT_AWAITED) {
        return http_redirect(request, arena_printf(arena, "/yetkili/basvuru/%s", barcode));
    }
    form_mistake(&form, "barcode", answer_text(answer));
    return show(request, 422, &form, &name_form, NULL);
}
