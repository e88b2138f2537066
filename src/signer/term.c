/* From when to when a certificate is valid, by the reason of its application (spec 01, Reasons; spec 07, validity). */
#include "signer/evidence_internal.h"

#include <string.h>

/* That certificate is of this signer and of this person: the journal says so, and nobody else. */
static enum err find_concerned(const struct authority *authority, struct arena *arena,
                               const struct application_statement *application,
                               struct journal_certificate *ret_concerned, int64_t *ret_not_before_s)
{
    struct certificate certificate;
    struct bytes der;
    enum err error = journal_find(authority->journal, arena, application->certificate, ret_concerned);
    if (error == ERR_NOT_FOUND) return refuse("certificate concerned is not of this signer");
    TRY(error);
    if (ret_concerned->certificate.size == 0) return refuse("certificate concerned was never issued");
    TRY(document_open(authority, arena, DOCUMENT_CERTIFICATE, ret_concerned->serial, ret_concerned->certificate, &der));
    TRY(certificate_parse(arena, der, &certificate));
    if (certificate.subject_serial_number == NULL ||
        strcmp(certificate.subject_serial_number, application->identity_number) != 0)
        return refuse("certificate concerned is another person's");
    *ret_not_before_s = certificate.not_before_s;
    return ERR_NONE;
}

static bool is_over(const struct journal_certificate *certificate)
{
    return certificate->status == JOURNAL_REVOKED || certificate->status == JOURNAL_VOIDED;
}

/* A renewal follows on the present one; what takes the place of one that is still to start starts then. */
static int64_t start_of(enum reason_kind kind, const struct journal_certificate *concerned, int64_t not_before_s,
                        int64_t now_s)
{
    bool has_ended = is_over(concerned) || concerned->not_after_s < now_s;
    if (kind == REASON_FOLLOWS && !has_ended) return concerned->not_after_s + 1;
    return kind == REASON_REPLACES && not_before_s > now_s ? not_before_s : now_s;
}

enum err find_validity(const struct authority *authority, struct arena *arena,
                       const struct application_statement *application, int64_t now_s, struct validity *ret_validity)
{
    struct journal_certificate concerned = {0};
    enum application_reason reason = application_reason_of(application->reason);
    enum reason_kind kind = application_reason_kind(reason);
    int64_t not_before_s = 0;
    struct journal_revocation given_up = {0};
    if (kind != REASON_IS_NEW) TRY(find_concerned(authority, arena, application, &concerned, &not_before_s));
    if (kind == REASON_REPLACES && application->term_years != 0 &&
        concerned.not_after_s - application->made_s >= authority->renewal_s)
        return refuse("term of a replacement");
    int64_t start_s = start_of(kind, &concerned, not_before_s, now_s);
    int64_t end_s = application->term_years == 0 ? concerned.not_after_s
                                                 : time_add_years(start_s, (int)application->term_years) - DAY_S;
    if (end_s <= start_s) return refuse("certificate concerned has ended");
    /* two cards of which one is lost are never both good */
    if (reason_gives_up(reason) && !is_over(&concerned))
        given_up = (struct journal_revocation){concerned.serial, reason_revokes_as(reason)};
    *ret_validity = (struct validity){start_s, end_s, given_up};
    return ERR_NONE;
}
