/* Decisions as evidence: whose key, of which institution, over this application and no other (spec 10). */
#include "signer/evidence_internal.h"
#include "statement/decision_statement.h"

#include <string.h>

static const struct decision_statement_line *find_line(const struct decision_statement *decision, const char *uid)
{
    for (size_t i = 0; i < decision->line_count; i++) {
        if (strcmp(decision->lines[i].application_uid, uid) == 0) return &decision->lines[i];
    }
    return NULL;
}

/* The one line of this application: every part of it must fit. */
static enum err check_line(const struct gathering *gathering, const struct decision_statement_line *line)
{
    if (line == NULL) return refuse("decision without this application");
    if (line->revision != gathering->application.revision) return refuse("decision over another revision");
    if (strcmp(line->digest, gathering->digest) != 0) return refuse("decision over another D");
    return ERR_NONE;
}

/* The registry that the decision names: the one in force, or one before it out of the journal. */
static enum err find_registry(const struct gathering *gathering, int64_t number, struct registry *ret_registry)
{
    const struct authority *authority = gathering->authority;
    struct journal_registry kept;
    if (number == authority->registry.number) {
        *ret_registry = authority->registry;
        return ERR_NONE;
    }
    if (number > authority->registry.number) return refuse("decision under a registry to come");
    TRY(journal_find_registry(authority->journal, gathering->arena, number, &kept));
    return registry_read(gathering->arena, kept.text, ret_registry);
}

/* spec 10: keys valid then and now; then is what the decision's registry says, the same person in the same place. */
static enum err check_registry(const struct gathering *gathering, const struct decision_statement *decision,
                               const struct signed_word *word, const struct registry_person *officer)
{
    struct registry registry;
    TRY(find_registry(gathering, decision->registry_number, &registry));
    const struct registry_person *then = word->is_card ? registry_find_card(&registry, word->key_digest)
                                                       : registry_find_passkey(&registry, word->key_digest);
    if (then == NULL || strcmp(then->identity_number, officer->identity_number) != 0)
        return refuse("signer not in the decision's registry");
    if (then->role != officer->role || strcmp(then->institution_code, officer->institution_code) != 0)
        return refuse("signer of another place in the decision's registry");
    return ERR_NONE;
}

static enum err check_officer(const struct gathering *gathering, const struct registry_person *officer,
                              const struct decision_statement *decision)
{
    const struct application_statement *application = &gathering->application;
    if (officer->role != REGISTRY_OFFICER) return refuse("signer is no officer");
    if (strcmp(decision->institution_code, officer->institution_code) != 0)
        return refuse("decision of another institution than the officer's");
    if (strcmp(officer->identity_number, application->identity_number) == 0)
        return refuse("officer and applicant are one person");
    /* what lies above an institution the registry tells, and nobody else */
    if (!registry_is_within(&gathering->authority->registry, application->institution_code, decision->institution_code))
        return refuse("institution not within the officer's part of the tree");
    return ERR_NONE;
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static int64_t end_of(const struct decision_statement *decision, const struct signed_word *word,
                      const struct registry_person *officer)
{
    int64_t end_s = earlier(decision->valid_until_s, officer->until_s);
    return word->is_card ? earlier(end_s, word->certificate.not_after_s) : end_s;
}

enum err take_decision(struct gathering *gathering, const struct signed_word *word)
{
    struct decision_statement decision;
    const struct registry_person *officer;
    int64_t now_s = gathering->now_s;
    if (decision_statement_read(gathering->arena, word->text, &decision) != ERR_NONE)
        return refuse_detail("decision statement");
    if (decision.made_s > now_s + CLOCK_TOLERANCE_S) return refuse("decision from the future");
    if (now_s > decision.valid_until_s) return refuse("decision past its date");
    const struct decision_statement_line *line = find_line(&decision, gathering->application_uid);
    TRY(check_line(gathering, line));
    TRY(proof_person(gathering->authority, gathering->arena, &gathering->authority->registry, word, decision.made_s,
                     now_s, &officer));
    TRY(check_officer(gathering, officer, &decision));
    TRY(check_registry(gathering, &decision, word, officer));
    gathering->deciders[gathering->decider_count++] = (struct decider){.identity_number = officer->identity_number,
                                                                       .way = line->way,
                                                                       .is_card = word->is_card,
                                                                       .is_received = decision.is_received,
                                                                       .is_approved = decision.is_approved,
                                                                       .key_digest = word->key_digest,
                                                                       .public_key = proof_key(word, officer),
                                                                       .until_s = end_of(&decision, word, officer)};
    return ERR_NONE;
}
