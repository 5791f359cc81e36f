/* An order's state that stands on one of its rows, mostly the first, is that of all its rows.
 *
 *   #1  voided  A 20.00        the file says once that order #1 was never paid;
 *   #1          B 30.00        B is as much of a cancelled order as A
 *
 * Rows are classed while they are read, each by what it says itself: the row that has the state may
 * be in another block of the file, or come later. So when some rows say what state they are in and
 * some do not, the orders that have such rows are classed anew in the stage, before anything is
 * added up. Orders whose rows say different states stay as their rows say: there a state is one of
 * the line. */
#include "ingest/merge_orders_priv.h"
#include "ingest/order_state_priv.h"

/* What decides the class, as an aggregate over the order's rows: %s is the field. */
static const struct {
    const char *field;
    const char *of_order;
    const char *type;
} parts[] = {
    { "status", "arg_min(status, row_no)", "VARCHAR" },
    { "paid_at", "min(paid_at)", "BIGINT" },
    { "is_staged", "bool_or(is_staged)", "BOOLEAN" },
    { "paid", "max(paid)", "BIGINT" },
    { "deposit", "max(deposit)", "BIGINT" },
};

/* spread_state: the orders in which some rows have a field and some do not, with the order's. */
static enum status list_orders(struct import_job *j, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)16 * 1024);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE spread_state AS SELECT order_id, NULL::VARCHAR AS "
             "lines_as");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (reading_has(j->reading, parts[i].field))
            buf_addf(&sql, ", %s AS %s", parts[i].of_order, parts[i].field);
        else
            buf_addf(&sql, ", NULL::%s AS %s", parts[i].type, parts[i].field);
    }
    if (reading_has(j->reading, "paid_at"))
        buf_adds(&sql,
                 ", arg_min(paid_at_date, paid_at) AS paid_date, arg_min(paid_at_minute, paid_at) "
                 "AS paid_minute");
    buf_adds(&sql, " FROM staging.stage GROUP BY order_id HAVING (false");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (reading_has(j->reading, parts[i].field))
            buf_addf(&sql,
                     " OR (count(%s) > 0 AND count(%s) < count(*))",
                     parts[i].field,
                     parts[i].field);
    }
    buf_adds(&sql, ")");
    if (reading_has(j->reading, "status"))
        buf_adds(&sql, " AND coalesce(min(status) = max(status), true)");
    return job_run(j, &sql, why);
}

/* A pre-sale is of the day when it was paid in full, on each of its rows (convert.c). */
static enum status date_staged(struct import_job *j, struct error *why)
{
    if (j->store->presale == PRESALE_DEPOSIT || !reading_has(j->reading, "is_staged") ||
        !reading_has(j->reading, "paid_at") || !reading_has(j->reading, "placed_at"))
        return STATUS_OK;
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE staging.stage SET placed_at = o.paid_at, placed_at_date = o.paid_date, "
        "  placed_at_minute = o.paid_minute FROM spread_state o WHERE o.order_id = stage.order_id "
        "  AND o.is_staged AND o.paid_at IS NOT NULL AND (stage.paid_at IS NULL OR "
        "  stage.is_staged IS NOT TRUE)");
}

enum status merge_spread_state(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    const bool has_orders = reading_has(j->reading, "placed_at") ||
                            reading_has(j->reading, "status") || reading_has(j->reading, "paid_at");
    if (!has_orders || !reading_counts(j->reading).has_state_gaps)
        return STATUS_OK;
    enum status st = list_orders(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM spread_state", &n, why);
    if (st == STATUS_OK && n > 0)
        st =
            job_exec(j,
                     why,
                     "UPDATE staging.stage SET class = coalesce(h.lines_as, stage.counted_class, "
                     "  stage.class) FROM (SELECT o.order_id, " LINES_AS " AS lines_as FROM "
                     "  spread_state o) h WHERE h.order_id = stage.order_id AND stage.class IS NOT "
                     "  NULL AND stage.class <> 'excluded'",
                     merge_state_unknown(j),
                     merge_state_waits(j, "NOT " PAID_IN_PART("paid", "deposit")));
    if (st == STATUS_OK && n > 0)
        st = date_staged(j, why);
    return st == STATUS_OK ? job_exec(j, why, "%s", "DROP TABLE spread_state") : st;
}
