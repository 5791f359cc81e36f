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
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"

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

/* In a file without a column of states a time of cancellation is the state. */
static enum status cancel_by_time(struct import_job *j, struct error *why)
{
    if (reading_has(j->reading, "status") || !reading_has(j->reading, "cancelled_at"))
        return STATUS_OK;
    return job_exec(j,
                    why,
                    "UPDATE staging.stage SET class = 'cancelled' WHERE class IS NOT NULL AND "
                    "class <> 'excluded' AND order_id IN (SELECT order_id FROM staging.stage "
                    "GROUP BY 1 HAVING count(cancelled_at) > 0 AND %s = 0)",
                    reading_has(j->reading, "paid_at") ? "count(paid_at)" : "0");
}

enum status merge_spread_state(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    const bool has_orders = reading_has(j->reading, "placed_at") ||
                            reading_has(j->reading, "status") || reading_has(j->reading, "paid_at");
    enum status st = cancel_by_time(j, why);
    if (st != STATUS_OK || !has_orders || !reading_counts(j->reading).has_state_gaps)
        return st;
    st = list_orders(j, why);
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

/* ---- Orders that a file holds in part -------------------------------------------------------- */

/* The file's first order, whose first row may be in another file; of repaired rows each order. */
#define BEGUN_BEFORE                                                                           \
    "order_id IN (SELECT order_id FROM staging.stage WHERE row_no = (SELECT min(row_no) FROM " \
    "staging.stage))"

/* Where only a payment makes a sale, its time is a state, too. */
static bool has_payments(const struct import_job *j)
{
    return j->mapping->sale_when_paid && reading_has(j->reading, "paid_at");
}

static bool may_be_cut(const struct import_job *j)
{
    const bool has_lists = reading_shape(j->reading)->expand.len > 0;
    return !has_lists && (j->options->repairs > 0 || !j->mapping->orders_complete) &&
           reading_has(j->reading, "placed_at") &&
           (reading_has(j->reading, "status") || has_payments(j)) && !mapping_is_api(j->mapping);
}

/* Orders of the file that say their state on more than one row: it stands on each row then. */
static enum status count_repeats(struct import_job *j, int64_t *n, struct error *why)
{
    const char *field = reading_has(j->reading, "status") ? "status" : "paid_at";
    const str sql =
        arena_printf(j->arena,
                     "SELECT count(*) FROM (SELECT order_id FROM staging.stage GROUP BY "
                     "order_id HAVING count(%s) > 1)",
                     field);
    return sql.len > 0 ? job_count(j, sql.ptr, n, why)
                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* Which orders without a state ask: the file's first one, those with refused rows, of repaired rows
 * each. Where other orders of the file lack a state, too, an empty one means something: then its
 * rows speak for themselves. Of times of payment all orders that wait lack one: there it is whether
 * they stand on one row. */
static enum status who_asks(struct import_job *j, const char **out, struct error *why)
{
    int64_t repeats = 0;
    *out = "(s.is_first AND (SELECT count(*) FROM cut_silent) = 1) OR s.is_refused";
    if (j->options->repairs > 0)
        *out = "true";
    if (j->options->repairs > 0 || reading_has(j->reading, "status"))
        return STATUS_OK;
    const enum status st = count_repeats(j, &repeats, why);
    *out = repeats == 0 ? "(s.is_first OR s.is_refused)" : "false";
    return st;
}

/* cut_state: orders of whose state the file says nothing, as the shop has it; where a payment makes
 * the sale, also that they are paid, or that they wait, for their first row may come later. */
static enum status list_cut_orders(struct import_job *j, struct error *why)
{
    const char *asks = NULL;
    const bool pays = has_payments(j);
    enum status st = merge_list_refused(j, why);
    if (st == STATUS_OK)
        st = who_asks(j, &asks, why);
    if (st != STATUS_OK)
        return st;
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE cut_silent AS SELECT order_id, bool_or(" BEGUN_BEFORE
        ") AS is_first, bool_or(order_id IN (SELECT order_id FROM refused_line)) AS is_refused "
        "FROM staging.stage GROUP BY order_id HAVING %s AND %s;"
        "CREATE OR REPLACE TEMP TABLE cut_state AS SELECT s.order_id, CASE WHEN o.id IS NULL THEN "
        "  'unpaid' ELSE o.lines_as END AS lines_as FROM "
        "  cut_silent s LEFT JOIN (SELECT i.id, o.order_key, o.paid_at, " LINES_AS
        "  AS lines_as FROM orders o "
        "  JOIN identity i ON i.key = o.order_key AND i.kind = 'order' AND i.store = "
        "  getvariable('store') WHERE i.id IN (SELECT order_id FROM cut_silent)) o ON o.id = "
        "  s.order_id WHERE (%s) AND CASE WHEN o.id IS NULL THEN %s WHEN o.lines_as IS NULL THEN "
        "  o.paid_at IS NOT NULL AND %s ELSE NOT EXISTS (SELECT 1 FROM "
        "  order_line l WHERE l.order_key = o.order_key AND l.row_no IS NOT NULL AND l.class NOT "
        "  IN (o.lines_as, 'excluded')) END;"
        "DROP TABLE cut_silent",
        reading_has(j->reading, "status") ? "count(status) = 0" : "true",
        reading_has(j->reading, "paid_at") ? "count(paid_at) = 0" : "true",
        merge_state_unknown(j),
        merge_state_waits(j, "NOT " STORED_PAID_IN_PART),
        asks,
        pays ? "true" : "false",
        pays ? "true" : "false");
}

enum status merge_ask_cut_orders(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    if (!may_be_cut(j))
        return STATUS_OK;
    enum status st = list_cut_orders(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM cut_state", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    j->has_own_class = true;
    return job_exec(
        j,
        why,
        "%s",
        "ALTER TABLE staging.stage ADD COLUMN own_class VARCHAR;"
        "UPDATE staging.stage SET own_class = CASE WHEN h.lines_as IS NOT NULL THEN "
        "  coalesce(counted_class, class) END, class = coalesce(h.lines_as, "
        "  counted_class, class) FROM cut_state h WHERE h.order_id = stage.order_id AND "
        "  stage.class IS NOT NULL AND stage.class <> 'excluded'");
}

enum status merge_keep_cut_states(struct import_job *j, struct error *why)
{
    if (!may_be_cut(j))
        return STATUS_OK;
    return job_exec(j,
                    why,
                    "%s",
                    "UPDATE ord SET lines_as = h.lines_as FROM cut_state h WHERE h.order_id = "
                    "  ord.order_id");
}

/* The other way round: the rows that are stored came without their order's state, or it has another
 * one since, and this file has it. Its orders say their state once each, else it would be one of
 * the line. */
enum status merge_restate_cut_orders(struct import_job *j, struct error *why)
{
    int64_t repeats = 0;
    int64_t n = 0;
    if (!may_be_cut(j))
        return STATUS_OK;
    enum status st = count_repeats(j, &repeats, why);
    if (st != STATUS_OK || repeats > 0)
        return st;
    st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE state_was AS SELECT order_key, o.lines_as AS was, " LINES_AS
        "  AS lines_as FROM (SELECT o.order_key, o.status, %s AS paid_at, o.paid, o.deposit, "
        "  o.is_staged, e.lines_as FROM ord o JOIN orders e ON e.order_key = o.order_key WHERE "
        "  o.is_edge AND %s) o;"
        "DELETE FROM state_was WHERE lines_as IS NOT DISTINCT FROM was;"
        "CREATE OR REPLACE TEMP TABLE state_order AS SELECT order_key, was IS NULL AS counted, "
        "  lines_as IS NULL AS counts FROM state_was;"
        "UPDATE orders SET lines_as = s.lines_as FROM state_was s WHERE s.order_key = "
        "  orders.order_key;"
        "UPDATE ord SET lines_as = s.lines_as FROM state_was s WHERE s.order_key = "
        "  ord.order_key",
        merge_state_unknown(j),
        merge_state_waits(j, "NOT " PAID_IN_PART("paid", "deposit")),
        reading_has(j->reading, "paid_at") ? "o.paid_at" : "NULL::BIGINT",
        merge_says_state(j));
    if (st == STATUS_OK)
        st = merge_restate(j->conn, &n, why);
    if (st == STATUS_OK)
        st = merge_restate_order_rows(j, why);
    /* the head as it was, for the undo; edge_heads.c writes it anew */
    return st == STATUS_OK
               ? job_exec(j,
                          why,
                          "%s",
                          "UPDATE orders SET lines_as = s.was FROM state_was s WHERE s.order_key = "
                          "  orders.order_key; DROP TABLE state_was; DROP TABLE state_order; DROP "
                          "TABLE restated; DROP TABLE again; DROP TABLE state_row")
               : st;
}
