/* From when to when a certificate is valid, by the reason of its application (spec 01, Reasons; spec 07, validity). */
#include "signer/evidence_internal.h"

#include <string.h>

/* That certificate is of this signer and of this person: the journal says so, and nobody else. */
static enum err find_concerned(const struct authority *authority, struct arena *arena,
                               const struct application_statement *application,
                               struct journal_certificate *ret_concerned)
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
    return ERR_NONE;
}

enum err find_validity(const struct authority *authority, struct arena *arena,
                       const struct application_statement *application, int64_t now_s, struct validity *ret_validity)
{
    struct journal_certificate concerned = {0};
    enum application_reason reason = application_reason_of(application->reason);
    enum reason_kind kind = application_reason_kind(reason);
    int64_t start_s = now_s;
    if (kind != REASON_IS_NEW) TRY(find_concerned(authority, arena, application, &concerned));
    /* two cards of which one is lost are not both good: the old one is dead before the new one is made */
    if ((reason == REASON_LOST || reason == REASON_FAULTY) && concerned.status != JOURNAL_REVOKED)
        return refuse("certificate concerned is not revoked");
    bool has_ended =
        concerned.status == JOURNAL_REVOKED || concerned.status == JOURNAL_VOIDED || concerned.not_after_s < now_s;
    if (kind == REASON_FOLLOWS && !has_ended) start_s = concerned.not_after_s + 1;
    int64_t end_s = application->term_years == 0 ? concerned.not_after_s
                                                 : time_add_years(start_s, (int)application->term_years) - DAY_S;
    if (end_s <= start_s) return refuse("certificate concerned has ended");
    *ret_validity = (struct validity){start_s, end_s};
    return ERR_NONE;
}
