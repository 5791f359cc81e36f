/* A shop of random orders, its derived tables, and answers that must be the same. */
#ifndef SHOPVANE_TESTS_QUERY_RANDOM_RIG_H
#define SHOPVANE_TESTS_QUERY_RANDOM_RIG_H

#include "rig.h"

#include "derive/derive.h"

static inline void random_shop(struct rig *r)
{
    rig_exec(
        r,
        "SELECT setseed(0.42);"
        "INSERT INTO orders (store, order_key, customer_key, local_date, currency, country,"
        " channel, is_test, has_sale) SELECT CASE WHEN i % 5 = 0 THEN 'b' ELSE 'main' END, i,"
        " CAST(random() * 300 AS INTEGER), DATE '2010-11-15' + CAST(random() * 90 AS INTEGER),"
        " 'GBP', CASE WHEN random() < 0.1 THEN NULL ELSE 'c' || CAST(random() * 6 AS INTEGER)"
        " END, CASE WHEN random() < 0.3 THEN 'web' ELSE 'app' END, false, true"
        " FROM range(1, 1001) AS t(i);"
        "INSERT INTO order_line (store, order_key, class, customer_key, sku, local_date,"
        " local_minute, order_date, currency, quantity, gross_e4, net_e4)"
        " SELECT store, order_key, 'sale', customer_key, 's' || CAST(random() * 40 AS INTEGER),"
        " local_date, CAST(random() * 1439 AS INTEGER), local_date, 'GBP', 1,"
        " CAST(random() * 1000000 AS INTEGER), CAST(random() * 1000000 AS INTEGER)"
        " FROM orders, range(3);"
        "INSERT INTO order_line (store, order_key, class, customer_key, sku, local_date,"
        " local_minute, order_date, currency, quantity, gross_e4, net_e4)"
        " SELECT store, order_key, 'return', customer_key, sku,"
        " local_date + CAST(random() * 20 AS INTEGER), local_minute, order_date, currency, -1,"
        " -gross_e4, -net_e4 FROM order_line WHERE random() < 0.1;");
}

static inline void derive(struct rig *r)
{
    struct error why = { .lang = LANG_EN };
    const struct derive_settings settings = { 0 };
    if (derive_run(&settings, r->conn, true, NULL, &why) != STATUS_OK)
        rig_fail(&why);
}

#endif
