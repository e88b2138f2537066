/* An institution's place in the registry's tree, and its name: proposed as every change is. */
#include "web/admin/admin.h"
#include "web/admin/page_admin_institution.h"

#include <string.h>

#define NAME_MAX_SIZE 120

static const struct form_rule rules[] = {
    {.name = "code", .length_max = 32}, /* asked for when it is new */
    {.name = "name", .length_max = NAME_MAX_SIZE, .is_required = true, .missing = TR("Enter the institution's name")},
    {.name = "parent", .length_max = 32},
    {0},
};

/* NULL: a new one is to be added. */
static const char *kept_code(struct http_request *request)
{
    const char *code = http_path(request, "code");
    return *code == '\0' ? NULL : code;
}

static enum err list_parents(struct http_request *request, struct page_admin_institution *page)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct institution *institutions;
    size_t count;
    TRY(list_registered_institutions(web->db, web->keeper, arena, &institutions, &count));
    struct page_option *options = NEW_ARRAY(arena, struct page_option, count + 1);
    for (size_t i = 0; i < count; i++)
        options[i] = (struct page_option){institutions[i].code,
                                          arena_printf(arena, "%s %s", institutions[i].code, institutions[i].name)};
    page->parents = options;
    page->parents_count = count;
    return ERR_NONE;
}

static enum err show(struct http_request *request, int status, const struct form *form)
{
    enum language language = http_language(request);
    const char *code = kept_code(request);
    struct page_admin_institution page = {
        .heading = code == NULL ? tr(language, TR("Add an institution"))
                                : tr(language, TR("Change an institution's name or place")),
        .path = http_url(request),
        .is_change = code != NULL,
        .kept_code = code,
        .code = form_field(form, "code"),
        .name = form_field(form, "name"),
        .parent = form_field(form, "parent"),
    };
    TRY(list_parents(request, &page));
    return page_admin_institution(request, status, &page);
}

enum err admin_show_institution(struct http_request *request)
{
    struct web *web = web_of(request);
    struct form form = form_empty(request, rules);
    const struct registered_institution *found;
    if (kept_code(request) == NULL) return show(request, 200, &form);
    TRY(find_registered_institution(web->db, web->keeper, http_arena(request), kept_code(request), &found));
    form_set(&form, "name", found->name == NULL ? "" : found->name);
    form_set(&form, "parent", found->parent_code == NULL ? "" : found->parent_code);
    return show(request, 200, &form);
}

/* What the act says is wrong goes to the field it is about; other errors are given back. */
static enum err tell_mistake(struct form *form, bool is_change, enum err error)
{
    switch (error) {
    case ERR_EXISTS:
        form_mistake(form, "code",
                     TR("This code stands in the registry already. Change that institution, or choose "
                        "another code"));
        return ERR_NONE;
    case ERR_NOT_FOUND:
        form_mistake(form, "parent", TR("The registry has no institution of this code. Choose one from the list"));
        return ERR_NONE;
    case ERR_FORBIDDEN:
        form_mistake(form, "parent", TR("An institution cannot stand below itself. Choose one that is not below it"));
        return ERR_NONE;
    case ERR_STATE:
        form_mistake(form, "name", TR("The registry has it like this already. There is nothing to propose"));
        return ERR_NONE;
    case ERR_INVALID:
        form_mistake(
            form, is_change ? "name" : "code",
            TR("The registry cannot hold this. Letters without accents, digits, dots and dashes alone may stand "
               "in a code, and a name has single spaces"));
        return ERR_NONE;
    default: return error;
    }
}

enum err admin_propose_institution(struct http_request *request)
{
    struct web *web = web_of(request);
    struct form form;
    struct actor actor = staff_actor(request);
    const char *uid;
    bool is_change = kept_code(request) != NULL;
    TRY(form_read(request, rules, &form));
    if (!is_change && *form_value(&form, "code") == '\0') form_mistake(&form, "code", TR("Enter the code"));
    const char *parent = form_value(&form, "parent");
    const struct registry_wish wish = {
        .institution = {.code = is_change ? kept_code(request) : form_value(&form, "code"),
                        .parent_code = *parent == '\0' ? NULL : parent,
                        .name = form_value(&form, "name")},
        .is_change = is_change,
    };
    if (form.errors == 0) {
        enum err error = propose_addition(web->db, staff_keeper(request), http_arena(request), &actor,
                                          staff_account_id(request), &wish, &uid);
        if (error == ERR_NONE) return admin_go_to_proposal(request, uid, "onerildi");
        TRY(tell_mistake(&form, is_change, error));
    }
    return show(request, 422, &form);
}
