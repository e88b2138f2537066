#include "application/application.h"
#include "base/buffer.h"
#include "web/officer/officer.h"

/* How the card is asked for: of one person who does it all, as the only thing lacking, or of one of several. */
static const char *card_phrase(unsigned missing, bool has_signatures)
{
    if (missing == MISSING_CARD) return TR("one of the signatures by card");
    if (!(missing & MISSING_OTHER_PERSON)) return TR("from one officer, by card");
    return has_signatures ? TR("by card") : TR("at least one of them by card");
}

const char *officer_missing_text(struct http_request *request, unsigned missing, bool has_signatures)
{
    const struct {
        unsigned bit;
        const char *phrase;
    } phrases[] = {
        {MISSING_APPLICANT, TR("the applicant's own electronic signature")},
        {MISSING_CONSENT, TR("the holder's electronic consent")},
        {MISSING_OWNER, TR("an SMS code that the applicant entered, to a number known for 72 hours")},
        {MISSING_RECEIPT, TR("a signature that the form was received")},
        {MISSING_APPROVAL, TR("a signature of approval")},
        {MISSING_OTHER_PERSON,
         has_signatures ? TR("from another officer than the one who has signed") : TR("from two different officers")},
        {MISSING_CARD, card_phrase(missing, has_signatures)},
    };
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        if (!(missing & phrases[i].bit)) continue;
        buffer_printf(&text, "%s%s", text.size == 0 ? "" : ", ", tr(http_language(request), phrases[i].phrase));
    }
    return buffer_to_text(&text, http_arena(request));
}
