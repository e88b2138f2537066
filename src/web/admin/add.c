/* What is to be added to the registry: it becomes a proposal, and nothing else. */
#include "web/admin/admin.h"
#include "web/admin/page_admin_card.h"
#include "web/admin/page_admin_passkeys.h"
#include "web/admin/page_admin_station.h"

#include "pki/pem.h"

#include <string.h>

static const struct form_rule card_rules[] = {
    {.name = "certificate"}, /* a file; stands here for its mistakes */
    {.name = "role", .length_max = 20, .is_required = true, .missing = TR("Choose the role")},
    {.name = "institution", .length_max = 40},
    {0},
};
static const struct form_rule passkey_rules[] = {
    {.name = "passkey", .length_max = 40, .is_required = true, .missing = TR("Choose a passkey")},
    {0},
};
static const struct form_rule station_rules[] = {
    {.name = "name", .length_max = 32, .is_required = true, .missing = TR("Enter the station's name")},
    {.name = "key"}, /* a file */
    {0},
};

/* A file of this field, as DER; NULL data and a mistake when there is none. */
static struct bytes read_file(struct http_request *request, struct form *form, const char *field, const char *label,
                              const char *missing)
{
    const struct form_file *file = form_file(form, field);
    if (file == NULL || file->body.size == 0) {
        form_mistake(form, field, missing);
        return (struct bytes){0};
    }
    return pem_or_der(http_arena(request), file->body, label);
}

/* What the act says is wrong goes to the field it is about; other errors are given back. */
static enum err tell_mistake(struct form *form, const char *file_field, const char *name_field, enum err error)
{
    switch (error) {
    case ERR_WRONG:
        form_mistake(form, file_field, TR("This file is not what is asked for here. Choose the right file"));
        return ERR_NONE;
    case ERR_EXPIRED:
        form_mistake(form, file_field, TR("This certificate has ended. Choose that of a card which is valid"));
        return ERR_NONE;
    case ERR_EXISTS: form_mistake(form, name_field, TR("This stands in the registry already")); return ERR_NONE;
    case ERR_STATE:
        form_mistake(form, file_field,
                     TR("This key stands in the registry under another identity number. A key belongs to one "
                        "person; choose the person's own"));
        return ERR_NONE;
    case ERR_FORBIDDEN:
        form_mistake(form, name_field,
                     TR("This person stands in the registry with another role or institution. One person has one role; "
                        "remove the other first"));
        return ERR_NONE;
    case ERR_NOT_FOUND:
        form_mistake(form, name_field, TR("An officer needs an institution that stands in the registry. Choose it"));
        return ERR_NONE;
    case ERR_INVALID:
        form_mistake(form, name_field,
                     TR("The registry cannot hold this. Letters without accents, digits, dots and "
                        "dashes alone may stand in a name"));
        return ERR_NONE;
    default: return error;
    }
}

static enum err propose(struct http_request *request, const struct registry_wish *wish, const char **ret_uid)
{
    struct web *web = web_of(request);
    struct actor actor = staff_actor(request);
    return propose_addition(web->db, staff_keeper(request), http_arena(request), &actor, staff_account_id(request),
                            wish, ret_uid);
}

/* -- a card -- */

static struct page_option *list_roles(struct http_request *request)
{
    struct page_option *options = NEW_ARRAY(http_arena(request), struct page_option, STAFF_ROLE_COUNT);
    for (int i = 0; i < STAFF_ROLE_COUNT; i++) {
        options[i].value = staff_role_name((enum staff_role)i);
        options[i].label = tr(http_language(request), staff_role_title((enum staff_role)i));
    }
    return options;
}

/* Of the registry, in its order: each above those below it. */
static enum err list_institutions(struct http_request *request, struct page_admin_card *page)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct institution *institutions;
    size_t count;
    TRY(list_registered_institutions(web->db, web->keeper, arena, &institutions, &count));
    struct page_option *options = NEW_ARRAY(arena, struct page_option, count + 1);
    for (size_t i = 0; i < count; i++) {
        options[i].value = institutions[i].code;
        options[i].label = arena_printf(arena, "%s %s", institutions[i].code, institutions[i].name);
    }
    page->institutions = options;
    page->institutions_count = count;
    return ERR_NONE;
}

static enum err show_card(struct http_request *request, int status, const struct form *form)
{
    struct page_admin_card page = {
        .certificate = form_field(form, "certificate"),
        .role = form_field(form, "role"),
        .roles = list_roles(request),
        .roles_count = STAFF_ROLE_COUNT,
        .institution = form_field(form, "institution"),
    };
    TRY(list_institutions(request, &page));
    return page_admin_card(request, status, &page);
}

enum err admin_show_card(struct http_request *request)
{
    struct form form = form_empty(request, card_rules);
    return show_card(request, 200, &form);
}

static bool read_role(struct form *form, enum staff_role *ret_role)
{
    for (int i = 0; i < STAFF_ROLE_COUNT; i++) {
        *ret_role = (enum staff_role)i;
        if (strcmp(form_value(form, "role"), staff_role_name((enum staff_role)i)) == 0) return true;
    }
    if (*form_value(form, "role") != '\0') form_mistake(form, "role", TR("Choose the role"));
    return false;
}

enum err admin_add_card(struct http_request *request)
{
    struct form form;
    struct registry_wish wish = {0};
    const char *uid;
    TRY(form_read(request, card_rules, &form));
    wish.certificate =
        read_file(request, &form, "certificate", "CERTIFICATE", TR("Choose the file of the certificate"));
    read_role(&form, &wish.role);
    const char *institution = form_value(&form, "institution");
    if (wish.role == STAFF_OFFICER && *institution != '\0') wish.institution_code = institution;
    if (form.errors == 0) {
        enum err error = propose(request, &wish, &uid);
        if (error == ERR_NONE) return admin_go_to_proposal(request, uid, "onerildi");
        TRY(tell_mistake(&form, "certificate", error == ERR_NOT_FOUND ? "institution" : "certificate", error));
    }
    return show_card(request, 422, &form);
}

/* -- a passkey that its owner has made -- */

static enum err show_passkeys(struct http_request *request, int status, const struct form *form)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct passkey *passkeys;
    size_t count, waiting = 0;
    TRY(list_waiting_passkeys(web->db, web->keeper, arena, &passkeys, &count));
    struct page_option *options = NEW_ARRAY(arena, struct page_option, count + 1);
    for (size_t i = 0; i < count; i++) {
        options[waiting].value = passkeys[i].uid;
        options[waiting++].label =
            arena_printf(arena, "%s: %s, SHA-256 %s, %s", passkeys[i].account_name, passkeys[i].name,
                         passkeys[i].credential_digest, time_to_date_time(arena, passkeys[i].created_s));
    }
    return page_admin_passkeys(request, status,
                               &(const struct page_admin_passkeys){
                                   .has_waiting = waiting > 0,
                                   .passkey = form_field(form, "passkey"),
                                   .passkeys = options,
                                   .passkeys_count = waiting,
                               });
}

enum err admin_show_waiting_passkeys(struct http_request *request)
{
    struct form form = form_empty(request, passkey_rules);
    return show_passkeys(request, 200, &form);
}

enum err admin_add_passkey(struct http_request *request)
{
    struct form form;
    const char *uid;
    TRY(form_read(request, passkey_rules, &form));
    if (form.errors == 0) {
        struct registry_wish wish = {.passkey_uid = form_value(&form, "passkey")};
        enum err error = propose(request, &wish, &uid);
        if (error == ERR_NONE) return admin_go_to_proposal(request, uid, "onerildi");
        if (error == ERR_WRONG)
            form_mistake(&form, "passkey", TR("Choose a passkey")); /* removed by its owner meanwhile */
        else TRY(tell_mistake(&form, "passkey", "passkey", error));
    }
    return show_passkeys(request, 422, &form);
}

/* -- a production station -- */

static enum err show_station(struct http_request *request, int status, const struct form *form)
{
    return page_admin_station(
        request, status,
        &(const struct page_admin_station){.name = form_field(form, "name"), .key = form_field(form, "key")});
}

enum err admin_show_station(struct http_request *request)
{
    struct form form = form_empty(request, station_rules);
    return show_station(request, 200, &form);
}

enum err admin_add_station(struct http_request *request)
{
    struct form form;
    struct registry_wish wish = {0};
    const char *uid;
    TRY(form_read(request, station_rules, &form));
    wish.service_name = form_value(&form, "name");
    wish.service_key = read_file(request, &form, "key", "PUBLIC KEY", TR("Choose the file of the public key"));
    if (form.errors == 0) {
        enum err error = propose(request, &wish, &uid);
        if (error == ERR_NONE) return admin_go_to_proposal(request, uid, "onerildi");
        TRY(tell_mistake(&form, "key", "name", error));
    }
    return show_station(request, 422, &form);
}
