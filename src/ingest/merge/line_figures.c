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

/* How many orders show a figure as each line's own, how many as the order's, how many neither. */
struct says {
    int64_t lines;
    int64_t orders;
    int64_t open;
};

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

/* Three counts for each of n figures. */
static enum status read_says(
    struct import_job *j, struct buf *sql, struct says *out, size_t n, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = buf_ok(sql) ? conn_query(j->conn, buf_str(sql), NULL, 0, &f, why)
                                       : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        out[i] = (struct says){ .lines = frame_i64(f, 3 * i, 0),
                                .orders = frame_i64(f, 3 * i + 1, 0),
                                .open = frame_i64(f, 3 * i + 2, 0) };
    frame_free(f);
    buf_release(sql);
    return st;
}

static enum status ask_orders(struct import_job *j,
                              const char *figure,
                              struct says *out,
                              struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)16 * 1024);
    buf_adds(&sql, "WITH r AS (");
    add_rows(&sql, j, figure);
    buf_adds(&sql, orders_say);
    return read_says(j, &sql, out, 1, why);
}

/* Of `n` figures beside the lines, how many orders have other amounts on their rows and how many
 * repeat one; in one pass over the rows. */
static enum status ask_rows(
    struct import_job *j, const char *const *beside, size_t n, struct says *out, struct error *why)
{
    struct buf rows;
    struct buf sql;
    buf_init(&rows, (size_t)16 * 1024);
    buf_init(&sql, (size_t)32 * 1024);
    for (size_t i = 0; i < n; i++) {
        const char *f = beside[i];
        buf_addf(&sql,
                 "%s count(*) FILTER (lo_%s <> hi_%s), count(*) FILTER (lo_%s = hi_%s AND told_%s "
                 "= n), 0",
                 i == 0 ? "SELECT" : ",",
                 f,
                 f,
                 f,
                 f,
                 f);
        buf_addf(&rows,
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
             STR_ARG(buf_str(&rows)));
    buf_release(&rows);
    return read_says(j, &sql, out, n, why);
}

/* Repaired rows are parts of orders that are stored. A row that is what its line comes to is the
 * line's own where the order has another amount, or one that is its other lines' alone; else a row
 * that repeats the stored amount says the order's. */
static enum status ask_stored(struct import_job *j, size_t at, struct says *out, struct error *why)
{
    struct buf sql;
    buf_init(&sql, (size_t)16 * 1024);
    buf_adds(&sql, "WITH r AS (");
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
    return read_says(j, &sql, out, 1, why);
}

str merge_column_of(const struct import_job *j, const char *figure)
{
    const struct reading_column *c = &j->reading->columns[reading_part(j->reading, figure)];
    return c->source < j->reading->shape->n_columns ? j->reading->shape->columns[c->source]
                                                    : str_from(figure);
}

static void tell(struct import_job *j, str name, const struct says *s, enum lang lang)
{
    const int64_t lines = s->lines;
    const int64_t orders = s->orders;
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
    else if (orders == 0 && s->open > 0)
        buf_addf(j->notes,
                 tr(lang,
                    "\"%.*s\": no order of several lines shows whether it is the order's or each "
                    "line's own; read as the order's\n"),
                 STR_ARG(name));
}

static void settle(struct import_job *j, size_t at, const struct says *s, enum lang lang)
{
    if (s->lines > s->orders)
        j->line_figures |= 1U << at;
    tell(j, merge_column_of(j, figures[at].field), s, lang);
}

/* What comes beside the lines. */
static enum status settle_beside(struct import_job *j, struct error *why)
{
    const char *beside[ARRAY_LEN(figures)] = { NULL };
    size_t at[ARRAY_LEN(figures)] = { 0 };
    struct says says[ARRAY_LEN(figures)];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        if (figures[i].stored == NULL && is_open(j, figures[i].field)) {
            at[n] = i;
            beside[n++] = figures[i].field;
        }
    }
    const enum status st = n > 0 ? ask_rows(j, beside, n, says, why) : STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        settle(j, at[i], &says[i], why->lang);
    return st;
}

/* What orders come to, as far as it is not known. */
static enum status settle_totals(struct import_job *j, struct error *why)
{
    bool is_near_made = false;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(figures) && st == STATUS_OK; i++) {
        struct says says;
        if (figures[i].stored == NULL || (j->line_figures & (1U << i)) != 0 ||
            !is_open(j, figures[i].field))
            continue;
        if (!is_near_made)
            st = job_exec(j, why, "%s", near);
        is_near_made = true;
        if (st == STATUS_OK)
            st = j->options->repairs > 0 ? ask_stored(j, i, &says, why)
                                         : ask_orders(j, figures[i].field, &says, why);
        if (st == STATUS_OK)
            settle(j, i, &says, why->lang);
    }
    return st;
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
    enum status st = STATUS_OK;
    j->line_figures = 0;
    if (j->options->repairs > 0)
        st = recall(j, &said, why);
    if (st == STATUS_OK)
        st = settle_totals(j, why);
    return st == STATUS_OK && !said ? settle_beside(j, why) : st;
}
