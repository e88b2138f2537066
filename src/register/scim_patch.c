/*
 * PATCH (RFC 7644 3.5.2): operations over a user as JSON. A path is [schema:]attribute[filter].part; the filter of a
 * multi-valued attribute is one comparison, as identity systems send it: emails[type eq "work"].value
 */
#include "register/scim.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OPERATIONS_MAX 100

enum op { OP_ADD, OP_REPLACE, OP_REMOVE, OP_COUNT };
static const char *const op_names[OP_COUNT] = {"add", "replace", "remove"};

struct path {
    const char *schema; /* NULL: the user itself */
    const char *attribute; /* "": the whole of the schema */
    const char *filter_attribute, *filter_value; /* NULL: none */
    const char *part; /* NULL: the whole attribute */
};

static const struct scim_mistake no_path = {400, "invalidPath", "A path names no attribute of a user."};
static const struct scim_mistake no_target = {400, "noTarget", "Nothing stands where the path points to."};

/* The key under which an object has this name, as it is written there. */
static const char *key_of(json_t *object, const char *name)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) if (strcasecmp(key, name) == 0) return key;
    return name;
}

static bool read_filter(struct arena *arena, const char *text, struct path *path)
{
    size_t size = strcspn(text, " ");
    path->filter_attribute = arena_text_n(arena, text, size);
    text += size + strspn(text + size, " ");
    if (strncasecmp(text, "eq ", 3) != 0) return false;
    text += 3 + strspn(text + 3, " ");
    size = strlen(text);
    if (size < 2 || text[0] != '"' || text[size - 1] != '"' || memchr(text, '\\', size) != NULL) return false;
    path->filter_value = arena_text_n(arena, text + 1, size - 2);
    return *path->filter_attribute != '\0';
}

static bool read_path(struct arena *arena, const char *text, struct path *ret_path)
{
    static const char *const schemas[] = {SCIM_USER, SCIM_ENTERPRISE, SCIM_STAFF};
    struct path path = {0};
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(schemas[i]);
        if (strncasecmp(text, schemas[i], size) != 0 || (text[size] != ':' && text[size] != '\0')) continue;
        if (i > 0) path.schema = schemas[i];
        text += text[size] == ':' ? size + 1 : size;
        break;
    }
    size_t size = strcspn(text, "[.");
    path.attribute = arena_text_n(arena, text, size);
    text += size;
    if (*text == '[') {
        const char *end = strrchr(text, ']');
        if (end == NULL || !read_filter(arena, arena_text_n(arena, text + 1, (size_t)(end - text) - 1), &path))
            return false;
        text = end + 1;
    }
    if (*text == '.') path.part = arena_text(arena, text + 1);
    else if (*text != '\0') return false;
    *ret_path = path;
    return path.schema != NULL || *path.attribute != '\0';
}

/* -- one attribute of one object -- */

static void set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set(object, key_of(object, name), value) != 0) abort();
}

static void change(json_t *object, const char *name, enum op op, json_t *value)
{
    json_t *old = scim_get(object, name);
    const char *key;
    json_t *part;
    if (op == OP_REMOVE) {
        json_object_del(object, key_of(object, name));
    } else if (json_is_object(old) && json_is_object(value)) {
        json_object_foreach(value, key, part) set(old, key, part);
    } else if (op == OP_ADD && json_is_array(old) && json_is_array(value)) {
        if (json_array_extend(old, value) != 0) abort();
    } else {
        set(object, name, value);
    }
}

static bool is_chosen(const json_t *element, const struct path *path)
{
    const json_t *value = scim_get(element, path->filter_attribute);
    return json_is_string(value) && strcasecmp(json_string_value(value), path->filter_value) == 0;
}

/* A multi-valued attribute that has no such element gets one. */
static void add_element(json_t *list, const struct path *path, json_t *value)
{
    json_t *element = json_is_object(value) && path->part == NULL ? json_deep_copy(value) : json_object();
    json_t *kind = json_string(path->filter_value);
    if (element == NULL || kind == NULL) abort();
    set(element, path->filter_attribute, kind);
    json_decref(kind);
    if (path->part != NULL) set(element, path->part, value);
    if (json_array_append_new(list, element) != 0) abort();
}

static struct scim_mistake change_elements(json_t *object, const struct path *path, enum op op, json_t *value)
{
    json_t *list = scim_get(object, path->attribute);
    bool is_found = false;
    if (list == NULL && op != OP_REMOVE) {
        list = json_array();
        if (json_object_set_new(object, path->attribute, list) != 0) abort();
    }
    if (!json_is_array(list)) return no_target;
    for (size_t i = json_array_size(list); i-- > 0;) {
        json_t *element = json_array_get(list, i);
        if (!is_chosen(element, path)) continue;
        is_found = true;
        if (path->part != NULL) change(element, path->part, op, value);
        else if (op == OP_REMOVE) json_array_remove(list, i);
        else if (!json_is_object(value) || json_object_update(element, value) != 0)
            return (struct scim_mistake){400, "invalidValue", "An element of a list is an object."};
    }
    if (!is_found && op == OP_REMOVE) return no_target;
    if (!is_found) add_element(list, path, value);
    return SCIM_FINE;
}

/* The object in which the path's attribute lies, made if it is to be written; NULL: none. */
static json_t *object_of(json_t *user, const struct path *path, enum op op)
{
    if (path->schema == NULL) return user;
    json_t *object = scim_get(user, path->schema);
    if (object != NULL || op == OP_REMOVE) return json_is_object(object) ? object : NULL;
    object = json_object();
    if (json_object_set_new(user, path->schema, object) != 0) abort();
    return object;
}

static struct scim_mistake apply_path(json_t *user, const struct path *path, enum op op, json_t *value)
{
    json_t *object = object_of(user, path, op);
    if (path->schema == NULL && strcasecmp(path->attribute, "id") == 0)
        return (struct scim_mistake){400, "mutability", "id does not change."};
    if (object == NULL) return no_target;
    if (*path->attribute == '\0') {
        change(user, path->schema, op, value);
        return SCIM_FINE;
    }
    if (path->filter_attribute != NULL) return change_elements(object, path, op, value);
    if (path->part == NULL) {
        change(object, path->attribute, op, value);
        return SCIM_FINE;
    }
    json_t *whole = scim_get(object, path->attribute);
    if (whole == NULL && op != OP_REMOVE) {
        whole = json_object();
        if (json_object_set_new(object, path->attribute, whole) != 0) abort();
    }
    if (!json_is_object(whole)) return no_target;
    change(whole, path->part, op, value);
    return SCIM_FINE;
}

/* Without a path the value is an object, each of whose members is a path of its own (as some systems send it, too). */
static struct scim_mistake apply_members(struct arena *arena, json_t *user, enum op op, json_t *value)
{
    const char *key;
    json_t *part;
    if (op == OP_REMOVE) return (struct scim_mistake){400, "noTarget", "remove needs a path."};
    if (!json_is_object(value))
        return (struct scim_mistake){400, "invalidValue", "Without a path an object is needed."};
    json_object_foreach(value, key, part)
    {
        struct path path;
        if (!read_path(arena, key, &path)) return no_path;
        struct scim_mistake mistake = apply_path(user, &path, op, part);
        if (mistake.status != 0) return mistake;
    }
    return SCIM_FINE;
}

static struct scim_mistake apply_operation(struct arena *arena, json_t *user, const json_t *operation)
{
    const char *name = json_string_value(scim_get(operation, "op"));
    const json_t *where = scim_get(operation, "path");
    json_t *value = scim_get(operation, "value");
    struct path path;
    enum op op = 0;
    while (op < OP_COUNT && (name == NULL || strcasecmp(name, op_names[op]) != 0)) op++;
    if (op == OP_COUNT) return (struct scim_mistake){400, "invalidSyntax", "op is add, replace or remove."};
    if (value == NULL && op != OP_REMOVE) return (struct scim_mistake){400, "invalidValue", "value is missing."};
    if (where == NULL) return apply_members(arena, user, op, value);
    if (!json_is_string(where) || !read_path(arena, json_string_value(where), &path)) return no_path;
    return apply_path(user, &path, op, value);
}

struct scim_mistake scim_patch(struct arena *arena, json_t *user, const json_t *patch)
{
    const json_t *operations = scim_get(patch, "Operations");
    size_t count = json_array_size(operations);
    if (count == 0 || count > OPERATIONS_MAX)
        return (struct scim_mistake){400, "invalidSyntax", "Operations is a list of 1 to 100."};
    for (size_t i = 0; i < count; i++) {
        struct scim_mistake mistake = apply_operation(arena, user, json_array_get(operations, i));
        if (mistake.status != 0) return mistake;
    }
    return SCIM_FINE;
}
