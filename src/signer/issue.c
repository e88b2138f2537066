/* Issuing: evidence, build, lint, INTENT, sign, ISSUED; and what to do when it stopped in between. */
#include "base/buffer.h"
#include "base/clock.h"
#include "pki/lint.h"
#include "signer/authority.h"
#include "signer/evidence.h"

#include <string.h>

#define REASON_SUPERSEDED 4 /* RFC 5280 5.3.1 */

static struct name subject_of(struct arena *arena, const struct authority *authority,
                              const struct application_statement *application)
{
    /* spec 07: the two names as one CN; spec 09: a demo's certificates say so */
    return (struct name){.country = "TR",
                         .serial_number = application->identity_number,
                         .common_name = arena_printf(arena, "%s %s%s", application->given_names, application->surname,
                                                     authority->is_demo ? COMMON_NAME_DEMO : "")};
}

static enum err build(struct arena *arena, const struct authority *authority, const struct approved *approved,
                      const struct validity *validity, struct certificate_content *content,
                      struct bytes *ret_to_be_signed)
{
    struct name subject = subject_of(arena, authority, &approved->application);
    *content = (struct certificate_content){.profile = &profile_qualified,
                                            .terms = &authority->terms,
                                            .serial = authority_serial(authority, arena),
                                            .issuer_name = authority->certificate.subject_name,
                                            .issuer_key = authority->certificate.public_key,
                                            .subject_name = name_der(arena, &subject),
                                            .public_key = approved->public_key,
                                            .not_before_s = validity->start_s,
                                            .not_after_s = validity->end_s,
                                            .algorithm = authority->signer.algorithm};
    if (content->not_after_s > authority->certificate.not_after_s)
        return err_set(ERR_FORBIDDEN, "term beyond the authority's own end");
    TRY(certificate_build(arena, content, ret_to_be_signed));
    return lint_check(arena, *ret_to_be_signed, &profile_qualified);
}

/* Attempt n+1 takes the place of n, if n was never in use: decided here, done in the step of the INTENT. */
static enum err find_replaced(struct authority *authority, const struct journal_certificate *earlier, size_t count,
                              int64_t attempt, struct journal_revocation *ret_replaced)
{
    *ret_replaced = (struct journal_revocation){0};
    if (count == 0) return ERR_NONE;
    if (earlier[0].attempt >= attempt) return err_set(ERR_FORBIDDEN, "attempt is not the next one");
    if (earlier[0].status == JOURNAL_REVOKED || earlier[0].status == JOURNAL_VOIDED) return ERR_NONE;
    bool was_active;
    TRY(journal_was_active(authority->journal, earlier[0].serial, &was_active));
    if (earlier[0].status != JOURNAL_SUSPENDED || was_active)
        return err_set(ERR_FORBIDDEN, "the application has a certificate in use");
    *ret_replaced = (struct journal_revocation){earlier[0].serial, REASON_SUPERSEDED};
    return ERR_NONE;
}

/* The end of an intent: the key is used, the result is in the journal before it leaves. */
static enum err complete(struct authority *authority, struct arena *arena, const char *serial,
                         struct bytes to_be_signed, int64_t now_s, struct bytes *ret_certificate)
{
    struct bytes certificate;
    TRY(certificate_sign(arena, to_be_signed, authority->certificate.public_key, &authority->signer, &certificate));
    TRY(journal_issued(authority->journal, now_s, serial,
                       document_seal(authority, arena, DOCUMENT_CERTIFICATE, serial, certificate)));
    *ret_certificate = certificate;
    return ERR_NONE;
}

/* With the same bytes as were intended. */
static enum err complete_intent(struct authority *authority, struct arena *arena,
                                const struct journal_certificate *intent, int64_t now_s, struct bytes *ret_certificate)
{
    struct bytes to_be_signed;
    TRY(document_open(authority, arena, DOCUMENT_TO_BE_SIGNED, intent->serial, intent->to_be_signed, &to_be_signed));
    return complete(authority, arena, intent->serial, to_be_signed, now_s, ret_certificate);
}

/* SHA-256 over those of the statement, of the request, and of each proof's text and proof. */
static const char *evidence_digest(struct arena *arena, const struct signer_evidence *evidence)
{
    CLEANUP_BUFFER struct buffer digests = BUFFER_EMPTY;
    buffer_add(&digests, sha256(arena, evidence->application_statement));
    buffer_add(&digests, sha256(arena, evidence->certificate_request));
    for (size_t i = 0; i < evidence->proof_count; i++) {
        buffer_add(&digests, sha256(arena, evidence->proofs[i].text));
        buffer_add(&digests, sha256(arena, evidence->proofs[i].proof));
    }
    return hex_encode(arena, sha256(arena, buffer_bytes(&digests)));
}

static enum err issue_new(struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                          const struct approved *approved, const struct journal_certificate *earlier, size_t count,
                          int64_t now_s, struct bytes *ret_certificate)
{
    struct journal_revocation ends[2];
    struct validity validity;
    struct certificate_content content;
    struct bytes to_be_signed;
    size_t end_count = 0;
    TRY(find_replaced(authority, earlier, count, evidence->attempt, &ends[0]));
    if (ends[0].serial != NULL) end_count++;
    TRY(find_validity(authority, arena, &approved->application, now_s, &validity));
    if (validity.given_up.serial != NULL) ends[end_count++] = validity.given_up;
    TRY(build(arena, authority, approved, &validity, &content, &to_be_signed));
    /* last: what else is wrong, no waiting mends */
    TRY(authority_may_issue_to(authority, arena, approved->application.identity_number, now_s));
    const char *serial = certificate_serial_text(arena, content.serial);
    struct journal_certificate intent = {
        .serial = serial,
        .application_uid = evidence->application_uid,
        .attempt = evidence->attempt,
        .digest = hex_encode(arena, approved->digest),
        .evidence_digest = evidence_digest(arena, evidence),
        .key_digest = hex_encode(arena, sha256(arena, approved->public_key)),
        .evidence_keys = approved->keys,
        .holders = approved->holders,
        .until_s = approved->until_s,
        .not_after_s = content.not_after_s,
        .to_be_signed = document_seal(authority, arena, DOCUMENT_TO_BE_SIGNED, serial, to_be_signed)};
    enum err error = journal_intend(authority->journal, now_s, &intent, ends, end_count);
    if (error == ERR_EXISTS) return err_set(ERR_FORBIDDEN, "public key was certified before");
    TRY(error);
    return complete(authority, arena, serial, to_be_signed, now_s, ret_certificate);
}

enum err authority_issue(struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                         int64_t now_s, struct bytes *ret_certificate)
{
    const struct journal_certificate *earlier;
    size_t count;
    struct approved approved;
    TRY(authority_is_open(authority));
    TRY(authority_has_application(authority, evidence->application_uid));
    TRY(evidence_check(authority, arena, evidence, now_s, &approved));
    TRY(journal_find_application(authority->journal, arena, evidence->application_uid, &earlier, &count));
    const char *key_digest = hex_encode(arena, sha256(arena, approved.public_key));
    for (size_t i = 0; i < count; i++) {
        if (earlier[i].attempt != evidence->attempt) continue;
        if (strcmp(earlier[i].key_digest, key_digest) != 0)
            return err_set(ERR_FORBIDDEN, "attempt was for another key");
        if (strcmp(earlier[i].digest, hex_encode(arena, approved.digest)) != 0)
            return err_set(ERR_FORBIDDEN, "attempt was for another D"); /* its bytes rest on other evidence */
        if (earlier[i].status == JOURNAL_VOIDED) return err_set(ERR_FORBIDDEN, "attempt was voided");
        if (earlier[i].status == JOURNAL_INTENT) {
            TRY(authority_may_issue_to(authority, arena, approved.application.identity_number, now_s));
            return complete_intent(authority, arena, &earlier[i], now_s, ret_certificate);
        }
        return document_open(authority, arena, DOCUMENT_CERTIFICATE, earlier[i].serial, earlier[i].certificate,
                             ret_certificate);
    }
    return issue_new(authority, arena, evidence, &approved, earlier, count, now_s, ret_certificate);
}

/* The certificates of applicant and consent are as they were: this signer's own word. */
static enum err check_holders(struct authority *authority, struct arena *arena, const char *holders, bool *ret_stand)
{
    char *rest = (char *)(uintptr_t)arena_text(arena, holders), *serial; /* in our arena: ours to cut */
    *ret_stand = true;
    if (strcmp(holders, "-") == 0) return ERR_NONE;
    while (*ret_stand && (serial = strsep(&rest, " ")) != NULL) {
        struct journal_certificate certificate;
        TRY(journal_find(authority->journal, arena, serial, &certificate));
        *ret_stand = certificate.status == JOURNAL_ACTIVE;
    }
    return ERR_NONE;
}

/* The holder-to-be, by the bytes that wait for their signature, has not locked it meanwhile. */
static enum err check_lock(struct authority *authority, struct arena *arena, const struct journal_certificate *intent,
                           int64_t now_s, bool *ret_is_free)
{
    struct bytes to_be_signed;
    struct certificate unsigned_yet;
    TRY(document_open(authority, arena, DOCUMENT_TO_BE_SIGNED, intent->serial, intent->to_be_signed, &to_be_signed));
    struct bytes der = certificate_wrap(arena, to_be_signed, authority->signer.algorithm, bytes_of_text("-"));
    TRY(certificate_parse(arena, der, &unsigned_yet));
    enum err error = authority_may_issue_to(authority, arena, unsigned_yet.subject_serial_number, now_s);
    *ret_is_free = error == ERR_NONE;
    return error == ERR_FORBIDDEN ? ERR_NONE : error;
}

/* Under the registry of then, with every key, person, place and rule in it; nothing it rested on has run out. */
static enum err still_counts(struct authority *authority, struct arena *arena,
                             const struct journal_certificate *certificate, int64_t now_s, bool *ret_counts)
{
    struct journal_intent intent;
    struct journal_registry then;
    TRY(journal_find_intent(authority->journal, arena, certificate->serial, &intent));
    TRY(journal_registry_at(authority->journal, arena, intent.record, &then));
    *ret_counts = false;
    if (now_s > certificate->until_s || then.number != authority->registry.number) return ERR_NONE;
    TRY(check_lock(authority, arena, certificate, now_s, ret_counts));
    if (!*ret_counts) return ERR_NONE;
    return check_holders(authority, arena, certificate->holders, ret_counts);
}

enum err authority_recover(struct authority *authority, struct arena *arena, int64_t now_s, size_t *ret_completed,
                           size_t *ret_voided)
{
    const struct journal_certificate *intents;
    size_t count, completed = 0;
    TRY(authority_is_open(authority));
    TRY(journal_list_intents(authority->journal, arena, &intents, &count));
    for (size_t i = 0; i < count; i++) {
        bool counts;
        TRY(still_counts(authority, arena, &intents[i], now_s, &counts));
        if (counts) {
            struct bytes certificate;
            TRY(complete_intent(authority, arena, &intents[i], now_s, &certificate));
            completed++;
        } else {
            TRY(journal_voided(authority->journal, now_s, intents[i].serial));
        }
    }
    *ret_completed = completed;
    *ret_voided = count - completed;
    return ERR_NONE;
}
