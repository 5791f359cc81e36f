/* The month: profit of each store from GMV down, the trend, categories, cohorts, age of stock, what
 * changed since the month was closed, and what the next one shall bring. */
#include "notify/rhythm_priv.h"

const char *const month_lines[] = {
    "gmv",      "gsv",         "net_sales", "cogs",         "gross_profit",   "postage_amt",
    "fees_amt", "parcels_amt", "ad_spend",  "contribution", "net_profit_est", "paid_gmv",
    "orders",   "aov",         "visitors",  "pay_cr",       "roas",           "refund_rate_amt",
};
const size_t month_line_count = ARRAY_LEN(month_lines);

#define STORES_MAX ((size_t)20) /* columns; more stores are asked for by --store */

/* Whether figures of stores add up to that of all: counts of orders do, rates and people do not. */
static bool adds_up(const struct answer_kpi *k)
{
    return k->unit_id == UNIT_MONEY && !str_is(k->id, "aov");
}

static void write_line(struct rhythm_run *r, const struct answer *a, size_t kpi, size_t stores)
{
    const struct answer_kpi *k = &a->kpis[kpi];
    const size_t at = document_row(r->document);
    struct figure all = rhythm_figure(r, a, k, &k->total);
    const struct figure name = rhythm_words(k->name);
    rhythm_cells(r, &name, 1);
    for (size_t s = 0; s < stores; s++) {
        const struct figure f = rhythm_figure(r, a, k, &k->rows[s]);
        rhythm_cells(r, &f, 1);
    }
    if (stores > 0 && stores == a->row_count && adds_up(k))
        all.formula = (struct live_formula){ LIVE_SUM, at, 1, at, stores };
    const struct figure changes = rhythm_change(r, k, &k->total);
    rhythm_cells(r, &all, 1);
    rhythm_cells(r, &changes, 1);
}

static enum status write_stores(struct rhythm_run *r, const struct answer **out, struct error *why)
{
    const struct answer *a = NULL;
    const struct rhythm_ask ask = { .kpis = month_lines,
                                    .kpi_count = month_line_count,
                                    .range = r->range,
                                    .by = "store",
                                    .compare = "prev" };
    str heads[STORES_MAX + 3];
    const enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK)
        return st;
    const size_t stores = a->row_count > 1 ? a->row_count : 0;
    const size_t shown = stores < STORES_MAX ? stores : STORES_MAX;
    heads[0] = str_from(tr(r->lang, "KPI"));
    for (size_t s = 0; s < shown; s++)
        heads[s + 1] = a->kpis[0].rows[s].by[0];
    heads[shown + 1] = str_from(tr(r->lang, "all stores"));
    heads[shown + 2] = str_from(tr(r->lang, "change on the month before"));
    rhythm_heading(r, "Profit");
    document_table(r->document, heads, shown + 3);
    for (size_t i = 0; i < a->kpi_count; i++)
        write_line(r, a, i, shown);
    if (stores > shown)
        rhythm_sentencef(r, "%zu further stores are in \"all stores\" only.", stores - shown);
    *out = a;
    return STATUS_OK;
}

static enum status write_trend(struct rhythm_run *r, struct error *why)
{
    static const char *const kpis[] = { "net_sales" };
    const struct answer *a = NULL;
    const struct rhythm_ask ask = {
        .kpis = kpis, .kpi_count = 1, .range = r->range, .grain = "day", .compare = "yoy"
    };
    const enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK || a->kpis[0].needs.len > 0)
        return st;
    return rhythm_day_chart(r, a, r->range, why);
}

enum status month_write(struct rhythm_run *r, struct error *why)
{
    static const char *const category_kpis[] = { "net_sales", "gross_margin", "return_rate_units" };
    static const char *const reason_kpis[] = { "returns_amt" };
    static const char *const people[] = { "buyers", "new_buyers", "ret_rate", "freq" };
    const struct rhythm_ask categories = { .kpis = category_kpis,
                                           .kpi_count = ARRAY_LEN(category_kpis),
                                           .range = r->range,
                                           .by = "category",
                                           .compare = "yoy" };
    const struct rhythm_ask customers = { .kpis = people,
                                          .kpi_count = ARRAY_LEN(people),
                                          .range = r->range,
                                          .by = "store",
                                          .compare = "yoy" };
    const struct rhythm_ask goods = {
        .kpis = reason_kpis, .kpi_count = 1, .range = r->range, .by = "sku", .compare = "prev"
    };
    const struct answer *lines = NULL;
    enum status st = write_stores(r, &lines, why);
    const struct answer *pace = NULL;
    if (st == STATUS_OK)
        st = pace_ask(r, r->range, r->range.to, &pace, why);
    if (st == STATUS_OK)
        st = close_differences(r, lines, pace, why);
    if (st == STATUS_OK && pace != NULL)
        pace_write(r, "Targets of the month", pace);
    if (st == STATUS_OK)
        scorecard_write(r, pace);
    if (st == STATUS_OK)
        st = write_trend(r, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Categories", &categories, 20, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Customers", &customers, 20, why);
    if (st == STATUS_OK)
        st = cohorts_write(r, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Most returned", &goods, 10, why);
    const struct answer *articles = NULL;
    if (st == STATUS_OK)
        st = articles_ask(r, "prev", &articles, why);
    if (st == STATUS_OK)
        st = movers_write(r, articles, why);
    if (st == STATUS_OK)
        st = stock_age_write(r, why);
    if (st == STATUS_OK)
        st = changes_write(r, why);
    return st == STATUS_OK ? outlook_write(r, why) : st;
}
