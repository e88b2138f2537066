/* Tokens of identity systems that keep a register up to date by SCIM (spec 08, Staff registers). */
#include "web/admin/admin.h"
#include "web/admin/page_admin_scim.h"

#include <string.h>

static const struct form_rule rules[] = {
    {.name = "register", .length_max = 40, .is_required = true, .missing = TR("Choose the register")},
    {.name = "name",
     .length_max = SCIM_TOKEN_NAME_MAX,
     .is_required = true,
     .missing = TR("Enter a name by which you know the system")},
    {0},
};

static enum err list_tokens(struct http_request *request, struct page_admin_scim *page)
{
    struct arena *arena = http_arena(request);
    const struct scim_token *tokens;
    size_t count;
    TRY(list_scim_tokens(web_of(request)->db, arena, &tokens, &count));
    struct page_admin_scim_tokens *items = NEW_ARRAY(arena, struct page_admin_scim_tokens, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct page_admin_scim_tokens){
            .uid = tokens[i].uid,
            .name = tokens[i].name,
            .register_name = admin_register_name(request, tokens[i].register_code),
            .account = tokens[i].account_name,
            .created = time_to_date_time(arena, tokens[i].created_s),
            .used = tokens[i].used_s != 0 ? time_to_date_time(arena, tokens[i].used_s) : NULL,
        };
    page->tokens = items;
    page->tokens_count = count;
    page->has_tokens = count > 0;
    return ERR_NONE;
}

static enum err show(struct http_request *request, int status, const struct form *form, const char *token)
{
    const char *result = http_query(request, "durum");
    struct page_admin_scim page = {
        .address = arena_printf(http_arena(request), "%s/scim/v2", web_of(request)->installation->public_url),
        .token = token,
        .is_revoked = result != NULL && strcmp(result, "iptal") == 0,
        .register_field = form_field(form, "register"),
        .name_field = form_field(form, "name"),
    };
    TRY(admin_list_registers(request, &page.registers, &page.registers_count));
    TRY(list_tokens(request, &page));
    return page_admin_scim(request, status, &page);
}

enum err admin_show_scim(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    return show(request, 200, &form, NULL);
}

enum err admin_make_scim_token(struct http_request *request)
{
    struct form form;
    struct actor actor = staff_actor(request);
    const char *token = NULL;
    TRY(form_read(request, rules, &form));
    TRY(admin_need_register(request, &form));
    if (form.errors > 0) return show(request, 422, &form, NULL);
    TRY(make_scim_token(web_of(request)->db, http_arena(request), &actor, staff_account_id(request),
                        form_value(&form, "register"), form_value(&form, "name"), &token));
    form_set(&form, "name", "");
    return show(request, 200, &form, token);
}

enum err admin_revoke_scim_token(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    enum err error = revoke_scim_token(web_of(request)->db, http_arena(request), &actor, http_path(request, "uid"));
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    return http_redirect(request, "/yonetim/scim?durum=iptal");
}
