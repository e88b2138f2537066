/*
 * Purpose: what things cost (spec 05, Price list). Collecting is still to come. Knows no applications: a product is named.
 */
#ifndef DIVIT_PAYMENT_PAYMENT_H
#define DIVIT_PAYMENT_PAYMENT_H

#include "db/db.h"

enum product {
    PRODUCT_CERTIFICATE_1, /* years */
    PRODUCT_CERTIFICATE_2,
    PRODUCT_CERTIFICATE_3,
    PRODUCT_REPLACEMENT, /* for the time that was left of another */
    PRODUCT_READER,
    PRODUCT_VPN, /* with a qualified certificate */
    PRODUCT_COUNT
};
const char *product_name(enum product product); /* "certificate_1" */
const char *product_title(enum product product); /* English (TR) */

struct price_list {
    bool has_price[PRODUCT_COUNT];
    int64_t gross_kurus[PRODUCT_COUNT]; /* VAT is in it */
};
/* In force at that moment; a product that was never priced has none. */
enum err find_price_list(struct db *db, int64_t at_s, struct price_list *ret_list) MUST_CHECK;
struct new_price {
    enum product product;
    int64_t from_s, net_kurus, vat_percent;
};
/* In a transaction. ERR_EXISTS: that product has a price from then on. ERR_INVALID: VAT that is no whole kuruş. */
enum err add_price(struct db_tx *tx, const struct new_price *price) MUST_CHECK;

const char *money_text(struct arena *arena, int64_t kurus); /* "1.180,50 TL" */

#endif
