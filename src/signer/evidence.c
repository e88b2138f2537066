#include "signer/evidence.h"

#include "pki/request.h"
#include "signer/proof.h"
#include "statement/decision_statement.h"

#include <string.h>

#define TERM_YEARS_MAX 3

static enum err check_application(struct arena *arena, const struct signer_evidence *evidence,
                                  struct approved *approved)
{
    struct application_statement *application = &approved->application;
    if (application_statement_read(arena, evidence->application_statement, application) != ERR_NONE)
        return refuse_detail("application statement");
    if (strcmp(application->application_uid, evidence->application_uid) != 0)
        return refuse("application statement of another application");
    if (strcmp(application->profile, "nes-1") != 0) return refuse("profile unknown");
    if (strcmp(application->reason, application_reason_words[0]) != 0) return refuse("reason other than first");
    if (application->term_years < 1 || application->term_years > TERM_YEARS_MAX) return refuse("term");
    approved->digest = sha256(arena, evidence->application_statement);
    return ERR_NONE;
}

/* The one line of this application: every part of it must fit. */
static enum err check_line(struct arena *arena, const struct decision_statement *decision,
                           const struct approved *approved)
{
    for (size_t i = 0; i < decision->line_count; i++) {
        const struct decision_statement_line *line = &decision->lines[i];
        if (strcmp(line->application_uid, approved->application.application_uid) != 0) continue;
        if (line->revision != approved->application.revision) return refuse("decision over another revision");
        if (strcmp(line->digest, hex_encode(arena, approved->digest)) != 0) return refuse("decision over another D");
        if (strcmp(line->way, decision_way_words[0]) != 0) return refuse("way other than wet");
        return ERR_NONE;
    }
    return refuse("decision without this application");
}

static enum err check_officer(const struct authority *authority, const struct registry_person *officer,
                              const struct decision_statement *decision, const struct approved *approved)
{
    if (officer->role != ROLE_OFFICER) return refuse("signer is no officer");
    if (strcmp(decision->institution_code, officer->institution_code) != 0)
        return refuse("decision of another institution than the officer's");
    if (strcmp(officer->identity_number, approved->application.identity_number) == 0)
        return refuse("officer and applicant are one person");
    /* what lies above an institution the registry tells, and nobody else */
    if (!registry_is_within(&authority->registry, approved->application.institution_code, decision->institution_code))
        return refuse("institution not within the officer's part of the tree");
    return ERR_NONE;
}

static enum err check_decision(const struct authority *authority, struct arena *arena,
                               const struct signer_evidence *evidence, int64_t now_s, struct approved *approved)
{
    struct signed_word word;
    struct decision_statement decision;
    const struct registry_person *officer;
    if (evidence->proof_count < 1 || evidence->proofs[0].kind != PROOF_CARD) return refuse("no decision by card");
    if (proof_open(arena, &evidence->proofs[0], &word) != ERR_NONE) return refuse_detail("decision");
    if (decision_statement_read(arena, word.text, &decision) != ERR_NONE) return refuse_detail("decision statement");
    if (!decision.is_approved) return refuse("decision without approval");
    if (decision.registry_number != authority->registry.number) return refuse("decision under another registry");
    if (decision.made_s > now_s + CLOCK_TOLERANCE_S) return refuse("decision from the future");
    if (now_s > decision.valid_until_s) return refuse("decision past its date");
    TRY(check_line(arena, &decision, approved));
    TRY(proof_person(authority, arena, &authority->registry, &word, decision.made_s, now_s, &officer));
    TRY(check_officer(authority, officer, &decision, approved));
    approved->officer_digest = word.key_digest;
    approved->decision_until_s = decision.valid_until_s;
    return ERR_NONE;
}

static enum err check_request(struct arena *arena, const struct signer_evidence *evidence, struct approved *approved)
{
    struct request request;
    if (request_parse(arena, evidence->certificate_request, &request) != ERR_NONE)
        return refuse_detail("certificate request");
    struct name wanted = request_subject(arena, approved->digest, evidence->attempt);
    if (request.common_name == NULL || strcmp(request.common_name, wanted.common_name) != 0)
        return refuse("request for another D");
    if (request.serial_number == NULL || strcmp(request.serial_number, wanted.serial_number) != 0)
        return refuse("request for another attempt");
    approved->public_key = request.public_key;
    return ERR_NONE;
}

enum err evidence_check(const struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                        int64_t now_s, struct approved *ret_approved)
{
    struct approved approved = {0};
    if (evidence->attempt < 1 || evidence->attempt > 1000) return refuse("attempt");
    TRY(check_application(arena, evidence, &approved));
    TRY(check_decision(authority, arena, evidence, now_s, &approved));
    TRY(check_request(arena, evidence, &approved));
    *ret_approved = approved;
    return ERR_NONE;
}
