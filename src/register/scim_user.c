#include "register/scim.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

json_t *scim_get(const json_t *object, const char *name)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) if (strcasecmp(key, name) == 0) return value;
    return NULL;
}

/* The text of a member; "" when it is absent or null. What is neither is a mistake. */
static bool read_text(struct arena *arena, const json_t *object, const char *name, const char **ret_text)
{
    const json_t *value = scim_get(object, name);
    *ret_text = "";
    if (value == NULL || json_is_null(value)) return true;
    if (!json_is_string(value)) return false;
    *ret_text = arena_text(arena, json_string_value(value));
    return true;
}

static bool is_true(const json_t *value)
{
    return json_is_true(value) || (json_is_string(value) && strcasecmp(json_string_value(value), "true") == 0);
}

/* Of a multi-valued attribute the one of this kind, or the primary one, or the first; NULL: none, or no list of objects. */
static const json_t *choose(const json_t *list, const char *type)
{
    const json_t *found = NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *kind = scim_get(one, "type");
        bool is_wanted = type != NULL ? json_is_string(kind) && strcasecmp(json_string_value(kind), type) == 0
                                      : is_true(scim_get(one, "primary"));
        if (is_wanted) return one;
        if (found == NULL) found = one;
    }
    return found;
}

struct place {
    enum staff_column column;
    const char *name;
};

static bool read_places_of(struct arena *arena, const json_t *object, const struct place *places, size_t count,
                           struct scim_user *user)
{
    for (size_t i = 0; i < count; i++)
        if (!read_text(arena, object, places[i].name, &user->values[places[i].column])) return false;
    return true;
}
#define READ(object, ...)                                                                                              \
    read_places_of(arena, object, (const struct place[]){__VA_ARGS__},                                                 \
                   sizeof((const struct place[]){__VA_ARGS__}) / sizeof(struct place), user)

/* As text, too: Microsoft Entra ID sends "True" and "False". */
static bool read_active(const json_t *value, int *ret_active)
{
    *ret_active = -1;
    if (value == NULL || json_is_null(value)) return true;
    *ret_active = is_true(value);
    return json_is_boolean(value) ||
           (json_is_string(value) && (*ret_active == 1 || strcasecmp(json_string_value(value), "false") == 0));
}

static bool read_core(struct arena *arena, const json_t *json, struct scim_user *user)
{
    return read_active(scim_get(json, "active"), &user->active) && READ(json, {STAFF_UNVAN, "title"}) &&
           READ(scim_get(json, "name"), {STAFF_AD, "givenName"}, {STAFF_SOYAD, "familyName"}) &&
           READ(choose(scim_get(json, "emails"), NULL), {STAFF_EPOSTA, "value"}) &&
           READ(choose(scim_get(json, "phoneNumbers"), "mobile"), {STAFF_CEP, "value"}) &&
           READ(choose(scim_get(json, "addresses"), "work"), {STAFF_ADRES, "streetAddress"}, {STAFF_ILCE, "locality"},
                {STAFF_IL, "region"}, {STAFF_POSTA_KODU, "postalCode"});
}

static bool read_extensions(struct arena *arena, const json_t *json, struct scim_user *user)
{
    return READ(scim_get(json, SCIM_ENTERPRISE), {STAFF_SICIL_NO, "employeeNumber"}, {STAFF_BIRIM, "department"}) &&
           READ(scim_get(json, SCIM_STAFF), {STAFF_TCKN, "identityNumber"}, {STAFF_DOGUM_YERI, "birthPlace"},
                {STAFF_DOGUM_TARIHI, "birthDate"}, {STAFF_KURUM_KODU, "institutionCode"}, {STAFF_GRUP, "group"},
                {STAFF_AHB_KODU, "familyUnitCode"});
}

struct scim_mistake scim_user_read(struct arena *arena, const json_t *json, struct scim_user *ret_user)
{
    struct scim_user user = {.active = -1};
    const char *user_name;
    struct date birth_date;
    if (!json_is_object(json)) return (struct scim_mistake){400, "invalidSyntax", "The body is no user."};
    if (!read_core(arena, json, &user) || !read_extensions(arena, json, &user) ||
        !read_text(arena, json, "userName", &user_name))
        return (struct scim_mistake){400, "invalidValue", "An attribute's value is none that its schema allows."};
    if (user.values[STAFF_TCKN][0] == '\0') user.values[STAFF_TCKN] = user_name;
    if (strcmp(user_name, user.values[STAFF_TCKN]) != 0)
        return (struct scim_mistake){400, "invalidValue", "userName is the identity number, as identityNumber is."};
    const char *date = user.values[STAFF_DOGUM_TARIHI];
    if (date[0] != '\0' && date_from_iso(date, &birth_date) != ERR_NONE)
        return (struct scim_mistake){400, "invalidValue", "birthDate is no day as yyyy-mm-dd."};
    if (date[0] != '\0') user.values[STAFF_DOGUM_TARIHI] = date_to_text(arena, birth_date);
    *ret_user = user;
    return SCIM_FINE;
}

/* -- writing -- */

/* A register's silence is an attribute's absence. */
static void put(json_t *object, const char *name, const char *text)
{
    if (text[0] != '\0' && json_object_set_new(object, name, json_string(text)) != 0) abort();
}

static void put_list(json_t *user, const char *name, json_t *take_one, bool is_there)
{
    json_t *list = json_array();
    if (json_array_append_new(list, take_one) != 0) abort();
    if (is_there && json_object_set(user, name, list) != 0) abort();
    json_decref(list);
}

static void put_contacts(struct arena *arena, json_t *user, const struct staff_member *member)
{
    const char *mobile = member->mobile[0] != '\0' ? arena_printf(arena, "+90%s", member->mobile) : "";
    json_t *address = json_pack("{s:s}", "type", "work");
    put(address, "streetAddress", member->address);
    put(address, "locality", member->district);
    put(address, "region", member->province);
    put(address, "postalCode", member->postal_code);
    put_list(user, "emails", json_pack("{s:s, s:s, s:b}", "value", member->email, "type", "work", "primary", 1),
             member->email[0] != '\0');
    put_list(user, "phoneNumbers", json_pack("{s:s, s:s}", "value", mobile, "type", "mobile"), mobile[0] != '\0');
    put_list(user, "addresses", address, json_object_size(address) > 1);
}

json_t *scim_user_write(struct arena *arena, const char *base, const char *id, const char *identity_number,
                        const struct staff_member *member)
{
    json_t *user =
        json_pack("{s:[s, s, s], s:s, s:s, s:b, s:{s:s, s:s}, s:{s:s, s:s}}", "schemas", SCIM_USER, SCIM_ENTERPRISE,
                  SCIM_STAFF, "id", id, "userName", identity_number, "active", member->left_s == 0, "name", "givenName",
                  member->given_names, "familyName", member->surname, "meta", "resourceType", "User", "location",
                  arena_printf(arena, "%s/Users/%s", base, id));
    json_t *enterprise = json_object(), *staff = json_object();
    if (user == NULL || enterprise == NULL || staff == NULL) abort();
    put(user, "title", member->title);
    put_contacts(arena, user, member);
    put(enterprise, "employeeNumber", member->staff_number);
    put(enterprise, "department", member->unit);
    put(staff, "identityNumber", identity_number);
    put(staff, "birthPlace", member->birth_place);
    put(staff, "birthDate", date_to_iso(arena, member->birth_date));
    put(staff, "institutionCode", member->institution_code);
    put(staff, "group", member->group);
    put(staff, "familyUnitCode", member->family_unit_code);
    if (json_object_set_new(user, SCIM_ENTERPRISE, enterprise) != 0 ||
        json_object_set_new(user, SCIM_STAFF, staff) != 0)
        abort();
    return user;
}
