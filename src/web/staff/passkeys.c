#include "base/secret.h"
#include "web/staff/staff.h"
#include "web/staff/page_staff_passkeys.h"

#include <string.h>

#define PURPOSE "create"
#define FRESH_S 300 /* who finds a desk left open for longer makes no key for himself */

static const struct form_rule rules[] = {
    {.name = "name",
     .length_max = PASSKEY_NAME_MAX,
     .is_required = true,
     .missing = TR("Enter a name for the passkey")},
    PASSKEY_CREATE_RULES,
    {0},
};

static enum err go_back(struct http_request *request, const char *result)
{
    const char *path = staff_desk_of(request)->path;
    return http_redirect(request, arena_printf(http_arena(request), "%s/anahtar?sonuc=%s", path, result));
}

static bool is_fresh(struct http_request *request)
{
    return clock_now_s() - session_of(request)->created_s < FRESH_S;
}

static enum err show(struct http_request *request, int status, const struct form *form)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct passkey *passkeys;
    const struct registry *registry;
    struct staff_account account;
    struct bytes challenge, user;
    size_t count;
    TRY(list_passkeys(web->db, arena, staff_account_id(request), &passkeys, &count));
    TRY(find_registry(web->db, web->keeper, arena, &registry));
    TRY(find_staff_account(web->db, arena, staff_account_id(request), &account));
    TRY(passkey_challenge(request, PURPOSE, &challenge));
    TRY(hex_decode(arena, account.uid, &user));
    struct page_staff_passkeys_passkeys *items = NEW_ARRAY(arena, struct page_staff_passkeys_passkeys, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct page_staff_passkeys_passkeys){
            .uid = passkeys[i].uid,
            .name = passkeys[i].name,
            .created = time_to_date_time(arena, passkeys[i].created_s),
            .used = passkeys[i].used_s == 0 ? "–" : time_to_date_time(arena, passkeys[i].used_s),
            .digest = passkeys[i].credential_digest,
            .counts = passkey_counts(registry, &passkeys[i]),
        };
    }
    const char *done = http_query(request, "sonuc");
    return page_staff_passkeys(request, status,
                               &(const struct page_staff_passkeys){
                                   .path = staff_desk_of(request)->path,
                                   .home = staff_desk_of(request)->home,
                                   .is_just_made = done != NULL && strcmp(done, "eklendi") == 0,
                                   .is_just_removed = done != NULL && strcmp(done, "silindi") == 0,
                                   .can_make = is_fresh(request) && count < PASSKEYS_MAX,
                                   .is_late = !is_fresh(request),
                                   .is_full = count >= PASSKEYS_MAX,
                                   .name = form_field(form, "name"),
                                   .challenge = base64url_encode(arena, challenge),
                                   .rp = passkey_rp(request),
                                   .credentials = passkey_ids(request, passkeys, count, NULL),
                                   .user = base64url_encode(arena, user),
                                   .user_name = account.user_name,
                                   .display_name = account.display_name,
                                   .passkeys = items,
                                   .passkeys_count = count,
                               });
}

enum err staff_show_passkeys(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    return show(request, 200, &form);
}

static enum err make(struct http_request *request, struct form *form)
{
    struct passkey_registration registration;
    struct actor actor = staff_actor(request);
    enum err error = passkey_read_created(request, form, PURPOSE, &registration);
    if (error == ERR_NONE) {
        error = add_passkey(web_of(request)->db, http_arena(request), &actor, staff_account_id(request),
                            form_value(form, "name"), &registration);
    }
    if (error == ERR_FULL) {
        form_mistake(form, "name", TR("You have ten passkeys, which is enough. Remove one first"));
        return ERR_NONE;
    }
    if (err_class(error) != ERR_CLASS_CALLER && error != ERR_EXISTS) return error;
    form_mistake(form, "name",
                 error == ERR_EXISTS ? TR("This passkey is registered already")
                                     : TR("The answer of the passkey is not right. Try again, or with another one"));
    return ERR_NONE;
}

enum err staff_make_passkey(struct http_request *request)
{
    struct form form;
    TRY(form_read(request, rules, &form));
    if (!is_fresh(request)) form_mistake(&form, "name", TR("Log in anew: a passkey is made in the first five minutes"));
    if (form.errors == 0) TRY(make(request, &form));
    if (form.errors == 0) return go_back(request, "eklendi");
    return show(request, 422, &form);
}

enum err staff_remove_passkey(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    TRY(remove_passkey(web_of(request)->db, &actor, staff_account_id(request), http_path(request, "uid")));
    return go_back(request, "silindi");
}
