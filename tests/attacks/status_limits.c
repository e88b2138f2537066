/* What the claim on status does not hold against: each succeeds, or the claim says too little. */
#include "../unit/signer/fixture_evidence.h"

#include "pki/ocsp.h"
#include "report.h"

static struct opened opened;

static enum err set(const char *serial, enum signer_status status, int64_t at_s)
{
    int64_t since_s;
    const struct signer_proof *proof = status == SIGNER_ACTIVE ? activation(serial, at_s) : NULL;
    return authority_set_status(&opened.authority, arena, serial, status, 0, proof, at_s, &since_s);
}

static struct signer_evidence asked_for(enum application_reason reason, const char *concerned)
{
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    story.application.reason = application_reason_words[reason];
    story.application.certificate = concerned;
    if (concerned != NULL) story.application.term_years = 0;
    struct signer_evidence evidence = evidence_of(&story);
    memory_key_free(key);
    return evidence;
}

static struct certificate issue(const struct signer_evidence *evidence)
{
    struct bytes der;
    struct certificate certificate;
    OK(authority_issue(&opened.authority, arena, evidence, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate;
}

/* A key of the worker's own, certified as a responder's: its answer about a revoked certificate verifies. */
static void a_fallen_worker_answers(void **state)
{
    struct memory_key *key;
    struct bytes request, der, answer, crl;
    struct certificate responder;
    struct ocsp_request question;
    struct revocation_said by_answer, by_list;
    int64_t number, next_s;
    const struct signer_evidence evidence = asked_for(REASON_FIRST, NULL);
    open_authority(&opened);
    const struct certificate *authority = &opened.authority.certificate;
    struct certificate revoked = issue(&evidence);
    OK(set(revoked.serial, SIGNER_REVOKED, now_s));
    OK(memory_key_new(&key));
    struct external_signer signer = memory_key_signer(key);
    OK(request_build(arena, &(const struct name){.common_name = "responder"}, memory_key_public(key), &signer,
                     &request));
    OK(authority_certify_ocsp(&opened.authority, arena, request, now_s, &der));
    OK(certificate_parse(arena, der, &responder));
    OK(ocsp_request_parse(arena, ocsp_request_build(arena, &revoked, authority, bytes_of_text("nonce")), &question));
    const struct ocsp_answer good = {.certificate_id = question.questions[0].certificate_id,
                                     .status = OCSP_GOOD,
                                     .this_update_s = now_s,
                                     .next_update_s = now_s + 3600};
    const struct ocsp_response response = {
        .answers = &good, .answers_count = 1, .nonce = question.nonce, .produced_s = now_s, .responder = &responder};
    OK(ocsp_response_build(arena, &response, &signer, &answer));
    enum err error = ocsp_response_check(arena, answer, &revoked, authority, question.nonce, now_s, &by_answer);
    OK(authority_crl(&opened.authority, arena, now_s, &crl, &number, &next_s));
    OK(crl_check(crl, &revoked, authority, &by_list));
    report_limit("status", "a fallen worker has an OCSP key certified: its answer is believed, the CRL says otherwise",
                 error == ERR_NONE && !by_answer.is_revoked && by_list.is_revoked);
    close_authority(&opened);
    memory_key_free(key);
    assert_int_equal(report_failed, 0);
}

/* What an INTENT ends passes the breaker, and what comes after it finds it counted. */
static void replacements_pass_the_breaker(void **state)
{
    enum { LOST = 2 };
    struct signer_evidence replacements[LOST], firsts[LOST + 1];
    struct certificate certificates[LOST + 1];
    for (int i = 0; i <= LOST; i++) firsts[i] = asked_for(REASON_FIRST, NULL);
    open_authority(&opened);
    for (int i = 0; i <= LOST; i++) certificates[i] = issue(&firsts[i]);
    close_authority(&opened);
    for (int i = 0; i < LOST; i++) replacements[i] = asked_for(REASON_LOST, certificates[i].serial);
    open_authority(&opened);
    now_s += 2 * 3600; /* an hour that has none yet */
    opened.authority.changes_per_hour = 1;
    for (int i = 0; i < LOST; i++) issue(&replacements[i]);
    long revoked = 0;
    for (int i = 0; i < LOST; i++) {
        struct journal_certificate kept;
        OK(journal_find(opened.authority.journal, arena, certificates[i].serial, &kept));
        revoked += kept.status == JOURNAL_REVOKED;
    }
    enum err next = set(certificates[LOST].serial, SIGNER_REVOKED, now_s);
    report_limit("status", "what a replacement revokes is counted by the breaker, not refused",
                 revoked == LOST && next == ERR_TOO_MANY);
    close_authority(&opened);
    assert_int_equal(report_failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_fallen_worker_answers),
                                       cmocka_unit_test(replacements_pass_the_breaker)};
    return cmocka_run_group_tests_name("status-limits", tests, begin, end);
}
