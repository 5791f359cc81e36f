/* Order sequences: which order of its customer an order is, and its neighbours.
 *
 * In the sequence are orders with a sale line that are neither cancelled nor tests, by placed_at,
 * then the order's own id, the shorter first (10 comes after 9): which of two orders of one moment
 * is the first must not hang on which file came first, as order_key does. Other orders have no
 * number, but know the customer's first and earlier orders, so that they too are "new" or
 * "returning".
 *
 * Which customers may have changed: those with an order, old or new, on a dirty day. When an import
 * was undone, also those whose numbers do not close (an order of theirs has gone without a trace:
 * 1..n has a gap, or the last has a next), and those with an order that has no number: what it says
 * of the customer's other orders may be of one that is gone. */
#include "derive/derive_priv.h"

/* Orders of one window query; the rest waits for the next part. */
#define PART_ORDERS 2000000

#define IN_SEQUENCE                                                                      \
    "(has_sale IS TRUE AND cancelled_at IS NULL AND status IS DISTINCT FROM 'cancelled'" \
    " AND is_test IS NOT TRUE)"

#define SAME_CUSTOMER                                                                     \
    "(PARTITION BY customer_key ORDER BY placed_at, id_length, order_id, order_key ROWS " \
    "BETWEEN "

/* Orders of the customers asked for with what is stored in them and, under short names, what should
 * be. %s: when an earlier order is too long ago; which orders; which part of them. */
static const char sequences_sql[] =
    "%s FROM (SELECT *, CASE WHEN prev_at IS NULL%s THEN 'new' ELSE 'returning' END AS type FROM "
    "(SELECT *,"
    " CASE WHEN counts THEN count(*) FILTER (WHERE counts) OVER so_far END AS n,"
    " first_value(at_counted IGNORE NULLS) OVER ever AS first_at,"
    " first_value(date_counted IGNORE NULLS) OVER ever AS first_date,"
    " last_value(at_counted IGNORE NULLS) OVER earlier AS prev_at,"
    " last_value(date_counted IGNORE NULLS) OVER earlier AS prev_date,"
    " first_value(date_counted IGNORE NULLS) OVER later AS next_date"
    " FROM (SELECT *, CASE WHEN counts THEN placed_at END AS at_counted,"
    " CASE WHEN counts THEN local_date END AS date_counted"
    " FROM (SELECT rowid AS rid, order_key, order_id, length(order_id) AS id_length,"
    " customer_key, placed_at, local_date, order_seq,"
    " first_order_at, first_order_date, prev_order_at, prev_order_date, next_order_date,"
    " customer_type, " IN_SEQUENCE " AS counts FROM orders WHERE customer_key IS NOT NULL%s%s))"
    " WINDOW so_far AS " SAME_CUSTOMER "UNBOUNDED PRECEDING AND CURRENT ROW),"
    " ever AS " SAME_CUSTOMER "UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),"
    " earlier AS " SAME_CUSTOMER "UNBOUNDED PRECEDING AND 1 PRECEDING),"
    " later AS " SAME_CUSTOMER "1 FOLLOWING AND UNBOUNDED FOLLOWING))) q %s";

#define SHOULD_BE                                                 \
    "rid, order_key, n AS order_seq, first_at AS first_order_at," \
    " first_date AS first_order_date, prev_at AS prev_order_at,"  \
    " prev_date AS prev_order_date, next_date AS next_order_date, type AS customer_type"

/* Another order after it changes nothing of an order but the date of the next. */
#define MORE_THAN_NEXT                                                                  \
    "(q.order_seq IS DISTINCT FROM q.n OR q.first_order_at IS DISTINCT FROM q.first_at" \
    " OR q.first_order_date IS DISTINCT FROM q.first_date"                              \
    " OR q.prev_order_at IS DISTINCT FROM q.prev_at"                                    \
    " OR q.prev_order_date IS DISTINCT FROM q.prev_date"                                \
    " OR q.customer_type IS DISTINCT FROM q.type)"

enum status order_seq_parts(struct derive *d, const char *which, int64_t *out)
{
    int64_t orders = 0;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql, "SELECT count(*) FROM orders WHERE customer_key IS NOT NULL%s", which);
    const enum status st = derive_number_of(d, &sql, &orders);
    if (st == STATUS_OK)
        *out = (orders + PART_ORDERS - 1) / PART_ORDERS;
    return st;
}

/* The sequences of part `part` of `parts`, between `head` and `tail`. */
static enum status sequences(struct derive *d,
                             const char *head,
                             const char *tail,
                             const char *which,
                             int64_t part,
                             int64_t parts)
{
    struct buf window;
    struct buf slice;
    buf_init(&window, SQL_MAX);
    buf_init(&slice, SQL_MAX);
    if (d->settings->returning_window_days > 0)
        buf_addf(&window,
                 " OR placed_at - prev_at > %u * 86400000000",
                 d->settings->returning_window_days);
    if (parts > 1)
        buf_addf(&slice, " AND customer_key %% %lld = %lld", (long long)parts, (long long)part);
    buf_addc(&window, '\0');
    buf_addc(&slice, '\0');
    enum status st = error_set(d->why, STATUS_NO_MEMORY, "out of memory");
    if (buf_ok(&window) && buf_ok(&slice))
        st = derive_execf(
            d, sequences_sql, head, buf_str(&window).ptr, which, buf_str(&slice).ptr, tail);
    buf_release(&window);
    buf_release(&slice);
    return st;
}

enum status order_seq_compute(struct derive *d, const char *which, int64_t part, int64_t parts)
{
    return sequences(
        d, "CREATE OR REPLACE TEMP TABLE derive_seq AS SELECT " SHOULD_BE, "", which, part, parts);
}

#define CUSTOMERS_OF(parts)                                                               \
    "CREATE OR REPLACE TEMP TABLE derive_customer AS SELECT DISTINCT customer_key FROM (" \
    " SELECT customer_key FROM orders WHERE (store, local_date) IN (FROM dirty)"          \
    " UNION ALL SELECT customer_key FROM orders_old WHERE (store, local_date) IN (FROM "  \
    "dirty)" parts ") WHERE customer_key IS NOT NULL"

/* Goes through all orders there are. */
#define NOT_CLOSED                                                                   \
    " UNION ALL SELECT customer_key FROM orders GROUP BY customer_key"               \
    " HAVING count(*) FILTER (WHERE " IN_SEQUENCE ") <> coalesce(max(order_seq), 0)" \
    " OR count(order_seq) <> coalesce(max(order_seq), 0)"                            \
    " OR count(*) FILTER (WHERE order_seq IS NULL) > 0"                              \
    " OR count(customer_type) <> count(*)"                                           \
    " OR count(next_order_date) FILTER (WHERE order_seq IS NOT NULL)"                \
    " <> greatest(count(order_seq) - 1, 0)"

static const char undone_sql[] =
    "SELECT count(*) FROM data_version WHERE what = 'undo' AND version >"
    " (SELECT coalesce(max(version), 0) FROM data_version WHERE what = 'derive')";

enum status order_seq_touched(struct derive *d, bool from_nothing)
{
    int64_t undone = 0;
    if (from_nothing)
        return derive_execf(d,
                            "CREATE OR REPLACE TEMP TABLE derive_customer AS SELECT DISTINCT"
                            " customer_key FROM orders WHERE customer_key IS NOT NULL");
    const enum status st = conn_query_i64(d->c, undone_sql, &undone, d->why);
    if (st != STATUS_OK)
        return st;
    return derive_execf(d, "%s", undone > 0 ? CUSTOMERS_OF(NOT_CLOSED) : CUSTOMERS_OF(""));
}

#define OF_TOUCHED " AND customer_key IN (FROM derive_customer)"

/* Sorted by row: an update that goes through the table in its order costs 0.6 s where an unsorted
 * one costs 34 s (388,000 orders, 7 columns), since each vector is then rewritten once. */
static enum status find_changed(struct derive *d, int64_t part, int64_t parts)
{
    return sequences(d,
                     "CREATE OR REPLACE TEMP TABLE derive_seq_changed AS SELECT " SHOULD_BE
                     ", q.customer_type AS old_type, " MORE_THAN_NEXT " AS is_whole",
                     "WHERE " MORE_THAN_NEXT " OR q.next_order_date IS DISTINCT FROM q.next_date"
                     " ORDER BY rid",
                     OF_TOUCHED,
                     part,
                     parts);
}

/* In two steps: most orders of a day are new and lie together at the end of the table; of the
 * orders before them, which lie everywhere, only one column has to be written. */
static enum status write_changed(struct derive *d)
{
    int64_t first = 0;
    enum status st = conn_query_i64(d->c,
                                    "SELECT coalesce(min(rid) FILTER (is_whole), 0)"
                                    " FROM derive_seq_changed",
                                    &first,
                                    d->why);
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "UPDATE orders SET order_seq = s.order_seq,"
                          " first_order_at = s.first_order_at,"
                          " first_order_date = s.first_order_date,"
                          " prev_order_at = s.prev_order_at, prev_order_date = s.prev_order_date,"
                          " next_order_date = s.next_order_date, customer_type = s.customer_type"
                          " FROM derive_seq_changed s WHERE s.is_whole AND s.rid = orders.rowid"
                          " AND orders.rowid >= %lld;"
                          "UPDATE orders SET next_order_date = s.next_order_date"
                          " FROM derive_seq_changed s"
                          " WHERE NOT s.is_whole AND s.rid = orders.rowid",
                          (long long)first);
    return st;
}

/* Orders that were "new" and are "returning" now, or the other way round, move between cells. */
static const char mark_orders_sql[] =
    "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, paid_date]) FROM orders"
    " WHERE order_key IN (SELECT order_key FROM derive_seq_changed"
    " WHERE old_type IS NOT NULL AND old_type <> customer_type)";
static const char mark_lines_sql[] =
    "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM order_line"
    " WHERE order_key IN (SELECT order_key FROM derive_seq_changed"
    " WHERE old_type IS NOT NULL AND old_type <> customer_type)";

static enum status mark_moved(struct derive *d)
{
    int64_t moved = 0;
    enum status st = conn_query_i64(d->c,
                                    "SELECT count(*) FROM derive_seq_changed WHERE old_type IS NOT"
                                    " NULL AND old_type <> customer_type",
                                    &moved,
                                    d->why);
    if (st == STATUS_OK && moved > 0)
        st = derive_execf(d, mark_orders_sql);
    if (st == STATUS_OK && moved > 0)
        st = derive_execf(d, mark_lines_sql);
    return st;
}

/* Orders without a customer. One that had a customer before is on a dirty day already. */
static const char unknown_sql[] =
    "UPDATE orders SET order_seq = NULL, first_order_at = NULL, first_order_date = NULL,"
    " prev_order_at = NULL, prev_order_date = NULL, next_order_date = NULL,"
    " customer_type = 'unknown' WHERE customer_key IS NULL AND (order_seq IS NOT NULL"
    " OR first_order_at IS NOT NULL OR customer_type IS DISTINCT FROM 'unknown')";

enum status order_seq_update(struct derive *d, bool from_nothing)
{
    int64_t parts = 0;
    enum status st = order_seq_touched(d, from_nothing);
    if (st == STATUS_OK)
        st = order_seq_parts(d, OF_TOUCHED, &parts);
    for (int64_t i = 0; st == STATUS_OK && i < parts; i++) {
        derive_tell(d, "order sequences", i, parts);
        st = find_changed(d, i, parts);
        if (st == STATUS_OK)
            st = write_changed(d);
        if (st == STATUS_OK)
            st = mark_moved(d);
    }
    if (st == STATUS_OK)
        st = derive_execf(d, unknown_sql);
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "DROP TABLE IF EXISTS derive_seq_changed;"
                          "DROP TABLE IF EXISTS derive_customer");
    return st;
}
