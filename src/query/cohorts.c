/* Cohorts come from the order sequences that derive/ keeps: one pass over the orders of the months.
 */
#include "query/cohorts.h"

#include "query/query_priv.h"

/* $1: first day, $2: last day, then stores. */
static void add_scope(const struct cohort_question *q, struct buf *sql)
{
    buf_adds(sql,
             " WHERE has_sale AND NOT coalesce(is_test, false) AND local_date >= $1::DATE"
             " AND local_date <= $2::DATE");
    for (size_t i = 0; i < q->store_count; i++)
        buf_addf(sql, "%s$%zu", i == 0 ? " AND store IN (" : ", ", i + 3);
    buf_adds(sql, q->store_count > 0 ? ")" : "");
}

/* Rows (cohort's month, month after it; -1: the cohort itself, buyers), and (null, null, orders
 * without a buyer). */
static void write_sql(const struct cohort_question *q, struct buf *sql)
{
    buf_adds(sql,
             "WITH o AS (SELECT customer_key, order_seq, local_date,"
             " date_trunc('month', local_date) AS month FROM orders");
    add_scope(q, sql);
    buf_adds(sql,
             "), first AS (SELECT customer_key, month FROM o WHERE order_seq = 1 AND customer_key"
             " IS NOT NULL)"
             " SELECT CAST(month AS DATE), -1::BIGINT, count(DISTINCT customer_key) FROM first"
             " GROUP BY month"
             " UNION ALL SELECT CAST(f.month AS DATE), date_diff('month', f.month, o.month),"
             " count(DISTINCT o.customer_key) FROM o JOIN first AS f ON f.customer_key ="
             " o.customer_key WHERE o.order_seq > 1 GROUP BY f.month, o.month"
             " UNION ALL SELECT NULL, NULL, count(*) FROM o WHERE customer_key IS NULL");
}

static size_t months_between(int32_t from, int32_t to)
{
    const struct civil a = civil_from_day(from);
    const struct civil b = civil_from_day(to);
    return (size_t)((b.year - a.year) * 12 + b.month - a.month);
}

static void take_rows(const struct frame *f, int32_t first, size_t months, struct cohorts *out)
{
    for (size_t r = 0; r < frame_rows(f); r++) {
        if (frame_is_null(f, 0, r)) {
            out->unknown = frame_i64(f, 2, r);
            continue;
        }
        const size_t at = months_between(first, (int32_t)frame_i64(f, 0, r));
        const int64_t after = frame_i64(f, 1, r);
        if (at >= months || after >= (int64_t)COHORT_MONTHS)
            continue;
        if (after < 0)
            out->items[at].buyers = frame_i64(f, 2, r);
        else
            out->items[at].again[after] = frame_i64(f, 2, r);
    }
}

enum status query_cohorts(const struct query_context *c,
                          const struct cohort_question *q,
                          struct arena *a,
                          struct cohorts *out,
                          struct error *why)
{
    BUG_IF(q->months == 0 || q->months > COHORT_MONTHS);
    const int32_t month = period_start(q->last, PERIOD_MONTH, NULL);
    const int32_t first = day_add_months(month, 1 - (int)q->months);
    struct param *params = ARENA_NEW(a, struct param, q->store_count + 2);
    struct frame *f = NULL;
    struct buf sql;
    *out = (struct cohorts){ .items = ARENA_NEW(a, struct cohort, q->months) };
    if (params == NULL || out->items == NULL)
        return query_no_memory(why);
    params[0] = (struct param){ .type = PARAM_DAY, .i64 = first };
    params[1] = (struct param){ .type = PARAM_DAY, .i64 = q->last };
    for (size_t i = 0; i < q->store_count; i++)
        params[i + 2] = (struct param){ .type = PARAM_TEXT, .text = q->stores[i] };
    for (size_t i = 0; i < q->months; i++)
        out->items[i].month = day_add_months(first, (int)i);
    buf_init(&sql, (size_t)1 << 20);
    write_sql(q, &sql);
    enum status st = buf_ok(&sql) ? STATUS_OK : query_no_memory(why);
    if (st == STATUS_OK)
        st = conn_query(c->conn, buf_str(&sql), params, q->store_count + 2, &f, why);
    if (st == STATUS_OK)
        take_rows(f, first, q->months, out);
    frame_free(f);
    buf_release(&sql);
    return st;
}
