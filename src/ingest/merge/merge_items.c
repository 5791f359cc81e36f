/* Orders in one file, their items in another: the lines are made of both, whichever came first.
 *
 *   order file  -> an order with one line, which says what the goods cost after discounts
 *   item file   -> order_item
 *   both        -> a line per item: price x quantity, less its share of the order's discount
 *
 * The one line goes to order_line_old, so that undoing the item file brings it back. Lines that are
 * made have no row_no, and the item file's preset as source: the ledger of an import counts the
 * rows of its own file. */
#include "ingest/merge/article_costs_priv.h"
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/merge_table_priv.h"

#define GOODS_CLASSES "('sale', 'giveaway', 'cancelled', 'unpaid', 'presale', 'excluded')"

enum status merge_prepare_items(struct import_job *j, struct error *why)
{
    const char *price = reading_has(j->reading, "unit_price") ? "coalesce(unit_price, 0)" : "0";
    return job_exec(
        j,
        why,
        "INSERT INTO refused_later SELECT row_no, line_no, 'quantity', quantity::VARCHAR, "
        "  CASE WHEN quantity = 0 THEN 'a quantity of 0' ELSE "
        "  'quantity x price is above 100,000,000,000,000 units' END, NULL FROM staging.stage "
        "  WHERE quantity = 0 OR abs(quantity::HUGEINT * %s) > %lld;"
        "DELETE FROM staging.stage WHERE quantity = 0 OR abs(quantity::HUGEINT * %s) > %lld",
        price,
        (long long)MONEY_MAX_E4,
        price,
        (long long)MONEY_MAX_E4);
}

/* The share of an order's amount `due` that falls on each item by its gross, by largest remainder;
 * the sign goes apart, as integer division cuts toward 0. */
#define SHARE(due)                                                                        \
    "(sign(" due ") * CASE WHEN total = 0 THEN CASE WHEN nth = 1 THEN abs(" due           \
    ") ELSE 0 END ELSE "                                                                  \
    "(abs(" due                                                                           \
    ") * gross) // total + CASE WHEN row_number() OVER (PARTITION BY order_key ORDER BY " \
    "(abs(" due ") * gross) % total DESC, nth) <= abs(" due ") - sum((abs(" due           \
    ") * gross) // total) "                                                               \
    "OVER (PARTITION BY order_key) THEN 1 ELSE 0 END END)::BIGINT"

/* `compose` holds the orders. Their items with what the order says. */
static enum status make_item_lines(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE item_priced AS SELECT i.*, "
        "  o.customer_key, o.placed_at, o.local_date, o.local_minute, o.currency AS of_order, "
        "  o.version AS of_version, b.class AS order_class, b.reason AS order_reason, "
        "  b.goods, b.platform, "
        "  i.quantity::HUGEINT * coalesce(i.unit_price_e4, 0) AS gross, "
        "  row_number() OVER (PARTITION BY i.order_key ORDER BY i.import_id, i.row_no) AS nth "
        "FROM order_item i JOIN compose c ON c.order_key = i.order_key "
        "JOIN orders o ON o.order_key = i.order_key "
        "JOIN (SELECT order_key, CASE WHEN bool_or(class = 'sale') THEN 'sale' ELSE min(class) END "
        "  AS class, min(reason) AS reason, sum(gross_e4 - discount_merchant_e4)::HUGEINT AS "
        "goods, "
        "  sum(discount_platform_e4)::HUGEINT AS platform FROM order_line WHERE class "
        "IN " GOODS_CLASSES
        " AND origin_key IS NULL AND order_key IN (SELECT order_key FROM compose) "
        "  GROUP BY 1) b ON b.order_key = i.order_key;"
        "CREATE OR REPLACE TEMP TABLE item_total AS SELECT order_key, sum(gross) AS total FROM "
        "  item_priced GROUP BY 1;"
        "CREATE OR REPLACE TEMP TABLE item_line AS SELECT p.*, "
        "  CASE WHEN order_class = 'sale' THEN " SHARE(
            "(total - goods)") " ELSE 0 END AS merchant, "
                               "  CASE WHEN order_class = 'sale' THEN " SHARE(
                                   "platform") " ELSE 0 END AS of_platform "
                                               "FROM item_priced p JOIN item_total USING "
                                               "(order_key)");
}

#define COST_OF_ITEM COST_HOLDS("i", "i.of_order", "i.local_date")

static enum status replace_lines(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l WHERE "
        "  class IN " GOODS_CLASSES
        " AND origin_key IS NULL AND order_key IN (SELECT order_key FROM "
        "  compose);"
        "DELETE FROM order_line WHERE class IN " GOODS_CLASSES " AND origin_key IS NULL AND "
        "  order_key IN (SELECT order_key FROM compose);"
        "INSERT INTO order_line BY NAME SELECT i.store, i.order_key, i.sub_order_id, "
        "  CASE WHEN x.reason IS NOT NULL THEN 'excluded' WHEN order_class = 'sale' AND gross = 0 "
        "  AND merchant = 0 THEN 'giveaway' ELSE order_class END AS class, i.customer_key, i.sku, "
        "  CASE WHEN order_class <> 'sale' THEN i.title END AS title, i.placed_at AS \"at\", "
        "  i.local_date, i.local_minute, i.local_date AS order_date, true AS date_known, "
        "  i.of_order AS currency, i.quantity, i.unit_price_e4, i.gross::BIGINT AS gross_e4, "
        "  i.merchant AS discount_merchant_e4, i.of_platform AS discount_platform_e4, "
        "  0::BIGINT AS discount_creator_e4, 0::BIGINT AS tax_e4, "
        "  (i.gross - i.merchant)::BIGINT AS net_e4, "
        "  CASE WHEN order_class IN ('sale', 'giveaway') AND x.reason IS NULL THEN i.quantity * "
        "  p.cost_e4 END AS cost_e4, coalesce(x.reason, i.order_reason) AS reason, "
        "  i.source, getvariable('import_id') AS import_id, i.of_version AS version "
        "FROM item_line i LEFT JOIN " COSTS_OF_ARTICLES " p "
        "  ON " COST_OF_ITEM " LEFT JOIN (SELECT pattern, arg_min(reason, "
        "  rule_id) AS reason FROM exclude_rule WHERE looks_at = 0 AND store IN ('', "
        "  getvariable('store')) GROUP BY 1) x ON x.pattern = i.sku;"
        "INSERT INTO product BY NAME SELECT store, sku, any_value(title) AS title, "
        "  any_value(of_order) AS currency, any_value(variant) AS variant, any_value(source) AS "
        "  source, getvariable('import_id') AS import_id, min(row_no) AS row_no, "
        "  max(of_version) AS version FROM item_line i WHERE sku IS NOT NULL AND NOT EXISTS "
        "  (SELECT 1 FROM product p WHERE p.store = i.store AND p.sku = i.sku) GROUP BY store, "
        "sku");
}

/* What headers sum over their lines. Headers of other imports are kept for the undo. */
static enum status sum_headers(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO orders_old SELECT o.*, getvariable('import_id') FROM orders o WHERE import_id "
        "  <> getvariable('import_id') AND order_key IN (SELECT order_key FROM compose);"
        "UPDATE orders SET line_count = s.n, has_sale = s.n > 0, has_placed = s.placed, units = "
        "s.units, gross_e4 = "
        "  s.gross, "
        "  discount_merchant_e4 = s.merchant, discount_platform_e4 = s.platform, "
        "  import_id = getvariable('import_id') FROM (SELECT order_key, "
        "  count(*) FILTER (class = 'sale') AS n, "
        "  coalesce(bool_or(class IN " PLACED_CLASSES "), false) AS placed, "
        "  coalesce(sum(quantity) FILTER (class = 'sale'), 0) AS units, "
        "  coalesce(sum(gross_e4) FILTER (class = 'sale'), 0) AS gross, "
        "  coalesce(sum(discount_merchant_e4) FILTER (class = 'sale'), 0) AS merchant, "
        "  coalesce(sum(discount_platform_e4) FILTER (class = 'sale'), 0) AS platform "
        "  FROM order_line WHERE order_key IN (SELECT order_key FROM compose) GROUP BY 1) s "
        "  WHERE s.order_key = orders.order_key");
}

static enum status compose(struct import_job *j, struct error *why)
{
    int64_t orders = 0;
    enum status st = job_count(j, "SELECT count(*) FROM compose", &orders, why);
    if (st != STATUS_OK || orders == 0)
        return st;
    st = make_item_lines(j, why);
    if (st == STATUS_OK)
        st = replace_lines(j, why);
    if (st == STATUS_OK)
        st = merge_name_composed(j, why);
    return st == STATUS_OK ? sum_headers(j, why) : st;
}

/* Notes how many orders of this file lack the other half. */
static enum status tell_missing(struct import_job *j,
                                const char *sql,
                                bool is_items,
                                struct error *why)
{
    int64_t n = 0;
    const enum status st = job_count(j, sql, &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    const str other = is_items ? j->mapping->orders_in : j->mapping->items_in;
    buf_addf(j->notes,
             is_items
                 ? tr(why->lang,
                      "%lld orders of these items are not there yet: import their order file too "
                      "(%.*s)\n")
                 : tr(why->lang,
                      "%lld orders have no items yet: import the file of their items too "
                      "(%.*s)\n"),
             (long long)n,
             STR_ARG(other));
    return STATUS_OK;
}

enum status merge_compose_items(struct import_job *j, struct error *why)
{
    enum status st =
        job_exec(j,
                 why,
                 "%s",
                 "CREATE OR REPLACE TEMP TABLE compose AS SELECT order_key FROM orders "
                 "WHERE items_source IS NOT NULL AND order_key IN (SELECT order_key "
                 "FROM incoming)");
    if (st == STATUS_OK)
        st = compose(j, why);
    return st == STATUS_OK
               ? tell_missing(
                     j,
                     "SELECT count(DISTINCT order_key) FROM incoming WHERE order_key NOT IN "
                     "(SELECT order_key FROM orders WHERE items_source IS NOT NULL)",
                     true,
                     why)
               : st;
}

enum status merge_compose_orders(struct import_job *j, struct error *why)
{
    if (j->mapping->items_in.len == 0)
        return STATUS_OK;
    enum status st =
        job_exec(j,
                 why,
                 "%s",
                 "CREATE OR REPLACE TEMP TABLE compose AS SELECT order_key FROM ord "
                 "WHERE is_written AND order_key IN (SELECT order_key FROM order_item)");
    if (st == STATUS_OK)
        st = compose(j, why);
    return st == STATUS_OK
               ? tell_missing(j,
                              "SELECT count(*) FROM ord WHERE NOT is_stale AND order_key "
                              "NOT IN (SELECT order_key FROM order_item)",
                              false,
                              why)
               : st;
}
