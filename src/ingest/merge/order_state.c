/* Orders in one file, their lines in another: what an order's state makes of its lines.
 *
 * Lines of an order that was cancelled before it was paid do not count, nor do those of one that
 * waits for its money where only a payment makes a sale. A file of lines does not say so; the
 * order's head does, earlier or later:
 *
 *   head  -> orders.lines_as: cancelled, unpaid, presale, or null while the order counts
 *   lines -> order_line.class by that, and order_line.own_class: what they are by themselves
 *
 * So the class follows from what is stored, whichever file came first, and undoing either leaves
 * what the other says. The line stays its own import's row, whose ledger goes with the class.
 * Postage, tips and duties of such an order are no ledger rows: they move to order_line_old and
 * come back with the state. (Sources whose heads have amounts: merge_items.c.) */
#include "ingest/merge/article_costs_priv.h"
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"
#include "ingest/undo_priv.h"
#include "shares/shares.h"

/* Repaired rows say what their file said then; a line may be cancelled by itself. */
const char *merge_says_status(const struct import_job *j)
{
    return reading_has(j->reading, "status") && j->options->repairs == 0
               ? "(o.status IS NOT NULL AND (s.n = 0 OR o.status NOT IN ('cancelled', 'unpaid')))"
               : "false";
}

const char *merge_says_state(const struct import_job *j)
{
    if (reading_has(j->reading, "status"))
        return "(o.status IS NOT NULL)";
    return j->mapping->sale_when_paid && reading_has(j->reading, "paid_at")
               ? "(o.paid_at IS NOT NULL)"
               : "false";
}

const char *merge_state_unknown(const struct import_job *j)
{
    return j->mapping->sale_when_paid && reading_has(j->reading, "paid_at")
               ? "o.status NOT IN (" STATUS_WORDS ")"
               : "false";
}

/* As is_unpaid (convert.c) has it of a row. */
const char *merge_state_waits(const struct import_job *j, const char *if_deposit_counts)
{
    const bool deposit_counts = j->store->presale == PRESALE_DEPOSIT;
    if (j->mapping->sale_when_paid)
        return deposit_counts ? if_deposit_counts : "true";
    return deposit_counts ? "(o.status = 'unpaid' AND o.is_staged IS NOT TRUE)"
                          : "(o.is_staged IS TRUE OR o.status = 'unpaid')";
}

enum status merge_date_by_known(struct import_job *j,
                                const char *column,
                                const char *reason,
                                struct error *why)
{
    return job_exec(
        j,
        why,
        "UPDATE staging.stage SET placed_at = o.placed_at, placed_at_date = o.local_date, "
        "  placed_at_minute = o.local_minute FROM orders o JOIN identity i ON i.key = o.order_key "
        "  AND i.kind = 'order' WHERE stage.placed_at IS NULL AND o.store = getvariable('store') "
        "  AND i.store = getvariable('store') AND i.id = stage.order_id;"
        "INSERT INTO refused_later SELECT row_no, line_no, '%s', order_id, '%s', gross "
        "  FROM staging.stage WHERE placed_at IS NULL;"
        "DELETE FROM staging.stage WHERE placed_at IS NULL",
        column,
        reason);
}

/* Lines without a date of their own (a second file of the source) take the known order's. */
static enum status borrow_dates(struct import_job *j, struct error *why)
{
    const enum status st = job_exec(j,
                                    why,
                                    "%s",
                                    "ALTER TABLE staging.stage ADD COLUMN placed_at BIGINT;"
                                    "ALTER TABLE staging.stage ADD COLUMN placed_at_date DATE;"
                                    "ALTER TABLE staging.stage ADD COLUMN placed_at_minute "
                                    "SMALLINT");
    return st == STATUS_OK
               ? merge_date_by_known(
                     j, "order_id", "its order is not there yet: import the orders file first", why)
               : st;
}

/* Most often none does: a column for all lines of a long file is not made for nothing. */
static enum status any_order_waits(struct import_job *j, bool *out, struct error *why)
{
    struct buf sql;
    int64_t n = 0;
    buf_init(&sql, 4096);
    buf_addf(&sql,
             "SELECT count(*) FROM orders o WHERE o.store = getvariable('store') AND " LINES_AS
             " IS NOT NULL",
             merge_state_unknown(j),
             merge_state_waits(j, "NOT " STORED_PAID_IN_PART));
    const enum status st = buf_ok(&sql) ? job_count(j, sql.data, &n, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    *out = n > 0;
    return st;
}

static enum status class_by_state(struct import_job *j, struct error *why)
{
    const enum status st = any_order_waits(j, &j->has_own_class, why);
    if (st != STATUS_OK || !j->has_own_class)
        return st;
    return job_exec(
        j,
        why,
        "ALTER TABLE staging.stage ADD COLUMN own_class VARCHAR;"
        "UPDATE staging.stage SET own_class = class, class = h.lines_as FROM (SELECT i.id, "
        "  " LINES_AS " AS lines_as FROM orders o JOIN identity i ON i.key = o.order_key AND "
        "  i.kind = 'order' AND i.store = getvariable('store') WHERE o.store = "
        "  getvariable('store')) h WHERE h.id = stage.order_id AND h.lines_as IS NOT NULL AND "
        "  stage.class <> 'excluded'",
        merge_state_unknown(j),
        merge_state_waits(j, "NOT " STORED_PAID_IN_PART));
}

static bool has_state(const struct import_job *j)
{
    return reading_has(j->reading, "status") || reading_has(j->reading, "paid_at") ||
           reading_has(j->reading, "is_staged");
}

enum status merge_ask_orders(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    if (!reading_has(j->reading, "placed_at"))
        st = borrow_dates(j, why);
    return st == STATUS_OK && merge_has_lines(j) && !has_state(j) ? class_by_state(j, why) : st;
}

/* Rows that bring both have each a state of its own: an order's is not that of all its lines. */
enum status merge_state_of_orders(struct import_job *j, struct error *why)
{
    const char *unknown = merge_state_unknown(j);
    const char *wait = merge_state_waits(j, "NOT " PAID_IN_PART("paid", "deposit"));
    if (merge_has_lines(j) && has_state(j))
        return job_exec(j, why, "%s", "UPDATE ord SET lines_as = NULL WHERE lines_as IS NOT NULL");
    return job_exec(j,
                    why,
                    "UPDATE ord AS o SET lines_as = " LINES_AS " WHERE o.lines_as IS DISTINCT "
                    "FROM " LINES_AS,
                    unknown,
                    wait,
                    unknown,
                    wait);
}

/* The same of headers that have changed: what a file of heads leaves empty stays. */
static enum status know_state(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE state_order AS SELECT order_key, lines_as IS NULL "
        "  AS counted, true AS counts FROM orders WHERE order_key IN (SELECT order_key "
        "  FROM ord WHERE is_head);"
        "UPDATE orders AS o SET lines_as = " LINES_AS
        " WHERE o.order_key IN (SELECT order_key FROM state_order);"
        "UPDATE state_order SET counts = false FROM orders o WHERE o.order_key = "
        "  state_order.order_key AND o.lines_as IS NOT NULL",
        merge_state_unknown(j),
        merge_state_waits(j, "NOT " STORED_PAID_IN_PART));
}

/* ---- Lines that are there ------------------------------------------------------------------- */

#define COST_OF_RESTATED COST_HOLDS("r", "r.currency", "coalesce(r.order_date, r.local_date)")

/* restated: of the orders in `state_order`. Rows of files only: what is made of others follows
 * those. */
static const char restated_sql[] =
    "CREATE OR REPLACE TEMP TABLE restated AS SELECT l.rowid AS id, l.store, l.order_key, "
    "  l.import_id, l.class AS was, coalesce(o.lines_as, l.own_class) AS class, "
    "  CASE WHEN o.lines_as IS NOT NULL THEN coalesce(l.own_class, l.class) END AS own_class, "
    "  o.lines_as IS NULL AS counts, l.sku, l.currency, l.quantity, l.gross_e4, l.local_date, "
    "  l.order_date FROM order_line l JOIN orders o ON o.order_key = l.order_key WHERE l.order_key "
    "  IN (SELECT order_key FROM state_order) AND l.row_no IS NOT NULL AND l.origin_key IS NULL "
    "  AND l.class <> 'excluded' AND CASE WHEN o.lines_as IS NULL THEN l.own_class IS NOT NULL "
    "  ELSE l.class <> o.lines_as END";

/* An import that runs has no ledger yet. */
static const char apply_sql[] =
    "UPDATE order_line SET class = r.class, own_class = r.own_class, cost_e4 = CASE WHEN r.class "
    "  IN ('sale', 'return', 'giveaway') THEN r.quantity * p.cost_e4 END FROM restated r LEFT JOIN "
    "  " COSTS_OF_ARTICLES " p ON " COST_OF_RESTATED "  WHERE order_line.rowid = r.id;"
    "CREATE OR REPLACE TEMP TABLE restated_ledger AS SELECT import_id, class, currency, "
    "  sum(lines)::BIGINT AS lines, sum(units)::BIGINT AS units, sum(amount_e4)::HUGEINT AS "
    "  amount_e4 FROM (SELECT import_id, class, currency, lines, units, amount_e4 FROM "
    "  import_ledger WHERE import_id IN (SELECT import_id FROM restated) UNION ALL SELECT "
    "  import_id, was, currency, -1, -quantity, -gross_e4 FROM restated UNION ALL SELECT "
    "  import_id, class, currency, 1, quantity, gross_e4 FROM restated) WHERE import_id IN (SELECT "
    "  import_id FROM import_ledger) GROUP BY ALL HAVING sum(lines) <> 0;"
    "DELETE FROM import_ledger WHERE import_id IN (SELECT import_id FROM restated);"
    "INSERT INTO import_ledger SELECT * FROM restated_ledger;"
    "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM restated;"
    "DROP TABLE restated_ledger";

enum status merge_apply_restated(struct conn *c, struct error *why)
{
    return conn_exec(c, apply_sql, why);
}

enum status merge_restate(struct conn *c, int64_t *n, struct error *why)
{
    enum status st = conn_exec(c, restated_sql, why);
    if (st == STATUS_OK)
        st = merge_apply_restated(c, why);
    return st == STATUS_OK ? conn_query_i64(c, "SELECT count(*) FROM restated", n, why) : st;
}

enum status imports_undo_states(struct conn *c, struct error *why)
{
    int64_t n = 0;
    enum status st = conn_exec(
        c, "CREATE OR REPLACE TEMP TABLE state_order AS SELECT order_key FROM undo_order", why);
    if (st == STATUS_OK)
        st = merge_restate(c, &n, why);
    if (st == STATUS_OK)
        st = merge_void_returns_of(c, "state_order", why);
    return st == STATUS_OK ? conn_exec(c, "DROP TABLE state_order; DROP TABLE restated", why) : st;
}

/* What the order as a whole brings beside its goods, no longer and again. Postage stands in its
 * head; the rest as it was when it was last taken away. Lines that are cancelled by themselves
 * bring nothing back. */
enum status merge_restate_order_rows(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE again AS SELECT order_key FROM state_order s "
        "WHERE counts AND NOT counted AND (order_key IN (SELECT order_key FROM restated) "
        "  OR NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_key = s.order_key "
        "    AND l.row_no IS NOT NULL));"

        "CREATE OR REPLACE TEMP TABLE state_row AS SELECT l.rowid AS id FROM order_line l "
        "WHERE l.order_key IN (SELECT order_key FROM state_order WHERE counted AND NOT counts) "
        "  AND l.row_no IS NULL AND l.origin_key IS NULL "
        "  AND l.class IN ('shipping', 'tip', 'duty', 'gift_card', 'fee', 'return');"
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l "
        "WHERE rowid IN (SELECT id FROM state_row);"
        "DELETE FROM order_line WHERE rowid IN (SELECT id FROM state_row);"

        "INSERT INTO order_line SELECT l.* EXCLUDE (superseded_by, newest) "
        "  REPLACE (getvariable('import_id') AS import_id) "
        "FROM (SELECT *, max(superseded_by) OVER (PARTITION BY order_key) AS newest "
        "  FROM order_line_old WHERE row_no IS NULL AND origin_key IS NULL "
        "    AND (class IN ('tip', 'duty', 'gift_card', 'fee', 'return') "
        "      OR (" IS_POSTAGE " AND tax_e4 <> 0)) "
        "    AND order_key IN (SELECT order_key FROM again)) l "
        "WHERE superseded_by = newest;"

        "INSERT INTO order_line BY NAME SELECT o.store, o.order_key, 'shipping' AS class, "
        "  o.customer_key, o.placed_at AS \"at\", o.local_date, o.local_minute, "
        "  o.local_date AS order_date, true AS date_known, o.currency, 0::BIGINT AS quantity, "
        "  o.shipping_e4 AS gross_e4, 0::BIGINT AS discount_merchant_e4, "
        "  0::BIGINT AS discount_platform_e4, 0::BIGINT AS discount_creator_e4, "
        "  0::BIGINT AS tax_e4, o.shipping_e4 AS net_e4, coalesce((SELECT min(l.source) "
        "    FROM order_line l WHERE l.order_key = o.order_key AND l.row_no IS NOT NULL), "
        "    o.source) AS source, getvariable('import_id') AS import_id, o.version "
        "FROM orders o WHERE o.shipping_e4 <> 0 AND o.order_key IN (SELECT order_key FROM again) "
        "  AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_key = o.order_key "
        "    AND " IS_POSTAGE ")");
}

/* The order's discounts and tax fell on no line while it had none that counts. */
static enum status share_among(struct import_job *j, struct error *why)
{
    static const char *const names[] = { "merchant", "platform", "tax" };
    const struct shares_request request = {
        .names = names,
        .count = ARRAY_LEN(names),
        .wholes = STR("SELECT * FROM state_rest ORDER BY order_key"),
        .lines = STR("SELECT l.order_key::BIGINT, l.rowid, greatest(l.gross_e4, 0)::BIGINT FROM "
                     "order_line l JOIN state_rest s ON s.order_key = l.order_key WHERE l.class = "
                     "'sale' ORDER BY 1, 2"),
        .into = "INSERT INTO state_share SELECT * FROM rows()",
    };
    int64_t n = 0;
    enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE state_share (line BIGINT, merchant BIGINT, platform BIGINT, "
        "  tax BIGINT);"
        "CREATE OR REPLACE TEMP TABLE state_rest AS SELECT o.order_key::BIGINT AS order_key, "
        "  (o.discount_merchant_e4 - l.merchant)::BIGINT AS merchant, (o.discount_platform_e4 - "
        "  l.platform)::BIGINT AS platform, (o.tax_e4 - l.tax)::BIGINT AS tax FROM orders o JOIN "
        "  (SELECT order_key, sum(discount_merchant_e4) AS merchant, sum(discount_platform_e4) AS "
        "  platform, sum(tax_e4) AS tax FROM order_line WHERE (class = 'sale' OR (" IS_POSTAGE
        ")) AND order_key IN (SELECT order_key FROM restated WHERE counts) GROUP BY 1 "
        "  HAVING bool_or(class = 'sale')) l ON l.order_key = o.order_key WHERE "
        "  (o.discount_merchant_e4, o.discount_platform_e4, o.tax_e4) IS DISTINCT FROM "
        "  (l.merchant, l.platform, l.tax)");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM state_rest", &n, why);
    if (st == STATUS_OK && n > 0)
        st = shares_make(j->conn, &request, why);
    return st;
}

/* Where prices hold tax, the line's share of it is no part of its amount: so in the ledger too. */
static enum status book_shares(struct import_job *j, struct error *why)
{
    const enum status st = share_among(j, why);
    const char *held = job_is_tax_inclusive(j) ? "s.tax" : "0";
    return st == STATUS_OK
               ? job_exec(j,
                          why,
                          "INSERT INTO import_ledger SELECT l.import_id, l.class, l.currency, 0, "
                          "  0, -sum(%s) FROM order_line l JOIN state_share s ON s.line = l.rowid "
                          "  WHERE %s <> 0 GROUP BY ALL;"
                          "UPDATE order_line SET gross_e4 = order_line.gross_e4 - %s, "
                          "  discount_merchant_e4 = discount_merchant_e4 + s.merchant, "
                          "  discount_platform_e4 = discount_platform_e4 + s.platform, "
                          "  tax_e4 = tax_e4 + s.tax, net_e4 = net_e4 - s.merchant - %s, "
                          "  shared_merchant_e4 = shared_merchant_e4 + s.merchant, "
                          "  shared_platform_e4 = shared_platform_e4 + s.platform, "
                          "  shared_tax_e4 = shared_tax_e4 + s.tax "
                          "  FROM state_share s WHERE s.line = order_line.rowid",
                          held,
                          held,
                          held,
                          held)
               : st;
}

/* Headers by their lines. A total that its own file said stays: it is neither what the lines come
 * to nor what is left without them. */
static enum status sum_restated(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE orders SET line_count = s.n, has_sale = s.n > 0, has_placed = s.placed, units = "
        "s.units, gross_e4 = "
        "  s.gross, discount_merchant_e4 = CASE WHEN s.n > 0 THEN s.dm ELSE "
        "  orders.discount_merchant_e4 END, discount_platform_e4 = CASE WHEN s.n > 0 THEN "
        "  s.dp ELSE orders.discount_platform_e4 END, discount_creator_e4 = s.dc, "
        "  total_e4 = s.total, paid_e4 = CASE WHEN orders.paid_at IS NULL THEN NULL WHEN "
        "  orders.paid_e4 <> orders.total_e4 THEN orders.paid_e4 ELSE s.total END FROM (SELECT *, "
        "  CASE WHEN lines_as IS NULL AND was_total > shipping + was_tax THEN was_total WHEN "
        "  lines_as IS NULL THEN coalesce(all_lines, 0) WHEN was_total = goods + shipping THEN "
        "shipping ELSE "
        "  was_total END AS total FROM (SELECT l.order_key, any_value(o.lines_as) AS lines_as, "
        "  any_value(o.total_e4) AS was_total, any_value(o.shipping_e4) AS shipping, "
        "  any_value(o.tax_e4) AS was_tax, " HEAD_SUMS
        ", coalesce(sum(l.net_e4 - l.discount_platform_e4 + "
        "  l.tax_e4) FILTER (l.row_no IS NOT NULL), 0) AS goods FROM order_line l JOIN orders o ON "
        "  o.order_key = l.order_key WHERE l.order_key IN (SELECT order_key FROM restated) GROUP "
        "  BY 1)) s WHERE s.order_key = orders.order_key");
}

enum status merge_restate_lines(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st = STATUS_OK;
    if (!has_state(j))
        return st;
    st = know_state(j, why);
    if (st == STATUS_OK)
        st = merge_restate(j->conn, &n, why);
    if (st == STATUS_OK)
        st = merge_restate_order_rows(j, why);
    if (st == STATUS_OK && n > 0)
        st = book_shares(j, why);
    if (st == STATUS_OK && n > 0)
        st = sum_restated(j, why);
    if (st == STATUS_OK)
        st = merge_void_returns_of(j->conn, "state_order", why);
    return st == STATUS_OK
               ? job_exec(
                     j,
                     why,
                     "%s",
                     "DROP TABLE state_order; DROP TABLE restated; DROP TABLE again; DROP TABLE IF "
                     "EXISTS state_row; DROP TABLE IF EXISTS state_rest; DROP "
                     "TABLE IF EXISTS state_share")
               : st;
}
