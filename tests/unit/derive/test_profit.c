/* Profits: rules by date, booked costs, shares to the cent, and that every grouping adds up. */
#include "derive_shop.h"

#define TEXT(lit)            \
    {                        \
        lit, sizeof(lit) - 1 \
    }
static const struct cost_store stores[] = {
    { TEXT("main"), TEXT("GBP"), 40000, -1, 6000 },
    { TEXT("two"), TEXT("GBP"), 20000, -1, -1 },
};
static const struct cost_world world = { TEXT("GBP"), stores, 2 };

static const char rules[] = "goods:\n"
                            "  - {sku: S1, cost: 0.33}\n"
                            "  - {sku: S1, cost: 0.37, valid_from: 2024-03-01}\n"
                            "  - {sku: M, cost: 0.11, store: two}\n"
                            "platform_fee:\n"
                            "  - {percent: 5.55, store: main, valid_from: 2024-03-01}\n"
                            "commission:\n"
                            "  - {percent: 17.77, channel: ads, refunded: no}\n"
                            "parcel:\n  - {per_order: 3.21}\n"
                            "packaging:\n  - {per_order: 0.1, per_unit: 0.07}\n"
                            "return_insurance:\n  - {per_order: 0.05}\n"
                            "return_freight:\n  - {per_return: 4.99}\n"
                            "gift:\n  - {per_order: 0.01, store: two}\n"
                            "fixed:\n  - {name: rent, per_month: 1000.01}\n"
                            "  - {name: rent, per_month: 900, valid_from: 2024-03-16}\n";
static const char skus[] = "merchant_code,master_sku\nS2,M\nS3,M\n";

static struct arena *arena;
static struct cost_book book;

/* The whole table of profits: the ledger, and beside it what lines cost. */
static const char view_sql[] =
    "CREATE TEMP VIEW profit_line AS SELECT store, order_key, class, sku, channel, campaign,"
    " local_date, order_date, currency, coalesce(a.master_sku, sku) AS master_sku,"
    " coalesce(units, 0) AS units, coalesce(net_e4, 0) AS net_e4, shipping_e4, goods_e4, gift_e4,"
    " coalesce(platform_fee_e4, 0) AS platform_fee_e4, coalesce(commission_e4, 0) AS commission_e4,"
    " coalesce(payment_fee_e4, 0) AS payment_fee_e4, coalesce(parcel_e4, 0) AS parcel_e4,"
    " coalesce(packaging_e4, 0) AS packaging_e4, coalesce(insurance_e4, 0) AS insurance_e4,"
    " coalesce(return_freight_e4, 0) AS return_freight_e4, coalesce(other_e4, 0) AS other_e4,"
    " coalesce(ads_e4, 0) AS ads_e4, coalesce(fixed_e4, 0) AS fixed_e4,"
    " coalesce(booked_e4, 0) AS booked_e4, coalesce(replaced_e4, 0) AS replaced_e4,"
    " coalesce(estimated_e4, 0) AS estimated_e4 FROM (SELECT l.store, l.order_key, l.class, l.sku,"
    " o.channel, o.campaign, l.local_date, l.order_date, l.currency, CASE WHEN l.class IN ('sale',"
    " 'return') THEN l.quantity END AS units, CASE WHEN l.class IN ('sale', 'return') THEN l.net_e4"
    " WHEN l.class = 'discount' THEN l.gross_e4 END AS net_e4, CASE WHEN l.class = 'shipping' THEN"
    " l.net_e4 ELSE 0 END AS shipping_e4, CASE WHEN l.class IN ('sale', 'return') THEN l.cost_e4"
    " END AS goods_e4, CASE WHEN l.class = 'giveaway' THEN coalesce(l.cost_e4, 0) ELSE 0 END AS"
    " gift_e4, CASE WHEN l.class = 'fee' THEN -l.net_e4 END AS other_e4"
    " FROM order_line l LEFT JOIN orders o USING (order_key)"
    " UNION ALL BY NAME SELECT * EXCLUDE (known_net_e4) FROM cost_line)"
    " LEFT JOIN article a USING (store, sku)";

/* The shop of derive_shop.h with costs in many forms. */
static void fill(struct rig *r)
{
    struct problems p;
    struct error why = { .lang = LANG_EN };
    arena = arena_new(0);
    problems_init(&p, arena, LANG_EN);
    if (costs_read_texts(rules, skus, NULL, &world, arena, &p, &book, &why) != STATUS_OK ||
        p.n_total > 0)
        fail_msg("%s %s", why.text, p.n_total > 0 ? p.items[0].text.ptr : "");
    r->settings.costs = &book;
    for (int batch = 0; batch < 3; batch++)
        add_batch(r, batch);
    run_sql(
        r,
        "INSERT INTO fee BY NAME SELECT store, 'f' || order_key AS fee_id, order_key,"
        " ['platform', 'commission', 'service', 'payment', 'freight', 'promotion', 'odd']"
        "[(order_key % 7 + 1)::INT] AS kind, (hash(order_key) % 90000)::BIGINT AS amount_e4,"
        " 'GBP' AS currency, local_date + 20 AS local_date FROM src_orders WHERE order_key % 3 = 0;"
        "INSERT INTO fee BY NAME SELECT 'main' AS store, 'z' AS fee_id, 'fixed' AS kind,"
        " 123400 AS amount_e4, 'GBP' AS currency, DATE '2024-03-01' AS local_date;"
        "INSERT INTO shipment BY NAME SELECT store, 'p' || order_key AS shipment_id, order_key,"
        " 45678 AS cost_e4, 'GBP' AS currency, local_date FROM src_orders WHERE order_key % 5 = 0;"
        "INSERT INTO ad_spend BY NAME SELECT 'main' AS store, DATE '2024-02-01' + i::INT AS"
        " local_date, 'ads' AS channel, 77700 + i AS spend_e4, 'GBP' AS currency"
        " FROM range(40) t(i);"
        "INSERT INTO dirty_cost SELECT store, local_date, order_key FROM fee");
    derive(r, false);
    run_sql(r, view_sql);
}

static int set_up(void **state)
{
    if (rig_open(state) != 0)
        return -1;
    fill(*state);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return rig_close(state);
}

/* Postage moves among the lines of its order and stays the same. */
static void postage_moves_to_what_was_sold(void **state)
{
    struct rig *r = *state;

    assert_true(number(r, "SELECT count(*) FROM cost_line WHERE shipping_e4 > 0") > 0);
    assert_int_equal(number(r,
                            "SELECT count(*) FROM (SELECT sum(shipping_e4) AS s FROM cost_line"
                            " GROUP BY order_key) WHERE s <> 0"),
                     0);
    assert_int_equal(
        number(r,
               "SELECT count(*) FROM (SELECT sum(shipping_e4) AS s FROM profit_line"
               " WHERE class = 'shipping' AND (order_key, local_date) IN (SELECT order_key,"
               " local_date FROM cost_line WHERE class = 'shipping')"
               " GROUP BY order_key) WHERE s <> 0"),
        0);
}

/* Revenue is not kept twice: a line that costs nothing has no row. */
static void a_line_without_costs_has_no_row(void **state)
{
    struct rig *r = *state;

    run_sql(r, "BEGIN; DELETE FROM cost_rule; DELETE FROM cost_article");
    const struct cost_book *kept = r->settings.costs;
    r->settings.costs = NULL;
    run_sql(r,
            "COMMIT; INSERT INTO dirty SELECT DISTINCT store, local_date FROM order_line WHERE"
            " local_date IS NOT NULL;"
            "INSERT INTO dirty_cost SELECT DISTINCT store, local_date, NULL FROM ad_spend");
    derive(r, false);
    const int64_t incremental = number(r,
                                       "SELECT hash(list(c ORDER BY c::VARCHAR))::UBIGINT // 2"
                                       " FROM cost_line c");

    assert_int_equal(
        number(r,
               "SELECT count(*) FROM cost_line WHERE order_key IS NOT NULL AND shipping_e4 = 0 AND"
               " platform_fee_e4 = 0 AND commission_e4 = 0 AND payment_fee_e4 = 0 AND parcel_e4 = 0"
               " AND insurance_e4 = 0 AND other_e4 = 0 AND order_key NOT IN (SELECT order_key FROM"
               " fee UNION ALL SELECT order_key FROM shipment UNION ALL SELECT order_key FROM"
               " order_line WHERE class = 'shipping')"),
        0);
    derive(r, true);
    assert_int_equal(number(r,
                            "SELECT hash(list(c ORDER BY c::VARCHAR))::UBIGINT // 2"
                            " FROM cost_line c"),
                     incremental);
    r->settings.costs = kept;
    run_sql(r, "DELETE FROM cost_state");
    derive(r, false);
}

/* By any grouping the rows of the waterfall add up to the whole, and each row in itself. */
static void every_grouping_adds_up_to_the_cent(void **state)
{
    static const char *const groups[] = { "store",      "sku",        "master_sku", "channel",
                                          "order_key",  "local_date", "order_date", "class",
                                          "store, sku", "campaign" };
    static const char *const columns[] = { "net_e4",        "goods_e4",       "platform_fee_e4",
                                           "commission_e4", "payment_fee_e4", "parcel_e4",
                                           "packaging_e4",  "insurance_e4",   "return_freight_e4",
                                           "gift_e4",       "other_e4",       "ads_e4",
                                           "fixed_e4",      "booked_e4",      "estimated_e4" };
    struct rig *r = *state;
    char sql[512];

    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        snprintf(sql, sizeof sql, "SELECT sum(%s)::BIGINT FROM profit_line", columns[c]);
        const int64_t whole = number(r, sql);
        for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
            snprintf(sql,
                     sizeof sql,
                     "SELECT sum(x)::BIGINT FROM (SELECT coalesce(sum(%s), 0) AS x FROM profit_line"
                     " GROUP BY %s)",
                     columns[c],
                     groups[g]);
            assert_int_equal(number(r, sql), whole);
        }
    }
}

/* What orders were charged by the rules is what their lines bear: cents, to the last one. */
static void shares_sum_to_what_the_order_was_charged(void **state)
{
    struct rig *r = *state;

    /* parcels: 3.21 an order with a sale line, or as shipped */
    assert_int_equal(
        number(r,
               "SELECT count(*) FROM (SELECT order_key, sum(parcel_e4) AS p FROM profit_line WHERE"
               " class = 'sale' GROUP BY ALL) WHERE p <> CASE WHEN order_key % 5 = 0 THEN 45678"
               " ELSE 32100 END"),
        0);
    assert_true(number(r, "SELECT count(*) FROM profit_line WHERE parcel_e4 % 100 <> 0") > 0);
    assert_int_equal(number(r,
                            "SELECT count(*) FROM profit_line WHERE parcel_e4 % 100 <> 0"
                            " AND order_key % 5 <> 0"),
                     0);
    /* an order of March at 5.55 %, rounded once, fees of returns given back; not booked ones */
    assert_int_equal(
        number(
            r,
            "SELECT count(*) FROM (SELECT order_key, sum(platform_fee_e4) AS fee FROM profit_line"
            " WHERE store = 'main' AND order_date >= '2024-03-01' AND class = 'sale' AND NOT"
            " (order_key % 3 = 0 AND order_key % 7 = 0) GROUP BY ALL) f JOIN (SELECT order_key,"
            " round_even(sum(net_e4) * 0.0555 / 100, 0)::BIGINT * 100 AS want FROM order_line"
            " WHERE class IN ('sale', 'shipping') GROUP BY ALL) w USING (order_key)"
            " WHERE abs(fee - want) > 0"),
        0);
}

static void booked_costs_replace_the_rules_and_the_gap_is_kept(void **state)
{
    struct rig *r = *state;

    /* a booked platform fee stands on its order's lines, whatever the rule */
    assert_int_equal(
        number(
            r,
            "SELECT count(*) FROM (SELECT order_key, sum(platform_fee_e4) AS fee FROM profit_line"
            " GROUP BY ALL) p JOIN fee f USING (order_key) WHERE f.kind = 'platform'"
            " AND p.fee <> f.amount_e4"),
        0);
    assert_true(number(r, "SELECT sum(replaced_e4)::BIGINT FROM profit_line") > 0);
    /* everything booked is somewhere, but for promotion, which ad spend holds */
    assert_int_equal(number(r,
                            "SELECT sum(platform_fee_e4 + commission_e4 + payment_fee_e4 +"
                            " insurance_e4 + other_e4 + fixed_e4 + parcel_e4)::BIGINT FROM"
                            " profit_line WHERE class = 'booked'") +
                         number(r,
                                "SELECT sum(booked_e4)::BIGINT + sum(other_e4) FILTER (class <>"
                                " 'booked')::BIGINT FROM profit_line"),
                     number(r, "SELECT sum(amount_e4)::BIGINT FROM fee WHERE kind <> 'promotion'") +
                         number(r, "SELECT sum(cost_e4)::BIGINT FROM shipment"));
}

/* One order of main with a sale in March and no booked cost. */
#define ONE_ORDER                                                                        \
    "(SELECT min(order_key) FROM order_line WHERE store = 'main' AND class = 'sale' AND" \
    " order_date >= '2024-03-01' AND order_key % 15 NOT IN (0, 3, 5, 6, 9, 10, 12))"

static void booked_in_another_currency_replaces_the_rules_too(void **state)
{
    struct rig *r = *state;

    assert_true(number(r,
                       "SELECT sum(platform_fee_e4)::BIGINT FROM cost_line WHERE class = 'sale' AND"
                       " order_key = " ONE_ORDER) > 0);
    run_sql(r,
            "INSERT INTO fee BY NAME SELECT 'main' AS store, 'usd' AS fee_id, " ONE_ORDER
            " AS order_key, 'platform' AS kind, 12300 AS amount_e4, 'USD' AS currency,"
            " DATE '2024-03-20' AS local_date;"
            "INSERT INTO dirty_cost SELECT store, local_date, order_key FROM fee WHERE fee_id ="
            " 'usd'");
    derive(r, false);

    assert_int_equal(number(r,
                            "SELECT sum(platform_fee_e4)::BIGINT FROM cost_line WHERE currency ="
                            " 'GBP' AND order_key = " ONE_ORDER),
                     0);
    assert_int_equal(number(r,
                            "SELECT sum(platform_fee_e4)::BIGINT FROM cost_line WHERE currency ="
                            " 'USD' AND order_key = " ONE_ORDER),
                     12300);
    run_sql(r,
            "INSERT INTO dirty_cost SELECT store, local_date, order_key FROM fee WHERE fee_id ="
            " 'usd'; DELETE FROM fee WHERE fee_id = 'usd'");
    derive(r, false);
}

/* What the buyer kept did not come back: its goods stay a cost, by rules as well. */
static void goods_that_were_kept_stay_a_cost(void **state)
{
    struct rig *r = *state;
    static const char kept[] =
        "SELECT count(*) FROM cost_line WHERE class = 'return' AND goods_e4 IS NOT NULL AND"
        " order_key IN (SELECT order_key FROM order_line WHERE row_no = 987654)";

    run_sql(r,
            "INSERT INTO order_line BY NAME SELECT * REPLACE ('return' AS class, -1 AS quantity,"
            " 987654 AS row_no, -net_e4 AS net_e4, NULL AS cost_e4) FROM order_line WHERE class ="
            " 'sale' AND sku = 'S1' ORDER BY order_key LIMIT 1;"
            "INSERT INTO dirty SELECT store, local_date FROM order_line WHERE row_no = 987654");
    derive(r, false);
    assert_int_equal(number(r, kept), 1);
    run_sql(r,
            "INSERT INTO refund BY NAME SELECT store, 'kept' AS refund_id, order_key, import_id,"
            " row_no, 'post_ship_keep' AS stage FROM order_line WHERE row_no = 987654;"
            "INSERT INTO dirty SELECT store, local_date FROM order_line WHERE row_no = 987654");
    derive(r, false);

    assert_int_equal(number(r, kept), 0);
    run_sql(r,
            "INSERT INTO dirty SELECT store, local_date FROM order_line WHERE row_no = 987654;"
            "DELETE FROM order_line WHERE row_no = 987654; DELETE FROM refund");
    derive(r, false);
}

static void goods_cost_what_they_cost_on_the_day_of_the_order(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        number(
            r,
            "SELECT count(*) FROM (SELECT order_key, order_date, sum(goods_e4) AS goods, sum(units)"
            " AS n FROM profit_line WHERE sku = 'S1' AND class IN ('sale', 'return') GROUP BY ALL)"
            " WHERE goods IS DISTINCT FROM n * CASE WHEN order_date < '2024-03-01' THEN 3300"
            " ELSE 3700 END"),
        0);
    assert_int_equal(number(r,
                            "SELECT count(*) FROM (SELECT order_key, sum(goods_e4) AS goods,"
                            " sum(units) AS n FROM profit_line WHERE store = 'two' AND master_sku ="
                            " 'M' AND class IN ('sale', 'return') GROUP BY ALL)"
                            " WHERE goods IS DISTINCT FROM n * 1100"),
                     0);
    assert_int_equal(
        number(r, "SELECT count(DISTINCT sku) FROM profit_line WHERE master_sku = 'M'"), 2);
}

static void a_month_of_fixed_cost_is_that_month(void **state)
{
    struct rig *r = *state;

    /* whole March: 15 days at 1000.01, 16 at 900, and the fee that was booked */
    const int64_t march =
        number(r,
               "SELECT sum(fixed_e4)::BIGINT FROM profit_line WHERE class = 'fixed'"
               " AND local_date BETWEEN '2024-03-01' AND '2024-03-31'");
    assert_int_equal(march, (100001LL * 15 / 31 + 90000 - 90000LL * 15 / 31) * 100);
    assert_int_equal(
        number(r, "SELECT sum(fixed_e4)::BIGINT FROM profit_line WHERE class = 'booked'"), 123400);
    assert_int_equal(
        number(r, "SELECT count(DISTINCT store) FROM profit_line WHERE class = 'fixed'"), 2);
}

static const char sums_sql[] =
    "SELECT hash(list(h ORDER BY h))::UBIGINT // 2 FROM (SELECT hash(store, order_key, class, sku,"
    " master_sku, channel, local_date, order_date, currency, sum(units), sum(net_e4),"
    " sum(goods_e4), sum(platform_fee_e4), sum(commission_e4), sum(parcel_e4), sum(packaging_e4),"
    " sum(insurance_e4), sum(return_freight_e4), sum(other_e4), sum(ads_e4), sum(fixed_e4),"
    " sum(booked_e4), sum(replaced_e4), sum(estimated_e4)) AS h FROM profit_line GROUP BY store,"
    " order_key, class, sku, master_sku, channel, local_date, order_date, currency)";

static void rebuilding_gives_the_same(void **state)
{
    struct rig *r = *state;
    const int64_t before = number(r, sums_sql);

    /* what comes in bit by bit, what changes and comes back, and all from nothing */
    run_sql(r,
            "UPDATE fee SET amount_e4 = amount_e4 + 5 WHERE order_key % 6 = 0;"
            "INSERT INTO dirty_cost SELECT store, local_date, order_key FROM fee");
    derive(r, false);
    assert_true(number(r, sums_sql) != before);
    run_sql(
        r,
        "UPDATE fee SET amount_e4 = amount_e4 - 5 WHERE order_key % 6 = 0;"
        "INSERT INTO dirty_cost SELECT store, local_date, order_key FROM fee WHERE order_key % 6"
        " = 0");
    derive(r, false);
    assert_int_equal(number(r, sums_sql), before);
    derive(r, true);

    assert_int_equal(number(r, sums_sql), before);
}

/* As an import or an undo does it: the rows, and the days without an order that wait. */
static void bookings_of_no_order_are_costs_when_they_come_and_none_when_they_go(void **state)
{
    static const char ads[] = "SELECT coalesce(sum(ads_e4), 0)::BIGINT FROM cost_line";
    struct rig *r = *state;
    const int64_t before = number(r, ads);

    run_sql(r,
            "INSERT INTO ad_spend BY NAME SELECT 'two' AS store, DATE '2024-03-05' AS local_date,"
            " 'GBP' AS currency, 123400 AS spend_e4, 9999 AS import_id;"
            "INSERT INTO dirty_cost VALUES ('two', DATE '2024-03-05', NULL)");
    derive(r, false);
    assert_int_equal(number(r, ads) - before, 123400);
    run_sql(r,
            "DELETE FROM ad_spend WHERE import_id = 9999;"
            "INSERT INTO dirty_cost VALUES ('two', DATE '2024-03-05', NULL)");
    derive(r, false);
    assert_int_equal(number(r, ads), before);
}

static void verify_finds_a_cent(void **state)
{
    struct rig *r = *state;
    struct error why = { .lang = LANG_EN };
    struct derive_report clean = { 0 };
    struct derive_report damaged = { 0 };
    struct arena *a = arena_new(0);

    if (derive_verify_run(&r->settings, r->c, NULL, a, &clean, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    run_sql(r,
            "UPDATE cost_line SET commission_e4 = commission_e4 + 100 WHERE rowid ="
            " (SELECT max(rowid) FROM cost_line WHERE class = 'sale');"
            "UPDATE cost_line SET fixed_e4 = fixed_e4 - 100 WHERE rowid = (SELECT max(rowid) FROM"
            " cost_line WHERE class = 'fixed');"
            "INSERT INTO article VALUES ('two', 'S9', 'X')");
    if (derive_verify_run(&r->settings, r->c, NULL, a, &damaged, &why) != STATUS_OK)
        fail_msg("%s", why.text);

    for (size_t i = 0; i < clean.count; i++)
        print_message("%.*s %.*s %.*s: %.*s, rebuilt %.*s\n",
                      STR_ARG(clean.items[i].table),
                      STR_ARG(clean.items[i].key),
                      STR_ARG(clean.items[i].column),
                      STR_ARG(clean.items[i].stored),
                      STR_ARG(clean.items[i].rebuilt));
    assert_int_equal(clean.differences, 0);
    assert_int_equal(damaged.differences, 3);
    assert_true(str_is(damaged.items[0].table, "cost_line"));
    assert_true(str_is(damaged.items[0].column, "commission_e4"));
    arena_free(a);
}

/* The last test: it takes the bookings away. A rule for an article that nobody sells takes the long
 * way, and changes nothing. */
static void without_rules_and_bookings_only_postage_moves(void **state)
{
    static const char rows[] = "SELECT hash(list(c ORDER BY c::VARCHAR))::UBIGINT // 2"
                               " FROM cost_line c";
    struct rig *r = *state;

    run_sql(r,
            "DELETE FROM cost_rule; DELETE FROM cost_article; DELETE FROM fee;"
            "UPDATE payment SET fee_e4 = NULL; UPDATE shipment SET cost_e4 = NULL");
    r->settings.costs = NULL;
    derive(r, true);
    const int64_t the_short_way = number(r, rows);
    assert_true(number(r, "SELECT count(*) FROM cost_line WHERE shipping_e4 <> 0") > 0);
    run_sql(
        r,
        "INSERT INTO cost_rule BY NAME SELECT 1 AS rule_id, 'goods' AS kind, 'NOBODYS' AS sku,"
        " '' AS store, '' AS channel, 'GBP' AS currency, DATE '2000-01-01' AS valid_from,"
        " 10000 AS cost_e4, 0 AS rank, 0 AS per_order_e4, 0 AS per_unit_e4, 0 AS per_return_e4");
    derive(r, true);
    assert_int_equal(number(r, rows), the_short_way);
}

/* More orders than one part or chunk of a small engine takes. Amounts are there in some parts only:
 * postage of the first orders, parcels of the last. */
static const char many_orders_sql[] =
    "INSERT INTO orders BY NAME SELECT CASE WHEN k % 5 = 0 THEN 'two' ELSE 'main' END AS store,"
    " k::UINTEGER AS order_key, 'B' || k AS order_id, (k % 700 + 1)::UINTEGER AS customer_key,"
    " 'paid' AS status, DATE '2024-01-01' + (k % 200)::INT AS local_date, local_date AS paid_date,"
    " epoch_us(local_date::TIMESTAMP) AS placed_at, placed_at AS paid_at, 'GBP' AS currency,"
    " ['ads', 'mail', 'shop'][k % 3 + 1] AS channel, true AS has_sale, true AS has_placed FROM "
    "range(1, 9001) t(k);"
    "INSERT INTO order_line BY NAME SELECT store, order_key, customer_key, placed_at AS \"at\","
    " CASE WHEN n = 2 AND order_key < 8800 THEN 'shipping' WHEN n = 1 AND order_key % 9 = 0 THEN"
    " 'return' ELSE 'sale' END AS class, CASE WHEN class <> 'shipping' THEN 'S' || (order_key + n)"
    " % 15 END AS sku, local_date, local_date AS order_date, currency, CASE class WHEN 'return'"
    " THEN -1 WHEN 'sale' THEN n + 1 END AS quantity, coalesce(quantity, 1) * (9900 + order_key %"
    " 13) AS gross_e4, gross_e4 AS net_e4, 0 AS tax_e4, 1 AS import_id, order_key * 3 + n AS row_no"
    " FROM orders, range(3) t(n);"
    "INSERT INTO shipment BY NAME SELECT store, 'p' || order_key AS shipment_id, order_key, 45678"
    " AS cost_e4, currency, local_date FROM orders WHERE order_key > 8000 AND order_key % 5 = 0;"
    "INSERT INTO dirty SELECT DISTINCT store, local_date FROM orders";

static void derive_with(size_t memory_mib, int64_t out[3])
{
    static const char *const tables[] = { "cost_line", "rollup_line", "rollup_order" };
    struct rig r = { .settings = { .returning_window_days = 0 } };
    struct error why = { .lang = LANG_EN };
    struct buf ddl;
    const struct store_options options = { .in_memory = true,
                                           .threads = 1,
                                           .memory_mib = memory_mib };
    if (store_open(NULL, &options, &r.store, &why) != STATUS_OK ||
        conn_open(r.store, &r.c, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    buf_init(&ddl, (size_t)1024 * 1024);
    commerce_ddl(&ddl);
    run_sql(&r, ddl.data);
    buf_release(&ddl);
    run_sql(&r, many_orders_sql);

    derive(&r, false);

    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char sql[128];
        snprintf(sql,
                 sizeof sql,
                 "SELECT (sum(hash(c::VARCHAR) // 65536) // 2)::BIGINT FROM %s c",
                 tables[i]);
        out[i] = number(&r, sql);
    }
    conn_close(r.c);
    store_close(r.store);
}

/* 27,000 lines: with 48 MiB two parts of costs and two chunks of cells, as usual one of each. */
static void a_small_engine_derives_the_same_in_parts(void **state)
{
    int64_t at_once[3];
    int64_t in_parts[3];
    (void)state;

    derive_with(640, at_once);
    derive_with(48, in_parts);

    for (size_t i = 0; i < ARRAY_LEN(at_once); i++)
        assert_int_equal(in_parts[i], at_once[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postage_moves_to_what_was_sold),
        cmocka_unit_test(every_grouping_adds_up_to_the_cent),
        cmocka_unit_test(shares_sum_to_what_the_order_was_charged),
        cmocka_unit_test(booked_costs_replace_the_rules_and_the_gap_is_kept),
        cmocka_unit_test(booked_in_another_currency_replaces_the_rules_too),
        cmocka_unit_test(goods_that_were_kept_stay_a_cost),
        cmocka_unit_test(goods_cost_what_they_cost_on_the_day_of_the_order),
        cmocka_unit_test(a_month_of_fixed_cost_is_that_month),
        cmocka_unit_test(rebuilding_gives_the_same),
        cmocka_unit_test(a_line_without_costs_has_no_row),
        cmocka_unit_test(bookings_of_no_order_are_costs_when_they_come_and_none_when_they_go),
        cmocka_unit_test(verify_finds_a_cent),
        cmocka_unit_test(without_rules_and_bookings_only_postage_moves),
        cmocka_unit_test(a_small_engine_derives_the_same_in_parts),
    };
    return cmocka_run_group_tests_name("profit", tests, set_up, tear_down);
}
