/* The registry's lines of rules, held against what counts: which is met, and what it rests on. */
#include "base/buffer.h"
#include "signer/evidence_internal.h"
#include "statement/decision_statement.h"

#include <string.h>

static bool is_of_way(const struct decider *decider, const char *way)
{
    return strcmp(decider->way, way) == 0;
}

/* One authenticator speaks for one person, whatever numbers it stands under. */
static bool are_two_persons(const struct decider *one, const struct decider *other)
{
    return strcmp(one->identity_number, other->identity_number) != 0 &&
           !public_key_is_same(one->public_key, other->public_key);
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
            bool is_right = is_one_person ? strcmp(received->identity_number, approved->identity_number) == 0
                                          : are_two_persons(received, approved);
            bool is_by_card =
                is_one_person ? received->is_card && approved->is_card : received->is_card || approved->is_card;
            if (is_right && is_by_card) return true;
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
    for (size_t i = 0; i < gathering->decider_count; i++) {
        const struct decider *first = &gathering->deciders[i];
        if (!first->is_approved || !is_of_way(first, way)) continue;
        for (size_t k = 0; k < i; k++) {
            const struct decider *second = &gathering->deciders[k];
            if (second->is_approved && is_of_way(second, way) && are_two_persons(first, second)) return true;
        }
    }
    return false;
}

static bool is_met(const struct gathering *gathering, const char *way, enum registry_need need)
{
    switch (need) {
    case NEED_TWO_PERSONS: return has_pair(gathering, way, false);
    case NEED_ONE_PERSON: return has_pair(gathering, way, true);
    case NEED_APPLICANT: return gathering->applicant.key != NULL;
    case NEED_CONSENT: return gathering->consent.key != NULL;
    case NEED_OWNER: return gathering->owner.key != NULL;
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

static void put_word(struct buffer *words, const char *word)
{
    if (word == NULL) return;
    if (words->size > 0) buffer_char(words, ' ');
    buffer_text(words, word);
}

struct foundation {
    struct buffer keys, holders;
    int64_t until_s;
};

static void put_support(struct foundation *foundation, const struct support *support)
{
    put_word(&foundation->keys, support->key);
    put_word(&foundation->holders, support->serial);
    if (support->until_s < foundation->until_s) foundation->until_s = support->until_s;
}

/* All decisions of the way and, of the rest, what the line asked for: once one of them falls, so does the intent. */
static void rest_on(const struct gathering *gathering, const struct registry_rule *rule, struct approved *approved)
{
    struct foundation foundation = {BUFFER_EMPTY, BUFFER_EMPTY, INT64_MAX};
    for (size_t i = 0; i < gathering->decider_count; i++) {
        const struct decider *decider = &gathering->deciders[i];
        if (!is_of_way(decider, rule->way)) continue;
        put_support(&foundation, &(struct support){decider->key_digest, NULL, decider->until_s});
    }
    if (rule->needs & NEED(NEED_APPLICANT)) put_support(&foundation, &gathering->applicant);
    if (rule->needs & NEED(NEED_CONSENT)) put_support(&foundation, &gathering->consent);
    if (rule->needs & NEED(NEED_OWNER)) put_support(&foundation, &gathering->owner);
    if (gathering->station.key != NULL) put_support(&foundation, &gathering->station);
    if (foundation.holders.size == 0) buffer_char(&foundation.holders, '-');
    approved->keys = buffer_to_text(&foundation.keys, gathering->arena);
    approved->holders = buffer_to_text(&foundation.holders, gathering->arena);
    approved->until_s = foundation.until_s;
    buffer_free(&foundation.keys);
    buffer_free(&foundation.holders);
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
