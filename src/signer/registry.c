/* The registry in force, and the next one: added to by two administrators, taken from by one (spec 10, Statements). */
#include "signer/proof.h"

#include <string.h>

#define ADMINISTRATORS_MIN 2 /* fewer could never add anybody again */

void authority_drop_registry(struct authority *authority)
{
    authority->registry_arena = arena_free(authority->registry_arena);
}

enum err authority_take_registry(struct authority *authority)
{
    struct arena *arena = arena_new();
    struct journal_registry newest;
    struct registry registry;
    journal_use_key(authority->journal, authority->document_key);
    enum err error = journal_find_registry(authority->journal, arena, 0, &newest);
    if (error == ERR_NONE) error = registry_read(arena, newest.text, &registry);
    if (error == ERR_NONE && registry.number != newest.number)
        error = err_set(ERR_BROKEN, "signer.db: registry %lld under another number", (long long)registry.number);
    if (error != ERR_NONE) {
        arena_free(arena);
        return error;
    }
    authority_drop_registry(authority);
    authority->registry = registry;
    authority->registry_text = newest.text;
    authority->registry_arena = arena;
    return ERR_NONE;
}

/* Each in its one encoding: a key written in two ways would pass for two. */
static enum err check_passkeys(const struct registry *registry)
{
    for (size_t i = 0; i < registry->persons_count; i++) {
        struct bytes key = registry->persons[i].public_key;
        if (key.size > 0 && public_key_check(key) != ERR_NONE) return refuse_detail("registry");
    }
    return ERR_NONE;
}

static enum err keep(struct authority *authority, struct arena *arena, struct bytes text,
                     const struct signer_proof *proofs, size_t count, int64_t now_s)
{
    const struct journal_registry next = {authority->registry.number + 1, text, proofs_to_keep(arena, proofs, count),
                                          count};
    TRY(journal_add_registry(authority->journal, now_s, &next));
    return authority_take_registry(authority);
}

enum err authority_set_registry(struct authority *authority, struct arena *arena, struct bytes text,
                                const struct signer_proof *proofs, size_t count, int64_t now_s)
{
    struct registry_change change;
    struct registry next;
    int administrators;
    TRY(authority_is_open(authority));
    if (bytes_equal(text, authority->registry_text)) return ERR_NONE; /* asked again */
    if (registry_compare(arena, authority->registry_text, text, &change) != ERR_NONE) return refuse_detail("registry");
    TRY(registry_read(arena, text, &next));
    TRY(check_passkeys(&next));
    if (registry_count_persons(&next, REGISTRY_ADMINISTRATOR) < ADMINISTRATORS_MIN)
        return refuse("registry with fewer than two administrators");
    TRY(proof_administrators(authority, arena, text, proofs, count, now_s, &administrators));
    if (administrators < change.administrators)
        return refuse(change.administrators == 1 ? "registry without an administrator's signature"
                                                 : "registry without the signatures of two administrators");
    return keep(authority, arena, text, proofs, count, now_s);
}
