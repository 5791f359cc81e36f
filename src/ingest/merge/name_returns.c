/* Which articles an order's refund without a date is of.
 *
 * The order tells an amount, which one ledger row without an article holds. Where it is certain
 * what the amount is of, a row an article stands in its place, with the same sum:
 *
 *   rows    each row of the file tells its own refund (Douyin's sub-orders)
 *   whole   what went back is exactly what all the order's articles came to
 *   single  the order has one line
 *
 * Else the row stays as it is. Refunds that are known with their dates leave a rest, which only a
 * single line's name can be told of (shrink_undated). */
#include "ingest/merge/merge_orders_priv.h"

enum { ROWS_WHOLE, ROWS, WHOLE, SINGLE };

/* What is paid back of a line that is none of the shop's business is none either. */
#define CLASS_BACK(t)  "CASE " t ".class WHEN 'excluded' THEN 'excluded' ELSE 'return' END"
#define UNDATED_RETURN "class = 'return' AND row_no IS NULL AND NOT date_known"

/* back_row: the rows to be named; back_name: who may be meant, by kind. */
static enum status list_rows(
    struct import_job *j, const char *table, const char *orders, int64_t *n, struct error *why)
{
    const enum status st =
        job_exec(j,
                 why,
                 "CREATE OR REPLACE TEMP TABLE back_row AS SELECT rowid AS id, order_key, net_e4, "
                 "  tax_e4 FROM %s WHERE " UNDATED_RETURN "%s;"
                 "CREATE OR REPLACE TEMP TABLE back_name (kind INTEGER, class VARCHAR, "
                 "  order_key UINTEGER, sub_order_id VARCHAR, sku VARCHAR, net_e4 BIGINT, tax_e4 "
                 "BIGINT, source "
                 "VARCHAR)",
                 table,
                 orders);
    return st == STATUS_OK ? job_count(j, "SELECT count(*) FROM back_row", n, why) : st;
}

static const char *own(const struct import_job *j, const char *field, const char *otherwise)
{
    if (!reading_has(j->reading, field))
        return otherwise;
    const str s = arena_printf(j->arena, "s.%s", field);
    return s.len > 0 ? s.ptr : otherwise;
}

/* The file's rows, as find_rows_paid_back() has summed them: with what the platform takes back and
 * without the postage, which has a row of its own. */
static enum status name_by_rows(struct import_job *j, struct error *why)
{
    if (!j->mapping->sum_amounts || !reading_has(j->reading, "refunded"))
        return STATUS_OK;
    enum status st = STATUS_OK;
    for (int kind = ROWS_WHOLE; kind <= ROWS && st == STATUS_OK; kind++) {
        const bool is_whole = kind == ROWS_WHOLE && reading_has(j->reading, "paid");
        st = job_exec(j,
                      why,
                      "INSERT INTO back_name SELECT %d, " CLASS_BACK(
                          "s") ", o.order_key, %s, %s, (-s.refunded - CASE WHEN %s "
                               "THEN "
                               "  coalesce(%s, 0) - coalesce(%s, 0) ELSE 0 END)::BIGINT, 0, NULL "
                               "FROM stage s JOIN "
                               "ord "
                               "  o ON o.order_id = s.order_id WHERE s.refunded <> 0 AND "
                               "o.order_key IN (SELECT "
                               "  order_key FROM back_row)",
                      kind,
                      own(j, "sub_order_id", "NULL"),
                      own(j, "sku", "NULL"),
                      is_whole ? "s.paid > 0 AND s.refunded >= s.paid" : "false",
                      own(j, "discount_platform", "0"),
                      own(j, "shipping", "0"));
    }
    return st;
}

/* `table` holds the orders' lines. Those made of items are excluded by themselves, but what is paid
 * back of them may be named again. */
static enum status name_by_lines(struct import_job *j,
                                 bool is_composed,
                                 const char *but,
                                 struct error *why)
{
    const char *table = is_composed ? "order_line" : "new_line";
    const char *source = is_composed ? "source" : "NULL::VARCHAR";
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE back_line AS SELECT order_key, class, sub_order_id, sku, "
        "  net_e4, tax_e4, %s AS source FROM %s WHERE class IN ('sale', 'excluded') AND "
        "  origin_key IS NULL AND order_key IN (SELECT order_key FROM back_row)%s;"
        "INSERT INTO back_name SELECT %d, " CLASS_BACK(
            "l") ", order_key, sub_order_id, sku, "
                 "  -net_e4, -tax_e4, source FROM back_line l WHERE class IN ('sale', '%s');"
                 "INSERT INTO back_name SELECT %d, 'return', l.order_key, l.sub_order_id, l.sku, "
                 "b.net_e4, b.tax_e4, "
                 "  l.source FROM (SELECT order_key, any_value(sub_order_id) AS sub_order_id, "
                 "  any_value(sku) AS sku, any_value(source) AS source FROM back_line GROUP BY 1 "
                 "HAVING "
                 "  count(*) = 1 AND min(class) = 'sale') l JOIN (SELECT order_key, "
                 "sum(net_e4)::BIGINT AS "
                 "  net_e4, sum(tax_e4)::BIGINT AS tax_e4 FROM back_row GROUP BY 1) b USING "
                 "(order_key);"
                 "DROP TABLE back_line",
        source,
        table,
        but,
        WHOLE,
        is_composed ? "sale" : "excluded",
        SINGLE);
}

/* back_part: what each article's row holds, of the orders whose amount is told exactly. */
static enum status choose(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE back_part AS SELECT n.class, n.order_key, n.sub_order_id, "
        "n.sku, "
        "  any_value(n.source) AS source, sum(n.net_e4)::BIGINT AS net_e4, sum(n.tax_e4)::BIGINT "
        "  AS tax_e4 FROM back_name n JOIN (SELECT order_key, min(kind) AS kind FROM (SELECT "
        "  order_key, kind, sum(net_e4) AS net_e4, sum(tax_e4) AS tax_e4 FROM back_name GROUP BY "
        "  1, 2 HAVING max(net_e4) <= 0 AND bool_or(sku IS NOT NULL OR sub_order_id IS NOT NULL)) "
        "  k JOIN (SELECT order_key, sum(net_e4) AS net_e4, sum(tax_e4) AS tax_e4 FROM back_row "
        "  GROUP BY 1) b USING (order_key, net_e4, tax_e4) GROUP BY 1) c USING (order_key, kind) "
        "  GROUP BY 1, 2, 3, 4 HAVING sum(n.net_e4) <> 0 OR sum(n.tax_e4) <> 0;"
        "DELETE FROM back_row WHERE order_key NOT IN (SELECT order_key FROM back_part)");
}

static enum status write_parts(struct import_job *j, const char *table, struct error *why)
{
    return job_exec(
        j,
        why,
        "INSERT INTO %s SELECT l.* REPLACE (p.class AS class, p.sub_order_id AS sub_order_id, "
        "p.sku AS sku, p.net_e4 "
        "  AS gross_e4, p.net_e4 AS net_e4, p.tax_e4 AS tax_e4, coalesce(p.source, l.source) AS "
        "  source, getvariable('import_id') AS import_id) FROM %s l JOIN (SELECT order_key, "
        "min(id) "
        "  AS id FROM back_row GROUP BY 1) b ON b.id = l.rowid JOIN back_part p ON p.order_key = "
        "  b.order_key;"
        "DELETE FROM %s WHERE rowid IN (SELECT id FROM back_row);"
        "DROP TABLE back_row; DROP TABLE back_name; DROP TABLE back_part",
        table,
        table,
        table);
}

enum status merge_name_returns(struct import_job *j, struct error *why)
{
    const bool has_refused = reading_counts(j->reading).refusal_count > 0;
    int64_t n = 0;
    if (!j->mapping->orders_complete && !j->mapping->sum_amounts)
        return STATUS_OK;
    enum status st = list_rows(j, "new_line", "", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    st = name_by_rows(j, why);
    if (st == STATUS_OK && has_refused)
        st = merge_list_refused(j, why);
    if (st == STATUS_OK && j->mapping->orders_complete && j->options->repairs == 0)
        st =
            name_by_lines(j,
                          false,
                          has_refused ? " AND order_key NOT IN (SELECT o.order_key FROM ord o JOIN "
                                        "refused_line r ON r.order_id = o.order_id)"
                                      : "",
                          why);
    if (st == STATUS_OK)
        st = choose(j, why);
    return st == STATUS_OK ? write_parts(j, "new_line", why) : st;
}

enum status merge_name_composed(struct import_job *j, struct error *why)
{
    int64_t n = 0;
    enum status st =
        list_rows(j, "order_line", " AND order_key IN (SELECT order_key FROM compose)", &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    st = name_by_lines(j, true, "", why);
    if (st == STATUS_OK)
        st = choose(j, why);
    if (st == STATUS_OK)
        st = job_exec(j,
                      why,
                      "%s",
                      "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM "
                      "order_line l WHERE rowid IN (SELECT id FROM back_row)");
    return st == STATUS_OK ? write_parts(j, "order_line", why) : st;
}
