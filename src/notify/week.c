/* The week: what moved sales (visitors, conversion, spend per buyer), channels, goods. */
#include "notify/rhythm_priv.h"

#include <math.h>

enum { BRIDGE_SALES, BRIDGE_VISITORS, BRIDGE_CONVERSION, BRIDGE_SPEND, BRIDGE_KPIS };
static const char *const bridge_kpis[] = { "paid_gmv", "visitors", "pay_cr", "atv_customer" };

static const struct answer_value *then_of(const struct answer_kpi *k)
{
    return k->total.compare != NULL ? &k->total.compare->value : NULL;
}

static double real_of(const struct answer_value *v)
{
    if (v == NULL || v->kind == VALUE_NONE)
        return (double)NAN;
    return v->kind == VALUE_MONEY ? (double)v->exact / (double)MONEY_ONE : v->real;
}

/* Shares of a change of a product of factors: the logarithmic mean Divisia index (Ang, Energy
 * Policy 32 (2004) 1131, eq. 5), which leaves no residual: change x ln(now/then) of a factor over
 * that of the product. What the factors do not cover, such as payments without a buyer, is a factor
 * of its own, the last one. False when a value is missing or not above 0. */
static bool bridge_parts(const struct answer *a, i128 *parts, i128 *change)
{
    double logs[BRIDGE_KPIS];
    double covered = 0;
    for (size_t i = 0; i < BRIDGE_KPIS; i++) {
        const double now = real_of(&a->kpis[i].total.value);
        const double then = real_of(then_of(&a->kpis[i]));
        if (!(now > 0) || !(then > 0))
            return false;
        logs[i] = log(now / then);
        covered += i != BRIDGE_SALES ? logs[i] : 0;
    }
    const double whole = logs[BRIDGE_SALES];
    *change = a->kpis[BRIDGE_SALES].total.compare->change.exact;
    i128 left = *change;
    for (size_t i = 1; i < BRIDGE_KPIS; i++) {
        parts[i - 1] = fabs(whole) < 1e-12 ? 0 : (i128)llrint((double)*change * logs[i] / whole);
        left -= parts[i - 1];
    }
    /* Rounding belongs to the last factor; more than that is a part of its own. */
    if (fabs(whole - covered) < 1e-5) {
        parts[BRIDGE_KPIS - 2] += left;
        left = 0;
    }
    parts[BRIDGE_KPIS - 1] = left;
    return true;
}

/* In steps of the money that is shown, by largest remainder: the parts shown add up to the change
 * shown. They are exact sums of it before. */
static void round_parts(i128 *parts, i128 *change, unsigned decimals)
{
    i128 over[BRIDGE_KPIS];
    i128 step = MONEY_ONE;
    for (unsigned i = 0; i < decimals; i++)
        step /= 10;
    i128 left = i128_div_half_even(*change, step);
    *change = left * step;
    for (size_t i = 0; i < BRIDGE_KPIS; i++) {
        over[i] = (parts[i] % step + step) % step;
        parts[i] -= over[i];
        left -= parts[i] / step;
    }
    for (; left > 0; left--) {
        size_t most = 0;
        for (size_t i = 1; i < BRIDGE_KPIS; i++)
            most = over[i] > over[most] ? i : most;
        parts[most] += step;
        over[most] = -1;
    }
}

static enum status write_bridge(struct rhythm_run *r, struct error *why)
{
    static const char *const heads[] = { "KPI", "week", "week before", "change", "makes up" };
    const struct answer *a = NULL;
    const struct rhythm_ask ask = {
        .kpis = bridge_kpis, .kpi_count = BRIDGE_KPIS, .range = r->range, .compare = "prev"
    };
    i128 parts[BRIDGE_KPIS] = { 0 };
    i128 change = 0;
    const enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK)
        return st;
    const bool adds_up = bridge_parts(a, parts, &change);
    if (adds_up)
        round_parts(parts, &change, show_money_decimals(a));
    rhythm_heading(r, "Visitors x conversion x spend per buyer");
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < BRIDGE_KPIS; i++) {
        const struct answer_kpi *k = &a->kpis[i];
        struct figure part = rhythm_words(STR("–"));
        if (adds_up)
            part = rhythm_money(r, a, i == BRIDGE_SALES ? change : parts[i - 1]);
        if (adds_up && i == BRIDGE_SALES)
            part.formula = (struct live_formula){
                LIVE_SUM, 1, 4, BRIDGE_KPIS - (parts[BRIDGE_KPIS - 1] == 0), 4
            };
        const struct figure cells[] = { rhythm_words(k->name),
                                        rhythm_figure(r, a, k, &k->total),
                                        rhythm_compared(r, a, i),
                                        rhythm_change(r, k, &k->total),
                                        part };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    if (adds_up && parts[BRIDGE_KPIS - 1] != 0) {
        const struct figure cells[] = { WORDS(r, "paid without a known visitor or buyer"),
                                        rhythm_words(STR_EMPTY),
                                        rhythm_words(STR_EMPTY),
                                        rhythm_words(STR_EMPTY),
                                        rhythm_money(r, a, parts[BRIDGE_KPIS - 1]) };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    return STATUS_OK;
}

static enum status write_trend(struct rhythm_run *r, struct error *why)
{
    static const char *const kpis[] = { "net_sales" };
    const struct answer *a = NULL;
    const struct rhythm_ask ask = { .kpis = kpis,
                                    .kpi_count = 1,
                                    .range = { r->range.to - 27, r->range.to },
                                    .grain = "day",
                                    .compare = "yoy" };
    const enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK || a->kpis[0].needs.len > 0)
        return st;
    return rhythm_day_chart(r, a, ask.range, why);
}

enum status week_write(struct rhythm_run *r, struct error *why)
{
    static const char *const channel_kpis[] = { "net_sales", "new_buyers", "session_cr",
                                                "ad_spend",  "roas",       "roas_net" };
    static const char *const category_kpis[] = { "net_sales", "gross_margin", "return_rate_units" };
    const struct rhythm_ask channels = { .kpis = channel_kpis,
                                         .kpi_count = ARRAY_LEN(channel_kpis),
                                         .range = r->range,
                                         .by = "channel",
                                         .compare = "prev" };
    const struct rhythm_ask categories = { .kpis = category_kpis,
                                           .kpi_count = ARRAY_LEN(category_kpis),
                                           .range = r->range,
                                           .by = "category",
                                           .compare = "prev" };
    enum status st = write_bridge(r, why);
    if (st == STATUS_OK)
        st = write_trend(r, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Channels", &channels, 20, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Categories", &categories, 20, why);
    if (st == STATUS_OK)
        st = quadrant_write(r, why);
    if (st == STATUS_OK)
        st = launches_write(r, why);
    const struct answer *articles = NULL;
    if (st == STATUS_OK)
        st = articles_ask(r, "prev", &articles, why);
    if (st == STATUS_OK)
        st = movers_write(r, articles, why);
    if (st == STATUS_OK)
        st = rivals_write(r, why);
    if (st == STATUS_OK)
        st = changes_write(r, why);
    if (st == STATUS_OK)
        st = results_write(r, why);
    return st == STATUS_OK ? sellouts_write(r, articles, why) : st;
}
