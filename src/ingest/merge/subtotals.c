/* An order's Subtotal, where its platform says what that is: what the lines come to after the
 * discount, before shipping and tax, without tips. Where it is more than the lines less the
 * discount, and the order's total agrees with it, the discount or a part of it lies on shipping
 * (Shopify's codes for free shipping) and lowers no sales. In a file without a preset that shows no
 * Subtotal after a discount, one that is what the lines come to is before it. Any other difference
 * is told.
 *
 * An order's total, where no preset says what amounts mean or one asks for it: what lines,
 * discounts, postage and tax come to, with or without tax, platform's discounts and what was paid
 * back. A difference is told: a column may be missing or mean something else. Orders at the file's
 * edges may be cut. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/reading/reading_priv.h"

/* An amount of the order, 0 where the file has none. */
static const char *amount(const struct import_job *j, const char *field, const char *expr)
{
    return reading_has(j->reading, field) ? expr : "0";
}

/* subtotal_says: of each order its goods without tips, and what of the discount lies on them. */
static enum status compare_orders(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE subtotal_says AS SELECT * EXCLUDE (is_after), is_after OR "
        "  (NOT bool_or(is_after AND discount <> 0) OVER () AND NOT %s AND subtotal IN (goods, "
        "  goods + tips) AND NOT coalesce(is_beside, false)) AS agrees FROM (SELECT *, "
        "  goods - subtotal AS on_goods, discount - (goods - subtotal) AS rest, "
        "  subtotal IN (goods - discount, goods + tips - discount) AS is_after, "
        "  total - more IN (subtotal + ship, subtotal + ship + tax) AS is_beside, "
        "  total - more IN (subtotal + ship - rest, subtotal + ship - rest + tax) AS is_in_ship "
        "  FROM (SELECT o.order_id, o.first_row, o.order_subtotal AS subtotal, o.all_gross - "
        "  t.tips AS goods, t.tips, coalesce(%s, 0) AS discount, coalesce(%s, 0) AS ship, "
        "  coalesce(%s, 0) AS tax, t.tips + coalesce(%s, 0) + coalesce(%s, 0) AS more, %s::BIGINT "
        "  AS total FROM stage_order o JOIN (SELECT order_id, coalesce(sum(gross) FILTER (class = "
        "  'tip'), 0) AS tips FROM stage GROUP BY 1) t USING (order_id) WHERE o.order_subtotal IS "
        "  NOT NULL AND NOT o.has_cancelled AND o.sale_gross > 0))",
        j->mapping->is_preset ? "true" : "false",
        amount(j, "order_discount", "o.order_discount"),
        amount(j, "shipping", "o.shipping"),
        amount(j, "order_tax", "o.order_tax"),
        amount(j, "tip", "o.tip"),
        amount(j, "duty", "o.duty"),
        reading_has(j->reading, "order_total") ? "o.order_total" : "NULL");
}

#define ON_SHIPPING                                                                                \
    " NOT agrees AND on_goods >= 0 AND on_goods < discount AND coalesce(is_beside OR (is_in_ship " \
    "AND rest <= ship), false) "

/* What does not lie on the goods leaves the order's discount; postage that is written before it
 * bears it. */
static enum status move_discounts(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st = job_count(j, "SELECT count(*) FROM subtotal_says WHERE" ON_SHIPPING, &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    buf_addf(j->notes,
             tr(why->lang,
                "in %lld orders the discount or a part of it lies on shipping, as Subtotal and "
                "Total show: it lowers no sales\n"),
             (long long)n);
    st = job_exec(j,
                  why,
                  "UPDATE stage_order SET order_discount = s.on_goods::BIGINT FROM subtotal_says "
                  "s WHERE s.order_id = stage_order.order_id AND" ON_SHIPPING);
    if (st != STATUS_OK || !reading_has(j->reading, "shipping"))
        return st;
    return job_exec(j,
                    why,
                    "UPDATE stage_order SET shipping = (s.ship - s.rest)::BIGINT FROM "
                    "subtotal_says s WHERE s.order_id = stage_order.order_id AND NOT "
                    "coalesce(is_beside, false) AND" ON_SHIPPING);
}

#define DIFFERS "NOT agrees AND NOT (" ON_SHIPPING ")"

/* `sql` gives how many orders differ, the first one's number, what it says and what was read. */
static enum status tell_differing(struct import_job *j, str sql, bool is_total, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = conn_query(j->conn, sql, NULL, 0, &f, why);
    if (st != STATUS_OK || frame_i64(f, 0, 0) == 0) {
        frame_free(f);
        return st;
    }
    const i128 said = frame_i128(f, 2, 0);
    const i128 found = frame_i128(f, 3, 0);
    struct buf amounts[3];
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        const i128 one = i == 0 ? said : i == 1 ? found : said - found;
        buf_init(&amounts[i], 64);
        buf_add_money_grouped(&amounts[i], one, one % 100 == 0 ? 2 : 4);
    }
    buf_addf(j->notes,
             is_total
                 ? tr(why->lang,
                      "%lld orders have a total that is not what their lines come to with "
                      "discounts, postage and tax; the first: %.*s says %.*s, read are %.*s "
                      "(difference %.*s)\n")
                 : tr(why->lang,
                      "%lld orders have a Subtotal that is not what their lines come to after the "
                      "discount; the first: %.*s says %.*s, its lines give %.*s (difference "
                      "%.*s)\n"),
             (long long)frame_i64(f, 0, 0),
             STR_ARG(frame_str(f, 1, 0)),
             STR_ARG(buf_str(&amounts[0])),
             STR_ARG(buf_str(&amounts[1])),
             STR_ARG(buf_str(&amounts[2])));
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++)
        buf_release(&amounts[i]);
    frame_free(f);
    return STATUS_OK;
}

enum status merge_check_subtotals(struct import_job *j, struct error *why)
{
    if (!reading_has(j->reading, "order_subtotal") || j->options->repairs > 0)
        return STATUS_OK; /* repaired rows are a part of their orders */
    enum status st = compare_orders(j, why);
    if (st == STATUS_OK)
        st = move_discounts(j, why);
    return st == STATUS_OK ? tell_differing(j,
                                            STR("SELECT count(*), arg_min(order_id, first_row), "
                                                "arg_min(subtotal, first_row)::HUGEINT, "
                                                "arg_min(goods - discount, first_row)::HUGEINT "
                                                "FROM subtotal_says WHERE " DIFFERS),
                                            false,
                                            why)
                           : st;
}

/* ---- Totals ---------------------------------------------------------------------------------- */

/* Where the file has no column of the order's discount, it is what the total is less than the rest.
 */
enum status merge_discount_of_totals(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    if (!j->mapping->discount_from_total || !reading_has(j->reading, "order_total") ||
        j->options->repairs > 0)
        return STATUS_OK;
    enum status st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE total_less AS SELECT order_id, (rest - order_total)::BIGINT "
        "  AS discount FROM (SELECT order_id, order_total, all_gross, without_tax, without_tax + "
        "  tax AS with_tax, without_tax + CASE WHEN %d THEN 0 ELSE tax END AS rest FROM (SELECT "
        "  order_id, order_total, all_gross, coalesce(order_tax, 0) AS tax, all_gross + "
        "  coalesce(shipping, 0) + coalesce(tip, 0) + coalesce(duty, 0) AS without_tax FROM "
        "  stage_order WHERE order_discount IS NULL AND NOT has_cancelled AND sale_gross > 0)) "
        "  WHERE order_total NOT IN (without_tax, with_tax) AND rest - order_total BETWEEN 1 AND "
        "  all_gross",
        (int)job_is_tax_inclusive(j));
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM total_less", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    buf_addf(j->notes,
             tr(why->lang,
                "in %lld orders the total is less than what their lines come to: the difference is "
                "their discount\n"),
             (long long)n);
    return job_exec(j,
                    why,
                    "%s",
                    "UPDATE stage_order SET order_discount = t.discount FROM total_less t WHERE "
                    "t.order_id = stage_order.order_id");
}

#define WHOLE_ORDERS                                             \
    "first_row <> (SELECT min(first_row) FROM stage_order) AND " \
    "last_row <> (SELECT max(last_row) FROM stage_order)"

/* Prices are rounded to cents, so each line may miss by half of one. */
static const char totals_say[] =
    "CREATE OR REPLACE TEMP MACRO comes_near(said, found, rows) AS abs(said - found) <= 50 * rows;"

    "CREATE OR REPLACE TEMP TABLE total_says AS SELECT * FROM (SELECT order_id, first_row, "
    "  order_total AS total, last_row - first_row + 2 AS rows, "
    "  all_gross - sum_discount_merchant - sum_discount_creator - returned_discount "
    "    - coalesce(order_discount, 0) + coalesce(shipping, 0) + coalesce(tip, 0) "
    "    + coalesce(duty, 0) AS goods, "
    "  sum_discount_platform + coalesce(order_discount_platform, 0) AS platform, "
    "  sum_line_tax + returned_tax + coalesce(order_tax, 0) AS tax, "
    "  coalesce(refunded, 0) AS back "
    "FROM stage_order WHERE order_total IS NOT NULL AND NOT has_cancelled AND sale_gross > 0 "
    "  AND %s) "
    "WHERE NOT (comes_near(total, goods, rows) OR comes_near(total, goods + tax, rows) "
    "  OR comes_near(total, goods - platform, rows) "
    "  OR comes_near(total, goods - platform + tax, rows) "
    "  OR comes_near(total, goods - back, rows) OR comes_near(total, goods + tax - back, rows) "
    "  OR comes_near(total, goods - platform - back, rows) "
    "  OR comes_near(total, goods - platform + tax - back, rows))";

enum status merge_check_totals(struct import_job *j, struct error *why)
{
    const bool has_prices =
        reading_has(j->reading, "unit_price") || reading_has(j->reading, "line_amount");
    if ((j->mapping->is_preset && !j->mapping->check_totals) || !has_prices ||
        j->mapping->total_serves || !reading_has(j->reading, "order_total") ||
        j->options->repairs > 0)
        return STATUS_OK; /* presets say what amounts mean */
    const enum status st =
        job_exec(j, why, totals_say, j->mapping->orders_complete ? "true" : WHOLE_ORDERS);
    return st == STATUS_OK
               ? tell_differing(
                     j,
                     STR("SELECT count(*), arg_min(order_id, first_row), "
                         "arg_min(total, first_row)::HUGEINT, arg_min(goods + tax - platform, "
                         "first_row)::HUGEINT FROM total_says"),
                     true,
                     why)
               : st;
}
