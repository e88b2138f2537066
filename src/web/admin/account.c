#include "web/admin/admin.h"
#include "web/admin/page_admin_account.h"
#include "web/admin/page_admin_link.h"

static const struct form_rule rules[] = {
    {.name = "display_name", .length_max = 80, .is_required = true, .missing = TR("Enter the person's name")},
    {.name = "user_name", .length_max = 64, .is_required = true, .missing = TR("Enter a user name")},
    {0},
};

static enum err find_key(struct http_request *request, struct registered_key *ret_key)
{
    struct web *web = web_of(request);
    return find_registered_key(web->db, staff_keeper(request), http_arena(request), http_path(request, "digest"),
                               ret_key);
}

static enum err show_gone(struct http_request *request)
{
    return page_admin_account(request, 404, &(const struct page_admin_account){.is_gone = true});
}

static enum err show(struct http_request *request, int status, const struct registered_key *key,
                     const struct form *form)
{
    return page_admin_account(request, status,
                              &(const struct page_admin_account){
                                  .has_account = key->display_name != NULL,
                                  .digest = key->digest,
                                  .identity_number = key->identity_number,
                                  .role = tr(http_language(request), staff_role_title(key->role)),
                                  .institution = key->institution_code,
                                  .display_name = form_field(form, "display_name"),
                                  .user_name = form_field(form, "user_name"),
                              });
}

enum err admin_show_account(struct http_request *request)
{
    struct registered_key key;
    struct form form = form_empty(request, rules);
    enum err error = find_key(request, &key);
    if (error == ERR_NOT_FOUND) return show_gone(request);
    TRY(error);
    return show(request, 200, &key, &form);
}

/* The link is shown this once: only its hash is kept. */
static enum err show_link(struct http_request *request, const struct registered_key *key, const struct form *form,
                          const char *token)
{
    const char *desk = key->role == STAFF_OFFICER ? officer_staff_desk.path : admin_staff_desk.path;
    const char *link =
        arena_printf(http_arena(request), "%s%s/kurulum/%s", web_of(request)->installation->public_url, desk, token);
    return page_admin_link(request, 200,
                           &(const struct page_admin_link){.name = form_value(form, "display_name"),
                                                           .user_name = form_value(form, "user_name"),
                                                           .link = link});
}

enum err admin_make_account(struct http_request *request)
{
    struct web *web = web_of(request);
    struct registered_key key;
    struct form form;
    const char *token;
    enum err error = find_key(request, &key);
    if (error == ERR_NOT_FOUND) return show_gone(request);
    TRY(error);
    TRY(form_read(request, rules, &form));
    if (form.errors > 0) return show(request, 422, &key, &form);
    struct actor actor = staff_actor(request);
    error = create_registered_account(web->db, staff_keeper(request), http_arena(request), &actor, key.digest,
                                      form_value(&form, "display_name"), form_value(&form, "user_name"), &token);
    if (error == ERR_NONE) return show_link(request, &key, &form, token);
    if (error == ERR_EXPIRED) return show_gone(request);
    if (error == ERR_STATE) { /* another has made it: the page says so */
        TRY(find_key(request, &key));
        return show(request, 409, &key, &form);
    }
    if (error == ERR_FORBIDDEN)
        form_mistake(&form, "display_name",
                     TR("The institution of this person is not known here. Import the institutions, then make the "
                        "account"));
    else if (error == ERR_NOT_FOUND)
        form_mistake(
            &form, "display_name",
            TR("Nobody with this identity number is known. Import the staff register of the institution first"));
    else if (error == ERR_EXISTS) form_mistake(&form, "user_name", TR("This user name is taken. Choose another one"));
    else if (error == ERR_INVALID)
        form_mistake(&form, "user_name", TR("A user name has 3 to 64 small letters (a to z), digits, dots and dashes"));
    else return error;
    return show(request, 422, &key, &form);
}
