#include "application/application.h"
#include "base/turkish.h"
#include "http/form.h"
#include "web/officer/officer.h"
#include "web/officer/page_officer_decision.h"
#include "web/passkey.h"

#include <stdlib.h>
#include <string.h>

#define DECISION_MAX 500 /* spec 10: at most 500 lines */
#define NAME_DIGITS 8 /* of the uid, in file names */

static const struct form_rule propose_rules[] = {{.name = "soz", .length_max = 20}, {0}};
static const struct form_rule signature_rules[] = {
    {.name = "signature"}, /* a file; stands here for its mistakes */
    {0},
};

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
    enum err error =
        propose_decision(web_of(request)->db, arena, &actor, staff_account_id(request), word, ids, count, &decision);
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

/* Ids of those of the officer's passkeys that count; "" when there is none. */
static enum err find_own_passkeys(struct http_request *request, const char **ret_ids)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct passkey *passkeys;
    const struct registry *registry;
    size_t count;
    TRY(list_passkeys(web->db, arena, staff_account_id(request), &passkeys, &count));
    TRY(find_registry(web->db, arena, &registry));
    *ret_ids = passkey_ids(request, passkeys, count, registry);
    return ERR_NONE;
}

static enum err show(struct http_request *request, int status, const struct decision *decision, const struct form *form)
{
    struct arena *arena = http_arena(request);
    struct page_officer_decision_applications *items =
        NEW_ARRAY(arena, struct page_officer_decision_applications, decision->application_count + 1);
    bool waits = false;
    const char *passkeys;
    struct bytes digest;
    TRY(list_people(request, decision, items, &waits));
    TRY(find_own_passkeys(request, &passkeys));
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
    case ERR_FORBIDDEN:
        return TR("This key is not in the registry as yours, or you may not approve an application in this text");
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
    struct actor actor = staff_actor(request);
    enum err error = accept_decision_signature(web->db, staff_keeper(request), arena, &actor, staff_account_id(request),
                                               decision.uid, file->body);
    if (error == ERR_NONE)
        return http_redirect(request, arena_printf(arena, "/yetkili/karar/%s?sonuc=imza", decision.uid));
    const char *mistake = mistake_of(error);
    if (mistake == NULL) return error;
    form_mistake(&form, "signature", mistake);
    return show(request, 422, &decision, &form);
}

enum err officer_decide_by_passkey(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct decision decision;
    struct form form, signature_form = form_empty(request, signature_rules);
    struct passkey_assertion assertion;
    TRY(find_own(request, &decision));
    TRY(form_read(request, passkey_get_rules, &form));
    struct actor actor = staff_actor(request);
    enum err error = passkey_read_assertion(request, &form, &assertion);
    if (error == ERR_NONE)
        error = accept_decision_passkey(web->db, staff_keeper(request), arena, &actor, staff_account_id(request),
                                        decision.uid, passkey_origin(request), &assertion);
    if (error == ERR_NONE)
        return http_redirect(request, arena_printf(arena, "/yetkili/karar/%s?sonuc=imza", decision.uid));
    if (error == ERR_WRONG)
        return http_redirect(request, arena_printf(arena, "/yetkili/karar/%s?anahtar=gecersiz", decision.uid));
    const char *mistake = mistake_of(error);
    if (mistake == NULL) return error;
    form_mistake(&signature_form, "signature", mistake);
    return show(request, 422, &decision, &signature_form);
}
