/*
 * What is still missing before the signer would issue (spec 10, What the signer asks for), by the same lines of rules that
 * the signer reads in the registry. Pure: the signer checks all of it again for itself, from the signatures.
 */
#include "application/application.h"
#include "statement/registry.h"

/* Has another person than that of `decision` approved, one of the two by card if it needs one? */
static bool another_approved(const struct evidence_given *given, const struct decision_given *decision, bool needs_card)
{
    for (size_t i = 0; i < given->decision_count; i++) {
        const struct decision_given *other = &given->decisions[i];
        if (other->is_approved && other->person_id != decision->person_id &&
            (!needs_card || decision->is_card || other->is_card))
            return true;
    }
    return false;
}

static unsigned missing_flags(const struct evidence_given *given)
{
    unsigned missing = MISSING_RECEIPT | MISSING_APPROVAL;
    for (size_t i = 0; i < given->decision_count; i++) {
        if (given->decisions[i].is_received) missing &= ~(unsigned)MISSING_RECEIPT;
        if (given->decisions[i].is_approved) missing &= ~(unsigned)MISSING_APPROVAL;
    }
    return missing;
}

static bool has_card(const struct evidence_given *given)
{
    for (size_t i = 0; i < given->decision_count; i++) {
        if (given->decisions[i].is_card) return true;
    }
    return false;
}

/* teslim and onay of different persons, one of them by card */
static unsigned missing_of_two(const struct evidence_given *given)
{
    bool has_pair = false;
    for (size_t i = 0; i < given->decision_count; i++) {
        if (!given->decisions[i].is_received) continue;
        if (another_approved(given, &given->decisions[i], true)) return 0;
        has_pair = has_pair || another_approved(given, &given->decisions[i], false);
    }
    unsigned missing = missing_flags(given);
    if (has_pair) return MISSING_CARD;
    return missing | MISSING_OTHER_PERSON | (has_card(given) ? 0 : MISSING_CARD);
}

/* teslim and onay of one person, both by card */
static unsigned missing_of_one(const struct evidence_given *given)
{
    unsigned least = MISSING_RECEIPT | MISSING_APPROVAL | MISSING_CARD;
    for (size_t i = 0; i < given->decision_count; i++) {
        unsigned missing = MISSING_RECEIPT | MISSING_APPROVAL | MISSING_CARD;
        for (size_t j = 0; j < given->decision_count; j++) {
            const struct decision_given *decision = &given->decisions[j];
            if (!decision->is_card || decision->person_id != given->decisions[i].person_id) continue;
            if (decision->is_received) missing &= ~(unsigned)MISSING_RECEIPT;
            if (decision->is_approved) missing &= ~(unsigned)MISSING_APPROVAL;
        }
        if (!(missing & (MISSING_RECEIPT | MISSING_APPROVAL))) return 0;
        if (__builtin_popcount(missing) < __builtin_popcount(least)) least = missing;
    }
    return least;
}

static unsigned missing_of_card_approval(const struct evidence_given *given)
{
    for (size_t i = 0; i < given->decision_count; i++) {
        if (given->decisions[i].is_approved && given->decisions[i].is_card) return 0;
    }
    return MISSING_APPROVAL | MISSING_CARD;
}

static unsigned missing_of_two_approvals(const struct evidence_given *given)
{
    unsigned missing = MISSING_APPROVAL | MISSING_OTHER_PERSON;
    for (size_t i = 0; i < given->decision_count; i++) {
        if (!given->decisions[i].is_approved) continue;
        if (another_approved(given, &given->decisions[i], false)) return 0;
    }
    return missing;
}

static unsigned missing_of_need(enum registry_need need, const struct evidence_given *given)
{
    switch (need) {
    case NEED_TWO_PERSONS: return missing_of_two(given);
    case NEED_ONE_PERSON: return missing_of_one(given);
    case NEED_APPLICANT: return given->has_applicant ? 0 : MISSING_APPLICANT;
    case NEED_CONSENT: return given->has_consent ? 0 : MISSING_CONSENT;
    case NEED_OWNER: return given->has_owner ? 0 : MISSING_OWNER;
    case NEED_CARD_APPROVAL: return missing_of_card_approval(given);
    case NEED_PASSKEY_APPROVALS: return missing_of_two_approvals(given);
    case REGISTRY_NEED_COUNT: break;
    }
    return MISSING_RECEIPT | MISSING_APPROVAL;
}

unsigned missing_evidence(const struct registry_rule *rule, const struct evidence_given *given)
{
    unsigned missing = 0;
    for (int need = 0; need < REGISTRY_NEED_COUNT; need++) {
        if (rule->needs & NEED(need)) missing |= missing_of_need((enum registry_need)need, given);
    }
    return missing;
}

bool evidence_is_complete(const struct registry_rule *rules, size_t count, const struct evidence_given *given)
{
    for (size_t i = 0; i < count; i++) {
        if (missing_evidence(&rules[i], given) == 0) return true;
    }
    return false;
}
