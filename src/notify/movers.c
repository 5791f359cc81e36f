/* Articles that moved most, each with its reason, and those that will be sold out soon. */
#include "notify/rhythm_priv.h"

#include <stdlib.h>

#define MOVERS_MAX   5 /* up, and down */
#define SELLOUTS_MAX 10
#define SELLOUT_DAYS 7

enum { ARTICLE_SALES, ARTICLE_UNITS, ARTICLE_STOCK, ARTICLE_COVER, ARTICLE_KPIS };
static const char *const article_kpis[] = { "net_sales", "units", "stock_units", "days_cover_7" };

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

enum status articles_ask(struct rhythm_run *r,
                         const char *compare,
                         const struct answer **out,
                         struct error *why)
{
    const struct rhythm_ask ask = { .kpis = article_kpis,
                                    .kpi_count = ARTICLE_KPIS,
                                    .range = r->range,
                                    .by = "sku",
                                    .compare = compare };
    return rhythm_ask(r, &ask, out, why);
}

static i128 value_of(const struct answer_value *v)
{
    return v->kind == VALUE_NONE ? 0 : v->exact;
}

/* What of a change of sales comes from the number of units and what from the price of one: units at
 * the price of before, and the rest, so that both add up to the change. */
static str reason_of(struct rhythm_run *r, const struct answer *a, size_t row)
{
    const struct answer_row *sales = &a->kpis[ARTICLE_SALES].rows[row];
    const struct answer_row *units = &a->kpis[ARTICLE_UNITS].rows[row];
    const struct answer_value *stock = &a->kpis[ARTICLE_STOCK].rows[row].value;
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
    const bool is_before = str_is(a->compare, "prev");
    const char *const heads[] = {
        "article", "net sales", is_before ? "period before" : "then", "change", "reason"
    };
    str names[MOVERS_MAX];
    for (size_t i = 0; i < n; i++)
        names[i] = a->kpis[ARTICLE_SALES].rows[movers[i].row].by[0];
    const enum status st = rhythm_titles(r, names, n, why);
    if (st != STATUS_OK)
        return st;
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < n; i++) {
        const struct answer_row *sales = &a->kpis[ARTICLE_SALES].rows[movers[i].row];
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

/* Without data for the range, or for what it is compared with, nothing has moved: no value is not
 * 0. */
static bool knows_both(const struct answer_kpi *sales)
{
    const struct answer_compare *then = sales->total.compare;
    return sales->needs.len == 0 && sales->total.value.kind != VALUE_NONE && then != NULL &&
           then->value.kind != VALUE_NONE;
}

enum status movers_write(struct rhythm_run *r, const struct answer *a, struct error *why)
{
    if (!knows_both(&a->kpis[ARTICLE_SALES]))
        return STATUS_OK;
    struct mover *movers = mem_new(a->row_count + 1, sizeof *movers);
    if (movers == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    size_t n = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[ARTICLE_SALES].rows[i];
        const i128 then = row->compare != NULL ? value_of(&row->compare->value) : 0;
        if (row->is_others || row->by[0].len == 0)
            continue;
        movers[n++] = (struct mover){ .row = i, .change_e4 = value_of(&row->value) - then };
    }
    const enum status st = write_both(r, a, movers, n, why);
    mem_free(movers);
    return st;
}

/* ---- sold out soon ---- */

struct sellout {
    str sku;
    size_t row;
    double days;
};

static int by_days(const void *x, const void *y)
{
    const struct sellout *a = x;
    const struct sellout *b = y;
    if (a->days != b->days)
        return a->days < b->days ? -1 : 1;
    return str_cmp(a->sku, b->sku);
}

/* Articles whose stock ends within days, soonest first; *gone: those without any. */
static size_t find_sellouts(const struct answer *a, struct sellout *out, size_t *gone)
{
    size_t n = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *cover = &a->kpis[ARTICLE_COVER].rows[i];
        if (cover->value.kind == VALUE_NONE || cover->value.real > SELLOUT_DAYS || cover->is_others)
            continue;
        if (value_of(&a->kpis[ARTICLE_STOCK].rows[i].value) <= 0)
            (*gone)++;
        else
            out[n++] = (struct sellout){ cover->by[0], i, cover->value.real };
    }
    qsort(out, n, sizeof *out, by_days);
    return n;
}

static enum status write_sellouts(struct rhythm_run *r,
                                  const struct answer *a,
                                  const struct sellout *s,
                                  size_t n,
                                  struct error *why)
{
    static const char *const heads[] = { "article", "days of stock", "on hand", "units sold" };
    static const size_t columns[] = { ARTICLE_COVER, ARTICLE_STOCK, ARTICLE_UNITS };
    str names[SELLOUTS_MAX];
    const size_t shown = n < SELLOUTS_MAX ? n : SELLOUTS_MAX;
    for (size_t i = 0; i < shown; i++)
        names[i] = s[i].sku;
    const enum status st = rhythm_titles(r, names, shown, why);
    if (st != STATUS_OK || n == 0)
        return st;
    rhythm_heading(r, "Sold out within 7 days");
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < shown; i++) {
        struct figure cells[ARRAY_LEN(columns) + 1] = { rhythm_words(names[i]) };
        for (size_t k = 0; k < ARRAY_LEN(columns); k++) {
            const struct answer_kpi *kpi = &a->kpis[columns[k]];
            cells[k + 1] = rhythm_figure(r, a, kpi, &kpi->rows[s[i].row]);
        }
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    if (n > shown)
        rhythm_sentencef(r, "%zu further articles: shopvane kpi days_cover_7 --by sku", n - shown);
    return STATUS_OK;
}

enum status sellouts_write(struct rhythm_run *r, const struct answer *a, struct error *why)
{
    struct sellout *found = mem_new(a->row_count + 1, sizeof *found);
    size_t gone = 0;
    if (found == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const size_t n = find_sellouts(a, found, &gone);
    if (gone > 0) {
        rhythm_heading(r, "Stock");
        rhythm_sentencef(r, "%zu articles that sold in the last 7 days are sold out.", gone);
    }
    const enum status st = write_sellouts(r, a, found, n, why);
    mem_free(found);
    return st;
}
