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

/* -- institutions -- */

/* Each above those below it, else in the order they stand in. ERR_FORBIDDEN: what is left goes round in a circle. */
static enum err order_institutions(struct arena *arena, struct registry *registry)
{
    size_t count = registry->institutions_count, placed = 0;
    struct registry_institution *ordered = NEW_ARRAY(arena, struct registry_institution, count + 1);
    bool *is_placed = NEW_ARRAY(arena, bool, count + 1);
    const struct registry above = {.institutions = ordered};
    for (size_t before = SIZE_MAX; placed < count && before != placed;) {
        before = placed;
        for (size_t i = 0; i < count; i++) {
            const struct registry_institution *institution = &registry->institutions[i];
            struct registry so_far = above;
            so_far.institutions_count = placed;
            if (is_placed[i] || (institution->parent_code != NULL &&
                                 registry_find_institution(&so_far, institution->parent_code) == NULL))
                continue;
            ordered[placed++] = *institution;
            is_placed[i] = true;
        }
    }
    if (placed < count) return err_set(ERR_FORBIDDEN, "registry: an institution below itself");
    registry->institutions = ordered;
    return ERR_NONE;
}

enum err registry_set_institution(struct arena *arena, struct bytes before,
                                  const struct registry_institution *institution, struct bytes *ret_after)
{
    struct registry next;
    bool is_there = false;
    TRY(open_next(arena, before, &next));
    if (institution->parent_code != NULL && strcmp(institution->parent_code, institution->code) == 0)
        return err_set(ERR_FORBIDDEN, "registry: an institution below itself");
    if (institution->parent_code != NULL && registry_find_institution(&next, institution->parent_code) == NULL)
        return err_set(ERR_NOT_FOUND, "registry: no institution %s", institution->parent_code);
    struct registry_institution *all = NEW_ARRAY(arena, struct registry_institution, next.institutions_count + 1);
    for (size_t i = 0; i < next.institutions_count; i++) {
        bool is_it = strcmp(next.institutions[i].code, institution->code) == 0;
        all[i] = is_it ? *institution : next.institutions[i];
        is_there = is_there || is_it;
    }
    if (!is_there) all[next.institutions_count++] = *institution;
    next.institutions = all;
    TRY(order_institutions(arena, &next));
    return registry_write(arena, &next, ret_after);
}

enum err registry_remove_institution(struct arena *arena, struct bytes before, const char *code,
                                     struct bytes *ret_after)
{
    struct registry next;
    size_t kept = 0;
    TRY(open_next(arena, before, &next));
    struct registry_institution *all = NEW_ARRAY(arena, struct registry_institution, next.institutions_count + 1);
    for (size_t i = 0; i < next.institutions_count; i++) {
        const struct registry_institution *institution = &next.institutions[i];
        if (institution->parent_code != NULL && strcmp(institution->parent_code, code) == 0)
            return err_set(ERR_STATE, "registry: institution %s is below it", institution->code);
        if (strcmp(institution->code, code) != 0) all[kept++] = *institution;
    }
    for (size_t i = 0; i < next.persons_count; i++) {
        const char *home = next.persons[i].institution_code;
        if (home != NULL && strcmp(home, code) == 0)
            return err_set(ERR_STATE, "registry: keys of its people stand there");
    }
    if (kept == next.institutions_count) return err_set(ERR_NOT_FOUND, "registry: no such institution");
    next.institutions = all;
    next.institutions_count = kept;
    return registry_write(arena, &next, ret_after);
}

/* -- rules -- */

static bool same_rule(const struct registry_rule *a, const struct registry_rule *b)
{
    return strcmp(a->door, b->door) == 0 && strcmp(a->way, b->way) == 0 && a->needs == b->needs;
}

/* All but this one, with room for one more. */
static struct registry_rule *other_rules(struct arena *arena, const struct registry *registry,
                                         const struct registry_rule *rule, size_t *ret_count)
{
    struct registry_rule *others = NEW_ARRAY(arena, struct registry_rule, registry->rules_count + 1);
    *ret_count = 0;
    for (size_t i = 0; i < registry->rules_count; i++) {
        if (!same_rule(&registry->rules[i], rule)) others[(*ret_count)++] = registry->rules[i];
    }
    return others;
}

enum err registry_add_rule(struct arena *arena, struct bytes before, const struct registry_rule *rule,
                           struct bytes *ret_after)
{
    struct registry next;
    size_t count;
    TRY(open_next(arena, before, &next));
    struct registry_rule *rules = other_rules(arena, &next, rule, &count);
    if (count < next.rules_count) return err_set(ERR_EXISTS, "registry: the rule stands there");
    rules[count++] = *rule;
    next.rules = rules;
    next.rules_count = count;
    return registry_write(arena, &next, ret_after);
}

enum err registry_remove_rule(struct arena *arena, struct bytes before, const struct registry_rule *rule,
                              struct bytes *ret_after)
{
    struct registry next;
    size_t count;
    TRY(open_next(arena, before, &next));
    struct registry_rule *rules = other_rules(arena, &next, rule, &count);
    if (count == next.rules_count) return err_set(ERR_NOT_FOUND, "registry: no such rule");
    next.rules = rules;
    next.rules_count = count;
    return registry_write(arena, &next, ret_after);
}
