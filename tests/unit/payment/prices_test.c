/* The price list: what is in force when, and money as people write it (spec 05). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_db.h"
#include "payment/payment.h"

static struct db *db;

static enum err add(struct db_tx *tx, void *context)
{
    return add_price(tx, context);
}

static int set_up(void **state)
{
    (void)state;
    db = fixture_db_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_db_close(db);
    return 0;
}

static void test_in_force(void **state)
{
    (void)state;
    struct new_price price = {PRODUCT_CERTIFICATE_3, 1000, 17000, 18};
    struct price_list list;
    assert_int_equal(db_run(db, add, &price), ERR_NONE);
    assert_int_equal(db_run(db, add, &price), ERR_EXISTS); /* a price is never changed afterwards */
    price = (struct new_price){PRODUCT_CERTIFICATE_3, 2000, 35000, 18};
    assert_int_equal(db_run(db, add, &price), ERR_NONE);
    price = (struct new_price){PRODUCT_READER, 1000, 10001, 18};
    assert_int_equal(db_run(db, add, &price), ERR_INVALID);

    static const struct {
        int64_t at_s, gross_kurus; /* 0: no price yet */
    } cases[] = {{999, 0}, {1000, 20060}, {1999, 20060}, {2000, 41300}, {9999, 41300}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(find_price_list(db, cases[i].at_s, &list), ERR_NONE);
        assert_int_equal(list.has_price[PRODUCT_CERTIFICATE_3], cases[i].gross_kurus != 0);
        assert_int_equal(list.gross_kurus[PRODUCT_CERTIFICATE_3], cases[i].gross_kurus);
        assert_false(list.has_price[PRODUCT_READER]);
    }
}

static void test_money(void **state)
{
    (void)state;
    CLEANUP_ARENA struct arena *arena = arena_new();
    static const struct {
        int64_t kurus;
        const char *text;
    } cases[] = {
        {0, "0,00 TL"}, {5, "0,05 TL"}, {41300, "413,00 TL"}, {100000, "1.000,00 TL"}, {118050, "1.180,50 TL"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(money_text(arena, cases[i].kurus), cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_force), cmocka_unit_test(test_money)};
    return cmocka_run_group_tests_name("payment/prices", tests, set_up, tear_down);
}
