/*
 * The rules that ship (spec 10, What the signer asks for before it issues), each line one way to have enough. They are
 * data: the ceremony writes them into the first registry, administrators may change them, the signer reads them there.
 */
#include "statement/registry.h"

const struct registry_rule registry_shipped_rules[] = {
    {"*", "ıslak", NEED(NEED_TWO_PERSONS)},
    {"*", "ıslak", NEED(NEED_ONE_PERSON) | NEED(NEED_OWNER)},
    {"*", "e-imza", NEED(NEED_APPLICANT) | NEED(NEED_CARD_APPROVAL)},
    {"*", "e-imza", NEED(NEED_APPLICANT) | NEED(NEED_PASSKEY_APPROVALS)},
    {"*", "e-onay", NEED(NEED_CONSENT) | NEED(NEED_OWNER) | NEED(NEED_CARD_APPROVAL)},
    {"*", "e-onay", NEED(NEED_CONSENT) | NEED(NEED_OWNER) | NEED(NEED_PASSKEY_APPROVALS)},
};
const size_t registry_shipped_rules_count = sizeof registry_shipped_rules / sizeof *registry_shipped_rules;
