#include "application/application.h"
#include "base/turkish.h"
#include "http/form.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_decision.h"

#include <stdlib.h>
#include <string.h>

#define DECISION_MAX 500 /* spec 10: at most 500 lines */
#define NAME_DIGITS 8 /* of the uid, in file names */

static const struct form_rule propose_rules[] = {{.name = "soz", .length_max = 20}, {0}};

/* The button that was pressed; the main one says nothing. */
static enum err word_of(const struct form *form, enum decision_word *ret_word)
{
    static const char *const words[DECISION_WORD_COUNT] = {
        [DECIDE_APPROVED] = "", [DECIDE_RECEIVED] = "teslim", [DECIDE_APPROVED_ALONE] = "onay"};
    for (int word = 0; word < DECISION_WORD_COUNT; word++) {
        if (strcmp(form_value(form, "soz"), words[word]) != 0) continue;
        *ret_word = (enum decision_word)word;
        return ERR_NONE;
    }
    return err_set(ERR_INVALID, "decision: no such word");
}

enum err officer_propose(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct form form;
    const char *const *values;
    enum decision_word word;
    TRY(form_read(request, propose_rules, &form));
    TRY(word_of(&form, &word));
    size_t count = form_values(&form, "application", &values);
    if (count == 0) return http_redirect(request, "/yetkili/gelen?durum=officer_pending&secim=yok");
    if (count > DECISION_MAX) return err_set(ERR_INVALID, "more than %d applications in one decision", DECISION_MAX);
    int64_t *ids = NEW_ARRAY(arena, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        if (!ascii_is_digits(values[i]) || strlen(values[i]) > 18)
            return err_set(ERR_INVALID, "no application's number");
        ids[i] = strtoll(values[i], NULL, 10);
    }
    struct actor actor = staff_actor(request);
    struct decision decision;
    enum err error = propose_decision(web_of(request)->db, web_of(request)->keeper, arena, &actor,
                                      staff_account_id(request), word, ids, count, &decision);
    if (error == ERR_STATE) return http_redirect(request, "/yetkili/gelen?durum=officer_pending&secim=degisti");
    TRY(error);
    return http_redirect(request, arena_printf(arena, "/yetkili/karar/%s", decision.uid));
}

static enum err find_own(struct http_request *request, struct decision *ret_decision)
{
    return find_decision(web_of(request)->db, http_arena(request), staff_account_id(request), http_path(request, "uid"),
                         ret_decision);
}

static const char *file_name(struct http_request *request, const struct decision *decision)
{
    return arena_printf(http_arena(request), "karar-%.*s.txt", NAME_DIGITS, decision->uid);
}

/* Who is in it, so that nobody signs a list of numbers. */
static enum err list_people(struct http_request *request, const struct decision *decision,
                            struct page_officer_decision_applications *items, bool *ret_waits)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    for (size_t i = 0; i < decision->application_count; i++) {
        CLEANUP_APPLICATION struct application application = {0};
        TRY(open_application_for_officer(web->db, staff_keeper(request), arena, staff_account_id(request),
                                         decision->application_ids[i], &application));
        items[i] = (struct page_officer_decision_applications){
            .barcode = application.barcode,
            .name = arena_printf(arena, "%s %s", application.form.given_names, application.form.surname),
            .state = tr(http_language(request), application_state_title(application.state)),
            .uid = application.uid,
            .digest = hex_encode(arena, application.statement_digest),
        };
        if (application.state == STATE_OFFICER_PENDING) *ret_waits = true;
    }
    return ERR_NONE;
}

static enum err show(struct http_request *request, int status, const void *context, const struct form *form)
{
    const struct decision *decision = context;
    struct arena *arena = http_arena(request);
    struct page_officer_decision_applications *items =
        NEW_ARRAY(arena, struct page_officer_decision_applications, decision->application_count + 1);
    bool waits = false;
    const char *passkeys;
    struct bytes digest;
    TRY(list_people(request, decision, items, &waits));
    TRY(staff_find_counting_passkeys(request, &passkeys));
    TRY(hex_decode(arena, decision->digest, &digest));
    const char *done = http_query(request, "sonuc");
    bool is_just_signed = done != NULL && decision->signed_s != 0;
    return page_officer_decision(
        request, status,
        &(const struct page_officer_decision){
            .is_just_approved = is_just_signed && !waits,
            .is_just_kept = is_just_signed && waits,
            .is_receipt_alone = decision->is_received && !decision->is_approved,
            .passkey_failed = http_query(request, "anahtar") != NULL && decision->signed_s == 0,
            .passkeys = passkeys,
            .challenge = base64url_encode(arena, digest),
            .rp = passkey_rp(request),
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
    struct form form = form_empty(request, staff_signature_rules);
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
    case ERR_FORBIDDEN:
        return TR("This key is not in the registry as yours, or you may not approve an application in this text");
    default: return NULL;
    }
}

static enum err take_file(struct http_request *request, const void *context, struct bytes signature)
{
    const struct decision *decision = context;
    struct actor actor = staff_actor(request);
    return accept_decision_signature(web_of(request)->db, staff_keeper(request), http_arena(request), &actor,
                                     staff_account_id(request), decision->uid, signature);
}

static enum err take_assertion(struct http_request *request, const void *context,
                               const struct passkey_assertion *assertion)
{
    const struct decision *decision = context;
    struct actor actor = staff_actor(request);
    return accept_decision_passkey(web_of(request)->db, staff_keeper(request), http_arena(request), &actor,
                                   staff_account_id(request), decision->uid, passkey_origin(request), assertion);
}

static enum err sign(struct http_request *request,
                     enum err (*way)(struct http_request *request, const struct staff_text *text))
{
    struct decision decision;
    TRY(find_own(request, &decision));
    const struct staff_text text = {
        .context = &decision,
        .path = arena_printf(http_arena(request), "/yetkili/karar/%s", decision.uid),
        .show = show,
        .take_file = take_file,
        .take_assertion = take_assertion,
        .mistake_of = mistake_of,
    };
    return way(request, &text);
}

enum err officer_sign_decision(struct http_request *request)
{
    return sign(request, staff_sign_by_file);
}

enum err officer_decide_by_passkey(struct http_request *request)
{
    return sign(request, staff_sign_by_passkey);
}
