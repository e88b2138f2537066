#include "sim/world.h"

#include "base/file.h"

#include <string.h>

struct world world;

#define DEMO_MAX ((size_t)8 << 20)

/* Whoever has an account and a card: the lists of roles as one. */
static void add_staff(json_t *demo)
{
    static const char *const lists[] = {"officers", "operators", "administrators", "auditors"};
    json_t *staff = json_array();
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_t *list = json_object_get(demo, lists[i]);
        if (list) json_array_extend(staff, list);
    }
    json_object_set_new(demo, "staff", staff);
}

json_t *world_demo(void)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct bytes text;
    json_t *demo = NULL;
    if (file_read(arena, installation_path(arena, world.installation, "demo.json"), DEMO_MAX, &text) == ERR_NONE)
        demo = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (!demo) demo = json_object();
    add_staff(demo);
    return demo;
}

const char *world_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static json_t *find(json_t *list, const char *identity_number)
{
    size_t index;
    json_t *entry;
    json_array_foreach(list, index,
                       entry) if (strcmp(world_text(entry, "identity_number"), identity_number) == 0) return entry;
    return NULL;
}

json_t *world_person(json_t *demo, const char *identity_number)
{
    return find(json_object_get(demo, "people"), identity_number);
}

json_t *world_officer(json_t *demo, const char *identity_number)
{
    return find(json_object_get(demo, "staff"), identity_number);
}
