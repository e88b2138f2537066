/* The registry's lines of rules, held against what counts: which is met, and what it rests on. */
#include "base/buffer.h"
#include "signer/evidence_internal.h"
#include "statement/decision_statement.h"

#include <string.h>

static bool is_of_way(const struct decider *decider, const char *way)
{
    return strcmp(decider->way, way) == 0;
}

/* Pairs of decisions of one way: teslim of one and onay of the other; by the same person or not, by card or not. */
static bool has_pair(const struct gathering *gathering, const char *way, bool is_one_person)
{
    for (size_t i = 0; i < gathering->decider_count; i++) {
        const struct decider *received = &gathering->deciders[i];
        if (!received->is_received || !is_of_way(received, way)) continue;
        for (size_t k = 0; k < gathering->decider_count; k++) {
            const struct decider *approved = &gathering->deciders[k];
            if (!approved->is_approved || !is_of_way(approved, way)) continue;
            bool is_same = strcmp(received->identity_number, approved->identity_number) == 0;
            bool is_by_card =
                is_one_person ? received->is_card && approved->is_card : received->is_card || approved->is_card;
            if (is_same == is_one_person && is_by_card) return true;
        }
    }
    return false;
}

static bool has_card_approval(const struct gathering *gathering, const char *way)
{
    for (size_t i = 0; i < gathering->decider_count; i++) {
        const struct decider *decider = &gathering->deciders[i];
        if (decider->is_approved && decider->is_card && is_of_way(decider, way)) return true;
    }
    return false;
}

static bool has_two_approvals(const struct gathering *gathering, const char *way)
{
    const char *first = NULL;
    for (size_t i = 0; i < gathering->decider_count; i++) {
        const struct decider *decider = &gathering->deciders[i];
        if (!decider->is_approved || !is_of_way(decider, way)) continue;
        if (first != NULL && strcmp(first, decider->identity_number) != 0) return true;
        first = decider->identity_number;
    }
    return false;
}

static bool is_met(const struct gathering *gathering, const char *way, enum registry_need need)
{
    switch (need) {
    case NEED_TWO_PERSONS: return has_pair(gathering, way, false);
    case NEED_ONE_PERSON: return has_pair(gathering, way, true);
    case NEED_APPLICANT: return gathering->applicant_key != NULL;
    case NEED_CONSENT: return gathering->consent_key != NULL;
    case NEED_OWNER: return gathering->owner_key != NULL;
    case NEED_CARD_APPROVAL: return has_card_approval(gathering, way);
    case NEED_PASSKEY_APPROVALS: return has_two_approvals(gathering, way);
    default: return false;
    }
}

unsigned missing_needs(const struct gathering *gathering, const struct registry_rule *rule)
{
    unsigned needs = 0;
    for (unsigned need = 0; need < REGISTRY_NEED_COUNT; need++) {
        if ((rule->needs & NEED(need)) && !is_met(gathering, rule->way, (enum registry_need)need)) needs |= NEED(need);
    }
    return needs;
}

static void put_key(struct buffer *keys, const char *key)
{
    if (key == NULL) return;
    if (keys->size > 0) buffer_char(keys, ' ');
    buffer_text(keys, key);
}

/* All decisions of the way and, of the rest, what the line asked for: once one of them falls, so does the intent. */
static void rest_on(const struct gathering *gathering, const struct registry_rule *rule, struct approved *approved)
{
    CLEANUP_BUFFER struct buffer keys = BUFFER_EMPTY;
    approved->decision_until_s = INT64_MAX;
    for (size_t i = 0; i < gathering->decider_count; i++) {
        const struct decider *decider = &gathering->deciders[i];
        if (!is_of_way(decider, rule->way)) continue;
        put_key(&keys, decider->key_digest);
        if (decider->until_s < approved->decision_until_s) approved->decision_until_s = decider->until_s;
    }
    if (rule->needs & NEED(NEED_APPLICANT)) put_key(&keys, gathering->applicant_key);
    if (rule->needs & NEED(NEED_CONSENT)) put_key(&keys, gathering->consent_key);
    if (rule->needs & NEED(NEED_OWNER)) put_key(&keys, gathering->owner_key);
    put_key(&keys, gathering->station_key);
    approved->keys = buffer_to_text(&keys, gathering->arena);
}

static void put_missing(struct buffer *text, const struct registry_rule *rule, unsigned needs)
{
    buffer_printf(text, "%s %s:", text->size == 0 ? "" : ";", rule->way);
    for (unsigned need = 0; need < REGISTRY_NEED_COUNT; need++) {
        if (needs & NEED(need)) buffer_printf(text, " %s", registry_need_words[need]);
    }
}

/* Has the application decisions of this way? Without any, none is spoken of but where there are none at all. */
static bool is_in_question(const struct gathering *gathering, const char *way)
{
    for (size_t i = 0; i < gathering->decider_count; i++) {
        if (is_of_way(&gathering->deciders[i], way)) return true;
    }
    return gathering->decider_count == 0;
}

enum err check_rules(const struct gathering *gathering, struct approved *approved)
{
    CLEANUP_BUFFER struct buffer lacks = BUFFER_EMPTY;
    for (size_t at = 0; decision_way_words[at] != NULL; at++) {
        const struct registry_rule *rules;
        size_t count;
        if (!is_in_question(gathering, decision_way_words[at])) continue;
        registry_find_rules(&gathering->authority->registry, gathering->arena, gathering->application.door,
                            decision_way_words[at], &rules, &count);
        for (size_t i = 0; i < count; i++) {
            unsigned needs = missing_needs(gathering, &rules[i]);
            if (needs == 0) {
                rest_on(gathering, &rules[i], approved);
                return ERR_NONE;
            }
            put_missing(&lacks, &rules[i], needs);
        }
    }
    if (gathering->why[0] != '\0') return refuse(gathering->why);
    if (lacks.size == 0) return refuse("no rule for this door and way");
    return err_set(ERR_FORBIDDEN, "evidence missing:%s", buffer_to_text(&lacks, gathering->arena));
}

/* -- later -- */

static bool key_stands(const struct registry *registry, struct arena *arena, const char *key, int64_t now_s)
{
    const struct registry_person *person = registry_find_card(registry, key);
    if (person == NULL) person = registry_find_passkey(registry, key);
    if (person != NULL) return now_s <= person->until_s;
    for (size_t i = 0; i < registry->services_count; i++) {
        const struct registry_service *service = &registry->services[i];
        if (strcmp(hex_encode(arena, sha256(arena, service->public_key)), key) == 0) return now_s <= service->until_s;
    }
    for (size_t i = 0; i < registry->authorities_count; i++) {
        if (strcmp(hex_encode(arena, sha256(arena, registry->authorities[i])), key) == 0) return true;
    }
    return false;
}

bool evidence_keys_stand(const struct registry *registry, struct arena *arena, const char *keys, int64_t now_s)
{
    char *rest = (char *)(uintptr_t)arena_text(arena, keys), *key; /* in our arena: ours to cut */
    while ((key = strsep(&rest, " ")) != NULL) {
        if (!key_stands(registry, arena, key, now_s)) return false;
    }
    return true;
}
