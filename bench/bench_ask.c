/* bench_ask SHOP RAW.duckdb [PART]: questions (those with PART in their names) to a warm shop of
 * the Online Retail x 20 file, beside the hand-written SQL that gives the same figures from the raw
 * lines (table `raw` of bench_bare), as rows of a Markdown table. Both sums are compared: a
 * difference ends the bench with status 1. */
#include "query/query.h"
#include "query/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS       8  /* times each window is asked for */
#define WINDOWS      13 /* windows of a question, a year and a bit apart */
#define PEER_ROUNDS  3
#define PEER_WINDOWS 2
#define ASKED        ((size_t)ROUNDS * WINDOWS)
#define TIMES_MAX    1024

/* What of the raw lines is an article sold or given back, as the preset has it. */
#define MERCHANDISE                                                                          \
    "StockCode NOT IN ('DOT', 'POST', 'C2', 'D', 'AMAZONFEE', 'BANK CHARGES', 'CRUK', 'M', " \
    "'m', 'B', 'S')"
#define SOLD MERCHANDISE " AND InvoiceNo NOT LIKE 'C%' AND Quantity > 0 AND UnitPrice > 0"
#define BACK MERCHANDISE " AND InvoiceNo LIKE 'C%'"
#define IN_WINDOW                                                                           \
    "InvoiceDate >= DATE '1970-01-01' + $1::INTEGER AND InvoiceDate < DATE '1970-01-01' + " \
    "$2::INTEGER"

struct question {
    const char *name;
    const char *kpi;
    const char *by[2]; /* dimensions */
    const char *grain;
    const char
        *peer; /* $1, $2: first day and the day after the last one; its last column is ours */
};

static const struct question questions[] = {
    { "net sales by month, 13 months",
      "net_sales",
      { NULL },
      "month",
      "SELECT date_trunc('month', InvoiceDate), sum(Quantity * UnitPrice) FROM raw "
      "WHERE " IN_WINDOW " AND ((" SOLD ") OR (" BACK ") OR StockCode = 'D') GROUP BY ALL" },
    { "net sales by country and month, 13 months",
      "net_sales",
      { "country" },
      "month",
      "SELECT date_trunc('month', InvoiceDate), Country, sum(Quantity * UnitPrice) FROM raw "
      "WHERE " IN_WINDOW " AND ((" SOLD ") OR (" BACK ") OR StockCode = 'D') GROUP BY ALL" },
    { "orders by country and month, 13 months",
      "orders",
      { "country" },
      "month",
      "SELECT date_trunc('month', InvoiceDate), Country, count(DISTINCT InvoiceNo)::DOUBLE FROM "
      "raw "
      "WHERE " IN_WINDOW " AND " SOLD " GROUP BY ALL" },
    { "buyers by country and month, 13 months",
      "buyers",
      { "country" },
      "month",
      "SELECT date_trunc('month', InvoiceDate), Country, count(DISTINCT CustomerID)::DOUBLE FROM "
      "raw "
      "WHERE " IN_WINDOW " AND " SOLD " GROUP BY ALL" },
    { "units by article and month, 13 months",
      "units",
      { "sku" },
      "month",
      "SELECT date_trunc('month', InvoiceDate), StockCode, sum(Quantity)::DOUBLE FROM raw "
      "WHERE " IN_WINDOW " AND " SOLD " GROUP BY ALL" },
    { "net sales by country and article, 13 months",
      "net_sales",
      { "country", "sku" },
      "total",
      "SELECT Country, StockCode, sum(Quantity * UnitPrice) FROM raw "
      "WHERE " IN_WINDOW " AND ((" SOLD ") OR (" BACK ") OR StockCode = 'D') GROUP BY ALL" },
};

/* What the report shows of such a shop: the figures of its period, of the one before and of each
 * day (its trends); average order value and the rates are quotients of these. New customers need
 * each one's first order, which only all lines tell. */
static const char report_peer[] =
    "WITH firsts AS (SELECT CustomerID, min(InvoiceDate) AS first FROM raw WHERE " SOLD
    " AND CustomerID IS NOT NULL GROUP BY 1), line AS (SELECT *, InvoiceDate::DATE AS day,"
    " InvoiceDate >= DATE '1970-01-01' + $2::INTEGER - ($2 - $1)::INTEGER // 2 AS now"
    " FROM raw LEFT JOIN firsts USING (CustomerID) WHERE " IN_WINDOW
    ") SELECT now, day, sum(Quantity * UnitPrice) FILTER ((" SOLD ") OR (" BACK
    ") OR StockCode = 'D'), sum(Quantity * UnitPrice) FILTER (" SOLD
    "), count(DISTINCT InvoiceNo) FILTER (" SOLD "), sum(Quantity) FILTER (" SOLD
    "), count(DISTINCT CustomerID) FILTER (" SOLD "), -sum(Quantity * UnitPrice) FILTER (" BACK
    "), -sum(Quantity) FILTER (" BACK "), -sum(Quantity * UnitPrice) FILTER (StockCode = 'D'),"
    " (count(DISTINCT CustomerID) FILTER (" SOLD " AND InvoiceDate = first))::DOUBLE FROM line"
    " GROUP BY GROUPING SETS ((now), (now, day))";

struct bench {
    struct shop *shop;
    struct conn *conn;
    struct kpi_catalog *catalog;
    struct query_context context;
    struct store *raw_store;
    struct conn *raw;
};

struct times {
    double ms[TIMES_MAX];
    size_t n;
};

/* What one question took. */
struct taken {
    struct times ours;
    struct times store; /* the statements' part of it */
    struct times peer;
};

static void check(enum status st, const struct error *why)
{
    if (st == STATUS_OK)
        return;
    fprintf(stderr, "bench_ask: %s\n", why->text);
    exit(1);
}

static void times_add(struct times *t, int64_t from_us)
{
    t->ms[t->n++] = (double)(clock_now_us() - from_us) / 1000.0;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nearest rank. */
static double percentile(struct times *t, double p)
{
    qsort(t->ms, t->n, sizeof t->ms[0], by_size);
    return t->ms[(size_t)ceil(p * (double)t->n) - 1];
}

/* Windows end at a month's end and go back from May 2031, 13 months each, 18 months apart. */
static struct day_range window_at(size_t i)
{
    const int32_t months = 2031 * 12 + 5 - (int32_t)i * 18; /* the month after the window, from 0 */
    const int32_t first = months - 13;
    return (struct day_range){
        .from = civil_to_day((struct civil){ first / 12, first % 12 + 1, 1 }),
        .to = civil_to_day((struct civil){ months / 12, months % 12 + 1, 1 }) - 1,
    };
}

static str day_into(int32_t day, char out[static 32])
{
    const struct civil c = civil_from_day(day);
    snprintf(out, 32, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
    return str_from(out);
}

static int64_t now_us(void)
{
    return civil_to_day((struct civil){ 2031, 6, 1 }) * US_PER_DAY;
}

static double sum_of(const struct answer *a)
{
    double sum = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        const double v = a->kpis[0].rows[i].value.real;
        sum += isnan(v) ? 0 : v;
    }
    return sum;
}

static double store_ms(const struct answer *a)
{
    int64_t us = 0;
    for (size_t i = 0; i < a->sql_count; i++)
        us += a->sql[i].elapsed_us;
    return (double)us / 1000.0;
}

static double ask(const struct bench *b,
                  const struct question *q,
                  struct day_range w,
                  struct times *store)
{
    const str kpi = str_from(q->kpi);
    const str by[2] = { str_from(q->by[0]), str_from(q->by[1]) };
    char from[32];
    char to[32];
    struct error why = { 0 };
    struct answer *answer = NULL;
    const struct kpi_question ask = {
        .kpis = &kpi,
        .kpi_count = 1,
        .from = day_into(w.from, from),
        .to = day_into(w.to, to),
        .grain = str_from(q->grain),
        .by = by,
        .by_count = (size_t)(q->by[0] != NULL) + (size_t)(q->by[1] != NULL),
        .now_us = now_us(),
    };
    check(query_ask(&b->context, &ask, &answer, &why), &why);
    const double sum = sum_of(answer);
    store->ms[store->n++] = store_ms(answer);
    answer_free(answer);
    return sum;
}

static double ask_peer(const struct bench *b, const char *sql, struct day_range w)
{
    const struct param params[] = { { .type = PARAM_I64, .i64 = w.from },
                                    { .type = PARAM_I64, .i64 = w.to + 1 } };
    struct error why = { 0 };
    struct frame *f = NULL;
    double sum = 0;
    check(conn_query(b->raw, str_from(sql), params, ARRAY_LEN(params), &f, &why), &why);
    const size_t last = frame_columns(f) - 1;
    for (size_t i = 0; i < frame_rows(f); i++)
        sum += frame_f64(f, last, i);
    frame_free(f);
    return sum;
}

static void print_row(const char *name, struct taken *t)
{
    printf("| %s | %.1f | %.1f | %.1f | %.0f | %.1f |\n",
           name,
           percentile(&t->ours, 0.5),
           percentile(&t->ours, 0.99),
           percentile(&t->store, 0.5),
           percentile(&t->peer, 0.5),
           percentile(&t->peer, 0.5) / percentile(&t->ours, 0.5));
}

static bool run_question(const struct bench *b, const struct question *q, struct times *all)
{
    struct taken t = { .ours.n = 0 };
    double sums[WINDOWS] = { 0 };
    bool is_same = true;
    for (size_t i = 0; i < ASKED; i++) {
        const int64_t start = clock_now_us();
        sums[i % WINDOWS] = ask(b, q, window_at(i % WINDOWS), &t.store);
        times_add(&t.ours, start);
        if (q->by[0] != NULL)
            all->ms[all->n++] = t.ours.ms[t.ours.n - 1];
    }
    for (size_t i = 0; i < (size_t)PEER_WINDOWS * PEER_ROUNDS; i++) {
        const int64_t start = clock_now_us();
        const double sum = ask_peer(b, q->peer, window_at(i % PEER_WINDOWS));
        times_add(&t.peer, start);
        is_same = is_same && fabs(sum - sums[i % PEER_WINDOWS]) < 0.05;
        if (!is_same)
            fprintf(stderr,
                    "bench_ask: %s: %.4f, the peer has %.4f\n",
                    q->name,
                    sums[i % PEER_WINDOWS],
                    sum);
    }
    print_row(q->name, &t);
    return is_same;
}

/* New customers of both periods, which take the most looking; so does the peer's last column, that
 * has each of them in its period and in its day. */
static double new_customers(const struct report *r)
{
    for (size_t i = 0; i < report_line_count(r); i++) {
        const struct answer_kpi *k = report_line_at(r, i)->kpi;
        if (str_eq(k->id, STR("new_buyers")))
            return k->total.value.real + k->total.compare->value.real;
    }
    return NAN;
}

static bool run_report(const struct bench *b, const char *name, int32_t days)
{
    struct taken t = { .ours.n = 0 };
    double counts[WINDOWS] = { 0 };
    bool is_same = true;
    for (size_t i = 0; i < ASKED; i++) {
        const int32_t end = window_at(i % WINDOWS).to;
        char from[32];
        char to[32];
        /* as many days: left to itself, twelve months compare with twelve months */
        char before[64];
        struct report *report = NULL;
        struct error why = { 0 };
        snprintf(before,
                 sizeof before,
                 "%s..%s",
                 day_into(end - 2 * days + 1, from).ptr,
                 day_into(end - days, to).ptr);
        const struct report_question q = { .from = day_into(end - days + 1, from),
                                           .to = day_into(end, to),
                                           .compare = str_from(before),
                                           .now_us = now_us() };
        const int64_t start = clock_now_us();
        check(query_report(&b->context, &q, &report, &why), &why);
        times_add(&t.ours, start);
        t.store.ms[t.store.n++] = store_ms(report_answer(report));
        counts[i % WINDOWS] = new_customers(report);
        report_free(report);
    }
    for (size_t i = 0; i < (size_t)PEER_WINDOWS * PEER_ROUNDS; i++) {
        const int32_t end = window_at(i % PEER_WINDOWS).to;
        const int64_t start = clock_now_us();
        const double count =
            ask_peer(b, report_peer, (struct day_range){ end - 2 * days + 1, end }) / 2;
        times_add(&t.peer, start);
        if (count != counts[i % PEER_WINDOWS]) {
            fprintf(stderr,
                    "bench_ask: %s: %.1f new customers, the peer has %.1f\n",
                    name,
                    counts[i % PEER_WINDOWS],
                    count);
            is_same = false;
        }
    }
    print_row(name, &t);
    return is_same;
}

static const struct {
    const char *name;
    int32_t days;
} reports[] = {
    { "report of 28 days with comparison and trends", 28 },
    { "report of 365 days with comparison and trends", 365 },
};

static bool is_wanted(const char *name, const char *part)
{
    return part == NULL || strstr(name, part) != NULL;
}

static bool run_all(const struct bench *b, const char *part)
{
    struct times all = { .n = 0 };
    bool is_same = true;
    printf("| question | p50 ms | p99 ms | in the store, p50 ms | SQL on raw lines, p50 ms | "
           "times faster |\n|---|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < ARRAY_LEN(reports); i++) {
        if (is_wanted(reports[i].name, part))
            is_same = run_report(b, reports[i].name, reports[i].days) && is_same;
    }
    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        if (is_wanted(questions[i].name, part))
            is_same = run_question(b, &questions[i], &all) && is_same;
    }
    if (all.n > 0)
        printf("| all of these that have dimensions | %.1f | %.1f | | | |\n",
               percentile(&all, 0.5),
               percentile(&all, 0.99));
    return is_same;
}

static void bench_open(struct bench *b, const char *shop, const char *raw)
{
    struct error why = { 0 };
    const struct shop_options options = { 0 };
    const struct store_options raw_options = { 0 };
    check(shop_open(shop, &options, &b->shop, &why), &why);
    check(shop_catalog(shop, (str){ 0 }, NULL, &b->catalog, &why), &why);
    check(shop_conn_new(b->shop, &b->conn, &why), &why);
    check(store_open(raw, &raw_options, &b->raw_store, &why), &why);
    check(conn_open(b->raw_store, &b->raw, &why), &why);
    b->context = (struct query_context){ .conn = b->conn,
                                         .catalog = b->catalog,
                                         .settings = shop_settings(b->shop),
                                         .zone = shop_zone(b->shop),
                                         .cache = query_cache_new() };
}

static void bench_close(struct bench *b)
{
    conn_close(b->raw);
    store_close(b->raw_store);
    conn_close(b->conn);
    query_cache_free(b->context.cache);
    kpi_catalog_free(b->catalog);
    shop_close(b->shop);
}

int main(int argc, char **argv)
{
    struct bench b = { 0 };
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: bench_ask SHOP RAW.duckdb [PART]\n");
        return 2;
    }
    mem_keep_freed(32 << 20); /* as the server does */
    bench_open(&b, argv[1], argv[2]);
    const bool is_same = run_all(&b, argv[3]);
    bench_close(&b);
    return is_same ? 0 : 1;
}
