/* stage_order: one row an order of the file, with its first row's fields and the sums of its lines.
 */
#include "ingest/merge/merge_orders_priv.h"

/* Fields of an order and what they become in `orders`: the value of the order's first row that has
 * one. */
static const char *const order_texts[] = {
    "order_name",     "status",   "currency", "channel",       "medium", "campaign", "landing_page",
    "device",         "browser",  "os",       "country",       "region", "city",     "coupon",
    "payment_method", "language", "remark",   "cancel_reason", "props"
};
static const char *const order_times[] = { "paid_at",      "shipped_at",   "promised_at",
                                           "delivered_at", "cancelled_at", "updated_at" };
static const char *const order_amounts[] = { "order_discount",
                                             "order_discount_platform",
                                             "shipping",
                                             "order_tax",
                                             "tip",
                                             "duty",
                                             "order_subtotal",
                                             "order_total",
                                             "receivable",
                                             "deposit",
                                             "paid",
                                             "refunded" };

/* "expr AS name" when the file has the field, else a null of the type. */
static void add_or_null(struct buf *sql,
                        const struct import_job *j,
                        const char *field,
                        const char *expr_fmt_head,
                        const char *expr_fmt_tail,
                        const char *type)
{
    if (reading_has(j->reading, field))
        buf_addf(sql, ", %s\"%s\"%s AS \"%s\"", expr_fmt_head, field, expr_fmt_tail, field);
    else
        buf_addf(sql, ", NULL::%s AS \"%s\"", type, field);
}

/* The sum of an order's rows, or what the first row says that says an amount. */
static str amount_of(const struct import_job *j, const char *field)
{
    if (merge_adds_up(j, field))
        return arena_printf(j->arena, "sum(\"%s\")::BIGINT", field);
    return arena_printf(j->arena,
                        "coalesce(arg_min(\"%s\", row_no) FILTER (\"%s\" <> 0), min(\"%s\"))",
                        field,
                        field,
                        field);
}

static void add_order_fields(struct buf *sql, const struct import_job *j)
{
    for (size_t i = 0; i < ARRAY_LEN(order_texts); i++)
        add_or_null(sql, j, order_texts[i], "arg_min(", ", row_no)", "VARCHAR");
    for (size_t i = 0; i < ARRAY_LEN(order_times); i++) {
        add_or_null(sql, j, order_times[i], "min(", ")", "BIGINT");
        if (reading_has(j->reading, order_times[i]))
            buf_addf(sql, ", min(\"%s_date\") AS \"%s_date\"", order_times[i], order_times[i]);
        else
            buf_addf(sql, ", NULL::DATE AS \"%s_date\"", order_times[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(order_amounts); i++) {
        if (!reading_has(j->reading, order_amounts[i]))
            buf_addf(sql, ", NULL::BIGINT AS \"%s\"", order_amounts[i]);
        else if (!merge_add_order_discount(
                     sql, j, order_amounts[i], amount_of(j, order_amounts[i])))
            buf_addf(
                sql, ", %.*s AS \"%s\"", STR_ARG(amount_of(j, order_amounts[i])), order_amounts[i]);
    }
    add_or_null(sql, j, "customer_id", "arg_min(", ", row_no)", "VARCHAR");
    add_or_null(sql, j, "order_alias", "arg_min(", ", row_no)", "VARCHAR");
    add_or_null(sql, j, "session_id", "arg_min(", ", row_no)", "BIGINT");
    add_or_null(sql, j, "is_test", "bool_or(", ")", "BOOLEAN");
    add_or_null(sql, j, "is_staged", "bool_or(", ")", "BOOLEAN");
}

/* Sum of a line field over the order's sale lines, 0 when the file has none. */
static void add_line_sum(struct buf *sql, const struct import_job *j, const char *field)
{
    if (reading_has(j->reading, field))
        buf_addf(sql,
                 ", coalesce(sum(\"%s\") FILTER (class = 'sale'), 0)::BIGINT AS sum_%s",
                 field,
                 field);
    else
        buf_addf(sql, ", 0::BIGINT AS sum_%s", field);
}

/* Amounts of the order that stand on each of its rows must be the same there. A return's are what
 * goes back. */
static void add_differing(struct buf *sql, const struct import_job *j)
{
    buf_adds(sql, ", false");
    for (size_t i = 0; i < ARRAY_LEN(order_amounts); i++) {
        if (reading_has(j->reading, order_amounts[i]) && !merge_adds_up(j, order_amounts[i]))
            buf_addf(sql,
                     " OR coalesce(min(nullif(\"%s\", 0)) FILTER (class IS DISTINCT FROM 'return' "
                     "OR \"%s\" > 0) <> max(nullif(\"%s\", 0)), false)",
                     order_amounts[i],
                     order_amounts[i],
                     order_amounts[i]);
    }
    buf_adds(sql, " AS amounts_differ");
}

enum status merge_tell_differing(struct import_job *j, struct error *why)
{
    return job_tell(j,
                    "SELECT count(*) FROM stage_order WHERE amounts_differ",
                    "%lld orders give other amounts of the order from line to line; the first of "
                    "each counts\n",
                    why);
}

/* One row an order: its first row's fields and the sums of its lines. */
enum status merge_stage_orders(struct import_job *j, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE stage_order AS SELECT order_id, "
             "min(row_no) AS first_row, max(row_no) AS last_row, "
             "min(placed_at) AS placed_at, arg_min(placed_at_date, placed_at) AS local_date, "
             "arg_min(placed_at_minute, placed_at) AS local_minute, "
             "count(*) FILTER (class = 'sale') AS line_count, ");
    buf_adds(&sql,
             reading_has(j->reading, "quantity")
                 ? "coalesce(sum(quantity) FILTER (class = 'sale'), 0)::BIGINT AS units, "
                 : "count(*) FILTER (class = 'sale') AS units, ");
    buf_adds(
        &sql,
        "coalesce(sum(gross) FILTER (class = 'sale'), 0)::BIGINT AS sale_gross, "
        "coalesce(sum(gross) FILTER (class <> 'cancelled'), 0)::BIGINT AS all_gross, "
        "coalesce(sum(gross) FILTER (class = 'return'), 0)::BIGINT AS return_gross, "
        "coalesce(sum(gross) FILTER (class IN " OPEN_CLASSES "), 0)::BIGINT AS open_gross, "
        "coalesce(sum(gross) FILTER (class IN ('tip', 'duty', 'gift_card')), 0)::BIGINT AS "
        "untaxed_gross, "
        "coalesce(bool_or(class IN ('cancelled', 'unpaid', 'presale')), false) AS has_cancelled, "
        "coalesce(bool_or(class IN " PLACED_CLASSES "), false) AS has_placed, ");
    buf_adds(&sql,
             reading_has(j->reading, "currency")
                 ? "coalesce(min(currency) <> max(currency), false) AS is_mixed"
                 : "false AS is_mixed");
    add_order_fields(&sql, j);
    add_differing(&sql, j);
    merge_add_repeats_sum(&sql, j);
    merge_add_returned(&sql, j);
    add_line_sum(&sql, j, "discount_merchant");
    add_line_sum(&sql, j, "discount_platform");
    add_line_sum(&sql, j, "discount_creator");
    add_line_sum(&sql, j, "line_tax");
    buf_adds(&sql, " FROM stage GROUP BY order_id");
    return job_run(j, &sql, why);
}

/* Orders whose rows name several currencies cannot be added up: their rows go to quarantine. */
enum status merge_refuse_currencies(struct import_job *j, struct error *why)
{
    int64_t mixed = 0;
    enum status st = job_count(j, "SELECT count(*) FROM stage_order WHERE is_mixed", &mixed, why);
    if (st != STATUS_OK || mixed == 0)
        return st;
    return job_exec(j,
                    why,
                    "INSERT INTO refused_later SELECT row_no, line_no, 'currency', currency, "
                    "'one order in several currencies', gross FROM stage WHERE order_id IN "
                    "(SELECT order_id FROM stage_order WHERE is_mixed);"
                    "DELETE FROM staging.stage WHERE order_id IN "
                    "(SELECT order_id FROM stage_order WHERE is_mixed);"
                    "DELETE FROM stage_order WHERE is_mixed");
}
