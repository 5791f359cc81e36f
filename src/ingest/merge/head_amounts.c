/* Orders in one file, their lines in another: what an order says of itself as a whole and what its
 * lines say make one order, whichever came first.
 *
 *   orders  #1  shipping 5.00  discount 4.00  total 41.00
 *   lines   #1  S1  2 x 20.00
 *   both    goods 40.00, discount 4.00 shared among the lines, shipping 5.00, total 41.00
 *
 * Lines after: the one row that stood for the order makes way for them; the order's discount, tax
 * and total are kept (order_kept), as its postage is. Lines that come to the goods after the
 * discount have it in them.
 * Orders after: their rows are no lines of orders that have lines (ord.is_head); they are laid over
 * the stored ones as a part of the order without lines of its own (edge_orders.c), which shares the
 * amounts anew. */
#include "ingest/merge/merge_orders_priv.h"

/* ---- Lines that come after ------------------------------------------------------------------- */

/* Rows of the file that tell an article or a price. */
static const char *tells_article(const struct import_job *j)
{
    const bool has_sku = reading_has(j->reading, "sku");
    const bool has_price = reading_has(j->reading, "unit_price");
    if (has_sku && has_price)
        return "s.sku IS NOT NULL OR s.unit_price IS NOT NULL";
    return has_sku ? "s.sku IS NOT NULL" : has_price ? "s.unit_price IS NOT NULL" : "false";
}

/* A stored row that stood for the whole order makes way for rows that tell what was sold. */
static enum status tell_wholes(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    const enum status st = job_count(j, "SELECT count(*) FROM order_kept WHERE is_whole", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    return job_exec(j,
                    why,
                    "UPDATE order_kept SET is_whole = false WHERE is_whole AND order_key NOT IN "
                    "(SELECT i.key FROM stage s JOIN key_of_order i ON i.id = s.order_id WHERE %s)",
                    tells_article(j));
}

/* beside_own(): what an order's amount is beside what its lines tell of it (own) in another file,
 * by what the order is after it (null: not known), as near as n roundings are; else nothing where
 * both are equal. `gross` is what the lines are before both. */
static const char beside_own[] =
    "CREATE OR REPLACE TEMP MACRO over(said, gross, after) AS abs(gross - said - after);"
    "CREATE OR REPLACE TEMP MACRO beside_own(said, own, gross, after, n) AS CASE "
    "  WHEN coalesce(least(over(said + own, gross, after), over(own, gross, after), "
    "    over(said, gross, after)) > 50 * n, true) THEN CASE WHEN said = own THEN 0 ELSE said END "
    "  WHEN over(said + own, gross, after) <= least(over(own, gross, after), "
    "    over(said, gross, after)) THEN said "
    "  WHEN over(own, gross, after) <= over(said, gross, after) THEN 0 "
    "  ELSE greatest(said - own, 0) END";

/* Rows of files alone: what refunds and the order as a whole bring names no article either. */
enum status merge_find_kept(struct import_job *j, struct error *why)
{
    enum status st = job_exec(j, why, "%s", beside_own);
    if (st != STATUS_OK)
        return st;
    st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE order_kept AS SELECT order_key, "
        "  coalesce(sum(shared_merchant_e4) FILTER (class = 'sale'), 0)::BIGINT AS dm, "
        "  coalesce(sum(shared_platform_e4) FILTER (class = 'sale'), 0)::BIGINT AS dp, "
        "  coalesce(sum(shared_tax_e4) FILTER (class = 'sale'), 0)::BIGINT AS tax, "
        "  coalesce(sum(discount_merchant_e4) FILTER (class = 'sale'), 0)::BIGINT - dm AS own_dm, "
        "  coalesce(sum(tax_e4) FILTER (class = 'sale'), 0)::BIGINT - tax AS own_tax, "
        "  count(*) = 1 AND bool_and(class = 'sale' AND sku IS NULL AND title IS NULL AND "
        "  unit_price_e4 IS NULL) AS is_whole, "
        "  sum(gross_e4 - discount_merchant_e4 + %s)::BIGINT AS after_discount "
        "FROM order_line WHERE row_no IS NOT NULL AND order_key IN (SELECT key FROM key_of_order) "
        "GROUP BY order_key",
        job_is_tax_inclusive(j) ? "tax_e4" : "0");
    return st == STATUS_OK ? tell_wholes(j, why) : st;
}

/* ---- Orders that come after ------------------------------------------------------------------ */

/* A file that says anything of an order's amounts. */
static bool has_amounts(const struct import_job *j)
{
    static const char *const fields[] = {
        "order_discount", "order_discount_platform", "order_tax", "shipping", "tip", "duty"
    };
    bool has = merge_has_lines(j);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        has = has || reading_has(j->reading, fields[i]);
    return has;
}

static bool says_articles(const struct import_job *j)
{
    return reading_has(j->reading, "sku") || reading_has(j->reading, "title") ||
           reading_has(j->reading, "unit_price");
}

/* A stored line that says what was sold. */
#define SAYS_ARTICLE                                                                               \
    "(l.row_no IS NOT NULL AND l.class <> 'return' AND (l.sku IS NOT NULL OR l.title IS NOT NULL " \
    "OR l.unit_price_e4 IS NOT NULL))"

enum status merge_find_heads(struct import_job *j, struct error *why)
{
    if (!merge_has_lines(j))
        return job_exec(
            j, why, "%s", "UPDATE ord SET is_head = true WHERE is_known AND NOT is_stale");
    if (!j->mapping->total_serves && !j->mapping->amount_is_total)
        return STATUS_OK;
    if (says_articles(j))
        return STATUS_OK;
    enum status st = job_exec(
        j,
        why,
        "%s",
        "UPDATE ord SET is_head = true WHERE is_known AND NOT is_stale AND first_row = last_row "
        "  AND return_gross = 0 AND order_key IN (SELECT l.order_key FROM order_line l JOIN orders "
        "  e ON e.order_key = l.order_key WHERE e.items_source IS NULL AND " SAYS_ARTICLE ");"
        "INSERT INTO left_out SELECT 'duplicate', o.currency, 0, s.gross, s.row_no FROM stage s "
        "  JOIN ord o ON o.order_id = s.order_id WHERE o.is_head AND s.class IS NOT NULL;"
        "DELETE FROM new_line WHERE row_no IS NOT NULL AND order_key IN (SELECT order_key FROM ord "
        "  WHERE is_head)");
    return st == STATUS_OK
               ? job_tell(j,
                          "SELECT count(*) FROM ord WHERE is_head",
                          "%lld orders have their lines already: what the file says of them as a "
                          "whole is taken, their rows are no lines\n",
                          why)
               : st;
}

/* Of orders that count, as their lines are made of nothing else. */
enum status merge_mark_heads(struct import_job *j, struct error *why)
{
    if (!has_amounts(j))
        return STATUS_OK;
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE ord SET is_edge = true WHERE is_head AND lines_as IS NULL AND order_key IN (SELECT "
        "  l.order_key FROM order_line l JOIN orders e ON e.order_key = l.order_key WHERE "
        "  e.items_source IS NULL AND e.lines_as IS NULL AND " SAYS_ARTICLE
        "  AND l.class = 'sale' AND l.own_class IS NULL)");
}

enum status merge_total_of_heads(struct import_job *j, struct error *why)
{
    if (!merge_has_lines(j))
        return STATUS_OK;
    return job_exec(j,
                    why,
                    "UPDATE edge_amount SET said_total = o.all_gross - coalesce(o.order_discount, "
                    "  0) + coalesce(o.shipping, 0) + coalesce(o.tip, 0) + coalesce(o.duty, 0) + "
                    "  coalesce(o.order_tax, 0) * %d FROM ord o WHERE o.is_head AND o.order_key = "
                    "  edge_amount.order_key AND o.all_gross <> 0",
                    job_is_tax_inclusive(j) ? 0 : 1);
}
