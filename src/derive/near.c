/* The facts around a few orders. A day's orders have keys that lie together, among millions: blocks
 * of a table are passed over by a range that stands in the statement, but not by a join. */
#include "derive/derive_priv.h"

/* Keys further apart than this are in ranges of their own; half a block of a table. */
#define NEAR_KEYS 60000
/* More ranges than these, and the whole table is read. */
#define RANGES_MAX 24

static enum status find_ranges(struct derive *d, const char *keys, struct frame **out)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             "SELECT min(order_key)::BIGINT, max(order_key)::BIGINT FROM (SELECT order_key,"
             " sum(is_far) OVER (ORDER BY order_key ROWS UNBOUNDED PRECEDING) AS nth FROM"
             " (SELECT order_key, (order_key - lag(order_key) OVER (ORDER BY order_key) > %d)::INT"
             " AS is_far FROM \"%s\")) GROUP BY nth LIMIT %d",
             NEAR_KEYS,
             keys,
             RANGES_MAX + 1);
    const enum status st = conn_query(d->c, buf_str(&sql), NULL, 0, out, d->why);
    buf_release(&sql);
    return st;
}

static void add_view(struct buf *sql, const char *view, const char *table, const struct frame *f)
{
    const size_t n = frame_rows(f);
    buf_addf(sql, "CREATE OR REPLACE TEMP VIEW %s AS ", view);
    if (n == 0 || n > RANGES_MAX)
        buf_addf(sql, "SELECT * FROM %s", table);
    for (size_t i = 0; i < n && n <= RANGES_MAX; i++)
        buf_addf(sql,
                 "%sSELECT * FROM %s WHERE order_key BETWEEN %lld AND %lld",
                 i > 0 ? " UNION ALL " : "",
                 table,
                 (long long)frame_i64(f, 0, i),
                 (long long)frame_i64(f, 1, i));
    buf_adds(sql, ";");
}

enum status near_views(struct derive *d, const char *keys)
{
    struct frame *ranges = NULL;
    struct buf sql;
    enum status st = find_ranges(d, keys, &ranges);
    if (st != STATUS_OK)
        return st;
    buf_init(&sql, SQL_MAX);
    add_view(&sql, "near_line", "order_line", ranges);
    add_view(&sql, "near_order", "orders", ranges);
    frame_free(ranges);
    return derive_exec(d, &sql);
}
