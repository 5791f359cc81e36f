/* Lines that were taken out of their orders: the file keeps them without pieces, and among what was
 * paid back is what they had cost. They count nowhere, so that this money is no return: sales are
 * those of the lines that are left. How many pieces they had, the file does not say: a Subtotal
 * that still holds them does, and where one line went, money that is a multiple of its price. Tax
 * that stands beside the prices went back with them. Of an order that has no line left all went
 * back for these, less its postage, tip and duty. */
#include "ingest/merge/merge_orders_priv.h"

/* taken_out: of each order that lost lines what went back for them. In `per` parts of an amount. */
static const char find[] =
    "CREATE OR REPLACE TEMP TABLE taken_out AS WITH gone AS (SELECT order_id, count(*) AS lines, "
    "  sum(unit_price) AS worth FROM stage WHERE class IS NULL AND quantity = 0 AND unit_price > 0 "
    "  GROUP BY 1), "
    "said AS (SELECT o.order_id, g.lines, o.refunded, o.all_gross, coalesce(o.shipping, 0) + "
    "  coalesce(o.tip, 0) + coalesce(o.duty, 0) AS beside, greatest(g.worth, o.order_subtotal - "
    "  o.all_gross + coalesce(o.order_discount, 0)) AS worth, o.order_subtotal > 0 AND o.order_tax "
    "  > 0 AND o.order_total >= o.order_subtotal + coalesce(o.shipping, 0) + o.order_tax AS "
    "has_tax, "
    "  o.order_subtotal AS subtotal, o.order_tax AS tax FROM stage_order o JOIN gone g USING "
    "  (order_id) WHERE o.refunded > 0 AND NOT o.has_cancelled), "
    "parts AS (SELECT *, CASE WHEN has_tax THEN subtotal ELSE 1 END::HUGEINT AS per, worth * CASE "
    "  WHEN has_tax THEN subtotal + tax ELSE 1 END::HUGEINT AS unit FROM said) "
    "SELECT order_id, CASE WHEN all_gross = 0 THEN greatest(refunded - beside, 0) WHEN refunded * "
    "  per <= unit + 100 * per OR (lines = 1 AND abs(refunded * per - (refunded * per + unit // 2) "
    "  // unit * unit) <= 100 * per) THEN refunded ELSE (unit + per // 2) // per END::BIGINT AS "
    "back "
    "FROM parts";

enum status merge_take_out(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    if (!j->mapping->is_preset || !j->mapping->fill_down || !reading_has(j->reading, "quantity") ||
        !reading_has(j->reading, "unit_price") || !reading_has(j->reading, "refunded"))
        return STATUS_OK;
    enum status st = job_exec(j, why, "%s", find);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM taken_out WHERE back > 0", &n, why);
    job_note(j,
             n,
             "in %lld orders money went back for lines that were taken out of them: it lowers no "
             "sales\n",
             why->lang);
    if (st != STATUS_OK || n == 0)
        return st;
    return job_exec(j,
                    why,
                    "%s",
                    "UPDATE stage_order SET refunded = refunded - t.back FROM taken_out t WHERE "
                    "t.order_id = stage_order.order_id");
}
