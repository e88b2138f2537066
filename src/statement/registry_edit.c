/* One registry made out of the one before it: a line added or taken away. Whoever signs it sees the difference alone. */
#include "statement/registry.h"

#include <string.h>

static enum err open_next(struct arena *arena, struct bytes before, struct registry *ret_next)
{
    TRY(registry_read(arena, before, ret_next));
    ret_next->number++;
    ret_next->previous = hex_encode(arena, sha256(arena, before));
    return ERR_NONE;
}

enum err registry_add_person(struct arena *arena, struct bytes before, const struct registry_person *person,
                             struct bytes *ret_after)
{
    struct registry next;
    TRY(open_next(arena, before, &next));
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, next.persons_count + 1);
    for (size_t i = 0; i < next.persons_count; i++) persons[i] = next.persons[i];
    persons[next.persons_count++] = *person;
    next.persons = persons;
    return registry_write(arena, &next, ret_after);
}

enum err registry_add_service(struct arena *arena, struct bytes before, const struct registry_service *service,
                              struct bytes *ret_after)
{
    struct registry next;
    TRY(open_next(arena, before, &next));
    struct registry_service *services = NEW_ARRAY(arena, struct registry_service, next.services_count + 1);
    for (size_t i = 0; i < next.services_count; i++) services[i] = next.services[i];
    services[next.services_count++] = *service;
    next.services = services;
    return registry_write(arena, &next, ret_after);
}

enum err registry_remove_person(struct arena *arena, struct bytes before, const char *key_digest,
                                struct bytes *ret_after)
{
    struct registry next;
    size_t kept = 0;
    TRY(open_next(arena, before, &next));
    struct registry_person *persons = NEW_ARRAY(arena, struct registry_person, next.persons_count + 1);
    for (size_t i = 0; i < next.persons_count; i++) {
        if (strcmp(registry_key_digest(&next.persons[i]), key_digest) != 0) persons[kept++] = next.persons[i];
    }
    if (kept == next.persons_count) return err_set(ERR_NOT_FOUND, "registry: nobody's key");
    next.persons = persons;
    next.persons_count = kept;
    return registry_write(arena, &next, ret_after);
}

enum err registry_remove_service(struct arena *arena, struct bytes before, const char *name, struct bytes *ret_after)
{
    struct registry next;
    size_t kept = 0;
    TRY(open_next(arena, before, &next));
    struct registry_service *services = NEW_ARRAY(arena, struct registry_service, next.services_count + 1);
    for (size_t i = 0; i < next.services_count; i++) {
        if (strcmp(next.services[i].name, name) != 0) services[kept++] = next.services[i];
    }
    if (kept == next.services_count) return err_set(ERR_NOT_FOUND, "registry: no such service");
    next.services = services;
    next.services_count = kept;
    return registry_write(arena, &next, ret_after);
}
