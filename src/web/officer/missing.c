#include "application/application.h"
#include "base/buffer.h"
#include "web/officer/officer.h"

const char *officer_missing_text(struct http_request *request, unsigned missing, bool has_signatures)
{
    static const struct {
        unsigned bit;
        const char *first, *later; /* before and after somebody has signed */
    } phrases[] = {
        {MISSING_APPLICANT, TR("the applicant's own electronic signature"), NULL},
        {MISSING_CONSENT, TR("the holder's electronic consent"), NULL},
        {MISSING_OWNER, TR("an SMS code that the applicant entered, to a number known for 72 hours"), NULL},
        {MISSING_RECEIPT, TR("a signature that the form was received"), NULL},
        {MISSING_APPROVAL, TR("a signature of approval"), NULL},
        {MISSING_OTHER_PERSON, TR("from two different officers"),
         TR("from another officer than the one who has signed")},
        {MISSING_CARD, TR("at least one of them by card"), TR("by card")},
    };
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    enum language language = http_language(request);
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        if (!(missing & phrases[i].bit)) continue;
        const char *phrase = has_signatures && phrases[i].later != NULL ? phrases[i].later : phrases[i].first;
        buffer_printf(&text, "%s%s", text.size == 0 ? "" : ", ", tr(language, phrase));
    }
    return buffer_to_text(&text, http_arena(request));
}
