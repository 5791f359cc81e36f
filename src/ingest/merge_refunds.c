/* Which refunds of an order stay.
 *
 * A platform's API tells an order's refunds whole each time that it tells any. Rows of an earlier
 * pull that come no more (a difference that was one only for a while) make way for those that come:
 * all rows of such an order are written anew, so that what its total tells undated is too.
 *
 * An order that turns out to be none (thrown away, cancelled unpaid) has no returns: the platform
 * need not tell its refunds any more. */
#include "ingest/merge_orders_priv.h"
#include "ingest/merge_table_priv.h"

/* Moves the rows in `refund_gone` to refund_old; merge_derived.c lets their returns follow. */
static enum status retire(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "INSERT INTO refund_old SELECT r.*, getvariable('import_id') FROM refund r "
                    "  WHERE rowid IN (SELECT id FROM refund_gone);"
                    "DELETE FROM refund WHERE rowid IN (SELECT id FROM refund_gone)");
}

enum status merge_rank_refunds(struct import_job *j, struct error *why)
{
    /* Repaired rows are some of an order's, the others are in already. */
    if (!mapping_is_api(j->mapping) || j->options->repairs > 0)
        return STATUS_OK;
    const enum status st =
        job_exec(j,
                 why,
                 "CREATE OR REPLACE TEMP TABLE refund_gone AS "
                 "WITH known AS (SELECT rowid AS id, order_key, refund_id FROM refund WHERE "
                 "  store = getvariable('store') AND " SOURCE_IS_API(
                     "source") " AND order_key IN (SELECT order_key FROM incoming)) "
                               "SELECT id FROM known WHERE order_key IN (SELECT order_key FROM "
                               "  known WHERE refund_id NOT IN (SELECT refund_id FROM incoming "
                               "  WHERE refund_id IS NOT NULL))");
    return st == STATUS_OK ? retire(j, why) : st;
}

enum status merge_void_refunds(struct import_job *j, struct error *why)
{
    if (!mapping_is_api(j->mapping))
        return STATUS_OK;
    const enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE refund_gone AS SELECT r.rowid AS id, r.import_id, r.row_no "
        "  FROM refund r JOIN ord o ON o.order_key = r.order_key JOIN orders e ON e.order_key = "
        "  r.order_key WHERE NOT o.is_stale AND e.status = 'cancelled' AND e.paid_at IS NULL "
        "AND " REFUND_SUCCEEDED(
            "r.") ";"
                  "CREATE OR REPLACE TEMP TABLE gone AS SELECT l.rowid AS id FROM order_line l "
                  "JOIN "
                  "  refund_gone g ON g.import_id = l.import_id AND g.row_no = l.row_no;"
                  "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line "
                  "l "
                  "  WHERE rowid IN (SELECT id FROM gone);"
                  "DELETE FROM order_line WHERE rowid IN (SELECT id FROM gone)");
    return st == STATUS_OK ? retire(j, why) : st;
}
