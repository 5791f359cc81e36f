/* Refunds in files of their own, of orders that were cancelled and are no sales, and of pre-sales
 * that are not paid in full.
 *
 *   order   cancelled   A 15.00     no sale: its lines count nowhere
 *   refund              A 15.00     so what is told of its money going back is no return
 *
 * Whichever comes first: such a refund and its line are kept as those of an order that is excluded
 * as a whole, and count again when the order turns out to be a sale. (What the platform's API no
 * longer tells: merge_refunds.c.) */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/undo_priv.h"

#include <string.h>

/* Of the orders in `void_touched`. A head that says when it was paid waits for lines that are sold;
 * once its file has classed them as cancelled, they are none. What exclude.yaml has taken out is
 * left to exclude.c. */
static const char void_sql[] =
    "CREATE OR REPLACE TEMP TABLE void_order AS SELECT order_key FROM orders WHERE order_key IN "
    "  (FROM void_touched) AND line_count = 0 AND (status = 'cancelled' AND paid_at IS NULL "
    "  OR (order_key, CASE status WHEN 'cancelled' THEN status ELSE 'presale' END) IN (SELECT "
    "  (order_key, class) FROM order_line WHERE class IN ('cancelled', 'presale') AND origin_key "
    "  IS NULL AND order_key IN (FROM void_touched)));"

    "CREATE OR REPLACE TEMP TABLE void_line AS SELECT l.rowid AS id, l.import_id, l.row_no, "
    "  l.store, l.local_date, l.order_date, l.order_key IN (FROM void_order) AS is_void, r.reason, "
    "  " REFUND_LINE_CLASS " AS line_class "
    "FROM order_line l JOIN refund r ON r.import_id = l.import_id AND r.row_no = l.row_no AND "
    "  r.order_key = l.order_key "
    "WHERE l.origin_key = l.order_key AND l.order_key IN (FROM void_touched) AND CASE WHEN "
    "  l.order_key IN (FROM void_order) THEN l.class <> 'excluded' ELSE l.class = 'excluded' AND "
    "  l.order_key NOT IN (SELECT x.order_key FROM order_line x WHERE x.class = 'excluded' AND "
    "  x.origin_key IS NULL AND x.order_key IN (FROM void_touched)) END;"

    "INSERT INTO dirty SELECT DISTINCT store, day FROM (SELECT store, unnest([local_date, "
    "  order_date]) AS day FROM void_line) WHERE day IS NOT NULL;"
    "UPDATE order_line SET class = CASE WHEN v.is_void THEN 'excluded' ELSE v.line_class END, "
    "  reason = CASE WHEN v.is_void THEN 'its order is no sale' ELSE v.reason END "
    "FROM void_line v WHERE v.id = order_line.rowid;"
    "UPDATE refund SET is_excluded = CASE WHEN v.is_void THEN true END FROM void_line v "
    "WHERE v.import_id = refund.import_id AND v.row_no = refund.row_no;"
    "DROP TABLE void_order; DROP TABLE void_touched";

/* Orders with refunds that the import has touched; NULL: the table has nothing to do with it. */
static const char *touched_orders(const struct import_job *j)
{
    const struct table *t = j->mapping->target.table;
    if (t == NULL)
        return "SELECT order_key FROM refund WHERE order_key IN (SELECT order_key FROM ord WHERE "
               "NOT is_stale)";
    if (strcmp(t->name, "order_item") == 0)
        return "SELECT order_key FROM refund WHERE order_key IN (SELECT order_key FROM compose)";
    return strcmp(t->name, "refund") == 0
               ? "SELECT order_key FROM refund WHERE import_id = getvariable('import_id') AND "
                 "order_key IS NOT NULL"
               : NULL;
}

enum status merge_close_voids(struct import_job *j, struct error *why)
{
    const char *touched = touched_orders(j);
    int64_t n = 0;
    if (touched == NULL)
        return STATUS_OK;
    enum status st = job_exec(j,
                              why,
                              "CREATE OR REPLACE TEMP TABLE void_touched AS SELECT DISTINCT * FROM "
                              "(%s)",
                              touched);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM void_touched", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    st = job_exec(j, why, "%s", void_sql);
    if (st == STATUS_OK)
        st = job_tell(j,
                      "SELECT count(*) FROM void_line WHERE is_void",
                      "%lld refunds are of orders that are no sales, cancelled or not paid in "
                      "full: neither the orders nor the refunds count\n",
                      why);
    return st == STATUS_OK ? job_exec(j, why, "%s", "DROP TABLE void_line") : st;
}

enum status imports_undo_voids(struct conn *c, struct error *why)
{
    enum status st = conn_exec(
        c, "CREATE OR REPLACE TEMP TABLE void_touched AS SELECT order_key FROM undo_order", why);
    if (st == STATUS_OK)
        st = conn_exec(c, void_sql, why);
    return st == STATUS_OK ? conn_exec(c, "DROP TABLE void_line", why) : st;
}
