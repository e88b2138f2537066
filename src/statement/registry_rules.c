/*
 * The rules that ship (spec 10, What the signer asks for before it issues), each line one way to have enough. They are
 * data: the ceremony writes them into the first registry, administrators may change them, the signer reads them there.
 */
#include "statement/registry.h"

#include <string.h>

const struct registry_rule registry_shipped_rules[] = {
    {"*", "ıslak", NEED(NEED_TWO_PERSONS)},
    {"*", "ıslak", NEED(NEED_ONE_PERSON) | NEED(NEED_OWNER)},
    {"*", "e-imza", NEED(NEED_APPLICANT) | NEED(NEED_CARD_APPROVAL)},
    {"*", "e-imza", NEED(NEED_APPLICANT) | NEED(NEED_PASSKEY_APPROVALS)},
    {"*", "e-onay", NEED(NEED_CONSENT) | NEED(NEED_OWNER) | NEED(NEED_CARD_APPROVAL)},
    {"*", "e-onay", NEED(NEED_CONSENT) | NEED(NEED_OWNER) | NEED(NEED_PASSKEY_APPROVALS)},
};
const size_t registry_shipped_rules_count = sizeof registry_shipped_rules / sizeof *registry_shipped_rules;

#define APPROVALS                                                                                                      \
    (NEED(NEED_TWO_PERSONS) | NEED(NEED_ONE_PERSON) | NEED(NEED_CARD_APPROVAL) | NEED(NEED_PASSKEY_APPROVALS))
#define PAPER (NEED(NEED_TWO_PERSONS) | NEED(NEED_ONE_PERSON)) /* teslim is of a paper form */

enum registry_rule_fault registry_rule_check(const struct registry_rule *rule)
{
    unsigned never = 0;
    if (strcmp(rule->way, "ıslak") == 0) never = NEED(NEED_APPLICANT) | NEED(NEED_CONSENT);
    if (strcmp(rule->way, "e-imza") == 0) never = PAPER | NEED(NEED_CONSENT);
    if (strcmp(rule->way, "e-onay") == 0) never = PAPER | NEED(NEED_APPLICANT);
    if ((rule->needs & APPROVALS) == 0) return RULE_WITHOUT_APPROVAL;
    return (rule->needs & never) != 0 ? RULE_NEVER_MET : RULE_FINE;
}
