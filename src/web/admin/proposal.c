#include "web/admin/admin.h"
#include "web/admin/page_admin_proposal.h"

#include <string.h>

enum err admin_go_to_proposal(struct http_request *request, const char *uid, const char *result)
{
    return http_redirect(request, arena_printf(http_arena(request), "/yonetim/oneri/%s?sonuc=%s", uid, result));
}

static enum err find(struct http_request *request, struct registry_proposal *ret_proposal)
{
    struct web *web = web_of(request);
    return find_proposal(web->db, web->keeper, http_arena(request), http_path(request, "uid"), ret_proposal);
}

static const char *file_name(struct http_request *request, const struct registry_proposal *proposal)
{
    return arena_printf(http_arena(request), "registry-%lld-%.*s.txt", (long long)proposal->number, ADMIN_NAME_DIGITS,
                        proposal->uid);
}

/* What a person who signs has to know, in sentences. */
static enum err tell_change(struct http_request *request, const struct registry_proposal *proposal,
                            struct page_admin_proposal *page)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct registry_record before;
    struct registry_difference difference;
    size_t added, removed;
    enum err error = find_registry_record(web->db, web->keeper, arena, proposal->number - 1, &before);
    if (error == ERR_NONE)
        error = compare_registries(web->db, staff_keeper(request), arena, before.text, proposal->text, &difference);
    /* a row that the signer did not vouch for went, or another stands there now */
    page->is_baseless = error == ERR_NOT_FOUND || error == ERR_STATE;
    if (page->is_baseless) return ERR_NONE;
    TRY(error);
    const char **came = admin_tell(request, &difference.added, &added);
    const char **went = admin_tell(request, &difference.removed, &removed);
    struct page_admin_proposal_added *added_items = NEW_ARRAY(arena, struct page_admin_proposal_added, added + 1);
    struct page_admin_proposal_removed *removed_items =
        NEW_ARRAY(arena, struct page_admin_proposal_removed, removed + 1);
    for (size_t i = 0; i < added; i++) added_items[i].line = came[i];
    for (size_t i = 0; i < removed; i++) removed_items[i].line = went[i];
    page->added = added_items;
    page->added_count = added;
    page->removed = removed_items;
    page->removed_count = removed;
    return ERR_NONE;
}

static bool list_signatures(struct http_request *request, const struct registry_proposal *proposal,
                            struct page_admin_proposal *page)
{
    struct arena *arena = http_arena(request);
    size_t count = proposal->signature_count;
    bool has_signed = false;
    struct page_admin_proposal_signatures *items = NEW_ARRAY(arena, struct page_admin_proposal_signatures, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct proposal_signature *signature = &proposal->signatures[i];
        items[i] = (struct page_admin_proposal_signatures){signature->account_name,
                                                           admin_key_kind(request, signature->is_passkey),
                                                           time_to_date_time(arena, signature->signed_s)};
        if (signature->account_id == staff_account_id(request)) has_signed = true;
    }
    page->signatures = items;
    page->signatures_count = count;
    return has_signed;
}

static enum err show(struct http_request *request, int status, const void *context, const struct form *form)
{
    const struct registry_proposal *proposal = context;
    struct arena *arena = http_arena(request);
    enum proposal_state state = proposal->state;
    struct bytes digest;
    const char *result = http_query(request, "sonuc");
    struct page_admin_proposal page = {
        .is_just_proposed = result != NULL && strcmp(result, "onerildi") == 0,
        .is_just_signed = result != NULL && strcmp(result, "imza") == 0,
        .is_just_withdrawn = result != NULL && strcmp(result, "geri-alindi") == 0 && state == PROPOSAL_WITHDRAWN,
        .is_too_late = result != NULL && strcmp(result, "kapali") == 0 && state != PROPOSAL_OPEN,
        .has_come_true = result != NULL && strcmp(result, "gerceklesti") == 0,
        .passkey_failed = http_query(request, "anahtar") != NULL,
        .uid = proposal->uid,
        .number = arena_printf(arena, "%lld", (long long)proposal->number),
        .digest = proposal->digest,
        .state = tr(http_language(request), proposal_state_title(state)),
        .created = time_to_date_time(arena, proposal->created_s),
        .account = proposal->account_name,
        .needed = proposal->administrators,
        .is_open = state == PROPOSAL_OPEN,
        .is_sent = state == PROPOSAL_SENT,
        .is_accepted = state == PROPOSAL_ACCEPTED,
        .is_refused = state == PROPOSAL_REFUSED,
        .is_overtaken = state == PROPOSAL_OVERTAKEN,
        .why = proposal->why,
        .file_name = file_name(request, proposal),
        .text = bytes_to_text(arena, proposal->text),
        .rp = passkey_rp(request),
        .signature = form_field(form, "signature"),
    };
    TRY(tell_change(request, proposal, &page));
    bool has_signed = list_signatures(request, proposal, &page);
    page.can_repeat =
        !page.is_baseless && (state == PROPOSAL_REFUSED || state == PROPOSAL_OVERTAKEN || state == PROPOSAL_WITHDRAWN);
    page.can_sign = page.is_open && !has_signed && !page.is_baseless;
    page.waits_for_another = page.is_open && has_signed;
    TRY(staff_find_counting_passkeys(request, &page.passkeys));
    TRY(hex_decode(arena, proposal->digest, &digest));
    page.challenge = base64url_encode(arena, digest);
    return page_admin_proposal(request, status, &page);
}

enum err admin_show_proposal(struct http_request *request)
{
    struct registry_proposal proposal;
    struct form form = form_empty(request, staff_signature_rules);
    TRY(find(request, &proposal));
    return show(request, 200, &proposal, &form);
}

enum err admin_download_proposal(struct http_request *request)
{
    struct registry_proposal proposal;
    TRY(find(request, &proposal));
    return http_answer_file(request, file_name(request, &proposal), "text/plain; charset=utf-8", proposal.text);
}

static const char *mistake_of(enum err error)
{
    switch (error) {
    case ERR_WRONG:
        return TR("This file is not a right signature over exactly this text. Sign the downloaded file again");
    case ERR_FORBIDDEN: return TR("This key is not in the registry as an administrator's key of yours");
    case ERR_EXISTS: return TR("You have signed this already. Another administrator must sign");
    case ERR_STATE: return TR("This proposal is no longer open. Look at its state above");
    default: return NULL;
    }
}

static enum err take_file(struct http_request *request, const void *context, struct bytes signature)
{
    const struct registry_proposal *proposal = context;
    struct actor actor = staff_actor(request);
    return sign_proposal(web_of(request)->db, staff_keeper(request), http_arena(request), &actor,
                         staff_account_id(request), proposal->uid, signature);
}

static enum err take_assertion(struct http_request *request, const void *context,
                               const struct passkey_assertion *assertion)
{
    const struct registry_proposal *proposal = context;
    struct actor actor = staff_actor(request);
    return sign_proposal_by_passkey(web_of(request)->db, staff_keeper(request), http_arena(request), &actor,
                                    staff_account_id(request), proposal->uid, passkey_origin(request), assertion);
}

static enum err sign(struct http_request *request,
                     enum err (*way)(struct http_request *request, const struct staff_text *text))
{
    struct registry_proposal proposal;
    TRY(find(request, &proposal));
    const struct staff_text text = {
        .context = &proposal,
        .path = arena_printf(http_arena(request), "/yonetim/oneri/%s", proposal.uid),
        .show = show,
        .take_file = take_file,
        .take_assertion = take_assertion,
        .mistake_of = mistake_of,
    };
    return way(request, &text);
}

enum err admin_sign_proposal(struct http_request *request)
{
    return sign(request, staff_sign_by_file);
}

enum err admin_sign_by_passkey(struct http_request *request)
{
    return sign(request, staff_sign_by_passkey);
}

enum err admin_propose_again(struct http_request *request)
{
    struct web *web = web_of(request);
    struct actor actor = staff_actor(request);
    const char *uid = http_path(request, "uid"), *again;
    enum err error = propose_again(web->db, staff_keeper(request), http_arena(request), &actor,
                                   staff_account_id(request), uid, &again);
    if (error == ERR_STATE) return admin_go_to_proposal(request, uid, "gerceklesti");
    if (error == ERR_NOT_FOUND) return admin_go_to_proposal(request, uid, "kapali"); /* what it follows is gone */
    TRY(error);
    return admin_go_to_proposal(request, again, "onerildi");
}

enum err admin_withdraw_proposal(struct http_request *request)
{
    struct web *web = web_of(request);
    struct actor actor = staff_actor(request);
    const char *uid = http_path(request, "uid");
    enum err error = withdraw_proposal(web->db, http_arena(request), &actor, uid);
    if (error == ERR_STATE) return admin_go_to_proposal(request, uid, "kapali");
    TRY(error);
    return admin_go_to_proposal(request, uid, "geri-alindi");
}
