#include "identity/sealed.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A member of a struct that is a text, under the name it has in JSON. */
struct text_member {
    const char *name;
    size_t offset;
};
#define DETAIL(name)                                                                                                   \
    {                                                                                                                  \
#name, offsetof(struct person_details, name)                                                                   \
    }
static const struct text_member detail_members[] = {
    DETAIL(identity_number), DETAIL(given_names), DETAIL(surname), DETAIL(birth_place), {NULL, 0}};
#define CONTACT(name)                                                                                                  \
    {                                                                                                                  \
#name, offsetof(struct contact, name)                                                                          \
    }
static const struct text_member contact_members[] = {CONTACT(email), CONTACT(mobile), CONTACT(channel), {NULL, 0}};
#define STAFF(name)                                                                                                    \
    {                                                                                                                  \
#name, offsetof(struct staff_member, name)                                                                     \
    }
static const struct text_member staff_members[] = {
    STAFF(given_names),      STAFF(surname),     STAFF(birth_place), STAFF(staff_number), STAFF(group),
    STAFF(family_unit_code), STAFF(unit),        STAFF(title),       STAFF(address),      STAFF(province),
    STAFF(district),         STAFF(postal_code), STAFF(email),       STAFF(mobile),       {NULL, 0}};

static json_t *write_texts(const void *data, const struct text_member *members)
{
    json_t *object = json_object();
    for (; members->name != NULL; members++) {
        const char *text = *(const char *const *)(const void *)((const char *)data + members->offset);
        if (json_object_set_new(object, members->name, json_string(text != NULL ? text : "")) != 0) abort();
    }
    return object;
}

static void write_text(json_t *object, const char *name, const char *text)
{
    if (json_object_set_new(object, name, json_string(text)) != 0) abort();
}

static struct bytes finish_json(struct arena *arena, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(object);
    if (text == NULL) abort();
    struct bytes bytes = bytes_copy(arena, bytes_of_text(text));
    secret_wipe(text, strlen(text));
    free(text);
    return bytes;
}

static enum err read_text(struct arena *arena, const json_t *object, const char *name, const char **ret_text)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (text == NULL) return err_set(ERR_BROKEN, "a sealed field lacks %s", name);
    *ret_text = arena_text(arena, text);
    return ERR_NONE;
}

static enum err read_texts(struct arena *arena, const json_t *object, const struct text_member *members, void *data)
{
    for (; members->name != NULL; members++)
        TRY(read_text(arena, object, members->name, (const char **)(void *)((char *)data + members->offset)));
    return ERR_NONE;
}

static enum err read_birth_date(struct arena *arena, const json_t *object, struct date *ret_date)
{
    const char *text;
    TRY(read_text(arena, object, "birth_date", &text));
    return date_from_iso(text, ret_date);
}

static enum err load(struct bytes bytes, json_t **ret_object)
{
    json_t *object = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, NULL);
    if (object == NULL) return err_set(ERR_BROKEN, "a sealed field is not JSON");
    *ret_object = object;
    return ERR_NONE;
}

struct bytes details_to_json(struct arena *arena, const struct person_details *details)
{
    json_t *object = write_texts(details, detail_members);
    write_text(object, "birth_date", date_to_iso(arena, details->birth_date));
    return finish_json(arena, object);
}

enum err details_from_json(struct arena *arena, struct bytes json, struct person_details *ret_details)
{
    json_t *object;
    struct person_details details = {0};
    TRY(load(json, &object));
    enum err error = read_texts(arena, object, detail_members, &details);
    if (error == ERR_NONE) error = read_birth_date(arena, object, &details.birth_date);
    json_decref(object);
    if (error == ERR_NONE) *ret_details = details;
    return error;
}

struct bytes contact_to_json(struct arena *arena, const struct contact *contact)
{
    json_t *object = write_texts(contact, contact_members);
    write_text(object, "language", language_code(contact->language));
    return finish_json(arena, object);
}

enum err contact_from_json(struct arena *arena, struct bytes json, struct contact *ret_contact)
{
    json_t *object;
    struct contact contact = {0};
    const char *language = NULL;
    TRY(load(json, &object));
    enum err error = read_texts(arena, object, contact_members, &contact);
    if (error == ERR_NONE) error = read_text(arena, object, "language", &language);
    json_decref(object);
    TRY(error);
    contact.language = language_from_code(language);
    *ret_contact = contact;
    return ERR_NONE;
}

struct bytes staff_to_json(struct arena *arena, const struct staff_member *member)
{
    json_t *object = write_texts(member, staff_members);
    write_text(object, "birth_date", date_to_iso(arena, member->birth_date));
    return finish_json(arena, object);
}

enum err staff_from_json(struct arena *arena, struct bytes json, struct staff_member *ret_member)
{
    json_t *object;
    struct staff_member member = {0};
    TRY(load(json, &object));
    enum err error = read_texts(arena, object, staff_members, &member);
    if (error == ERR_NONE) error = read_birth_date(arena, object, &member.birth_date);
    json_decref(object);
    if (error == ERR_NONE) *ret_member = member;
    return error;
}
