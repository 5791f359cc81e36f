/* Files that say an order on its first row only (fill_down): when it was placed is that of all its
 * rows. Of an order that another file cut, the known one says it; rows that nothing dates go to the
 * quarantine. */
#include "ingest/merge/merge_orders_priv.h"

enum status merge_fill_down(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    if (!j->mapping->fill_down || !reading_has(j->reading, "placed_at"))
        return STATUS_OK;
    enum status st =
        job_count(j, "SELECT count(*) FROM staging.stage WHERE placed_at IS NULL", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    st = job_exec(j,
                  why,
                  "%s",
                  "UPDATE staging.stage SET placed_at = o.placed_at, placed_at_date = o.day, "
                  "  placed_at_minute = o.minute FROM (SELECT order_id, arg_min(placed_at, "
                  "  row_no) AS placed_at, arg_min(placed_at_date, row_no) AS day, "
                  "  arg_min(placed_at_minute, row_no) AS minute FROM staging.stage GROUP BY 1) "
                  "  o WHERE o.order_id = stage.order_id AND stage.placed_at IS NULL");
    return st == STATUS_OK
               ? merge_date_by_known(j, "placed_at", "no row says when its order was placed", why)
               : st;
}
