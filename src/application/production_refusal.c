/*
 * What the signer's refusal means to those who look at the application, and who can do something about it. The rules'
 * names: docs/trust.md, What the signer checks before it issues. Pure.
 */
#include "application/application.h"

#include "base/language.h"

#include <string.h>

#define APPLICANT TR("The applicant's own electronic signature or consent does not count, or does not count any more")
#define OWNER TR("The code by which the applicant confirmed the application does not count")
#define PROVIDER TR("No signature is at fault: the provider has to look at it")
#define CONCERNED TR("The certificate that is renewed or replaced is not, or not any more, as the application says")
#define DECISION TR("The signature of an officer does not count for this application")

/* By how the rule's name begins; the first that fits. */
static const struct {
    const char *beginning;
    struct production_refusal refusal;
} refusals[] = {
    {"signer not in the registry",
     {TR("The key of an officer who has signed does not stand in the registry any more"), REMEDY_DECIDE}},
    {"signer not valid then and now",
     {TR("The key of an officer who has signed was not valid any more, or not yet"), REMEDY_DECIDE}},
    {"signer's certificate not valid",
     {TR("The key of an officer who has signed was not valid any more, or not yet"), REMEDY_DECIDE}},
    {"decision past its date", {TR("The signed decision was too old when the card was to be made"), REMEDY_DECIDE}},
    {"evidence missing", {TR("The signatures are not enough by the rules that are in force now"), REMEDY_DECIDE}},
    {"signature of another key", {PROVIDER, REMEDY_PROVIDER}},
    {"signature of another person", {APPLICANT, REMEDY_RETURN}},
    {"decision", {DECISION, REMEDY_DECIDE}},
    {"institution not within", {DECISION, REMEDY_DECIDE}},
    {"officer and applicant", {DECISION, REMEDY_DECIDE}},
    {"signature", {DECISION, REMEDY_DECIDE}},
    {"passkey", {DECISION, REMEDY_DECIDE}},
    {"signed in the future", {DECISION, REMEDY_DECIDE}},
    {"signer", {DECISION, REMEDY_DECIDE}},
    {"applicant's signature", {APPLICANT, REMEDY_RETURN}},
    {"holder's certificate", {APPLICANT, REMEDY_RETURN}},
    {"certificate of no authority", {APPLICANT, REMEDY_RETURN}},
    {"authority of the certificate", {APPLICANT, REMEDY_RETURN}},
    {"certificate that this signer did not issue", {APPLICANT, REMEDY_RETURN}},
    {"certificate suspended or revoked", {APPLICANT, REMEDY_RETURN}},
    {"certificate concerned", {CONCERNED, REMEDY_RETURN}},
    {"term of a replacement", {CONCERNED, REMEDY_RETURN}},
    {"consent", {APPLICANT, REMEDY_RETURN}},
    {"owner", {OWNER, REMEDY_RETURN}},
};

struct production_refusal production_refusal(const char *rule)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (strncmp(rule, refusals[i].beginning, strlen(refusals[i].beginning)) == 0) return refusals[i].refusal;
    }
    return (struct production_refusal){PROVIDER, REMEDY_PROVIDER};
}
