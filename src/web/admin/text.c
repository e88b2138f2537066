#include "web/admin/admin.h"

const char *admin_key_kind(struct http_request *request, bool is_passkey)
{
    return tr(http_language(request), is_passkey ? TR("Passkey") : TR("Card"));
}

const char *admin_person_name(struct http_request *request, const struct registered_key *key)
{
    return key->display_name != NULL ? key->display_name : key->identity_number;
}

const char *admin_dates(struct http_request *request, int64_t from_s, int64_t until_s)
{
    struct arena *arena = http_arena(request);
    return arena_printf(arena, "%s – %s", time_to_date_time(arena, from_s), time_to_date_time(arena, until_s));
}

bool admin_is_administrator(struct http_request *request)
{
    return session_of(request)->role == ROLE_ADMINISTRATOR;
}

static const char *tell_key(struct http_request *request, const struct registered_key *key)
{
    struct arena *arena = http_arena(request);
    const char *role = tr(http_language(request), staff_role_title(key->role));
    if (key->institution_code != NULL) role = arena_printf(arena, "%s (%s)", role, key->institution_code);
    const char *name = key->display_name == NULL ? "" : arena_printf(arena, "%s, ", key->display_name);
    return arena_printf(arena, "%s%s, %s; %s: SHA-256 %s; %s", name, key->identity_number, role,
                        admin_key_kind(request, key->is_passkey), key->digest,
                        admin_dates(request, key->from_s, key->until_s));
}

static const char *tell_institution(struct http_request *request, const struct registered_institution *institution)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const char *name = institution->name == NULL ? institution->code
                                                 : arena_printf(arena, "%s %s", institution->code, institution->name);
    if (institution->parent_code == NULL)
        return tr_fill(arena, language, "Institution {name}, at the top", "name", name, NULL);
    return tr_fill(arena, language, "Institution {name}, below {parent}", "name", name, "parent",
                   institution->parent_code, NULL);
}

const char **admin_tell(struct http_request *request, const struct registry_contents *contents, size_t *ret_count)
{
    struct arena *arena = http_arena(request);
    size_t count = 0;
    const char **lines = NEW_ARRAY(arena, const char *,
                                   contents->key_count + contents->service_count + contents->institution_count +
                                       contents->rule_count + contents->line_count + 1);
    for (size_t i = 0; i < contents->key_count; i++) lines[count++] = tell_key(request, &contents->keys[i]);
    for (size_t i = 0; i < contents->service_count; i++) {
        const struct registered_service *service = &contents->services[i];
        lines[count++] =
            arena_printf(arena, "%s %s; SHA-256 %s; %s", tr(http_language(request), TR("Service")), service->name,
                         service->key_digest, admin_dates(request, service->from_s, service->until_s));
    }
    for (size_t i = 0; i < contents->institution_count; i++)
        lines[count++] = tell_institution(request, &contents->institutions[i]);
    for (size_t i = 0; i < contents->rule_count; i++) lines[count++] = admin_tell_rule(request, &contents->rules[i]);
    for (size_t i = 0; i < contents->line_count; i++) lines[count++] = contents->lines[i];
    *ret_count = count;
    return lines;
}
