/* Amounts that belong to an order as a whole: rows of their own, or shared among its lines. */
#include "ingest/merge_orders_priv.h"

static enum status run(struct import_job *j, struct buf *sql, struct error *why)
{
    size_t len = 0;
    char *text = buf_take(sql, &len);
    if (text == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = conn_exec(j->conn, text, why);
    mem_free(text);
    return st;
}

/* What the order says was refunded, less the refunds that are known with their dates. */
static enum status find_undated(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "%s",
                    "ALTER TABLE ord ADD COLUMN undated BIGINT;"
                    "UPDATE ord SET undated = -refunded;"
                    "UPDATE ord SET undated = -greatest(ord.refunded - r.known, 0)::BIGINT FROM "
                    "  (SELECT order_key, sum(amount_e4) AS known FROM refund WHERE order_key IN "
                    "  (SELECT order_key FROM ord) AND " REFUND_SUCCEEDED(
                        "") " GROUP BY 1) r "
                            "  WHERE r.order_key = ord.order_key");
}

enum status merge_order_level_rows(struct import_job *j, bool has_known, struct error *why)
{
    static const struct {
        const char *field;
        const char *line_class;
        const char *amount;
        const char *date_known;
    } rows[] = {
        { "shipping", "shipping", "shipping", "true" },
        { "tip", "tip", "tip", "true" },
        { "duty", "duty", "duty", "true" },
        { "refunded", "return", "undated", "false" },
    };
    enum status st = find_undated(j, why);
    for (size_t i = 0; i < ARRAY_LEN(rows) && st == STATUS_OK; i++) {
        if (!reading_has(j->reading, rows[i].field) && !has_known)
            continue; /* of known orders they are kept */
        st = job_exec(j,
                      why,
                      "INSERT INTO new_line SELECT job.store, o.order_key, NULL, NULL, '%s', "
                      "o.customer_key, NULL, NULL, o.placed_at, o.local_date, o.local_minute, "
                      "o.local_date, %s, o.currency, 0, NULL, o.%s, 0, 0, 0, 0, o.%s, NULL, "
                      "NULL, NULL, job.source, job.import_id, NULL, o.version "
                      "FROM ord o CROSS JOIN job WHERE o.%s <> 0 AND NOT o.is_stale "
                      "AND o.has_cancelled = 0",
                      rows[i].line_class,
                      rows[i].date_known,
                      rows[i].amount,
                      rows[i].amount,
                      rows[i].amount);
    }
    return st;
}

/* Refunds that came before their orders learn what only the order knows. */
enum status merge_date_refunds(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE refund SET order_date = o.local_date, \"at\" = coalesce(refund.\"at\", "
        "o.placed_at), "
        "  local_date = coalesce(refund.local_date, o.local_date), local_minute = "
        "  coalesce(refund.local_minute, o.local_minute) FROM ord o WHERE o.order_key = "
        "  refund.order_key AND o.is_written AND refund.order_date IS DISTINCT FROM o.local_date;"
        "CREATE OR REPLACE TEMP TABLE redated AS SELECT l.rowid AS id, o.local_date, o.placed_at, "
        "  o.local_minute, o.customer_key FROM order_line l JOIN ord o ON o.order_key = "
        "  l.origin_key WHERE l.origin_key = l.order_key AND o.is_written "
        "  AND l.order_date IS DISTINCT FROM o.local_date;"
        "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.local_date, l.order_date, "
        "  r.local_date]) FROM order_line l JOIN redated r ON r.id = l.rowid;"
        "UPDATE order_line SET order_date = r.local_date, customer_key = r.customer_key, "
        "  \"at\" = coalesce(order_line.\"at\", r.placed_at), local_date = "
        "  coalesce(order_line.local_date, r.local_date), local_minute = "
        "  coalesce(order_line.local_minute, r.local_minute) FROM redated r WHERE "
        "  order_line.rowid = r.id");
}

/* ---- Shares ---- */

static const struct part {
    const char *field; /* of the order */
    const char *line;  /* of the line, added to the share */
    const char *name;
} parts[] = { { "order_discount", "discount_merchant", "discount_merchant" },
              { "order_discount_platform", "discount_platform", "discount_platform" },
              { "order_tax", "line_tax", "tax" } };

/* A bit for each part that some order has an amount of. */
static const char shared_parts_sql[] =
    "SELECT coalesce(bool_or(order_discount <> 0), false)::INT"
    " + 2 * coalesce(bool_or(order_discount_platform <> 0), false)::INT"
    " + 4 * coalesce(bool_or(order_tax <> 0), false)::INT FROM ord";

/* What the line says of itself and its share: rounded down, and one more for the largest
 * remainders. A window costs as much as the rest of the statement, so what nobody has gets none. */
static void add_share(struct buf *sql, const struct part *p, bool is_shared)
{
    if (is_shared)
        buf_addf(sql,
                 ", (own_%s + base_%s + CASE WHEN row_number() OVER by_%s <= due_%s"
                 " - sum(base_%s) OVER (by_%s ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED"
                 " FOLLOWING) THEN 1 ELSE 0 END)::BIGINT AS %s",
                 p->name,
                 p->name,
                 p->name,
                 p->name,
                 p->name,
                 p->name,
                 p->name);
    else
        buf_addf(sql, ", own_%s::BIGINT AS %s", p->name, p->name);
}

static void add_own(struct buf *sql, const struct import_job *j, const struct part *p)
{
    if (reading_has(j->reading, p->line))
        buf_addf(sql, ", coalesce(s.%s, 0) AS own_%s", p->line, p->name);
    else
        buf_addf(sql, ", 0 AS own_%s", p->name);
}

static void add_due(struct buf *sql, const struct part *p)
{
    buf_addf(sql,
             ", coalesce(o.%s, 0)::HUGEINT AS due_%s, (due_%s * s.gross) // o.sale_gross AS"
             " base_%s, (due_%s * s.gross) %% o.sale_gross AS rest_%s",
             p->field,
             p->name,
             p->name,
             p->name,
             p->name,
             p->name);
}

static void add_windows(struct buf *sql, int64_t shared)
{
    const char *before = " WINDOW ";
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if ((shared >> i & 1) == 0)
            continue;
        buf_addf(sql,
                 "%sby_%s AS (PARTITION BY order_id ORDER BY rest_%s DESC, row_no)",
                 before,
                 parts[i].name,
                 parts[i].name);
        before = ", ";
    }
}

/* Order-level discounts and tax are shared among the order's sale lines by largest remainder
 * (Hamilton), so that lines add up exactly. */
enum status merge_shares(struct import_job *j, bool *needed, struct error *why)
{
    int64_t shared = 0;
    struct buf sql;
    const enum status st = job_count(j, shared_parts_sql, &shared, why);
    *needed = shared != 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        *needed = *needed || reading_has(j->reading, parts[i].field);
    if (st != STATUS_OK || !*needed)
        return st;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE line_share AS SELECT row_no");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        add_share(&sql, &parts[i], (shared >> i & 1) != 0);
    buf_adds(&sql, " FROM (SELECT s.row_no, s.order_id");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        add_own(&sql, j, &parts[i]);
        if ((shared >> i & 1) != 0)
            add_due(&sql, &parts[i]);
    }
    buf_adds(&sql,
             " FROM stage s JOIN ord o ON o.order_id = s.order_id "
             "WHERE s.class = 'sale' AND o.sale_gross > 0)");
    add_windows(&sql, shared);
    return run(j, &sql, why);
}
