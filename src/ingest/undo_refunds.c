/* What refunds have from their orders, when an import of orders is undone. Refunds of a file of
 * their own were given the order's day and buyer, and its exclusion, without a copy of what was
 * before (merge_date_refunds, exclude.c). So they get it anew: from the order that is left, or,
 * without one, they stand alone again as they did before it came.
 *
 * origin_key tells such lines from what an order's own file says of refunds: that has its history.
 */
#include "ingest/ingest_priv.h"
#include "ingest/undo_priv.h"

/* The days of the orders' lines, before and after. */
#define MARK_DAYS                                                                         \
    "INSERT INTO dirty SELECT DISTINCT store, d FROM (SELECT store, unnest([local_date, " \
    "order_date]) AS d FROM order_line WHERE order_key IN (FROM undo_order)) WHERE d IS NOT NULL;"

enum status imports_undo_refunds_list(struct conn *c,
                                      int64_t import_id,
                                      struct arena *a,
                                      struct error *why)
{
    const str sql =
        arena_printf(a,
                     "CREATE OR REPLACE TEMP TABLE undo_order AS SELECT order_key FROM "
                     "orders WHERE import_id = %lld UNION SELECT order_key FROM "
                     "orders_old WHERE superseded_by = %lld UNION SELECT order_key FROM "
                     "order_line WHERE import_id = %lld;" MARK_DAYS,
                     (long long)import_id,
                     (long long)import_id,
                     (long long)import_id);
    return sql.ptr != NULL ? conn_exec(c, sql.ptr, why)
                           : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Day and buyer. A refund whose file told no date had none before its order came. */
static const char date_sql[] =
    "CREATE OR REPLACE TEMP TABLE undo_refund AS SELECT l.rowid AS id, l.import_id, l.row_no, "
    "  o.order_key IS NOT NULL AS has_order, o.customer_key, o.local_date AS order_date, "
    "  l.date_known FROM order_line l LEFT JOIN orders o ON o.order_key = l.order_key "
    "WHERE l.origin_key = l.order_key AND l.order_key IN (FROM undo_order);"
    "UPDATE order_line SET customer_key = u.customer_key, "
    "  order_date = CASE WHEN u.has_order THEN u.order_date WHEN u.date_known THEN "
    "  order_line.local_date END, "
    "  \"at\" = CASE WHEN u.has_order OR u.date_known THEN order_line.\"at\" END, "
    "  local_date = CASE WHEN u.has_order OR u.date_known THEN order_line.local_date END, "
    "  local_minute = CASE WHEN u.has_order OR u.date_known THEN order_line.local_minute END "
    "FROM undo_refund u WHERE order_line.rowid = u.id;"
    "UPDATE refund SET order_date = CASE WHEN u.has_order THEN u.order_date WHEN u.date_known THEN "
    "  refund.local_date END, "
    "  \"at\" = CASE WHEN u.has_order OR u.date_known THEN refund.\"at\" END, "
    "  local_date = CASE WHEN u.has_order OR u.date_known THEN refund.local_date END, "
    "  local_minute = CASE WHEN u.has_order OR u.date_known THEN refund.local_minute END "
    "FROM undo_refund u WHERE refund.import_id = u.import_id AND refund.row_no = u.row_no;";

/* A refund is excluded exactly as long as all of its order is. */
static const char exclude_sql[] =
    "CREATE OR REPLACE TEMP TABLE undo_excluded AS SELECT order_key, "
    "  min(reason) FILTER (class = 'excluded' AND origin_key IS NULL) AS reason, "
    "  bool_and(class IN ('excluded', 'shipping', 'tip', 'duty', 'return') OR origin_key IS NOT "
    "  NULL) AND "
    "  bool_or(class = 'excluded' AND origin_key IS NULL) AS is_whole "
    "FROM order_line WHERE order_key IN (FROM undo_order) GROUP BY order_key;"
    "UPDATE order_line SET class = 'excluded', reason = o.reason FROM undo_excluded o "
    "  WHERE o.is_whole AND order_line.order_key = o.order_key AND order_line.origin_key IS NOT "
    "  NULL AND order_line.class IN ('shipping', 'tip', 'duty', 'gift_card', 'fee', 'return');"
    "UPDATE refund SET is_excluded = true FROM undo_excluded o WHERE o.is_whole AND "
    "  refund.order_key = o.order_key AND refund.is_excluded IS NOT TRUE;"
    "UPDATE order_line SET class = r.line_class, reason = r.reason FROM (SELECT r.import_id, "
    "  r.row_no, r.reason, " REFUND_LINE_CLASS
    " AS line_class FROM refund r JOIN undo_excluded o ON o.order_key = r.order_key WHERE NOT "
    "  o.is_whole AND r.is_excluded) r WHERE order_line.class = 'excluded' AND "
    "  order_line.origin_key IS NOT NULL AND order_line.import_id = r.import_id AND "
    "  order_line.row_no = r.row_no;"
    "UPDATE refund SET is_excluded = NULL FROM undo_excluded o WHERE NOT o.is_whole AND "
    "  refund.order_key = o.order_key AND refund.is_excluded;";

enum status imports_undo_refunds(struct conn *c, struct error *why)
{
    enum status st = imports_undo_states(c, why);
    if (st == STATUS_OK)
        st = conn_exec(c, date_sql, why);
    if (st == STATUS_OK)
        st = imports_undo_return_days(c, why);
    if (st == STATUS_OK)
        st = imports_undo_return_costs(c, why);
    if (st == STATUS_OK)
        st = conn_exec(c, exclude_sql, why);
    if (st == STATUS_OK)
        st = imports_undo_voids(c, why);
    return st == STATUS_OK ? conn_exec(c,
                                       MARK_DAYS "DROP TABLE undo_order; DROP TABLE undo_refund; "
                                                 "DROP TABLE undo_excluded",
                                       why)
                           : st;
}
