/* Heads of orders that a file holds in part: sums of all lines that are there now, and from the
 * file what the stored head lacks, for the order's first row may have come last. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/order_state_priv.h"

/* edge_sum: what the lines come to, and the order's amounts that fell on none of them. */
static enum status sum_lines(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE edge_sum AS SELECT s.* REPLACE (s.dm + a.order_dm * rest AS "
        "  dm, s.dp + a.order_dp * rest AS dp, s.tax + a.of_postage + (a.order_tax - a.of_postage) "
        "* rest AS tax), a.* EXCLUDE "
        "  (order_key), coalesce(a.said_total, s.goods - (s.dm + a.order_dm * rest) - (s.dp + "
        "  a.order_dp * rest) - s.dc + coalesce(a.shipping, 0) + coalesce(a.tip, 0) + "
        "  coalesce(a.duty, 0) + (s.tax + a.of_postage + (a.order_tax - a.of_postage) * rest) * "
        "%d)::BIGINT AS total FROM (SELECT "
        "  l.order_key, " HEAD_SUMS ", coalesce(sum(%s) FILTER (l.class <> 'cancelled' AND "
        "  l.row_no IS NOT NULL), 0) AS goods, "
        "  CASE WHEN bool_or(l.class = 'sale' AND l.rowid IN (SELECT line FROM edge_share)) THEN 0 "
        "  ELSE 1 END AS rest FROM order_line l WHERE l.order_key IN " EDGE_ORDERS
        "  AND (l.row_no IS NULL OR l.rowid IN (SELECT id FROM edge_now)) GROUP BY 1) s JOIN "
        "  edge_amount a ON a.order_key = s.order_key",
        job_is_tax_inclusive(j) ? 0 : 1,
        merge_raw_gross(j));
}

static const char *const lacking[] = {
    "channel",  "medium",  "campaign",      "landing_page", "device",      "browser",
    "os",       "country", "region",        "city",         "coupon",      "payment_method",
    "language", "remark",  "cancel_reason", "props",        "customer_key"
};
static const char *const earliest[] = { "shipped_at", "promised_at", "delivered_at" };

static void add_fields(struct buf *sql)
{
    for (size_t i = 0; i < ARRAY_LEN(lacking); i++)
        buf_addf(sql, ", coalesce(e.%s, o.%s) AS %s", lacking[i], lacking[i], lacking[i]);
    for (size_t i = 0; i < ARRAY_LEN(earliest); i++)
        buf_addf(sql, ", least(e.%s, o.%s) AS %s", earliest[i], earliest[i], earliest[i]);
}

/* What the file says of the order's state is newer than what is stored: also that it is no more
 * paid or cancelled. Times of payment that follow from a state go with it (unknown_states.c). */
#define STATE_OF_HEAD                                                                          \
    "CASE WHEN says THEN said WHEN status <> 'placed' THEN status WHEN said IS NOT NULL THEN " \
    "said WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN paid_at IS NOT NULL AND NOT "    \
    "was_paid THEN 'paid' ELSE status END"

static void add_state(struct buf *sql, const struct import_job *j, const char *placed)
{
    const char *says = merge_says_status(j);
    const char *unpaid =
        reading_has(j->reading, "paid_at") ? "o.paid_at IS NULL" : "e.paid_at = e.placed_at";
    buf_addf(sql,
             ", CASE WHEN %s THEN o.lines_as ELSE coalesce(o.lines_as, e.lines_as) END AS "
             "lines_as, CASE WHEN %s AND o.status <> 'cancelled' THEN o.cancelled_at ELSE "
             "least(e.cancelled_at, o.cancelled_at) END AS cancelled_at, CASE WHEN %s AND o.status "
             "<> 'cancelled' THEN o.cancelled_at_date ELSE least(e.cancelled_date, "
             "o.cancelled_at_date) END AS cancelled_date",
             merge_says_state(j),
             says,
             says);
    buf_addf(sql,
             ", CASE WHEN %s AND o.status IN ('cancelled', 'unpaid') AND %s THEN NULL ELSE "
             "coalesce(least(e.paid_at, o.paid_at), CASE WHEN %s THEN least(e.placed_at, "
             "o.placed_at) END) END AS paid_at",
             says,
             unpaid,
             placed);
    buf_addf(sql,
             ", CASE WHEN %s AND o.status IN ('cancelled', 'unpaid') AND %s THEN NULL ELSE "
             "coalesce(least(e.paid_date, o.paid_at_date), CASE WHEN %s THEN least(e.local_date, "
             "o.local_date) END) END AS paid_date",
             says,
             unpaid,
             placed);
}

/* edge_made: the heads anew. As insert_orders() makes them of a whole file. */
static enum status make_heads(struct import_job *j, struct error *why)
{
    const char *placed = j->mapping->paid_when_placed ? "s.n > 0" : "false";
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE edge_made AS SELECT * EXCLUDE (says) REPLACE "
             "(" STATE_OF_HEAD " AS status, coalesce(cancelled_at, CASE WHEN " STATE_OF_HEAD
             " = 'cancelled' THEN placed_at END) AS cancelled_at, coalesce(cancelled_date, CASE "
             "WHEN " STATE_OF_HEAD " = 'cancelled' THEN local_date END) AS cancelled_date, "
             "CASE WHEN paid_at IS NOT NULL THEN coalesce(paid_e4, total_e4) END AS paid_e4) FROM "
             "(SELECT e.* EXCLUDE (order_dm, order_dp, order_tax, tip, duty, total_of_lines) "
             "REPLACE (s.n AS line_count, s.units AS units, s.gross AS gross_e4, s.dm AS "
             "discount_merchant_e4, s.dp AS discount_platform_e4, s.dc AS discount_creator_e4, "
             "s.tax AS tax_e4, s.n > 0 AS has_sale, s.placed AS has_placed, coalesce(s.shipping, "
             "0) AS shipping_e4, "
             "coalesce(s.refunded, 0) AS refunded_e4, s.receivable AS receivable_e4, s.deposit AS "
             "deposit_e4, s.total AS total_e4, s.said_paid AS paid_e4, "
             "CASE WHEN o.placed_at < e.placed_at THEN o.local_date ELSE e.local_date END AS "
             "local_date, CASE WHEN o.placed_at < e.placed_at THEN o.local_minute ELSE "
             "e.local_minute END AS local_minute, least(e.placed_at, o.placed_at) AS placed_at, "
             "greatest(e.updated_at, o.updated_at) AS updated_at, "
             "CASE WHEN e.order_name = e.order_id THEN coalesce(o.order_name, e.order_name) ELSE "
             "e.order_name END AS order_name, e.is_test OR coalesce(o.is_test, false) AS is_test, "
             "coalesce(e.is_staged, false) OR coalesce(o.is_staged, false) AS is_staged, "
             "coalesce(e.session_key, o.session_id) AS session_key, CASE WHEN e.session_key IS "
             "NULL AND o.session_id IS NOT NULL THEN 'source' ELSE e.session_method END AS "
             "session_method");
    add_state(&sql, j, placed);
    add_fields(&sql);
    buf_addf(&sql,
             "), o.status AS said, e.paid_at IS NOT NULL AS was_paid, %s AS says FROM edge_head e "
             "JOIN ord o ON o.order_key = e.order_key AND o.is_edge JOIN edge_sum s ON "
             "s.order_key = e.order_key)",
             merge_says_status(j));
    return job_run(j, &sql, why);
}

/* Heads that are another's now, and those of orders whose lines changed. Of an order amid the file
 * whose rows were refused in part the file tells a version; one that a file's edge cuts keeps its
 * own, for its other half may be older. */
static enum status write_heads(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE ord SET is_resummed = true WHERE is_edge AND order_key IN (SELECT order_key FROM "
        "  edge_book UNION ALL SELECT order_key FROM (SELECT * EXCLUDE (said, was_paid) FROM "
        "  edge_made EXCEPT SELECT * EXCLUDE (order_dm, order_dp, order_tax, tip, duty, "
        "  total_of_lines) FROM edge_head));"
        "INSERT INTO orders_old SELECT e.*, getvariable('import_id') FROM orders e WHERE "
        "  order_key IN (SELECT order_key FROM ord WHERE is_resummed);"
        "DELETE FROM orders WHERE order_key IN (SELECT order_key FROM ord WHERE is_resummed);"
        "INSERT INTO orders SELECT * EXCLUDE (said, was_paid) REPLACE (getvariable('import_id') "
        "  AS import_id, greatest(version, (SELECT o.version FROM ord o WHERE o.is_part AND "
        "  o.order_key = edge_made.order_key AND o.order_id IN (SELECT order_id FROM refused_line) "
        "  AND o.first_row > (SELECT min(first_row) FROM ord) AND o.last_row < (SELECT "
        "  max(last_row) FROM ord))) AS version) FROM edge_made WHERE order_key IN (SELECT "
        "order_key FROM ord WHERE "
        "  is_resummed);"
        "UPDATE ord SET is_written = true WHERE is_resummed");
}

enum status merge_edge_heads(struct import_job *j, struct error *why)
{
    enum status st = sum_lines(j, why);
    if (st == STATUS_OK)
        st = make_heads(j, why);
    return st == STATUS_OK ? write_heads(j, why) : st;
}
