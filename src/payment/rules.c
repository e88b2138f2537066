/* Names of products, and money as people write it. Pure. */
#include "payment/payment.h"

#include "base/language.h"

static const struct {
    const char *name, *title;
} products[PRODUCT_COUNT] = {
    [PRODUCT_CERTIFICATE_1] = {"certificate_1", TR("Certificate for 1 year")},
    [PRODUCT_CERTIFICATE_2] = {"certificate_2", TR("Certificate for 2 years")},
    [PRODUCT_CERTIFICATE_3] = {"certificate_3", TR("Certificate for 3 years")},
    [PRODUCT_REPLACEMENT] = {"replacement", TR("Replacement certificate")},
    [PRODUCT_READER] = {"reader", TR("Mini card reader")},
    [PRODUCT_VPN] = {"vpn", TR("VPN/logon certificate")},
};

const char *product_name(enum product product)
{
    return products[product].name;
}

const char *product_title(enum product product)
{
    return products[product].title;
}

const char *money_text(struct arena *arena, int64_t kurus)
{
    const char *thousands = kurus >= 100000 ? arena_printf(arena, "%lld.", (long long)(kurus / 100000)) : "";
    int width = kurus >= 100000 ? 3 : 1;
    return arena_printf(arena, "%s%0*lld,%02lld TL", thousands, width, (long long)(kurus / 100 % 1000),
                        (long long)(kurus % 100));
}
