#include "application/application.h"

#include "http/form.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_application.h"
#include "web/officer/page_officer_refuse.h"
#include "web/page.h"

#include <string.h>

static const struct form_rule refusal_rules[] = {
    {.name = "refusal", .length_max = 40, .is_required = true, .missing = TR("Choose why the form is refused")},
    {0},
};

/* The application behind a barcode that this officer may see; anything else is as if it were not there. */
enum err officer_open_by_barcode(struct http_request *request, struct application *ret_application)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const char *barcode = barcode_normalise(arena, http_path(request, "barcode"));
    enum barcode_answer answer;
    int64_t application_id, account = staff_account_id(request);
    if (!barcode_is_valid(barcode)) return err_set(ERR_NOT_FOUND, "no barcode");
    TRY(find_application_by_barcode(web->db, arena, account, barcode, &answer, &application_id));
    if (answer != BARCODE_FOUND && answer != BARCODE_TAKEN_IN && answer != BARCODE_NOT_AWAITED) {
        return err_set(ERR_NOT_FOUND, "no such application for this officer");
    }
    return open_application_for_officer(web->db, staff_keeper(request), arena, account, application_id,
                                        ret_application);
}

static enum err is_own(struct http_request *request, const struct application *application, bool *ret_is_own)
{
    struct staff_account account;
    TRY(find_staff_account(web_of(request)->db, http_arena(request), staff_account_id(request), &account));
    *ret_is_own = account.person_id == application->person_id;
    return ERR_NONE;
}

/* Has it been taken in before, so that somebody who scans it again is told? */
static bool was_taken_in(const struct application *application)
{
    return application->taken_in_s != 0 && application->way == WAY_WET;
}

static const char *refusal_of_note(const char *note)
{
    for (int i = 0; i < FORM_REFUSAL_COUNT; i++) {
        if (application_has_note(note, form_refusal_name((enum form_refusal)i)))
            return form_refusal_title((enum form_refusal)i);
    }
    return NULL;
}

static const char *or_dash(const char *text)
{
    return text == NULL || text[0] == '\0' ? "–" : text;
}

static const char *time_or_dash(struct arena *arena, int64_t time_s)
{
    return time_s == 0 ? "–" : time_to_date_time(arena, time_s);
}

static const char *birth_date_of(struct arena *arena, const struct application_form *form)
{
    struct date date;
    return date_from_iso(form->birth_date, &date) == ERR_NONE ? date_to_text(arena, date) : "";
}

/* "Ana Bina Polikliniği" or, for a family physician, district, centre and unit code. */
static const char *unit_of(struct arena *arena, const struct application_form *form)
{
    if (strcmp(form->is_family_physician, "yes") != 0) return form->unit;
    return arena_printf(arena, "%s, %s, %s", form->family_district, form->family_centre, form->family_unit_code);
}

/* "received, approved · card · 12.03.2026 14:05" */
static const char *said_by(struct http_request *request, const struct decision_given *decision)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const char *words = decision->is_received && decision->is_approved ? TR("form received, approved")
                        : decision->is_received                        ? TR("form received")
                                                                       : TR("approved");
    return arena_printf(arena, "%s · %s · %s", tr(language, words),
                        tr(language, decision->is_card ? TR("card") : TR("passkey")),
                        time_to_date_time(arena, decision->signed_s));
}

/* Ways that ask for what nobody can add any more here are left out, as long as there is another. */
static void list_ways(struct http_request *request, const struct approval_view *view,
                      struct page_officer_application *page)
{
    const unsigned gone = MISSING_APPLICANT | MISSING_OWNER | MISSING_CONSENT;
    struct page_officer_application_ways *ways =
        NEW_ARRAY(http_arena(request), struct page_officer_application_ways, view->missing_count + 1);
    for (int pass = 0; pass < 2 && page->ways_count == 0; pass++) {
        for (size_t i = 0; i < view->missing_count; i++) {
            if (pass == 0 && (view->missing[i] & gone)) continue;
            ways[page->ways_count++].text =
                officer_missing_text(request, view->missing[i], view->given.decision_count > 0);
        }
    }
    page->ways = ways;
    page->several_ways = page->ways_count > 1;
}

static enum err show_approval(struct http_request *request, const struct application *application,
                              struct page_officer_application *page)
{
    struct arena *arena = http_arena(request);
    struct approval_view view;
    TRY(find_approval(web_of(request)->db, web_of(request)->keeper, arena, staff_account_id(request), application,
                      &view));
    struct page_officer_application_signatures *items =
        NEW_ARRAY(arena, struct page_officer_application_signatures, view.given.decision_count + 1);
    for (size_t i = 0; i < view.given.decision_count; i++) {
        const struct decision_given *decision = &view.given.decisions[i];
        items[i] = (struct page_officer_application_signatures){decision->account_name, said_by(request, decision)};
    }
    CLEANUP_BUFFER struct buffer others = BUFFER_EMPTY;
    for (size_t i = 0; i < view.others_count; i++) buffer_printf(&others, "%s%s", i == 0 ? "" : ", ", view.others[i]);
    list_ways(request, &view, page);
    page->is_pending = true;
    page->is_wet = application->way == WAY_WET;
    page->signatures = items;
    page->signatures_count = view.given.decision_count;
    page->has_signatures = view.given.decision_count > 0;
    page->has_signed = view.has_signed;
    page->card_completes = view.card_completes;
    page->passkey_completes = view.passkey_completes;
    page->others = buffer_to_text(&others, arena);
    page->can_approve = view.can_help && !page->is_own;
    return ERR_NONE;
}

/* What the signer refused: in plain words, and who can put it right. */
static void show_production_refusal(struct http_request *request, const struct application *application,
                                    struct page_officer_application *page)
{
    static const char *const remedies[] = {
        [REMEDY_DECIDE] = TR("What to do: look at the application again and approve it anew, or return it."),
        [REMEDY_RETURN] = TR("What to do: return it to the applicant. Approving it anew would be refused again."),
        [REMEDY_PROVIDER] = TR("What to do: tell the provider the rule below. Once it is put right, approve anew."),
    };
    enum language language = http_language(request);
    struct production_refusal refusal = production_refusal(application->refusal);
    page->production_refusal = tr(language, refusal.meaning);
    page->production_rule = application->refusal;
    page->production_remedy = tr(language, remedies[refusal.remedy]);
}

/* Whom the register no longer names keeps what was begun; its officer is told (spec 01, 1 Log in). */
static enum err has_left(struct http_request *request, const struct application *application, bool *ret_has_left)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct staff_member member;
    struct door door;
    TRY(find_door_by_id(web->db, arena, application->door_id, &door));
    enum err error = find_staff_member(web->db, arena, &application->person, door.register_code, &member);
    *ret_has_left = error == ERR_NOT_FOUND;
    return error == ERR_NOT_FOUND ? ERR_NONE : error;
}

static enum err show(struct http_request *request, const struct application *application)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const struct application_form *form = &application->form;
    struct institution institution;
    bool own;
    TRY(find_institution(web_of(request)->db, arena, application->institution_id, &institution));
    TRY(is_own(request, application, &own));
    const char *refusal = refusal_of_note(application->note), *way = application_way_title(application->way);
    const char *done = http_query(request, "sonuc");
    struct page_officer_application page = {
        .is_just_taken_in = done != NULL && strcmp(done, "teslim") == 0,
        .is_just_refused = done != NULL && strcmp(done, "ret") == 0,
        .is_just_returned = done != NULL && strcmp(done, "geri") == 0,
        .id = arena_printf(arena, "%lld", (long long)application->id),
        .barcode = application->barcode,
        .state = tr(language, application_state_title(application->state)),
        .reason = tr(language, application_reason_title(application->reason)),
        .way = way == NULL ? "–" : tr(language, way),
        .confirmed = time_or_dash(arena, application->confirmed_s),
        .taken_in = time_or_dash(arena, application->taken_in_s),
        .approved = time_or_dash(arena, application->approved_s),
        .identity_number = application->person.details.identity_number,
        .name = arena_printf(arena, "%s %s", form->given_names, form->surname),
        .birth = arena_printf(arena, "%s, %s", form->birth_place, birth_date_of(arena, form)),
        .institution = institution.name,
        .unit = unit_of(arena, form),
        .title_of_person = or_dash(form->title),
        .staff_number = or_dash(form->staff_number),
        .address = form->address,
        .place = arena_printf(arena, "%s %s / %s", form->postal_code, form->district, form->province),
        .email = form->email,
        .phone = or_dash(phone_text(arena, form->work_phone, form->extension)),
        .mobile = phone_text(arena, form->mobile, ""),
        .mobile_operator = tr(language, form_choice_title(form->mobile_operator)),
        .home_phone = or_dash(phone_text(arena, form->home_phone, "")),
        .channel = tr(language, form_choice_title(form->channel)),
        .reader = tr(language, form_choice_title(form->reader)),
        .vpn = tr(language, form_choice_title(form->vpn)),
        .certificate = or_dash(form->certificate),
        .term = application->term_years,
        .end = form->end[0] == '\0' ? NULL : time_to_date_time(arena, form_time_s(form->end)),
        .start = form->start[0] == '\0' ? NULL : time_to_date_time(arena, form_time_s(form->start)),
        .is_own = own,
        .name_differs = application_has_note(application->note, NOTE_NAME_DIFFERS),
        .is_confirmation_pending = application->state == STATE_CONFIRMATION_PENDING,
        .is_objected = application_has_note(application->note, NOTE_OBJECTED),
        .locked_since = application->locked_s == 0 ? NULL : time_to_date_time(arena, application->locked_s),
        .contact_changes = application->contact_changes == 0
                               ? NULL
                               : contact_changes_text(arena, language, form, application->contact_changes),
        .refusal = refusal == NULL ? NULL : tr(language, refusal),
        .can_return = application_may_be_returned(application->state) && !own,
        .return_reason = application->state == STATE_RETURNED ? application->return_reason : NULL,
        .can_take_in = application->state == STATE_FORM_AWAITED && !own,
        .was_taken_in = was_taken_in(application),
    };
    TRY(has_left(request, application, &page.has_left));
    if (application->state == STATE_OFFICER_PENDING) TRY(show_approval(request, application, &page));
    if (application->state == STATE_OFFICER_PENDING && application->refusal[0] != '\0')
        show_production_refusal(request, application, &page);
    return page_officer_application(request, 200, &page);
}

enum err officer_show_application(struct http_request *request)
{
    CLEANUP_APPLICATION struct application application = {0};
    TRY(officer_open_by_barcode(request, &application));
    return show(request, &application);
}

enum err officer_go_back(struct http_request *request, const struct application *application, const char *result)
{
    return http_redirect(
        request, arena_printf(http_arena(request), "/yetkili/basvuru/%s?sonuc=%s", application->barcode, result));
}

enum err officer_take_in(struct http_request *request)
{
    CLEANUP_APPLICATION struct application application = {0};
    TRY(officer_open_by_barcode(request, &application));
    struct actor actor = staff_actor(request);
    TRY(take_in_form(web_of(request)->db, http_arena(request), &actor, staff_account_id(request), &application));
    return officer_go_back(request, &application, "teslim");
}

static enum err show_refusal(struct http_request *request, int status, const struct application *application,
                             const struct form *form)
{
    struct arena *arena = http_arena(request);
    struct page_option *options = NEW_ARRAY(arena, struct page_option, FORM_REFUSAL_COUNT);
    for (int i = 0; i < FORM_REFUSAL_COUNT; i++) {
        options[i] = (struct page_option){
            .value = form_refusal_name((enum form_refusal)i),
            .label = tr(http_language(request), form_refusal_title((enum form_refusal)i)),
        };
    }
    return page_officer_refuse(
        request, status,
        &(const struct page_officer_refuse){
            .barcode = application->barcode,
            .name = arena_printf(arena, "%s %s", application->form.given_names, application->form.surname),
            .refusal = form_field(form, "refusal"),
            .refusals = options,
            .refusals_count = FORM_REFUSAL_COUNT,
        });
}

enum err officer_show_refusal(struct http_request *request)
{
    CLEANUP_APPLICATION struct application application = {0};
    TRY(officer_open_by_barcode(request, &application));
    struct form form = form_empty(request, refusal_rules);
    return show_refusal(request, 200, &application, &form);
}

enum err officer_refuse(struct http_request *request)
{
    CLEANUP_APPLICATION struct application application = {0};
    struct form form;
    TRY(officer_open_by_barcode(request, &application));
    TRY(form_read(request, refusal_rules, &form));
    for (int i = 0; form.errors == 0 && i < FORM_REFUSAL_COUNT; i++) {
        enum form_refusal refusal = (enum form_refusal)i;
        if (strcmp(form_value(&form, "refusal"), form_refusal_name(refusal)) != 0) continue;
        struct actor actor = staff_actor(request);
        TRY(refuse_form(web_of(request)->db, http_arena(request), &actor, staff_account_id(request), &application,
                        refusal));
        return officer_go_back(request, &application, "ret");
    }
    form_mistake(&form, "refusal", TR("Choose why the form is refused"));
    return show_refusal(request, 422, &application, &form);
}
