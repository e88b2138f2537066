#include "signer/evidence_internal.h"

#include "pki/request.h"
#include "statement/production_statement.h"

#include <stdio.h>
#include <string.h>

#define TERM_YEARS_MAX 3

/* spec 01, Reasons: which of them concern a certificate, and which may leave the term to it. */
static enum err check_reason(const struct application_statement *application)
{
    enum reason_kind kind = application_reason_kind(application_reason_of(application->reason));
    if ((application->certificate != NULL) != (kind != REASON_IS_NEW))
        return refuse(kind == REASON_IS_NEW ? "certificate concerned by this reason" : "no certificate concerned");
    if (application->term_years == 0 && kind == REASON_REPLACES) return ERR_NONE;
    if (application->term_years < 1 || application->term_years > TERM_YEARS_MAX) return refuse("term");
    return ERR_NONE;
}

static enum err check_application(struct arena *arena, const struct signer_evidence *evidence,
                                  struct approved *approved)
{
    struct application_statement *application = &approved->application;
    if (application_statement_read(arena, evidence->application_statement, application) != ERR_NONE)
        return refuse_detail("application statement");
    if (strcmp(application->application_uid, evidence->application_uid) != 0)
        return refuse("application statement of another application");
    if (strcmp(application->profile, "nes-1") != 0) return refuse("profile unknown");
    TRY(check_reason(application));
    approved->digest = sha256(arena, evidence->application_statement);
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

static bool begins_with(struct bytes text, const char *line)
{
    return text.size >= strlen(line) && memcmp(text.data, line, strlen(line)) == 0;
}

/* A card signs statements of three types: the text itself says which. */
static enum err take_card(struct gathering *gathering, const struct signer_proof *proof)
{
    struct signed_word word;
    TRY(proof_open(gathering->arena, proof, &word));
    if (begins_with(word.text, "divit decision ")) return take_decision(gathering, &word);
    if (begins_with(word.text, "divit application ")) return take_applicant(gathering, &word);
    if (begins_with(word.text, "divit consent ")) return take_consent(gathering, &word);
    return refuse("card signature over no statement of evidence");
}

static enum err take_passkey(struct gathering *gathering, const struct signer_proof *proof)
{
    struct signed_word word;
    TRY(proof_open(gathering->arena, proof, &word));
    return take_decision(gathering, &word);
}

enum err evidence_take(struct gathering *gathering, const struct signer_proof *proof)
{
    switch (proof->kind) {
    case PROOF_CARD: return take_card(gathering, proof);
    case PROOF_PASSKEY: return take_passkey(gathering, proof);
    case PROOF_OWNER: return take_owner(gathering, proof);
    case PROOF_STATION: return take_station(gathering, proof);
    default: return refuse("proof of an unknown kind");
    }
}

/* A proof that a rule says no to does not count, and does no harm to those that do; the first reason is kept. */
static enum err gather(struct gathering *gathering, const struct signer_evidence *evidence)
{
    if (evidence->proof_count > SIGNER_PROOFS_MAX) return refuse("number of proofs");
    for (size_t i = 0; i < evidence->proof_count; i++) {
        enum err error = evidence_take(gathering, &evidence->proofs[i]);
        if (error == ERR_NONE) continue;
        if (error != ERR_FORBIDDEN) return error;
        if (gathering->why[0] == '\0') snprintf(gathering->why, sizeof gathering->why, "%s", err_detail());
    }
    return ERR_NONE;
}

/* spec 10: always, whatever the way. */
static enum err check_production(const struct gathering *gathering)
{
    if (gathering->station.key != NULL) return ERR_NONE;
    return refuse(gathering->why[0] != '\0' ? gathering->why : "production statement missing");
}

enum err evidence_begin(const struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                        int64_t now_s, struct approved *ret_approved, struct gathering *ret_gathering)
{
    struct approved approved = {0};
    if (evidence->attempt < 1) return refuse("attempt");
    if (evidence->attempt > PRODUCTION_ATTEMPTS_MAX) return refuse("more than three attempts");
    TRY(check_application(arena, evidence, &approved));
    TRY(check_request(arena, evidence, &approved));
    *ret_gathering = (struct gathering){.authority = authority,
                                        .arena = arena,
                                        .now_s = now_s,
                                        .application_uid = evidence->application_uid,
                                        .attempt = evidence->attempt,
                                        .statement = evidence->application_statement,
                                        .application = approved.application,
                                        .digest = hex_encode(arena, approved.digest),
                                        .public_key_digest = hex_encode(arena, sha256(arena, approved.public_key))};
    *ret_approved = approved;
    return ERR_NONE;
}

enum err evidence_check(const struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                        int64_t now_s, struct approved *ret_approved)
{
    struct approved approved;
    struct gathering gathering;
    TRY(evidence_begin(authority, arena, evidence, now_s, &approved, &gathering));
    TRY(gather(&gathering, evidence));
    TRY(check_rules(&gathering, &approved));
    TRY(check_production(&gathering));
    *ret_approved = approved;
    return ERR_NONE;
}
