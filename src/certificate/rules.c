/* Pure: what a certificate's status is called and what may follow it (spec 06, The life of a certificate). */
#include "certificate/certificate.h"

#include "base/language.h"

static const struct {
    const char *name;
    const char *title;
} statuses[] = {
    [CERTIFICATE_SUSPENDED] = {"suspended", TR("Suspended")},
    [CERTIFICATE_ACTIVE] = {"active", TR("Active")},
    [CERTIFICATE_REVOKED] = {"revoked", TR("Revoked")},
    [CERTIFICATE_EXPIRED] = {"expired", TR("Expired")},
};

const char *certificate_status_name(enum certificate_status status)
{
    return statuses[status].name;
}

const char *certificate_status_title(enum certificate_status status)
{
    return statuses[status].title;
}

enum err certificate_may_be_activated(const struct certificate_record *certificate)
{
    if (certificate->status != CERTIFICATE_SUSPENDED) return err_set(ERR_STATE, "certificate is not suspended");
    if (certificate->written_s == 0) return err_set(ERR_STATE, "certificate is not on its card yet");
    return ERR_NONE;
}
