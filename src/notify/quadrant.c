/* Goods by traffic and conversion: which sell if they are seen, which are seen and do not sell.
 * Much and little are above the median article, or not. Where events tell it, traffic is visitors
 * who saw the article; where a platform reports its articles day by day, it is views, since the
 * visitors of days do not add up. */
#include "notify/rhythm_priv.h"

#include <stdlib.h>

enum { GOODS_SALES, GOODS_TRAFFIC, GOODS_UNITS, GOODS_KPIS };
enum goods_source { GOODS_FROM_EVENTS, GOODS_FROM_PLATFORM };

#define EXAMPLES_MAX ((size_t)3)

struct seen_article {
    size_t row;
    double traffic;
    double conversion;
    i128 sales_e4;
};
struct quadrant {
    const char *name;
    const char *advice;
    bool traffic;
    bool conversion;
};
static const struct quadrant quadrants[] = {
    { "much traffic, sells well", "keep in stock and in front", true, true },
    { "much traffic, sells badly", "look at page, price and reviews", true, false },
    { "little traffic, sells well", "bring visitors", false, true },
    { "little traffic, sells badly", "change or drop", false, false },
};

static int by_number(const void *x, const void *y)
{
    const double a = *(const double *)x;
    const double b = *(const double *)y;
    return (a > b) - (a < b);
}

static int by_sales(const void *x, const void *y)
{
    const struct seen_article *a = x;
    const struct seen_article *b = y;
    if (a->sales_e4 != b->sales_e4)
        return a->sales_e4 > b->sales_e4 ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Visitors who saw the article and the share who bought it; or its views, and units of a view.
 * False when it was not seen. */
static bool read_article(const struct answer *a,
                         enum goods_source source,
                         size_t row,
                         struct seen_article *out)
{
    const struct answer_value *traffic = &a->kpis[GOODS_TRAFFIC].rows[row].value;
    int64_t viewers = 0;
    if (traffic->kind == VALUE_NONE)
        return false;
    if (source == GOODS_FROM_EVENTS) {
        if (!str_to_i64(traffic->den, &viewers) || viewers <= 0)
            return false;
        out->traffic = (double)viewers;
        out->conversion = traffic->real;
        return true;
    }
    const struct answer_value *units = &a->kpis[GOODS_UNITS].rows[row].value;
    out->traffic = traffic->real;
    out->conversion = units->kind != VALUE_NONE ? units->real / traffic->real : 0;
    return traffic->real > 0;
}

/* Articles that were seen, best sold first. */
static size_t find_seen(const struct answer *a, enum goods_source source, struct seen_article *out)
{
    size_t n = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *sales = &a->kpis[GOODS_SALES].rows[i];
        struct seen_article s = { .row = i };
        if (sales->value.kind != VALUE_NONE)
            s.sales_e4 = sales->value.exact;
        if (!sales->is_others && sales->by[0].len > 0 && read_article(a, source, i, &s))
            out[n++] = s;
    }
    qsort(out, n, sizeof *out, by_sales);
    return n;
}

/* The greatest value that half of the articles do not exceed. */
static double median_of(struct rhythm_run *r, const struct seen_article *s, size_t n, bool traffic)
{
    double *values = ARENA_NEW(r->arena, double, n + 1);
    if (values == NULL || n == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        values[i] = traffic ? s[i].traffic : s[i].conversion;
    qsort(values, n, sizeof *values, by_number);
    return values[(n - 1) / 2];
}

static enum status write_quadrant(struct rhythm_run *r,
                                  const struct answer *a,
                                  const struct quadrant *q,
                                  const struct seen_article *s,
                                  size_t n,
                                  struct error *why)
{
    str names[EXAMPLES_MAX];
    size_t examples = 0;
    i128 sales = 0;
    for (size_t i = 0; i < n; i++) {
        sales += s[i].sales_e4;
        if (examples < EXAMPLES_MAX)
            names[examples++] = a->kpis[0].rows[s[i].row].by[0];
    }
    const enum status st = rhythm_titles(r, names, examples, why);
    if (st != STATUS_OK)
        return st;
    struct buf b;
    buf_init(&b, 4096);
    for (size_t i = 0; i < examples; i++)
        buf_addf(&b, "%s%.*s", i > 0 ? "; " : "", STR_ARG(names[i]));
    const str list = arena_dup(r->arena, buf_str(&b));
    buf_release(&b);
    const struct figure cells[] = {
        rhythm_words(str_from(tr(r->lang, q->name))),
        { .kind = FIGURE_COUNT, .text = arena_printf(r->arena, "%zu", n), .value = (double)n },
        rhythm_money(r, a, sales),
        rhythm_words(list.ptr != NULL && list.len > 0 ? list : STR("–")),
        rhythm_words(str_from(tr(r->lang, q->advice))),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
    return STATUS_OK;
}

static enum status write_all(struct rhythm_run *r,
                             const struct answer *a,
                             enum goods_source source,
                             const struct seen_article *s,
                             size_t n,
                             struct error *why)
{
    static const char *const heads[] = { "quadrant", "articles", "net sales", "best sold", "next" };
    const double traffic = median_of(r, s, n, true);
    const double conversion = median_of(r, s, n, false);
    struct seen_article *part = ARENA_NEW(r->arena, struct seen_article, n + 1);
    enum status st = part != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t q = 0; q < ARRAY_LEN(quadrants) && st == STATUS_OK; q++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            if ((s[i].traffic > traffic) == quadrants[q].traffic &&
                (s[i].conversion > conversion) == quadrants[q].conversion)
                part[count++] = s[i];
        }
        st = write_quadrant(r, a, &quadrants[q], part, count, why);
    }
    if (source == GOODS_FROM_EVENTS)
        rhythm_sentencef(
            r,
            "Much and well: more than the median article (%.0f visitors, %.2f%% of them bought).",
            traffic,
            conversion * 100);
    else
        rhythm_sentencef(
            r,
            "Much and well: more than the median article (%.0f views, %.2f units of 100 views).",
            traffic,
            conversion * 100);
    return st;
}

static bool is_sold(const struct seen_article *s, size_t n)
{
    bool sold = false;
    for (size_t i = 0; i < n; i++)
        sold = sold || s[i].conversion > 0;
    return sold;
}

static bool is_told(const struct answer *a)
{
    for (size_t i = 0; i < a->row_count && a->kpis[GOODS_TRAFFIC].needs.len == 0; i++) {
        if (a->kpis[GOODS_TRAFFIC].rows[i].value.kind != VALUE_NONE)
            return true;
    }
    return false;
}

/* The first source that tells visits of articles; *out is NULL when none does. */
static enum status find_source(struct rhythm_run *r,
                               const struct answer **out,
                               enum goods_source *source,
                               struct error *why)
{
    static const char *const kpis[][GOODS_KPIS] = {
        [GOODS_FROM_EVENTS] = { "net_sales", "buy_to_view", "units" },
        [GOODS_FROM_PLATFORM] = { "net_sales", "ipv", "units" },
    };
    for (size_t i = 0; i < ARRAY_LEN(kpis) && *out == NULL; i++) {
        const struct rhythm_ask goods = {
            .kpis = kpis[i], .kpi_count = GOODS_KPIS, .range = r->range, .by = "sku"
        };
        const struct answer *a = NULL;
        struct error lacks = { .lang = why->lang };
        const enum status st = rhythm_ask(r, &goods, &a, &lacks);
        if (st == STATUS_NOT_FOUND) /* visits are not told by article */
            continue;
        if (st != STATUS_OK) {
            *why = lacks;
            return st;
        }
        *out = is_told(a) ? a : NULL;
        *source = (enum goods_source)i;
    }
    return STATUS_OK;
}

enum status quadrant_write(struct rhythm_run *r, struct error *why)
{
    const struct answer *a = NULL;
    enum goods_source source = GOODS_FROM_EVENTS;
    enum status st = find_source(r, &a, &source, why);
    if (st != STATUS_OK)
        return st;
    rhythm_heading(r, "Goods: traffic and conversion");
    if (a == NULL) {
        rhythm_sentencef(r,
                         "Needs visits of articles: events with product_view and purchase, or a "
                         "platform's report of articles by day.");
        return STATUS_OK;
    }
    struct seen_article *seen = mem_new(a->row_count + 1, sizeof *seen);
    if (seen == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const size_t n = find_seen(a, source, seen);
    if (is_sold(seen, n))
        st = write_all(r, a, source, seen, n, why);
    else
        rhythm_sentencef(r,
                         "None of the articles that were seen has a sale: a platform's report may "
                         "name them by its own item numbers, orders by article numbers.");
    mem_free(seen);
    return st;
}
