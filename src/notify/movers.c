/* Articles that moved most, each with its reason, and those that will be sold out soon. */
#include "notify/rhythm_priv.h"

#include <stdlib.h>

#define MOVERS_MAX   5 /* up, and down */
#define SELLOUTS_MAX 10
#define SELLOUT_DAYS 7

enum { MOVER_SALES, MOVER_UNITS, MOVER_STOCK, MOVER_KPIS };
static const char *const mover_kpis[] = { "net_sales", "units", "stock_units" };

struct mover {
    size_t row;
    i128 change_e4;
};

static int by_change(const void *x, const void *y)
{
    const struct mover *a = x;
    const struct mover *b = y;
    if (a->change_e4 != b->change_e4)
        return a->change_e4 > b->change_e4 ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

static i128 value_of(const struct answer_value *v)
{
    return v->kind == VALUE_NONE ? 0 : v->exact;
}

/* What of a change of sales comes from the number of units and what from the price of one: units at
 * the price of before, and the rest, so that both add up to the change. */
static str reason_of(struct rhythm_run *r, const struct answer *a, size_t row)
{
    const struct answer_row *sales = &a->kpis[MOVER_SALES].rows[row];
    const struct answer_row *units = &a->kpis[MOVER_UNITS].rows[row];
    const struct answer_value *stock = &a->kpis[MOVER_STOCK].rows[row].value;
    const i128 now = value_of(&units->value);
    const i128 then = units->compare != NULL ? value_of(&units->compare->value) : 0;
    const i128 sales_then = sales->compare != NULL ? value_of(&sales->compare->value) : 0;
    if (stock->kind != VALUE_NONE && stock->exact <= 0 && now < then)
        return str_from(tr(r->lang, "out of stock"));
    if (value_of(&sales->value) < 0 || (value_of(&sales->value) == 0 && now > 0))
        return str_from(tr(r->lang, "returns"));
    if (then <= 0)
        return str_from(tr(r->lang, "no sale then"));
    if (now <= 0)
        return str_from(tr(r->lang, "no sale now"));
    const i128 by_units = i128_div_half_even(sales_then * (now - then), then);
    const i128 by_price = value_of(&sales->value) - sales_then - by_units;
    const bool is_price =
        (by_price < 0 ? -by_price : by_price) > (by_units < 0 ? -by_units : by_units);
    return arena_printf(
        r->arena,
        tr(r->lang,
           is_price ? "price or discount (%lld units, then %lld)" : "%lld units, then %lld"),
        (long long)now,
        (long long)then);
}

static enum status write_some(struct rhythm_run *r,
                              const struct answer *a,
                              const struct mover *movers,
                              size_t n,
                              struct error *why)
{
    static const char *const heads[] = { "article", "net sales", "then", "change", "reason" };
    str names[MOVERS_MAX];
    for (size_t i = 0; i < n; i++)
        names[i] = a->kpis[MOVER_SALES].rows[movers[i].row].by[0];
    const enum status st = rhythm_titles(r, names, n, why);
    if (st != STATUS_OK)
        return st;
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < n; i++) {
        const struct answer_row *sales = &a->kpis[MOVER_SALES].rows[movers[i].row];
        const size_t at = document_row(r->document);
        struct figure change = rhythm_money(r, a, movers[i].change_e4);
        change.tone = movers[i].change_e4 > 0 ? TONE_GOOD : TONE_BAD;
        change.formula = (struct live_formula){ LIVE_DIFFERENCE, at, 1, at, 2 };
        const struct figure cells[] = {
            rhythm_words(names[i]),
            rhythm_money(r, a, value_of(&sales->value)),
            rhythm_money(r, a, value_of(&sales->value) - movers[i].change_e4),
            change,
            rhythm_words(reason_of(r, a, movers[i].row)),
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    return STATUS_OK;
}

static enum status write_both(
    struct rhythm_run *r, const struct answer *a, struct mover *movers, size_t n, struct error *why)
{
    size_t up = 0;
    size_t down = 0;
    enum status st = STATUS_OK;
    qsort(movers, n, sizeof *movers, by_change);
    while (up < n && up < MOVERS_MAX && movers[up].change_e4 > 0)
        up++;
    while (down < n && down < MOVERS_MAX && movers[n - 1 - down].change_e4 < 0)
        down++;
    if (up > 0) {
        rhythm_heading(r, "Articles up");
        st = write_some(r, a, movers, up, why);
    }
    if (st == STATUS_OK && down > 0) {
        struct mover worst[MOVERS_MAX];
        for (size_t i = 0; i < down; i++)
            worst[i] = movers[n - 1 - i];
        rhythm_heading(r, "Articles down");
        st = write_some(r, a, worst, down, why);
    }
    return st;
}

enum status movers_write(struct rhythm_run *r, const char *compare, struct error *why)
{
    const struct answer *a = NULL;
    const struct rhythm_ask ask = { .kpis = mover_kpis,
                                    .kpi_count = MOVER_KPIS,
                                    .range = r->range,
                                    .by = "sku",
                                    .compare = compare };
    enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK || a->kpis[MOVER_SALES].needs.len > 0)
        return st;
    struct mover *movers = mem_new(a->row_count + 1, sizeof *movers);
    if (movers == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    size_t n = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[MOVER_SALES].rows[i];
        const i128 then = row->compare != NULL ? value_of(&row->compare->value) : 0;
        if (row->is_others || row->by[0].len == 0)
            continue;
        movers[n++] = (struct mover){ .row = i, .change_e4 = value_of(&row->value) - then };
    }
    st = write_both(r, a, movers, n, why);
    mem_free(movers);
    return st;
}

/* ---- sold out soon ---- */

enum { SELLOUT_COVER, SELLOUT_STOCK, SELLOUT_UNITS, SELLOUT_KPIS };

enum status sellouts_write(struct rhythm_run *r, struct error *why)
{
    static const char *const kpis[] = { "days_cover_7", "stock_units", "units" };
    const struct answer *a = NULL;
    const struct rhythm_ask ask = { .kpis = kpis,
                                    .kpi_count = SELLOUT_KPIS,
                                    .range = r->range,
                                    .by = "sku",
                                    .sort = "days_cover_7" };
    size_t rows[SELLOUTS_MAX];
    str names[SELLOUTS_MAX];
    size_t n = 0;
    size_t all = 0;
    size_t gone = 0;
    enum status st = rhythm_ask(r, &ask, &a, why);
    for (size_t i = 0; st == STATUS_OK && i < a->row_count; i++) {
        const struct answer_value *cover = &a->kpis[SELLOUT_COVER].rows[i].value;
        if (cover->kind == VALUE_NONE || cover->real > SELLOUT_DAYS || a->kpis[0].rows[i].is_others)
            continue;
        if (value_of(&a->kpis[SELLOUT_STOCK].rows[i].value) <= 0) {
            gone++;
            continue;
        }
        if (n < SELLOUTS_MAX) {
            names[n] = a->kpis[SELLOUT_COVER].rows[i].by[0];
            rows[n++] = i;
        }
        all++;
    }
    if (st == STATUS_OK)
        st = rhythm_titles(r, names, n, why);
    if (st == STATUS_OK && gone > 0) {
        rhythm_heading(r, "Stock");
        rhythm_sentencef(r, "%zu articles that sold in the last 7 days are sold out.", gone);
    }
    if (st != STATUS_OK || n == 0)
        return st;
    static const char *const heads[] = { "article", "days of stock", "on hand", "units sold" };
    rhythm_heading(r, "Sold out within 7 days");
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < n; i++) {
        struct figure cells[SELLOUT_KPIS + 1] = { rhythm_words(names[i]) };
        for (size_t k = 0; k < SELLOUT_KPIS; k++)
            cells[k + 1] = rhythm_figure(r, a, &a->kpis[k], &a->kpis[k].rows[rows[i]]);
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    if (all > n)
        rhythm_sentencef(r, "%zu further articles: shopvane kpi days_cover_7 --by sku", all - n);
    return STATUS_OK;
}
