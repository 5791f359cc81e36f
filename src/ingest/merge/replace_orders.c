/* Orders that the shop has already: what is the same, what changed, what is only cut off. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"

/* Orders of the file's first and last row may be cut, unless files hold whole orders. Of repaired
 * rows every order is cut: its other lines are in. A record of JSON that holds its lines is whole
 * wherever it stands, and comes back whole from repair, with lines that were good. */
static enum status mark_edges(struct import_job *j, struct error *why)
{
    const bool has_lists = reading_shape(j->reading)->expand.len > 0;
    if (j->options->repairs > 0 && !has_lists)
        return job_exec(
            j,
            why,
            "%s",
            "UPDATE ord SET is_edge = true WHERE is_known AND NOT is_stale AND NOT is_head");
    if (has_lists || j->mapping->orders_complete || j->mapping->order_per_row)
        return STATUS_OK;
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE ord SET is_edge = true WHERE is_known AND NOT is_stale AND NOT is_head AND "
        "(first_row = (SELECT min(first_row) FROM ord) OR last_row = (SELECT max(last_row) FROM "
        "ord)) AND order_key NOT IN (SELECT order_key FROM order_kept WHERE is_whole)");
}

/* Of an order without sale lines (cancelled, unpaid) what its head sums stands on no line. Where
 * its lines are made of another file (items, states), that file has a say in the head: not told
 * here. */
#define HEAD_DIFFERS                                                           \
    "(o.line_count = 0 AND e.line_count = 0 AND e.items_source IS NULL AND "   \
    "e.lines_as IS NULL AND (o.refunded <> e.refunded_e4 OR o.shipping <> "    \
    "e.shipping_e4 OR o.sum_line_tax + o.order_tax <> e.tax_e4 OR "            \
    "o.sum_discount_merchant + o.order_discount <> e.discount_merchant_e4 OR " \
    "o.sum_discount_platform + o.order_discount_platform <> e.discount_platform_e4))"

/* of_refund: stored lines that are not the order's file's and stay: returns that refunds have made.
 */
static enum status list_others(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "CREATE OR REPLACE TEMP TABLE of_refund AS SELECT l.rowid AS id FROM "
                    "  order_line l JOIN refund r ON r.import_id = l.import_id AND r.row_no = "
                    "  l.row_no AND r.order_key = l.order_key WHERE l.order_key IN "
                    "  (SELECT order_key FROM ord WHERE is_known)");
}

/* Lines that are made of items cannot be compared with the file's one line: the order's own amounts
 * and state decide. ord.is_written: beside new ones whole known ones whose lines or state differ.
 * Of a file without lines ord.is_updated: known ones whose state differs. */
static enum status mark_written(struct import_job *j, struct error *why)
{
    static const char *const compared[] = {
        "customer_key", "order_name",   "status",       "currency",       "channel",  "medium",
        "campaign",     "landing_page", "device",       "browser",        "os",       "country",
        "region",       "city",         "coupon",       "payment_method", "language", "paid_at",
        "shipped_at",   "promised_at",  "delivered_at", "cancelled_at"
    };
    struct buf sql;
    enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE differing AS SELECT DISTINCT order_key FROM ("
        "SELECT " LINE_SIGNATURE ", sum(side) AS balance FROM ("
        "SELECT " LINE_SIGNATURE ", 1 AS side FROM (SELECT * REPLACE (" CLASS_BY_ITSELF(
            "") " AS class) FROM new_line) UNION ALL "
                "SELECT " LINE_SIGNATURE ", -1 AS side FROM (SELECT * REPLACE (" CLASS_BY_ITSELF(
                    "") " AS class) FROM order_line "
                        "  WHERE order_key IN (SELECT order_key FROM ord WHERE is_known) "
                        "  AND rowid NOT IN (SELECT id FROM of_refund))) "
                        "GROUP BY " LINE_SIGNATURE
                        ") WHERE balance <> 0 AND order_key NOT IN (SELECT "
                        "  i.order_key FROM order_item i JOIN orders o ON o.order_key = "
                        "i.order_key "
                        "  WHERE o.items_source IS NOT NULL)");
    if (st != STATUS_OK)
        return st;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql,
             "UPDATE ord SET is_written = true WHERE is_known AND NOT is_stale AND NOT is_edge "
             "AND NOT is_head AND NOT is_added AND (order_key IN (SELECT order_key FROM differing) "
             "OR order_key IN "
             "(SELECT "
             "o.order_key FROM ord o JOIN orders e ON e.order_key = o.order_key WHERE "
             "(o.order_total IS NOT NULL AND o.order_total <> e.total_e4) OR "
             "(o.paid IS NOT NULL AND o.paid <> e.paid_e4) OR (e.items_source IS NOT NULL AND "
             "o.refunded <> e.refunded_e4) OR " HEAD_DIFFERS);
    for (size_t i = 0; i < ARRAY_LEN(compared); i++)
        buf_addf(&sql,
                 " OR (o.%s IS NOT NULL AND o.%s IS DISTINCT FROM e.%s)",
                 compared[i],
                 compared[i],
                 compared[i]);
    buf_adds(&sql, "))");
    st = job_exec(j, why, "%.*s", STR_ARG(buf_str(&sql)));
    buf_release(&sql);
    return st;
}

/* Where prices hold tax, lines have it apart; what is left out counts as its file has it. */
static const char *held_tax(const struct import_job *j)
{
    return job_is_tax_inclusive(j) ? " + tax_e4" : "";
}

/* Where amounts of an order are sums of its rows, a row of the order as a whole (shipping, tip) is
 * the stored one's amount and what rows that are new bring. What a changed row brought before is
 * not kept; it is taken for what the row brings now. A return that names its line is no sum. */
static enum status add_up_level_rows(struct import_job *j, struct error *why)
{
    static const struct {
        const char *field;
        const char *line_class;
        const char *added; /* of a row of that class, of whose amount d.known is in already */
    } rows[] = { { "shipping", "shipping", "gross_e4 - d.known" },
                 { "tip", "tip", "gross_e4 - d.known" },
                 { "duty", "duty", "gross_e4 - d.known" },
                 { "refunded", "return", "least(gross_e4 + d.known, 0)" } };
    const char *of_article =
        reading_has(j->reading, "sku") ? " AND (n.sku IS NULL OR s.sku = n.sku)" : "";
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(rows) && st == STATUS_OK; i++) {
        if (!merge_adds_up(j, rows[i].field) || !reading_has(j->reading, rows[i].field))
            continue;
        st = job_exec(
            j,
            why,
            "UPDATE new_line SET gross_e4 = %s + d.stored, net_e4 = %s + d.stored FROM "
            "  (SELECT n.rowid AS id, coalesce((SELECT sum(s.%s) FROM stage s JOIN "
            "  edge_line e ON e.is_new AND e.row_no = s.row_no WHERE e.order_key = "
            "  n.order_key AND e.id IN (" EDGE_PAIRED ")%s), 0)::BIGINT AS known, "
            "  coalesce((SELECT sum(l.gross_e4) FROM order_line l WHERE l.order_key = "
            "  n.order_key AND l.row_no IS NULL AND l.class = n.class AND l.date_known = "
            "  n.date_known AND l.sku IS NOT DISTINCT FROM n.sku AND l.sub_order_id IS NULL), "
            "  0)::BIGINT AS stored "
            "  FROM new_line n JOIN ord o ON o.order_key = n.order_key WHERE o.is_edge AND "
            "  NOT o.is_head AND "
            "  n.row_no IS NULL AND n.class = '%s' AND n.date_known = (n.class <> 'return') AND "
            "  n.sub_order_id IS NULL) d WHERE d.id = new_line.rowid",
            rows[i].added,
            rows[i].added,
            rows[i].field,
            of_article,
            rows[i].line_class);
    }
    return st;
}

/* Of a cut order: lines that are in already leave new_line, a line that only changed replaces its
 * old one, and what is left is added. merge_cut_orders() has paired the file's lines; rows that
 * belong to the order as a whole are paired by class, returns by the line that they name too. An
 * order's returns stand for all that are stored, unless they are sums of its rows. */
static enum status merge_edges(struct import_job *j, struct error *why)
{
    int64_t edges = 0;
    enum status st = job_count(j, "SELECT count(*) FROM ord WHERE is_edge", &edges, why);
    if (st != STATUS_OK || edges == 0)
        return st;
    j->has_cut_orders = true;
    st = add_up_level_rows(j, why);
    if (st != STATUS_OK)
        return st;
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_new AS SELECT rowid AS id, * FROM new_line "
        "  WHERE order_key IN (SELECT order_key FROM ord WHERE is_edge);"
        "CREATE OR REPLACE TEMP TABLE edge_level AS SELECT n.id AS new_id, o.rowid AS old_id, "
        "  CASE n.class WHEN 'shipping' THEN n.gross_e4 + n.tax_e4 = o.gross_e4 + o.tax_e4 AND "
        "  n.tax_e4 <= o.tax_e4 ELSE n.gross_e4 = o.gross_e4 END AS is_same FROM edge_new n JOIN "
        "  order_line o "
        "  ON n.order_key = o.order_key AND n.class = o.class AND n.date_known = o.date_known "
        "  AND n.sku IS NOT DISTINCT FROM o.sku AND n.sub_order_id IS NOT DISTINCT FROM "
        "  o.sub_order_id WHERE n.row_no IS NULL AND o.row_no IS NULL;"
        "CREATE OR REPLACE TEMP TABLE edge_back AS SELECT order_key, sub_order_id FROM edge_new "
        "  WHERE class = 'return' AND row_no IS NULL AND NOT date_known AND sub_order_id IS NOT "
        "  NULL AND id NOT IN (SELECT new_id FROM edge_level);"
        "INSERT INTO edge_same SELECT new_id, old_id FROM edge_level WHERE is_same;"
        "INSERT INTO edge_changed SELECT new_id, old_id FROM edge_level WHERE NOT is_same;"
        "INSERT INTO edge_changed SELECT NULL, o.rowid FROM order_line o WHERE NOT %s AND "
        "  o.class = 'return' AND o.row_no IS NULL AND NOT o.date_known AND o.rowid NOT IN (SELECT "
        "  old_id FROM edge_level) AND o.order_key IN (SELECT order_key FROM edge_new WHERE class "
        "= "
        "  'return' AND row_no IS NULL AND NOT date_known);"
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l "
        "  WHERE rowid IN (SELECT old_id FROM edge_changed);"
        "DELETE FROM order_line WHERE rowid IN (SELECT old_id FROM edge_changed);"
        "INSERT INTO left_out SELECT 'duplicate', currency, quantity, gross_e4%s, row_no "
        "  FROM edge_new WHERE id IN (SELECT new_id FROM edge_same);"
        "INSERT INTO order_line SELECT * EXCLUDE (id) FROM edge_new "
        "  WHERE id NOT IN (SELECT new_id FROM edge_same);"
        "UPDATE ord SET is_resummed = true WHERE is_edge AND order_key IN "
        "  (SELECT order_key FROM edge_new WHERE id NOT IN (SELECT new_id FROM edge_same))",
        merge_adds_up(j, "refunded") ? "true" : "false",
        held_tax(j));
}

static enum status move_replaced(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l "
        "  WHERE order_key IN (SELECT order_key FROM ord WHERE is_known AND is_written) "
        "  AND rowid NOT IN (SELECT id FROM of_refund);"
        "DELETE FROM order_line WHERE order_key IN "
        "  (SELECT order_key FROM ord WHERE is_known AND is_written) "
        "  AND rowid NOT IN (SELECT id FROM of_refund);"
        "INSERT INTO orders_old SELECT o.*, getvariable('import_id') FROM orders o "
        "  WHERE order_key IN (SELECT order_key FROM ord WHERE is_known AND is_written);"
        "DELETE FROM orders WHERE order_key IN "
        "  (SELECT order_key FROM ord WHERE is_known AND is_written)");
}

#define OWN_LINES " FROM order_line WHERE import_id = getvariable('import_id')"

/* Whether a line was taken out of an order or its file was cut off there, the file does not tell,
 * so whoever imports it is told. A platform's API tells orders whole. */
static enum status tell_lost(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    if (mapping_is_api(j->mapping))
        return STATUS_OK;
    const enum status st = conn_query(
        j->conn,
        STR("SELECT count(*)::BIGINT, coalesce(arg_min(o.order_id, o.first_row), '') FROM ord o "
            "JOIN (SELECT order_key, count(*) AS n FROM order_line_old WHERE superseded_by = "
            "  getvariable('import_id') AND row_no IS NOT NULL GROUP BY 1) s ON s.order_key = "
            "  o.order_key LEFT JOIN (SELECT order_key, count(*) AS n FROM new_line WHERE row_no "
            "  IS NOT NULL GROUP BY 1) n ON n.order_key = o.order_key LEFT JOIN (SELECT order_key, "
            "  count(*) AS n" OWN_LINES " AND row_no IS NOT NULL GROUP BY 1) a ON a.order_key = "
            "  o.order_key WHERE o.is_known AND CASE WHEN o.is_edge THEN s.n > coalesce(a.n, 0) "
            "  ELSE o.is_written AND s.n > coalesce(n.n, 0) END"),
        NULL,
        0,
        &f,
        why);
    if (st == STATUS_OK && frame_i64(f, 0, 0) > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "%lld orders lose lines: the file has fewer of them than the shop had (the "
                    "first: %.*s); if it was cut off or holds only a part of them, take it back "
                    "with: shopvane imports undo %lld\n"),
                 (long long)frame_i64(f, 0, 0),
                 STR_ARG(frame_str(f, 1, 0)),
                 (long long)j->import_id);
    frame_free(f);
    return st;
}

bool merge_has_lines(const struct import_job *j)
{
    return j->mapping->target.table != NULL || reading_has(j->reading, "quantity") ||
           reading_has(j->reading, "line_amount") || reading_has(j->reading, "unit_price");
}

static enum status update_heads(struct import_job *j, struct error *why)
{
    const enum status st =
        job_exec(j,
                 why,
                 "%s",
                 "UPDATE ord SET is_updated = true FROM orders e WHERE e.order_key = ord.order_key "
                 "  AND ord.is_head AND (coalesce(ord.status, e.status), "
                 "  coalesce(ord.paid_at, e.paid_at), coalesce(ord.shipped_at, e.shipped_at), "
                 "  coalesce(ord.delivered_at, e.delivered_at), "
                 "  coalesce(ord.cancelled_at, e.cancelled_at)) IS DISTINCT FROM "
                 "  (e.status, e.paid_at, e.shipped_at, e.delivered_at, e.cancelled_at);"
                 "INSERT INTO orders_old SELECT e.*, getvariable('import_id') FROM orders e "
                 "  JOIN ord o ON o.order_key = e.order_key WHERE o.is_head;"
                 "UPDATE orders SET status = coalesce(o.status, orders.status), "
                 "  paid_at = coalesce(o.paid_at, orders.paid_at), "
                 "  paid_date = coalesce(o.paid_at_date, orders.paid_date), "
                 "  paid_e4 = CASE WHEN coalesce(o.paid_at, orders.paid_at) IS NOT NULL THEN "
                 "  coalesce(orders.paid_e4, orders.total_e4) END, "
                 "  shipped_at = coalesce(o.shipped_at, orders.shipped_at), "
                 "  delivered_at = coalesce(o.delivered_at, orders.delivered_at), "
                 "  cancelled_at = coalesce(o.cancelled_at, orders.cancelled_at, CASE WHEN "
                 "  o.status = 'cancelled' THEN orders.placed_at END), "
                 "  cancelled_date = coalesce(o.cancelled_at_date, orders.cancelled_date, CASE "
                 "  WHEN o.status = 'cancelled' THEN orders.local_date END), "
                 "  import_id = getvariable('import_id'), version = o.version FROM ord o "
                 "WHERE o.order_key = orders.order_key AND o.is_head");
    return st == STATUS_OK ? merge_restate_lines(j, why) : st;
}

/* What files say of orders as a whole, before their lines are looked at. */
static enum status put_heads(struct import_job *j, struct error *why)
{
    int64_t heads = 0;
    enum status st = merge_find_heads(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM ord WHERE is_head", &heads, why);
    if (st != STATUS_OK || heads == 0)
        return st;
    st = update_heads(j, why);
    return st == STATUS_OK ? merge_mark_heads(j, why) : st;
}

enum status replace_known_orders(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    int64_t edges = 0;
    st = put_heads(j, why);
    if (st == STATUS_OK && merge_has_lines(j))
        st = mark_edges(j, why);
    if (st == STATUS_OK && merge_has_lines(j))
        st = merge_mark_parts(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM ord WHERE is_edge", &edges, why);
    if (!merge_has_lines(j) && edges == 0)
        return st;
    if (st == STATUS_OK && edges > 0)
        st = merge_restate_cut_orders(j, why);
    if (st == STATUS_OK && edges > 0)
        st = merge_list_edges(j, why);
    if (st == STATUS_OK && edges > 0)
        st = merge_cut_orders(j, why);
    if (st == STATUS_OK)
        st = list_others(j, why);
    if (st == STATUS_OK)
        st = merge_find_apart(j, why);
    if (st == STATUS_OK)
        st = mark_written(j, why);
    if (st == STATUS_OK)
        st = merge_edges(j, why);
    if (st == STATUS_OK)
        st = merge_add_apart(j, why);
    if (st == STATUS_OK)
        st = move_replaced(j, why);
    if (st == STATUS_OK)
        st = tell_lost(j, why);
    if (st == STATUS_OK)
        st = job_exec(
            j,
            why,
            "INSERT INTO left_out SELECT CASE WHEN o.is_stale THEN 'stale' ELSE "
            "'duplicate' END, l.currency, l.quantity, l.gross_e4%s, l.row_no FROM new_line l "
            "JOIN ord o ON o.order_key = l.order_key WHERE NOT o.is_written "
            "AND NOT o.is_edge AND NOT o.is_added;"
            "INSERT INTO left_out SELECT 'stale', o.currency, "
            "  NULL, s.gross, s.row_no FROM stage s JOIN ord o ON o.order_id = s.order_id "
            "WHERE o.is_stale AND s.class IS NOT NULL",
            held_tax(j));
    return st;
}
