/* Amounts of an order that stand on each of its rows where no preset says whose they are: the
 * order's, repeated, or each line's own, which add up. One answer a column, by all orders of the
 * file that have several rows.
 *
 * What an order comes to (paid, total):
 *   the line's own  each row is what its line comes to, or all rows together what the order does
 *                   (10 + 10, paid 10 on each); or the rows differ, and none is above its line
 *   the order's     each row repeats what the order comes to; or they repeat, for lines that differ
 *   neither         both fit, or nothing does
 *
 * What comes beside its lines (postage, refunds):
 *   the line's own  rows have other amounts
 *   the order's     all rows repeat one
 *   neither         one row has an amount */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/reading/reading_priv.h"

#include <string.h>

static const struct {
    const char *field;
    const char *stored; /* in orders; NULL: comes beside the lines */
} figures[] = { { "paid", "paid_e4" },
                { "order_total", "total_e4" },
                { "receivable", "receivable_e4" },
                { "shipping", NULL },
                { "tip", NULL },
                { "duty", NULL },
                { "order_discount", NULL },
                { "order_discount_platform", NULL },
                { "order_tax", NULL },
                { "deposit", NULL },
                { "refunded", NULL } };

bool merge_adds_up(const struct import_job *j, const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        if (strcmp(figures[i].field, field) == 0 && (j->line_figures & (1U << i)) != 0)
            return true;
    }
    for (size_t i = 0; i < j->mapping->sum_fields.n; i++) {
        if (str_is(j->mapping->sum_fields.items[i], field))
            return true;
    }
    return j->mapping->sum_amounts;
}

/* Of records that hold lines (JSON), the place of a figure tells already. */
static bool is_open(const struct import_job *j, const char *figure)
{
    return !j->mapping->is_preset && !j->mapping->sum_amounts && !j->mapping->order_per_row &&
           !j->mapping->fill_down && j->reading->shape->expand.len == 0 &&
           reading_has(j->reading, "order_id") && reading_has(j->reading, figure);
}

/* " + coalesce(FIELD, 0)" for the fields that the file has. */
static void add_fields(struct buf *sql,
                       const struct import_job *j,
                       const char *sign,
                       const char *const *fields,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (reading_has(j->reading, fields[i]))
            buf_addf(sql, " %s coalesce(\"%s\", 0)", sign, fields[i]);
    }
}

/* What a row comes to: net, the same before what the platform pays, and with its tax; and what the
 * order has beside its lines. */
static void add_rows(struct buf *sql, const struct import_job *j, const char *figure)
{
    static const char *const off[] = { "discount_merchant", "discount_creator" };
    static const char *const platform[] = { "discount_platform" };
    static const char *const tax[] = { "line_tax" };
    static const char *const more[] = { "shipping", "tip", "duty", "order_tax" };
    static const char *const less[] = { "order_discount", "order_discount_platform" };
    buf_addf(sql,
             "SELECT order_id, row_no, \"%s\" AS said, gross, coalesce(class IN ('sale', "
             "'giveaway', 'unpaid', 'presale'), false) AS is_goods, gross",
             figure);
    add_fields(sql, j, "-", off, ARRAY_LEN(off));
    buf_adds(sql, " AS before_platform, before_platform");
    add_fields(sql, j, "-", platform, ARRAY_LEN(platform));
    buf_adds(sql, " AS net, net");
    add_fields(sql, j, "+", tax, ARRAY_LEN(tax));
    buf_adds(sql, " AS taxed, 0");
    add_fields(sql, j, "+", more, ARRAY_LEN(more));
    add_fields(sql, j, "-", less, ARRAY_LEN(less));
    buf_adds(sql, " AS beside FROM stage");
}

/* Prices are rounded to cents, so a row may miss by half of one. */
static const char near[] =
    "CREATE OR REPLACE TEMP MACRO near(said, comes_to, n) AS abs(said - comes_to) <= 50 * n";

/* What each order of several rows says: whether its figure may be the lines' or the order's. */
static const char orders_say[] =
    "), orders AS (SELECT count(*) AS n, min(said) AS lo, max(said) AS hi, sum(said) AS total, "
    "  sum(net) AS net, sum(before_platform) AS before, sum(taxed) AS taxed, "
    "  arg_min(beside, row_no) AS beside, "
    "  bool_and(near(said, r.net, 1)) OR bool_and(near(said, r.before_platform, 1)) "
    "    OR bool_and(near(said, r.taxed, 1)) AS fits_rows, "
    "  bool_and(said <= gross) AS within, "
    "  min(r.net) <> max(r.net) AS differ "
    "FROM r GROUP BY order_id "
    "HAVING n > 1 AND count(said) = n AND count(gross) = n AND lo >= 0 AND hi > 0 "
    "  AND bool_and(is_goods)), "
    "fits AS (SELECT lo = hi AS repeats, differ, "
    "  near(lo, net, n) OR near(lo, before, n) OR near(lo, taxed, n) "
    "    OR near(lo, net + beside, n) OR near(lo, before + beside, n) "
    "    OR near(lo, taxed + beside, n) AS fits_one, "
    "  near(total, net, n) OR near(total, before, n) OR near(total, taxed, n) "
    "    OR near(total, net + beside, n) OR near(total, before + beside, n) "
    "    OR near(total, taxed + beside, n) OR fits_rows OR (lo <> hi AND within) AS of_line "
    "FROM orders), "
    "says AS (SELECT of_line, repeats AND (fits_one OR (differ AND NOT of_line)) AS of_order "
    "FROM fits) "
    "SELECT count(*) FILTER (of_line AND NOT of_order) AS lines, "
    "  count(*) FILTER (of_order AND NOT of_line) AS orders, "
    "  count(*) FILTER (of_line = of_order) AS open FROM says";

static enum status ask_orders(struct import_job *j, const char *figure, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)16 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE figure_says AS WITH r AS (");
    add_rows(&sql, j, figure);
    buf_adds(&sql, orders_say);
    return job_run(j, &sql, why);
}

/* beside_says: of each figure beside the lines, how many orders have other amounts on their rows
 * and how many repeat one; in one pass over the rows. */
static enum status ask_rows(struct import_job *j, bool *any, struct error *why)
{
    struct buf inner;
    struct buf sql;
    buf_init(&inner, (size_t)16 * 1024);
    buf_init(&sql, (size_t)32 * 1024);
    *any = false;
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE beside_says AS SELECT 0 AS open");
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const char *f = figures[i].field;
        if (figures[i].stored != NULL || !is_open(j, f))
            continue;
        *any = true;
        buf_addf(&sql,
                 ", count(*) FILTER (lo_%s <> hi_%s) AS lines_%s, "
                 "count(*) FILTER (lo_%s = hi_%s AND told_%s = n) AS orders_%s",
                 f,
                 f,
                 f,
                 f,
                 f,
                 f,
                 f);
        buf_addf(&inner,
                 ", count(nullif(\"%s\", 0)) AS told_%s, min(nullif(\"%s\", 0)) AS lo_%s, "
                 "max(nullif(\"%s\", 0)) AS hi_%s",
                 f,
                 f,
                 f,
                 f,
                 f,
                 f);
    }
    buf_addf(&sql,
             " FROM (SELECT count(*) AS n%.*s FROM stage WHERE class IS DISTINCT FROM 'return' "
             "GROUP BY order_id HAVING n > 1)",
             STR_ARG(buf_str(&inner)));
    buf_release(&inner);
    if (*any)
        return job_run(j, &sql, why);
    buf_release(&sql);
    return STATUS_OK;
}

/* figure_says, of one of them. */
static enum status take_beside(struct import_job *j, const char *figure, struct error *why)
{
    return job_exec(j,
                    why,
                    "CREATE OR REPLACE TEMP TABLE figure_says AS SELECT lines_%s AS lines, "
                    "orders_%s AS orders, open FROM beside_says",
                    figure,
                    figure);
}

/* Repaired rows are parts of orders that are stored. A row that is what its line comes to is the
 * line's own where the order has another amount, or one that is its other lines' alone; else a row
 * that repeats the stored amount says the order's. */
static enum status ask_stored(struct import_job *j, size_t at, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)16 * 1024);
    buf_adds(&sql, "CREATE OR REPLACE TEMP TABLE figure_says AS WITH r AS (");
    add_rows(&sql, j, figures[at].field);
    buf_addf(&sql,
             "), l AS (SELECT order_key, sum(net_e4 + tax_e4) AS before, "
             "  sum(net_e4 + tax_e4 - discount_platform_e4) AS net "
             "FROM order_line WHERE row_no IS NOT NULL GROUP BY 1), "
             "says AS (SELECT said, o.%s AS stored, coalesce((near(said, r.net, 1) "
             "    OR near(said, before_platform, 1) OR near(said, taxed, 1)) "
             "  AND (said <> stored OR stored IN (l.net, l.before)), false) AS of_line "
             "FROM r JOIN orders o ON o.order_id = r.order_id AND o.store = getvariable('store') "
             "JOIN l ON l.order_key = o.order_key WHERE r.is_goods AND r.said > 0) "
             "SELECT count(*) FILTER (of_line) AS lines, "
             "  count(*) FILTER (said = stored AND NOT of_line) AS orders, 0 AS open FROM says",
             figures[at].stored);
    return job_run(j, &sql, why);
}

str merge_column_of(const struct import_job *j, const char *figure)
{
    const struct reading_column *c = &j->reading->columns[reading_part(j->reading, figure)];
    return c->source < j->reading->shape->n_columns ? j->reading->shape->columns[c->source]
                                                    : str_from(figure);
}

static void tell(
    struct import_job *j, str name, int64_t lines, int64_t orders, int64_t open, enum lang lang)
{
    if (lines > 0 && orders > 0)
        buf_addf(j->notes,
                 lines > orders
                     ? tr(lang,
                          "\"%.*s\": %lld orders show it as each line's own, %lld as the order's; "
                          "read as each line's own\n")
                     : tr(lang,
                          "\"%.*s\": %lld orders show it as each line's own, %lld as the order's; "
                          "read as the order's\n"),
                 STR_ARG(name),
                 (long long)lines,
                 (long long)orders);
    else if (lines > 0)
        buf_addf(j->notes,
                 tr(lang,
                    "\"%.*s\" is each line's own, as %lld orders of several lines show; an order's "
                    "is their sum\n"),
                 STR_ARG(name),
                 (long long)lines);
    else if (orders == 0 && open > 0)
        buf_addf(j->notes,
                 tr(lang,
                    "\"%.*s\": no order of several lines shows whether it is the order's or each "
                    "line's own; read as the order's\n"),
                 STR_ARG(name));
}

static enum status settle(struct import_job *j, size_t at, struct error *why)
{
    int64_t lines = 0;
    int64_t orders = 0;
    int64_t open = 0;
    const char *figure = figures[at].field;
    enum status st = job_exec(j, why, "%s", near);
    if (st == STATUS_OK && figures[at].stored == NULL)
        st = take_beside(j, figure, why);
    else if (st == STATUS_OK)
        st = j->options->repairs > 0 ? ask_stored(j, at, why) : ask_orders(j, figure, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT lines FROM figure_says", &lines, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT orders FROM figure_says", &orders, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT open FROM figure_says", &open, why);
    if (st != STATUS_OK)
        return st;
    if (lines > orders)
        j->line_figures |= 1U << at;
    tell(j, merge_column_of(j, figure), lines, orders, open, why->lang);
    return STATUS_OK;
}

/* What the import whose rows these are found out; of an older program's nothing. Where it found
 * nothing of what an order comes to, the stored order may show it. */
static enum status recall(struct import_job *j, bool *said, struct error *why)
{
    struct frame *f = NULL;
    const struct param id = { .type = PARAM_I64, .i64 = j->options->repairs };
    const enum status st = conn_query(j->conn,
                                      STR("SELECT line_amounts FROM import WHERE import_id = $1 "
                                          "AND line_amounts IS NOT NULL"),
                                      &id,
                                      1,
                                      &f,
                                      why);
    if (st != STATUS_OK)
        return st;
    *said = frame_rows(f) > 0;
    const str names = *said ? frame_str(f, 0, 0) : STR_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const str name = arena_printf(j->arena, ",%s,", figures[i].field);
        if (str_contains(names, name))
            j->line_figures |= 1U << i;
    }
    frame_free(f);
    return STATUS_OK;
}

str merge_line_amounts(const struct import_job *j)
{
    str names = STR(",");
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        if ((j->line_figures & (1U << i)) != 0)
            names = arena_printf(j->arena, "%.*s%s,", STR_ARG(names), figures[i].field);
    }
    return names;
}

enum status merge_ask_figures(struct import_job *j, struct error *why)
{
    bool said = false;
    bool beside = false;
    enum status st = STATUS_OK;
    j->line_figures = 0;
    if (j->options->repairs > 0)
        st = recall(j, &said, why);
    if (st == STATUS_OK && !said)
        st = ask_rows(j, &beside, why);
    for (size_t i = 0; i < ARRAY_LEN(figures) && st == STATUS_OK; i++) {
        const bool is_asked =
            figures[i].stored != NULL ? (j->line_figures & (1U << i)) == 0 : beside;
        if (is_asked && is_open(j, figures[i].field))
            st = settle(j, i, why);
    }
    return st;
}
