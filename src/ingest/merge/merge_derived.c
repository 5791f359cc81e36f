/* What rows of a table mean for other facts. */
#include "ingest/merge/article_costs_priv.h"
#include "ingest/merge/merge_table_priv.h"

#include <string.h>

#define COST_OF_REFUND COST_HOLDS("r", "r.currency", "coalesce(o.local_date, r.local_date)")

/* A pre-sale whose balance never came: what is paid back of it is its deposit, no return of a sale.
 */
static enum status leave_out_deposits(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "UPDATE refund SET is_excluded = true WHERE import_id = "
                    "getvariable('import_id') AND is_excluded IS NOT TRUE AND order_key IN (SELECT "
                    "order_key FROM orders o WHERE " NEVER_PAID_IN_FULL ")");
}

/* A refund that went through is a return in the ledger, on its own date. The ledger row of a refund
 * that was replaced goes with it. */
static enum status refunds_to_ledger(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT l.rowid AS id FROM order_line l JOIN "
        "refund_old r "
        "  ON r.import_id = l.import_id AND r.row_no = l.row_no WHERE r.superseded_by = "
        "  getvariable('import_id');"
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l "
        "  WHERE rowid IN (SELECT id FROM gone);"
        "DELETE FROM order_line WHERE rowid IN (SELECT id FROM gone);"
        "INSERT INTO order_line BY NAME SELECT r.store, r.order_key, r.order_key AS origin_key, "
        "  " REFUND_LINE_CLASS " AS class, o.customer_key, r.sku, coalesce(r.at, "
        "o.placed_at) AS \"at\", "
        "  coalesce(r.local_date, o.local_date) AS local_date, "
        "  coalesce(r.local_minute, o.local_minute) AS local_minute, "
        "  coalesce(o.local_date, r.local_date) AS order_date, r.at IS NOT NULL AS date_known, "
        "  r.currency, -coalesce(r.quantity, 0) AS quantity, "
        "  coalesce(r.tax_e4, 0) - r.amount_e4 AS gross_e4, "
        "  0::BIGINT AS discount_merchant_e4, 0::BIGINT AS discount_platform_e4, "
        "  0::BIGINT AS discount_creator_e4, -coalesce(r.tax_e4, 0) AS tax_e4, "
        "  coalesce(r.tax_e4, 0) - r.amount_e4 AS net_e4, "
        "  CASE WHEN r.stage = 'post_ship_keep' THEN 0 ELSE -r.quantity * p.cost_e4 END AS cost_e4,"
        " r.reason, true AS matched, "
        "  r.source, r.import_id, r.row_no, r.version FROM refund r "
        "LEFT JOIN orders o ON o.order_key = r.order_key "
        "LEFT JOIN " COSTS_OF_ARTICLES " p "
        "  ON " COST_OF_REFUND " "
        "WHERE r.import_id = getvariable('import_id') AND r.amount_e4 <> 0 "
        "  AND NOT coalesce(" NEVER_PAID_IN_FULL ", false) "
        "  AND " REFUND_SUCCEEDED("r."));
}

/* Refunds that an order's own total has told of, without a date, are those that a refund file now
 * dates: what is left of the total stays on the order's date. Dated refunds say of what they are,
 * so the rest does no longer undo the order as a whole, nor name articles: only of an order of one
 * line it is certain of what it is. */
static enum status shrink_undated(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE undated_return AS SELECT l.rowid AS id, l.order_key, "
        "  l.class <> 'return' OR n.lines IS DISTINCT FROM 1 AS is_unnamed, CASE WHEN l.class = "
        "  'return' AND row_number() OVER (PARTITION BY l.order_key, l.class ORDER BY l.rowid) = 1 "
        "  THEN greatest(o.refunded_e4 - r.known, 0) ELSE 0 END::BIGINT AS rest FROM order_line l "
        "JOIN orders o ON o.order_key = l.order_key "
        "JOIN (SELECT order_key, sum(amount_e4) AS known FROM refund WHERE order_key IN "
        "  (SELECT order_key FROM refund WHERE import_id = getvariable('import_id')) "
        "  AND " REFUND_SUCCEEDED(
            "") "  GROUP BY 1 HAVING sum(amount_e4) <> 0) r ON r.order_key = l.order_key "
                "LEFT JOIN (SELECT order_key, count(*) AS lines FROM order_line WHERE class IN "
                "  ('sale', 'excluded') AND origin_key IS NULL GROUP BY 1) n ON n.order_key = "
                "  l.order_key "
                "WHERE l.class IN ('return', 'shipping', 'tip', 'duty', 'gift_card', 'fee') AND "
                "NOT l.date_known AND l.row_no IS NULL "
                "QUALIFY l.class <> 'return' OR l.tax_e4 <> 0 OR l.gross_e4 <> -rest OR "
                "  count(*) OVER (PARTITION BY l.order_key, l.class) > 1 OR (is_unnamed AND (l.sku "
                "  IS NOT NULL OR l.sub_order_id IS NOT NULL));"
                "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l "
                "  WHERE rowid IN (SELECT id FROM undated_return);"
                "INSERT INTO order_line SELECT l.* REPLACE (-u.rest AS gross_e4, -u.rest AS "
                "net_e4, 0::BIGINT AS tax_e4, CASE WHEN NOT u.is_unnamed THEN l.sku END AS sku, "
                "CASE WHEN NOT u.is_unnamed THEN l.sub_order_id END AS sub_order_id, "
                "getvariable('import_id') AS import_id) FROM order_line l "
                "JOIN undated_return u "
                "  ON u.id = l.rowid WHERE u.rest > 0;"
                "DELETE FROM order_line WHERE rowid IN (SELECT id FROM undated_return)");
}

/* A fee per kind and row of the settlement; fees of rows that were replaced go with them. */
static enum status fees_of_settlement(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT f.rowid AS id FROM fee f JOIN settlement_old "
        "s "
        "  ON s.import_id = f.import_id AND s.row_no = f.row_no "
        "  WHERE s.superseded_by = getvariable('import_id');"
        "INSERT INTO fee_old SELECT f.*, getvariable('import_id') FROM fee f "
        "  WHERE rowid IN (SELECT id FROM gone);"
        "DELETE FROM fee WHERE rowid IN (SELECT id FROM gone);"
        "INSERT INTO fee BY NAME SELECT CASE WHEN settlement_id IS NOT NULL THEN settlement_id || "
        "  ':' || coalesce(sub_order_id, '') || ':' || kind END AS fee_id, * FROM ("
        "SELECT store, settlement_id, order_key, sub_order_id, sku, "
        "  unnest(['platform', 'commission', 'service', 'promotion', 'payment', 'freight', "
        "'other']) "
        "    AS kind, "
        "  unnest([fee_platform_e4, fee_commission_e4, fee_service_e4, fee_promotion_e4, "
        "    fee_payment_e4, fee_freight_e4, fee_other_e4]) AS amount_e4, "
        "  currency, \"at\", local_date, local_minute, source, import_id, row_no, version "
        "  FROM settlement WHERE import_id = getvariable('import_id') UNION ALL "
        "SELECT store, settlement_id, order_key, sub_order_id, sku, kind, "
        "  -net_e4, currency, \"at\", local_date, local_minute, source, import_id, row_no, version "
        "  FROM settlement WHERE import_id = getvariable('import_id') "
        "  AND kind NOT IN ('order', 'refund', 'subsidy', 'transfer')) "
        "WHERE amount_e4 <> 0");
}

/* Profits of these orders and days are to be derived anew. */
/* `table` is one that orders' costs are booked in. */
static enum status mark_costs(struct import_job *j, const char *table, struct error *why)
{
    const char *key = strcmp(table, "ad_spend") == 0 ? "NULL" : "order_key";
    return job_exec(j,
                    why,
                    "INSERT INTO dirty_cost SELECT DISTINCT store, local_date, %s FROM \"%s\" "
                    "WHERE import_id = getvariable('import_id') UNION SELECT DISTINCT store, "
                    "local_date, %s FROM \"%s_old\" WHERE "
                    "superseded_by = getvariable('import_id')",
                    key,
                    table,
                    key,
                    table);
}

static enum status mark_own_costs(struct import_job *j, struct error *why)
{
    return mark_costs(j, j->mapping->target.table->name, why);
}

static enum status mark_fees(struct import_job *j, struct error *why)
{
    return mark_costs(j, "fee", why);
}

/* What the shop itself asks for the articles whose prices elsewhere are known. */
static enum status own_prices(struct import_job *j, struct error *why)
{
    return job_exec(j, why, "%s", COMMERCE_SET_OWN_PRICES);
}

enum status merge_derived(struct import_job *j, struct error *why)
{
    static const struct {
        const char *table;
        enum status (*derive)(struct import_job *j, struct error *why);
    } rows[] = {
        { "refund", leave_out_deposits },
        { "refund", refunds_to_ledger },
        { "refund", shrink_undated },
        { "settlement", fees_of_settlement },
        { "product", merge_costs_to_lines },
        { "product", merge_product_changes },
        { "product", own_prices },
        { "benchmark", own_prices },
        { "order_item", merge_compose_items },
        { "order_item", merge_mark_dirty },
        { "refund", merge_mark_dirty },
        { "settlement", mark_fees },
        { "settlement", mark_own_costs },
        { "fee", mark_own_costs },
        { "payment", mark_own_costs },
        { "shipment", mark_own_costs },
        { "ad_spend", mark_own_costs },
    };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(rows) && st == STATUS_OK; i++) {
        if (strcmp(rows[i].table, j->mapping->target.table->name) == 0)
            st = rows[i].derive(j, why);
    }
    return st;
}
