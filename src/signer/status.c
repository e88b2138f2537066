/* Status of certificates, CRLs, and the certificate of the OCSP responder. */
#include "pki/crl.h"
#include "pki/lint.h"
#include "pki/request.h"
#include "signer/proof.h"

#include <string.h>

#define HOUR_S ((int64_t)3600)

static bool is_reason(int64_t reason)
{
    /* RFC 5280 5.3.1 without those for CAs and attribute authorities; removeFromCRL stands in deltas alone */
    return reason == 0 || reason == 1 || (reason >= 3 && reason <= 5) || reason == 9;
}

static enum err status_to_set(const struct journal_certificate *now, enum signer_status wanted, int64_t reason,
                              enum journal_status *ret_status, int64_t *ret_reason)
{
    switch (wanted) {
    case SIGNER_ACTIVE:
        *ret_status = JOURNAL_ACTIVE;
        *ret_reason = 0;
        break;
    case SIGNER_SUSPENDED:
        *ret_status = JOURNAL_SUSPENDED;
        *ret_reason = CRL_REASON_CERTIFICATE_HOLD;
        break;
    case SIGNER_REVOKED:
        if (!is_reason(reason)) return err_set(ERR_INVALID, "revocation reason %lld", (long long)reason);
        *ret_status = JOURNAL_REVOKED;
        *ret_reason = reason;
        break;
    default: return err_set(ERR_INVALID, "status %d", (int)wanted);
    }
    if (now->status == JOURNAL_INTENT) return err_set(ERR_STATE, "the certificate is not issued yet");
    bool is_final = now->status == JOURNAL_REVOKED || now->status == JOURNAL_VOIDED;
    if (is_final && *ret_status != JOURNAL_REVOKED) return err_set(ERR_STATE, "revoked is final");
    return ERR_NONE;
}

static enum err activate(struct authority *authority, struct arena *arena,
                         const struct journal_certificate *certificate, const struct signer_proof *proof, int64_t now_s)
{
    struct journal_activation activation;
    TRY(authority_may_activate(authority, arena, certificate, proof, now_s, &activation));
    return journal_activate(authority->journal, now_s, certificate->serial, &activation);
}

/* A suspension or revocation, which the breaker counts. */
static enum err change(struct authority *authority, struct arena *arena, const char *serial, enum journal_status wanted,
                       int64_t reason, int64_t now_s)
{
    const char *release;
    TRY(authority_may_change(authority, arena, now_s, &release));
    if (release == NULL) return journal_set_status(authority->journal, now_s, serial, wanted, reason);
    return journal_set_released(authority->journal, now_s, serial, wanted, reason, release);
}

enum err authority_set_status(struct authority *authority, struct arena *arena, const char *serial,
                              enum signer_status status, int64_t reason, const struct signer_proof *proof,
                              int64_t now_s, int64_t *ret_since_s)
{
    struct journal_certificate certificate;
    enum journal_status wanted;
    int64_t wanted_reason;
    TRY(authority_is_open(authority));
    TRY(journal_find(authority->journal, arena, serial, &certificate));
    TRY(status_to_set(&certificate, status, reason, &wanted, &wanted_reason));
    /* Asked again, or revoked once more for another reason: the first one counts. */
    if (certificate.status == wanted || certificate.status == JOURNAL_VOIDED) {
        *ret_since_s = certificate.since_s;
        return ERR_NONE;
    }
    TRY(wanted == JOURNAL_ACTIVE ? activate(authority, arena, &certificate, proof, now_s)
                                 : change(authority, arena, serial, wanted, wanted_reason, now_s));
    *ret_since_s = now_s;
    return ERR_NONE;
}

enum err authority_crl(struct authority *authority, struct arena *arena, int64_t now_s, struct bytes *ret_crl,
                       int64_t *ret_number, int64_t *ret_next_update_s)
{
    struct crl_content content = {.issuer = &authority->certificate,
                                  .this_update_s = now_s,
                                  .next_update_s = now_s + authority->crl_hours * HOUR_S};
    TRY(authority_is_open(authority));
    TRY(journal_next_crl(authority->journal, arena, now_s, &content.number, &content.entries, &content.entries_count));
    struct bytes crl;
    TRY(crl_build(arena, &content, &authority->signer, &crl));
    *ret_crl = crl;
    *ret_number = content.number;
    *ret_next_update_s = content.next_update_s;
    return ERR_NONE;
}

enum err authority_certify_ocsp(struct authority *authority, struct arena *arena, struct bytes request_der,
                                int64_t now_s, struct bytes *ret_certificate)
{
    struct request request;
    struct bytes to_be_signed;
    TRY(authority_is_open(authority));
    TRY(request_parse(arena, request_der, &request));
    struct name subject = {.country = "TR",
                           .organization = authority->organization,
                           .common_name = authority->is_demo ? "Divit OCSP" COMMON_NAME_DEMO : "Divit OCSP"};
    struct certificate_content content = {.profile = &profile_ocsp,
                                          .terms = &authority->terms,
                                          .serial = authority_serial(authority, arena),
                                          .issuer_name = authority->certificate.subject_name,
                                          .issuer_key = authority->certificate.public_key,
                                          .subject_name = name_der(arena, &subject),
                                          .public_key = request.public_key,
                                          .not_before_s = now_s,
                                          .not_after_s = now_s + authority->ocsp_hours * HOUR_S,
                                          .algorithm = authority->signer.algorithm};
    TRY(certificate_build(arena, &content, &to_be_signed));
    TRY(lint_check(arena, to_be_signed, &profile_ocsp));
    TRY(journal_add_ocsp(authority->journal, now_s, certificate_serial_text(arena, content.serial), to_be_signed));
    return certificate_sign(arena, to_be_signed, authority->certificate.public_key, &authority->signer,
                            ret_certificate);
}
