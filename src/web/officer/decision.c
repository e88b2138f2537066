#include "application/application.h"
#include "base/turkish.h"
#include "http/form.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_decision.h"

#include <stdlib.h>
#include <string.h>

#define DECISION_MAX 500 /* spec 10: at most 500 lines */
#define NAME_DIGITS 8 /* of the uid, in file names */

static const struct form_rule no_rules[] = {{0}};
static const struct form_rule signature_rules[] = {
    {.name = "signature"}, /* a file; stands here for its mistakes */
    {0},
};

enum err officer_propose(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct form form;
    const char *const *values;
    TRY(form_read(request, no_rules, &form));
    size_t count = form_values(&form, "application", &values);
    if (count == 0) return http_redirect(request, "/yetkili/gelen?durum=officer_pending&secim=yok");
    if (count > DECISION_MAX) return err_set(ERR_INVALID, "more than %d applications in one decision", DECISION_MAX);
    int64_t *ids = NEW_ARRAY(arena, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        if (!ascii_is_digits(values[i]) || strlen(values[i]) > 18)
            return err_set(ERR_INVALID, "no application's number");
        ids[i] = strtoll(values[i], NULL, 10);
    }
    struct actor actor = officer_actor(request);
    struct decision decision;
    TRY(propose_decision(web_of(request)->db, arena, &actor, officer_account(request), DECIDE_APPROVED, ids, count,
                         &decision));
    return http_redirect(request, arena_printf(arena, "/yetkili/karar/%s", decision.uid));
}

static enum err find_own(struct http_request *request, struct decision *ret_decision)
{
    return find_decision(web_of(request)->db, http_arena(request), officer_account(request), http_path(request, "uid"),
                         ret_decision);
}

static const char *file_name(struct http_request *request, const struct decision *decision)
{
    return arena_printf(http_arena(request), "decision-%.*s.txt", NAME_DIGITS, decision->uid);
}

/* Who is in it, so that nobody signs a list of numbers. */
static enum err list_people(struct http_request *request, const struct decision *decision,
                            struct page_officer_decision_applications *items)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    for (size_t i = 0; i < decision->application_count; i++) {
        CLEANUP_APPLICATION struct application application = {0};
        TRY(open_application_for_officer(web->db, web->keeper, arena, officer_account(request),
                                         decision->application_ids[i], &application));
        items[i] = (struct page_officer_decision_applications){
            .barcode = application.barcode,
            .name = arena_printf(arena, "%s %s", application.form.given_names, application.form.surname),
            .uid = application.uid,
            .digest = hex_encode(arena, application.statement_digest),
        };
    }
    return ERR_NONE;
}

static enum err show(struct http_request *request, int status, const struct decision *decision, const struct form *form)
{
    struct arena *arena = http_arena(request);
    struct page_officer_decision_applications *items =
        NEW_ARRAY(arena, struct page_officer_decision_applications, decision->application_count + 1);
    TRY(list_people(request, decision, items));
    const char *done = http_query(request, "sonuc");
    return page_officer_decision(
        request, status,
        &(const struct page_officer_decision){
            .is_just_signed = done != NULL && decision->signed_s != 0,
            .is_signed = decision->signed_s != 0,
            .signed_at = decision->signed_s == 0 ? NULL : time_to_date_time(arena, decision->signed_s),
            .uid = decision->uid,
            .file_name = file_name(request, decision),
            .digest = decision->digest,
            .statement = decision->statement,
            .signature = form_field(form, "signature"),
            .applications = items,
            .applications_count = decision->application_count,
        });
}

enum err officer_show_decision(struct http_request *request)
{
    struct decision decision;
    TRY(find_own(request, &decision));
    struct form form = form_empty(request, signature_rules);
    return show(request, 200, &decision, &form);
}

enum err officer_download_decision(struct http_request *request)
{
    struct decision decision;
    TRY(find_own(request, &decision));
    return http_answer_file(request, file_name(request, &decision), "text/plain; charset=utf-8",
                            bytes_of_text(decision.statement));
}

static const char *mistake_of(enum err error)
{
    switch (error) {
    case ERR_INVALID:
    case ERR_WRONG:
        return TR("This file is not a right signature over exactly this text. Sign the downloaded file again");
    case ERR_EXPIRED: return TR("The time of this text is over. Prepare the approval anew from the inbox");
    case ERR_STATE:
        return TR("An application in this text has changed since. Prepare the approval anew from the inbox");
    default: return NULL;
    }
}

enum err officer_sign_decision(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct decision decision;
    struct form form;
    TRY(find_own(request, &decision));
    TRY(form_read(request, signature_rules, &form));
    const struct form_file *file = form_file(&form, "signature");
    if (file == NULL || file->body.size == 0) {
        form_mistake(&form, "signature", TR("Choose the signed file"));
        return show(request, 422, &decision, &form);
    }
    struct actor actor = officer_actor(request);
    enum err error = accept_decision_signature(web->db, web->keeper, arena, &actor, officer_account(request),
                                               decision.uid, file->body);
    if (error == ERR_NONE)
        return http_redirect(request, arena_printf(arena, "/yetkili/karar/%s?sonuc=imza", decision.uid));
    const char *mistake = mistake_of(error);
    if (mistake == NULL) return error;
    form_mistake(&form, "signature", mistake);
    return show(request, 422, &decision, &form);
}
