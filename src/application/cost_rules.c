/* What an application costs, by reason and term, and who pays it, by door and reason (spec 05, Who pays). Pure. */
#include "application/application.h"

#include <string.h>

/* A replacement for the time that was left has a price of its own; one with a full term is paid as such. */
static enum product certificate_of(const struct application_form *form)
{
    if (form->end[0] != '\0') return PRODUCT_REPLACEMENT;
    if (strcmp(form->term, "1") == 0) return PRODUCT_CERTIFICATE_1;
    return strcmp(form->term, "2") == 0 ? PRODUCT_CERTIFICATE_2 : PRODUCT_CERTIFICATE_3;
}

/* Replacements are the person's own, unless the institution of this door pays for everything. */
static enum payer payer_of(const struct door *door, enum application_reason reason)
{
    bool is_replacement = application_reason_kind(reason) == REASON_REPLACES;
    return is_replacement && door->payer != PAYER_INSTITUTION ? PAYER_PERSON_TO_PROVIDER : door->payer;
}

struct cost application_cost(const struct door *door, const struct application_form *form,
                             const struct price_list *prices)
{
    struct cost cost = {.payer = payer_of(door, application_reason_from_name(form->reason)), .is_known = true};
    cost.lines[cost.count++] = certificate_of(form);
    if (door->offers_reader && strcmp(form->reader, "mini") == 0) cost.lines[cost.count++] = PRODUCT_READER;
    if (door->offers_vpn && strcmp(form->vpn, "yes") == 0) cost.lines[cost.count++] = PRODUCT_VPN;
    for (size_t i = 0; i < cost.count; i++) {
        cost.is_known = cost.is_known && prices->has_price[cost.lines[i]];
        cost.total_kurus += prices->gross_kurus[cost.lines[i]];
    }
    return cost;
}
