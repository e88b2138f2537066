/* The price list: rows are added, the latest that has begun is in force (spec 05). */
#include "payment/payment.h"

#include "payment_sql.h"

#include <string.h>

enum err add_price(struct db_tx *tx, const struct new_price *price)
{
    int64_t hundredfold = price->net_kurus * (100 + price->vat_percent);
    if (hundredfold % 100 != 0) return err_set(ERR_INVALID, "price: VAT is no whole kuruş");
    return db_exec(tx, &sql_insert_price,
                   DB_WITH(DB_TEXT("product", product_name(price->product)), DB_INT64("from_s", price->from_s),
                           DB_INT64("net_kurus", price->net_kurus), DB_INT64("vat_percent", price->vat_percent),
                           DB_INT64("gross_kurus", hundredfold / 100)),
                   NULL);
}

struct question {
    struct arena *arena;
    int64_t at_s;
    const struct db_rows *rows;
};

static enum err read_prices(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_prices, DB_WITH(DB_INT64("at_s", question->at_s)), &question->rows);
}

enum err find_price_list(struct db *db, int64_t at_s, struct price_list *ret_list)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct question question = {.arena = arena, .at_s = at_s};
    struct price_list list = {0};
    TRY(db_read(db, read_prices, &question));
    for (size_t i = 0; i < db_count(question.rows); i++) {
        const char *name = db_text(question.rows, i, "product");
        int product = 0;
        while (product < PRODUCT_COUNT && strcmp(product_name((enum product)product), name) != 0) product++;
        if (product == PRODUCT_COUNT) return err_set(ERR_BROKEN, "price: no such product");
        list.has_price[product] = true;
        list.gross_kurus[product] = db_int64(question.rows, i, "gross_kurus");
    }
    *ret_list = list;
    return ERR_NONE;
}
