/* Columns and statements of facts that are statements over other facts; for tables.c. Each is as
 * fresh as those, needs no derivation and has nothing to verify. The planner's range of days
 * reaches the innermost tables, because every day of a view is a grouping key there. */
#ifndef SHOPVANE_COMMERCE_VIEWS_PRIV_H
#define SHOPVANE_COMMERCE_VIEWS_PRIV_H

#include "commerce/columns_priv.h"

/* What is on hand by the receipts that it is left of. A count of nothing has one row. */
static const struct column stock_age_columns[] = {
    STORE,
    DIM("sku", "article"),
    TIME("local_date", DAY, "day of the count"),
    TIME("received_date", DAY, "day of the receipt; null: none covers these units"),
    ATTR("days", COUNT, "from the receipt to the count; null: not known"),
    DIM("age", "0-30, 31-60, 61-90, 91-180, 181+ days; no receipt: not known; none left"),
    SUM("units", QUANTITY, "units of the count that are left of that receipt"),
    SUM("value_e4", MONEY, "their part of the count's value"),
    ATTR("currency", TEXT, "ISO 4217 code"),
};

/* First in, first out: what is on hand came in last, so receipts are laid back from the newest
 * until they cover the count. With `up_to` units received up to and including a receipt, and
 * `received` up to the count, `received - up_to` of the units on hand are newer. The value of a
 * count is shared among its receipts by units, to the last 10^-4. */
static const char stock_age_sql[] =
    "WITH receipt AS (SELECT store, sku, local_date, sum(quantity)::BIGINT AS units, "
    "sum(sum(quantity)) OVER (PARTITION BY store, sku ORDER BY local_date)::BIGINT AS up_to "
    "FROM stock_move WHERE reason = 'receipt' AND quantity > 0 GROUP BY store, sku, local_date), "
    "count_of_day AS (SELECT store, sku, local_date, max(currency) AS currency, "
    "sum(on_hand)::BIGINT AS on_hand, sum(value_e4)::HUGEINT AS value_e4 FROM stock_level GROUP BY "
    "store, sku, local_date), "
    "level AS (SELECT c.*, coalesce(r.up_to, 0) AS received FROM count_of_day c ASOF LEFT JOIN "
    "receipt r ON c.store = r.store AND c.sku = r.sku AND c.local_date >= r.local_date), "
    "layer AS (SELECT l.*, r.local_date AS received_date, l.received - r.up_to AS low, "
    "least(l.received - r.up_to + r.units, l.on_hand) AS high FROM level l JOIN receipt r ON "
    "l.store = r.store AND l.sku = r.sku WHERE r.local_date <= l.local_date AND l.received - "
    "r.up_to < l.on_hand UNION ALL "
    "SELECT l.*, NULL, received, on_hand FROM level l WHERE on_hand > 0 AND received < on_hand), "
    "part AS (SELECT store, sku, local_date, received_date, (local_date - received_date)::BIGINT "
    "AS days, high - low AS units, (value_e4 * high // on_hand - value_e4 * low // "
    "on_hand)::BIGINT AS value_e4, currency FROM layer UNION ALL "
    "SELECT store, sku, local_date, NULL, -1, on_hand, value_e4::BIGINT, currency FROM level WHERE "
    "on_hand <= 0) "
    "SELECT store, sku, local_date, received_date, nullif(days, -1) AS days, CASE WHEN days IS "
    "NULL "
    "THEN 'no receipt' WHEN days < 0 THEN 'none left' WHEN days <= 30 THEN '0-30' WHEN days <= 60 "
    "THEN '31-60' WHEN days <= 90 THEN '61-90' WHEN days <= 180 THEN '91-180' ELSE '181+' END AS "
    "age, units, value_e4, currency FROM part";

static const struct column stock_idle_columns[] = {
    STORE,
    DIM("sku", "article"),
    TIME("local_date", DAY, "day of the count"),
    SUM("on_hand", QUANTITY, "units on hand"),
    SUM("value_e4", MONEY, "on hand x unit cost"),
    ATTR("currency", TEXT, "ISO 4217 code"),
    TIME("last_sold_date", DAY, "newest sale of the article up to then; null: none known"),
    TIME("sales_since", DAY, "first sale of the store that is known; null: none"),
};

/* The newest sale on or before the count, and how far back the store's sales are known. */
static const char stock_idle_sql[] =
    "WITH sold AS (SELECT DISTINCT store, sku, local_date FROM order_line WHERE class = 'sale' AND "
    "sku IS NOT NULL), "
    "known AS (SELECT store, min(local_date) AS since FROM order_line WHERE class = 'sale' GROUP "
    "BY "
    "store) "
    "SELECT l.store, l.sku, l.local_date, l.on_hand, l.value_e4, l.currency, s.local_date AS "
    "last_sold_date, k.since AS sales_since FROM stock_level l LEFT JOIN known k ON k.store = "
    "l.store ASOF LEFT JOIN sold s ON l.store = s.store AND l.sku = s.sku AND l.local_date >= "
    "s.local_date";

static const struct column stock_day_columns[] = {
    STORE,
    DIM("sku", "article"),
    TIME("local_date", DAY, "a day on which some store was counted"),
    TIME("counted_date", DAY, "day of the count that stood then"),
    SUM("on_hand", QUANTITY, "units on hand by that count"),
    SUM("value_e4", MONEY, "on hand x unit cost"),
    ATTR("currency", TEXT, "ISO 4217 code"),
};

/* A count holds until the store's next one, the last for 31 days more: stores that count on
 * different days are added up day by day, and one that is closed does not stay for ever. Where all
 * count on the same days these are the counts themselves. */
static const char stock_day_sql[] =
    "WITH counted AS (SELECT store, local_date, lead(local_date) OVER (PARTITION BY store ORDER BY "
    "local_date) AS next_date FROM (SELECT DISTINCT store, local_date FROM stock_level)), "
    "day AS (SELECT DISTINCT local_date FROM stock_level), "
    "stood AS (SELECT c.store, d.local_date, c.local_date AS counted_date FROM day d JOIN counted "
    "c ON d.local_date >= c.local_date AND d.local_date < coalesce(c.next_date, c.local_date + "
    "32)) "
    "SELECT l.store, l.sku, s.local_date, s.counted_date, l.on_hand, l.value_e4, l.currency FROM "
    "stood s JOIN stock_level l ON l.store = s.store AND l.local_date = s.counted_date";

static const struct column new_article_columns[] = {
    STORE,
    DIM("sku", "article"),
    TIME("local_date", DAY, "a day on which it was on sale, up to the 366th"),
    TIME("launched_date", DAY, "on sale since"),
    ATTR("day_no", COUNT, "days since the launch, from 0"),
    SUM("units_sold", QUANTITY, "units sold that day"),
};

/* Launches are those of the lists of articles, the earliest where they differ; the newest row tells
 * whether the article is still on sale. Days end with the store's newest sale: who looks at a month
 * that runs does not count articles that come later. */
static const char new_article_sql[] =
    "WITH launch AS (SELECT store, sku, min(launched_date) AS launched_date, "
    "arg_max(coalesce(retired_date, DATE '9999-12-31'), (coalesce(valid_from, DATE '0001-01-01'), "
    "import_id, row_no)) AS retired_date FROM product WHERE sku IS NOT NULL GROUP BY store, sku "
    "HAVING min(launched_date) IS NOT NULL), "
    "known AS (SELECT store, max(local_date) AS until FROM order_line WHERE class = 'sale' GROUP "
    "BY "
    "store), "
    "sold AS (SELECT store, sku, local_date, sum(quantity)::BIGINT AS units FROM order_line WHERE "
    "class = 'sale' AND sku IN (SELECT sku FROM launch) GROUP BY store, sku, local_date), "
    "day AS (SELECT l.store, l.sku, (l.launched_date + n.day_no)::DATE AS local_date, n.day_no, "
    "l.launched_date, l.retired_date FROM launch l, (SELECT unnest(range(366))::INTEGER AS day_no) "
    "n) "
    "SELECT d.store, d.sku, d.local_date, d.launched_date, d.day_no::BIGINT AS day_no, "
    "coalesce(s.units, 0) AS units_sold FROM day d JOIN known k ON k.store = d.store AND "
    "d.local_date <= k.until LEFT JOIN sold s ON s.store = d.store AND s.sku = d.sku AND "
    "s.local_date = d.local_date WHERE d.local_date < d.retired_date";

/* Goods whose cost is known, by the line itself or by costs.yaml and sku-map.csv, with the buyer.
 */
static const struct column known_profit_columns[] = {
    STORE,
    KEY("order_key", KEY, "the order"),
    KEY("customer_key", KEY, "dense id of the buyer; null: not identified"),
    DIM("class", "class of the ledger line: sale, return, discount"),
    DIM("sku", "article"),
    TIME("local_date", DAY, "day of the sale or return"),
    TIME("order_date", DAY, "day of the order that it belongs to"),
    SUM("net_e4", MONEY, "net value of what has a known cost"),
    SUM("cost_e4", MONEY, "its cost"),
    ATTR("currency", TEXT, "ISO 4217 code"),
};

static const char known_profit_sql[] =
    "SELECT store, order_key, customer_key, class, sku, local_date, order_date, net_e4, cost_e4, "
    "currency FROM order_line WHERE class IN ('sale', 'return') AND cost_e4 IS NOT NULL UNION ALL "
    "SELECT c.store, c.order_key, o.customer_key, c.class, c.sku, c.local_date, c.order_date, "
    "c.known_net_e4, c.goods_e4, c.currency FROM cost_line c LEFT JOIN orders o ON o.order_key = "
    "c.order_key WHERE c.class IN ('sale', 'return', 'discount') AND (c.known_net_e4 IS NOT NULL "
    "OR c.goods_e4 IS NOT NULL)";

/* ---- Which imports brought what rows are made of ----------------------------------------------
 */

#define OF_ORDERS(table) \
    "SELECT import_id FROM " table " WHERE order_key IN (SELECT order_key FROM made)"

/* Costs of an order count on its day, whenever they were booked. */
/* clang-format off */
static const char cost_line_made_of[] =
    OF_ORDERS("order_line")
    " UNION " OF_ORDERS("fee")
    " UNION " OF_ORDERS("payment") " AND fee_e4 IS NOT NULL"
    " UNION " OF_ORDERS("shipment") " AND cost_e4 IS NOT NULL"
    " UNION SELECT import_id FROM fee WHERE order_key IS NULL AND (store, local_date) IN"
    " (SELECT store, local_date FROM made WHERE class = 'booked')"
    " UNION SELECT import_id FROM ad_spend WHERE spend_e4 <> 0 AND (store, coalesce(end_date,"
    " local_date)) IN (SELECT store, local_date FROM made WHERE class = 'ads')";
/* clang-format on */
static const char known_profit_made_of[] = OF_ORDERS("order_line");

#define OF_ARTICLES(table, and) \
    "SELECT import_id FROM " table " WHERE (store, sku) IN (SELECT store, sku FROM made) " and
#define OF_STOCK                                                                               \
    "SELECT import_id FROM stock_level WHERE (store, sku, local_date) IN (SELECT store, sku, " \
    "local_date FROM made) UNION "
static const char stock_age_made_of[] =
    OF_STOCK OF_ARTICLES("stock_move", "AND reason = 'receipt'");
static const char stock_day_made_of[] =
    "SELECT import_id FROM stock_level WHERE (store, sku, local_date) IN (SELECT store, sku, "
    "counted_date FROM made)";
static const char stock_idle_made_of[] = OF_STOCK OF_ARTICLES("order_line", "AND class = 'sale'");
static const char new_article_made_of[] =
    OF_ARTICLES("product", "") " UNION " OF_ARTICLES("order_line",
                                                     "AND class = 'sale' AND local_date IN "
                                                     "(SELECT local_date FROM made)");

#endif
