/* Returns of orders that do not count.
 *
 *   stored  sale, cancelled       nothing was sold of it, so nothing went back
 *   file    return -10, paid      the row's own state says otherwise
 *
 * Such a return is a void_return, which counts nowhere (a negative line that is cancelled lessens
 * what was placed). That follows from the lines that are there, whichever file came first: it is a
 * return again as soon as a line of its order counts. Returns of an article that the order does not
 * have may be of a sale that never came; they stay.
 *
 * Orders whose head says what its lines are: order_state.c. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"

#define DOES_NOT_COUNT "('cancelled', 'unpaid', 'presale')"

/* restated: of the orders in void_order, the returns that change their class. */
static const char list_sql[] =
    "CREATE OR REPLACE TEMP TABLE void_return AS SELECT l.rowid AS id, l.order_key, "
    "coalesce(l.sku, "
    "  '') AS sku FROM order_line l JOIN orders o ON o.order_key = l.order_key WHERE l.order_key "
    "IN "
    "  (SELECT order_key FROM void_order) AND o.lines_as IS NULL AND l.row_no IS NOT NULL AND "
    "  l.origin_key IS NULL AND l.matched IS NULL AND (l.class = 'return' OR l.own_class = "
    "  'return' AND l.class <> 'excluded');"
    "CREATE OR REPLACE TEMP TABLE void_line AS SELECT order_key, coalesce(sku, '') AS sku, class "
    "  IN " DOES_NOT_COUNT
    " AS is_void, quantity > 0 AS brings FROM order_line WHERE row_no IS NOT "
    "  NULL AND order_key IN (SELECT order_key FROM void_return) AND class NOT IN ('return', "
    "  'void_return', 'excluded') AND own_class IS DISTINCT FROM 'return' AND (class <> 'giveaway' "
    "  OR quantity > 0);"
    "CREATE OR REPLACE TEMP TABLE void_state AS SELECT order_key FROM void_line GROUP BY 1 HAVING "
    "  bool_and(is_void) AND bool_or(brings);"
    "CREATE OR REPLACE TEMP TABLE void_article AS SELECT order_key, sku FROM void_line WHERE "
    "brings "
    "  AND order_key IN (SELECT order_key FROM void_state) UNION SELECT order_key, '' FROM "
    "  void_state;"
    "CREATE OR REPLACE TEMP TABLE restated AS SELECT l.rowid AS id, l.store, l.order_key, "
    "  l.import_id, l.class AS was, n.class, CASE WHEN n.class <> 'return' THEN 'return' END AS "
    "  own_class, n.class = 'return' AS counts, l.sku, l.currency, l.quantity, l.gross_e4, "
    "  l.local_date, l.order_date FROM (SELECT r.id, CASE WHEN a.sku IS NULL THEN 'return' ELSE "
    "  'void_return' END AS class FROM void_return r LEFT JOIN void_article a ON a.order_key = "
    "  r.order_key AND a.sku = r.sku) n JOIN order_line l ON l.rowid = n.id WHERE l.class <> "
    "  n.class;"
    "DROP TABLE void_return; DROP TABLE void_line; DROP TABLE void_state; DROP TABLE "
    "void_article; DROP TABLE void_order";

static enum status void_listed(struct conn *c, struct error *why)
{
    const enum status st = conn_exec(c, list_sql, why);
    return st == STATUS_OK ? merge_apply_restated(c, why) : st;
}

enum status merge_void_returns(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st =
        job_exec(j,
                 why,
                 "%s",
                 "CREATE OR REPLACE TEMP TABLE void_order AS SELECT order_key FROM ord WHERE NOT "
                 "  is_stale AND (is_known AND (is_written OR is_updated OR is_resummed) OR NOT "
                 "  is_known AND has_cancelled AND line_count = 0)");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM void_order", &n, why);
    return st == STATUS_OK && n > 0 ? void_listed(j->conn, why) : st;
}

enum status merge_void_returns_of(struct conn *c, const char *table, struct error *why)
{
    struct buf sql;
    buf_init(&sql, 1024);
    buf_addf(&sql, "CREATE OR REPLACE TEMP TABLE void_order AS SELECT order_key FROM %s", table);
    enum status st = buf_ok(&sql) ? conn_exec(c, sql.data, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    return st == STATUS_OK ? void_listed(c, why) : st;
}
